"""The parts of an answer's text, so that a page can lay them out without reading the text again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.policy import Clause

Place = tuple[str, str]
"""A clause's policy and label."""


class Part(StrEnum):
    """What a passage is to its answer."""

    WARNING = "warning"
    CONCLUSION = "conclusion"
    DETAIL = "detail"
    ITEM = "item"
    QUOTE = "quote"
    WORKING = "working"
    CAVEAT = "caveat"


@dataclass(frozen=True, slots=True)
class Passage:
    """One line of an answer, word for word as in its text, and the clauses it rests on."""

    part: Part
    text: str
    places: tuple[Place, ...] = ()

    def resting_on(self, *clauses: Clause) -> Passage:
        """Return the passage with the clauses it rests on."""
        return Passage(self.part, self.text, tuple((c.policy, c.label) for c in clauses))


def passages(part: Part, texts: Iterable[str], *clauses: Clause) -> list[Passage]:
    """Return the texts as passages of one kind that rest on the same clauses; empty ones go."""
    return [Passage(part, text).resting_on(*clauses) for text in texts if text]


def texts_of(lines: Iterable[Passage]) -> list[str]:
    """Return the text of each passage."""
    return [line.text for line in lines]
