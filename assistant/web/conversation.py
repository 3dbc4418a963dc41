"""What one window has asked, and how its conversation is taken up again.

The browser keeps the questions and sends them with every new one; nothing else of a conversation
is trusted or needed, for the same questions lead to the same conversation. The server remembers
the conversation after each question of its session, so that only what it has not seen, after a
restart or a reload, is asked again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from assistant.web.streaming import asked_quietly

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.answer import Answer
    from assistant.web.marks import Shelf

MOST_TURNS = 60
"""Earlier questions that a conversation goes back to."""
LONGEST_QUESTION = 20_000
LONGEST_REASON = 500
_ID = re.compile(r"[\w-]{1,64}")


class Turn(Protocol):
    """What an assistant gives back: the answer, and the conversation to pass on."""

    @property
    def answer(self) -> Answer:
        """Return the finished answer."""

    @property
    def conversation(self) -> Any:
        """Return the opaque value that the next question needs."""


class Assistant(Protocol):
    """What the page needs of an assistant."""

    @property
    def library(self) -> Shelf:
        """Return where the policies are kept."""

    def ask(self, question: str, conversation: Any = None) -> Turn:
        """Answer one question."""


@runtime_checkable
class Recorder(Protocol):
    """An assistant whose turns are kept somewhere; each has an `id` there."""

    def recall(self, question: str, conversation: Any = None) -> Turn:
        """Answer a question again, without keeping it."""

    def judge(self, turn_id: str, thumb: int, reason: str = "") -> None:
        """Keep what a user thinks of an answer: 1 up, -1 down, 0 takes it back."""


@dataclass(frozen=True, slots=True)
class Held:
    """A question of this session and the conversation after it."""

    question: str
    conversation: Any


Session = tuple[Held, ...]
"""What the server remembers of one window, never shared."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser sends: a question with its own id, and the questions before it.

    `calm` shows the answer at once, for people who asked their system for less motion.
    """

    id: str
    question: str
    earlier: tuple[str, ...] = ()
    calm: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """What a user thinks of a turn that is kept: 1 up, -1 down, 0 takes it back."""

    record: str
    thumb: int
    reason: str


def read_asked(data: Any) -> Asked | None:
    """Return what the browser sent, None when no page of ours could have sent it."""
    if not isinstance(data, dict) or not _is_id(data.get("id")):
        return None
    question, earlier = data.get("question", ""), data.get("earlier", [])
    if not isinstance(earlier, list) or not all(isinstance(q, str) for q in (question, *earlier)):
        return None
    kept = tuple(storable(words) for words in earlier[-MOST_TURNS:] if words.strip())
    return Asked(data["id"], storable(question), kept, data.get("calm") is True)


def read_judged(data: Any) -> Judged | None:
    """Return what the browser sent, None when no page of ours could have sent it."""
    if not isinstance(data, dict) or not _is_id(data.get("record")):
        return None
    thumb, reason = data.get("thumb"), data.get("reason", "")
    if thumb not in (-1, 0, 1) or not isinstance(reason, str):
        return None
    return Judged(data["record"], int(thumb), storable(reason)[:LONGEST_REASON])


def storable(words: str) -> str:
    """Return words cut to size, without the half characters that no encoding can carry."""
    return words[:LONGEST_QUESTION].encode("utf-8", "replace").decode("utf-8")


def caught_up(
    session: Session, earlier: tuple[str, ...], again: Callable[[str, Any], Turn]
) -> Session:
    """Return the session after exactly these questions, asking again what it has not seen."""
    kept: list[Held] = []
    for held, question in zip(session, earlier, strict=False):
        if held.question != question:
            break
        kept.append(held)
    for question in earlier[len(kept) :]:
        turn = again(question, last(kept))
        kept.append(Held(question, turn.conversation))
    return tuple(kept)


def last(session: Session | list[Held]) -> Any:
    """Return the conversation after the last question, None before the first."""
    return session[-1].conversation if session else None


def again_by(assistant: Assistant) -> Callable[[str, Any], Turn]:
    """Return how a question is asked once more: not kept, and without a chat model."""
    return assistant.recall if isinstance(assistant, Recorder) else asked_quietly(assistant)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None
