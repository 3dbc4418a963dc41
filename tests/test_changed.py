"""Facts of the turn before, as a follow-up changes them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.changed import adjusted
from assistant.correction import Corrector
from assistant.lexicon import Lexicon
from assistant.question import Question, read_question
from corpus.library import load_library

Values = dict[str, tuple[Decimal, ...]]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(load_library())


def read(lexicon: Lexicon, text: str) -> Question:
    return read_question(text, lexicon, Corrector(lexicon))


@pytest.mark.parametrize(
    ("text", "new", "now"),
    [
        ("那如果是6000万呢", "60000000", "60000000"),
        ("再加100万呢", "1000000", "31000000"),
        ("少投500万呢", "5000000", "25000000"),
        ("翻倍呢", None, "60000000"),
        ("翻一番呢", None, "60000000"),
        ("翻三倍呢", None, "90000000"),
        ("是原来的1.5倍呢", None, "45000000"),
        ("减半呢", None, "15000000"),
        ("除以2呢", None, "15000000"),
        ("打八折呢", None, "24000000"),
        ("打八五折呢", None, "25500000"),
        ("增加50%呢", None, "45000000"),
        ("涨了百分之二十呢", None, "36000000"),
        ("减少三成呢", None, "21000000"),
        ("减少到60%呢", None, "18000000"),
        ("需要评审吗", None, "30000000"),
    ],
)
def test_an_earlier_fact_is_replaced_added_to_or_multiplied(
    lexicon: Lexicon, text: str, new: str | None, now: str
) -> None:
    old: Values = {"investment": (Decimal(30_000_000),)}
    fresh: Values = {"investment": (Decimal(new),)} if new else {}
    assert adjusted(read(lexicon, text), fresh, old) == {"investment": (Decimal(now),)}
    assert old == {"investment": (Decimal(30_000_000),)}


def test_one_of_several_is_put_right(lexicon: Lexicon) -> None:
    old: Values = {"bounty": (Decimal(500), Decimal(700))}
    fresh: Values = {"bounty": (Decimal(760),)}
    question = read(lexicon, "第二个其实是760万")
    assert adjusted(question, fresh, old) == {"bounty": (Decimal(500), Decimal(760))}


def test_what_was_added_and_the_sum_are_one_fact(lexicon: Lexicon) -> None:
    old: Values = {"sales": (Decimal(900),)}
    fresh: Values = {"sales": (Decimal(100), Decimal(1000))}
    question = read(lexicon, "又卖了100万，合计1000万")
    assert adjusted(question, fresh, old) == {"sales": (Decimal(1000),)}
