"""What all doors for other programs share: who is let in, and how a refusal is written.

A door is an address under /api, /v1 or /mcp. Its refusals are JSON in OpenAI's form, so that every
client shows the line: `{"error": {"message", "type", "param", "code"}}`.
"""

from __future__ import annotations

import logging
import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from assistant import door_wording as words
from assistant.door_requests import DoorError, refused, shortened
from assistant.settings import SettingError
from assistant.web.access import host_name, is_address, is_same_origin
from assistant.web.visitors import TooManyError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.requests import Request
    from starlette.responses import Response

    from assistant.api_keys import ApiKeys

logger = logging.getLogger(__name__)
DOOR = re.compile(r"/(?:api|v1|mcp)(?:/|$)")
MCP = "/mcp"
_OPEN = frozenset({"/api/docs", "/api/openapi.json", "/api/health"})
"""What is shown without a key: it tells how to ask, and that the service is there."""
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Lets requests in: the keys, when there are any, and the names this service goes by."""

    keys: ApiKeys
    hosts: frozenset[str] = frozenset()

    @staticmethod
    def keeps(path: str) -> bool:
        """Tell whether a path is a door."""
        return DOOR.match(path) is not None

    def refusal(self, request: Request) -> Response | None:
        """Return why a request to a door is refused, None when it is let in."""
        headers, writes = request.headers, request.method == "POST"
        said = "sec-fetch-site" in headers or "origin" in headers
        if said and writes and not is_same_origin(headers):
            origin = shortened(headers.get("origin", headers.get("sec-fetch-site", "")))
            return failed(DoorError(words.FOREIGN.format(origin=origin), "Origin", "foreign", 403))
        host = headers.get("host", "")
        if request.url.path.startswith(MCP) and not self._is_own(host_name(host)):
            line = words.FOREIGN_HOST.format(host=shortened(host))
            return failed(DoorError(line, "Host", "foreign_host", 421))
        given = headers.get("content-type", "")
        if writes and given.partition(";")[0].strip().lower() != "application/json":
            line = words.NOT_JSON_TYPE.format(given=shortened(given))
            return failed(DoorError(line, "Content-Type", "unsupported_media_type", 415))
        return None if request.url.path in _OPEN else self._keyless(headers.get("authorization"))

    def _keyless(self, header: str | None) -> Response | None:
        try:
            fault = self.keys.fault(header)
        except SettingError:
            logger.exception("the API keys can't be read")
            return failed(DoorError(words.KEYS_AWAY, code="keys_unreadable", status=503))
        if fault is None:
            return None
        answer = failed(DoorError(fault, "Authorization", "invalid_api_key", 401))
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    def _is_own(self, name: str) -> bool:
        """Tell whether a name is ours: an address can't be made to mean another one."""
        known = {"localhost", socket.gethostname().lower(), *self.hosts}
        return is_address(name) or name.lower() in known


def failed(error: DoorError) -> JSONResponse:
    """Return a refusal in OpenAI's form."""
    kind = _TYPES.get(error.status, "invalid_request_error" if error.status < 500 else "api_error")
    told = {"message": error.message, "type": kind, "param": error.place, "code": error.code}
    return JSONResponse({"error": told}, error.status)


def too_large(limit: int) -> JSONResponse:
    """Return the refusal of a request that is too large, or doesn't say how large it is."""
    return failed(DoorError(words.TOO_LARGE.format(limit=limit), code="too_large", status=413))


def too_many(error: TooManyError) -> JSONResponse:
    """Return the refusal of a client that has used up its share, with the seconds to wait."""
    line = words.TOO_MANY.format(seconds=error.seconds)
    answer = failed(DoorError(line, code="rate_limit_exceeded", status=429))
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def client_of(request: Request | None) -> str:
    """Return by what a client is told from others: its address and, where it has one, its key."""
    if request is None or request.client is None:
        return ""
    return f"{request.client.host} {request.headers.get('authorization', '')}"


def address_of(request: Request | None) -> str:
    """Return the address whose share is charged."""
    return request.client.host if request and request.client else ""


class DoorRoute(APIRoute):
    """A route whose every refusal is one line in OpenAI's form, never a traceback."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with what it raises turned into refusals."""
        inner = super().get_route_handler()
        known = [*self.body_field.field_info.annotation.model_fields] if self.body_field else []  # type: ignore[union-attr]

        async def handle(request: Request) -> Response:
            try:
                return await inner(request)
            except RequestValidationError as error:
                return failed(_unreadable(error, known, request.url.path))
            except HTTPException:
                return failed(_not_json("无法解析"))
            except TooManyError as error:
                return too_many(error)
            except DoorError as error:
                return failed(error)
            except Exception:
                logger.exception("a request at %s failed", self.path)
                return failed(DoorError(words.FAILED, code="internal_error", status=500))

        return handle


def _unreadable(error: RequestValidationError, known: list[str], path: str) -> DoorError:
    faults = [{**fault, "loc": fault["loc"][1:]} for fault in error.errors()]
    if faults[0]["type"] == "json_invalid":
        return _not_json(f"第 {faults[0]['loc'][0] + 1} 个字符附近有误")
    if not faults[0]["loc"] and error.errors()[0]["loc"][:1] == ("body",):
        return DoorError(
            words.NOT_OBJECT.format(example=words.BODIES.get(path, "{}")), code="not_json"
        )
    return refused(faults, known)


def _not_json(fault: str) -> DoorError:
    return DoorError(words.NOT_JSON.format(fault=fault), code="not_json")
