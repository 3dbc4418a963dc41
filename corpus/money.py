"""Money and rates in words and back: 6172800 ↔ 617.28万元, 0.03 ↔ 3%; the figures of a text.

Money is `Decimal` in 元 (or in the named currency), never a float. `read_quantities` and its types
come from `corpus.quantity`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus.measures import Bound
from corpus.numerals import NUMBER, fold, read_number
from corpus.quantity import Kind, Quantity, read_quantities

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Bound",
    "Figure",
    "Kind",
    "MoneyError",
    "Quantity",
    "figures",
    "read_money",
    "read_quantities",
    "read_rate",
    "unsourced",
    "write_money",
    "write_percent",
]


_TEXTS_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Figure:
    """A number a text states, normalised so that equal figures compare equal."""

    kind: Kind
    value: Decimal
    unit: str = ""


class MoneyError(ValueError):
    """A written amount that can't be read; the message is one line in Chinese."""


@lru_cache(maxsize=_TEXTS_KEPT)
def figures(text: str) -> frozenset[Figure]:
    """Return the figures a text states, normalised for comparison.

    Money is in 元, so 2000万元, ２０００万, 两千万元 and 20000000元 are one figure, and `unit` is
    the currency; rates are fractions (3% = 百分之三 = 0.03, 1：1 = 1); counts carry their unit
    (50个, 5家, 3年), years are years (2027年); a range gives both its ends; signs are dropped.
    Not figures: clause references (第五条), list numbers ("1." at a line's start, （1）), citation
    marks, 一 as an article (一个, 一家), 一次性. Any other run of digits counts, phone numbers too.
    """
    return frozenset(
        Figure(q.kind, abs(value), q.unit if q.kind is not Kind.MONEY else q.currency)
        for q in read_quantities(text)
        for value in q.values
    )


def unsourced(text: str, sources: Iterable[str]) -> frozenset[Figure]:
    """Return the figures of a text that none of the sources states.

    A bare number (no unit, as in a table cell) is sourced by the same number with any unit.
    """
    known: set[Figure] = set().union(*(figures(source) for source in sources))
    numbers = {figure.value for figure in known}
    return frozenset(
        figure
        for figure in figures(text) - known
        if figure.kind is not Kind.NUMBER or figure.value not in numbers
    )


def read_money(text: str) -> Decimal:
    """Read one amount in 元: "1500", "3,000.5万元", "两个亿"; raises MoneyError."""
    plain = fold(text).strip()
    match = re.fullmatch(
        rf"(?P<sign>[-负])?(?:人民币|RMB|[￥¥])?\s?(?P<number>{NUMBER})\s?(?:元|块钱|块|圆|元人民币)?",
        plain,
        re.ASCII,
    )
    value = read_number(match["number"]) if match and not re.search("[来多余几]", plain) else None
    if match is None or value is None:
        raise MoneyError(f"“{text}”不是能读出的金额，请写成“1500万元”“1.2亿元”或以元为单位的数字。")
    return -value if match["sign"] else value


def read_rate(text: str) -> Decimal | None:
    """Read one written rate as a fraction: "3%", "千分之八", "1：1", "三成"; else None."""
    found = read_quantities(text)
    if len(found) != 1 or found[0].kind is not Kind.RATE or found[0].text != text.strip():
        return None
    return found[0].value


def write_money(amount: Decimal) -> str:
    """Write an amount in 元 as a person would, exactly: 6172800 → 617.28万元, 1500 → 1500元."""
    if not amount.is_finite():
        return f"{amount}元"
    with localcontext(prec=len(amount.as_tuple().digits) + 12):
        for unit, power, places in (("亿元", 8, 2), ("万元", 4, 4)):
            digits = _plain(amount.scaleb(-power))
            if abs(amount) >= 10**power and len(digits.partition(".")[2]) <= places:
                return digits + unit
    return _plain(amount) + "元"


def write_percent(rate: Decimal) -> str:
    """Write a fraction as a percentage: 0.03 → 3%."""
    return _plain(rate * 100) + "%"


def _plain(value: Decimal) -> str:
    """Write a number without exponent and without trailing zeros."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
