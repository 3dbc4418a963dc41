"""Answers about one aspect, from the clause that carries it; and which aspects none carries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant import wording
from assistant.answer import Citation, Outcome
from assistant.aspects import Aspect, Group
from assistant.clause_numbers import names
from assistant.layout import with_basis
from assistant.lexicon import language
from assistant.passage import Part, Passage, passages
from assistant.scope import named, scope
from assistant.sentences import Sentence, sentences
from assistant.steps import Draft, Worked
from assistant.topics import is_requested
from corpus.money import Kind
from index.words import bigrams, words

if TYPE_CHECKING:
    from assistant.lexicon import Lexicon
    from assistant.question import Question
    from corpus.policy import Clause

_MOST_QUOTES = 3
_COMMON = 0.5
"""What a letter of a word that every clause uses counts, beside up to one more for a rare word."""
_SURE = 3.0
"""How many shared letters the surest sign of an aspect is worth."""


def aspect_elsewhere(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Answer an aspect from a clause about the policy at large: 施行日期, 受理部门, 申报材料 …"""
    evidence = worked.evidence
    if evidence.unknown:
        return None
    asked = [a for a in evidence.question.aspects if a.group is Group.TEXT and a.evidence]
    lines, citations = elsewhere(asked, worked, lexicon)
    if not lines:
        return None
    silent = [a for a in asked if not carrying(a, worked, lexicon)]
    lines += passages(Part.CAVEAT, silent_too(worked, lexicon, silent))
    text = with_basis(lines, citations, lexicon)
    return Draft(worked, Outcome.ANSWERED, text, tuple(citations), passages=tuple(lines))


def elsewhere(
    asked: list[Aspect], worked: Worked, lexicon: Lexicon
) -> tuple[list[Passage], list[Citation]]:
    """Return what the best clause for each aspect says: lines and citations."""
    lines: list[Passage] = []
    citations: list[Citation] = []
    for found in asked:
        for clause in carrying(found, worked, lexicon)[:1]:
            chosen = _best(found, clause, worked.evidence.question.text, lexicon)
            said = passages(Part.CONCLUSION, [pointed(clause, chosen, [found])], clause)
            lines += [line for line in said if line not in lines]
            citations += [c for sentence in chosen if (c := sentence.cite()) not in citations]
    return lines, citations


