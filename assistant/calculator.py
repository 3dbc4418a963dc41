"""From a rule and facts to a Calculation, and back from a wanted amount to the input it takes.

Pure and exact: `Decimal` throughout, rounded to 分 half up once, at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext

from assistant.calculation import Calculation, FactError, Inverse, Step, Unmet
from assistant.facts import out_of_range, read_value
from assistant.inverse import invert
from assistant.payment import holds, pay, written
from corpus.award import AwardRule, Cap, Condition, Input, Scope, Threshold
from corpus.money import Bound, write_money

__all__ = [
    "Calculation",
    "Fact",
    "FactError",
    "Inverse",
    "Step",
    "Unmet",
    "calculate",
    "invert",
    "out_of_range",
    "read_value",
]

Fact = Decimal | int | bool | Sequence[Decimal | int]

_PRECISION = 80
_FEN = Decimal("0.01")
_ZERO = Decimal(0)
_REACHED = {
    Bound.AT_LEAST: ("达到", "未达到"),
    Bound.MORE_THAN: ("超过", "未超过"),
    Bound.AT_MOST: ("不超过", "超过了"),
    Bound.LESS_THAN: ("低于", "不低于"),
}
_SCOPES = {Scope.ONCE: "", Scope.YEAR: "每年", Scope.CUMULATIVE: "累计", Scope.SHARED: "合计"}
_EARLIER = {Scope.YEAR: "本年度"}
"""When what a cap counts in was received; 此前 where it isn't named."""


def calculate(rule: AwardRule, facts: Mapping[str, Fact]) -> Calculation:
    """Apply a rule to facts: input id → its value or values (元, fraction or count).

    A condition's id may be a fact too: True confirms it, False leaves it unmet. Raises FactError
    for a fact the rule doesn't know, a negative one, or one that is no exact number.
    """
    with localcontext(prec=_PRECISION):
        known = {item.id: _exact(item, facts[item.id]) for item in rule.inputs if item.id in facts}
        known = {name: values for name, values in known.items() if values}
        _refuse_unknown(rule, facts)
        counted, steps, short = _past_thresholds(rule, known)
        denied = tuple(
            Unmet(
                f"不符合条件：{condition.text}", condition.quote, "条件", condition.text, "不符合"
            )
            for condition in rule.conditions
            if facts.get(condition.id) is False
        )
        missing = tuple(i for i in rule.inputs if i.id not in known and not i.optional)
        amount: Decimal | None = None
        if denied or () in counted.values():
            amount = _ZERO
        elif not missing:
            amount, paid = _pay_out(rule, counted)
            steps += paid
    return Calculation(
        policy=rule.policy,
        award=rule.id,
        clause=rule.clause,
        title=rule.title,
        amount=amount,
        nature=rule.nature,
        inputs=known,
        steps=steps,
        missing=() if amount is not None else missing,
        unmet=short + denied,
        conditions=_to_confirm(rule, facts, known),
        staged=rule.staged,
        reviewed=rule.reviewed,
        one_off=rule.one_off,
    )


def _exact(item: Input, fact: Fact) -> tuple[Decimal, ...]:
    """Return a fact as exact numbers, refusing floats, negative and endless ones."""
    values = fact if isinstance(fact, Sequence) else (fact,)
    for value in values:
        if isinstance(value, bool) or not isinstance(value, (Decimal, int)):
            raise FactError(f"{item.label}“{value}”不是精确的数，请用 Decimal 或整数。")
        if not Decimal(value).is_finite() or value < 0:
            raise FactError(f"{item.label}不能是“{value}”，请给出不小于 0 的数。")
    if len(values) > 1 and not item.many:
        raise FactError(f"{item.label}只能有一个数，给了 {len(values)} 个。")
    return tuple(Decimal(value) for value in values)


def _refuse_unknown(rule: AwardRule, facts: Mapping[str, Fact]) -> None:
    """Raise FactError for a fact the rule has no use for."""
    names = [item.id for item in rule.inputs]
    conditions = [condition.id for condition in rule.conditions]
    for name, fact in facts.items():
        if name not in (*names, *conditions):
            known = "、".join((*names, *conditions)) or "无"
            raise FactError(f"{rule.id} 没有“{name}”这一项；可用的有 {known}。")
        if name in conditions and not isinstance(fact, bool):
            raise FactError(f"条件 {name} 应是 True 或 False，给的是“{fact}”。")


def _past_thresholds(
    rule: AwardRule, known: dict[str, tuple[Decimal, ...]]
) -> tuple[dict[str, tuple[Decimal, ...]], tuple[Step, ...], tuple[Unmet, ...]]:
    """Hold every known value to its thresholds; return what passes, the steps and what fails."""
    counted, steps, unmet = dict(known), [], []
    for threshold in rule.thresholds:
        item = rule.input(threshold.input)
        if item is None or threshold.input not in counted:
            continue
        passing = []
        for value in counted[threshold.input]:
            passes = holds(value, threshold.bound, threshold.value)
            text = _compared(item, threshold, value, passes)
            cells = _cells(item, threshold, value, passes)
            if passes:
                passing.append(value)
                steps.append(Step(text, threshold.quote, *cells))
            else:
                unmet.append(Unmet(text, threshold.quote, *cells))
        counted[threshold.input] = tuple(passing)
    return counted, tuple(steps), tuple(unmet)


def _compared(item: Input, threshold: Threshold, value: Decimal, passes: bool) -> str:
    """Say how a value stands to a threshold: 单个产品销售额 999.99万元，未达到 1000万元."""
    word = _REACHED[threshold.bound][0 if passes else 1]
    return f"{item.label} {written(value, item.unit)}，{word} {written(threshold.value, item.unit)}"


