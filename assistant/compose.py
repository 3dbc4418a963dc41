"""The compose step: composers tried in order; the first that has something to say gives the draft.

The same shape from every composer: conclusion, basis (verbatim), working, caveats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant import compose_money as money
from assistant import wording
from assistant.answer import Citation, Outcome
from assistant.assignment import is_measured_in
from assistant.awards import gives, grant_citations, summary
from assistant.calculation import Calculation
from assistant.compose_aspect import (
    asks_for_money,
    aspect_elsewhere,
    at_large,
    silent_aspects,
    silent_too,
)
from assistant.compose_choice import either_or
from assistant.compose_compare import contrasted
from assistant.compose_ending import ending, silence
from assistant.compose_list import overview
from assistant.compose_topic import next_questions, topical
from assistant.compose_whole import whole
from assistant.layout import with_basis
from assistant.passage import Part, Passage, passages
from assistant.scope import in_policy, scope
from assistant.steps import Draft, Worked
from assistant.told import Role
from assistant.topics import is_requested, is_specific
from corpus.money import Kind, figures
from corpus.policy import bracketed

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.calculation import Inverse
    from assistant.lexicon import Lexicon
    from corpus.award import AwardRule
    from corpus.policy import Clause

_MOST_QUOTES = 3


def compose(worked: Worked, lexicon: Lexicon) -> Draft:
    """Return the first composer's draft; there always is one."""
    for composer in _COMPOSERS:
        if draft := composer(worked, lexicon):
            return draft
    return silence(worked, lexicon)


def _inverse(worked: Worked, lexicon: Lexicon) -> Draft | None:
    if not worked.inverses:
        return None
    library = lexicon.library
    lines = passages(Part.CAVEAT, worked.remarks)
    citations: list[Citation] = []
    for inverse in worked.inverses:
        clause, rule = _clause_and_rule(inverse.policy, inverse.clause, inverse.award, lexicon)
        lines += passages(Part.CONCLUSION, [money.way_back(inverse, rule, clause)], clause)
        steps = [f"{number}. {step.text}" for number, step in enumerate(inverse.steps, 1)]
        lines += passages(Part.WORKING, [wording.STEPS, *steps], clause) if steps else []
        lines.append(Passage(Part.CAVEAT, money.caveats(rule)).resting_on(clause))
        citations += grant_citations(rule, clause)
    text = with_basis(lines, citations, lexicon)
    traced = tuple(_as_calculation(inverse) for inverse in worked.inverses)
    suggestions = next_questions(worked, library.awards)
    return Draft(
        worked, Outcome.ANSWERED, text, tuple(citations), traced, (), suggestions, tuple(lines)
    )


def _as_calculation(inverse: Inverse) -> Calculation:
    """Return the working of an inverse as a calculation without an amount, for the record."""
    return Calculation(
        inverse.policy,
        inverse.award,
        inverse.clause,
        inverse.title,
        None,
        inverse.nature,
        steps=inverse.steps,
    )


def _calculated(worked: Worked, lexicon: Lexicon) -> Draft | None:
    shown = worked.calculations
    if not shown:
        return None
    contrast = contrasted(worked, lexicon)
    lines = passages(Part.CONCLUSION, [f"{contrast.text}。"]) if contrast else []
    citations: list[Citation] = []
    notes: list[str] = []
    for found in sorted(shown, key=lambda found: not found.parts):
        clause, rule = _clause_and_rule(found.policy, found.clause, found.award, lexicon)
        if found.parts:
            lines += money.total(found, rule, clause)
            continue
        inputs = money.told_inputs(found, rule) if _is_repeated(found, shown) else ""
        warnings = money.denied(rule, worked.evidence.question, lexicon)
        lines += passages(Part.WARNING, warnings, clause)
        alone = len(lexicon.library.awards_of(clause.policy, clause.label)) == 1
        said = money.conclusion(found, rule, clause, inputs, alone=alone)
        lines += passages(Part.CONCLUSION, [said], clause)
        if steps := money.working(found):
            lines += passages(Part.WORKING, [wording.STEPS, *steps], clause)
        if (note := money.caveats(rule)) and note not in notes:
            notes.append(note)
        if notes and not _comes_again(found, shown):
            lines += passages(Part.CAVEAT, notes, clause)
            notes = []
        citations += grant_citations(rule, clause)
        citations += [
            citation
            for citation in money.calculation_citations(found, rule, clause)
            if not any(citation.quote in other.quote for other in citations)
        ]
    if contrast:
        shown += (contrast.working,)
        lines += passages(Part.WORKING, [wording.BOTH, *money.working(contrast.working)])
        citations += [c for c in contrast.citations if c not in citations]
    lines = money.agreed(worked, lines)
    beside = _outside(worked, shown, lexicon)
    beside += money.remarks(worked, lexicon.library)
    beside += silent_too(worked, lexicon, silent_aspects(worked, lexicon))
    lines += passages(Part.CAVEAT, beside)
    text = with_basis(lines, citations, lexicon)
    return Draft(worked, Outcome.ANSWERED, text, tuple(citations), shown, passages=tuple(lines))


