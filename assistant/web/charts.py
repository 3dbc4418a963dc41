"""Charts as plain shapes: what a template draws as SVG, with the words that say the same.

A shape stretches with the page, so it holds no letters; its measures are shares of 100.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FULL = 100.0
_STEPS = (1, 2, 5)
_LINES = 4
_GAP = 0.3
"""The share of a column's place that stays empty beside it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One rectangle of a column: its kind, its place and size."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a chart, with the words shown when pointed at."""

    words: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Stacked columns; `lines` are the numbers at the grid lines from the top down to 0."""

    columns: tuple[Column, ...]
    lines: tuple[int, ...]


def stacked(columns: Sequence[tuple[str, Mapping[str, int]]]) -> Chart:
    """Return the chart of columns, each named in words with its counts by kind, bottom first."""
    most = max((sum(counts.values()) for _, counts in columns), default=0)
    top = scale(most)
    pitch = FULL / max(1, len(columns))
    drawn = tuple(
        Column(words, _parts(counts, at * pitch, pitch, top))
        for at, (words, counts) in enumerate(columns)
    )
    step = top // _LINES if top >= _LINES else 1
    return Chart(drawn, tuple(range(top, -1, -step)))


def scale(most: int) -> int:
    """Return a round number not below `most` that divides into four, or is below four."""
    if most < _LINES:
        return max(1, most)
    unit = 1
    while True:
        for step in _STEPS:
            if step * unit * _LINES >= most:
                return step * unit * _LINES
        unit *= 10


def _parts(counts: Mapping[str, int], x: float, pitch: float, top: int) -> tuple[Part, ...]:
    parts: list[Part] = []
    below = FULL
    for kind, count in counts.items():
        height = count / top * FULL
        below -= height
        if count:
            left, width = x + pitch * _GAP / 2, pitch * (1 - _GAP)
            parts.append(Part(kind, *(round(v, 3) for v in (left, below, width, height))))
    return tuple(parts)
