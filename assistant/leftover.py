"""Sentences about a turn's figures: read roughly, multiplied, or used by no calculation."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant import wording
from assistant.lexicon import language
from assistant.told import Role
from assistant.work import objection
from corpus.money import Kind, write_money

if TYPE_CHECKING:
    from assistant.steps import Worked


def unused(worked: Worked) -> tuple[str, ...]:
    """Return a sentence for every sum told that no calculation used."""
    changes = f"{language()['add']}|{language()['less']}"
    if worked.evidence.reading.leaning and re.search(changes, worked.evidence.question.text):
        return ()
    used = {value for found in worked.calculations for vs in found.inputs.values() for value in vs}
    used |= {found.taken.sum for found in worked.calculations if found.taken}
    sums = [t.quantity.value for t in worked.evidence.told if t.role is Role.FACT]
    if sum((value for value in sums if value), Decimal(0)) in used:
        return ()
    forms = {Role.FACT: wording.UNUSED, Role.RECEIVED: wording.RECEIVED_UNUSED}
    lines = (
        forms[item.role].format(sum=item.quantity.text)
        for item in worked.evidence.told
        if item.role in (Role.FACT, Role.RECEIVED)
        and item.quantity.kind is Kind.MONEY
        and item.quantity.values
        and objection(item.quantity) is None
        and not used & set(item.quantity.values)
    )
    return tuple(dict.fromkeys(lines))


def multiplied(worked: Worked) -> tuple[str, ...]:
    """Return what each price times a number comes to, for those that a calculation used."""
    used = {value for found in worked.calculations for vs in found.inputs.values() for value in vs}
    return tuple(
        wording.MULTIPLIED.format(sum=q.text, value=write_money(q.value))
        for q in (item.quantity for item in worked.evidence.told)
        if q.value in used and q.value is not None and "×" in q.text
    )


def approximations(worked: Worked) -> tuple[str, ...]:
    """Return a sentence for every figure that was told only roughly."""
    return tuple(
        wording.APPROXIMATE.format(sum=q.text, value=write_money(q.value))
        for q in (item.quantity for item in worked.evidence.told)
        if q.approximate and q.kind is Kind.MONEY and q.value is not None
    )
