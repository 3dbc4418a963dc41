"""Told figures → the inputs of an award: which one each is, and which award its words name."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.lexicon import language
from assistant.told import Role, Told, is_other_sum
from corpus.measures import fits_unit
from corpus.money import Kind, Quantity
from corpus.numerals import read_integer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.question import Question
    from corpus.award import AwardRule, Input

_YEARS = re.compile(r"(?:今|明|去|前|后|本|第[一二三四五1-5]|20\d\d)年[^，。；]{0,8}$")
_PART = re.compile(
    r"(?:上半年|下半年|[一二三四1-4]季度|[0-9一二三四五六七八九十]+月份?|[一二三四首][期批]|前期|后期|后续|尾款)"
    r"[^，。；]{0,8}$"
)


def facts_of(
    rule: AwardRule, told: tuple[Told, ...], *, joined: bool = False
) -> dict[str, tuple[Decimal, ...]]:
    """Assign the told quantities to a rule's inputs; unnamed ones go to its only open input.

    Figures that are `joined`, or told as parts of one (一期…二期…), are added up.
    """
    found: dict[str, list[Decimal]] = {}
    received = {cap.received for cap in rule.caps if cap.received}
    free: list[Told] = []
    for item in told:
        if item.quantity.value is None:
            continue
        if item.role is Role.RECEIVED:
            for name in received:
                found.setdefault(name, []).append(item.quantity.value)
        elif item.role is Role.FACT:
            target = _named(rule, item, received)
            if target:
                found.setdefault(target.id, []).append(item.quantity.value)
            else:
                free.append(item)
    for item in free:
        if is_other_sum(item):
            continue
        target = _open(rule, item.quantity, received, found)
        if target and item.quantity.value is not None:
            found.setdefault(target.id, []).append(item.quantity.value)
    if joined or _are_parts(told, _PART):
        return {name: (sum(values, Decimal(0)),) for name, values in found.items()}
    return {name: tuple(values) for name, values in found.items()}


def _are_parts(told: tuple[Told, ...], named: re.Pattern[str]) -> bool:
    """Tell whether every sum is named as a part of one: 上半年…下半年…, 一期…二期…"""
    sums = [item for item in told if item.role is Role.FACT and item.quantity.kind is Kind.MONEY]
    return len(sums) > 1 and all(named.search(item.before) for item in sums)


def are_joined(question: Question, told: tuple[Told, ...] = ()) -> bool:
    """Tell whether the sums of a turn are added before anything is computed: 合计投入, 总投资.

    Sums of several years are when all of them together are asked about.
    """
    words = language()
    if _are_parts(told, _YEARS) and re.search(words["summed"], question.text):
        return True
    has_total = any(re.search(words["total"], question.text[: q.start]) for q in question.money)
    is_said = re.search(words["in_all"], question.text) is not None
    return is_said and not has_total and not are_several(question)


def are_several(question: Question) -> bool:
    """Tell whether a turn tells of several things with a sum each: 两个项目, 三家工厂, 分别."""
    if re.search(language()["each_own"], question.text):
        return True
    return has_things(question.text)


def has_things(text: str) -> bool:
    """Tell whether a text names several things of one kind: 两款产品, 三个项目."""
    things = re.finditer(language()["things"], text)
    return any((read_integer(match[1] or match[2]) or 0) > 1 for match in things)


def is_measured_in(item: Input, quantity: Quantity) -> bool:
    """Tell whether a quantity has the unit of an input, or one people use for it: 5台车, 5辆."""
    if item.unit == "元":
        return quantity.kind is Kind.MONEY and quantity.currency == "CNY"
    if quantity.kind is not Kind.COUNT:
        return False
    if not quantity.unit:
        return True
    alike = {quantity.unit, item.unit} <= set(language()["things_counted"])
    return fits_unit(quantity.unit, item.unit) or (
        alike and quantity.unit in language()["said_for_any"]
    )


def _named(rule: AwardRule, item: Told, received: set[str]) -> Input | None:
    """Return the input whose cue stands nearest to the quantity in its stretch."""
    found = _distances(rule, item, received)
    return min(found, key=lambda pair: pair[0])[1] if found else None


def nearest_rule(item: Told, rules: Sequence[AwardRule], shortest: int = 1) -> AwardRule | None:
    """Return the rule one of whose inputs is named nearest to a quantity; None if none is.

    Cues shorter than `shortest` letters don't count.
    """
    return next(iter(nearest_rules(item, rules, shortest)), None)


def nearest_rules(
    item: Told, rules: Sequence[AwardRule], shortest: int = 1
) -> tuple[AwardRule, ...]:
    """Return all rules one of whose inputs is named as near to a quantity as any is."""
    near = {
        rule.id: min(distance for distance, _ in found)
        for rule in rules
        if item.role is Role.FACT and (found := _distances(rule, item, set(), shortest))
    }
    least = min(near.values(), default=0)
    return tuple(rule for rule in rules if near.get(rule.id) == least)


def _distances(
    rule: AwardRule, item: Told, received: set[str], shortest: int = 1
) -> list[tuple[int, Input]]:
    """Return how far each input's cues stand from a quantity in its stretch."""
    cues = _near_cues(rule, item, received, shortest)
    return [(distance, target) for distance, target, _ in cues]


def _near_cues(
    rule: AwardRule, item: Told, received: set[str], shortest: int
) -> list[tuple[int, Input, str]]:
    found = []
    for target in rule.inputs:
        if target.id in received or not is_measured_in(target, item.quantity):
            continue
        for cue in (target.label, *target.cues):
            at = item.before.rfind(cue) if len(cue) >= shortest else -1
            if at >= 0:
                found.append((len(item.before) - at - len(cue), target, cue))
            elif len(cue) >= shortest and cue in _named_after(item)[: len(cue) + 3]:
                found.append((item.after.find(cue), target, cue))
    return found


def cue_beside(item: Told, rules: Sequence[AwardRule], shortest: int = 1) -> str:
    """Return the cue of any of these rules' inputs that stands nearest to a fact, "" if none."""
    if item.role is not Role.FACT:
        return ""
    found = [near for rule in rules for near in _near_cues(rule, item, set(), shortest)]
    return min(found, key=lambda near: near[0])[2] if found else ""


def _named_after(item: Told) -> str:
    return "" if item.after.lstrip().startswith(("不是", "不算", "并非")) else item.after


def _open(
    rule: AwardRule, quantity: Quantity, received: set[str], found: dict[str, list[Decimal]]
) -> Input | None:
    fitting = [
        target
        for target in rule.inputs
        if target.id not in received and is_measured_in(target, quantity)
    ]
    required = [target for target in fitting if not target.optional]
    return required[0] if len(required) == 1 else (fitting[0] if len(fitting) == 1 else None)
