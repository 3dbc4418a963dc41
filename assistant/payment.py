"""What each kind of amount pays for its inputs, step by step, before rounding and caps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.calculation import FactError, Step, plain
from corpus.award import (
    AwardRule,
    Fixed,
    Odd,
    PerUnit,
    Rate,
    Support,
    Tier,
    Tiers,
    UpTo,
)
from corpus.money import Bound, write_money, write_percent

if TYPE_CHECKING:
    from decimal import Decimal

    from corpus.award import Facts

Payment = tuple["Decimal | None", tuple[Step, ...]]

_HOLDS = {
    Bound.AT_LEAST: lambda value, limit: value >= limit,
    Bound.MORE_THAN: lambda value, limit: value > limit,
    Bound.AT_MOST: lambda value, limit: value <= limit,
    Bound.LESS_THAN: lambda value, limit: value < limit,
}


def holds(value: Decimal, bound: Bound, limit: Decimal) -> bool:
    """Say whether a value keeps a bound."""
    return bool(_HOLDS[bound](value, limit))


def written(value: Decimal, unit: str) -> str:
    """Write a value with its unit: 3000万元, 300平方米, 3%."""
    if unit == "元":
        return write_money(value)
    return write_percent(value) if unit == "%" else plain(value) + unit


def pay(rule: AwardRule, facts: Facts) -> Payment:
    """Return what a rule's amount comes to in 元 before caps, and its steps; None without a sum."""
    amount = rule.amount
    match amount:
        case Fixed(pays=pays, quote=quote, word=word):
            text = f"{word or '定额'}{write_money(pays)}"
            return pays, (Step(text, quote, "定额", "不随投入变化", write_money(pays)),)
        case UpTo(pays=pays, quote=quote, word=word):
            text = f"{word}{write_money(pays)}"
            return pays, (Step(text, quote, "上限", "条文只写明上限", text),)
        case Rate():
            return _share(rule, amount, facts[amount.of])
        case PerUnit():
            return _per_unit(rule, amount, facts[amount.of])
        case Tiers():
            return _ladder(rule, amount, facts[amount.of])
        case Odd():
            return _odd(amount, facts)
        case Support():
            return None, ()


def _share(rule: AwardRule, amount: Rate, values: tuple[Decimal, ...]) -> Payment:
    """Pay a rate of an input, or of what lies above a sum."""
    base, steps = _sum(rule, amount.of, values, amount.quote)
    if amount.above is not None:
        above = max(base - amount.above, amount.above * 0)
        text = f"{write_money(base)} 超过 {write_money(amount.above)} 的部分 = {write_money(above)}"
        less = f"{write_money(base)} − {write_money(amount.above)}"
        cells = (f"超过 {write_money(amount.above)} 的部分", less, write_money(above))
        base, steps = above, (*steps, Step(text, amount.above_quote, *cells))
    item = f"{_named(rule, amount.of)}的 {write_percent(amount.rate)}"
    return _times(base, amount.rate, amount.quote, amount.word, item, steps)


def _times(
    base: Decimal,
    rate: Decimal,
    quote: str,
    word: str,
    item: str,
    steps: tuple[Step, ...] = (),
) -> tuple[Decimal, tuple[Step, ...]]:
    """Multiply a sum by a rate and add the step."""
    result = base * rate
    working = f"{write_money(base)} × {write_percent(rate)}"
    text = f"{working} = {write_money(result)}"
    cells = (item, working, f"{word}{write_money(result)}")
    return result, (*steps, Step(f"{word} {text}".strip(), quote, *cells))


def _per_unit(rule: AwardRule, amount: PerUnit, values: tuple[Decimal, ...]) -> Payment:
    """Pay a sum for each unit."""
    count, steps = _sum(rule, amount.of, values, amount.quote)
    result = count * amount.pays
    unit = _unit(rule, amount.of)
    working = f"{written(count, unit)} × {write_money(amount.pays)}"
    text = f"{working} = {write_money(result)}"
    cells = (f"每{unit}{write_money(amount.pays)}", working, f"{amount.word}{write_money(result)}")
    return result, (*steps, Step(f"{amount.word} {text}".strip(), amount.quote, *cells))


def _ladder(rule: AwardRule, amount: Tiers, values: tuple[Decimal, ...]) -> Payment:
    """Pay the highest step each value reaches."""
    unit, total, steps = _unit(rule, amount.of), values[0] * 0, ()
    paid: list[Step] = list(steps)
    for value in values:
        tier = reached(amount, value)
        if tier is None:
            paid.append(_below(rule, amount, value))
            continue
        name = f"{written(value, unit)} 属于 {written(tier.low, unit)} 这一档"
        if tier.rate is not None:
            result, step = _times(value, tier.rate, tier.quote, amount.word, "")
            total, text, shown = total + result, step[0].text, step[0].result
            working = step[0].working
        else:
            sum_ = tier.pays or total * 0
            total, text = total + sum_, f"{amount.word}{write_money(sum_)}"
            working, shown = f"{written(value, unit)} 在这一档", text
        item = f"{_named(rule, amount.of)} {written(tier.low, unit)} 一档"
        paid.append(Step(f"{name}：{text}", tier.quote, item, working, shown))
    return total, tuple(paid)


def _below(rule: AwardRule, amount: Tiers, value: Decimal) -> Step:
    """Say that a value reaches no step of a ladder."""
    unit, name = _unit(rule, amount.of), _named(rule, amount.of)
    lowest = written(amount.tiers[0].low, unit)
    text = f"{name} {written(value, unit)}，未达到最低一档 {lowest}"
    cells = (name, f"{written(value, unit)}，最低一档 {lowest}", "未达到")
    return Step(text, amount.tiers[0].quote, *cells)


def _named(rule: AwardRule, of: str) -> str:
    item = rule.input(of)
    return item.label if item else of


def reached(amount: Tiers, value: Decimal) -> Tier | None:
    """Return the highest step of a ladder that a value reaches, None when it reaches none."""
    for tier in reversed(amount.tiers):
        below = tier.high is None or tier.high_bound is None
        if holds(value, tier.bound, tier.low) and (
            below or holds(value, tier.high_bound, tier.high)  # type: ignore[arg-type]
        ):
            return tier
    return None


def _odd(amount: Odd, facts: Facts) -> Payment:
    """Ask the policy's own function."""
    numbers = {number.id: number.value for number in amount.numbers}
    result, texts = amount.compute(facts, numbers)
    if isinstance(result, float):
        raise FactError(f"函数 {amount.function} 返回了 float，应返回 Decimal。")
    return result, tuple(Step(text, amount.quote) for text in texts)


def _sum(
    rule: AwardRule, name: str, values: tuple[Decimal, ...], quote: str
) -> tuple[Decimal, tuple[Step, ...]]:
    """Add up the members of a list, with a step when there are several."""
    total = sum(values[1:], start=values[0])
    if len(values) == 1:
        return total, ()
    unit = _unit(rule, name)
    text = " + ".join(written(value, unit) for value in values)
    cells = (f"{_named(rule, name)}合计", text, written(total, unit))
    return total, (Step(f"{text} = {written(total, unit)}", quote, *cells),)


def _unit(rule: AwardRule, name: str) -> str:
    """Return the unit of a rule's input."""
    item = rule.input(name)
    return item.unit if item else ""
