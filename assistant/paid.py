"""What a turn, or the talk it leans on, tells to be paid already, and whether the rest is asked."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.aspects import Group
from assistant.lexicon import language
from assistant.told import Role
from corpus.money import Kind

if TYPE_CHECKING:
    from assistant.steps import Evidence


def asks_rest(evidence: Evidence) -> bool:
    """Tell whether a turn asks what is left, or changes what was paid in a talk about that."""
    if re.search(language()["rest"], evidence.question.text):
        return True
    goes_on = evidence.reading.leaning and evidence.reading.context.paid is not None
    tells = any(item.role is Role.RECEIVED for item in evidence.told)
    return goes_on and (tells or evidence.question.asks_group(Group.MONEY))


def paid_before(evidence: Evidence) -> Decimal | None:
    """Return what a turn, or the talk it leans on, tells to be paid already, in 元."""
    received = (t.quantity for t in evidence.told if t.role is Role.RECEIVED)
    paid = [q.value for q in received if q.kind is Kind.MONEY and q.value is not None]
    before = evidence.reading.context.paid if evidence.reading.leaning else None
    return sum(paid, Decimal(0)) if paid else before
