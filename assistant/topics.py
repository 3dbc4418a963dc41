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
from assistant.lexicon import language
from corpus.money import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.lexicon import Lexicon, Term
    from assistant.question import Question
    from corpus.money import Quantity
    from corpus.policy import Clause
    from index.retriever import Hit

SPECIFIC = 0.45
"""From this strength on, a term points to few clauses; below it, to the policy at large."""
NEAREST = 30
"""How many clauses of the hybrid search break ties."""
_IN_NAME = 0.35
_IN_SENTENCE = 0.3
_IS_FIGURE = 0.6
_TIE = 0.05
_EVERY_CLAUSE = 2000
_MOST_TOPICS = 3
_NEAR = 0.15
_TIED = 0.98
_MOST_OF = 0.7
_LETTERS = 0.6
_FULL_NAME = 4


@dataclass(frozen=True, slots=True)
class Match:
    """A clause with its score and the question's terms it carries."""

    clause: Clause
    score: float
    terms: tuple[Term, ...]


def rank(
    question: Question,
    lexicon: Lexicon,
    hits: Sequence[Hit],
    stated: Sequence[Quantity] = (),
) -> tuple[Match, ...]:
    """Return the clauses that share words with the question, best first.

    `hits` are what the hybrid search found, `stated` the figures that name an award rather than a
    fact of the asker's.
    """
    found = {(hit.policy, hit.clause): hit for hit in hits}
    patterns = [a.evidence for a in question.aspects if a.evidence and not a.weak]
    wanted = {figure for quantity in stated for figure in figures(quantity.text)}
    matches = []
    for row, clause in enumerate(lexicon.clauses):
        if not _in_scope(clause, question):
            continue
        hit = found.get((clause.policy, clause.label))
        if hit is None and len(lexicon.clauses) > _EVERY_CLAUSE:
            continue
        score, terms = _score(question, lexicon, row, patterns)
        if wanted & figures(clause.text):
            score += _IS_FIGURE
        if score > 0:
            tie = _TIE * (hit.preference if hit else 0.0)
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
    first = _answering(question, matches, lexicon)
    chosen = [first]
    left = [term for term in question.terms if not _holds(first, term, lexicon)]
    if question.asks("compare"):
        left += [t for t in question.terms if t not in left and not _is_named(first, t, lexicon)]
    tied = [m for m in matches if m.score >= _TIED * matches[0].score and m.terms == first.terms]
    chosen += [match for match in tied if match is not first][:1]
    for match in matches:
        own = [t for t in left if t.noun and is_specific(t, lexicon) and _holds(match, t, lexicon)]
        if own and match not in chosen and len(chosen) < _MOST_TOPICS:
            chosen.append(match)
            left = [term for term in left if term not in own]
    return tuple(match.clause for match in chosen)


def _holds(match: Match, term: Term, lexicon: Lexicon) -> bool:
    """Tell whether a clause carries a term about as well as any does."""
    return lexicon.strength(term, lexicon.text_of(match.clause)) >= _MOST_OF * lexicon.best(term)


def _is_named(match: Match, term: Term, lexicon: Lexicon) -> bool:
    """Tell whether a term is in a clause's name, or in no clause's."""
    names = dict(zip(lexicon.clauses, lexicon.names, strict=True))
    named = {c for c, own in names.items() if lexicon.strength(term, "\n".join(own))}
    return not named or match.clause in named


def _answering(question: Question, matches: tuple[Match, ...], lexicon: Lexicon) -> Match:
    """Return the best clause, or a near one on the same thing that alone carries what is asked."""
    first = matches[0]
    wanted = [a for a in question.aspects if a.evidence and a.group is Group.TEXT and not a.weak]
    main = max(first.terms, key=lexicon.best, default=None)
    near = [
        match
        for match in matches
        if match.score >= _NEAR * first.score
        and (main is None or _is_mentioned(main, [lexicon.text_of(match.clause)]))
    ]
    carried = [sum(a.carried_by(match.clause.text) for a in wanted) for match in near]
    return near[carried.index(max(carried))] if any(carried) else first


def is_specific(term: Term, lexicon: Lexicon) -> bool:
    """Tell whether a term points to few clauses."""
    return lexicon.best(term) >= SPECIFIC


@dataclass(frozen=True, slots=True)
class Unmentioned:
    """Terms of a question that the policies never use.

    `decides`: they are what is asked for, so that nothing can be answered; otherwise they are
    asked for beside something else.
    """

    terms: tuple[Term, ...] = ()
    decides: bool = False


