"""HTML under an answer: the cited clauses with their quoted words marked, and the arithmetic.

Pure functions from values to HTML. Every word that comes from a question, a policy or an answer
is escaped here; nothing else in the page writes HTML from such words.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Protocol

from assistant.answer import Status
from assistant.web import texts
from corpus.award import Nature
from corpus.money import write_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.answer import Answer, Citation
    from assistant.calculation import Calculation
    from corpus.policy import Clause, Policy


class Shelf(Protocol):
    """Where the policies are kept: `corpus.library.Library` is one."""

    @property
    def policies(self) -> Sequence[Policy]:
        """Return every policy."""

    def clause(self, policy_id: str, label: str) -> Clause | None:
        """Return the clause with this label, or None."""


def verbatim(text: str) -> str:
    """Return `text` as HTML that shows exactly these characters."""
    return f'<div class="verbatim">{escape(text)}</div>'


def lead(answer: Answer) -> str:
    """Return what stands above an answer: how it ended and, if rewritten, what was understood."""
    parts = []
    status = answer.outcome.status
    if answer.citations or status is not Status.ANSWERED:
        label = texts.OUTCOME_LABELS.get(answer.outcome, texts.STATUS_LABELS[status])
        parts.append(f'<span class="status status-{status.value}">{label}</span>')
    if answer.understood:
        words = escape(answer.understood)
        parts.append(f'<p class="understood">{texts.UNDERSTOOD}<q>{words}</q></p>')
    return "".join(parts)


def evidence(answer: Answer, shelf: Shelf) -> str:
    """Return what stands below an answer: a panel a calculation, then a panel a cited clause."""
    worked = "".join(_worked(calculation) for calculation in answer.calculations)
    groups = _by_clause(answer.citations).values()
    clauses = "".join(_cited(citations, shelf) for citations in groups)
    return _section(texts.CALCULATION, texts.STEP_BY_STEP, worked) + _section(
        texts.EVIDENCE, texts.QUOTED, clauses
    )


def marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return `text` escaped, with each `(start, end)` span inside `<mark>`; overlaps are merged."""
    parts, done = [], 0
    for start, end in _merged(spans, len(text)):
        parts += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
        done = end
    return "".join([*parts, escape(text[done:])])


def _merged(spans: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted((max(start, 0), min(end, length)) for start, end in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


def _by_clause(citations: Iterable[Citation]) -> dict[tuple[str, str], list[Citation]]:
    groups: dict[tuple[str, str], list[Citation]] = {}
    for citation in citations:
        groups.setdefault((citation.policy, citation.clause), []).append(citation)
    return groups


def _section(heading: str, remark: str, panels: str) -> str:
    if not panels:
        return ""
    return f"<section><h3>{heading}<small>{remark}</small></h3>{panels}</section>"


def _panel(kind: str, mark: str, title: str, body: str) -> str:
    return (
        f'<details class="panel {kind}"><summary><b class="leading">{escape(mark)}</b>'
        f'<span class="title">{escape(title)}</span></summary>{body}</details>'
    )


def _cited(citations: Sequence[Citation], shelf: Shelf) -> str:
    first = citations[0]
    clause = shelf.clause(first.policy, first.clause)
    policy = next((policy for policy in shelf.policies if policy.id == first.policy), None)
    if clause:
        words = marked(clause.text, ((citation.start, citation.end) for citation in citations))
    else:
        words = "……".join(f"<mark>{escape(citation.quote)}</mark>" for citation in citations)
    path = " › ".join(escape(part) for part in (clause.section if clause else ()))
    source = escape(policy.info.title if policy else first.policy)
    above = f'<p class="path">{path}</p>' if path else ""
    body = f'{above}<blockquote>{words}</blockquote><p class="source">{source}</p>'
    return _panel("clause", first.label, first.title, body)


def _worked(calculation: Calculation) -> str:
    lines = [(step.text, step.quote) for step in calculation.steps]
    lines += [(unmet.reason, unmet.quote) for unmet in calculation.unmet]
    if not lines:
        return ""
    amount = calculation.amount
    total = texts.UNKNOWN_AMOUNT if amount is None else write_money(amount)
    if amount is not None and calculation.nature is Nature.CEILING:
        total = texts.AT_MOST.format(total=total)
    rows = "".join(
        f'<tr><th scope="row">{number}</th><td>{escape(words)}</td><td>{escape(quote)}</td></tr>'
        for number, (words, quote) in enumerate(lines, 1)
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in texts.STEP_HEADINGS)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    nature = f'<p class="source">{texts.NATURE_LABELS[calculation.nature]}</p>'
    return _panel("worked", total, calculation.title, table + nature)
