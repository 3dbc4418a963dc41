"""What a turn ends in: Answer, its Citations, and the named Outcomes.

`Answer.to_json` is the stable contract that `policy-assistant ask --json` prints.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.calculator import Calculation
    from assistant.model_use import ModelUse
    from assistant.passage import Passage


class Status(StrEnum):
    """The three ways a turn can end."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    DECLINED = "declined"


class Outcome(StrEnum):
    """Every ending by name; `status` says which of the three ways it is."""

    ANSWERED = "answered"
    GREETING = "greeting"
    CAPABILITIES = "capabilities"
    THANKS = "thanks"
    MISSING_FACT = "missing_fact"
    AMBIGUOUS_AWARD = "ambiguous_award"
    NOT_UNDERSTOOD = "not_understood"
    SILENT_ASPECT = "silent_aspect"
    SILENT_TOPIC = "silent_topic"
    OTHER_PLACE = "other_place"
    OFF_TOPIC = "off_topic"
    UNKNOWN_CLAUSE = "unknown_clause"
    UNSAFE = "unsafe"
    INJECTION = "injection"
    TOO_LONG = "too_long"
    UNVERIFIED = "unverified"

    @property
    def status(self) -> Status:
        """Return which of the three ways this ending is."""
        return _STATUS.get(self, Status.DECLINED)


_STATUS = {
    Outcome.ANSWERED: Status.ANSWERED,
    Outcome.GREETING: Status.ANSWERED,
    Outcome.CAPABILITIES: Status.ANSWERED,
    Outcome.THANKS: Status.ANSWERED,
    Outcome.MISSING_FACT: Status.CLARIFY,
    Outcome.AMBIGUOUS_AWARD: Status.CLARIFY,
    Outcome.NOT_UNDERSTOOD: Status.CLARIFY,
    Outcome.TOO_LONG: Status.CLARIFY,
}


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation and where it stands; `start`/`end` are offsets in the clause's text."""

    policy: str
    clause: str
    label: str
    title: str
    quote: str
    start: int
    end: int

    def to_json(self) -> dict[str, Any]:
        """Return the citation as the contract's JSON object."""
        return {
            "policy": self.policy,
            "clause": self.clause,
            "label": self.label,
            "title": self.title,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished turn. `text` is Markdown that has passed the gate.

    `understood` is the standalone question when the turn was rewritten; `choices` are ready-made
    replies to a clarifying question; `suggestions` are next questions worth asking. `passages` are
    the parts of the text with the clauses each rests on, none when they are not told apart; `use`
    tells what became of the chat model, None when there is none.
    """

    question: str
    outcome: Outcome
    text: str
    citations: tuple[Citation, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    understood: str | None = None
    choices: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    latency_ms: float = field(default=0.0, compare=False)
    passages: tuple[Passage, ...] = ()
    use: ModelUse | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the turn as the contract's JSON object; `model` only where there is one."""
        return {
            "question": self.question,
            "status": self.outcome.status.value,
            "reason": self.outcome.value,
            "answer": self.text,
            "citations": [citation.to_json() for citation in self.citations],
            "calculations": [calculation.to_json() for calculation in self.calculations],
            "latency_ms": round(self.latency_ms, 1),
            **({"model": self.use.to_json()} if self.use else {}),
        }