def _outside(worked: Worked, shown: tuple[Calculation, ...], lexicon: Lexicon) -> list[str]:
    """Name what the question speaks of and no calculated clause does, though another does."""
    clauses = [c for c in worked.evidence.topics for s in shown if c.label == s.clause]
    texts = [lexicon.text_of(clause) for clause in clauses]
    terms = [
        term.text
        for term in worked.evidence.question.terms
        if term.noun
        and texts
        and is_specific(term, lexicon)
        and max(lexicon.strength(term, text) for text in texts) < lexicon.best(term) / 2
    ]
    references = "、".join(dict.fromkeys(clause.reference for clause in clauses))
    words = "”“".join(dict.fromkeys(terms))
    return [wording.OUTSIDE.format(terms=words, references=references)] if terms else []


def _comes_again(found: Calculation, shown: tuple[Calculation, ...]) -> bool:
    """Tell whether another reading of the same award follows."""
    own = [other for other in shown if other.award == found.award and not other.parts]
    return any(found is other for other in own[:-1])


def _is_repeated(found: Calculation, shown: tuple[Calculation, ...]) -> bool:
    return sum(other.award == found.award for other in shown) > 1


def _missing_fact(worked: Worked, lexicon: Lexicon) -> Draft | None:
    rule = worked.open
    if rule is None:
        return None
    clause, _ = _clause_and_rule(rule.policy, rule.clause, rule.id, lexicon)
    asked = next(item for item in rule.inputs if not item.optional)
    text = wording.MISSING_FACT.format(
        place=bracketed(f"{clause.reference}：{gives(rule, clause, lexicon.library)}"),
        ask=asked.ask,
        hint=_hint(asked.hint),
    )
    said = tuple(passages(Part.CONCLUSION, [text], clause))
    cited = tuple(grant_citations(rule, clause))
    return Draft(worked, Outcome.MISSING_FACT, text, cited, passages=said)


def _hint(hint: str) -> str:
    """Return a hint without its examples: a figure that nobody named has no place in an answer."""
    kept = "，".join(piece for piece in hint.split("，") if not figures(piece))
    return f"（{kept}）" if kept else ""


def _ambiguous(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Ask which award is meant when money is asked for and nothing says which."""
    question = worked.evidence.question
    facts = [t.quantity for t in worked.evidence.told if t.role is Role.FACT]
    sums = sorted(facts, key=lambda quantity: quantity.kind is not Kind.MONEY)
    blocked = worked.evidence.unknown and not _only_tells(worked)
    if worked.evidence.topics or blocked or not asks_for_money(question):
        return None
    if any(term.known for term in question.terms) and not sums:
        return None
    rules = [
        rule
        for rule in lexicon.library.awards
        if rule.policy in {policy.id for policy in scope(worked, lexicon)}
        and (not sums or any(is_measured_in(i, q) for i in rule.inputs for q in sums))
    ]
    text = wording.AMBIGUOUS
    if sums and figures(sums[0].text) <= figures(question.asked):
        text = wording.AMBIGUOUS_WITH_SUM.format(sum=sums[0].text)
    choices = tuple(_choice(rule, lexicon) for rule in rules)
    listed = "\n".join(f"- {choice}" for choice in choices)
    said = (Passage(Part.CONCLUSION, text),)
    whole_text = f"{text}\n\n{listed}"
    return Draft(worked, Outcome.AMBIGUOUS_AWARD, whole_text, choices=choices, passages=said)


def _either(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Ask which award of one clause a figure is meant for."""
    if not worked.either:
        return None
    first = worked.either[0]
    clause, _ = _clause_and_rule(first.policy, first.clause, first.id, lexicon)
    facts = [t.quantity.text for t in worked.evidence.told if t.role is Role.FACT]
    text = wording.EITHER_AWARD.format(reference=clause.reference, sum=facts[0])
    choices = tuple(rule.title for rule in worked.either)
    items = [f"{rule.title}：{summary(rule)}" for rule in worked.either]
    said = passages(Part.CONCLUSION, [text], clause) + passages(Part.ITEM, items, clause)
    cited = tuple(dict.fromkeys(c for r in worked.either for c in grant_citations(r, clause)))
    whole_text = text + "\n\n" + "\n".join(f"- {item}" for item in items)
    return Draft(
        worked, Outcome.AMBIGUOUS_AWARD, whole_text, cited, (), choices, passages=tuple(said)
    )


def _clause_and_rule(
    policy: str, label: str, award: str, lexicon: Lexicon
) -> tuple[Clause, AwardRule]:
    clause = lexicon.library.clause(policy, label)
    rule = next(r for r in lexicon.library.awards_of(policy, label) if r.id == award)
    if clause is None:
        raise LookupError(f"award {award} names clause {label}, which {policy} lacks")
    return clause, rule


def _only_tells(worked: Worked) -> bool:
    """Tell whether a sum is told and the unknown words only tell where it went."""
    evidence = worked.evidence
    text = evidence.question.text
    tells = any(t.role is Role.FACT and t.quantity.kind is Kind.MONEY for t in evidence.told)
    return tells and not any(is_requested(term, text) for term in evidence.unknown)


def _choice(rule: AwardRule, lexicon: Lexicon) -> str:
    clause, _ = _clause_and_rule(rule.policy, rule.clause, rule.id, lexicon)
    return f"{rule.names[0] if rule.names else rule.title}{bracketed(in_policy(clause, lexicon))}"


_COMPOSERS: tuple[Callable[[Worked, Lexicon], Draft | None], ...] = (
    ending,
    _inverse,
    whole,
    _missing_fact,
    _either,
    _calculated,
    either_or,
    topical,
    aspect_elsewhere,
    at_large,
    overview,
    _ambiguous,
)
