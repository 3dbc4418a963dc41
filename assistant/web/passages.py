"""A policy's text set out for reading, every character of it in order, with words marked in it.

Pure functions. The lines of all passages joined by their line breaks give the text back exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.web.links import anchor
from corpus.numerals import fold
from corpus.policy import SegmentKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.policy import Clause, Policy

Span = tuple[int, int]
_MOST_WORDS = 5
_MOST_HITS = 500


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one line that is marked alike: quoted, part of hit `hit`, part of a title.

    `opens` tells the first piece of a hit, which carries the hit's id.
    """

    text: str
    quoted: bool = False
    hit: int | None = None
    opens: bool = False
    titled: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """One segment of the text; `id` is its anchor, empty where nothing leads to it.

    `lines` are its lines without their line breaks.
    """

    kind: SegmentKind
    id: str
    lines: tuple[tuple[Piece, ...], ...]
    clause: Clause | None = None

    @property
    def text(self) -> str:
        """Return the words of the segment."""
        return "\n".join("".join(piece.text for piece in line) for line in self.lines)


def passages(policy: Policy, quoted: Sequence[Span], hits: Sequence[Span]) -> tuple[Passage, ...]:
    """Return the whole text in order; both kinds of spans are offsets in the policy's text."""
    by_start = {clause.start: clause for clause in policy.clauses}
    found = []
    part = 0
    for segment in policy.segments:
        clause = by_start.get(segment.start) if segment.kind is SegmentKind.CLAUSE else None
        name = anchor(policy.id, clause.label) if clause else ""
        if segment.kind is SegmentKind.HEADING:
            part += 1
            name = f"{policy.id}-part-{part}"
        marks = _Marks(quoted, hits, _title(clause))
        lines = _lines(policy.text, segment.start, segment.end)
        pieces = tuple(marks.pieces(policy.text, start, end) for start, end in lines)
        found.append(Passage(segment.kind, name, pieces, clause))
    return tuple(found)


def find(text: str, wanted: str) -> tuple[Span, ...]:
    """Return where a text holds these words: as one phrase, or else each of them, in order.

    Full-width forms, traditional numerals and capitals count as their plain forms.
    """
    plain, words = _plain(text), [_plain(word) for word in wanted.split()[:_MOST_WORDS]]
    phrase = " ".join(words)
    looked_for = [phrase] if phrase and phrase in plain else words
    found = {span for word in looked_for if word for span in _places(plain, word)}
    kept: list[Span] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return tuple(kept[:_MOST_HITS])


def _plain(text: str) -> str:
    folded = fold(text)
    lower = folded.lower()
    return lower if len(lower) == len(folded) else folded


def _places(text: str, word: str) -> Iterable[Span]:
    start = text.find(word)
    while start >= 0:
        yield start, start + len(word)
        start = text.find(word, start + len(word))


def _lines(text: str, start: int, end: int) -> list[Span]:
    spans = []
    while (stop := text.find("\n", start, end)) >= 0:
        spans.append((start, stop))
        start = stop + 1
    return [*spans, (start, end)]


def _title(clause: Clause | None) -> Span:
    """Return where a clause's number and name stand, an empty span if it has no name."""
    if clause is None or not clause.is_named:
        return (0, 0)
    place = clause.text.find(clause.title)
    return (clause.start, clause.start + place + len(clause.title)) if place >= 0 else (0, 0)


@dataclass(frozen=True, slots=True)
class _Marks:
    """Everything that is marked, as spans in the policy's text."""

    quoted: Sequence[Span]
    hits: Sequence[Span]
    title: Span

    def pieces(self, text: str, start: int, end: int) -> tuple[Piece, ...]:
        """Cut a line wherever a mark begins or ends."""
        inside = [
            edge
            for span in (*self.quoted, *self.hits, self.title)
            for edge in span
            if start < edge < end
        ]
        edges = sorted({start, *inside, end})
        return tuple(self._piece(text, left, right) for left, right in pairwise(edges))

    def _piece(self, text: str, left: int, right: int) -> Piece:
        hit = next((n for n, (a, b) in enumerate(self.hits, 1) if a <= left < b), None)
        return Piece(
            text[left:right],
            quoted=any(a <= left < b for a, b in self.quoted),
            hit=hit,
            opens=hit is not None and self.hits[hit - 1][0] == left,
            titled=self.title[0] <= left < self.title[1],
        )
