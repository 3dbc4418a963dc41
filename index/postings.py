"""The postings of one BM25, kept in bm25s's files and read without it.

bm25s brings scipy, a quarter of a second to import, while a query only adds up arrays. So a build
writes the files through bm25s, which opens them like any other of its indexes, and a search reads
them itself, memory-mapped where they are large.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from index.bm25 import TokenCounts

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.bm25 import Counts

    Scores = NDArray[np.float32]

MAPPED_BYTES = 8 * 2**20
"""Postings larger than this stay on disk, memory-mapped."""
_ARRAYS = ("data.csc.index.npy", "indices.csc.index.npy", "indptr.csc.index.npy")
_COUNTS = "counts.npy"
_PARAMETERS, _VOCABULARY = "params.index.json", "vocabulary.txt"


@dataclass(frozen=True, slots=True)
class Postings:
    """Token `i` gives `scores[starts[i]:starts[i + 1]]` to the documents `rows[…]`.

    It stands `counts[…]` times there. `numbers` has the number of each token, in order; `size` is
    how many documents there are.
    """

    scores: Scores
    rows: NDArray[np.int32]
    counts: Counts
    starts: NDArray[np.integer]
    numbers: Mapping[str, int]
    size: int

    @classmethod
    def of(cls, counted: TokenCounts, k1: float, b: float) -> Self:
        """Score every token of every text, counted by token."""
        return cls(
            scores=counted.scores(k1, b),
            rows=counted.rows,
            counts=counted.counts,
            starts=np.searchsorted(counted.tokens, np.arange(len(counted.vocabulary) + 1)),
            numbers=_numbered(counted.vocabulary),
            size=counted.size,
        )

    @property
    def counted(self) -> TokenCounts:
        """Return what `of` was given."""
        tokens = np.repeat(np.arange(len(self.numbers), dtype=np.int32), np.diff(self.starts))
        names = tuple(self.numbers)
        return TokenCounts(names, tokens, self.rows, self.counts, self.size, by_token=True)

    def save(self, folder: Path, k1: float, b: float) -> None:
        """Write the files of a bm25s index into `folder`, and the counts; raises OSError."""
        import bm25s

        scorer = bm25s.BM25(k1=k1, b=b, method="lucene")
        scorer.scores = {
            "data": self.scores,
            "indices": self.rows,
            "indptr": self.starts,
            "num_docs": self.size,
        }
        scorer.nonoccurrence_array = None
        scorer.vocab_dict = dict(self.numbers)
        scorer.save(str(folder), show_progress=False)
        np.save(folder / _COUNTS, self.counts)
        (folder / _VOCABULARY).write_text("\n".join(self.numbers), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote; raises OSError, ValueError or KeyError when it is damaged."""
        places = [folder / name for name in _ARRAYS]
        is_large = sum(place.stat().st_size for place in places) > MAPPED_BYTES
        arrays = (np.load(place, mmap_mode="r" if is_large else None) for place in places)
        scores, rows, starts = arrays
        counts = np.load(folder / _COUNTS, mmap_mode="r")  # only the next build reads them
        size = int(json.loads((folder / _PARAMETERS).read_text(encoding="utf-8"))["num_docs"])
        names = (folder / _VOCABULARY).read_text(encoding="utf-8").split("\n")
        return cls(scores, rows, counts, starts, _numbered(names), size)

    def match(self, counts: Counter[str]) -> Scores:
        """Return the scores of a query's tokens, one a document.

        A text stands once in a token's postings, so they can be added at one go.
        """
        total = np.zeros(self.size, np.float32)
        for token, count in counts.items():
            number = self.numbers.get(token)
            if number is not None:
                start, end = self.starts[number], self.starts[number + 1]
                found = self.scores[start:end]
                gains = found * np.float32(count) if count > 1 else found
                total[self.rows[start:end]] += gains
        return total

    def most(self, counts: Counter[str]) -> float:
        """Return what a document with all of a query's tokens, again and again, would come to."""
        return sum(count * self._idf(self._frequency(token)) for token, count in counts.items())

    def _frequency(self, token: str) -> int:
        number = self.numbers.get(token)
        return 0 if number is None else int(self.starts[number + 1] - self.starts[number])

    def _idf(self, frequency: int) -> float:
        return float(np.log1p((self.size - frequency + 0.5) / (frequency + 0.5)))


def _numbered(vocabulary: Sequence[str]) -> dict[str, int]:
    return {token: number for number, token in enumerate(vocabulary)}
