"""A desk user's own day from the journal: what was asked and answered, what had to be noted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.insight import CHINA, DESK, day_of, span
from assistant.journal import now
from assistant.journal_store import read_records, read_unanswered
from assistant.record import Channel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from assistant.record import Record, Unanswered

_MOST_READ = 2_000


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the log: how it ended (`DESK` for a note), the clauses cited, the need noted."""

    id: str
    at: datetime
    ending: str
    question: str
    clauses: tuple[tuple[str, str, str], ...] = ()
    need: str = ""

    @property
    def clock(self) -> str:
        """Return the time of day in China."""
        return f"{self.at.astimezone(CHINA):%H:%M}"

    @property
    def is_note(self) -> bool:
        """Tell whether this is a question that the desk noted as unanswered."""
        return self.ending == DESK


@dataclass(frozen=True, slots=True)
class Log:
    """The day of one user, latest first."""

    lines: tuple[Logged, ...]

    @property
    def asked(self) -> int:
        """Return how many questions were asked."""
        return sum(not line.is_note for line in self.lines)

    @property
    def noted(self) -> int:
        """Return how many had to be noted as unanswered."""
        return len(self.lines) - self.asked


def todays_log(journal: Path, user: str) -> Log:
    """Return today's log of a user ("" where nobody signs in); raises JournalError."""
    today = day_of(now())
    since, until = span(today, today)
    records = read_records(journal, since, until, Channel.DESK, _MOST_READ, user)
    return log(records, read_unanswered(journal, since, until), user)


def log(records: Sequence[Record], notes: Sequence[Unanswered], user: str) -> Log:
    """Return the log of a user from turns and notes."""
    lines = [_turn(record) for record in records if record.asked.user == user]
    lines += [
        Logged(note.id, note.at, DESK, note.question, need=note.need)
        for note in notes
        if note.user == user
    ]
    return Log(tuple(sorted(lines, key=lambda line: (line.at, line.id), reverse=True)))


def _turn(record: Record) -> Logged:
    answered = record.answered
    cited = answered.citations if answered else ()
    return Logged(
        id=record.asked.id,
        at=record.asked.at,
        ending=answered.outcome if answered else record.state.value,
        question=record.asked.question,
        clauses=tuple(dict.fromkeys((c.policy, c.clause, c.label) for c in cited)),
    )
