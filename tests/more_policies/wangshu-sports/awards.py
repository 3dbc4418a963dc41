"""Amounts of 望舒区体育产业措施 that a rule can't say: areas, halves and limits over all years."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

Facts = Mapping[str, tuple[Decimal, ...]]
Numbers = Mapping[str, Decimal]
Paid = tuple[Decimal, tuple[str, ...]]


def rent_by_capped_area(facts: Facts, numbers: Numbers) -> Paid:
    """Return the monthly rent support in 元, and the sentences of its working."""
    area, most = facts["office_area"][0], numbers["most_area"]
    counted = min(area, most)
    amount = counted * numbers["unit_pay"]
    return amount, (
        f"计入补贴的面积 {counted:f} 平方米（最多 {most:f} 平方米）",
        f"{counted:f} 平方米 × {numbers['unit_pay']:f} 元 = {amount:f} 元（每月）",
    )


def _rate_with_cap(cost: Decimal, numbers: Numbers) -> Paid:
    amount, most = cost * numbers["rate"], numbers["most"]
    steps = (f"办赛支出 {cost:f} 元 × {numbers['rate']} = {amount:f} 元",)
    if amount <= most:
        return amount, steps
    return most, (*steps, f"超过单项赛事补助最高 {most:f} 元，按 {most:f} 元")


def event_national(facts: Facts, numbers: Numbers) -> Paid:
    """Return the support of a national event in 元, and the sentences of its working."""
    return _rate_with_cap(facts["cost_national"][0], numbers)


def event_provincial(facts: Facts, numbers: Numbers) -> Paid:
    """Return the support of a provincial event in 元, and the sentences of its working."""
    return _rate_with_cap(facts["cost_provincial"][0], numbers)


def half_of_discount(facts: Facts, numbers: Numbers) -> Paid:
    """Return half of the discounts given in 元: the clause says 一半, not a percentage."""
    discount = facts["discount"][0]
    amount = min(discount / 2, numbers["most"])
    return amount, (f"让利额 {discount:f} 元的一半 = {discount / 2:f} 元",)


def own_brand_event(facts: Facts, numbers: Numbers) -> Paid:
    """Return the award of one edition in 元 within the limit over all years, and its working."""
    entrants, most = facts["entrants"][0], numbers["most"]
    amount = numbers["large"] if entrants >= numbers["large_from"] else numbers["small"]
    received = sum(facts.get("event_received", ()), Decimal(0))
    steps = (f"每届参赛人数 {entrants:f} 人，奖励 {amount:f} 元",)
    left = max(most - received, Decimal(0))
    if amount <= left:
        return amount, steps
    limit = f"同一赛事历年累计不超过 {most:f} 元，已获得 {received:f} 元，只余 {left:f} 元"
    return left, (*steps, limit)
