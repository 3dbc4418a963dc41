"""What became of the chat model in a turn: whether its words were used, why not, at what cost."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.answer import Answer


class Fate(StrEnum):
    """What became of the model in a turn."""

    USED = "used"
    REREAD = "reread"
    SUGGESTED = "suggested"
    NOT_NEEDED = "not_needed"
    NOTHING = "nothing"
    REJECTED = "rejected"
    SLOW = "slow"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    REFUSED = "refused"
    BROKEN = "broken"
    GARBLED = "garbled"
    LOOPED = "looped"
    OVER_BUDGET = "over_budget"
    RESTING = "resting"
    STOPPED = "stopped"

    @property
    def is_failure(self) -> bool:
        """Tell whether the model's server failed, so that it may be left alone for a while."""
        return self in _FAILURES


_FAILURES = {
    Fate.SLOW,
    Fate.UNREACHABLE,
    Fate.BUSY,
    Fate.REFUSED,
    Fate.BROKEN,
    Fate.GARBLED,
}


class ModelFault(Exception):  # noqa: N818 it names what went wrong, for the turn
    """The model can't be used in this turn; it says why, and nothing that the server sent."""

    def __init__(self, fate: Fate) -> None:
        super().__init__(fate.value)
        self.fate = fate


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What the model did in a turn: `rejected` are the reasons why sentences were left out."""

    fate: Fate
    sentences: int = 0
    rejected: tuple[str, ...] = ()
    repaired: bool = False
    rewritten: bool = False
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    ms: float = field(default=0.0, compare=False)

    def to_json(self) -> dict[str, Any]:
        """Return the use as the answer's JSON object carries it."""
        return {
            "fate": self.fate.value,
            "sentences": self.sentences,
            "rejected": len(self.rejected),
            "repaired": self.repaired,
            "rewritten": self.rewritten,
            "calls": self.calls,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "ms": round(self.ms, 1),
        }


class Stop:
    """A user's wish to wait no longer; may be given from any thread, at any time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given = False
        self._calls: list[Callable[[], object]] = []

    @property
    def given(self) -> bool:
        """Tell whether the user stopped."""
        return self._given

    def give(self) -> None:
        """Stop what is under way."""
        with self._lock:
            self._given, calls = True, self._calls
            self._calls = []
        for call in calls:
            call()

    def then(self, call: Callable[[], object]) -> None:
        """Have something done when the user stops; at once if that has happened."""
        with self._lock:
            if not self._given:
                self._calls.append(call)
                return
        call()


def _unheard(_: Answer) -> None:
    """Hear nothing."""


@dataclass(frozen=True, slots=True)
class Aloud:
    """How a turn is answered while someone listens.

    `hear` gets the answer as far as it has been checked, each time it grows; `stop` ends the
    waiting for the model; `writes` is off where the model is not to be asked at all.
    """

    hear: Callable[[Answer], None] = _unheard
    stop: Stop = field(default_factory=Stop)
    writes: bool = True


QUIET = Aloud(writes=False)
"""For questions that are asked again only to know where a conversation stands."""
