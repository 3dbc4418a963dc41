"""From figures in a question to calculations: which awards, which facts, which way round."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assistant.answer import Outcome
from tests.dialogue import held, paid, said

if TYPE_CHECKING:
    from assistant.chain import Assistant


@pytest.mark.parametrize(
    ("question", "clause", "fen"),
    [
        ("揭榜额3000万的项目能拿多少", "2", "15000000"),
        ("揭榜额4000万元能拿多少", "2", "20000000"),
        ("揭榜额4000.01万元能拿多少", "2", "20000000"),
        ("核心零部件研发投入500万能拿多少", "3", "1500000"),
        ("核心零部件研发投入1000万能拿多少", "3", "2000000"),
        ("智慧养老产品卖了1500万，能补多少？", "5", "450000"),
        ("单个产品销售1000万元能补多少", "5", "300000"),
        ("单个产品销售999.99万元能补多少", "5", "0"),
        ("两个产品分别卖了1500万和2000万，补多少", "5", "1050000"),
        ("两个产品分别卖了2000万和1500万，补多少", "5", "1050000"),
        ("链主企业投资三千五百万元能拿多少", "6", "3500000"),
        ("链主企业投资0.05亿能拿多少", "6", "500000"),
        ("链主企业投资１２００万能拿多少", "6", "1200000"),
        ("新落户链主企业投资1亿2000万元能拿多少", "6", "10000000"),
        ("链主企业投资1234.5678万元能拿多少", "6", "1234567.8"),
    ],
)
def test_the_amount_is_exact(assistant: Assistant, question: str, clause: str, fen: str) -> None:
    answer = said(assistant, question)
    assert answer.outcome is Outcome.ANSWERED
    assert paid(answer) == [(clause, Decimal(fen))]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "研发投入500万，投资3000万，分别能拿多少？",
            {("3", Decimal(1_500_000)), ("6", Decimal(3_000_000))},
        ),
        (
            "研发投入500万，产品销售2000万，各能拿多少",
            {("3", Decimal(1_500_000)), ("5", Decimal(600_000))},
        ),
    ],
)
def test_several_awards_give_one_calculation_each(
    assistant: Assistant, question: str, expected: set[tuple[str, Decimal]]
) -> None:
    found = paid(said(assistant, question))
    assert len(found) == len(expected)
    assert set(found) == expected


def test_a_range_is_calculated_at_both_ends(assistant: Assistant) -> None:
    found = paid(said(assistant, "链主企业投资600万到800万能拿多少"))
    assert found == [("6", Decimal(600_000)), ("6", Decimal(800_000))]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("链主企业投资-500万能补多少", "负数"),
        ("产品卖了-500万能补多少", "负数"),
        ("链主企业投资500万美元能拿多少", "人民币"),
        ("揭榜额500万欧元能拿多少", "人民币"),
        ("链主企业投资99999999亿能补多少", "常理"),
    ],
)
def test_a_sum_that_makes_no_sense_is_answered_not_computed(
    assistant: Assistant, question: str, reason: str
) -> None:
    answer = said(assistant, question)
    assert answer.outcome is Outcome.ANSWERED
    assert paid(answer) == []
    assert reason in answer.text


@pytest.mark.parametrize("question", ["链主企业投资几百万能拿多少", "揭榜额好几千万能拿多少"])
def test_a_vague_sum_is_not_computed(assistant: Assistant, question: str) -> None:
    answer = said(assistant, question)
    assert answer.outcome is Outcome.ANSWERED
    assert paid(answer) == []


@pytest.mark.parametrize(
    ("question", "needed"),
    [
        ("服务机器人想拿满200万要卖多少", "66666666.67"),
        ("链主企业想拿300万，投资额要到多少", "30000000"),
        ("揭榜挂帅想拿1000万，揭榜额要多少", "20000000"),
        ("想拿60万的智慧医疗销售补助，得卖多少？", "20000000"),
    ],
)
def test_the_way_back_from_a_wish(assistant: Assistant, question: str, needed: str) -> None:
    worked = held(assistant, question).draft.worked
    assert [found.value for found in worked.inverses] == [Decimal(needed)]
    assert not worked.calculations


def test_a_wish_above_the_cap_is_out_of_reach(assistant: Assistant) -> None:
    worked = held(assistant, "链主企业想拿2000万，投资额要到多少").draft.worked
    assert [found.reachable for found in worked.inverses] == [False]
    assert worked.inverses[0].reason


def test_a_missing_fact_is_asked_for_by_its_award(assistant: Assistant) -> None:
    worked = held(assistant, "帮我算揭榜挂帅能拿多少").draft.worked
    assert worked.open
    assert worked.open.clause == "2"
    assert not worked.calculations


@pytest.mark.parametrize(
    "question", ["揭榜挂帅有什么条件", "链主企业最高给多少", "第五条讲什么", "需要评审吗"]
)
def test_a_question_without_figures_is_not_calculated(assistant: Assistant, question: str) -> None:
    worked = held(assistant, question).draft.worked
    assert (worked.calculations, worked.open) == ((), None)
