"""The calculate step: which awards the question touches, with which facts, and what they give."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant import wording
from assistant.aspects import Group
from assistant.assignment import (
    are_joined,
    are_several,
    facts_of,
    has_things,
)
from assistant.award_choice import own_figures, relevant, rules_meant, without_others
from assistant.balance import left_under_cap, less
from assistant.calculation import Taken, added
from assistant.calculator import Calculation, FactError, calculate
from assistant.changed import adjusted, recalls
from assistant.goal import asks_back, least_facts, one_period, way_back
from assistant.lexicon import language
from assistant.paid import asks_rest, paid_before
from assistant.steps import Evidence, Worked
from assistant.told import ABSURD, Role
from corpus.money import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.told import Told
    from corpus.award import AwardRule
    from corpus.library import Library
    from corpus.money import Quantity

Facts = dict[str, tuple[Decimal, ...]]


def work(evidence: Evidence, library: Library) -> Worked:
    """Calculate every award of the question's topics for which it tells or asks something."""
    remarks, told = _usable(evidence.told)
    rules = [rule for clause in evidence.topics for rule in rules_meant(clause, evidence, library)]
    if asks_back(rules, evidence):
        inverses = tuple(found for rule in rules if (found := way_back(rule, evidence, told)))
        if inverses:
            return Worked(evidence, inverses=inverses, remarks=remarks)
    calculations: list[Calculation] = []
    facts: list[tuple[str, tuple[tuple[str, tuple[Decimal, ...]], ...]]] = []
    waiting: AwardRule | None = None
    several = _are_several(evidence)
    several_asked = re.search(language()["several_asked"], evidence.question.text) is not None
    figures = without_others(told, rules, library)
    for rule in relevant(rules, told):
        for known, case, whole in _readings(rule, rules, figures, evidence, library):
            if known:
                kept = [entry for entry in facts if entry[0] != rule.id]
                facts = [*kept, (rule.id, tuple((whole if several else known).items()))]
            if left := _left(rule, known, evidence):
                calculations.append(left)
                continue
            beside = several_asked and any(
                other.clause == rule.clause for other in rules if other is not rule
            )
            if not _is_wanted(rule, known, evidence, case, beside=beside):
                continue
            try:
                given = (
                    one_period(rule, evidence.question.text) | least_facts(rule, evidence) | known
                )
                result = calculate(rule, given)
            except FactError as error:
                remarks = (*remarks, str(error))
                continue
            of_many = _is_total_of_many(rule, known, evidence)
            if of_many and evidence.question.polar:
                continue
            if result.missing or of_many:
                waiting = waiting or rule
            elif several or result not in calculations:
                calculations.append(_less_taken(rule, result, evidence))
    either = _either(rules, calculations, evidence)
    return Worked(
        evidence,
        calculations=() if either else (*calculations, *_totals(calculations, evidence)),
        either=either,
        facts=tuple(facts),
        open=None if calculations or remarks else waiting,
        remarks=remarks,
    )


def _left(rule: AwardRule, known: Facts, evidence: Evidence) -> Calculation | None:
    """Return what earlier payments leave of a rule's cap, when nothing else is told of it."""
    needed = [item.id for item in rule.inputs if not item.optional]
    if not known or any(name in known for name in needed):
        return None
    waits = evidence.question.wants_calculation or evidence.reading.context.awaits
    is_rest = re.search(language()["rest"], evidence.question.text)
    return left_under_cap(rule, known) if is_rest or not waits else None


def _less_taken(rule: AwardRule, result: Calculation, evidence: Evidence) -> Calculation:
    """Take off what was paid before, or computed before, where the rest or the change is asked."""
    paid = paid_before(evidence)
    if paid is not None and asks_rest(evidence) and not any(cap.received for cap in rule.caps):
        return less(result, Taken(wording.PAID_BEFORE, paid))
    facts = evidence.reading.context.facts_of(rule.id)
    is_one = all(len(values) == 1 or _takes_many(rule, name) for name, values in facts.items())
    if not (facts and is_one and re.search(language()["difference"], evidence.question.text)):
        return result
    before = calculate(rule, facts).amount
    return less(result, Taken(wording.COMPUTED_BEFORE, before)) if before else result


