"""The gate: what may be shown. Quotations exact, figures sourced, no promise, no clause invented.

It trusts nothing that the steps before it say of themselves: it reads the text as a user would.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answer import Outcome
from assistant.wording import PROMISES
from corpus.money import unsourced, write_money

if TYPE_CHECKING:
    from assistant.answer import Citation
    from assistant.calculation import Calculation
    from assistant.steps import Draft
    from corpus.library import Library
    from corpus.policy import Clause, Policy

_QUOTED = re.compile(r"“([^”]{1,600})”")
_BLOCK = re.compile(r"^> ?(.+)$", re.M)
_SOURCE_LINE = re.compile(r"^——")
_REFERENCE = re.compile(r"第([零〇一二两三四五六七八九十百千\d]{1,6})条")


def faults(draft: Draft, library: Library) -> tuple[str, ...]:
    """Return why a draft may not be shown, one reason a fault; empty when it may."""
    evidence = draft.worked.evidence
    clauses = [library.clause(citation.policy, citation.clause) for citation in draft.citations]
    found = [
        f"quote not in clause {citation.clause}: {citation.quote!r}"
        for citation, clause in zip(draft.citations, clauses, strict=True)
        if clause is None or not _is_exact(citation, clause)
    ]
    sources = [evidence.question.asked, evidence.question.text]
    sources += [item.quantity.text for item in evidence.told]
    sources += [clause.text for clause in clauses if clause]
    sources += [line for result in draft.calculations for line in _trace(result)]
    if draft.outcome is Outcome.MISSING_FACT and draft.worked.open:
        sources += [item.ask + item.hint for item in draft.worked.open.inputs]
    documents = [part for policy in library.policies for part in _frame(policy)]
    found += _bad_quotes(draft.text, (*sources, *documents))
    found += [
        f"figure without a source: {figure}"
        for figure in sorted(map(str, unsourced(_prose(draft.text), (*sources, *documents))))
    ]
    found += [f"promise: {word}" for word in PROMISES if word in draft.text]
    found += [f"no such clause: {name}" for name in _unknown_references(draft, library)]
    return tuple(found)


def _is_exact(citation: Citation, clause: Clause) -> bool:
    return bool(citation.quote) and clause.text[citation.start : citation.end] == citation.quote


def _trace(result: Calculation) -> list[str]:
    """Return the lines of a calculation's working: its steps, its amount, what was not met."""
    lines = [step.text for step in result.steps] + [unmet.reason for unmet in result.unmet]
    lines += [write_money(value) for values in result.inputs.values() for value in values]
    return lines if result.amount is None else [*lines, write_money(result.amount)]


def _frame(policy: Policy) -> tuple[str, ...]:
    """Return a policy's words outside its clauses, and how many clauses it has."""
    count = f"{len(policy.numbered)}条"
    titles = (policy.info.title, policy.info.short_title, policy.info.kind, count)
    return (*titles, policy.preamble, policy.closing, *policy.headings)


def _bad_quotes(text: str, sources: tuple[str, ...]) -> list[str]:
    """Find quoted words, in marks or as a block, that no source holds."""
    whole = "\n".join(sources)
    quoted = [line for line in _BLOCK.findall(text) if not _SOURCE_LINE.match(line)]
    quoted += _QUOTED.findall(_BLOCK.sub("", text))
    return [f"quotation without a source: {words!r}" for words in quoted if words not in whole]


def _prose(text: str) -> str:
    """Return the text without emphasis marks and clause references, which are no figures."""
    return _REFERENCE.sub("", re.sub(r"[*_|]+", " ", text))


def _unknown_references(draft: Draft, library: Library) -> list[str]:
    """Find clauses that the answer names and no policy has, unless the user named them."""
    asked = draft.worked.evidence.question
    if draft.outcome is Outcome.UNKNOWN_CLAUSE:
        return []
    said = "\n".join((asked.asked, asked.text, *(clause.text for clause in library.clauses)))
    labels = {clause.reference for clause in library.clauses}
    named = (match[0] for match in _REFERENCE.finditer(draft.text))
    return [name for name in named if name not in labels and name not in said]
