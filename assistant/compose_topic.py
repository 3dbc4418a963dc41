"""Answers from the clauses a question is about, aspect by aspect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant import compose_money as money
from assistant import wording
from assistant.answer import Citation, Outcome
from assistant.aspects import Aspect, Group
from assistant.award_choice import rules_meant
from assistant.awards import gives, grant_sentences, meant
from assistant.compose_aspect import elsewhere, pointed, says, silent_aspects, silent_too
from assistant.layout import with_basis
from assistant.leftover import unused
from assistant.lexicon import language
from assistant.passage import Part, Passage, passages
from assistant.sentences import Sentence, granting, sentences
from assistant.steps import Draft, Worked
from assistant.told import Role, is_year
from assistant.topics import is_specific
from corpus.award import Nature
from corpus.money import Kind, figures

if TYPE_CHECKING:
    from assistant.lexicon import Lexicon, Term
    from assistant.question import Question
    from assistant.told import Told
    from corpus.award import AwardRule
    from corpus.policy import Clause

_MOST_QUOTES = 3
_CHECKED = (Kind.MONEY, Kind.RATE)
"""Figures a clause is asked to confirm, as are years (2027年); 一年 or 三次 only tell a story."""


def topical(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Answer from the clauses the question is about, aspect by aspect."""
    evidence = worked.evidence
    if not evidence.topics or evidence.unknown:
        return None
    silent = silent_aspects(worked, lexicon)
    asked = [found for found in evidence.question.aspects if found.group is not Group.WHOLE]
    here = [a for a in asked if a not in silent and any(says(a, c) for c in evidence.topics)]
    away = [a for a in asked if a not in silent and a not in here]
    locates = re.search(language()["locates"], evidence.question.text)
    if (silent or away) and not (here or locates or _denies(worked, lexicon)):
        return None
    lines = passages(Part.CAVEAT, worked.remarks)
    left_over = unused(worked)
    citations: list[Citation] = []
    for clause in _confirming(worked):
        own = [found for found in here if says(found, clause)]
        if own or not here or _asked_apart(clause, here, worked, lexicon):
            said, cited = _about(clause, worked, own, lexicon)
            lines += said
            citations += cited
    said, cited = elsewhere(away, worked, lexicon)
    beside = [*left_over, *silent_too(worked, lexicon, silent)]
    lines += [*said, *passages(Part.CAVEAT, beside)]
    citations += cited
    text = with_basis(lines, citations, lexicon)
    suggestions = next_questions(worked, lexicon.library.awards)
    return Draft(
        worked, Outcome.ANSWERED, text, tuple(citations), (), (), suggestions, tuple(lines)
    )


def _asked_apart(clause: Clause, asked: list[Aspect], worked: Worked, lexicon: Lexicon) -> bool:
    """Tell whether a sentence of its own asks for a clause: 卖到多少有补？还有去国外参展呢？"""
    question, text = worked.evidence.question, lexicon.text_of(clause)
    for sentence in re.finditer(r"[^？?。！!；;]+", question.text):
        named = [t for t in question.terms if sentence.start() <= t.start < sentence.end()]
        held = any(is_specific(t, lexicon) and lexicon.strength(t, text) for t in named)
        if held and not any(found.cues.search(sentence[0]) for found in asked):
            return True
    return False


def _denies(worked: Worked, lexicon: Lexicon) -> bool:
    """Tell whether the turn speaks of what a condition of the topic rules out."""
    question, library = worked.evidence.question, lexicon.library
    if not question.polar:
        return False
    rules = (r for c in worked.evidence.topics for r in library.awards_of(c.policy, c.label))
    return any(money.denied(rule, question, lexicon) for rule in rules)


def _confirming(worked: Worked) -> tuple[Clause, ...]:
    """Return the topics; of a claim that one of them bears out, only those that do."""
    evidence = worked.evidence
    stated = {
        figure
        for item in evidence.told
        if item.role is Role.STATED and item.quantity.kind in _CHECKED
        for figure in figures(item.quantity.text)
    }
    if not stated or not (evidence.question.confirms or evidence.question.polar):
        return evidence.topics
    return tuple(c for c in evidence.topics if stated <= figures(c.text)) or evidence.topics


def _about(
    clause: Clause, worked: Worked, asked: list[Aspect], lexicon: Lexicon
) -> tuple[list[Passage], list[Citation]]:
    """Return what a clause says to the aspects asked: lines and citations."""
    question = worked.evidence.question
    rules = rules_meant(clause, worked.evidence, lexicon.library)
    stated = tuple(
        t
        for t in worked.evidence.told
        if t.role is Role.STATED
        and (t.quantity.kind in _CHECKED or is_year(t.quantity))
        and not re.search(language()["other_rates"], t.before)
    )
    is_checked = question.confirms or question.polar
    several = len(lexicon.library.awards_of(clause.policy, clause.label)) > 1
    verdict = money.verdict(stated, (clause,), rules if several else ()) if is_checked else None
    more = any(found.group is not Group.MONEY for found in asked)
    limited = any(rule.nature is not Nature.ENTITLEMENT or rule.reviewed for rule in rules)
    certain = limited and re.search(language()["certain"], question.text)
    if verdict and verdict[0] and (more or certain):
        verdict = None
    asks_money = verdict is not None or any(found.group is Group.MONEY for found in asked)
    chosen = _best_sentences(clause, question, [] if verdict else asked, lexicon, asks_money)
    if verdict and not verdict[0]:
        chosen = _with_own_figures(clause, stated, chosen)
    is_case = worked.evidence.reading.is_case
    lines = _conclusions(
        clause, rules, chosen, asked, question, lexicon, asks_money=asks_money, is_case=is_case
    )
    if verdict:
        first = Passage(Part.CONCLUSION, verdict[1] + (lines[0].text if lines else ""))
        lines = [first.resting_on(clause), *lines[1:]]
    warnings = [w for rule in rules for w in money.denied(rule, question, lexicon)]
    lines = passages(Part.WARNING, warnings, clause) + lines
    return lines, [sentence.cite() for sentence in chosen]


