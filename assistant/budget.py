"""How much the model may be used: calls and tokens a turn, and a day over all processes.

A day's use is kept in `<home>/model-use.db`. While the file can't be used, the day is counted in
memory, and one line is logged.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assistant.model_use import Fate, ModelFault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.model_settings import ModelSettings

logger = logging.getLogger(__name__)
FILE = "model-use.db"
_PATIENCE_SECONDS = 0.5
_TABLE = (
    "CREATE TABLE IF NOT EXISTS use "
    "(day TEXT PRIMARY KEY, calls INTEGER NOT NULL, tokens INTEGER NOT NULL)"
)
_ADD = (
    "INSERT INTO use VALUES (?, ?, ?) ON CONFLICT (day) DO UPDATE "
    "SET calls = calls + excluded.calls, tokens = tokens + excluded.tokens"
)


def today() -> str:
    """Return the day where the program runs."""
    return datetime.now(UTC).astimezone().date().isoformat()


class DayBook:
    """How many calls and tokens each day took, kept in the data folder for all processes."""

    def __init__(self, folder: Path, day: Callable[[], str] = today) -> None:
        self.path = folder / FILE
        self._day = day
        self._lock = threading.Lock()
        self._unkept: Counter[str] = Counter()
        self._failing = False

    def add(self, calls: int, tokens: int) -> None:
        """Add to today's use."""
        with self._lock:
            if not self._write(calls, tokens):
                self._unkept.update({f"{self._day()} calls": calls})
                self._unkept.update({f"{self._day()} tokens": tokens})

    def used(self) -> tuple[int, int]:
        """Return today's calls and tokens."""
        with self._lock:
            calls, tokens = self._read()
            day = self._day()
            return calls + self._unkept[f"{day} calls"], tokens + self._unkept[f"{day} tokens"]

    def _write(self, calls: int, tokens: int) -> bool:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._open()) as file, file:
                file.execute(_TABLE)
                file.execute(_ADD, (self._day(), calls, tokens))
        except (OSError, sqlite3.Error) as error:
            self._fail(error)
            return False
        self._failing = False
        return True

    def _read(self) -> tuple[int, int]:
        if not self.path.exists():
            return 0, 0
        try:
            with closing(self._open()) as file, file:
                file.execute(_TABLE)
                row = file.execute(
                    "SELECT calls, tokens FROM use WHERE day = ?", (self._day(),)
                ).fetchone()
        except sqlite3.Error as error:
            self._fail(error)
            return 0, 0
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=_PATIENCE_SECONDS)

    def _fail(self, error: Exception) -> None:
        if not self._failing:
            logger.warning("%s can't be used (%s); today is counted in memory.", self.path, error)
        self._failing = True


@dataclass(slots=True)
class Meter:
    """What one turn has used, held against its limits and the day's.

    A call's tokens are estimated before it is made, so that one that never returns is counted.
    """

    settings: ModelSettings
    book: DayBook
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def check(self) -> None:
        """Raise ModelFault when nothing is left, of the turn or of the day."""
        limits = self.settings
        if _is_spent(self.calls, limits.turn_calls):
            raise ModelFault(Fate.LOOPED)
        if _is_spent(self.input_tokens + self.output_tokens, limits.turn_tokens):
            raise ModelFault(Fate.OVER_BUDGET)
        calls, tokens = self.book.used()
        if _is_spent(calls, limits.day_calls) or _is_spent(tokens, limits.day_tokens):
            raise ModelFault(Fate.OVER_BUDGET)

    def begin(self, estimate: int) -> None:
        """Count a call about to be made, of about so many tokens; raises ModelFault."""
        self.check()
        self.calls += 1
        self.input_tokens += estimate
        self.book.add(1, estimate)

    def end(self, estimate: int, read: int, written: int) -> None:
        """Put what a call really took in the place of its estimate."""
        self.input_tokens += read - estimate
        self.output_tokens += written
        self.book.add(0, read - estimate + written)

    @property
    def is_last_call(self) -> bool:
        """Tell whether one call is left, so that it has to bring the answer."""
        return 0 < self.settings.turn_calls <= self.calls + 1


def _is_spent(used: int, limit: int) -> bool:
    return 0 < limit <= used
