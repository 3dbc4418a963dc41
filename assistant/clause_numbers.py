"""Clause numbers as people type them (5, 第五条, 二、5, 三（二）) against those of the clauses."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus.numerals import fold, read_integer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.policy import Clause, Policy

Numbers = tuple[int, ...]

_NUMERAL = re.compile(r"\d{1,4}|[零〇一二三四五六七八九十百千]{1,7}")
_BESIDE = re.compile(r"[第条款项章节编部分之、.,，．()（）\s-]*")
_OPENING = re.compile(r"\s*[第（(]?\s*([零〇一二三四五六七八九十百\d]{1,5})\s*[）)、.．章节编部]")
_IN_TEXT = r"第?[（(]?([零〇一二三四五六七八九十百\d]{1,5})[）)]?条?"
_RANGE = re.compile(rf"(?=第){_IN_TEXT}(?:(?:至|到|—|-|~){_IN_TEXT})?(?<=条)")
_MOST = 4
_MOST_KEPT = 10_000


def called_in(text: str, policies: Sequence[Policy]) -> tuple[Clause, ...]:
    """Return the clauses that a text names as no other is called: （三）1."""
    plain = text.replace("(", "（").replace(")", "）")
    return tuple(
        clause
        for policy in policies
        for clause in policy.clauses
        if clause.called and re.search(rf"{re.escape(clause.called)}(?!\d)", plain)
    )


class Fit(IntEnum):
    """How well a clause's number fits what was typed, better ones larger."""

    NONE = 0
    SECTION = 1
    LAST = 2
    BEGINS = 3
    INNER = 4
    EXACT = 5


def read_numbers(typed: str) -> Numbers | None:
    """Return the numbers of a reference, outermost first; None when other words are in it."""
    plain = fold(typed)
    if not _BESIDE.fullmatch(_NUMERAL.sub("", plain)):
        return None
    found = [read_integer(numeral) for numeral in _NUMERAL.findall(plain)]
    numbers = tuple(number for number in found if number is not None)
    return numbers if 0 < len(numbers) == len(found) <= _MOST else None


def fit(typed: Numbers, clause: Clause) -> Fit:
    """Return how a clause's number answers a reference.

    二、5 is the clause labelled so, or clause 5 of the second section; 1 also begins 10 and 11.
    """
    label = _label(clause.label)
    sections = tuple(number for heading in clause.section for number in _opening(heading))
    if not label:
        return Fit.NONE
    if label == typed:
        return Fit.EXACT
    whole = label if len(label) > 1 else (*sections, *label)
    if whole[-len(typed) :] == typed:
        return Fit.INNER
    if len(typed) == 1 and str(label[-1]).startswith(str(typed[0])):
        return Fit.BEGINS
    if label[-1] == typed[-1]:
        return Fit.LAST
    if typed == sections[: len(typed)]:
        return Fit.SECTION
    return Fit.NONE


def names(text: str, clause: Clause) -> bool:
    """Tell whether a text names a clause by its number, alone or within a range.

    第五条, 第（五）条, 第三条至第八条; a document that numbers anew in each part names none so.
    """
    label = _label(clause.label)
    if len(label) != 1:
        return False
    spans = ((read_integer(m[1]), read_integer(m[2] or m[1])) for m in _RANGE.finditer(fold(text)))
    return any(low and high and low <= label[0] <= high for low, high in spans)


@lru_cache(maxsize=_MOST_KEPT)
def _label(label: str) -> Numbers:
    return read_numbers(label) or ()


@lru_cache(maxsize=_MOST_KEPT)
def _opening(heading: str) -> Numbers:
    """Return the number that a heading opens with: 2 of 二、提升技术创新能力."""
    opening = _OPENING.match(heading)
    number = read_integer(opening[1]) if opening else None
    return () if number is None else (number,)