def _conclusions(
    clause: Clause,
    rules: tuple[AwardRule, ...],
    chosen: list[Sentence],
    asked: list[Aspect],
    question: Question,
    lexicon: Lexicon,
    *,
    asks_money: bool,
    is_case: bool,
) -> list[Passage]:
    """Return the conclusion about one clause, then its caveats."""
    names = {found.id for found in asked}
    notes = passages(Part.CAVEAT, dict.fromkeys(map(money.caveats, rules)), clause)
    if asks_money:
        lines = [money.headline(rule, clause, names, lexicon.library) for rule in rules]
        says_else = any(found.group is Group.TEXT and found.evidence for found in asked)
        if not lines:
            lines = [pointed(clause, chosen, asked) if says_else else _without_award(clause)]
        return passages(Part.CONCLUSION, lines, clause) + notes
    if not names and not rules:
        said = wording.LOOK_UP.format(name=clause.name)
        return passages(Part.CONCLUSION, [said], clause)
    needs = "；".join(needs for rule in rules if (needs := money.conditions(rule)))
    if names & {"condition", "object"} and needs:
        said = wording.NEEDS.format(reference=clause.reference, conditions=needs)
        return passages(Part.CONCLUSION, [said], clause)
    if is_case and needs:
        said = wording.NEEDS.format(reference=clause.reference, conditions=needs)
        return passages(Part.CONCLUSION, [said], clause)
    is_support = re.search(language()["of_support"], question.text)
    if names == {"eligibility"} and not rules and is_support:
        return passages(Part.CONCLUSION, [_without_award(clause)], clause)
    if not names - {"eligibility", "condition", "object"} and rules:
        words = "；".join(gives(rule, clause, lexicon.library) for rule in rules)
        said = wording.GIVES.format(reference=clause.reference, words=words)
        return passages(Part.CONCLUSION, [said], clause) + notes
    return passages(Part.CONCLUSION, [pointed(clause, chosen, asked)], clause)


def _without_award(clause: Clause) -> str:
    grant = granting(clause)
    if grant is None or not grant.has_figure:
        return wording.NO_SUPPORT_WORDS.format(reference=clause.reference)
    return wording.LOOK_UP.format(name=clause.name)


def _best_sentences(
    clause: Clause,
    question: Question,
    asked: list[Aspect],
    lexicon: Lexicon,
    money_only: bool,
) -> list[Sentence]:
    """Return the sentences of a clause that answer, in their order.

    The sentence that grants something always belongs to it; a question about scope or about the
    clause as a whole gets every sentence that carries its words.
    """
    found = sentences(clause)
    grant = granting(clause)
    scored = {sentence: _fit(sentence, question.terms, asked, lexicon) for sentence in found}
    best = max(found, key=lambda sentence: scored[sentence])
    if money_only and grant and all(a.group is Group.MONEY for a in asked):
        rules = meant(lexicon.library.awards_of(clause.policy, clause.label), question.text)
        chosen = {s for rule in rules for s in grant_sentences(rule, clause)} or {grant}
    elif not asked or all(a.weak for a in asked):
        chosen = set(found)
    else:
        named = max(found, key=lambda s: _carried(s, question.terms, lexicon))
        is_named = _carried(named, question.terms, lexicon) > _carried(
            best, question.terms, lexicon
        )
        chosen = {best, *([grant] if grant else []), *([named] if is_named else [])}
    ranked = sorted(chosen, key=lambda s: (s is not grant, -scored[s]))[:_MOST_QUOTES]
    return [sentence for sentence in found if sentence in ranked]


def _with_own_figures(
    clause: Clause, stated: tuple[Told, ...], chosen: list[Sentence]
) -> list[Sentence]:
    """Add the sentence with the clause's own figure of the kind that was stated wrongly."""
    found = sentences(clause)
    own = {figure for sentence in found for figure in figures(sentence.text)}
    wrong = {f.kind for item in stated for f in figures(item.quantity.text) - own}
    held = {figure.kind for sentence in chosen for figure in figures(sentence.text)}
    for kind in sorted(wrong - held):
        chosen += [s for s in found if kind in {f.kind for f in figures(s.text)}][:1]
    return [sentence for sentence in found if sentence in chosen][:_MOST_QUOTES]


def _carried(sentence: Sentence, terms: tuple[Term, ...], lexicon: Lexicon) -> float:
    """Return how strongly a sentence carries the terms of a question."""
    text = sentence.text.lower()
    return sum(lexicon.strength(term, text) for term in terms)


def _fit(
    sentence: Sentence, terms: tuple[Term, ...], asked: list[Aspect], lexicon: Lexicon
) -> float:
    score = _carried(sentence, terms, lexicon)
    return score + sum(1 + a.sureness(sentence.text) for a in asked if a.carries(sentence.text))


def next_questions(worked: Worked, rules: tuple[AwardRule, ...]) -> tuple[str, ...]:
    """Return questions worth asking next about the same awards."""
    labels = {(clause.policy, clause.label) for clause in worked.evidence.topics[:1]}
    for rule in rules:
        if (rule.policy, rule.clause) in labels and rule.names:
            name = rule.names[0]
            needs = [item for item in rule.inputs if not item.optional]
            ask = (f"帮我算一下{name}能拿多少",) if needs else ()
            return (*ask, f"{name}有什么条件？", f"{name}的原文是什么？")
    return ()
