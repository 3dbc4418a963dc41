"""Quantities found in a sentence: 3000万, 两个亿, 百分之三, 50台, 500万美元, 600-800万."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from corpus.measures import (
    AFTER,
    ARTICLE_UNITS,
    BEFORE,
    CURRENCIES,
    LIST,
    RANGE,
    RATE_SCALES,
    ROUGHLY,
    ROUGHLY_AFTER,
    TOKEN,
    Bound,
    unit_name,
)
from corpus.numerals import DIGIT, fold, read_digits, read_number

_SCALES = {"万": Decimal(10**4), "w": Decimal(10**4), "W": Decimal(10**4), "亿": Decimal(10**8)}
_SCALES |= {mark: Decimal(1) / scale for mark, scale in RATE_SCALES.items() if mark not in "百千万"}

_RANGE_AHEAD = re.compile(rf"[到至-]{DIGIT}[十百千]*[万亿]")
_SHARED_SCALE = re.compile(rf"(?:[0-9]|{DIGIT})([百千])(?![0-9零〇一二两三四五六七八九])")


class Kind(StrEnum):
    """What a quantity measures."""

    MONEY = "money"
    RATE = "rate"
    COUNT = "count"
    YEAR = "year"
    NUMBER = "number"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity found in a text.

    `value` is in 元 (or `currency`), a fraction for rates (3% is 0.03), else the plain number; it
    is None for a range (`low` to `high`) and for a vague one (几百万: all three None). `unit` is
    the counted unit (个, 年, 平方米), empty for money and rates. `bound_text` is how `bound` was
    written. `start` and `end` are offsets in the text read, `text` is what stands there.
    """

    kind: Kind
    value: Decimal | None
    text: str
    start: int
    end: int
    unit: str = ""
    currency: str = "CNY"
    low: Decimal | None = None
    high: Decimal | None = None
    approximate: bool = False
    bound: Bound | None = None
    bound_text: str = ""

    @property
    def values(self) -> tuple[Decimal, ...]:
        """Return every number it states: one, the two ends of a range, or none when vague."""
        return tuple(v for v in (self.value, self.low, self.high) if v is not None)


@lru_cache(maxsize=1024)
def read_quantities(text: str) -> tuple[Quantity, ...]:
    """Find every quantity in a sentence, in order, with offsets in the text as given.

    Clause references (第五条), list numbers, and words that only look like numerals (一次性, 统一,
    十百千) are no quantities; phone numbers and model names come as `Kind.CODE`.
    """
    plain = fold(text)
    found: list[Quantity] = []
    match = TOKEN.search(plain)
    while match is not None:
        quantity = _quantity(match, plain)
        if quantity is not None:
            found.append(quantity)
        match = TOKEN.search(plain, quantity.end if quantity else match.end())
    spread = _spread_units(_join_ranges(found, plain), plain)
    return tuple(_qualify(q, text, plain) for q in spread)


def _quantity(match: re.Match[str], plain: str) -> Quantity | None:
    """Turn one token of the text into a quantity, None when it is none."""
    if match["skip"]:
        return None
    text, start, end = match.group(), match.start(), match.end()
    if match["code"]:
        digits = re.sub(r"[^0-9]", "", text)
        return Quantity(Kind.CODE, Decimal(digits), text, start, end, unit=text.upper())
    if match["ratio"]:
        return _ratio(match)
    if match["said_year"]:
        year = read_digits(text)
        return None if year is None else Quantity(Kind.YEAR, Decimal(year), text, start, end)
    if match["vague"]:
        kind = (
            Kind.MONEY
            if re.search("[万亿]", text) or len(text) > len(match["vague"])
            else Kind.NUMBER
        )
        return Quantity(kind, None, text, start, end, approximate=True)
    return _measured(match, plain)


