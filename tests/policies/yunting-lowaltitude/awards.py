"""The amount of 第八条, which a rule can't say: area by months, both counted up to a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal


def area_and_months(
    facts: Mapping[str, tuple[Decimal, ...]], numbers: Mapping[str, Decimal]
) -> tuple[Decimal, tuple[str, ...]]:
    """Return the rent support in 元 for the area and months told, and its working."""
    area = min(facts["area"][0], numbers["largest"])
    months = min(facts["months"][0], numbers["longest"])
    amount = numbers["each"] * area * months
    working = f"每平方米每月 {numbers['each']:f}元 × {area:f}平方米 × {months:f}个月 = {amount:f}元"
    return amount, (working,)
