"""What the desk's templates show: rows of results, a clause with its marks. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.lookup import By, find_all
from assistant.web import texts_desk as words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.lookup import Lookup, Result, Span
    from corpus.library import Library
    from corpus.policy import Clause

_SHOWN = 66
"""Characters of a clause in its row."""
_BEFORE = 18
_STOPS = "。；，："


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is marked alike: a hit of the search, words the script quotes."""

    text: str
    hit: bool = False
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One clause of the results; `why` says what it was found by when that can't be seen."""

    place: str
    reference: str
    policy: str
    title: tuple[Piece, ...]
    words: tuple[Piece, ...]
    why: str


def rows(found: Lookup, library: Library) -> list[Row]:
    """Return the rows of what was found."""
    names = {policy.id: policy.info.short_title for policy in library.policies}
    shown = names if len(names) > 1 else {}
    return [_row(result, shown.get(result.clause.policy, "")) for result in found.results]


def said_of(found: Lookup) -> str:
    """Return the line above the results: how many there are, and what was read as what."""
    by = {result.by for result in found.results}
    if not found.results:
        return words.NONE.format(typed=found.typed.strip())
    if by == {By.ALL}:
        return words.ALL.format(count=found.count)
    if by == {By.MEANING}:
        return words.FOUND_NEAR.format(count=found.count)
    if found.read_as:
        named = "”“".join(found.read_as)
        return words.READ_AS.format(words=named, count=found.count)
    return words.FOUND.format(count=found.count)


def place_of(clause: Clause) -> str:
    """Return the name of a clause in an address: minhang-robot:5."""
    return f"{clause.policy}:{clause.label}"


def clause_at(place: str, library: Library) -> Clause | None:
    """Return the clause of a name in an address, None where there is none."""
    policy, _, label = place.partition(":")
    return library.clause(policy, label)


def marked_lines(
    text: str, hits: Sequence[Span], quoted: Sequence[Span]
) -> list[tuple[Piece, ...]]:
    """Return a clause's lines, every character of them, cut wherever a mark begins or ends."""
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append(pieces(text, start, start + len(line), hits, quoted))
        start += len(line) + 1
    return lines


def pieces(
    text: str, start: int, end: int, hits: Sequence[Span], quoted: Sequence[Span] = ()
) -> tuple[Piece, ...]:
    """Return a stretch of a text in pieces that are marked alike."""
    inside = {edge for span in (*hits, *quoted) for edge in span if start < edge < end}
    return tuple(
        Piece(text[left:right], _is_in(left, hits), _is_in(left, quoted))
        for left, right in pairwise(sorted({start, *inside, end}))
    )


def _row(result: Result, policy: str) -> Row:
    clause = result.clause
    title = clause.title if clause.is_named else ""
    return Row(
        place=place_of(clause),
        reference=clause.reference,
        policy=policy,
        title=pieces(title, 0, len(title), find_all(title, result.forms)),
        words=_snippet(clause, result.spans),
        why=words.WHY.get(result.by, ""),
    )


def _snippet(clause: Clause, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """Return the words around the first hit after the name, else the beginning."""
    text = clause.text.replace("\n", " ")
    named = text.find(clause.title) + len(clause.title) if clause.is_named else 0
    body = named + 1 if named else 0
    first = next((start for start, _ in spans if start >= body), body)
    start = body if first - body <= _BEFORE * 2 else _sentence_start(text, first, body)
    end = min(len(text), start + _SHOWN)
    cut = pieces(text, start, end, spans) if start < end else ()
    before = (Piece("…"),) if start > body else ()
    return (*before, *cut, *((Piece("…"),) if end < len(text) else ()))


def _sentence_start(text: str, first: int, body: int) -> int:
    """Return where to begin so that a hit is read with some words before it."""
    least = max(body, first - _BEFORE)
    stop = max((text.rfind(mark, least, first) for mark in _STOPS), default=-1)
    return stop + 1 if stop >= 0 else least


def _is_in(at: int, spans: Iterable[Span]) -> bool:
    return any(start <= at < end for start, end in spans)