def _ratio(match: re.Match[str]) -> Quantity | None:
    """Read 1：1 as a rate; a time of day (10:30) is a code."""
    first, second = (Decimal(part) for part in re.split(r"\s?[:：]\s?", match["ratio"]))
    text, start, end = match.group(), match.start(), match.end()
    if re.search(r":\d{2}$", text) or not first or not second:
        return Quantity(Kind.CODE, first * 100 + second, text, start, end, unit=text)
    return Quantity(Kind.RATE, second / first, text, start, end)


def _measured(match: re.Match[str], plain: str) -> Quantity | None:
    """Read a number with what follows it: a currency, a rate mark, a measure word or nothing."""
    number, end = _trimmed(match, plain)
    whole = end == match.end()
    currency = next((code for code in CURRENCIES if whole and match[code]), None)
    prefix = next(
        (c for c, w in CURRENCIES.items() if re.fullmatch(w, match["prefix"] or "")), None
    )
    unit = match["unit"] if whole and match["unit"] else ""
    values = _values(number)
    together = match[0] in ("一块", "一块儿") and not plain.startswith("钱", match.end())
    if together or values is None or not _is_said(number, match, currency or prefix, unit):
        return None
    kind, name, scale = _kind(number, match, currency or prefix, unit, values[0])
    if match["sign"]:
        scale = -scale
    scaled = tuple(value * scale for value in values)
    single = len(scaled) == 1
    start = match.start()
    return Quantity(
        kind,
        scaled[0] if single else None,
        plain[start:end],
        start,
        end,
        unit=name,
        currency=prefix or currency or "CNY",
        low=None if single else scaled[0],
        high=None if single else scaled[1],
        approximate=not single or bool(match["more"]) or bool(re.search("[来多余几]", number)),
    )


def _trimmed(match: re.Match[str], plain: str) -> tuple[str, int]:
    """Leave off a last digit that belongs to the next word: 300万三个产品, 5万一次性."""
    number, end = match["number"], match.end()
    tail = re.search(rf"[百千万亿](\s?{DIGIT})$", number)
    if tail is None:
        return number, end
    after = plain[match.end("number") : match.end("number") + 1]
    if match["unit"] or (after and "一" <= after <= "鿿" and after not in "元块美的左上吧吗呢以"):
        return number[: tail.start(1)], match.end("number") - len(tail.group(1))
    return number, end


def _values(number: str) -> tuple[Decimal, ...] | None:
    """Return a number's value, or both ends of a spoken range: 三四千万, 七八家."""
    pair = re.match(rf"({DIGIT})({DIGIT})(?!{DIGIT})", number)
    ends = [number] if pair is None else [pair[1] + number[2:], pair[2] + number[2:]]
    values = [value for value in map(read_number, ends) if value is not None]
    if len(values) != len(ends) or (pair and values[0] >= values[1]):
        return None
    return tuple(values)


def _is_said(number: str, match: re.Match[str], currency: str | None, unit: str) -> bool:
    """Say whether numerals are meant as a number here: not 百业, 千万别, 一个, 三农, 零号."""
    if number[0] in "0123456789" or match["of"]:
        return True
    if number[0] in "百千":
        return bool(currency or unit in ("%", "‰")) and number[-1] in "万亿"
    if number.startswith("半"):
        return "亿" in number or "万" in number
    if _RANGE_AHEAD.match(match.string, match.end()) and not match["unit"] and number != "零":
        return True
    if re.fullmatch(rf"{DIGIT}|十", number):
        if number in "零〇":
            return bool(currency)
        return bool(currency or unit) and (number != "一" or bool(currency) or _counts_one(unit))
    return bool(currency or unit) or re.search("[十百千万亿]", number[1:]) is not None


def _counts_one(unit: str) -> bool:
    """Say whether 一 before this unit is a number (一年) and not an article (一个)."""
    return unit in ARTICLE_UNITS or unit in ("%", "‰", "个点", "个百分点", "成")


