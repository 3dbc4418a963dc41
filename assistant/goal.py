"""The way back in a turn: which sum someone has in view, and which input reaches it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.awards import most
from assistant.calculation import Step
from assistant.changed import multiplier
from assistant.inverse import entry, invert, missing_to
from assistant.lexicon import language
from assistant.told import Role, is_done
from corpus.award import Rate, Tiers
from corpus.money import Kind, write_money

if TYPE_CHECKING:
    from assistant.calculation import Inverse
    from assistant.steps import Evidence
    from assistant.told import Told
    from corpus.award import AwardRule, Cap


def asks_back(rules: list[AwardRule], evidence: Evidence) -> bool:
    """Tell whether a turn asks what an input of these awards has to come to."""
    claims = any(item.role is Role.STATED for item in evidence.told) and evidence.question.confirms
    if evidence.question.asks("inverse") and _has_goal(evidence) and not claims:
        return True
    return _goal_before(evidence) is not None or any(_asks_input(rule, evidence) for rule in rules)


def _asks_input(rule: AwardRule, evidence: Evidence) -> bool:
    """Tell whether an input is asked for (销售额要完成多少), a sum or the most being in view."""
    text = evidence.question.text
    cues = "|".join(re.escape(cue) for item in rule.inputs for cue in (item.label, *item.cues))
    between = r"(?:[^，。？?补给拿奖领资助得支享能最封限]|得(?=[要做投卖达到花有是多])){0,8}"
    asks = cues and re.search(rf"(?:{cues}){between}(?:多少|几(?!个?点|成)|多大)", text)
    return bool(asks) and _has_goal(evidence)


def _has_goal(evidence: Evidence) -> bool:
    """Tell whether a sum, or the most, is in view; without one, a threshold is asked for."""
    in_view = any(item.quantity.kind is Kind.MONEY for item in evidence.told)
    return in_view or re.search(language()["the_most"], evidence.question.text) is not None


def _goal_before(evidence: Evidence) -> Decimal | None:
    """Return the sum in view in the turn before, as a turn changes it or leans on it.

    那只拿一半呢; 我现在有2600万，离那个数还差多少.
    """
    wanted = evidence.reading.context.wanted if evidence.reading.leaning else None
    if wanted is None:
        return None
    if evidence.told:
        return wanted if re.search(language()["further"], evidence.question.text) else None
    factor = multiplier(evidence.question.text)
    return None if factor is None else wanted * factor


def way_back(rule: AwardRule, evidence: Evidence, told: tuple[Told, ...]) -> Inverse | None:
    """Return which input reaches the sum in view, or the most the rule still pays.

    Where some of the input is there already and more is asked for, the rest is worked out too.
    """
    if not isinstance(rule.amount, Rate | Tiers) and all(item.optional for item in rule.inputs):
        return None
    money = [t for t in told if t.quantity.kind is Kind.MONEY and t.quantity.value]
    sums = {
        role: [value for t in money if t.role is role and (value := t.quantity.value)]
        for role in Role
    }
    text = evidence.question.text
    rule = for_one_period(rule, text)
    before = sum(sums[Role.RECEIVED], Decimal(0))
    caps = [cap for cap in rule.caps if cap.received and 0 < before < cap.value]
    if caps and re.search(language()["remaining"], text):
        return _rest_of(caps[0], before, rule)
    goal = _goal_before(evidence)
    there = [t for t in money if is_done(t) or (goal and t.role in (Role.FACT, Role.WANTED))]
    have = sum((t.quantity.value or Decimal(0) for t in there), Decimal(0))
    if re.search(language()["further"], text) and (have := have or _told_before(rule, evidence)):
        return _further(rule, [goal] if goal else sums[Role.WANTED], have, text)
    limit = most(rule)
    facts = [v for v in sums[Role.FACT] + sums[Role.RECEIVED] if limit is None or v <= limit]
    if not sums[Role.WANTED] and (have or (sums[Role.FACT] and not facts)):
        return None
    named = sums[Role.STATED] if _asks_input(rule, evidence) else []
    wished = sums[Role.WANTED] or named or facts
    return invert(rule, wished[0] if wished else goal)


def _told_before(rule: AwardRule, evidence: Evidence) -> Decimal:
    """Return how much of a rule's input the talk has told of, 0 when nothing."""
    facts = evidence.reading.context.facts_of(rule.id)
    return sum(facts.get(getattr(rule.amount, "of", ""), ()), Decimal(0))


def _rest_of(cap: Cap, before: Decimal, rule: AwardRule) -> Inverse:
    """Return which input reaches what a cap leaves after sums paid before."""
    left, paid = write_money(cap.value - before), write_money(before)
    text = f"{write_money(cap.value)} − 此前已获得 {paid} = {left}"
    found = invert(rule, cap.value - before)
    return replace(found, steps=(Step(text, cap.quote), *found.steps))


def _further(rule: AwardRule, wanted: list[Decimal], have: Decimal, text: str) -> Inverse | None:
    """Return what is still missing to the sum wanted, to the most, or to be paid at all."""
    if wanted or re.search(language()["the_most"], text):
        return missing_to(invert(rule, wanted[0] if wanted else None), have)
    start = entry(rule)
    return missing_to(start, have) if start else None


def least_facts(rule: AwardRule, evidence: Evidence) -> dict[str, tuple[Decimal, ...]]:
    """Return the threshold as the fact where the least that is paid is asked for: 最少能拿多少."""
    start = entry(rule) if re.search(language()["least_paid"], evidence.question.text) else None
    if start is None or start.input is None or start.value is None:
        return {}
    return {start.input.id: (start.value,)}


def for_one_period(rule: AwardRule, asked: str) -> AwardRule:
    """Return a rule as it pays for one year or month, when that is what is asked: 一年给多少."""
    return replace(rule, duration=None) if _asks_one_period(rule, asked) else rule


def one_period(rule: AwardRule, asked: str) -> dict[str, tuple[Decimal, ...]]:
    """Return the fact that one year or month is asked for."""
    name = rule.duration.input if rule.duration else None
    return {name: (Decimal(1),)} if name and _asks_one_period(rule, asked) else {}


def _asks_one_period(rule: AwardRule, asked: str) -> bool:
    lasting = rule.duration
    return bool(lasting and re.search(language()["one_period"][lasting.every], asked))
