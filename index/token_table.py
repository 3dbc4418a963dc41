"""Texts as numbers: every text is cut once, and the next build takes over what stays the same.

A table doesn't depend on how it came to be: made at once or from an earlier table and some new
texts, the same texts in the same order give the same arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    Numbers = NDArray[np.int32]
    Rows = NDArray[np.intp]

_FILES = {"numbers": "numbers.npy", "ends": "ends.npy"}
_VOCABULARY = "vocabulary.txt"


@dataclass(frozen=True, slots=True)
class TokenTable:
    """The tokens of some texts: text `i` has `numbers[ends[i]:ends[i + 1]]`.

    `vocabulary` names the numbers, in code point order; each occurs in some text. No token holds
    white space.
    """

    vocabulary: tuple[str, ...]
    numbers: Numbers
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[list[str]]) -> Self:
        """Number the tokens of texts."""
        known: dict[str, int] = {}
        rows = [
            np.array([known.setdefault(token, len(known)) for token in tokens], np.int32)
            for tokens in texts
        ]
        numbers = np.concatenate([np.zeros(0, np.int32), *rows])
        return cls._ordered(tuple(known), numbers, _ends(np.array([len(row) for row in rows])))

    @classmethod
    def _ordered(
        cls, vocabulary: tuple[str, ...], numbers: Numbers, ends: NDArray[np.int64]
    ) -> Self:
        """Renumber by code point order, without the tokens that no text has."""
        used = np.flatnonzero(np.bincount(numbers, minlength=len(vocabulary))).tolist()
        order = sorted(used, key=vocabulary.__getitem__)
        places = np.zeros(len(vocabulary), np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        return cls(tuple(vocabulary[number] for number in order), places[numbers], ends)

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.ends) - 1

    def text(self, row: int) -> list[str]:
        """Return the tokens of a text."""
        numbers = self.numbers[self.ends[row] : self.ends[row + 1]]
        return [self.vocabulary[number] for number in numbers.tolist()]

    @property
    def rows(self) -> Numbers:
        """Return the row of the text that each of `numbers` stands in."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.ends))

    def without(self, token: str) -> TokenTable:
        """Return the same texts without one of their tokens."""
        if token not in self.vocabulary:
            return self
        number = self.vocabulary.index(token)
        kept = self.numbers != number
        others = self.numbers[kept]
        vocabulary = (*self.vocabulary[:number], *self.vocabulary[number + 1 :])
        ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(kept)))[self.ends]
        return TokenTable(vocabulary, others - (others > number), ends)

    def joined(self, other: TokenTable, rows: Rows) -> TokenTable:
        """Return some texts of this table followed by the other, by their rows, in that order."""
        known = {token: number for number, token in enumerate(self.vocabulary)}
        places = [known.setdefault(token, len(known)) for token in other.vocabulary]
        moved = np.array(places, np.int32)[other.numbers] if places else other.numbers
        numbers = np.concatenate((self.numbers, moved))
        ends = np.concatenate((self.ends, other.ends[1:] + self.ends[-1]))
        chosen = [numbers[ends[first] : ends[last + 1]] for first, last in _stretches(rows)]
        joined = np.concatenate([numbers[:0], *chosen])
        return TokenTable._ordered(tuple(known), joined, _ends(np.diff(ends)[rows]))

    def save(self, folder: Path) -> None:
        """Write the table into a new folder; raises OSError."""
        folder.mkdir(parents=True)
        for field, name in _FILES.items():
            np.save(folder / name, getattr(self, field))
        (folder / _VOCABULARY).write_text("\n".join(self.vocabulary), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a table that `save` wrote; raises OSError or ValueError."""
        arrays = {field: np.load(folder / name) for field, name in _FILES.items()}
        names = (folder / _VOCABULARY).read_text(encoding="utf-8")
        return cls(tuple(names.split("\n")) if names else (), **arrays)


def _stretches(rows: Rows) -> list[tuple[int, int]]:
    """Return the first and the last row of each stretch in which every row follows the one before.

    Copying stretches is many times faster than copying row by row, where few texts have changed.
    """
    if not rows.size:
        return []
    breaks = np.flatnonzero(np.diff(rows) != 1)
    firsts, lasts = rows[np.append(0, breaks + 1)], rows[np.append(breaks, rows.size - 1)]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def _ends(lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)))
