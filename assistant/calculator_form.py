"""What was filled into the calculator's form: awards, figures, answers → a case an award.

The form is the query of an address, name → values, so that an address is all it takes to see the
same again. Names: `award` (POLICY/AWARD), `POLICY/AWARD.INPUT` with `.unit` beside each value,
`POLICY/AWARD.CONDITION` (yes, no), `POLICY/AWARD.want`, `more` and `less` for the rows of a list,
`without` for an award to take out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant import wording
from assistant.calculator import FactError, calculate, invert
from assistant.calculator_fields import LONGEST, Field, Query, Typed, read_field, read_row
from corpus.award import AwardRule, Condition, Input, Scope
from corpus.money import write_money

if TYPE_CHECKING:
    from assistant.calculator import Calculation, Fact, Inverse
    from corpus.library import Library
    from corpus.policy import Clause, Policy

__all__ = ["Answered", "Case", "Form", "Query", "as_told", "joint_limits", "read_form"]

_WANTED = Input("want", wording.WANTED, "元", "")
_ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Answered:
    """A condition and whether it is met; None: not known."""

    name: str
    condition: Condition
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Case:
    """One award with its figures, and what they come to.

    `result` is None while a figure can't be read; `fault` is then a line for the whole case if no
    field has one. `want` is the sum wished for, `inverse` what it takes, `full` what the most takes
    (None when the award depends on no input).
    """

    key: str
    rule: AwardRule
    policy: Policy
    clause: Clause
    fields: tuple[Field, ...]
    answers: tuple[Answered, ...]
    facts: Mapping[str, Fact]
    want: Typed
    result: Calculation | None = None
    fault: str = ""
    inverse: Inverse | None = None
    full: Inverse | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """The whole form: its cases in the order of the policies, and award names nobody knows."""

    cases: tuple[Case, ...]
    unknown: tuple[str, ...] = ()

    @property
    def query(self) -> list[tuple[str, str]]:
        """Return what reproduces the form, empty fields left out."""
        pairs = [("award", case.key) for case in self.cases]
        for case in self.cases:
            for field in case.fields:
                for row in field.rows:
                    pairs += _pair(field.name, row, choice=len(field.units) > 1)
            pairs += [
                (each.name, "yes" if each.holds else "no")
                for each in case.answers
                if each.holds is not None
            ]
            pairs += _pair(f"{case.key}.want", case.want, choice=True)
        return pairs


def read_form(library: Library, query: Query) -> Form:
    """Read the form; whatever can't be read stays in its field with a line that says so."""
    asked = [key for key in dict.fromkeys(query.get("award", ())) if key not in _dropped(query)]
    rules = {f"{rule.policy}/{rule.id}": rule for rule in library.awards}
    cases = (_case(key, rule, library, query) for key, rule in rules.items() if key in asked)
    unknown = tuple(key[:LONGEST] for key in asked if key not in rules)
    return Form(tuple(case for case in cases if case), unknown)


def joint_limits(cases: Sequence[Case]) -> tuple[str, ...]:
    """Return a sentence for every limit that several of the chosen awards share."""
    found: dict[str, None] = {}
    for case in cases:
        for cap in case.rule.caps:
            if cap.scope is not Scope.SHARED:
                continue
            members = {case.rule.id, *cap.shared_with}
            titles = [
                other.rule.title
                for other in cases
                if other.policy.id == case.policy.id and other.rule.id in members
            ]
            if len(titles) > 1:
                words = wording.SHARED_BY.format(
                    titles="、".join(titles), sum=write_money(cap.value), quote=cap.quote
                )
                found[words] = None
    return tuple(found)


def as_told(rule: AwardRule, facts: Mapping[str, Fact]) -> AwardRule:
    """Return the rule with its caps less what was received, and paid for the time told."""

    def told(name: str | None) -> Decimal:
        fact = facts.get(name or "", 0)
        values = fact if isinstance(fact, Sequence) else (fact,)
        return sum(map(Decimal, values), Decimal(0))

    caps = tuple(
        replace(cap, value=max(cap.value - told(cap.received), Decimal(0))) for cap in rule.caps
    )
    duration = rule.duration
    if duration and (time := told(duration.input)):
        duration = replace(duration, most=min(time, duration.most))
    return replace(rule, caps=caps, duration=duration)


def _case(key: str, rule: AwardRule, library: Library, query: Query) -> Case | None:
    policy, clause = library.policy(rule.policy), library.clause(rule.policy, rule.clause)
    if policy is None or clause is None:
        return None
    fields = tuple(read_field(f"{key}.{item.id}", item, query) for item in rule.inputs)
    answers = tuple(
        Answered(name, condition, _ANSWERS.get(_first(query, name)))
        for condition in rule.conditions
        for name in (f"{key}.{condition.id}",)
    )
    facts = _facts(fields, answers)
    result, fault = _calculated(rule, fields, facts)
    want = read_row(_WANTED, _first(query, f"{key}.want"), _unit(query, f"{key}.want"))
    left = as_told(rule, facts)
    full = invert(left)
    return Case(
        key=key,
        rule=rule,
        policy=policy,
        clause=clause,
        fields=fields,
        answers=answers,
        facts=facts,
        want=want,
        result=result,
        fault=fault,
        inverse=None if want.value is None else invert(left, want.value),
        full=full if full.input is not None else None,
    )


def _calculated(
    rule: AwardRule, fields: Sequence[Field], facts: Mapping[str, Fact]
) -> tuple[Calculation | None, str]:
    """Calculate unless a field can't be read; a policy's own function may refuse facts too."""
    if any(row.error for field in fields for row in field.rows):
        return None, ""
    try:
        return calculate(rule, facts), ""
    except FactError as error:
        return None, str(error)


def _facts(fields: Sequence[Field], answers: Sequence[Answered]) -> dict[str, Fact]:
    """Return the facts that were told and can be read."""
    facts: dict[str, Fact] = {}
    for field in fields:
        values = tuple(row.value for row in field.rows if row.value is not None)
        if values:
            facts[field.input.id] = values if field.input.many else values[0]
    return facts | {each.condition.id: each.holds for each in answers if each.holds is not None}


def _dropped(query: Query) -> set[str]:
    """Return the awards whose removal was asked for."""
    return set(query.get("without", ()))


def _first(query: Query, name: str) -> str:
    return next(iter(query.get(name, ())), "")


def _unit(query: Query, name: str) -> str:
    return _first(query, f"{name}.unit")


def _pair(name: str, row: Typed, *, choice: bool) -> list[tuple[str, str]]:
    if not row.text:
        return []
    return [(name, row.text), *([(f"{name}.unit", row.unit)] if choice else [])]
