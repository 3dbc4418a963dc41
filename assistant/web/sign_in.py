"""The sign-in page: a plain form, no script, and the way out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import RedirectResponse
from starlette.routing import Route

from assistant.accounts import AccountError
from assistant.web import access_texts as texts
from assistant.web.access import COOKIE, SIGN_IN, give_cookie, return_path

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from assistant.accounts import User
    from assistant.web.access import Access
    from assistant.web.frame import Frame

SIGN_OUT = "/sign-out"
_AT_ONCE = 2
"""Passwords checked at the same time; each takes 32 MiB."""


def sign_in_routes(access: Access, frame: Frame) -> list[Route]:
    """Return the routes of the sign-in page."""
    checking = asyncio.Semaphore(_AT_ONCE)

    def shown(wanted: str, name: str = "", fault: str = "", status: int = 200) -> Response:
        return frame.page(
            "sign_in.html",
            SIGN_IN,
            texts.SIGN_IN,
            status=status,
            words=texts,
            wanted=return_path(wanted),
            name=name,
            fault=fault,
        )

    async def show(request: Request) -> Response:
        try:
            if not access.accounts.users():
                return frame.notice(SIGN_IN, texts.NOT_SET_UP, texts.NOT_SET_UP_HINT, 200)
        except AccountError as error:
            return frame.notice(SIGN_IN, texts.NO_ACCOUNTS, str(error), 503)
        said = texts.SIGNED_OUT if "out" in request.query_params else ""
        return shown(request.query_params.get("next", ""), fault=said)

    async def sign_in(request: Request) -> Response:
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        name, password, wanted = (
            form.get(field, [""])[0] for field in ("name", "password", "next")
        )
        address = request.client.host if request.client else ""
        if seconds := access.brake.attempt(address, name):
            return shown(wanted, name, texts.wait(seconds), 429)
        try:
            async with checking:
                user = await asyncio.to_thread(access.accounts.verify, name, password)
        except AccountError as error:
            return frame.notice(SIGN_IN, texts.NO_ACCOUNTS, str(error), 503)
        if user is None:
            return shown(wanted, name, texts.WRONG, 401)
        access.brake.succeeded(address, name)
        return _begun(access, request, user, wanted)

    async def sign_out(request: Request) -> Response:
        access.sessions.end(request.cookies.get(COOKIE, ""))
        response = RedirectResponse(f"{SIGN_IN}?out=1", 303)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response

    return [
        Route(SIGN_IN, show, methods=["GET"]),
        Route(SIGN_IN, sign_in, methods=["POST"]),
        Route(SIGN_OUT, sign_out, methods=["POST"]),
    ]


def _begun(access: Access, request: Request, user: User, wanted: str) -> Response:
    """Return the way on, with a new session in the place of an older one."""
    access.sessions.end(request.cookies.get(COOKIE, ""))
    response = RedirectResponse(return_path(wanted), 303)
    give_cookie(response, request, access.sessions.begin(user.name, user.hash))
    return response
