"""Who may see which page: an ASGI layer in front of all pages.

The desk and the insight page show what people asked. With users configured they ask for a sign-in;
without any they are for this computer alone, reached by its own name, not through a proxy. Every
request that changes something must come from a page of ours: browsers say so in `Sec-Fetch-Site`
or `Origin`, and a request that says neither is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse

from assistant.accounts import AccountError
from assistant.sessions import SESSION_SECONDS, Brake, Session, Sessions
from assistant.web import access_texts as texts

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from assistant.accounts import Accounts
    from assistant.web.doors import Doorkeeper
    from assistant.web.frame import Frame

COOKIE = "policy-assistant-session"
SIGN_IN = "/sign-in"
_GUARDED = re.compile(r"/(?:desk|insight)(?:/|$)")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_USER = "assistant.user"


@dataclass(frozen=True, slots=True)
class Access:
    """The users, the sessions that are open, and the brake on guessing passwords."""

    accounts: Accounts
    sessions: Sessions = field(default_factory=Sessions)
    brake: Brake = field(default_factory=Brake)

    def session(self, request: Request) -> Session | None:
        """Return the session of a request's cookie while its user and password still stand.

        Raises AccountError when the users can't be read.
        """
        session = self.sessions.find(request.cookies.get(COOKIE, ""))
        user = self.accounts.user(session.name) if session else None
        return session if user and session and user.hash == session.password_hash else None


class Guard:
    """An ASGI app around the pages and doors; `frame` draws its refusals."""

    def __init__(
        self, app: ASGIApp, access: Access, frame: Frame, doorkeeper: Doorkeeper | None = None
    ) -> None:
        self._app = app
        self._access = access
        self._frame = frame
        self._doorkeeper = doorkeeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on with the name of who signed in."""
        if scope["type"] == "http":
            request = Request(scope)
            refusal = self._refusal(request)
            if refusal:
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, request: Request) -> Response | None:
        if self._doorkeeper and self._doorkeeper.keeps(request.url.path):
            return self._doorkeeper.refusal(request)
        if request.method not in _SAFE and not is_same_origin(request.headers):
            return self._said(request, texts.FOREIGN_REQUEST, texts.FOREIGN_REQUEST_HINT, 403)
        if not _GUARDED.match(request.url.path):
            return None
        try:
            configured = bool(self._access.accounts.users())
            session = self._access.session(request) if configured else None
        except AccountError as error:
            return self._said(request, texts.NO_ACCOUNTS, str(error), 503)
        if session:
            request.scope[_USER] = session.name
            return None
        if configured:
            return _to_sign_in(request)
        if is_local(request):
            return None
        return self._said(request, texts.LOCAL_ONLY, texts.LOCAL_ONLY_HINT, 403)

    def _said(self, request: Request, title: str, words: str, status: int) -> Response:
        """Return a page for a browser, a line for everything else."""
        if _wants_page(request):
            return self._frame.notice(request.url.path, title, words, status)
        return PlainTextResponse(f"{title}：{words}", status)


def signed_in(request: Request) -> str | None:
    """Return the name of who signed in, None where no sign-in is asked for."""
    name = request.scope.get(_USER)
    return str(name) if name else None


def is_same_origin(headers: Headers) -> bool:
    """Tell whether a request comes from a page of ours, as only a browser can say."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin", "")
    return bool(headers.get("host")) and _host(origin) == headers["host"].lower()


def is_local(request: Request) -> bool:
    """Tell whether a request comes from this computer, by its own name, past no proxy.

    The name matters: a foreign page can make its own name mean 127.0.0.1 (DNS rebinding).
    """
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    name = host_name(request.headers.get("host", ""))
    return _is_loopback(request.client.host) and (name == "localhost" or _is_loopback(name))


def return_path(wanted: str) -> str:
    """Return where to go after signing in: a guarded page of ours, else the desk."""
    return wanted if re.fullmatch(r"/(?:desk|insight)(?:[/?][!-\[\]-~]*)?", wanted) else "/desk"


def give_cookie(response: Response, request: Request, token: str) -> None:
    """Hand a session's token to the browser: not for scripts, not for other sites' links."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def _to_sign_in(request: Request) -> Response:
    if request.method not in _SAFE or not _wants_page(request):
        return PlainTextResponse(texts.SIGN_IN_FIRST, 401)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{SIGN_IN}?next={quote(wanted, safe='/')}", 303)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None


def host_name(host: str) -> str:
    """Return the name in a Host header, without the port; "" when there is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_address(host: str) -> bool:
    """Tell whether a host is an IP address rather than a name."""
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback
