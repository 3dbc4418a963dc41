"""A running server with its doors open, over the real assistant and a journal of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx
    import uvicorn

    from assistant.chain import Assistant

QUESTION = "智慧养老产品卖了1500万，能补多少？"
FOLLOW_UP = "累计最高多少？"
OTHER = "揭榜挂帅项目最多能拿多少钱？"


class Faulty:
    """The real assistant, but for one question that meets a defect."""

    def __init__(self, assistant: Assistant) -> None:
        self.library = assistant.library
        self.retriever = assistant.retriever
        self._assistant = assistant

    def ask(self, question: str, conversation: Any = None) -> Any:
        if question == "故障":
            raise RuntimeError("secret detail")
        return self._assistant.ask(question, conversation)


@contextmanager
def running(assistant: Any) -> Iterator[str]:
    """Serve an assistant on a free port; yields the address without its last slash."""
    from assistant.web.server import claim_port, page_address

    with claim_port(port=0) as listener:
        server = asyncio.run(built(assistant))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until = time.monotonic() + 30
            while not server.started and time.monotonic() < until:
                time.sleep(0.02)
            assert server.started
            yield page_address(listener).rstrip("/")
        finally:
            server.should_exit = True
            thread.join(20)


async def built(assistant: Any) -> uvicorn.Server:
    """Build the server inside a running loop: Gradio makes loops without one, and leaves them."""
    from assistant.web.server import build_server

    return build_server(assistant)


@contextmanager
def recording(assistant: Assistant, folder: Path) -> Iterator[str]:
    """Serve the real assistant, with its journal in `folder`."""
    from assistant.journal import Journal
    from assistant.record import Channel
    from assistant.recorded import RecordedAssistant

    journal = Journal(folder, 180)
    try:
        with running(RecordedAssistant(assistant, journal, Channel.CHAT)) as address:
            yield address
    finally:
        journal.close()


def refused(answer: httpx.Response, status: int) -> dict[str, Any]:
    """Return what a refusal says; it is one line in OpenAI's form, with a next step."""
    assert answer.status_code == status, answer.text
    assert list(answer.json()) == ["error"]
    error: dict[str, Any] = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert "\n" not in error["message"]
    assert "Traceback" not in answer.text
    assert error["message"].endswith("。")
    return error
