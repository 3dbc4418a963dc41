"""What an answer rests on: quotes that stand in their clause, figures that have a source.

Measured from the policies and the answer's text alone; the assistant's own gate is not asked.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from corpus.money import Figure, Kind, figures, write_money, write_percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.answer import Citation
    from corpus.library import Library
    from corpus.policy import Clause, Policy
    from eval.cases import Case
    from eval.predictions import Prediction

_STRUCTURE_UNITS = frozenset(["条", "个", "项", "款", "处", ""])


def unverbatim_quotes(prediction: Prediction, library: Library) -> tuple[str, ...]:
    """Return the quotes that don't stand in their clause, or not where they say they do."""
    wrong = [
        citation.quote
        for citation in prediction.citations
        if not _verbatim(citation, library.clause(citation.policy, citation.clause))
    ]
    for calculation in prediction.calculations:
        clause = library.clause(calculation.policy, calculation.clause)
        text = clause.text if clause else ""
        wrong += [step.quote for step in calculation.steps if step.quote not in text]
    return tuple(wrong)


def unsourced_figures(case: Case, prediction: Prediction, library: Library) -> tuple[str, ...]:
    """Return the figures of the answer's text that have no source, written as a person would.

    Sources are the cited clauses, what their awards and inputs are called, the steps of the
    calculations, the user's turns, and of the policies involved the title, the preamble, the
    headings and how many clauses and parts there are.
    """
    known = frozenset[Figure]().union(*map(figures, _sources(case, prediction, library)))
    counted = _structure(case, prediction, library)
    return tuple(
        sorted(
            _written(figure)
            for figure in figures(prediction.answer) - known
            if not (figure.unit in _STRUCTURE_UNITS and figure.value in counted)
        )
    )


def _verbatim(citation: Citation, clause: Clause | None) -> bool:
    return clause is not None and clause.text[citation.start : citation.end] == citation.quote


def _sources(case: Case, prediction: Prediction, library: Library) -> Iterator[str]:
    yield from case.turns
    for citation in prediction.citations:
        clause = library.clause(citation.policy, citation.clause)
        if clause:
            yield clause.text
            for rule in library.awards_of(clause.policy, clause.label):
                yield from (
                    rule.title,
                    *(t for item in rule.inputs for t in (item.label, item.ask)),
                )
    for calculation in prediction.calculations:
        yield from (step.text for step in calculation.steps)
    for policy in _involved(case, prediction, library):
        yield from (policy.title, policy.preamble, *policy.headings)


def _structure(case: Case, prediction: Prediction, library: Library) -> frozenset[int]:
    """Return what can be counted: clauses, parts, clauses of a part, clauses cited."""
    counts = {len({(item.policy, item.clause) for item in prediction.citations})}
    for policy in _involved(case, prediction, library):
        parts = Counter(clause.section for clause in policy.clauses)
        counts |= {len(policy.clauses), len(policy.headings), *parts.values()}
    return frozenset(counts - {0})


def _involved(case: Case, prediction: Prediction, library: Library) -> tuple[Policy, ...]:
    ids = {item.policy for item in prediction.citations} | ({case.policy} - {None})
    return tuple(policy for policy in library.policies if not ids or policy.id in ids)


def _written(figure: Figure) -> str:
    if figure.kind is Kind.MONEY and figure.unit == "CNY":
        return write_money(figure.value)
    if figure.kind is Kind.RATE:
        return write_percent(figure.value)
    return f"{figure.value:f}{figure.unit}"
