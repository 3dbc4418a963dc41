"""The layer around all pages: safe headers, small requests, nothing offered that no page needs.

Gradio's own page names other hosts in its head and offers an API, uploads and a file proxy. This
ASGI layer lets through only what the chat needs, and rewrites Gradio's HTML on its way out: in
Chinese, without foreign links, behind a strict content policy.
"""

from __future__ import annotations

import re
import secrets
from html import escape
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse

from assistant.web import texts
from assistant.web.doors import DOOR, too_large
from assistant.web.frame import service_title

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant.web.frame import Frame

LARGEST_REQUEST = 1_000_000
"""Bytes a request's body may have; a question of 10,000 characters has about 30,000."""

_CHAT = "/"
_PLAIN = re.compile(r"/(?:reader|policy|calculator|desk|insight|sign-in|sign-out)(?:/|$)")
"""Our own routes, which Gradio never sees."""
_OFFERED = re.compile(
    r"/(?:$|page/|assets/|static/|theme\.css$|favicon\.ico$|robots\.txt$|config/?$"
    r"|gradio_api/(?:queue/(?:join|data)|heartbeat/\w+|startup-events|cancel|reset|app_id)/?$)"
)
_STYLES = ("tokens", "frame", "curve", "chat/page")
_FOREIGN = re.compile(
    r'<meta\s+(?:property|name)="(?:og|twitter):.*?>|<link rel="manifest".*?>', re.S
)
_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
}


class Shell:
    """An ASGI app around the pages; `frame` draws what it says itself."""

    def __init__(self, app: ASGIApp, frame: Frame) -> None:
        self._app = app
        self._frame = frame

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif not _is_offered(scope["path"]):
            await self._missing(scope)(scope, receive, _with_headers(send))
        elif _too_large(Headers(scope=scope)):
            await _refused(scope)(scope, receive, _with_headers(send))
        elif scope["path"] == _CHAT and scope["method"] == "GET":
            await self._page(scope, receive, send)
        else:
            await self._app(scope, receive, _with_headers(send))

    def _missing(self, scope: Scope) -> Response:
        if "text/html" in Headers(scope=scope).get("accept", ""):
            return self._frame.notice(scope["path"], texts.NOT_FOUND, texts.NOT_FOUND_HINT, 404)
        return PlainTextResponse(texts.NOT_OFFERED, status_code=404)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        received = _Collected()
        await self._app({**scope, "headers": plain}, receive, received)
        nonce = secrets.token_urlsafe(16)
        html = rewrite(received.body.decode(), service_title(self._frame.policies), nonce)
        response = HTMLResponse(html, status_code=received.status)
        response.headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce)
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, _with_headers(send))


def rewrite(html: str, title: str, nonce: str) -> str:
    """Return Gradio's page in Chinese, with our head, no foreign link, and a nonce a script."""
    styles = "".join(f'<link rel="stylesheet" href="page/{name}.css">' for name in _STYLES)
    head = (
        f"<head><title>{escape(title)}</title>"
        '<link rel="icon" type="image/svg+xml" href="page/favicon.svg">'
        f'{styles}<script src="page/chat/gradio.js"></script>'
        '<script type="module" src="page/chat/page.js"></script>'
    )
    html = _FOREIGN.sub("", html)
    html = html.replace('lang="en"', 'lang="zh-CN"', 1).replace("<head>", head, 1)
    return html.replace("<script", f'<script nonce="{nonce}"')


def _is_offered(path: str) -> bool:
    return any(form.match(path) for form in (_PLAIN, DOOR, _OFFERED))


def _refused(scope: Scope) -> Response:
    if DOOR.match(scope["path"]):
        return too_large(LARGEST_REQUEST)
    return PlainTextResponse(texts.TOO_LARGE, status_code=413)


def _too_large(headers: Headers) -> bool:
    unknown = "transfer-encoding" in headers
    return unknown or int(headers.get("content-length", "0")) > LARGEST_REQUEST


class _Collected:
    """An ASGI `send` that keeps a whole response."""

    def __init__(self) -> None:
        self.status = 200
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.body += message.get("body", b"")


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _ALWAYS.items():
                headers[name] = value
        await send(message)

    return sending
