"""What the calculator page says of several awards together: shared limits, no adding up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant import wording
from assistant.aspects import aspect
from assistant.calculator_form import joint_limits
from assistant.web import texts_calculator as words
from assistant.web.links import clause_link

if TYPE_CHECKING:
    from assistant.calculator_form import Form


def notes(form: Form) -> list[str]:
    """Return what stands below several awards: limits they share, and that sums don't add up."""
    paid = [case for case in form.cases if case.result and case.result.amount]
    lines = list(joint_limits(form.cases))
    if len(paid) < 2:
        return lines
    if len({case.policy.id for case in paid}) > 1:
        lines.append(words.OTHER_POLICIES)
    elif not stacking(form):
        lines.append(wording.NOT_COMBINED)
    return lines


def stacking(form: Form) -> list[tuple[str, str, str]]:
    """Return the clauses that speak of awards received together: policy, clause, address."""
    rule = aspect("stacking")
    policies = {case.policy.id: case.policy for case in form.cases}
    return [
        (policy.info.short_title, clause.reference, clause_link(policy.id, clause.label))
        for policy in policies.values()
        for clause in policy.clauses
        if rule.evidence and rule.carried_by(clause.text)
    ]
