"""What a rule pays against one of its inputs: the course of a curve, and where the facts lie on it.

Every point comes from the calculator itself, so a curve can't disagree with a calculation.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.calculator import Fact, calculate, invert
from corpus.award import AwardRule, Input, Odd, PerUnit, Rate, Tiers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SAMPLES = 24
_HAIR = Decimal("0.01")
"""How far beside a step the curve is read: 1 分, or a hundredth of a count."""
_BEYOND, _AROUND, _FAR = Decimal("1.3"), Decimal("1.12"), Decimal(3)
_JUMP = Decimal("0.004")
"""The share of the highest sum from which a rise within two hairs is a step, not a slope."""


@dataclass(frozen=True, slots=True)
class Point:
    """An input (元 or a count) and what it pays in 元."""

    told: Decimal
    pays: Decimal


@dataclass(frozen=True, slots=True)
class Payout:
    """What a rule pays for one input from 0 to `end`.

    `runs` are the stretches between steps. `steps` are the inputs at which a threshold or a tier
    stands. `full` is the least input that pays `most`, None when more input still pays more.
    `told` are the facts' own points, those beyond `end` included.
    """

    rule: AwardRule
    input: Input
    end: Decimal
    runs: tuple[tuple[Point, ...], ...]
    steps: tuple[Decimal, ...]
    most: Decimal
    full: Decimal | None
    told: tuple[Point, ...]


def payout(rule: AwardRule, facts: Mapping[str, Fact]) -> Payout | None:
    """Return the course of a rule's amount over its main input, the other facts held.

    None when there is nothing to draw: no input, another fact missing, or nothing ever paid.
    Raises FactError as `calculate` does.
    """
    item = _varied(rule, facts)
    if item is None:
        return None
    held = {name: fact for name, fact in facts.items() if rule.input(name) and name != item.id}
    values = _values(facts.get(item.id, ()))
    steps = _steps(rule, item)
    end = _end(rule, steps, values)
    if end is None or calculate(rule, {**held, item.id: end}).amount is None:
        return None

    def pays(value: Decimal) -> Decimal:
        return calculate(rule, {**held, item.id: value}).amount or Decimal(0)

    points = [Point(value, pays(value)) for value in _places(steps, end)]
    most = max(point.pays for point in points)
    if not most:
        return None
    first = next(i for i, point in enumerate(points) if point.pays == most)
    full = None
    if first and points[first].told < end:
        low, high = points[first - 1].told, points[first].told
        while high - low > _HAIR:
            middle = ((low + high) / 2).quantize(_HAIR)
            low, high = (low, middle) if pays(middle) >= most else (middle, high)
        exact = invert(rule).value if item.unit == "元" else None
        full = exact if exact is not None and abs(exact - high) < 1 else high
        points.insert(first, Point(full, most))
    denied = any(fact is False for fact in facts.values())
    told = () if denied else tuple(Point(value, pays(value)) for value in values)
    return Payout(rule, item, end, _runs(points, most), steps, most, full, told)


def _varied(rule: AwardRule, facts: Mapping[str, Fact]) -> Input | None:
    """Return the input that the curve runs over: the base of the amount, if it has one."""
    if isinstance(rule.amount, Rate | Tiers | PerUnit):
        return rule.input(rule.amount.of)
    if isinstance(rule.amount, Odd):
        told = (item for item in rule.inputs if item.id in facts)
        return next(told, None)
    return None


def _values(fact: Fact) -> tuple[Decimal, ...]:
    several = fact if isinstance(fact, tuple | list) else (fact,)
    return tuple(Decimal(value) for value in several)


def _steps(rule: AwardRule, item: Input) -> tuple[Decimal, ...]:
    """Return the inputs at which the amount may jump or bend, lowest first."""
    found = {limit.value for limit in rule.thresholds if limit.input == item.id}
    if isinstance(rule.amount, Tiers):
        ends = [(tier.low, tier.high) for tier in rule.amount.tiers]
        found |= {value for pair in ends for value in pair if value is not None}
    if isinstance(rule.amount, Rate) and rule.amount.above is not None:
        found.add(rule.amount.above)
    return tuple(sorted(value for value in found if value))


def _end(rule: AwardRule, steps: Sequence[Decimal], told: Sequence[Decimal]) -> Decimal | None:
    """Return how far to draw: past every step, the full sum and, unless far off, what was told."""
    full = invert(rule).value
    own = max((*steps, *((full,) if full else ())), default=Decimal(0))
    highest = max(told, default=Decimal(0))
    if not own:
        return highest * 2 or None
    if highest > own * _BEYOND * _FAR:
        return own * _BEYOND
    return max(own * _BEYOND, highest * _AROUND)


def _places(steps: Sequence[Decimal], end: Decimal) -> list[Decimal]:
    """Return where to read the amount: evenly, and closely around each step."""
    even = {end * number / _SAMPLES for number in range(_SAMPLES + 1)}
    close = {step + hair for step in steps for hair in (-_HAIR, Decimal(0), _HAIR)}
    return sorted(value for value in even | close if 0 <= value <= end)


def _runs(points: Sequence[Point], most: Decimal) -> tuple[tuple[Point, ...], ...]:
    """Split the points at the steps."""
    runs: list[list[Point]] = [[points[0]]]
    for before, point in pairwise(points):
        close = point.told - before.told <= _HAIR
        if close and abs(point.pays - before.pays) > most * _JUMP:
            runs.append([])
        runs[-1].append(point)
    return tuple(tuple(run) for run in runs)
