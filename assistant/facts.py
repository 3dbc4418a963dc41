"""Facts from words: the value a person wrote for an input, and whether it makes sense."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.calculation import FactError
from assistant.payment import written
from corpus.measures import fits_unit
from corpus.money import Kind, MoneyError, read_money, read_quantities, read_rate
from corpus.numerals import read_number

if TYPE_CHECKING:
    from decimal import Decimal

    from corpus.award import Input


def read_value(item: Input, text: str) -> Decimal:
    """Read one value of an input as written: "1500万元", "3%", "300平方米", "300".

    Raises FactError, in one line of Chinese, for text that can't be read and for a value out of
    the input's range.
    """
    value = _value(item, text.strip())
    if value is None:
        raise FactError(f"“{text}”读不出{item.label}，请写成{_example(item)}。")
    reason = out_of_range(item, value)
    if reason:
        raise FactError(reason)
    return value


def read_typed(item: Input, text: str, unit: str) -> Decimal:
    """Read what was typed into a field that has its unit beside it: "1500" and 万元.

    A unit within the text ("1500万", "1.2亿元") stands instead of the one beside it. Raises
    FactError as `read_value` does; its message names the text as it was typed.
    """
    plain = text.strip()
    number = plain.removeprefix("-").removeprefix("负")
    bare = read_number(number) is not None and not re.search("[万萬亿億wW]", number)
    if item.unit == "元" and bare:
        return read_value(item, f"{plain}{unit}")
    if item.unit == "%" and bare:
        return read_value(item, f"{plain}%")
    return read_value(item, text)


def out_of_range(item: Input, value: Decimal) -> str | None:
    """Say in one line why a value makes no sense for an input; None when it does."""
    if not value.is_finite() or value < 0:
        return f"{item.label}不能是{written(value, item.unit)}，请给出不小于 0 的数。"
    if item.most is not None and value > item.most:
        shown, most = written(value, item.unit), written(item.most, item.unit)
        return f"{item.label} {shown} 超出合理范围（不超过 {most}），请核对单位。"
    return None


def _value(item: Input, text: str) -> Decimal | None:
    """Read a sum, a rate or a count, whichever the input takes; None when it isn't one."""
    if item.unit == "元":
        try:
            return read_money(text)
        except MoneyError:
            return None
    if item.unit == "%":
        return read_rate(text)
    number = read_number(text)
    if number is not None:
        return number
    found = read_quantities(text)
    fits = len(found) == 1 and (found[0].kind is Kind.NUMBER or fits_unit(found[0].unit, item.unit))
    return found[0].value if fits and found[0].text == text else None


def _example(item: Input) -> str:
    """Show how a value of this input is written."""
    examples = {"元": "“1500万元”“1.2亿元”或以元为单位的数字", "%": "“3%”"}
    return examples.get(item.unit, f"数字加“{item.unit}”")
