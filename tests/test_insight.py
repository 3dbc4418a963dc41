from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Outcome
from assistant.gaps import Gap, GapGroup, grouped
from assistant.insight import CHINA, DESK, Day, gaps, insight, percentile, span
from assistant.journal_table import COLUMNS, records_csv
from assistant.record import (
    Answered,
    Asked,
    Channel,
    Cited,
    Feedback,
    Record,
    State,
    Unanswered,
)
from assistant.spreadsheet import csv_text
from assistant.web.charts import FULL, scale, stacked
from assistant.web.insight_texts import ENDING_LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.chain import Assistant

MONDAY = date(2026, 11, 23)


def at(day: int, hour: int = 12) -> datetime:
    """Return an hour of a day in China, the 23rd being Monday."""
    return datetime(2026, 11, day, hour, tzinfo=CHINA).astimezone(UTC)


def record(
    turn: str,
    outcome: Outcome = Outcome.ANSWERED,
    *,
    when: datetime | None = None,
    question: str = "能补多少",
    clauses: Sequence[str] = (),
    ms: float = 5.0,
    thumb: int = 0,
    reason: str = "",
) -> Record:
    moment = when or at(23)
    cited = tuple(
        Cited("sample", clause, f"第{clause}条", "标题", "引文", 0, 2, "") for clause in clauses
    )
    answered = Answered(
        turn, moment, outcome.status, outcome, "答", None, cited, "[]", "r", "p", ms
    )
    said = Feedback(turn, moment, thumb, reason) if thumb else None
    asked = Asked(turn, moment, f"c-{turn[0]}", Channel.CHAT, question)
    return Record(asked, State.DONE, answered, said)


def alone(found: Sequence[Gap]) -> tuple[GapGroup, ...]:
    return tuple(GapGroup(gap.question, (gap,)) for gap in found)


def test_each_day_counts_how_its_questions_ended() -> None:
    unfinished = Record(Asked("x", at(24), "c", Channel.CHAT, "问"), State.INTERRUPTED)
    records = [
        record("a1"),
        record("a2", Outcome.MISSING_FACT),
        record("b1", Outcome.SILENT_TOPIC, when=at(24)),
        unfinished,
    ]
    found = insight(records, (), MONDAY, date(2026, 11, 25), alone)
    assert found.days == (
        Day(MONDAY, 1, 1, 0, 0),
        Day(date(2026, 11, 24), 0, 0, 1, 1),
        Day(date(2026, 11, 25)),
    )
    assert (found.total, found.conversations, found.answered) == (4, 3, 1)
    assert dict(found.outcomes)["interrupted"] == 1


def test_a_day_begins_at_midnight_in_china() -> None:
    records = [record("a", when=at(23, 0)), record("b", when=at(23, 23))]
    (day,) = insight(records, (), MONDAY, MONDAY, alone).days
    assert day.answered == 2
    begin, end = span(MONDAY, MONDAY)
    assert begin == datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert end - begin == timedelta(days=1)


def test_a_clause_counts_once_an_answer() -> None:
    records = [record("a", clauses=("五", "五", "六")), record("b", clauses=("五",))]
    found = insight(records, (), MONDAY, MONDAY, alone).clauses
    assert [(use.label, use.count) for use in found] == [("第五条", 2), ("第六条", 1)]


def test_thumbs_and_their_reasons_the_bad_ones_first() -> None:
    records = [
        record("a", thumb=1),
        record("b", thumb=1, reason="清楚"),
        record("c", thumb=-1),
    ]
    found = insight(records, (), MONDAY, MONDAY, alone)
    assert (found.ups, found.downs) == (2, 1)
    assert [(said.thumb, said.reason) for said in found.judged] == [(-1, ""), (1, "清楚")]


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 50, None),
        ([7.0], 95, 7.0),
        ([3.0, 1.0, 2.0], 50, 2.0),
        ([float(n) for n in range(1, 101)], 95, 95.0),
        ([1.0, 2.0], 50, 1.0),
    ],
)
def test_percentiles_are_values_that_occurred(
    values: list[float], share: int, expected: float | None
) -> None:
    assert percentile(values, share) == expected


def test_gaps_are_what_the_policy_lacks_and_what_the_desk_noted() -> None:
    records = [
        record("a"),
        record("b", Outcome.SILENT_TOPIC, question="租金"),
        record("c", Outcome.NOT_UNDERSTOOD, question="嗯"),
        record("d", Outcome.MISSING_FACT),
        record("e", Outcome.UNSAFE),
        record("f", Outcome.INJECTION),
    ]
    found = gaps(records, [Unanswered("n", at(23), "公寓", "住房")])
    assert [(gap.question, gap.ending) for gap in found] == [
        ("租金", Outcome.SILENT_TOPIC),
        ("嗯", Outcome.NOT_UNDERSTOOD),
        ("公寓", DESK),
    ]