def _takes_many(rule: AwardRule, name: str) -> bool:
    item = rule.input(name)
    return item is not None and item.many


def _is_total_of_many(rule: AwardRule, known: Facts, evidence: Evidence) -> bool:
    """Tell whether one sum is told for several things (两款共卖1800万) that count one by one."""
    text = evidence.question.text
    if not re.search(language()["summed"], _before_the_sum(evidence)) or not has_things(text):
        return False
    held = {threshold.input for threshold in rule.thresholds}
    return any(i.many and i.id in held and len(known.get(i.id, ())) == 1 for i in rule.inputs)


def _before_the_sum(evidence: Evidence) -> str:
    """Return what stands before the one sum of a turn, "" when there are none or several."""
    sums = evidence.question.money
    return evidence.question.text[: sums[0].start] if len(sums) == 1 else ""


def _either(
    rules: Sequence[AwardRule], calculations: list[Calculation], evidence: Evidence
) -> tuple[AwardRule, ...]:
    """Return the awards of one clause among which a turn leaves open which its one figure is of."""
    facts = [t for t in evidence.told if t.role is Role.FACT]
    together = re.search(language()["plural_awards"], evidence.question.text)
    using = {c.award for c in calculations if c.inputs}
    found = [rule for rule in rules if rule.id in using]
    clauses = {(rule.policy, rule.clause) for rule in found}
    if len(facts) != 1 or together or len(found) < 2 or len(clauses) != 1 or _are_several(evidence):
        return ()
    if evidence.question.confirms or len({c.amount for c in calculations}) == 1:
        return ()
    return tuple(found)


def _are_several(evidence: Evidence) -> bool:
    """Tell whether this turn, or the one it leans on, tells of several things with a sum each."""
    if are_several(evidence.question):
        return True
    before = evidence.reading.context.facts if evidence.reading.leaning else ()
    return any(len(values) > 1 for _, facts in before for _, values in facts)


def _totals(calculations: list[Calculation], evidence: Evidence) -> list[Calculation]:
    """Return the sum of an award's calculations when several things have one each."""
    ranged = any(item.quantity.low is not None for item in evidence.told)
    if ranged or not _are_several(evidence):
        return []
    by_award = {
        found.award: [c for c in calculations if c.award == found.award and c.amount]
        for found in calculations
    }
    return [added(parts) for parts in by_award.values() if len(parts) > 1]


def _readings(
    rule: AwardRule,
    rules: Sequence[AwardRule],
    told: tuple[Told, ...],
    evidence: Evidence,
    library: Library,
) -> list[tuple[Facts, tuple[Told, ...], Facts]]:
    """Return the facts of a rule: one reading an end of a range, one a value of a single input.

    With each reading stand the figures it was made from, and the facts before they were parted.
    """
    found: list[tuple[Facts, tuple[Told, ...], Facts]] = []
    for case in _cases(told):
        known = _facts(rule, own_figures(rule, rules, case, evidence.question), evidence, library)
        parted = [i.id for i in rule.inputs if not i.many and len(known.get(i.id, ())) > 1]
        values = known[parted[0]] if parted else ()
        values = values if _are_several(evidence) else tuple(dict.fromkeys(values))
        found += [(known | {parted[0]: (value,)}, case, known) for value in values] or [
            (known, case, known)
        ]
    return found


def _cases(told: tuple[Told, ...]) -> list[tuple[Told, ...]]:
    """Return what was told, or, when a figure is a range, what it is at either end."""
    ranged = [
        item for item in told if item.quantity.value is None and item.quantity.low is not None
    ]
    if not ranged:
        return [told]
    return [
        tuple(
            replace(item, quantity=replace(item.quantity, value=getattr(item.quantity, end)))
            if item in ranged
            else item
            for item in told
        )
        for end in ("low", "high")
    ]


