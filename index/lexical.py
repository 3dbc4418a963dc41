"""BM25 twice, over character pairs and over jieba words, through bm25s; kept in a folder.

Character pairs find what the segmentation cuts differently in question and clause; words weigh
what pairs split. bm25s keeps the scores and their files, but would compute them text by text:
`index.bm25` does all at once, so that changing one policy among thousands takes a second. Single
characters are compared where pairs, words or vectors propose a document (`index.letters`). The
settings were chosen on the training questions of STARD, see `eval/LOG.md`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import bm25s
import numpy as np

from index.bm25 import counted, weigh
from index.letters import LetterIndex
from index.token_table import TokenTable
from index.words import bigrams, letters, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Scores = NDArray[np.float32]

MAPPED_BYTES = 8 * 2**20
"""Postings larger than this stay on disk, memory-mapped."""
_LETTERS = "letters"


@dataclass(frozen=True, slots=True)
class Ranking:
    """One BM25: how a text is cut, its parameters, and its weight in the fusion."""

    name: str
    cut: Callable[[str], list[str]]
    k1: float
    b: float
    weight: float


RANKINGS = (
    Ranking("bigrams", bigrams, k1=0.6, b=0.9, weight=0.7),
    Ranking("words", words, k1=1.2, b=0.9, weight=0.3),
)


@dataclass(frozen=True, slots=True)
class Wording:
    """How the documents' wording matches a query, one number a document, shape (documents,).

    `fused` adds the rankings, each divided by its best score: 0 to 1. `share` says how much of the
    query's wording, weighed by rarity, a document carries: 0 to 1, comparable between queries.
    """

    fused: Scores
    share: Scores


class LexicalIndex:
    """The BM25 rankings of a list of texts; documents keep the order in which they were given."""

    def __init__(self, scorers: Sequence[bm25s.BM25], letter_index: LetterIndex) -> None:
        self.letters = letter_index
        self._scorers = tuple(scorers)
        self._size = int(self._scorers[0].scores["num_docs"])

    @classmethod
    def build(
        cls, texts: Sequence[str], advance: Callable[[int], None] = lambda count: None
    ) -> Self:
        """Index texts (at least one), reporting each when it is read."""

        def read(text: str) -> list[str]:
            advance(1)
            return bigrams(text)

        return cls.of([TokenTable.of(map(cut, texts)) for cut in (read, words, letters)])

    @classmethod
    def of(cls, tables: Sequence[TokenTable]) -> Self:
        """Index texts that are cut already: one table for each of `RANKINGS`, one of letters."""
        *cuts, characters = tables
        scorers = [_scorer(*pair) for pair in zip(RANKINGS, cuts, strict=True)]
        return cls(scorers, LetterIndex.of(characters))

    def save(self, folder: Path) -> None:
        """Write the rankings into `folder`."""
        for ranking, scorer in zip(RANKINGS, self._scorers, strict=True):
            scorer.save(str(folder / ranking.name), show_progress=False)
        self.letters.save(folder / _LETTERS)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read an index that `save` wrote; raises OSError or ValueError when it is damaged."""
        places = [folder / ranking.name for ranking in RANKINGS]
        scorers = [bm25s.BM25.load(str(place), mmap=_is_large(place)) for place in places]
        return cls(scorers, LetterIndex.load(folder / _LETTERS))

    def __len__(self) -> int:
        """Return the number of documents."""
        return self._size

    def match(self, query: str, within: NDArray[np.bool_] | None = None) -> Wording:
        """Compare a query with every document, or with those of a mask, shape (documents,).

        All is zero when no token is known.
        """
        fused = np.zeros(self._size, np.float32)
        share = np.zeros(self._size, np.float32)
        for ranking, scorer in zip(RANKINGS, self._scorers, strict=True):
            counts = Counter(ranking.cut(query))
            scores = _scores(scorer, counts)
            if within is not None:
                scores *= within
            best = scores.max()
            if best > 0:
                fused += np.float32(ranking.weight) * (scores / best)
                share += np.float32(ranking.weight / _most(scorer, counts)) * scores
        return Wording(fused, share)


def _scorer(ranking: Ranking, table: TokenTable) -> bm25s.BM25:
    tokens, rows, counts = counted(table.numbers, table.rows, len(table))
    scorer = bm25s.BM25(k1=ranking.k1, b=ranking.b, method="lucene")
    scorer.scores = {
        "data": weigh(table, tokens, rows, counts, ranking.k1, ranking.b),
        "indices": rows,
        "indptr": np.searchsorted(tokens, np.arange(len(table.vocabulary) + 1)),
        "num_docs": len(table),
    }
    scorer.nonoccurrence_array = None
    scorer.vocab_dict = {token: number for number, token in enumerate(table.vocabulary)}
    return scorer


def _is_large(folder: Path) -> bool:
    return sum(path.stat().st_size for path in folder.glob("*.npy")) > MAPPED_BYTES


def _scores(scorer: bm25s.BM25, counts: Counter[str]) -> Scores:
    """Return the BM25 scores of a query's tokens; repeated tokens are looked up once.

    A text stands once in a token's postings, so they can be added at one go.
    """
    arrays = scorer.scores
    total = np.zeros(int(arrays["num_docs"]), np.float32)
    for token, count in counts.items():
        number = scorer.vocab_dict.get(token)
        if number is not None:
            start, end = arrays["indptr"][number], arrays["indptr"][number + 1]
            found = arrays["data"][start:end]
            total[arrays["indices"][start:end]] += found * np.float32(count) if count > 1 else found
    return total


def _most(scorer: bm25s.BM25, counts: Counter[str]) -> float:
    """Return what a document with all the tokens, again and again, would come to."""
    documents, starts = int(scorer.scores["num_docs"]), scorer.scores["indptr"]
    return sum(
        count * _idf(documents, _frequency(starts, scorer.vocab_dict.get(token)))
        for token, count in counts.items()
    )


def _frequency(starts: NDArray[np.integer], number: int | None) -> int:
    return 0 if number is None else int(starts[number + 1] - starts[number])


def _idf(documents: int, frequency: int) -> float:
    return float(np.log1p((documents - frequency + 0.5) / (frequency + 0.5)))
