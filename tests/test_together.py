"""What the cases of a conversation come to together, and what two of them differ by."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assistant.answer import Outcome
from assistant.verify import faults
from tests.dialogue import cited, held, said

if TYPE_CHECKING:
    from assistant.chain import Assistant

SUMS = [
    (
        [
            "揭榜额1000万，最多多少",
            "智慧医疗单品卖了2000万呢",
            "还入围了市级推荐目录",
            "这三笔总共是多少",
        ],
        {"2", "5", "8"},
        "500万元 + 60万元 + 30万元 = 590万元",
    ),
    (
        ["甲客户揭榜额2600万", "乙客户新落户链主企业，投资9000万", "两家按最高算，合计多少"],
        {"2", "6"},
        "1300万元 + 900万元 = 2200万元",
    ),
    (
        ["第2条的上限是多少", "第3条的上限呢", "这两条要是都拿满，总共多少"],
        {"2", "3"},
        "2000万元 + 200万元 = 2200万元",
    ),
    (
        ["我有三家客户都入围了市级推荐目录", "每家都给的话，三家合计多少"],
        {"8"},
        "30万元 + 30万元 + 30万元 = 90万元",
    ),
    (["把所有上限和定额加起来，总数是多少"], {"2", "3", "4", "5", "6", "8", "9"}, "= 4580万元"),
    (
        ["揭榜额3000万能支持多少", "如果揭榜额4400万呢", "两者按最高算差多少"],
        {"2"},
        "2000万元 − 1500万元 = 500万元",
    ),
    (
        ["新落户链主，方案一投资8000万", "方案二投资1.2亿", "两个方案的资助差多少"],
        {"6"},
        "1000万元 − 800万元 = 200万元",
    ),
]


@pytest.mark.parametrize(("turns", "clauses", "step"), SUMS, ids=[t[-1] for t, _, _ in SUMS])
def test_cases_are_put_together(
    assistant: Assistant, turns: list[str], clauses: set[str], step: str
) -> None:
    """Each case is named with its clause, and the sum stands in the working."""
    answer = said(assistant, *turns)
    assert answer.outcome is Outcome.ANSWERED
    assert cited(answer) == clauses
    assert step in answer.text


def test_a_sum_of_its_own_is_a_case_of_its_own(assistant: Assistant) -> None:
    """合计 with a figure tells what is to be computed, not what was."""
    answer = said(assistant, "揭榜额1000万，最多多少", "如果几家合计揭榜额3000万，最多多少")
    assert [found.amount for found in answer.calculations] == [Decimal(15_000_000)]


@pytest.mark.parametrize(
    ("asked", "clause"), [("这个政策一共几条", None), ("智能工厂总共能拿多少", "4")]
)
def test_what_is_not_of_the_cases_is_no_sum(
    assistant: Assistant, asked: str, clause: str | None
) -> None:
    """A count of the document, and another award, are answered for themselves."""
    answer = said(assistant, "揭榜额1000万，最多多少", "智慧医疗单品卖2000万呢", asked)
    assert "相加合计" not in answer.text
    assert clause is None or cited(answer) == {clause}


def test_one_case_alone_is_no_sum(assistant: Assistant) -> None:
    """Nothing is added where only one case was asked."""
    answer = said(assistant, "揭榜额1000万，最多多少", "总共多少")
    assert "合计" not in answer.text


def test_the_gate_refuses_a_sum_that_does_not_add_up(assistant: Assistant) -> None:
    """A step that adds up is read and added again."""
    turns = ["揭榜额1000万，最多多少", "入围市级推荐目录给多少", "这两笔总共多少"]
    draft = held(assistant, *turns).draft
    assert not faults(draft, assistant.library)
    *parts, total = draft.calculations
    step = replace(total.steps[0], text="500万元 + 30万元 = 540万元", result="540万元")
    wrong = replace(draft, calculations=(*parts, replace(total, steps=(step,))))
    assert any("doesn't hold" in fault for fault in faults(wrong, assistant.library))
