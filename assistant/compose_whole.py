"""Answers from the structure of a policy: original text, status, counts, lists, comparisons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant import wording
from assistant.aspects import aspect
from assistant.compose_aspect import silent_aspects
from assistant.compose_compare import compare
from assistant.compose_contents import count, fullest_part, longest_clause, part_of, section
from assistant.compose_list import listed, notice
from assistant.lexicon import language
from assistant.passage import Part, Passage, passages
from assistant.reference import RANGE, SECTION
from assistant.scope import policy_prefix, scope
from assistant.sentences import cite, sentences
from assistant.steps import Draft, Worked, answered
from assistant.told import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.answer import Citation
    from assistant.lexicon import Lexicon
    from corpus.policy import Clause


def whole(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Return the draft for a question about the policy as a document, or None."""
    for composer in _COMPOSERS:
        if draft := composer(worked, lexicon):
            return draft
    return None


def _original(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Give a clause whole when its text is asked for, or when only its number is said."""
    evidence = worked.evidence
    question = evidence.question
    named = [r for r in question.references if r.found]
    bare = named and not question.aspects and not question.quantities
    if not evidence.topics or worked.calculations or evidence.unknown:
        return None
    if not (question.asks("original") or bare) or any(r.kind == SECTION for r in named):
        return None
    if any(not a.weak for a in question.aspects):
        return None
    places = max((len(r.places) for r in named if r.kind == RANGE), default=len(named))
    return _full_text(worked, evidence.topics[: max(1, places)], lexicon)


def _full_text(worked: Worked, clauses: tuple[Clause, ...], lexicon: Lexicon) -> Draft:
    parts, citations = [], []
    said: list[Passage] = []
    for clause in clauses:
        quote = "\n>\n> ".join(line.strip() for line in clause.text.split("\n") if line.strip())
        lead = f"{policy_prefix(clause.policy, lexicon)}{clause.name}原文："
        parts.append(f"{lead}\n\n> {quote}")
        said += passages(Part.CONCLUSION, [lead], clause)
        citations.append(cite(clause, 0, len(clause.text)))
    text = "\n\n".join([*parts, *notice(clauses, lexicon)])
    return answered(worked, text, citations, said)


def _status(worked: Worked, lexicon: Lexicon) -> Draft | None:
    question = worked.evidence.question
    if not question.asks("status") or any(t.role is Role.FACT for t in worked.evidence.told):
        return None
    silent = [found for found in silent_aspects(worked, lexicon) if found.id != "basis"]
    if question.asks("validity") or silent:
        return None
    lines: list[str] = []
    said: list[Passage] = []
    citations: list[Citation] = []
    for policy in scope(worked, lexicon):
        form = wording.STATUS_IN_FORCE if policy.info.in_force else wording.STATUS_DRAFT
        lines.append(form.format(policy=f"《{policy.info.title}》", kind=policy.info.kind))
        said += passages(Part.CONCLUSION, lines[-1:])
        found = [s.cite() for c in policy.clauses for s in sentences(c) if _in_force_from(s.text)]
        lines += [f"> {cited.quote}\n>\n> ——{cited.label}" for cited in found[:1]]
        citations += found[:1]
    return answered(worked, "\n\n".join(lines), citations, said)


def _in_force_from(text: str) -> bool:
    return aspect("validity").carried_by(text)


def _policies(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Name the policies at hand when they are asked for."""
    if not re.search(language()["asks_policies"], worked.evidence.question.text):
        return None
    lines = [wording.POLICIES_ARE]
    lines += [
        f"- 《{policy.info.title}》（{policy.info.kind}）" for policy in lexicon.library.policies
    ]
    return answered(worked, "\n".join(lines), [], _led(lines))


def _led(lines: list[str]) -> list[Passage]:
    """Return a conclusion and the items below it, whose list marks belong to the text alone."""
    items = [line.removeprefix("- ") for line in lines[1:]]
    return passages(Part.CONCLUSION, lines[:1]) + passages(Part.ITEM, items)


def _issuer(worked: Worked, lexicon: Lexicon) -> Draft | None:
    asks = re.search(language()["asks_issuer"], worked.evidence.question.text)
    if not asks or worked.evidence.topics:
        return None
    lines = [
        wording.ISSUED_BY.format(policy=wording.policy_name(policy.info), issuer=policy.info.issuer)
        for policy in scope(worked, lexicon)
        if policy.info.issuer
    ]
    said = passages(Part.CONCLUSION, lines)
    return answered(worked, "\n\n".join(lines), [], said) if lines else None


def _title(worked: Worked, lexicon: Lexicon) -> Draft | None:
    text = worked.evidence.question.text
    if worked.evidence.topics or not re.search(language()["asks_title"], text):
        return None
    titles = "》《".join(policy.info.title for policy in scope(worked, lexicon))
    text = wording.TITLE_IS.format(title=titles)
    return answered(worked, text, [], [Passage(Part.CONCLUSION, text)])


def _basis(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Answer what a policy rests on from its preamble."""
    with_preamble = [policy for policy in scope(worked, lexicon) if policy.preamble]
    if not worked.evidence.question.asks("basis") or worked.evidence.topics or not with_preamble:
        return None
    parts = [wording.BASIS_IS]
    said = [Passage(Part.CONCLUSION, wording.BASIS_IS)]
    for policy in with_preamble:
        lines = [line.strip() for line in policy.preamble.split("\n") if line.strip()]
        quote = "\n> ".join(lines)
        parts.append(f"> {quote}\n>\n> ——{policy_prefix(policy.id, lexicon)}前言")
        said += passages(Part.QUOTE, lines)
    return answered(worked, "\n\n".join(parts), [], said)


_COMPOSERS: tuple[Callable[[Worked, Lexicon], Draft | None], ...] = (
    _status,
    _policies,
    _basis,
    _title,
    _issuer,
    fullest_part,
    part_of,
    longest_clause,
    section,
    count,
    compare,
    listed,
    _original,
)
