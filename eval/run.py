"""Ask every question of a set and keep the answers: asking is apart from scoring."""

from __future__ import annotations

import hashlib
import json
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Protocol

from eval.jsonl import written_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from assistant.answer import Answer
    from assistant.settings import Settings
    from corpus.library import Library
    from eval.cases import Case


class Turn(Protocol):
    """A finished turn: its answer, and the conversation to hand to the next one."""

    @property
    def answer(self) -> Answer:
        """Return the answer of this turn."""
        ...

    @property
    def conversation(self) -> Any:
        """Return what the next turn needs to know of this one."""
        ...


class Asker(Protocol):
    """Whoever answers questions: the assistant, or a stand-in."""

    def ask(self, question: str, conversation: Any = None) -> Turn:
        """Answer one turn of a conversation."""
        ...


def ask_case(asker: Asker, case: Case) -> dict[str, Any]:
    """Ask all turns of a case as one conversation; return its id and the last turn's object."""
    turn = asker.ask(case.turns[0])
    for question in case.turns[1:]:
        turn = asker.ask(question, turn.conversation)
    trace = getattr(turn, "trace", None)
    return {"id": case.id, **turn.answer.to_json(), **({"trace": trace} if trace else {})}


def write_predictions(
    asker: Asker, cases: Iterable[Case], path: Path, done: Callable[[], None] = lambda: None
) -> None:
    """Ask every case and write one line each; the file appears only when all were asked.

    `done` is called after each case, to move a progress bar.
    """
    with written_whole(path) as file:
        for case in cases:
            file.write(json.dumps(ask_case(asker, case), ensure_ascii=False) + "\n")
            done()


def made_with(
    questions: Path, limit: int | None, library: Library, settings: Settings
) -> dict[str, Any]:
    """Return the settings that a run's results carry."""
    return {
        "questions": questions.name,
        "questions_sha256": hashlib.sha256(questions.read_bytes()).hexdigest(),
        "limit": limit,
        "policies": [policy.id for policy in library.policies],
        "policies_sha256": library.fingerprint,
        "embedding": settings.embedding or "内置",
        "model": settings.chat.name if settings.chat else None,
        "version": version("policy-assistant"),
        "python": platform.python_version(),
        "asked_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
