"""What a span of the journal shows: questions a day, endings, clauses, gaps, thumbs, latency.

Pure functions over frozen records; days are those of China (UTC+8, no summer time).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

from assistant.answer import Outcome, Status
from assistant.gaps import Gap, GapGroup
from assistant.record import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.gaps import Grouping
    from assistant.record import Answered, Cited, Feedback, Record, Unanswered

CHINA = timezone(timedelta(hours=8))
DESK = "desk"
"""The ending of a question that the desk logged itself."""

_NO_GAP = frozenset({Outcome.UNSAFE, Outcome.INJECTION, Outcome.TOO_LONG})
"""Endings that tell nothing of what a policy lacks."""


@dataclass(frozen=True, slots=True)
class Day:
    """How many questions of a day ended in which way; `unfinished` were failed or interrupted."""

    day: date
    answered: int = 0
    clarify: int = 0
    declined: int = 0
    unfinished: int = 0

    @property
    def total(self) -> int:
        """Return the questions of the day."""
        return self.answered + self.clarify + self.declined + self.unfinished


@dataclass(frozen=True, slots=True)
class ClauseUse:
    """How many answers cited a clause."""

    policy: str
    clause: str
    label: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer that a user gave a reason for."""

    question: str
    thumb: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Insight:
    """What the records of a span show; `p50` and `p95` are milliseconds, None without an answer."""

    total: int
    conversations: int
    days: tuple[Day, ...]
    outcomes: tuple[tuple[str, int], ...]
    clauses: tuple[ClauseUse, ...]
    gaps: tuple[GapGroup, ...]
    ups: int
    downs: int
    judged: tuple[Judged, ...]
    p50: float | None
    p95: float | None

    @property
    def answered(self) -> int:
        """Return how many questions were answered."""
        return sum(day.answered for day in self.days)


def insight(
    records: Sequence[Record],
    noted: Sequence[Unanswered],
    first: date,
    last: date,
    group: Grouping,
) -> Insight:
    """Return what the records and the desk's notes from day `first` to day `last` show."""
    latencies = [answered.latency_ms for answered in _answers(records)]
    feedback = [record.feedback for record in records if record.feedback]
    return Insight(
        total=len(records),
        conversations=len({record.asked.conversation for record in records}),
        days=_days(records, first, last),
        outcomes=_outcomes(records),
        clauses=_clauses(records),
        gaps=group(gaps(records, noted)),
        ups=sum(said.thumb > 0 for said in feedback),
        downs=sum(said.thumb < 0 for said in feedback),
        judged=_judged(records),
        p50=percentile(latencies, 50),
        p95=percentile(latencies, 95),
    )


def gaps(records: Sequence[Record], noted: Sequence[Unanswered]) -> tuple[Gap, ...]:
    """Return the questions that the policies gave no answer to, and those the desk noted."""
    declined = [
        Gap(record.asked.at, record.asked.question, record.answered.outcome)
        for record in records
        if record.answered and _is_gap(record.answered)
    ]
    notes = [Gap(note.at, note.question, DESK, note.need) for note in noted]
    return (*declined, *notes)


def percentile(values: Sequence[float], share: int) -> float | None:
    """Return the least value that `share` percent of the values don't exceed, None for none."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)] if ordered else None


def day_of(moment: datetime) -> date:
    """Return the day in China of a moment."""
    return moment.astimezone(CHINA).date()


def span(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the moments at which the first day begins and the last one is over, in UTC."""
    ends = (first, last + timedelta(days=1)) if last < date.max else (first, last)
    begin, end = (datetime.combine(day, time(), CHINA) for day in ends)
    return begin.astimezone(UTC), end.astimezone(UTC)


def _is_gap(answered: Answered) -> bool:
    if answered.outcome == Outcome.NOT_UNDERSTOOD:
        return True
    return answered.status == Status.DECLINED and answered.outcome not in _NO_GAP


def _answers(records: Sequence[Record]) -> Iterator[Answered]:
    return (record.answered for record in records if record.answered)


def _days(records: Sequence[Record], first: date, last: date) -> tuple[Day, ...]:
    counts = Counter((day_of(record.asked.at), _way(record)) for record in records)
    ways = (Status.ANSWERED, Status.CLARIFY, Status.DECLINED, "")
    every = (first + timedelta(days=at) for at in range((last - first).days + 1))
    return tuple(Day(day, *(counts[day, way] for way in ways)) for day in every)


def _way(record: Record) -> str:
    return record.answered.status if record.state is State.DONE and record.answered else ""


def _outcomes(records: Sequence[Record]) -> tuple[tuple[str, int], ...]:
    names = (r.answered.outcome if r.answered else r.state.value for r in records)
    return tuple(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))


def _clauses(records: Sequence[Record]) -> tuple[ClauseUse, ...]:
    """Count each clause once an answer, under the name it had last."""
    counts: Counter[tuple[str, str]] = Counter()
    latest: dict[tuple[str, str], Cited] = {}
    for answered in _answers(records):
        cited = {(found.policy, found.clause): found for found in answered.citations}
        counts.update(cited.keys())
        latest = cited | latest
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        ClauseUse(*place, latest[place].label, latest[place].title, count)
        for place, count in ordered
    )


def _judged(records: Sequence[Record]) -> tuple[Judged, ...]:
    """Return the answers that were found bad or judged in words, the bad ones first."""

    def of(record: Record, said: Feedback) -> Judged:
        return Judged(record.asked.question, said.thumb, said.reason, said.at)

    found = [of(r, r.feedback) for r in records if r.feedback and r.feedback.thumb]
    worth = (judged for judged in found if judged.thumb < 0 or judged.reason)
    return tuple(sorted(worth, key=lambda judged: (judged.thumb, -judged.at.timestamp())))