def unmentioned(question: Question, lexicon: Lexicon) -> Unmentioned:
    """Return what a question asks for that the policies never mention.

    Where its words point to a clause, only what support is asked for counts (厂房租金补贴); what
    people tell of themselves decides nothing. Where they point nowhere, every such word counts.
    """
    texts = [
        t for c, t in zip(lexicon.clauses, lexicon.texts, strict=True) if _in_scope(c, question)
    ]
    cues = _cue_spans(question)
    unknown = [
        term
        for term in question.terms
        if not (_is_mentioned(term, texts) and not _is_asked_apart(term, question))
        and not _names_a_kind(term, question, lexicon)
        and not any(start < term.start + len(term.text) and term.start < end for start, end in cues)
    ]
    if not any(is_specific(term, lexicon) and term not in unknown for term in question.terms):
        if any(a.group is Group.TEXT and not a.weak and not a.topical for a in question.aspects):
            unknown = [t for t in unknown if t.noun and is_object(t, question.text, cues)]
        return Unmentioned(tuple(unknown), decides=bool(unknown))
    spans = _stretch_spans(question.text)
    if _is_foreign(question, unknown, lexicon):
        return Unmentioned(tuple(unknown), decides=True)
    wanted = [
        term
        for term in unknown
        if term.noun
        and not _is_told_of(term, question.text)
        and is_requested(term, question.text)
        and not question.confirms
        and not any(start == term.start + len(term.text) for start, _ in cues)
    ]
    beside = [
        span
        for span in spans
        if not any(span[0] <= term.start < span[1] for term in wanted)
        and any(found.cues.search(question.text[slice(*span)]) for found in aspects())
    ]
    return Unmentioned(tuple(wanted), decides=bool(wanted) and not beside)


def _is_asked_apart(term: Term, question: Question) -> bool:
    """Tell whether money is asked for a kind of thing that the policies only demand at large."""
    asks = question.asks_group(Group.MONEY)
    return term.is_kind and asks and is_requested(term, question.text)


def _is_told_of(term: Term, text: str) -> bool:
    """Tell whether an unknown word names a person or body that isn't itself offered support."""
    offered = re.search(language()["is_there"], text[: term.start])
    return offered is None and re.search(language()["party"], term.text) is not None


def _names_a_kind(term: Term, question: Question, lexicon: Lexicon) -> bool:
    """Tell whether an unknown word names a kind of what the whole policy is about: 四足机器人."""
    end = term.start + len(term.text)
    heads = (t for t in question.terms if t.start == end and t.known and t.noun)
    return any(not is_specific(head, lexicon) for head in heads)


def is_object(term: Term, text: str, cues: list[tuple[int, int]]) -> bool:
    """Tell whether a term is what is asked about: support for it, or right before the cue."""
    end = term.start + len(term.text)
    before = any(0 <= start - end <= 1 and text[end:start] in ("", "的") for start, _ in cues)
    return before or is_requested(term, text)


def _is_foreign(question: Question, unknown: list[Term], lexicon: Lexicon) -> bool:
    """Tell whether a turn without a word of policies speaks mostly of what they never mention."""
    if question.aspects or any(word in question.text for word in language()["of_policies"]):
        return False
    known = [term for term in question.terms if term.noun and term not in unknown]
    if any(len(term.text) >= _FULL_NAME and is_specific(term, lexicon) for term in known):
        return False
    held = sum(lexicon.best(term) for term in known)
    return sum(term.noun for term in unknown) > held


def _is_mentioned(term: Term, texts: list[str]) -> bool:
    """Tell whether a text uses a term, one people use for it, or most of its parts."""
    used = [form for form, _ in term.forms if any(form in text for text in texts)]
    parts = [form for form in used if form != term.text and form in term.text]
    return len(parts) < len(used) or sum(map(len, parts)) >= _LETTERS * len(term.text)


def is_requested(term: Term, text: str) -> bool:
    """Tell whether support for a term is what a question asks for."""
    before, after = text[: term.start], text[term.start + len(term.text) :]
    words = language()
    if not term.known and re.search(words["offered_before"], before):
        return re.match(words["offered_after"], after) is not None
    return bool(
        re.search(words["requested_before"], before) or re.match(words["requested_after"], after)
    )


def _cue_spans(question: Question) -> list[tuple[int, int]]:
    """Return where the words stand that ask for an aspect: they are no topic."""
    return [
        match.span()
        for found in question.aspects
        if not found.weak
        for match in found.cues.finditer(question.text)
    ]


def _stretch_spans(text: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for stretch in stretches(text):
        start = text.find(stretch, at)
        at = start + len(stretch)
        spans.append((start, at))
    return spans


def _in_scope(clause: Clause, question: Question) -> bool:
    return not question.policies or clause.policy in question.policies
