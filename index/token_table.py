"""Texts as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.int32]
    Rows = NDArray[np.intp]


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
        names = sorted(known)
        places = np.zeros(len(known), np.int32)
        places[[known[name] for name in names]] = np.arange(len(names), dtype=np.int32)
        return cls(tuple(names), places[numbers], _ends([len(row) for row in rows]))

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


def _ends(lengths: Sequence[int]) -> NDArray[np.int64]:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)))
