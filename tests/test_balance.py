"""What is left: of a cap that counts payments, of a sum of which some is paid, of two cases."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assistant.answer import Outcome
from assistant.balance import left_under_cap, less
from assistant.calculation import Taken
from assistant.calculator import calculate
from assistant.verify import faults
from tests.dialogue import held, paid, said

if TYPE_CHECKING:
    from assistant.chain import Assistant

LEFT = [
    (["第五条已经领了160万，还能拿多少"], [("5", 400_000)], "还可获得 40万元"),
    (["服务机器人那200万的累计额度，用掉了125万，还剩多少"], [("5", 750_000)], "还可获得 75万元"),
    (["揭榜额1800万，第一阶段已经拨了400万，后面最多还有多少"], [("2", 9_000_000)], "= 500万元"),
    (
        ["市级智能工厂资助上限多少", "假如已经给了90万，离上限还剩多少"],
        [("4", 1_500_000)],
        "60万元",
    ),
    (
        ["新落户链主，投资额5200万", "第一阶段给了200万", "按最高算，还剩多少没给"],
        [("6", 5_200_000)],
        "520万元 − 已获得 200万元 = 320万元",
    ),
    (
        ["研发投了410万，最多支持多少", "已经给了50万，还能给多少", "那如果已经给了80万呢"],
        [("3", 1_230_000)],
        "= 43万元",
    ),
    (
        ["链主企业新落户，投资额6000万给多少", "加到7500万的话，能多拿多少"],
        [("6", 7_500_000)],
        "750万元 − 原来的 600万元 = 150万元",
    ),
]


@pytest.mark.parametrize(("turns", "sums", "words"), LEFT, ids=[turns[-1] for turns, _, _ in LEFT])
def test_what_is_left_is_worked_out(
    assistant: Assistant, turns: list[str], sums: list[tuple[str, int]], words: str
) -> None:
    """The amount stays what the rule gives; the working goes on to what is left of it."""
    answer = said(assistant, *turns)
    assert paid(answer) == [(clause, Decimal(amount)) for clause, amount in sums]
    assert words in answer.text


def test_the_rest_is_not_told_where_something_else_is_asked(assistant: Assistant) -> None:
    """After a talk about the rest, a question about review is about review."""
    turns = ["国家级公共服务平台落户支持多少", "首期已经拿到280万，后续最多还有多少", "要评审吗"]
    assert not said(assistant, *turns).calculations


def test_one_sum_for_several_products_is_asked_for_product_by_product(assistant: Assistant) -> None:
    """A threshold for each product can't be held to what they sold together."""
    answer = said(assistant, "两款养老机器人加起来卖了1800万，补助算一下")
    assert answer.outcome is Outcome.MISSING_FACT


def test_a_cap_counts_only_what_is_told(assistant: Assistant) -> None:
    """Nothing is left where nothing counts, and no more than all can be used up."""
    rules = {rule.id: rule for rule in assistant.library.awards}
    sales = next(r for r in rules.values() if any(cap.received for cap in r.caps))
    name = next(cap.received for cap in sales.caps if cap.received)
    assert left_under_cap(sales, {}) is None
    used_up = left_under_cap(sales, {name: (Decimal(3_000_000),)})
    assert used_up is not None
    assert used_up.amount == 0


def test_the_gate_refuses_a_sum_taken_off_that_nobody_told(assistant: Assistant) -> None:
    """What is taken off must be told as paid, or follow from earlier facts."""
    draft = held(assistant, "揭榜额1800万，第一阶段已经拨了400万，后面最多还有多少").draft
    assert not faults(draft, assistant.library)
    rule = next(r for r in assistant.library.awards if r.id == draft.calculations[0].award)
    plain = calculate(rule, draft.calculations[0].inputs)
    wrong = less(plain, Taken("已获得", Decimal(3_000_000)))
    found = faults(replace(draft, calculations=(wrong,)), assistant.library)
    assert any("taken off" in fault for fault in found)


def test_nothing_is_taken_off_what_is_smaller(assistant: Assistant) -> None:
    """A sum above the amount leaves the calculation as it was."""
    rule = next(r for r in assistant.library.awards if r.clause == "2")
    plain = calculate(rule, {rule.inputs[0].id: Decimal(1_000_000)})
    assert less(plain, Taken("已获得", Decimal(9_000_000))) == plain
