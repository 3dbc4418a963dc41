"""The way back in a conversation: what an input must come to, and how much of it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.answer import Outcome
from tests.dialogue import cited, said

if TYPE_CHECKING:
    from assistant.chain import Assistant

NEEDED = [
    # some of the input is there already
    (["养老机器人卖了700万，还要卖多少才能拿补贴"], "5", "还需要**300万元**"),
    (["链主落户已经投了4000万，还要再投多少能拿满"], "6", "还需要**6000万元**"),
    (["揭榜额要多少才能拿满", "我现在揭榜额2600万，离那个数还差多少"], "2", "还需要**1400万元**"),
    (["揭榜额2600万能拿多少", "要拿满2000万，揭榜额还差多少"], "2", "还需要**1400万元**"),
    (["养老机器人已经卖了1200万，还差多少够门槛"], "5", "达到了所需的**1000万元**"),
    # the sum in view before, changed
    (["揭榜额多少能拿500万", "那一半呢"], "2", "至少需要**500万元**"),
    (["揭榜额多少能拿500万", "翻倍呢"], "2", "至少需要**2000万元**"),
    # a sum told as support is what is wanted, wherever it stands
    (["反过来算，传感器攻关拿120万补贴对应的研发投入是几百万"], "3", "至少需要**400万元**"),
    (["120万的补助，要靠一款智慧养老产品拿到，销售额得做到多少"], "5", "至少需要**4000万元**"),
    (["新落户链主想拿350万，投资额倒推一下"], "6", "至少需要**3500万元**"),
    (["卖到多少万以后，服务机器人补助就再也不往上加了"], "5", "6666.67万元"),
    # what earlier payments leave
    (["服务机器人领过160万了，还差多少到顶"], "5", "200万元 − 此前已获得 160万元 = 40万元"),
]


@pytest.mark.parametrize(("turns", "clause", "words"), NEEDED, ids=[t[-1] for t, _, _ in NEEDED])
def test_what_is_needed_is_worked_out(
    assistant: Assistant, turns: list[str], clause: str, words: str
) -> None:
    """The answer states what it takes, with the clause it rests on."""
    answer = said(assistant, *turns)
    assert answer.outcome is Outcome.ANSWERED
    assert cited(answer) == {clause}
    assert words in answer.text


def test_the_least_that_is_paid_is_paid_at_the_threshold(assistant: Assistant) -> None:
    """最少能拿多少 is what the threshold gives."""
    answer = said(assistant, "够得上第五条门槛的企业，最少能算出多少补助")
    assert [str(found.amount) for found in answer.calculations] == ["300000.00"]


def test_not_having_reached_a_cap_asks_nothing_back(assistant: Assistant) -> None:
    """还没到封顶吧 is no wish to reach it."""
    answer = said(assistant, "智慧医疗单品销售额六千五百万，还没到封顶吧，补助多少")
    assert [str(found.amount) for found in answer.calculations] == ["1950000.00"]
