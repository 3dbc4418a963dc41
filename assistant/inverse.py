"""The way back: which input makes a rule pay a wanted amount, or why none does."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal, localcontext
from typing import TYPE_CHECKING

from assistant.calculation import Inverse, Step, plain
from assistant.payment import holds, written
from corpus.award import AwardRule, Fixed, Input, PerUnit, Rate, Scope, Support, Tiers, UpTo
from corpus.money import Bound, write_money, write_percent

if TYPE_CHECKING:
    from corpus.award import Threshold

_PRECISION = 80
_SMALLEST = {"元": Decimal("0.01"), "%": Decimal("0.0001")}
_NO_INPUT: dict[type, str] = {
    Fixed: "这是定额，与投入多少无关。",
    UpTo: "条文只写了上限，没有写按什么计算。",
    Support: "条文没有写金额。",
}


def invert(rule: AwardRule, wanted: Decimal | None = None) -> Inverse:
    """Return the least input for which a rule pays `wanted` 元 (None: the most it pays)."""
    with localcontext(prec=_PRECISION):
        most, quote = _most(rule)
        target = most if wanted is None else wanted
        item = rule.input(getattr(rule.amount, "of", ""))
        reason = _unreachable(rule, item, target, most, quote)
        steps: tuple[Step, ...] = ()
        value: Decimal | None = None
        if not reason and item is not None and target is not None:
            value, steps = _least(rule, item, target)
            if value is None:
                reason = f"没有哪一档能达到 {write_money(target)}。"
            elif blocking := _blocking(rule, item, value):
                limit = written(blocking.value, item.unit)
                reason, value = f"{item.label}要在门槛 {limit} 之内，达不到这个数。", None
    return Inverse(
        policy=rule.policy,
        award=rule.id,
        clause=rule.clause,
        title=rule.title,
        nature=rule.nature,
        wanted=target,
        input=item,
        value=None if value is None else Decimal(plain(value)),
        steps=steps,
        reason=reason,
    )


def entry(rule: AwardRule) -> Inverse | None:
    """Return the least input for which a rule pays anything, None when any input will do."""
    item = rule.input(getattr(rule.amount, "of", ""))
    if item is None:
        return None
    value, steps = _lifted(rule, item, Decimal(0), ())
    if not steps:
        return None
    return Inverse(
        rule.policy, rule.id, rule.clause, rule.title, rule.nature, None, item, value, steps
    )


def missing_to(inverse: Inverse, have: Decimal) -> Inverse:
    """Return an inverse with how much is missing when `have` of its input is there already."""
    if inverse.value is None or inverse.input is None:
        return inverse
    needed, there = _both(inverse.value, inverse.input.unit), written(have, inverse.input.unit)
    if have >= inverse.value:
        step = Step(f"已有 {there}，达到了 {needed}", inverse.steps[-1].quote)
    else:
        rest = _both(inverse.value - have, inverse.input.unit)
        cells = (inverse.input.label, f"{needed} − 已有 {there}", rest)
        step = Step(f"{needed} − 已有 {there} = {rest}", inverse.steps[-1].quote, *cells)
    return replace(inverse, have=have, steps=(*inverse.steps, step))


def _most(rule: AwardRule) -> tuple[Decimal | None, str]:
    """Return the most a rule pays and the words that say so; None when it names no most."""
    limits: list[tuple[Decimal, str]] = [
        (cap.value * _years(rule) if cap.scope is Scope.YEAR else cap.value, cap.quote)
        for cap in rule.caps
    ]
    amount = rule.amount
    if isinstance(amount, Tiers) and all(tier.pays is not None for tier in amount.tiers):
        last = max(amount.tiers, key=lambda tier: tier.pays or tier.low)
        limits.append(((last.pays or last.low) * _times(rule), last.quote))
    if isinstance(amount, Fixed | UpTo):
        limits.append((amount.pays * _times(rule), amount.quote))
    return min(limits) if limits else (None, "")


def _times(rule: AwardRule) -> Decimal:
    """Return how many times an amount is paid at most."""
    return rule.duration.most if rule.duration else Decimal(1)


def _years(rule: AwardRule) -> Decimal:
    """Return how many years an amount is paid at most."""
    if rule.duration is None:
        return Decimal(1)
    return rule.duration.most / (12 if rule.duration.every == "月" else 1)


def _unreachable(
    rule: AwardRule, item: Input | None, target: Decimal | None, most: Decimal | None, quote: str
) -> str:
    """Say why no input can reach the target, empty when one may."""
    if item is None:
        return _NO_INPUT.get(type(rule.amount), "这一条的算法不能反推。")
    if target is None:
        return "条文没有写上限，没有“拿满”一说。"
    if target <= 0:
        return "想拿的金额应大于 0。"
    if most is not None and target > most:
        return f"这一条最高 {write_money(most)}（“{quote}”），达不到 {write_money(target)}。"
    return ""


def _least(
    rule: AwardRule, item: Input, target: Decimal
) -> tuple[Decimal | None, tuple[Step, ...]]:
    """Return the least input that pays the target, before and after its thresholds."""
    each = target / _times(rule)
    steps: tuple[Step, ...] = ()
    amount, smallest = rule.amount, _SMALLEST.get(item.unit, Decimal(1))
    shown = write_money(target) if each == target else f"{write_money(target)} ÷ {_times(rule)}"
    if isinstance(amount, Tiers):
        return _tier_for(amount, item, each)
    if isinstance(amount, PerUnit):
        value = _up(each / amount.pays, smallest)
        sign, by = "=" if value * amount.pays == each else "≈", write_money(amount.pays)
        needed = written(value, item.unit)
        cells = (item.label, f"{shown} ÷ {by}", needed if sign == "=" else f"约 {needed}")
        steps = (Step(f"{shown} ÷ {by} {sign} {needed}", amount.quote, *cells),)
    elif isinstance(amount, Rate):
        value = _up(each / amount.rate, smallest)
        sign = "=" if value * amount.rate == each else "≈"
        needed, working = _both(value, item.unit), f"{shown} ÷ {write_percent(amount.rate)}"
        cells = (item.label, working, needed if sign == "=" else f"约 {needed}")
        steps = (Step(f"{working} {sign} {needed}", amount.quote, *cells),)
        if amount.above is not None:
            value += amount.above
            text = f"加上不计的 {write_money(amount.above)} = {_both(value, item.unit)}"
            cells = (item.label, f"加上不计的 {write_money(amount.above)}", _both(value, item.unit))
            steps += (Step(text, amount.above_quote, *cells),)
    else:
        return None, ()
    return _lifted(rule, item, value, steps)


def _both(value: Decimal, unit: str) -> str:
    """Write a value exactly, and rounded to 0.01万元 where that is easier to read."""
    exact, ten_thousand = written(value, unit), Decimal(10**4)
    if unit != "元" or value < ten_thousand or not exact.endswith("元") or exact[-2] in "万亿":
        return exact
    rough = (value / ten_thousand).quantize(Decimal("0.01")) * ten_thousand
    return f"{exact}（约 {write_money(rough)}）"


def _tier_for(
    amount: Tiers, item: Input, target: Decimal
) -> tuple[Decimal | None, tuple[Step, ...]]:
    """Return the start of the lowest step that pays the target, or where its rate does."""
    smallest = _SMALLEST.get(item.unit, Decimal(1))
    for tier in amount.tiers:
        value = tier.low + (smallest if tier.bound is Bound.MORE_THAN else 0)
        if tier.rate is not None:
            value = max(value, _up(target / tier.rate, smallest))
        elif tier.pays is None or tier.pays < target:
            continue
        if tier.high is None or tier.high_bound is None or holds(value, tier.high_bound, tier.high):
            reached = _both(value, item.unit)
            text = f"{item.label}达到 {reached} 的一档可得 {write_money(target)}"
            cells = (item.label, f"可得 {write_money(target)} 的一档", reached)
            return value, (Step(text, tier.quote, *cells),)
    return None, ()


def _lifted(
    rule: AwardRule, item: Input, value: Decimal, steps: tuple[Step, ...]
) -> tuple[Decimal, tuple[Step, ...]]:
    """Lift an input to the thresholds below which nothing is paid."""
    smallest = _SMALLEST.get(item.unit, Decimal(1))
    for threshold in rule.thresholds:
        least = threshold.value + (smallest if threshold.bound is Bound.MORE_THAN else 0)
        lower = threshold.bound in (Bound.AT_LEAST, Bound.MORE_THAN)
        if threshold.input == item.id and lower:
            shown = written(least, item.unit)
            cells = (item.label, "门槛", f"达到 {shown}")
            steps += (Step(f"{item.label}要达到 {shown}", threshold.quote, *cells),)
            value = max(value, least)
    return value, steps


def _blocking(rule: AwardRule, item: Input, value: Decimal) -> Threshold | None:
    """Return a threshold that the value breaks, None when it keeps them all."""
    broken = (
        threshold
        for threshold in rule.thresholds
        if threshold.input == item.id and not holds(value, threshold.bound, threshold.value)
    )
    return next(broken, None)


def _up(value: Decimal, smallest: Decimal) -> Decimal:
    """Round up to a whole number of the smallest unit."""
    return (value / smallest).to_integral_value(ROUND_CEILING) * smallest
