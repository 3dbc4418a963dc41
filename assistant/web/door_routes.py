"""All doors for other programs, as routes of the one app: REST, OpenAI-compatible, MCP, their page.

What is asked through them counts towards the same share as the chat's. The MCP SDK is imported by
the first request at its door; without it that door says what to install.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.routing import Match, Route

from assistant import door_wording as words
from assistant.door_requests import DoorError, shortened
from assistant.talks import Talks
from assistant.web import api, api_page, completions
from assistant.web.doors import MCP, address_of, client_of, failed
from assistant.web.visitors import TooManyError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

    from assistant.web.conversation import Assistant
    from assistant.web.frame import Frame
    from assistant.web.visitors import Visitors


def routes(assistant: Assistant, frame: Frame, visitors: Visitors) -> list[BaseRoute]:
    """Return the routes of all doors, and behind them one that says which there are."""
    talks = Talks(assistant)
    described = [
        *api.routes(assistant, talks, visitors).routes,
        *completions.routes(talks, visitors).routes,
    ]
    door = Route(MCP, McpDoor(assistant, talks, visitors), methods=["POST"])
    offered: list[BaseRoute] = [*described, *api_page.routes(described, frame), door]
    return [*offered, *_nothing_else(offered)]


def _nothing_else(offered: list[BaseRoute]) -> list[BaseRoute]:
    """Return the routes that catch every other address and method at the doors."""

    async def nothing(request: Request) -> Response:
        path = shortened(request.url.path)
        found: list[Any] = [r for r in offered if r.matches(request.scope)[0] is not Match.NONE]
        if found:
            allowed = sorted({method for route in found for method in route.methods})
            line = words.NO_METHOD.format(
                path=path, method=shortened(request.method), allowed="、".join(allowed)
            )
            answer = failed(DoorError(line, code="method_not_allowed", status=405))
            answer.headers["Allow"] = ", ".join(allowed)
            return answer
        known = "、".join(dict.fromkeys(getattr(route, "path", "") for route in offered))
        line = words.NO_PATH.format(path=path, known=known)
        return failed(DoorError(line, code="not_found", status=404))

    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    forms = ("/api", "/v1", "/api/{rest:path}", "/v1/{rest:path}", MCP, f"{MCP}/{{rest:path}}")
    return [Route(form, nothing, methods=methods, name="nothing") for form in forms]


class McpDoor:
    """The ASGI app at /mcp: each request is served by itself, without sessions."""

    def __init__(self, assistant: Assistant, talks: Talks, visitors: Visitors) -> None:
        @asynccontextmanager
        async def admit(request: Any, answers: int) -> AsyncIterator[None]:
            try:
                async with visitors.admitted(address_of(request), answers):
                    yield
            except TooManyError as error:
                raise DoorError(words.TOO_MANY.format(seconds=error.seconds)) from error

        @cache
        def opened() -> Callable[..., Any]:
            from assistant import mcp_server

            server = mcp_server.build(assistant, talks, admit, client_of)
            return lambda *message: mcp_server.answer_http(server, *message)

        self._opened = opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            answer = await asyncio.to_thread(self._opened)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
                raise
            missing = failed(DoorError(words.NO_MCP, code="not_installed", status=501))
            await missing(scope, receive, send)
            return
        await answer(scope, receive, send)
