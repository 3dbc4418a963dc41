"""BM25 over single characters, for the documents that the rest of the search proposes.

Characters find what pairs and words miss (送检 in 送去检测), but the common ones stand in most
documents: going through all of those would cost more than the rest of the search. So the scores are
kept by document, and only the candidates' are read. Settings: `eval/LOG.md`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from index.bm25 import TokenCounts
from index.words import letters

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.bm25 import Counts
    from index.token_table import Numbers, Rows

    Scores = NDArray[np.float32]

K1, B = 1.2, 0.75
WEIGHT = 0.6
"""The weight in the fusion, beside `index.lexical.RANKINGS`."""
_ARRAYS = ("letters.npy", "weights.npy", "counts.npy", "ends.npy")
_VOCABULARY = "vocabulary.txt"


@dataclass(frozen=True, slots=True)
class LetterIndex:
    """The characters of document `i`, their BM25 scores and counts: `…[ends[i]:ends[i + 1]]`."""

    numbers: dict[str, int]
    letters: Numbers
    weights: Scores
    counts: Counts
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, counted: TokenCounts) -> Self:
        """Index documents by their `index.words.letters`, counted by document."""
        return cls(
            numbers=_numbered(counted.vocabulary),
            letters=counted.tokens,
            weights=counted.scores(K1, B),
            counts=counted.counts,
            ends=np.searchsorted(counted.rows, np.arange(counted.size + 1)).astype(np.int64),
        )

    @property
    def counted(self) -> TokenCounts:
        """Return what `of` was given."""
        size = len(self.ends) - 1
        rows = np.repeat(np.arange(size, dtype=np.int32), np.diff(self.ends))
        names = tuple(self.numbers)
        return TokenCounts(names, self.letters, rows, self.counts, size, by_token=False)

    def match(self, query: str, rows: Rows) -> Scores:
        """Return the BM25 scores of some documents, divided by the best: 0 to 1."""
        asked = np.zeros(len(self.numbers) + 1, np.float32)
        for letter, count in Counter(letters(query)).items():
            asked[self.numbers.get(letter, -1)] += count
        asked[-1] = 0
        lengths = self.ends[rows + 1] - self.ends[rows]
        places = np.repeat(self.ends[rows] - np.cumsum(lengths) + lengths, lengths)
        places += np.arange(len(places))
        owners = np.repeat(np.arange(len(rows)), lengths)
        gains = self.weights[places] * asked[self.letters[places]]
        scores = np.bincount(owners, gains, len(rows)).astype(np.float32)
        return scores / (scores.max(initial=0) or np.float32(1))

    def save(self, folder: Path) -> None:
        """Write the index into a new folder; raises OSError."""
        folder.mkdir(parents=True)
        arrays: tuple[NDArray[Any], ...] = (self.letters, self.weights, self.counts, self.ends)
        for name, array in zip(_ARRAYS, arrays, strict=True):
            np.save(folder / name, array)
        (folder / _VOCABULARY).write_text("\n".join(self.numbers), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open an index that `save` wrote, memory-mapped; raises OSError or ValueError."""
        arrays = [np.load(folder / name, mmap_mode="r") for name in _ARRAYS]
        vocabulary = (folder / _VOCABULARY).read_text(encoding="utf-8").split("\n")
        return cls(_numbered(vocabulary), *arrays)


def _numbered(vocabulary: Sequence[str]) -> dict[str, int]:
    return {letter: number for number, letter in enumerate(vocabulary)}
