"""The insight page: what the journal shows of a span of days, for the owner of the policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from assistant.insight import Day, Insight, day_of, gaps, insight, span
from assistant.journal import now
from assistant.journal_store import JournalError, read_records, read_unanswered
from assistant.journal_table import records_csv
from assistant.record import Channel
from assistant.spreadsheet import csv_text
from assistant.web import access_texts
from assistant.web import insight_texts as texts
from assistant.web.access import signed_in
from assistant.web.charts import Chart, stacked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from starlette.requests import Request

    from assistant.gaps import GapGroup, Grouping
    from assistant.record import Record, Unanswered
    from assistant.web.frame import Frame

    Answering = Callable[[Request], Response]

PATH = "/insight"
_USUAL_DAYS = 30
_QUICK_DAYS = (7, 30, 90)
_MOST_DAYS = 366
_MOST_COLUMNS = 92
"""Days shown one a column; of a longer span a column is a week."""
_MOST_ROWS = 20
_MOST_JUDGED = 10
_MOST_RECORDS = 200_000
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Filter:
    """The days and the channel to look at; `fault` says what of the wish could not be met."""

    first: date
    last: date
    channel: Channel | None = None
    fault: str = ""

    @property
    def query(self) -> str:
        """Return the filter as the query of an address."""
        channel = self.channel.value if self.channel else ""
        return urlencode({"from": self.first, "to": self.last, "channel": channel})


def read_filter(request: Request, today: date) -> Filter:
    """Return the filter that an address asks for, in its usual form where it asks for none."""
    asked = request.query_params
    channel = Channel(asked["channel"]) if asked.get("channel") in set(Channel) else None
    usual = Filter(today - timedelta(days=_USUAL_DAYS - 1), today, channel)
    days: list[date] = []
    for name, default in (("from", usual.first), ("to", usual.last)):
        value = asked.get(name, "")
        try:
            days.append(date.fromisoformat(value) if value else default)
        except ValueError:
            fault = texts.BAD_DATE.format(value=value[:20], days=_USUAL_DAYS)
            return Filter(usual.first, usual.last, channel, fault)
    first, last = min(days), max(days)
    if (last - first).days >= _MOST_DAYS:
        first = last - timedelta(days=_MOST_DAYS - 1)
        return Filter(first, last, channel, texts.TOO_LONG.format(days=_MOST_DAYS, first=first))
    return Filter(first, last, channel)


def insight_routes(frame: Frame, journal: Path, group: Grouping, days_kept: int) -> list[Route]:
    """Return the routes of the page and its two files."""

    names = {policy.id: policy.info.short_title for policy in frame.policies}

    def show(request: Request) -> Response:
        today = day_of(now())
        wanted = read_filter(request, today)
        found = insight(*_read(journal, wanted), wanted.first, wanted.last, group)
        values = _drawn(found) if found.total or found.gaps else {}
        return frame.page(
            "insight.html",
            PATH,
            texts.TITLE,
            words=texts,
            access=access_texts,
            user=signed_in(request),
            filter=wanted,
            quick=[(days, today - timedelta(days=days - 1), today) for days in _QUICK_DAYS],
            found=found,
            days_kept=days_kept,
            policy_names=names if len(names) > 1 else {},
            **values,
        )

    def turns(request: Request) -> Response:
        wanted = read_filter(request, day_of(now()))
        return _file("turns", wanted, records_csv(_read(journal, wanted)[0]))

    def unanswered(request: Request) -> Response:
        wanted = read_filter(request, day_of(now()))
        groups = group(gaps(*_read(journal, wanted)))
        return _file("unanswered", wanted, _gaps_csv(groups))

    def readable(answer: Answering) -> Answering:
        def answered(request: Request) -> Response:
            try:
                return answer(request)
            except JournalError as error:
                return frame.notice(PATH, texts.UNREADABLE, str(error), 503)

        return answered

    return [
        Route(PATH, readable(show)),
        Route(f"{PATH}/turns.csv", readable(turns)),
        Route(f"{PATH}/unanswered.csv", readable(unanswered)),
    ]


def _read(journal: Path, wanted: Filter) -> tuple[Sequence[Record], Sequence[Unanswered]]:
    """Return the turns and the desk's notes that a filter lets through."""
    since, until = span(wanted.first, wanted.last)
    records = read_records(journal, since, until, wanted.channel, _MOST_RECORDS)
    of_desk = wanted.channel in (None, Channel.DESK)
    return records, read_unanswered(journal, since, until) if of_desk else ()


def _drawn(found: Insight) -> dict[str, Any]:
    """Return what the template draws besides the figures themselves."""
    weekly = len(found.days) > _MOST_COLUMNS
    columns = _weeks(found.days) if weekly else found.days
    return {
        "weekly": weekly,
        "columns": columns,
        "chart": _chart(columns),
        "rows": _MOST_ROWS,
        "most_judged": _MOST_JUDGED,
        "labels": texts.ENDING_LABELS,
        "unanswered": sum(len(group.gaps) for group in found.gaps),
        "most_ended": max((count for _, count in found.outcomes), default=1),
        "most_cited": max((use.count for use in found.clauses), default=1),
        "day_of": day_of,
    }


def _chart(columns: Sequence[Day]) -> Chart:
    return stacked(
        [(_words(day), {way: getattr(day, way) for way in texts.WAYS}) for day in columns]
    )


def _words(day: Day) -> str:
    ways = (f"{label} {getattr(day, way)}" for way, label in texts.WAYS.items())
    return f"{day.day}：{day.total}（{'，'.join(ways)}）"


def _weeks(days: Sequence[Day]) -> tuple[Day, ...]:
    parts = (days[at : at + _WEEK] for at in range(0, len(days), _WEEK))
    return tuple(
        Day(part[0].day, *(sum(getattr(day, way) for day in part) for way in texts.WAYS))
        for part in parts
    )


def _gaps_csv(groups: Sequence[GapGroup]) -> str:
    columns = (texts.GAPS, texts.COUNT, texts.DAY, texts.QUESTION, texts.ENDING, texts.NEED[:-1])
    rows = (
        (group.name, len(group.gaps), day_of(gap.at), gap.question,
         texts.ENDING_LABELS.get(gap.ending, gap.ending), gap.need)
        for group in groups for gap in group.gaps
    )  # fmt: skip
    return csv_text(columns, rows)


def _file(name: str, wanted: Filter, text: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}-{wanted.first}-{wanted.last}.csv"',
        "Cache-Control": "no-store",
    }
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
