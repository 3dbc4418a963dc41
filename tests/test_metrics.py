"""Each expectation of a question, the proof of an answer, and the figures over a run."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Status
from eval.compare import paired_difference
from eval.evidence import unsourced_figures, unverbatim_quotes
from eval.metrics import judge, stated_yuan
from eval.scores import Share, percentile, score
from tests.eval_samples import LIBRARY, calculated, case, citation, prediction

if TYPE_CHECKING:
    from eval.predictions import Prediction

GOOD = prediction("按投资额的20%补助，最高50万元。", "按投资额的20%给予补助")


def missed(given_case: Any, came: Prediction) -> list[str]:
    return [miss.field for miss in judge(given_case, came, LIBRARY).misses]


@pytest.mark.parametrize(
    ("expected", "came", "fields"),
    [
        ({}, GOOD, []),
        ({"status": Status.DECLINED}, GOOD, ["status"]),
        ({"clauses": ("1",)}, GOOD, []),
        ({"clauses": ("1", "2")}, GOOD, ["clauses"]),
        ({"any_clause": ("1", "2")}, GOOD, []),
        ({"any_clause": ("2",)}, GOOD, ["any_clause"]),
        ({"says": (Decimal(500_000),)}, GOOD, []),
        ({"says": (Decimal(500_001),)}, GOOD, ["says"]),
        ({"contains": ("最高 ５０ 万元",)}, GOOD, []),
        ({"contains": ("最高", "封顶")}, GOOD, ["contains"]),
        ({"contains_any": ("封顶", "最高")}, GOOD, []),
        ({"contains_any": ("封顶",)}, GOOD, ["contains_any"]),
        ({"excludes": ("30%",)}, GOOD, []),
        ({"excludes": ("２０％",)}, GOOD, ["excludes"]),
        ({"clauses": ("1",), "policy": "tea"}, GOOD, []),
        ({"clauses": ("1",), "policy": "coffee"}, GOOD, ["clauses"]),
        ({"status": Status.CLARIFY, "says": (Decimal(1),)}, GOOD, ["status", "says"]),
    ],
)
def test_a_question_is_right_only_if_everything_it_expects_holds(
    expected: dict[str, Any], came: Prediction, fields: list[str]
) -> None:
    assert missed(case(**expected), came) == fields


@pytest.mark.parametrize(
    ("amount", "right"),
    [("100000", True), ("100000.00", True), ("100000.01", False), (None, False)],
)
def test_an_amount_is_exact_and_of_its_clause(amount: str | None, right: bool) -> None:
    wanted = case(amounts={"1": Decimal(100_000)})
    assert judge(wanted, prediction(calculations=(calculated(amount),)), LIBRARY).right is right
    elsewhere = prediction(calculations=(calculated(amount, clause="2"),))
    assert not judge(wanted, elsewhere, LIBRARY).right


def test_amounts_are_read_in_any_unit() -> None:
    assert stated_yuan("共０.５亿元，即五千万、50,000,000元") == {Decimal(50_000_000)}
    assert stated_yuan("500万美元") == frozenset()


def test_a_quote_must_stand_in_its_clause_where_it_says() -> None:
    right = citation("最高50万元")
    moved = citation("最高50万元").__class__("tea", "1", "", "", right.quote, 0, len(right.quote))
    for quote, wrong in ((right, 0), (moved, 1), (citation("最高60万元"), 1)):
        assert len(unverbatim_quotes(prediction("", citations=(quote,)), LIBRARY)) == wrong
    strange = citation("最高50万元", clause="9")
    assert unverbatim_quotes(prediction("", citations=(strange,)), LIBRARY) == ("最高50万元",)


def test_the_quotes_of_a_calculation_are_checked_too() -> None:
    wrong = prediction(calculations=(calculated("1", quote="按投资额的30%"),))
    assert unverbatim_quotes(wrong, LIBRARY) == ("按投资额的30%",)
    none = prediction(calculations=(calculated("1"),))
    assert unverbatim_quotes(none, LIBRARY) == ()


@pytest.mark.parametrize(
    ("answer", "unsourced"),
    [
        ("最高50万元，即500000元。", ()),
        ("您投资40万，20%就是8.5万元。", ("8.5万元",)),
        ("补助百分之二十，不是30％。", ("30%",)),
        ("一次性给8万元。", ("8万元",)),
        ("共2条，1个部分。", ()),
        ("共3条。", ("3条",)),
        ("须在90日内申报。", ("90日",)),
    ],
)
def test_a_figure_needs_a_source(answer: str, unsourced: tuple[str, ...]) -> None:
    asked = case(turns=("新茶园怎么补", "投资40万呢"))
    came = prediction(answer, "按投资额的20%给予补助")
    assert unsourced_figures(asked, came, LIBRARY) == unsourced


def test_a_step_of_the_calculation_is_a_source() -> None:
    came = prediction("可得8万元。", calculations=(calculated("80000", "40万元 × 20% = 8万元"),))
    assert unsourced_figures(case(), came, LIBRARY) == ()


def test_the_figures_of_a_run() -> None:
    verdicts = [
        judge(case(clauses=("1",)), GOOD, LIBRARY),
        judge(case(id="q2", clauses=("2",)), prediction("8.1万元", "最高50万元"), LIBRARY),
        judge(case(id="q3", any_clause=("1", "2")), GOOD, LIBRARY),
        judge(
            case(Status.DECLINED, id="q4", category="silent"),
            prediction("不知道", latency_ms=90.0),
            LIBRARY,
        ),
        judge(case(id="q5"), prediction("无", status=Status.DECLINED), LIBRARY),
    ]
    scores = score(verdicts)
    assert (scores.right.count, scores.right.total) == (2, 5)
    assert scores.categories["silent"] == Share(0, 1)
    assert scores.citation_recall == Share(2, 3)
    assert scores.citation_precision == Share(2, 3)
    assert scores.refused == Share(1, 4)
    assert scores.overreached == Share(1, 1)
    assert (scores.unverbatim, scores.unsourced) == (0, 1)
    assert (scores.latency_p50, scores.latency_max) == (5.0, 90.0)
    assert scores.to_json()["confusion"]["declined"]["answered"] == 1


def test_wilsons_interval_as_published() -> None:
    # Newcombe 1998, table I: 81 of 263 and 0 of 20.
    low, high = Share(81, 263).interval
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    low, high = Share(0, 20).interval
    assert (round(low, 4), round(high, 4)) == (0.0, 0.1611)


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_holds_its_share(count: int, more: int) -> None:
    share = Share(count, count + more)
    low, high = share.interval
    assert 0 <= low <= share.value <= high <= 1


def test_percentiles_are_values_that_occurred() -> None:
    values = [float(value) for value in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 1.0)] == [50, 95, 100]
    assert percentile([], 0.5) == 0


def test_a_paired_difference_without_changes_holds_zero() -> None:
    change, low, high = paired_difference(0, 0, 100)
    assert change == 0
    assert low < 0 < high


def test_a_clear_gain_is_above_zero() -> None:
    change, low, _ = paired_difference(20, 2, 100)
    assert change == pytest.approx(0.18)
    assert low > 0
