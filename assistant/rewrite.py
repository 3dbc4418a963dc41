"""A chat model's rewrite of a question that nobody understood: checked, then read as any other."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant import wording
from assistant.answer import Outcome
from assistant.passage import Part, Passage
from corpus.money import figures

if TYPE_CHECKING:
    from assistant.lexicon import Lexicon
    from assistant.steps import Draft

LONGEST = 120
_READABLE = re.compile(r"[\u4e00-\u9fff\w，。？、（）；：%.]+")
_REFERENCE = re.compile(r"第.{1,5}[条章节]")


def acceptable(text: str, draft: Draft, lexicon: Lexicon) -> bool:
    """Tell whether a rewrite brings in nothing: no figure, clause or word that was not there.

    Every content word is the question's or the policies'.
    """
    said = _said(draft)
    return (
        0 < len(text) <= LONGEST
        and _READABLE.fullmatch(text) is not None
        and figures(text) <= figures(said)
        and all(name in said for name in _REFERENCE.findall(text))
        and all(term.known or term.text in said for term in lexicon.terms(text))
    )


def _said(draft: Draft) -> str:
    question = draft.worked.evidence.question
    return f"{question.asked}\n{question.text}"


def is_ours(again: Draft, before: Draft) -> bool:
    """Tell whether a rewrite is about what was asked or talked of, so that it may be answered.

    One that only might be meant is offered as a question, and the ending stays.
    """
    reading = before.worked.evidence.reading
    topics = {(clause.policy, clause.label) for clause in reading.context.topics}
    cited = {(citation.policy, citation.clause) for citation in again.citations}
    terms = again.worked.evidence.question.terms
    words = [word for term in terms for word in (term.text, *(form for form, _ in term.forms))]
    return cited <= topics or any(word in _said(before) for word in words)


def suggested(draft: Draft, read: Draft) -> Draft:
    """Return an ending as it is, with the question that may have been meant."""
    question = read.worked.evidence.question.rewritten or ""
    line = wording.DID_YOU_MEAN.format(question=question)
    said = (*draft.passages, Passage(Part.DETAIL, line)) if draft.passages else ()
    offered = (question, *(other for other in draft.suggestions if other != question))
    text = f"{draft.text}\n\n{line}"
    return replace(draft, text=text, suggestions=offered, passages=said)


def taken_up(again: Draft, before: Draft, rewritten: str) -> Draft | None:
    """Return the draft for a rewritten question as one for the question that was asked.

    None when it is no answer either: then what was asked stays not understood.
    """
    question = again.worked.evidence.question
    if again.outcome is not Outcome.ANSWERED or question.talk or not again.citations:
        return None
    asked = before.worked.evidence.question.asked
    read = replace(question, asked=asked, rewritten=rewritten)
    evidence = again.worked.evidence
    reading = replace(evidence.reading, question=read)
    return replace(again, worked=replace(again.worked, evidence=replace(evidence, reading=reading)))
