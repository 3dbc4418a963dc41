"""Which figures of a question count as facts: sentences with the amounts that must come."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.dialogue import paid, said

if TYPE_CHECKING:
    from assistant.chain import Assistant

CASES = [
    # a sum of another name is no input
    (["注册资本2亿，刚落户闵行的链主企业，能补多少？"], []),
    (["养老机器人利润2000万，能补多少？"], []),
    (["我公司营收2亿，其中养老机器人销售1500万，能补多少"], [("5", 450_000)]),
    (["揭榜额2000万能拿多少", "那我利润500万呢"], [("2", 10_000_000)]),
    # each figure goes to the award that names it
    (["揭榜额2000万，研发投入500万，一共能拿多少？"], [("2", 10_000_000), ("3", 1_500_000)]),
    # parts of one sum are added before, projects of their own after
    (["链主企业一期投3000万、二期投4000万，一共"], [("6", 7_000_000)]),
    (["传感器研发花了700万，其中人工300万，补多少"], [("3", 2_000_000)]),
    (["我公司营收2亿，其中养老产品卖1500万，补多少"], [("5", 450_000)]),
    (["研发投入里人工120万、材料75万、折旧45万，合计投入能补多少"], [("3", 720_000)]),
    (["揭榜额600万和900万，能补多少"], [("2", 3_000_000), ("2", 4_500_000)]),
    (
        ["两个揭榜项目，揭榜额分别是600万和900万，加一起最多给多少"],
        [("2", 3_000_000), ("2", 4_500_000), ("2", 7_500_000)],
    ),
    (
        ["两个揭榜项目，揭榜额一个500万一个700万，合计多少", "第二个其实是760万，合计呢"],
        [("2", 2_500_000), ("2", 3_800_000), ("2", 6_300_000)],
    ),
    # a sum that only adds up the others is no fact
    (["两款智慧教育机器人，每款各卖了600万，加起来1200万，能补多少"], [("5", 0)]),
    (["智慧医疗机器人一款卖了5500万，另一款卖了800万，一共补多少"], [("5", 1_650_000)]),
    (["智慧医疗产品卖了900万，能补吗", "同一个产品又卖了100万，合计1000万"], [("5", 300_000)]),
    # corrections and changes
    (["研发投入500万，不对，是600万"], [("3", 1_800_000)]),
    (["研发投入800万能补多少", "不是800万，是300万"], [("3", 900_000)]),
    (["链主企业投资6000万能补多少", "再追加2000万", "那少投1000万呢"], [("6", 7_000_000)]),
    (["养老机器人卖了1500万能补多少", "另外还有一款卖了2000万"], [("5", 1_050_000)]),
    (["链主落户投资3000万能拿多少", "要是翻一番呢"], [("6", 6_000_000)]),
    # a price for each times how many
    (["养老机器人86万一台，去年卖了25台，补多少"], [("5", 645_000)]),
    (["智慧养老机器人卖了80台，每台18.6万，能补多少"], [("5", 446_400)]),
    (["智慧医疗机器人一台18.6万，卖了80台，能补多少"], [("5", 446_400)]),
    (["单价5万元，养老机器人销量300台能补多少"], [("5", 450_000)]),
    # each of several, and the periods of one
    (["三款养老机器人，每款都卖1500万，一共能补多少"], [("5", 1_350_000)]),
    (["养老机器人上半年卖了600万，下半年卖了700万，能补多少"], [("5", 390_000)]),
    (["研发投入500万元（其中200万来自政府），能补多少"], [("3", 1_500_000)]),
    (["灵巧手研发了两年，总共投入800万，有专利，去年卖了300万，能补多少"], [("3", 2_000_000)]),
    (["已经拿了200万，今年卖3000万还能拿吗"], [("5", 0)]),
    (["研发投入700万，30%就是210万，那给210万吗"], [("3", 2_000_000)]),
    (
        ["养老机器人卖了两款，一款900万一款1500万，能补多少", "900万那款要是卖到1000万呢"],
        [("5", 750_000)],
    ),
    (["智慧医疗机器人卖了800万能补多少", "下半年还能卖400万"], [("5", 360_000)]),
    (
        ["链主企业落户投资3000万", "智慧养老产品卖了1500万能补多少", "刚才链主那个再加1000万呢"],
        [("6", 4_000_000)],
    ),
    # what was received counts only where the clause says so
    (["智慧医疗产品卖了5000万，之前已经领过160万，还能补多少"], [("5", 400_000)]),
    (["揭榜额2000万已经拿到400万还能拿多少"], [("2", 10_000_000)]),
    # a figure of the clause that someone asks about is no fact
    (["第五条的200万是每年的上限吗"], []),
]


@pytest.mark.parametrize(("turns", "expected"), CASES, ids=[turns[-1] for turns, _ in CASES])
def test_the_figures_told_give_these_amounts(
    assistant: Assistant, turns: list[str], expected: list[tuple[str, int]]
) -> None:
    """Only the figures that are an input's own are calculated with."""
    answer = said(assistant, *turns)
    assert sorted(paid(answer)) == sorted((clause, Decimal(sum_)) for clause, sum_ in expected)


@pytest.mark.parametrize(
    ("question", "warning"),
    [
        ("我们投了5000万，不是链主，能拿10%吗", "链主企业"),
        ("没有自主知识产权，研发投入500万能拿多少", "自主知识产权"),
        ("把养老机器人卖了2000万给关联企业，能补多少", "非关联"),
        ("给关联公司卖了2000万养老机器人能补多少", "非关联"),
        ("非链主企业也有10%，对吧", "链主企业"),
    ],
)
def test_a_denied_condition_is_named_first(
    assistant: Assistant, question: str, warning: str
) -> None:
    """Who says that a condition doesn't hold reads first that the clause demands it."""
    first = said(assistant, question).text.split("\n")[0]
    assert first.startswith("请注意")
    assert warning in first


def test_an_unused_sum_is_named(assistant: Assistant) -> None:
    """No figure vanishes without a word."""
    text = said(assistant, "我公司营收2亿，其中养老机器人销售1500万，能补多少").text
    assert "“2亿”没有计入" in text


def test_what_the_clause_does_not_speak_of_is_named(assistant: Assistant) -> None:
    """A sum is computed, but not as if the clause were about any product."""
    text = said(assistant, "工业机器人卖了3000万，能补3%吗？").text
    assert "第五条没有提到“工业机器人”" in text
    assert "没有提到" not in said(assistant, "智慧养老产品卖了1500万，能补多少？").text


def test_together_is_no_sum(assistant: Assistant) -> None:
    """一块 means together unless 钱 follows."""
    answer = said(assistant, "第六条和第九条能不能一块拿")
    assert answer.outcome.status == "declined"
    assert not answer.calculations


def test_a_denial_of_something_else_warns_of_nothing(assistant: Assistant) -> None:
    """没股权关系 denies no condition of the clause."""
    text = said(assistant, "康复机器人给没股权关系的医院一共卖了2600万，能补多少").text
    assert "请注意" not in text
    assert "请注意" not in said(assistant, "医疗机器人卖给没有关联的医院2600万，补多少").text


def test_a_total_over_the_cap_says_what_the_clause_leaves_open(assistant: Assistant) -> None:
    """Whether a cap holds for each project or for all is not for us to decide."""
    text = said(assistant, "两个揭榜项目各3000万，一共能拿多少").text
    assert "没有写明上限2000万元是按每一项还是按合计" in text
