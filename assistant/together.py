"""The cases a conversation has worked out, and what several of them come to together.

A case is an award with the facts told for it. 两家合计多少 adds the last ones up; 两个方案差多少
takes one case of an award from another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.aspects import Group
from assistant.awards import most
from assistant.balance import at_most
from assistant.calculation import Calculation, Step, subtracted, summed
from assistant.calculator import calculate
from assistant.lexicon import language
from corpus.numerals import read_integer

if TYPE_CHECKING:
    from decimal import Decimal

    from assistant.question import Question
    from corpus.award import AwardRule
    from corpus.library import Library

_MOST_CASES = 6
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Case:
    """An award with the facts told for it, none where it needs none or only its most was asked."""

    award: str
    facts: tuple[tuple[str, tuple[Decimal, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Combination:
    """Several cases computed, and the step that adds them up or takes one from the other."""

    parts: tuple[Calculation, ...]
    step: Step
    is_sum: bool


def kept(before: tuple[Case, ...], now: tuple[Case, ...]) -> tuple[Case, ...]:
    """Return the cases of a conversation with those of this turn last; bounded.

    An award of which only the most was asked makes way for a case with facts.
    """
    worked = {case.award for case in now if case.facts}
    older = tuple(c for c in before if c not in now and (c.facts or c.award not in worked))
    return (*older, *now)[-_MOST_CASES:]


def cases_of(
    calculations: tuple[Calculation, ...], rules: tuple[AwardRule, ...]
) -> tuple[Case, ...]:
    """Return the cases of a turn: what it computed, else the one award it was about."""
    worked = [c for c in calculations if c.amount is not None and not c.parts]
    if worked:
        return tuple(Case(found.award, tuple(found.inputs.items())) for found in worked)
    return (Case(rules[0].id),) if len(rules) == 1 else ()


def asks_together(question: Question, cases: tuple[Case, ...]) -> bool:
    """Tell whether a turn without a sum of its own asks what earlier cases come to together.

    A sum that is only what two cases differ by (多投的400万) is none of its own.
    """
    words, text = language(), question.text
    own = {found.value for found in question.money} - _gaps(cases)
    of_more = any(a.group is not Group.MONEY and not a.weak for a in question.aspects)
    if own or (of_more and not question.asks("compare", "stacking")):
        return False
    if re.search(words["sums_up"], text):
        several = len(cases) >= _PAIR or (cases and re.search(words["each_own"], text))
        return bool(several) or re.search(words["all_sums"], text) is not None
    alike = len(cases) >= _PAIR and cases[-1].award == cases[-_PAIR].award
    return alike and re.search(words["difference"], text) is not None


def _gaps(cases: tuple[Case, ...]) -> set[Decimal | None]:
    """Return what the facts of the last two cases differ by."""
    values = [value for case in cases[-_PAIR:] for _, told in case.facts for value in told]
    return {abs(values[0] - values[1])} if len(values) == _PAIR else set()


def combined(question: Question, cases: tuple[Case, ...], library: Library) -> Combination | None:
    """Return the cases that a turn means, added up or one taken from the other."""
    rules = {rule.id: rule for rule in library.awards}
    is_sum = re.search(language()["sums_up"], question.text) is not None
    if re.search(language()["all_sums"], question.text):
        cases = tuple(Case(rule.id) for rule in library.awards if most(rule) is not None)
    chosen = _counted(question.text, cases) if is_sum else cases[-_PAIR:]
    parts = [_computed(rules[case.award], case) for case in chosen if case.award in rules]
    found = tuple(part for part in parts if part and part.amount is not None)
    if len(found) < _PAIR or len(found) < len(chosen):
        return None
    step = summed(found) if is_sum else _difference(found)
    return Combination(found, step, is_sum) if step else None


def _counted(text: str, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """Return as many of the last cases as a turn says, else the last of each award."""
    latest = tuple({case.award: case for case in cases}.values())
    said = re.search(language()["so_many"], text)
    count = read_integer(said[1]) if said else None
    if count and len(cases) == 1:
        return cases * count
    if count is None:
        return latest if len(latest) > 1 else cases
    return (latest if len(latest) >= count else cases)[-count:]


def _computed(rule: AwardRule, case: Case) -> Calculation | None:
    result = calculate(rule, dict(case.facts))
    return at_most(rule) if result.missing else result


def _difference(pair: tuple[Calculation, ...]) -> Step | None:
    amounts = [part.amount for part in pair if part.amount is not None]
    more, less = max(amounts), min(amounts)
    return subtracted(more, less, pair[-1].steps[-1].quote) if pair[-1].steps else None