def _kind(
    number: str, match: re.Match[str], currency: str | None, unit: str, value: Decimal
) -> tuple[Kind, str, Decimal]:
    """Return the kind, the unit's name and the factor that brings the number to its base."""
    if match["of"]:
        return Kind.RATE, "", Decimal(1) / RATE_SCALES[match["of"][0]]
    if unit and unit[-1] in "%‰点成":
        return Kind.RATE, "", Decimal(1) / RATE_SCALES[unit[-1]]
    if currency:
        return Kind.MONEY, "", Decimal(1)
    if unit == "年" and re.fullmatch(r"(?:19|20)\d\d", number):
        return Kind.YEAR, "", Decimal(1)
    if unit:
        return Kind.COUNT, unit_name(unit), Decimal(1)
    large = re.search("[万亿wW]", number)
    return (Kind.MONEY if large else Kind.NUMBER), "", Decimal(1)


def _join_ranges(items: list[Quantity], plain: str) -> list[Quantity]:
    """Join 600万到800万, 600-800万 and 10-20% into one range each."""
    joined: list[Quantity] = []
    for second in items:
        first = joined[-1] if joined else None
        low = None
        if first and RANGE.fullmatch(plain[first.end : second.start]):
            low = _as_written_with(first, second)
        if first is None or low is None or second.value is None or low > second.value:
            joined.append(second)
            continue
        text = plain[first.start : second.end]
        joined[-1] = replace(
            second, value=None, low=low, high=second.value, text=text, start=first.start
        )
    return joined


def _spread_units(items: list[Quantity], plain: str) -> list[Quantity]:
    """Give the members of a list the unit of its last: 1200、1500和900万, 300/500/1000万."""
    spread: list[Quantity] = []
    measure: Quantity | None = None
    for item in reversed(items):
        joined = spread and LIST.fullmatch(plain[item.end : spread[-1].start])
        if joined and measure and item.kind is Kind.NUMBER and item.value is not None:
            value = _as_written_with(item, measure)
            item = replace(
                item,
                kind=measure.kind,
                value=value,
                unit=measure.unit,
                currency=measure.currency,
            )
        else:
            measure = None if item.kind in (Kind.NUMBER, Kind.CODE, Kind.YEAR) else item
        spread.append(item)
    return spread[::-1]


def _as_written_with(first: Quantity, second: Quantity) -> Decimal | None:
    """Return the first number in the unit of the second; None when they measure other things."""
    if first.value is None or second.kind is Kind.CODE:
        return None
    if first.kind is not Kind.NUMBER:
        same = (first.kind, first.unit, first.currency) == (
            second.kind,
            second.unit,
            second.currency,
        )
        return first.value if same else None
    written = second.text.rstrip("kKmMwWhH") if second.unit else second.text  # 300-500kW
    marks = [mark for mark in written if mark in _SCALES]
    shared = _SHARED_SCALE.match(second.text) if first.value < 10 else None  # 2-3千万, 七到八百万
    value = first.value * (read_number(shared[1]) or 1) if shared else first.value
    return value * _SCALES[marks[-1]] if marks else value


def _qualify(quantity: Quantity, text: str, plain: str) -> Quantity:
    """Add what the words around say: about, at least, at most; and the text as written."""
    before, after = plain[max(0, quantity.start - 40) : quantity.start], plain[quantity.end :][:24]
    rough = ROUGHLY.search(before) or ROUGHLY_AFTER.match(after)
    bound, words = _bound(before, after)
    return replace(
        quantity,
        text=text[quantity.start : quantity.end],
        approximate=quantity.approximate or bool(rough),
        bound=bound,
        bound_text=words,
    )


def _bound(before: str, after: str) -> tuple[Bound | None, str]:
    """Return the bound the words around a number set, and those words."""
    for bound, words in AFTER:
        found = words.match(after)
        if found:
            return bound, found.group().strip()
    for bound, words in BEFORE:
        found = words.search(before)
        if found:
            return bound, found.group(1)
    return None, ""
