"""Numbered marks in an answer: one number a cited clause, each mark with the words it opens.

Pure functions from values to HTML; every word that is not ours is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Protocol

from assistant.web import texts
from assistant.web.links import clause_link

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.answer import Answer, Citation
    from assistant.passage import Place
    from corpus.award import AwardRule
    from corpus.policy import Clause, Policy

_CIRCLED = ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1))
"""First and last number of each run of circled numbers, and its first character."""


class Shelf(Protocol):
    """Where the policies are kept: `corpus.library.Library` is one."""

    @property
    def policies(self) -> Sequence[Policy]:
        """Return every policy."""

    def clause(self, policy_id: str, label: str) -> Clause | None:
        """Return the clause with this label, or None."""

    def awards_of(self, policy_id: str, label: str) -> Sequence[AwardRule]:
        """Return the award rules of one clause."""


@dataclass(frozen=True, slots=True)
class Source:
    """A cited clause with its number in the answer; `quotes` leaves out what another one holds."""

    number: int
    place: Place
    label: str
    title: str
    quotes: tuple[Citation, ...]

    @property
    def sign(self) -> str:
        """Return the number as a circled figure, or in brackets where there is none."""
        return circled(self.number)


Sources = dict["Place", Source]


def sources_of(answer: Answer) -> Sources:
    """Return the cited clauses by place, numbered in the order of the citations."""
    groups: dict[Place, list[Citation]] = {}
    for citation in answer.citations:
        groups.setdefault((citation.policy, citation.clause), []).append(citation)
    return {
        place: Source(number, place, cited[0].label, cited[0].title, _outermost(cited))
        for number, (place, cited) in enumerate(groups.items(), 1)
    }


def circled(number: int) -> str:
    """Return ① for 1, ㊿ for 50, (51) for 51."""
    for first, last, character in _CIRCLED:
        if first <= number <= last:
            return chr(character + number - first)
    return f"({number})"


def mark(source: Source, shelf: Shelf, words: str | None = None) -> str:
    """Return the link that opens a clause at `words`, else at all its quotations."""
    clause = shelf.clause(*source.place)
    start = clause.text.find(words) if clause and words else -1
    spans = [(start, start + len(words))] if words and start >= 0 else _spans(source.quotes)
    label = escape(texts.opens_source(source.sign, source.label))
    return f'<a class="cite" {opening(source, spans)} aria-label="{label}">{source.sign}</a>'


def opening(source: Source, spans: Iterable[tuple[int, int]] | None = None) -> str:
    """Return the attributes of a link to a clause, which the page's script opens at its side."""
    policy, clause = source.place
    spans = list(spans or _spans(source.quotes))
    at = ",".join(f"{start}-{end}" for start, end in spans)
    quote = escape(source.quotes[0].quote) if source.quotes else ""
    return (
        f'href="{escape(clause_link(policy, clause, spans))}" data-policy="{escape(policy)}"'
        f' data-clause="{escape(clause)}" data-spans="{at}" data-quote="{quote}"'
    )


def marks(places: Iterable[Place], sources: Sources, shelf: Shelf) -> str:
    """Return the marks of those places that are cited."""
    return "".join(mark(sources[place], shelf) for place in places if place in sources)


def _spans(quotes: Iterable[Citation]) -> list[tuple[int, int]]:
    return [(quote.start, quote.end) for quote in quotes]


def _outermost(cited: list[Citation]) -> tuple[Citation, ...]:
    """Leave out quotations that lie inside another one of the same clause."""
    return tuple(
        one
        for one in dict.fromkeys(cited)
        if not any(one.quote != other.quote and one.quote in other.quote for other in cited)
    )