ASKED = (
    "上市有奖励吗", "上市奖励多少钱", "充电桩有补贴吗", "什么时候开始申报", "申报截止日期是哪天",
    "贷款贴息政策", "贷款利息能补贴吗", "展厅装修有补贴吗", "上市有奖励吗",
)  # fmt: skip
ABOUT = (
    {"上市有奖励吗", "上市奖励多少钱"},
    {"什么时候开始申报", "申报截止日期是哪天"},
    {"贷款贴息政策", "贷款利息能补贴吗"},
    {"充电桩有补贴吗"},
    {"展厅装修有补贴吗"},
)


def test_questions_about_the_same_thing_make_a_group(assistant: Assistant) -> None:
    embed = assistant.retriever.search.store.embed
    found = grouped([Gap(at(23), q, "x") for q in ASKED], embed, assistant.gist)
    assert {gap.question for gap in found[0].gaps} == ABOUT[0]
    assert {frozenset(gap.question for gap in group.gaps) for group in found} == {
        frozenset(group) for group in ABOUT
    }
    assert found[0].name == "上市有奖励吗"
    assert [count for _, count in found[0].wordings] == [2, 1]


def test_groups_do_not_depend_on_the_order_of_the_questions(assistant: Assistant) -> None:
    embed = assistant.retriever.search.store.embed
    moments = [Gap(at(23) + timedelta(minutes=n), q, "x") for n, q in enumerate(ASKED)]
    forth = grouped(moments, embed, assistant.gist)
    assert grouped(moments[::-1], embed, assistant.gist) == forth
    assert grouped((), embed, assistant.gist) == ()


@given(st.lists(st.text(max_size=6), max_size=12))
def test_every_question_is_in_one_group(questions: list[str]) -> None:
    def embed(text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        vector = np.zeros(8, np.float32)
        vector[len(text) % 8] = 1
        return vector

    found = grouped([Gap(at(23), q, "x") for q in questions], embed, lambda q: q)
    assert sorted(gap.question for group in found for gap in group.gaps) == sorted(questions)
    sizes = [len(group.gaps) for group in found]
    assert sizes == sorted(sizes, reverse=True)


def test_every_ending_has_a_label() -> None:
    assert {*Outcome, *(s for s in State if s is not State.DONE), DESK} <= set(ENDING_LABELS)


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " ="]
)
def test_no_cell_is_a_formula(start: str) -> None:
    cell = f'{start}HYPERLINK("http://example.com","x")'
    (row,) = list(csv.reader(io.StringIO(csv_text(("问题",), [[cell]]), newline="")))[1:]
    assert row == [f"'{cell}"]


def test_numbers_and_words_stay_as_they_are() -> None:
    text = csv_text(("甲", "乙"), [[-1.5, "补助，3%\n“累计”"], [None, "x"]])
    assert text.startswith("\ufeff甲,乙\r\n-1.5,")
    assert list(csv.reader(io.StringIO(text, newline="")))[2] == ["", "x"]


def test_the_export_has_every_column_also_for_a_turn_without_an_answer() -> None:
    bare = Record(Asked("x", at(24), "c", Channel.CHAT, "=1+1"), State.INTERRUPTED)
    text = records_csv([bare, record("a", clauses=("五",), thumb=-1, reason="@x")])
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert rows[1][4] == "'=1+1"
    assert rows[2][12:14] == ["踩", "'@x"]


@given(st.integers(0, 10**7))
def test_the_scale_holds_the_most_in_round_steps(most: int) -> None:
    top = scale(most)
    assert top >= most
    assert top <= max(3, most * 2.5)
    assert top < 4 or top % 4 == 0


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=60))
def test_columns_stay_inside_the_chart_and_stand_on_each_other(
    counts: list[tuple[int, int]],
) -> None:
    chart = stacked([("日", {"answered": a, "declined": d}) for a, d in counts])
    assert chart.lines[-1] == 0
    for column, (a, d) in zip(chart.columns, counts, strict=True):
        assert len(column.parts) == (a > 0) + (d > 0)
        heights = sum(part.height for part in column.parts)
        assert heights == pytest.approx((a + d) / chart.lines[0] * FULL, abs=0.01)
        for part in column.parts:
            assert 0 <= part.x <= part.x + part.width <= FULL
            assert -0.01 <= part.y <= part.y + part.height <= FULL + 0.01