def _cells(item: Input, threshold: Threshold, value: Decimal, passes: bool) -> tuple[str, str, str]:
    """Say the same in the cells of a table: 单个产品销售额 | 999.99万元 < 1000万元 | 未达到."""
    sign = "=" if value == threshold.value else "<" if value < threshold.value else ">"
    limit = written(threshold.value, item.unit)
    word = _REACHED[threshold.bound][0 if passes else 1]
    return item.label, f"{written(value, item.unit)} {sign} {limit}", word


def _pay_out(
    rule: AwardRule, facts: Mapping[str, tuple[Decimal, ...]]
) -> tuple[Decimal | None, tuple[Step, ...]]:
    """Pay, multiply by the time it is paid for, cap, and round to 分."""
    exact, steps = pay(rule, facts)
    if exact is None:
        return None, steps
    yearly = [cap for cap in rule.caps if cap.scope is Scope.YEAR]
    if rule.duration is not None:
        exact, lasting = _over_time(rule, exact, facts, yearly)
        steps += lasting
        yearly = []
    for cap in [*yearly, *(cap for cap in rule.caps if cap.scope is not Scope.YEAR)]:
        exact, step = _capped(exact, cap, facts)
        steps += step
    rounded = exact.quantize(_FEN, ROUND_HALF_UP)
    if rounded != exact:
        text = f"{write_money(exact)} 四舍五入到分 = {write_money(rounded)}"
        cells = ("四舍五入到分", write_money(exact), write_money(rounded))
        steps += (Step(text, steps[-1].quote, *cells),)
    return rounded, steps


def _over_time(
    rule: AwardRule,
    amount: Decimal,
    facts: Mapping[str, tuple[Decimal, ...]],
    yearly: list[Cap],
) -> tuple[Decimal, tuple[Step, ...]]:
    """Multiply what one year or month pays by how many are paid, each year held to its cap.

    What was received this year counts in the first year only.
    """
    duration = rule.duration
    if duration is None:
        return amount, ()
    told = facts.get(duration.input or "", (duration.most,))[0]
    lasting, name = min(told, duration.most), "个月" if duration.every == "月" else "年"
    steps: list[Step] = []
    if duration.input and duration.input not in facts:
        text = f"没有说明多少{name}，按最长 {written(lasting, name)} 计"
        cells = ("期限", f"没有说明多少{name}", f"按最长 {written(lasting, name)} 计")
        steps.append(Step(text, duration.quote, *cells))
    if told > lasting:
        text = f"{written(told, name)}，按最长 {written(lasting, name)} 计"
        cells = ("期限", written(told, name), f"按最长 {written(lasting, name)} 计")
        steps.append(Step(text, duration.quote, *cells))
    full, length = Decimal(0), Decimal(12 if duration.every == "月" else 1)
    whole, rest = divmod(lasting, length)
    terms = [length] * int(whole) + [rest] * bool(rest) if yearly else [lasting]
    for number, months in enumerate(terms):
        paid = amount * months
        for cap in yearly:
            paid, step = _capped(paid, cap, {} if number else facts)
            steps += [one for one in step if one not in steps]
        full += paid
    capped = full != amount * lasting
    lead = f"每{duration.every} {write_money(amount)}，"
    text = f"{'' if capped else lead}共 {written(lasting, name)} = {write_money(full)}"
    each = f"每{duration.every} {write_money(amount)} × {written(lasting, name)}"
    cells = ("各期合计", f"共 {written(lasting, name)}" if capped else each, write_money(full))
    steps.append(Step(text, duration.quote, *cells))
    return full, tuple(steps)


def _capped(
    amount: Decimal, cap: Cap, facts: Mapping[str, tuple[Decimal, ...]]
) -> tuple[Decimal, tuple[Step, ...]]:
    """Hold an amount to a cap, less what was received before."""
    scope, left, steps = _SCOPES[cap.scope], cap.value, []
    received = sum(facts.get(cap.received or "", ()), start=_ZERO)
    if received:
        left = max(cap.value - received, _ZERO)
        had = f"{_EARLIER.get(cap.scope, '此前')}已获得 {write_money(received)}"
        text = f"{scope}上限 {write_money(cap.value)} − {had}，还可获得 {write_money(left)}"
        working = f"{write_money(cap.value)} − 已获得 {write_money(received)}"
        cells = (f"{scope}上限余额", working, write_money(left))
        steps.append(Step(text, cap.quote, *cells))
    paid, shown = min(amount, left), write_money(amount)
    limit = f"还可获得的 {write_money(left)}" if received else f"{scope}上限 {write_money(left)}"
    text = f"{shown} 未超过{limit}"
    sign = "=" if amount == left else "<" if amount < left else ">"
    if amount > left:
        text = f"{shown} 超过{limit}，按 {write_money(left)} 计"
    item = "不超过余额" if received else f"{scope}上限"
    cells = (item, f"{shown} {sign} {write_money(left)}", write_money(paid))
    return paid, (*steps, Step(text, cap.quote, *cells))


def _to_confirm(
    rule: AwardRule, facts: Mapping[str, Fact], known: Mapping[str, tuple[Decimal, ...]]
) -> tuple[Condition, ...]:
    """Return the conditions no fact settles, and what was assumed about earlier payments."""
    assumed = tuple(
        Condition(
            cap.received,
            f"{_EARLIER.get(cap.scope, '此前')}的同类补助计入{_SCOPES[cap.scope]}上限，"
            "这里按尚未获得过计算",
            cap.quote,
        )
        for cap in rule.caps
        if cap.received and cap.received not in known
    )
    return tuple(c for c in rule.conditions if not isinstance(facts.get(c.id), bool)) + assumed
