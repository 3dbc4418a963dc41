"""Awards in words: which of a clause's awards a question means, what each gives, and where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.normalise import normalise
from assistant.payment import written
from assistant.sentences import Sentence, granting, sentences
from corpus.award import (
    AwardRule,
    Fixed,
    Nature,
    PerUnit,
    Rate,
    Scope,
    Support,
    Tiers,
    UpTo,
    quote_of,
)
from corpus.money import write_money, write_percent
from index.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from assistant.answer import Citation
    from corpus.award import Cap, Tier
    from corpus.library import Library
    from corpus.policy import Clause

_SEVERAL = 0.4
"""Where several things are named, which share of the best score still counts as named."""
SCOPES = {Scope.ONCE: "", Scope.YEAR: "每年", Scope.CUMULATIVE: "累计", Scope.SHARED: "合计"}


def meant(rules: Sequence[AwardRule], text: str, title: str = "") -> tuple[AwardRule, ...]:
    """Return those awards of one clause that a question's words single out, or all of them.

    Words of the clause's `title` belong to all of its awards and single out none.
    """
    if len(rules) < 2:
        return tuple(rules)
    title = normalise(title)
    asked = {word for word in words(text) if word not in title}
    own = [set(words(_own_words(rule))) & asked for rule in rules]
    shared = set.intersection(*own)
    named = [
        max((len(n) for n in map(normalise, rule.names) if n in text and n not in title), default=0)
        for rule in rules
    ]
    scores = [
        sum(len(word) for word in found - shared) + name
        for found, name in zip(own, named, strict=True)
    ]
    least = max(scores) * (_SEVERAL if re.search(r"[和与跟、及]|还是", text) else 1)
    return tuple(rule for rule, score in zip(rules, scores, strict=True) if score >= least)


def apart(rules: Sequence[AwardRule], text: str) -> tuple[AwardRule, ...]:
    """Return the awards of one clause whose names a text tells apart: 国家级和省级绿色工厂.

    Each must be called by a word that the others named aren't called by.
    """
    asked = set(words(text))
    own = {rule.id: set(words(" ".join((rule.title, *rule.names)))) & asked for rule in rules}
    best = max(map(len, own.values()), default=0)
    named = [rule for rule in rules if own[rule.id] and len(own[rule.id]) == best]
    shared = set.intersection(*(own[rule.id] for rule in named)) if named else set()
    return tuple(rule for rule in named if own[rule.id] - shared)


def _own_words(rule: AwardRule) -> str:
    parts = (rule.title, *rule.names, *(condition.text for condition in rule.conditions))
    inputs = (word for item in rule.inputs for word in (item.label, *item.cues))
    return " ".join((*parts, *inputs))


def most(rule: AwardRule) -> Decimal | None:
    """Return the most a rule can pay in 元, None when the clause names no most."""
    if isinstance(rule.amount, Fixed | UpTo):
        return rule.amount.pays
    limits = [cap.value for cap in rule.caps]
    if isinstance(rule.amount, Tiers):
        paid = [tier.pays for tier in rule.amount.tiers if tier.pays is not None]
        limits += [max(paid)] if len(paid) == len(rule.amount.tiers) else []
    return min(limits, default=None)


def highest_rate(rule: AwardRule) -> Decimal | None:
    """Return the share that a rule pays, of a ladder the highest; None when it pays by no share."""
    if isinstance(rule.amount, Rate):
        return rule.amount.rate
    tiers = rule.amount.tiers if isinstance(rule.amount, Tiers) else ()
    return max((tier.rate for tier in tiers if tier.rate is not None), default=None)


def grant_sentences(rule: AwardRule, clause: Clause) -> tuple[Sentence, ...]:
    """Return the sentences that say what a rule pays, up to which cap."""
    quotes = [quote_of(rule.amount), *(cap.quote for cap in rule.caps)]
    found = [s for s in sentences(clause) if any(quote in s.text for quote in quotes)]
    fallback = granting(clause)
    return tuple(found) or ((fallback,) if fallback else ())


def grant_citations(rule: AwardRule, clause: Clause) -> list[Citation]:
    """Return the sentences that say what a rule pays, as citations."""
    return [sentence.cite() for sentence in grant_sentences(rule, clause)]


def gives(rule: AwardRule, clause: Clause, library: Library) -> str:
    """Return what a rule gives: the clause's own words, or a summary where they hold several."""
    alone = len(library.awards_of(clause.policy, clause.label)) == 1
    found = [s.measure for s in grant_sentences(rule, clause) if s.measure]
    if alone and found:
        return "；".join(found)
    return f"{rule.title}：{summary(rule)}"


def summary(rule: AwardRule) -> str:
    """Return what a rule gives in the calculator's words: 实际支付利息的50%，每年最高100万元."""
    caps = [f"{SCOPES[cap.scope]}最高{write_money(cap.value)}" for cap in rule.caps]
    return "，".join([_pays(rule), *_times(rule), *caps])


def _times(rule: AwardRule) -> list[str]:
    if rule.duration is None:
        return []
    return [
        f"按{rule.duration.every}计，最长{written(rule.duration.most, _span(rule.duration.every))}"
    ]


def _span(every: str) -> str:
    return "个月" if every == "月" else "年"


def _pays(rule: AwardRule) -> str:
    match rule.amount:
        case Fixed(pays=pays):
            return write_money(pays)
        case UpTo(pays=pays):
            return f"最高{write_money(pays)}"
        case Rate(rate=rate, of=of, above=above):
            over = f"超过{write_money(above)}部分的" if above is not None else "的"
            ceiling = "不超过" if rule.nature is Nature.CEILING else ""
            return f"{ceiling}{_label(rule, of)}{over}{write_percent(rate)}"
        case PerUnit(pays=pays, of=of):
            item = rule.input(of)
            return f"每{item.unit if item else ''}{write_money(pays)}"
        case Tiers(tiers=tiers, of=of):
            return "；".join(f"{_label(rule, of)}{_tier(rule, tier, of)}" for tier in tiers)
        case Support(quote=quote):
            return f"只写明“{quote}”，未写明金额"
        case _:
            return "按条文规定的专门算法计算"


def _label(rule: AwardRule, of: str) -> str:
    item = rule.input(of)
    return item.label if item else of


def _tier(rule: AwardRule, tier: Tier, of: str) -> str:
    item = rule.input(of)
    low = written(tier.low, item.unit if item else "元")
    paid = write_money(tier.pays) if tier.pays is not None else write_percent(tier.rate or tier.low)
    return f"达{low}的{paid}"


def tightest(rule: AwardRule) -> Cap | None:
    """Return the cap that limits a rule most, or None."""
    return min(rule.caps, key=lambda cap: cap.value, default=None)
