"""What the journal holds: the entries that are written, and the Record of a turn read back.

Every text in them is already masked and cut to length; times are aware, in UTC. Entries are made
by `assistant.journal` and kept by `assistant.journal_store`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from assistant.masking import mask

if TYPE_CHECKING:
    from datetime import datetime

MOST_EARLIER = 10
"""Questions before a turn that are kept with it, so that it can be asked again."""
_LONGEST = 8_000


class Channel(StrEnum):
    """Where a question was asked."""

    CHAT = "chat"
    DESK = "desk"
    CLI = "cli"
    API = "api"


class State(StrEnum):
    """How far a turn has come: a process killed before it answered leaves it interrupted."""

    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came in; `earlier` are the questions of its conversation before it.

    `user` is the account that asked at the desk, "" where nobody signs in.
    """

    id: str
    at: datetime
    conversation: str
    channel: Channel
    question: str
    earlier: tuple[str, ...] = ()
    user: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation with the SHA-256 of the clause's whole text on that day."""

    policy: str
    clause: str
    label: str
    title: str
    quote: str
    start: int
    end: int
    clause_hash: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What a question was answered with.

    `status` and `outcome` are the values of `Status` and `Outcome`; `rules` and `policies` are the
    hashes of the award rules and of the policies that the answer was made from; `calculations` is
    the contract's JSON list.
    """

    id: str
    at: datetime
    status: str
    outcome: str
    text: str
    understood: str | None
    citations: tuple[Cited, ...]
    calculations: str
    rules: str
    policies: str
    latency_ms: float


@dataclass(frozen=True, slots=True)
class Failed:
    """A question that the program could not answer, by a fault of its own."""

    id: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a user thought of an answer: `thumb` 1 is up, -1 down, 0 takes it back."""

    id: str
    at: datetime
    thumb: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A caller's question that the desk could not answer, with what the caller needs it for."""

    id: str
    at: datetime
    question: str
    need: str = ""
    note: str = ""
    turn: str | None = None
    user: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A note of the desk taken back by the user who made it."""

    id: str
    user: str = ""


Entry = Asked | Answered | Failed | Feedback | Unanswered | Withdrawn


@dataclass(frozen=True, slots=True)
class Record:
    """A turn read back from the journal."""

    asked: Asked
    state: State
    answered: Answered | None = None
    feedback: Feedback | None = None


def recordable(text: str, longest: int = _LONGEST) -> str:
    """Return a text as it may be kept: cut to `longest` characters, its personal numbers masked."""
    cut = text if len(text) <= longest else re.sub(r"[\d \-]*$", "", text[:longest]) + "…"
    return mask(cut).strip()
