"""Figures in a question: which is a fact, which a wish, which the law's own, which was received."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assistant.assignment import facts_of, is_measured_in, nearest_rule
from assistant.correction import Corrector
from assistant.lexicon import Lexicon
from assistant.question import read_question
from assistant.told import Role, told
from corpus.library import load_library

if TYPE_CHECKING:
    from assistant.question import Question
    from assistant.told import Told
    from corpus.award import AwardRule

Facts = dict[str, tuple[Decimal, ...]]
RULES = {rule.id: rule for rule in load_library().awards}
SALES, INVESTMENT = RULES["service-robot-sales"], RULES["chain-leader-investment"]
RESEARCH, BOUNTY = RULES["core-technology"], RULES["open-call-research"]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(load_library())


def read(lexicon: Lexicon, text: str) -> Question:
    return read_question(text, lexicon, Corrector(lexicon))


def figures(lexicon: Lexicon, text: str, *, leaning: bool = False) -> tuple[Told, ...]:
    return told(read(lexicon, text), leaning=leaning)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("链主企业投资3000万能拿多少", Role.FACT),
        ("我们之前已经领过160万了", Role.RECEIVED),
        ("想拿满200万要卖多少", Role.WANTED),
        ("最高2000万的那个是什么", Role.STATED),
        ("第五条是按5%补助对吧？", Role.STATED),
        ("入围推荐目录给50万对吧", Role.STATED),
        ("给予30万元一次性资助的是哪条", Role.STATED),
        ("30万，这个数是给谁的", Role.STATED),
        ("文件里写的那个150万给谁", Role.STATED),
        ("500亿元是补贴总额，对吗", Role.STATED),
        ("我们的800万，这个数是什么口径", Role.FACT),
        ("800万是我们的投资额，对吗", Role.FACT),
        ("单品早过一千万了，能补多少", Role.STATED),
        ("上限改成500万了吗", Role.STATED),
        ("第一阶段到账了200万", Role.RECEIVED),
        ("那200万的额度，用掉了多少", Role.STATED),
    ],
)
def test_what_a_figure_stands_for(lexicon: Lexicon, text: str, role: Role) -> None:
    assert [found.role for found in figures(lexicon, text)] == [role]


def test_in_a_follow_up_a_bare_sum_is_a_new_fact(lexicon: Lexicon) -> None:
    assert [found.role for found in figures(lexicon, "那3亿呢", leaning=True)] == [Role.FACT]


def test_a_price_is_multiplied_by_how_many(lexicon: Lexicon) -> None:
    found = figures(lexicon, "86万一台卖了25台")
    assert found[0].quantity.value == Decimal(21_500_000)


@pytest.mark.parametrize(
    ("rule", "text", "facts"),
    [
        (INVESTMENT, "投资3000万", {"investment": ["30000000"]}),
        (SALES, "销售额1500万、2000万", {"product_sales": ["15000000", "20000000"]}),
        (
            SALES,
            "卖了5000万，之前领过160万",
            {"product_sales": ["50000000"], "already_received": ["1600000"]},
        ),
        (RESEARCH, "研发费用花了五百万", {"research_spending": ["5000000"]}),
        (INVESTMENT, "投资500万美元", {}),
        (INVESTMENT, "有50台机器人", {}),
        (INVESTMENT, "最高2000万的那个", {}),
    ],
)
def test_figures_become_the_inputs_of_an_award(
    lexicon: Lexicon, rule: AwardRule, text: str, facts: dict[str, list[str]]
) -> None:
    found = facts_of(rule, figures(lexicon, text))
    assert found == {name: tuple(map(Decimal, values)) for name, values in facts.items()}


@pytest.mark.parametrize("text", ["研发投入500万，投资3000万", "投资3000万，研发投入500万"])
def test_a_figure_goes_to_the_award_whose_words_stand_nearest(lexicon: Lexicon, text: str) -> None:
    nearest = {item.quantity.value: nearest_rule(item, [RESEARCH, INVESTMENT])
               for item in figures(lexicon, text)}  # fmt: skip
    assert nearest == {Decimal(5_000_000): RESEARCH, Decimal(30_000_000): INVESTMENT}


def test_a_figure_that_no_words_name_is_near_no_award(lexicon: Lexicon) -> None:
    assert nearest_rule(figures(lexicon, "500万能补多少")[0], [RESEARCH, INVESTMENT]) is None


def test_units_must_agree(lexicon: Lexicon) -> None:
    money, dollars, count = (
        figures(lexicon, text)[0].quantity for text in ("投资3000万", "投资500万美元", "卖了50台")
    )
    item = BOUNTY.inputs[0]
    assert is_measured_in(item, money)
    assert not is_measured_in(item, dollars)
    assert not is_measured_in(item, count)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("服务机器人卖2000万就是补100万咯", [Role.FACT, Role.STATED]),
        ("奖励20万还是30万", [Role.STATED, Role.STATED]),
        ("销售额4.5千万，就是4500万", [Role.FACT, Role.STATED]),
        ("额度200万，用掉了125万", [Role.FACT, Role.RECEIVED]),
    ],
)
def test_figures_are_read_beside_one_another(
    lexicon: Lexicon, text: str, roles: list[Role]
) -> None:
    """A figure equated with another, put beside another, said again, taken off another."""
    assert [found.role for found in figures(lexicon, text)] == roles


def test_a_bare_number_after_a_word_of_spending_is_a_sum(lexicon: Lexicon) -> None:
    [item] = figures(lexicon, "今年付利息12000，贴多少")
    assert is_measured_in(INVESTMENT.inputs[0], item.quantity)