def _facts(rule: AwardRule, told: tuple[Told, ...], evidence: Evidence, library: Library) -> Facts:
    """Return the inputs of a rule as told now, on top of what the conversation holds."""
    new = facts_of(rule, told, joined=are_joined(evidence.question, told))
    old = evidence.reading.context.facts_of(rule.id)
    if not new and not old:
        return _same_again(rule, evidence, library)
    if not (evidence.reading.leaning or recalls(evidence.question, old)):
        return new
    return adjusted(evidence.question, new, old)


def _same_again(rule: AwardRule, evidence: Evidence, library: Library) -> Facts:
    """Return the sum last told for another award when it holds here too.

    A turn says so (同样这笔钱), or the awards are of one clause: 要是列进重点计划呢.
    """
    award, facts = next(reversed(evidence.reading.context.facts), ("", ()))
    clauses = {(other.policy, other.clause) for other in library.awards if other.id == award}
    is_sibling = (rule.policy, rule.clause) in clauses
    if not is_sibling and not re.search(language()["same_sum"], evidence.question.text):
        return {}
    values = [values for _, values in facts]
    needed = [item for item in rule.inputs if not item.optional and item.unit == "元"]
    return {needed[0].id: values[0]} if len(needed) == 1 and len(values) == 1 else {}


def _counts(item: Told) -> bool:
    """Tell whether a figure can be computed with, unlike a time (十年内不迁出)."""
    return item.quantity.kind is not Kind.COUNT or item.quantity.unit not in language()["times"]


def _is_wanted(
    rule: AwardRule, known: Facts, evidence: Evidence, told: tuple[Told, ...], *, beside: bool
) -> bool:
    """Tell whether the question wants this rule calculated rather than explained.

    `beside` tells that another award of the same clause is meant too.
    """
    question = evidence.question
    needed = [item.id for item in rule.inputs if not item.optional]
    if not needed and rule.duration and rule.duration.input:
        needed = [rule.duration.input]
    if question.asks("definition") and not question.asks_group(Group.MONEY):
        return False
    if needed and any(name in known for name in needed):
        says_more = any(map(_counts, told)) or not evidence.reading.leaning
        compares = question.asks("compare")
        asks_money = compares or question.asks_group(Group.MONEY) or not question.aspects
        changed = known != evidence.reading.context.facts_of(rule.id)
        return says_more or asks_money or changed or evidence.reading.adds
    if least_facts(rule, evidence) or (paid_before(evidence) is not None and asks_rest(evidence)):
        return True
    several = question.asks_group(Group.MONEY) and (len(evidence.topics) > 1 or beside)
    computes = any(t.role is Role.FACT and (t.quantity.kind is Kind.MONEY or beside) for t in told)
    return question.wants_calculation or evidence.reading.context.awaits or (several and computes)


def _usable(told: tuple[Told, ...]) -> tuple[tuple[str, ...], tuple[Told, ...]]:
    """Set aside figures that can't be calculated with, each with a sentence that says why."""
    remarks, kept = [], []
    for item in told:
        if item.role is not Role.STATED and (why := objection(item.quantity)):
            remarks.append(why)
        else:
            kept.append(item)
    return tuple(remarks), tuple(kept)


def objection(quantity: Quantity) -> str | None:
    """Return why a quantity can't be calculated with, None when it can."""
    if quantity.kind is not Kind.MONEY:
        return None
    if quantity.currency != "CNY":
        return wording.FOREIGN_MONEY.format(sum=quantity.text)
    if any(value < 0 for value in quantity.values):
        return wording.NEGATIVE.format(sum=quantity.text)
    if any(value > ABSURD for value in quantity.values):
        return wording.ABSURD.format(sum=quantity.text)
    return None if quantity.values else wording.VAGUE.format(sum=quantity.text)
