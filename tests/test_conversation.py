"""Follow-ups lean on the turns before; a topic of its own starts anew; nothing is shared."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assistant.answer import Outcome, Status
from assistant.conversation import Context
from tests.dialogue import cited, held, paid, said

if TYPE_CHECKING:
    from assistant.chain import Assistant

INVESTS = "链主企业投资3000万能拿多少？"
SELLS = "智慧养老产品卖了5000万，能补多少？"


@pytest.mark.parametrize(
    ("turns", "clause", "yuan"),
    [
        ((INVESTS, "那如果是6000万呢"), "6", 6_000_000),
        ((INVESTS, "再加100万呢"), "6", 3_100_000),
        ((INVESTS, "再加100万呢", "再加100万呢"), "6", 3_200_000),
        ((INVESTS, "翻倍呢"), "6", 6_000_000),
        ((INVESTS, "谢谢", "那如果是6000万呢"), "6", 6_000_000),
        ((INVESTS, "需要评审吗", "那如果是6000万呢"), "6", 6_000_000),
        ((INVESTS, "今天天气怎么样？", "那如果是6000万呢"), "6", 6_000_000),
        ((SELLS, "我们之前已经领过160万了"), "5", 400_000),
        (("链主企业落户有什么支持？", "我们投资3000万"), "6", 3_000_000),
        (("帮我算揭榜挂帅能拿多少", "3000万"), "2", 15_000_000),
        (("帮我算揭榜挂帅能拿多少", "谢谢", "揭榜额3000万"), "2", 15_000_000),
        (("500万能补多少", "链主企业落户"), "6", 500_000),
        (("500万能补多少", "第六条"), "6", 500_000),
        ((SELLS, "链主企业投资3000万呢"), "6", 3_000_000),
    ],
)
def test_a_follow_up_is_calculated_with_what_is_known(
    assistant: Assistant, turns: tuple[str, ...], clause: str, yuan: int
) -> None:
    assert paid(said(assistant, *turns)) == [(clause, Decimal(yuan))]


@pytest.mark.parametrize(
    ("turns", "clause", "words"),
    [
        ((SELLS, "第六条呢"), "6", "投资额10%"),
        ((INVESTS, "需要评审吗"), "6", "经评审"),
        (("揭榜挂帅最高多少", "有什么条件"), "2", "高校"),
        (("第六条", "上一条讲什么"), "5", "按销售额的3%给予补助"),
        (("第五条", "下一条呢"), "6", "投资额10%"),
        ((INVESTS, "原文呢"), "6", "6.加大招商引资力度。"),
        ((INVESTS, "揭榜挂帅最高多少"), "2", "2000万元"),
    ],
)
def test_a_follow_up_is_answered_from_the_right_clause(
    assistant: Assistant, turns: tuple[str, ...], clause: str, words: str
) -> None:
    answer = said(assistant, *turns)
    assert answer.outcome is Outcome.ANSWERED
    assert cited(answer) == {clause}
    assert words in answer.text


def test_the_clause_before_the_first_is_none(assistant: Assistant) -> None:
    assert said(assistant, "第一条", "上一条呢").outcome is not Outcome.ANSWERED


@pytest.mark.parametrize(
    "turns",
    [
        ("智慧养老产品有补助吗", "卖了5000万", "之前领过160万"),
        ("智慧养老产品有补助吗", "之前领过160万", "卖了5000万"),
        ("我们之前已经领过160万了，智慧养老产品卖了5000万，能补多少？",),
        ("智慧养老产品卖了5000万，之前已经领过160万，能补多少？",),
        (SELLS, "我们之前已经领过160万了"),
    ],
)
def test_the_same_facts_in_any_order_give_the_same_amount(
    assistant: Assistant, turns: tuple[str, ...]
) -> None:
    answer = said(assistant, *turns)
    assert paid(answer) == [("5", Decimal(400_000))]
    assert answer.calculations == said(assistant, SELLS, "之前领过160万").calculations


def test_what_was_understood_is_told_when_it_leaned_on_a_turn_before(
    assistant: Assistant,
) -> None:
    assert said(assistant, INVESTS).understood is None
    understood = said(assistant, INVESTS, "那如果是6000万呢").understood
    assert understood
    assert "第六条" in understood


def test_a_question_of_its_own_takes_nothing_over(assistant: Assistant) -> None:
    alone = said(assistant, "揭榜挂帅有什么条件")
    after = said(assistant, INVESTS, "揭榜挂帅有什么条件")
    assert (after.text, after.citations, after.calculations) == (
        alone.text, alone.citations, alone.calculations,
    )  # fmt: skip


@pytest.mark.parametrize("reply", ["等多少", "\u200b", "翻倍呢", "上一条呢", "随便"])
def test_a_reply_that_settles_nothing_is_no_fault(assistant: Assistant, reply: str) -> None:
    answer = said(assistant, "500万能补多少", reply)
    assert answer.outcome is not Outcome.UNVERIFIED
    assert paid(answer) == []


def test_a_silent_follow_up_stays_silent(assistant: Assistant) -> None:
    answer = said(assistant, "智能工厂能拿多少", "需要评审吗")
    assert answer.outcome.status is Status.DECLINED
    assert "第四条" in answer.text


def test_interleaved_conversations_share_nothing(assistant: Assistant) -> None:
    first, second = assistant.ask(INVESTS), assistant.ask("揭榜额3000万的项目能拿多少")
    for question, yuan in (("那如果是6000万呢", 6_000_000), ("再加100万呢", 6_100_000)):
        first = assistant.ask(question, first.conversation)
        second = assistant.ask("谢谢", second.conversation)
        assert paid(first.answer) == [("6", Decimal(yuan))]
    second = assistant.ask("那如果是1000万呢", second.conversation)
    assert paid(second.answer) == [("2", Decimal(5_000_000))]
    assert paid(said(assistant, "那如果是6000万呢")) == []


def test_a_conversation_can_be_continued_twice_from_one_point(assistant: Assistant) -> None:
    start = assistant.ask(INVESTS).conversation
    one, other = assistant.ask("那6000万呢", start), assistant.ask("那9000万呢", start)
    assert paid(one.answer) == [("6", Decimal(6_000_000))]
    assert paid(other.answer) == [("6", Decimal(9_000_000))]


def test_what_is_remembered_is_bounded(assistant: Assistant) -> None:
    turn = held(assistant, INVESTS)
    sizes = []
    for round_ in range(60):
        for question in (SELLS, f"再加{round_ + 1}万呢", "第二条", "500万能补多少", "链主企业"):
            turn = assistant.ask(question, turn.conversation)
        sizes.append(len(repr(turn.conversation)))
    assert max(sizes[5:]) <= max(sizes[:5]) * 1.1


def test_a_new_context_is_empty_and_knows_no_facts() -> None:
    context = Context()
    assert context.facts_of("open-call-research") == {}
    assert (context.topics, context.facts, context.asked, context.unplaced) == ((), (), (), ())
    assert not context.awaits


@pytest.mark.parametrize(
    ("turns", "yuan"),
    [
        (("智慧养老产品销售补助怎么算", "2200", "万"), 660_000),
        (("做传感器，研发投入是600", "单位是万元，能补多少"), 1_800_000),
        (
            ("智慧养老产品一款卖了2900万，补多少", "还有第二款，1150万", "第二款单独算是多少"),
            345_000,
        ),
        (("三款智慧医疗产品", "第一款卖了1800万", "第二款卖了600万", "第三款2500万"), 1_290_000),
        ((SELLS, "如果再多卖三成呢"), 1_950_000),
        (("我投了1000万", "是研发投入，做机械臂，问最高能补多少"), 2_000_000),
        (("智慧教育产品卖了1700万", "我们还有款智慧医疗的，卖了2500万，这款补多少"), 750_000),
    ],
)
def test_a_turn_completes_what_was_told_before(
    assistant: Assistant, turns: tuple[str, ...], yuan: int
) -> None:
    """A unit said alone, one of several, a change in words, an award named last."""
    assert [amount for _, amount in paid(said(assistant, *turns))] == [Decimal(yuan)]
