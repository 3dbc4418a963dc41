"""A clause's own words as proof: where a quote stands, and which numbers it states there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.money import Bound, Kind, Quantity, read_quantities

if TYPE_CHECKING:
    from corpus.policy import Clause

FLAG_WORDS = {
    "staged": re.compile(r"分阶段|分期|分批|分年|分次|逐年"),
    "reviewed": re.compile(r"评审|评估|审核|审定|评定|认定|论证|遴选|择优"),
    "one_off": re.compile(r"一次性"),
}
"""The words a clause marks staged, reviewed and one-off payment with."""

SCOPE_WORDS = {
    "cumulative": re.compile(r"累计"),
    "year": re.compile(r"每年|年度|当年|全年|每一年"),
}
"""The words a cap's scope is recognised by."""

_SENTENCE_END = re.compile(r"[。；;！？\n]")
_PHRASE_END = re.compile(r"[，。；;、！？\n]")


def stated(clause: Clause, quote: str) -> tuple[Quantity, ...]:
    """Return the quantities that stand whole within a quote, read in the clause around them."""
    start = clause.text.find(quote)
    if start < 0:
        return ()
    end = start + len(quote)
    return tuple(q for q in read_quantities(clause.text) if start <= q.start and q.end <= end)


def sentence(clause: Clause, quote: str) -> str:
    """Return the sentence or sentences of the clause that a quote stands in."""
    return _around(clause.text, quote, _SENTENCE_END)


def phrase(clause: Clause, quote: str) -> str:
    """Return a quote with the words before and after it up to the nearest comma or stop."""
    return _around(clause.text, quote, _PHRASE_END)


def ceiling_word(quantity: Quantity) -> str:
    """Return the words that make a quantity a ceiling (不超过, 最高, 上限), empty if none do."""
    return quantity.bound_text if quantity.bound is Bound.AT_MOST else ""


def same_measure(quantity: Quantity, kind: Kind, unit: str) -> bool:
    """Say whether a quantity measures the same as a number of this kind and unit."""
    return quantity.kind is kind and (kind is not Kind.COUNT or quantity.unit == unit)


def _around(text: str, quote: str, ends: re.Pattern[str]) -> str:
    """Widen a quote to the nearest marks on both sides."""
    start = text.find(quote)
    if start < 0:
        return quote
    before = [mark.end() for mark in ends.finditer(text, 0, start)]
    after = ends.search(text, start + len(quote))
    return text[before[-1] if before else 0 : after.start() if after else len(text)]
