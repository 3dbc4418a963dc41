"""Which clauses a question is about, decided by the words it shares with them.

A clause's score adds up how strongly it carries each term of the question (`Lexicon.strength`),
more when the term is in its name and when the sentence with the term also answers the aspect.
Ranks of the hybrid retriever only break ties: on their own they always find something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.aspects import Group, aspects, stretches
from corpus.money import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.lexicon import Lexicon, Term
    from assistant.question import Question
    from corpus.money import Quantity
    from corpus.policy import Clause
    from index.search import PolicyRetriever

SPECIFIC = 0.45
"""From this strength on, a term points to few clauses; below it, to the policy at large."""
_IN_NAME = 0.35
_IN_SENTENCE = 0.3
_IS_FIGURE = 0.6
_TIE = 0.05
_EVERY_CLAUSE = 2000
_MOST_TOPICS = 3
_NEAR = 0.25
_VERB = 0.4
"""How much a verb that the policies lack weighs against a noun."""


@dataclass(frozen=True, slots=True)
class Match:
    """A clause with its score and the question's terms it carries."""

    clause: Clause
    score: float
    terms: tuple[Term, ...]


def rank(
    question: Question,
    lexicon: Lexicon,
    retriever: PolicyRetriever,
    stated: Sequence[Quantity] = (),
) -> tuple[Match, ...]:
    """Return the clauses that share words with the question, best first.

    `stated` are the figures that name an award rather than a fact of the asker's.
    """
    hits = {(hit.policy, hit.clause): hit for hit in retriever.hits(question.text, 30)}
    patterns = [a.evidence for a in question.aspects if a.evidence and not a.weak]
    wanted = {figure for quantity in stated for figure in figures(quantity.text)}
    matches = []
    for row, clause in enumerate(lexicon.clauses):
        if not _in_scope(clause, question):
            continue
        hit = hits.get((clause.policy, clause.label))
        if hit is None and len(lexicon.clauses) > _EVERY_CLAUSE:
            continue
        score, terms = _score(question, lexicon, row, patterns)
        if wanted & figures(clause.text):
            score += _IS_FIGURE
        if score > 0:
            tie = _TIE * (hit.score * 30 if hit else 0.0)
            matches.append(Match(clause, score + tie, terms))
    return tuple(sorted(matches, key=lambda match: -match.score))


def _score(
    question: Question, lexicon: Lexicon, row: int, patterns: list[re.Pattern[str]]
) -> tuple[float, tuple[Term, ...]]:
    text = lexicon.texts[row]
    name = "\n".join(lexicon.names[row])
    score = 0.0
    carried = []
    for term in dict.fromkeys(question.terms):
        strength = lexicon.strength(term, text)
        if not strength:
            continue
        if strength >= lexicon.best(term) / 2:
            carried.append(term)
        score += strength
        if lexicon.strength(term, name):
            score += _IN_NAME * strength
        if patterns and _answers_beside(term, text, patterns):
            score += _IN_SENTENCE * strength
    return score, tuple(carried)


def _answers_beside(term: Term, text: str, patterns: list[re.Pattern[str]]) -> bool:
    """Tell whether a sentence with the term also carries an asked aspect."""
    return any(
        any(form in sentence for form, _ in term.forms)
        and any(pattern.search(sentence) for pattern in patterns)
        for sentence in re.split(r"[。；\n]", text)
    )


def topics(question: Question, matches: tuple[Match, ...], lexicon: Lexicon) -> tuple[Clause, ...]:
    """Return the clauses the question is about, best first; empty when its words point nowhere.

    A second clause joins when the question names something specific that the first lacks.
    """
    if not matches or matches[0].score < SPECIFIC:
        return ()
    first = _answering(question, matches)
    chosen = [first]
    left = [term for term in question.terms if term not in first.terms]
    for match in matches:
        own = [term for term in match.terms if term in left and is_specific(term, lexicon)]
        if own and match is not first and len(chosen) < _MOST_TOPICS:
            chosen.append(match)
            left = [term for term in left if term not in match.terms]
    return tuple(match.clause for match in chosen)


def _answering(question: Question, matches: tuple[Match, ...]) -> Match:
    """Return the best clause, or a near one when only that carries what is asked."""
    wanted = [a for a in question.aspects if a.evidence and a.group is Group.TEXT and not a.weak]
    near = [m for m in matches if m.score >= _NEAR * matches[0].score]
    return next((m for m in near if any(a.carried_by(m.clause.text) for a in wanted)), matches[0])


def is_specific(term: Term, lexicon: Lexicon) -> bool:
    """Tell whether a term points to few clauses."""
    return lexicon.best(term) >= SPECIFIC


def unknown_terms(question: Question, lexicon: Lexicon) -> tuple[Term, ...]:
    """Return the terms that decide the question and that the policies never use.

    Only the stretches that ask count: what people tell of themselves beside it decides nothing.
    The result is empty when the words that the policies do use outweigh them.
    """
    asking = _asking(question)
    texts = [
        text
        for c, text in zip(lexicon.clauses, lexicon.texts, strict=True)
        if _in_scope(c, question)
    ]
    unknown = [
        term for term in asking if not any(form in t for form, _ in term.forms for t in texts)
    ]
    missing = sum(1.0 if term.noun else _VERB for term in unknown)
    held = sum(lexicon.best(t) for t in asking if is_specific(t, lexicon) and t not in unknown)
    decides = missing > held and any(term.noun for term in unknown) if held else bool(unknown)
    return tuple(unknown) if decides else ()


def _in_scope(clause: Clause, question: Question) -> bool:
    return not question.policies or clause.policy in question.policies


def _asking(question: Question) -> tuple[Term, ...]:
    """Return the terms of the stretches that ask something, or all terms when none does."""
    cues = [a.cues for a in aspects() if a.group is not Group.WHOLE]
    spans = []
    at = 0
    for stretch in stretches(question.text):
        start = question.text.find(stretch, at)
        at = start + len(stretch)
        if any(cue.search(stretch) for cue in cues):
            spans.append((start, at))
    inside = tuple(term for term in question.terms if any(s <= term.start < e for s, e in spans))
    return inside or question.terms
