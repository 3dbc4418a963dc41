"""A chat model's rewrite of a question that nobody understood: checked, then read as any other."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answer import Outcome
from corpus.money import figures

if TYPE_CHECKING:
    from assistant.lexicon import Lexicon
    from assistant.steps import Draft

LONGEST = 120
_READABLE = re.compile(r"[\u4e00-\u9fff\w，。？、（）；：%.]+")
_REFERENCE = re.compile(r"第.{1,5}[条章节]")


def acceptable(text: str, draft: Draft, lexicon: Lexicon) -> bool:
    """Tell whether a rewrite brings in nothing: no figure, clause or topic that was not there.

    Every content word is the question's, the conversation's or the policies', and at least one is
    of the question or the conversation.
    """
    reading = draft.worked.evidence.reading
    said = "\n".join((reading.question.asked, reading.question.text))
    topics = "\n".join(lexicon.text_of(clause) for clause in reading.context.topics)
    terms = lexicon.terms(text)
    ours = [term for term in terms if term.text in said or term.text in topics]
    return (
        0 < len(text) <= LONGEST
        and _READABLE.fullmatch(text) is not None
        and figures(text) <= figures(said)
        and all(name in said for name in _REFERENCE.findall(text))
        and bool(ours)
        and all(term.known or term.text in said for term in terms)
    )


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
