"""The doors' description: `/api/openapi.json`, and a page drawn from it that asks no other host."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

from assistant import door_wording as words
from assistant.versions import release

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from assistant.web.frame import Frame

_DOCS, _SPEC = "/api/docs", "/api/openapi.json"


def routes(described: Sequence[BaseRoute], frame: Frame) -> list[BaseRoute]:
    """Return the routes of the description of these routes."""

    @cache
    def spec() -> dict[str, Any]:
        return description(described)

    async def as_json(_request: Request) -> Response:
        return JSONResponse(spec())

    async def as_page(_request: Request) -> Response:
        return frame.page("api.html", _DOCS, words.TITLE, words=words, calls=calls(spec()))

    async def to_page(_request: Request) -> Response:
        return RedirectResponse(_DOCS, 307)

    return [
        Route(_SPEC, as_json, methods=["GET"]),
        Route(_DOCS, as_page, methods=["GET"]),
        Route("/api", to_page, methods=["GET"]),
    ]


def description(described: Sequence[BaseRoute]) -> dict[str, Any]:
    """Return the OpenAPI description of these routes; what FastAPI adds and we don't do is out."""
    from fastapi.openapi.utils import get_openapi

    spec = get_openapi(
        title=words.TITLE, version=release(), description=words.ABOUT, routes=described
    )
    for operation in _operations(spec):
        operation["responses"].pop("422", None)
        operation["security"] = [{}, {"key": []}]
    schemas = spec["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    spec["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    return spec


def _operations(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in spec["paths"].values():
        yield from path.values()


def calls(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the page says of each call: its address, its words, its fields."""
    resolve = _resolver(spec)
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation["summary"],
            "about": operation.get("description", ""),
            "fields": list(_fields(operation, resolve)),
            "example": words.EXAMPLES.get(path, ""),
            "gives": list(_gives(operation, resolve)),
        }
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
    ]


def _fields(operation: dict[str, Any], resolve: Callable[..., Any]) -> Iterator[dict[str, str]]:
    for parameter in operation.get("parameters", ()):
        needed = words.NEEDED if parameter["required"] else ""
        yield {"name": parameter["name"], "type": "string", "needed": needed, "about": ""}
    body = operation.get("requestBody")
    if body:
        schema = resolve(body["content"]["application/json"]["schema"])
        for name, field in schema["properties"].items():
            kind = _kind(field, resolve)
            if kind != "any":
                needed = words.NEEDED if name in schema.get("required", ()) else ""
                about = field.get("description", "")
                yield {"name": name, "type": kind, "needed": needed, "about": about}


def _gives(operation: dict[str, Any], resolve: Callable[..., Any]) -> Iterator[dict[str, str]]:
    """Yield the answer's fields, of each form an answer can have; a list counts as its items."""
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    seen = set()
    for form in schema.get("anyOf", [schema]):
        one = resolve(form.get("items", form))
        if one.get("title") not in seen:
            seen.add(one.get("title"))
            fields = one.get("properties", {}).items()
            listed = "，".join(f"{name}（{_kind(field, resolve)}）" for name, field in fields)
            yield {"title": one.get("title", ""), "fields": listed}


def _kind(field: dict[str, Any], resolve: Callable[..., Any]) -> str:
    if "anyOf" in field:
        return " | ".join(dict.fromkeys(_kind(one, resolve) for one in field["anyOf"]))
    if "$ref" in field:
        return str(resolve(field).get("title", "object"))
    if field.get("type") == "array":
        return f"[{_kind(field.get('items', {}), resolve)}]"
    if "enum" in field:
        return " | ".join(map(str, field["enum"]))
    return str(field.get("const", field.get("type", "any")))


def _resolver(spec: dict[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def resolve(schema: dict[str, Any]) -> dict[str, Any]:
        name = schema.get("$ref", "").rpartition("/")[2]
        found: dict[str, Any] = spec["components"]["schemas"][name] if name else schema
        return found

    return resolve
