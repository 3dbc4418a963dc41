"""What is left of a cap after payments, and what is left of a sum when another is taken off it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.awards import SCOPES
from assistant.calculation import Calculation, Step, Taken
from corpus.award import Nature
from corpus.money import write_money

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corpus.award import AwardRule


def left_under_cap(rule: AwardRule, known: Mapping[str, tuple[Decimal, ...]]) -> Calculation | None:
    """Return what a cap leaves after earlier payments (元), None when it counts none or none is
    known."""
    cap = next((cap for cap in rule.caps if cap.received in known), None)
    if cap is None or cap.received is None:
        return None
    paid = sum(known[cap.received], Decimal(0))
    left = max(cap.value - paid, Decimal(0))
    scope, had = SCOPES[cap.scope], f"此前已获得 {write_money(paid)}"
    text = f"{scope}上限 {write_money(cap.value)} − {had}，还可获得 {write_money(left)}"
    working = f"{write_money(cap.value)} − 已获得 {write_money(paid)}"
    return Calculation(
        rule.policy,
        rule.id,
        rule.clause,
        rule.title,
        left,
        Nature.CEILING,
        inputs={cap.received: known[cap.received]},
        steps=(Step(text, cap.quote, f"{scope}上限余额", working, write_money(left)),),
        conditions=rule.conditions,
        staged=rule.staged,
        reviewed=rule.reviewed,
        one_off=rule.one_off,
    )


def less(calculation: Calculation, taken: Taken) -> Calculation:
    """Return a calculation with a last line that takes another sum off its amount.

    The amount itself stays what the rule gives.
    """
    if not calculation.amount or not calculation.steps or not 0 < taken.sum <= calculation.amount:
        return calculation
    working = f"{write_money(calculation.amount)} − {taken.what} {write_money(taken.sum)}"
    left = write_money(calculation.amount - taken.sum)
    quote = calculation.steps[-1].quote
    step = Step(f"{working} = {left}", quote, f"减去{taken.what}", working, left)
    return replace(calculation, steps=(*calculation.steps, step), taken=taken)
