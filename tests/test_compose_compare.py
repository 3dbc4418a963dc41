"""Awards side by side: which pays more and by how much, proved; clauses spoken of; alike ones."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assistant.answer import Outcome
from assistant.calculation import DIFFERENCE, subtracted
from assistant.chain import open_assistant
from assistant.verify import faults
from tests.dialogue import OTHERS, cited, held, paid, said

if TYPE_CHECKING:
    from assistant.chain import Assistant


@pytest.fixture(scope="module")
def others() -> Assistant:
    return open_assistant(policies=OTHERS)


@pytest.mark.parametrize(
    ("turns", "clauses", "working"),
    [
        (("第三条和第六条的比例差几个百分点",), {"3", "6"}, "30% − 10% = 20个百分点"),
        (("第九条的上限比第四条高多少",), {"4", "9"}, "1000万元 − 150万元 = 850万元"),
        (
            ("第四条最多给多少", "第八条呢", "这两条差多少"),
            {"4", "8"},
            "150万元 − 30万元 = 120万元",
        ),
        (
            ("第八条给多少", "揭榜额300万的项目呢", "后者比前者多多少"),
            {"2", "8"},
            "150万元 − 30万元 = 120万元",
        ),
    ],
)
def test_what_two_clauses_differ_by_is_worked_out(
    assistant: Assistant, turns: tuple[str, ...], clauses: set[str], working: str
) -> None:
    answer = said(assistant, *turns)
    assert answer.outcome is Outcome.ANSWERED
    assert cited(answer) == clauses
    assert f"1. {working}" in answer.text
    assert working in [step.text for found in answer.calculations for step in found.steps]


def test_clauses_spoken_of_are_compared_by_what_was_told(assistant: Assistant) -> None:
    answer = said(assistant, "智慧养老产品卖了1500万补多少", "链主企业投资800万呢", "哪个拿得多？")
    assert cited(answer) == {"5", "6"}
    assert ("6", Decimal(800000)) in paid(answer)
    assert ("5", Decimal(450000)) in paid(answer)
    assert answer.text.startswith("第六条（80万元）比第五条（45万元）多35万元。")


def test_clauses_spoken_of_are_calculated_together(assistant: Assistant) -> None:
    answer = said(assistant, "智慧养老产品卖了1500万", "链主企业投资800万", "这两块各能拿多少")
    assert paid(answer) == [("5", Decimal(450000)), ("6", Decimal(800000))]


def test_three_clauses_spoken_of_are_ranked(assistant: Assistant) -> None:
    answer = said(assistant, "第4条上限多少", "第6条上限多少", "第8条给多少", "这三个哪个最高")
    assert cited(answer) == {"4", "6", "8"}
    assert answer.text.startswith("最高的是**第六条**")


def test_a_ceiling_stays_a_ceiling_in_a_comparison(assistant: Assistant) -> None:
    answer = said(assistant, "揭榜额500万能拿多少", "链主企业投资800万呢", "哪个多")
    assert answer.text.startswith("第二条（最高250万元）比第六条（80万元）多170万元。")


def test_clauses_that_pay_alike_are_named(assistant: Assistant) -> None:
    answer = said(assistant, "哪几条的上限相同")
    assert cited(answer) == {"3", "5", "6", "9"}
    assert "第六条、第九条**相同**，都是最高1000万元。" in answer.text


def test_two_awards_of_one_clause_are_told_apart(others: Assistant) -> None:
    answer = said(others, "省级绿色工厂和国家级绿色工厂相差多少")
    assert cited(answer) == {"二、（一）"}
    assert "50万元 − 20万元 = 30万元" in answer.text


def test_what_each_unit_is_paid_is_compared_when_it_is_asked_for(others: Assistant) -> None:
    answer = said(others, "直流充电桩和交流充电桩每个差多少")
    assert cited(answer) == {"二、（三）"}
    assert "（每个4000元）" in answer.text
    assert "4000元 − 600元 = 3400元" in answer.text


def test_a_clause_without_a_sum_is_named_as_such(assistant: Assistant) -> None:
    answer = said(assistant, "第十条和第四条哪个给得多")
    assert cited(answer) == {"4", "10"}
    assert "第十条没有写明具体金额或比例。" in answer.text


def test_clauses_are_compared_within_a_range_or_without_one(assistant: Assistant) -> None:
    assert said(assistant, "第3到5条里上限最低的是哪条").text.startswith("最低的是**第四条**")
    others = said(assistant, "除了第二条，其他条款里上限最高的是哪条")
    assert others.text.startswith("第六条、第九条**相同**，都是最高1000万元")


@pytest.mark.parametrize(
    ("more", "less"), [("10000000", "1400000"), ("9990000", "1500000"), ("10000000", "0")]
)
def test_a_difference_of_terms_that_no_clause_states_is_refused(
    assistant: Assistant, more: str, less: str
) -> None:
    draft = held(assistant, "第九条的上限比第四条高多少").draft
    assert not faults(draft, assistant.library)
    (working,) = draft.calculations
    wrong = subtracted(Decimal(more), Decimal(less), working.steps[0].quote)
    text = draft.text.replace(working.steps[0].text, wrong.text)
    changed = replace(draft, text=text, calculations=(replace(working, steps=(wrong,)),))
    assert faults(changed, assistant.library)


def test_a_difference_that_is_wrong_is_refused(assistant: Assistant) -> None:
    draft = held(assistant, "第九条的上限比第四条高多少").draft
    (working,) = draft.calculations
    (step,) = working.steps
    assert step.item == DIFFERENCE
    wrong = replace(step, text=step.text.replace("850", "150"))
    changed = replace(
        draft,
        text=draft.text.replace(step.text, wrong.text),
        calculations=(replace(working, steps=(wrong,)),),
    )
    assert any("difference" in fault for fault in faults(changed, assistant.library))


def test_rates_are_compared_whatever_sums_are_told(assistant: Assistant) -> None:
    """A sum told beside a question for rates is no rate to be set against one."""
    answer = said(assistant, "我们打算投6500万，揭榜挂帅和核心零部件相比，哪个给的比例更高")
    assert "50% − 30% = 20个百分点" in answer.text


def test_of_three_awards_each_says_what_it_comes_to(assistant: Assistant) -> None:
    """The sums that a ranking rests on are told and proved."""
    asked = "揭榜额3000万、研发投入800万、新落户链主投资5000万，哪个拿得最多"
    answer = said(assistant, asked)
    assert {found.clause for found in answer.calculations} == {"2", "3", "6"}
    assert all(words in answer.text for words in ("最高1500万元", "500万元", "最高200万元"))