def at_large(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Answer who may apply, and on what terms, for the policy at large."""
    evidence = worked.evidence
    tells = re.search(language()["of_oneself"], evidence.question.text)
    wanted = [t for t in evidence.unknown if not tells or is_requested(t, evidence.question.text)]
    if evidence.topics or wanted or asks_for_money(evidence.question):
        return None
    ids = {policy.id for policy in scope(worked, lexicon)}
    citations = []
    for found in evidence.question.aspects:
        if found.general and not found.evidence:
            citations += [
                sentence.cite()
                for clause in lexicon.clauses
                if clause.policy in ids
                for sentence in sentences(clause)
                if found.general.search(sentence.text)
            ]
    citations = list(dict.fromkeys(citations))[:_MOST_QUOTES]
    if not citations:
        return None
    places = "、".join(dict.fromkeys(citation.label for citation in citations))
    of = tuple(dict.fromkeys((citation.policy, citation.clause) for citation in citations))
    lines = [Passage(Part.CONCLUSION, wording.AT_LARGE.format(places=places), of)]
    text = with_basis(lines, citations, lexicon)
    return Draft(worked, Outcome.ANSWERED, text, tuple(citations), passages=tuple(lines))


def carrying(found: Aspect, worked: Worked, lexicon: Lexicon) -> list[Clause]:
    """Return the clauses that answer an aspect, those of the topic first."""
    topics = worked.evidence.topics
    policies = worked.evidence.question.policies or tuple({clause.policy for clause in topics})
    inside = [clause for clause in topics if says(found, clause)]
    if inside or found.topical:
        return inside
    everywhere = [c for c in lexicon.clauses if not policies or c.policy in policies]
    if topics:
        everywhere = [c for c in everywhere if not _pays_for_else(c, topics, lexicon)]
    carrying = [clause for clause in everywhere if says(found, clause)]
    asked = worked.evidence.question.text
    texts = {
        clause: "".join(s.text for s in sentences(clause) if found.carried_by(s.text))
        for clause in carrying
    }
    naming = {c for c in carrying if any(names(texts[c], topic) for topic in topics)}

    def order(clause: Clause) -> tuple[bool, float]:
        return clause not in naming, -kinship(asked, texts[clause], found, lexicon)

    return sorted(carrying, key=order)


def _pays_for_else(clause: Clause, topics: tuple[Clause, ...], lexicon: Lexicon) -> bool:
    """Tell whether a clause is about an award of its own that a question isn't about."""
    return clause not in topics and bool(lexicon.library.awards_of(clause.policy, clause.label))


def kinship(asked: str, text: str, found: Aspect, lexicon: Lexicon) -> float:
    """Return how much of a question's own wording a text shares, rare words counting most."""
    own = {word for word in words(asked) if len(word) > 1 and word in text}
    shared = sum(len(word) * (_COMMON + lexicon.weight(word)) for word in own)
    pairs = sum(pair in text for pair in set(bigrams(asked)))
    letters = sum(letter in text for letter in set(asked) if "\u4e00" <= letter <= "\u9fff")
    return shared + pairs + 0.1 * letters + _SURE * found.sureness(text)


def _best(found: Aspect, clause: Clause, asked: str, lexicon: Lexicon) -> list[Sentence]:
    """Return the sentences of a clause that carry an aspect best, in their order."""
    own = [s for s in sentences(clause) if found.carried_by(s.text)]
    ranked = sorted(own, key=lambda s: -kinship(asked, s.text, found, lexicon))[:_MOST_QUOTES]
    return [sentence for sentence in own if sentence in ranked]


def says(found: Aspect, clause: Clause) -> bool:
    """Tell whether a clause answers an aspect: any does an open one, or one about money."""
    if found.evidence is None or found.group is Group.MONEY:
        return True
    return any(found.carried_by(s.text) for s in sentences(clause))


def silent_aspects(worked: Worked, lexicon: Lexicon) -> list[Aspect]:
    """Return the asked aspects that nothing in the policies answers."""
    topics = worked.evidence.topics
    return [
        found
        for found in worked.evidence.question.aspects
        if found.group is Group.TEXT
        and not any(says(found, clause) for clause in topics)
        and (topics or found.evidence)
        and not carrying(found, worked, lexicon)
    ]


def silent_too(worked: Worked, lexicon: Lexicon, silent: list[Aspect]) -> list[str]:
    """Return the sentences that name what else was asked and the policies don't say."""
    beside = worked.evidence.unmentioned
    lines = []
    if beside.terms and not beside.decides:
        terms = "”“".join(dict.fromkeys(term.text for term in beside.terms))
        policy = named(scope(worked, lexicon))
        lines.append(wording.ALSO_UNMENTIONED.format(policy=policy, terms=terms))
    if not silent:
        return lines
    names = "、".join(found.name for found in silent)
    policy = named(scope(worked, lexicon))
    return [*lines, wording.ALSO_SILENT.format(policy=policy, aspects=names)]


def pointed(clause: Clause, chosen: list[Sentence], asked: list[Aspect]) -> str:
    """Return a one-line conclusion that points at the words that answer."""
    signs = [sign for found in asked for sign in found.signs or (found.evidence,) if sign]
    for sign in signs:
        for sentence in chosen:
            if match := sign.search(sentence.text):
                return f"{clause.name}写明了“{_phrase(sentence.text, match)}”。"
    return f"{clause.name}有规定，原文如下。"


def _phrase(text: str, match: re.Match[str]) -> str:
    """Return the piece between commas that a match stands in."""
    start = text.rfind("，", 0, match.start()) + 1
    end = text.find("，", match.end())
    return text[start : end if end >= 0 else len(text)].strip("。；！？ ")


def asks_for_money(question: Question) -> bool:
    """Tell whether a question asks for money or names a sum."""
    sums = any(found.kind is Kind.MONEY for found in question.quantities)
    return question.asks_group(Group.MONEY) or question.wants_calculation or sums
