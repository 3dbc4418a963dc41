"""Lists: within a range or a part, without some, by sums, words and headings, and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.chain import open_assistant
from tests.dialogue import OTHERS, cited, said

if TYPE_CHECKING:
    from assistant.chain import Assistant


@pytest.fixture(scope="module")
def others() -> Assistant:
    return open_assistant(policies=OTHERS)


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("第3条到第9条里哪几条要评审", {"3", "6"}),
        ("第六条到第九条，没写金额的是哪几条", {"7"}),
        ("第四部分里哪几条要评审", {"6"}),
        ("除了第九条，还有哪条是分阶段给的", {"2", "6"}),
        ("上限都是1000万元的两条是", {"6", "9"}),
        ("比第三条封顶高的有哪几条", {"2", "6", "9"}),
        ("哪几条提到了“联盟”", {"9", "11"}),
        ("标题里有“支持”的是哪几条", {"11"}),
        ("应用场景方面有哪些支持", {"4", "5"}),
        ("第5到6条分别给多少", {"5", "6"}),
    ],
)
def test_the_clauses_that_fit_are_listed(
    assistant: Assistant, question: str, clauses: set[str]
) -> None:
    assert cited(said(assistant, question)) == clauses


@pytest.mark.parametrize(
    ("question", "count"),
    [("有几条写了比例", 4), ("有几条是分阶段给的", 3), ("共几条没写金额", 4)],
)
def test_the_clauses_that_fit_are_counted(assistant: Assistant, question: str, count: int) -> None:
    answer = said(assistant, question)
    assert f"**{count}条**" in answer.text
    assert len(cited(answer)) == count


def test_a_part_is_listed_for_what_its_heading_names(others: Assistant) -> None:
    answer = said(others, "榆岚高新区人才方面能享受哪些支持")
    assert cited(answer) >= {"三、（一）", "三、（二）", "三、（三）"}


def test_what_is_paid_once_is_told_by_every_award_of_a_clause(others: Assistant) -> None:
    answer = said(others, "榆岚高新区哪些奖励是一次性给的")
    assert cited(answer) == {"一、（二）", "二、（一）", "三、（三）"}


def test_a_clause_that_pays_nothing_shows_the_sentence_that_fits(others: Assistant) -> None:
    answer = said(others, "榆岚高新区的工作专班在哪几条里写了")
    assert cited(answer) == {"四、（一）"}
    assert "任组长的工作专班" in answer.text
