"""Which awards a turn means, and which of its figures are theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.assignment import cue_beside, is_measured_in, nearest_rule, nearest_rules
from assistant.awards import meant
from assistant.told import Role
from corpus.money import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.question import Question
    from assistant.steps import Evidence
    from assistant.told import Told
    from corpus.award import AwardRule
    from corpus.library import Library
    from corpus.policy import Clause

_VERB = 2
"""From this length on, a cue names an input rather than hints at it."""


def _in_policy_words(question: Question) -> str:
    """Return a question with the policies' own words for what it names."""
    others = (form for term in question.terms for form, _ in term.forms if form not in term.text)
    return " ".join((question.text, *others))


def without_others(
    told: tuple[Told, ...], rules: list[AwardRule], library: Library
) -> tuple[Told, ...]:
    """Leave out figures that carry the name of an award the question isn't taken to be about.

    Beside a sum without such a name, any word of another award's is enough (投入800万，卖了300万).
    A word that the clauses asked about use themselves is no such name.
    """
    others = [rule for rule in library.awards if rule not in rules]
    clauses = [library.clause(rule.policy, rule.clause) for rule in rules]
    texts = [clause.text for clause in clauses if clause]

    labels = {item.label for rule in others for item in rule.inputs}

    def names_another(item: Told, *, in_full: bool = False) -> bool:
        cue = cue_beside(item, others, _VERB)
        said = cue in labels if in_full else bool(cue)
        return said and not any(cue in text for text in texts)

    own = {item for item in told if nearest_rule(item, rules)}
    foreign = {item for item in told if item not in own and names_another(item)}
    sums = {t for t in told if t.role is Role.FACT and t.quantity.kind is Kind.MONEY}
    alone = not sums - foreign
    return tuple(item for item in told if item in own or not names_another(item, in_full=alone))


def implied(told: tuple[Told, ...], library: Library) -> tuple[Clause, ...]:
    """Return the clause of the one award that counts what was received, if someone tells of it."""
    roles = {item.role for item in told}
    rules = [rule for rule in library.awards if any(cap.received for cap in rule.caps)]
    if len(rules) != 1 or not {Role.RECEIVED, Role.FACT} <= roles:
        return ()
    clause = library.clause(rules[0].policy, rules[0].clause)
    return (clause,) if clause else ()


def also_named(told: tuple[Told, ...], library: Library) -> tuple[Clause, ...]:
    """Return the clauses of the awards whose inputs the figures name in full: 研发投入500万."""
    found = []
    for item in told:
        near = nearest_rule(item, library.awards)
        names = [i.label for i in near.inputs] if near else []
        if near and any(item.before.rstrip("达到约有是为共").endswith(name) for name in names):
            found.append(library.clause(near.policy, near.clause))
    return tuple(clause for clause in dict.fromkeys(found) if clause)


def own_figures(
    rule: AwardRule, rules: Sequence[AwardRule], told: tuple[Told, ...], question: Question
) -> tuple[Told, ...]:
    """Leave out figures that are another award's, and the rule's own that someone asks about."""
    checks = question.polar or question.confirms or "还是" in question.text
    own = {cap.value for cap in rule.caps}
    return tuple(
        item
        for item in told
        if rule in (near := _nearest(item, rules))
        or (not near and not (checks and item.role is Role.FACT and item.quantity.value in own))
    )


def _nearest(item: Told, rules: Sequence[AwardRule]) -> tuple[AwardRule, ...]:
    """Return the awards named nearest to a figure; of those alike, the one whose name is there."""
    near = nearest_rules(item, rules, _VERB)
    if len(near) < 2:
        return near
    return tuple(rule for rule in near if any(n in item.before for n in rule.names)) or near


def rules_meant(clause: Clause, evidence: Evidence, library: Library) -> tuple[AwardRule, ...]:
    """Return the awards of a clause that a turn means: those it names, or the turn before it."""
    rules = library.awards_of(clause.policy, clause.label)
    chosen = meant(rules, _in_policy_words(evidence.question), clause.title)
    if evidence.told and len(chosen) < len(rules):
        counted = [near for t in evidence.told if len(near := nearest_rules(t, rules)) == 1]
        chosen = tuple(rule for rule in rules if rule in chosen or (rule,) in counted)
    sums = any(t.role is Role.FACT and t.quantity.kind is Kind.MONEY for t in evidence.told)
    if sums and all(map(needs_nothing, chosen)):
        chosen = tuple(rule for rule in rules if not needs_nothing(rule)) or chosen
    if evidence.reading.leaning and len(chosen) == len(rules) > 1:
        context = evidence.reading.context
        told = {name for name, _ in context.facts}
        kept = tuple(rule for rule in rules if rule.id in told)
        return kept or tuple(rule for rule in rules if rule.id in context.awards) or chosen
    return chosen


def needs_nothing(rule: AwardRule) -> bool:
    """Tell whether a rule can be computed without a fact."""
    return all(item.optional for item in rule.inputs)


def relevant(rules: list[AwardRule], told: tuple[Told, ...]) -> list[AwardRule]:
    """Of several awards of one clause, keep those whose inputs the figures name; else all."""
    kept = []
    for rule in rules:
        siblings = [other for other in rules if other.clause == rule.clause]
        named = [other for other in siblings if any(_names_input(other, t) for t in told)]
        if rule in (named or siblings):
            kept.append(rule)
    return kept


def _names_input(rule: AwardRule, item: Told) -> bool:
    return item.role is Role.FACT and any(
        target.label in item.before + item.after and is_measured_in(target, item.quantity)
        for target in rule.inputs
    )
