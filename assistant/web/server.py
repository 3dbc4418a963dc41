"""Starts and stops the chat page's web server; nothing slow is imported until it is needed."""

from __future__ import annotations

import errno
import logging
import os
import socket
import threading
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.settings import Settings
from assistant.web import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import uvicorn
    from fastapi import FastAPI

    from assistant.gaps import Gap, GapGroup, Grouping
    from assistant.lookup import Nearby
    from assistant.web.conversation import Assistant
    from index.retriever import Hit

_STATIC = Path(__file__).with_name("static")
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 the address a browser can open
_NEAREST = 30
_SECONDS_TO_STOP = 1
"""How long answers under way may take to finish; open pages hold a connection for ever."""


class PortTakenError(OSError):
    """The address cannot be listened on; `str()` is one line for the user."""


def claim_port(host: str = "127.0.0.1", port: int = 7860) -> socket.socket:
    """Return a socket that listens on the address, so that a taken port shows before slow work.

    Port 0 takes a free one. Raises PortTakenError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would share a port that is taken
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise PortTakenError(_why(host, port, error)) from error
    return listener


def build_app(assistant: Assistant) -> FastAPI:
    """Return all pages as one ASGI application: the plain ones, then Gradio's chat at the root."""
    import gradio as gr
    from fastapi import FastAPI
    from fastapi.staticfiles import StaticFiles

    from assistant.accounts import Accounts
    from assistant.api_keys import ApiKeys
    from assistant.journal_store import FILE
    from assistant.web import calculator, door_routes, policy, reader
    from assistant.web.access import Access, Guard
    from assistant.web.chat import build_page
    from assistant.web.desk import desk_routes
    from assistant.web.doors import Doorkeeper
    from assistant.web.frame import Frame
    from assistant.web.insight import insight_routes
    from assistant.web.shell import Shell
    from assistant.web.sign_in import sign_in_routes
    from assistant.web.theme import chat_theme
    from assistant.web.visitors import Visitors

    settings = Settings.from_environment()
    keys, visitors = ApiKeys(settings.api_keys), Visitors()
    keys.check()
    frame = Frame(assistant.library.policies)
    access = Access(Accounts(settings.home))
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/page", StaticFiles(directory=_STATIC))
    app.include_router(reader.routes(assistant.library))
    app.router.routes += sign_in_routes(access, frame)
    app.router.routes += insight_routes(
        frame, settings.home / FILE, _grouping(assistant), settings.journal_days
    )
    app.router.routes += desk_routes(
        assistant, frame, settings.home / FILE, settings.journal_days, _nearby(assistant)
    )
    for page in (calculator, policy):
        app.include_router(page.routes(assistant, frame))
    app.router.routes += door_routes.routes(assistant, frame, visitors)
    gr.mount_gradio_app(
        app,
        build_page(assistant, visitors),
        path="/",
        theme=chat_theme(),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        favicon_path=str(_STATIC / "favicon.svg"),
        max_file_size=0,
    )
    doorkeeper = Doorkeeper(keys, settings.own_hosts)
    app.add_middleware(Guard, access=access, frame=frame, doorkeeper=doorkeeper)
    app.add_middleware(Shell, frame=frame)
    return app


def _grouping(assistant: Any) -> Grouping:
    """Return what groups unanswered questions; the assistant is needed once there are some."""
    from assistant.gaps import grouped

    def group(gaps: Sequence[Gap]) -> tuple[GapGroup, ...]:
        return grouped(gaps, assistant.retriever.search.store.embed, assistant.gist) if gaps else ()

    return group


def _nearby(assistant: Any) -> Nearby | None:
    """Return what finds clauses by meaning while one types; a re-ranker would be too slow."""
    retriever = getattr(assistant, "retriever", None)
    if retriever is None or retriever.reranker:
        return None

    def near(text: str) -> Sequence[Hit]:
        hits: Sequence[Hit] = retriever.retrieve(text, _NEAREST).hits
        return hits

    return near


def build_server(assistant: Assistant) -> uvicorn.Server:
    """Return a server for the page, not yet running: `server.run(sockets=[claim_port(...)])`.

    Once told to stop it says no more: the pages still open are no fault worth a traceback.
    """
    import uvicorn

    config = uvicorn.Config(
        build_app(assistant),
        log_level="warning",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_STOP,
    )
    server = uvicorn.Server(config)
    logging.getLogger("uvicorn.error").addFilter(lambda _: not server.should_exit)
    return server


def serve(
    assistant: Assistant,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    listener: socket.socket | None = None,
) -> None:
    """Serve the page until Ctrl-C; `listener` is the socket when `claim_port` was called before.

    Raises PortTakenError before anything slow is built.
    """
    held = listener or claim_port(host, port)
    address = page_address(held)
    server = build_server(assistant)
    print(texts.ready(address), flush=True)  # noqa: T201
    if open_browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    try:
        with suppress(KeyboardInterrupt):  # Ctrl-C is how a person stops the page
            server.run(sockets=[held])
    finally:
        held.close()
        print(texts.STOPPED, flush=True)  # noqa: T201


def page_address(listener: socket.socket) -> str:
    """Return the address a browser opens for this socket."""
    host, port = listener.getsockname()[:2]
    if listener.family == socket.AF_INET6 and host not in _ANY_ADDRESS:
        host = f"[{host}]"
    return f"http://{_ANY_ADDRESS.get(host, host)}:{port}/"


def _why(host: str, port: int, error: OSError | OverflowError) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"本机没有地址“{host}”，请改 --host，例如 --host 127.0.0.1。"
    reasons = {
        errno.EADDRINUSE: f"端口 {port} 已被占用",
        errno.EACCES: f"没有权限使用端口 {port}",
    }
    reason = reasons.get(number or 0, f"无法使用端口 {port}")
    another = port + 1 if 1024 <= port < 65535 else 7860
    return f"{reason}，请用 --port 换一个端口，例如 --port {another}。"
