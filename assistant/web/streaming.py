"""Answers that grow while one watches: what a chat model adds, each sentence after its check."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from assistant.model_use import QUIET, Aloud, Stop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from assistant.answer import Answer
    from assistant.web.conversation import Assistant, Turn

Result = TypeVar("Result")


@runtime_checkable
class Speaker(Protocol):
    """An assistant whose answers may grow: `speaks` tells whether they do."""

    @property
    def speaks(self) -> bool:
        """Tell whether a chat model writes."""

    def ask(self, question: str, conversation: Any = None, aloud: Aloud | None = None) -> Turn:
        """Answer one question, heard while it grows."""


def speaks(assistant: Assistant) -> bool:
    """Tell whether an assistant's answers grow."""
    return isinstance(assistant, Speaker) and assistant.speaks


def asked_aloud(assistant: Assistant, question: str, conversation: Any, aloud: Aloud) -> Turn:
    """Ask an assistant, letting `aloud` hear the answer grow where it does."""
    if isinstance(assistant, Speaker) and assistant.speaks:
        return assistant.ask(question, conversation, aloud)
    return assistant.ask(question, conversation)


def asked_quietly(assistant: Assistant) -> Callable[[str, Any], Turn]:
    """Return how a question is asked again, without the chat model."""
    return lambda question, before: asked_aloud(assistant, question, before, QUIET)


class Stops:
    """The questions under way by their ids, so that the one who asked can stop waiting."""

    def __init__(self) -> None:
        self._running: dict[str, Stop] = {}

    def begin(self, turn: str) -> Stop:
        """Return the stop of a question that begins."""
        return self._running.setdefault(turn, Stop())

    def end(self, turn: str) -> None:
        """Forget a question."""
        self._running.pop(turn, None)

    def give(self, turn: Any) -> None:
        """Stop a question, if it is under way."""
        if isinstance(turn, str) and turn in self._running:
            self._running[turn].give()


async def heard(
    work: Callable[[Aloud], Result], stop: Stop
) -> AsyncIterator[tuple[Answer | None, Result | None]]:
    """Yield each answer that the work lets hear, then its result; leaving early stops it."""
    loop = asyncio.get_running_loop()
    answers: asyncio.Queue[Answer | None] = asyncio.Queue()

    def put(answer: Answer | None) -> None:
        loop.call_soon_threadsafe(answers.put_nowait, answer)

    def run() -> Result:
        try:
            return work(Aloud(hear=put, stop=stop))
        finally:
            put(None)

    task = asyncio.create_task(asyncio.to_thread(run))
    try:
        while (answer := await answers.get()) is not None:
            yield answer, None
        yield None, await task
    finally:
        stop.give()
