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

from index.bm25 import counted, weigh
from index.words import letters

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.token_table import Numbers, Rows, TokenTable

    Scores = NDArray[np.float32]

K1, B = 1.2, 0.75
WEIGHT = 0.6
"""The weight in the fusion, beside `index.lexical.RANKINGS`."""
_ARRAYS = ("letters.npy", "weights.npy", "ends.npy")
_VOCABULARY = "vocabulary.txt"


@dataclass(frozen=True, slots=True)
class LetterIndex:
    """The characters of document `i` and their BM25 scores: `…[ends[i]:ends[i + 1]]`."""

    numbers: dict[str, int]
    letters: Numbers
    weights: Scores
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, table: TokenTable) -> Self:
        """Index documents by their `index.words.letters`."""
        tokens, rows, counts = counted(table, by_token=False)
        scores = weigh(table, tokens, rows, counts, K1, B)
        ends = np.searchsorted(rows, np.arange(len(table) + 1))
        return cls(_numbered(table.vocabulary), tokens, scores, ends.astype(np.int64))

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
        arrays: tuple[NDArray[Any], ...] = (self.letters, self.weights, self.ends)
        for name, array in zip(_ARRAYS, arrays, strict=True):
            np.save(folder / name, array)
        (folder / _VOCABULARY).write_text("\n".join(self.numbers), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open an index that `save` wrote, memory-mapped; raises OSError or ValueError."""
        arrays = [np.load(folder / name, mmap_mode="r") for name in _ARRAYS]
        vocabulary = (folder / _VOCABULARY).read_text(encoding="utf-8").split("\n")
        return cls(_numbered(tuple(vocabulary)), *arrays)


def _numbered(vocabulary: tuple[str, ...]) -> dict[str, int]:
    return {letter: number for number, letter in enumerate(vocabulary)}
