"""BM25 twice, over character pairs and over jieba words; kept in a folder in bm25s's files.

Character pairs find what the segmentation cuts differently in question and clause; words weigh
what pairs split. bm25s would compute the scores text by text: `index.bm25` does all at once, and
takes over the counts of texts that an earlier index holds. Single characters are compared where
pairs, words or vectors propose a document (`index.letters`). The settings were chosen on the
training questions of STARD, see `eval/LOG.md`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from index.bm25 import TokenCounts
from index.letters import LetterIndex
from index.postings import Postings
from index.token_table import TokenTable
from index.words import bigrams, letters, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.token_table import Rows

    Scores = NDArray[np.float32]

LETTERS = "letters"


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

    `fused` adds the squares of the rankings, each divided by its best score: 0 to 1. `share` says
    how much of the query's wording, weighed by rarity, a document carries: 0 to 1, comparable
    between queries.
    """

    fused: Scores
    share: Scores


class LexicalIndex:
    """The BM25 rankings of a list of texts; documents keep the order in which they were given."""

    def __init__(self, postings: Sequence[Postings], letter_index: LetterIndex) -> None:
        self.letters = letter_index
        self.postings = tuple(postings)
        self._size = self.postings[0].size

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
        pairs = zip(RANKINGS, cuts, strict=True)
        counts = [(ranking, TokenCounts.of(table, by_token=True)) for ranking, table in pairs]
        postings = [Postings.of(counted, ranking.k1, ranking.b) for ranking, counted in counts]
        return cls(postings, LetterIndex.of(TokenCounts.of(characters, by_token=False)))

    def save(self, folder: Path) -> None:
        """Write the rankings into `folder`."""
        for ranking, postings in zip(RANKINGS, self.postings, strict=True):
            postings.save(folder / ranking.name, ranking.k1, ranking.b)
        self.letters.save(folder / LETTERS)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read an index that `save` wrote; raises OSError, ValueError or KeyError for others."""
        postings = [Postings.load(folder / ranking.name) for ranking in RANKINGS]
        return cls(postings, LetterIndex.load(folder / LETTERS))

    def __len__(self) -> int:
        """Return the number of documents."""
        return self._size

    def match(self, query: str, within: NDArray[np.bool_] | None = None) -> Wording:
        """Compare a query with every document, or with those of a mask, shape (documents,).

        All is zero when no token is known.
        """
        fused = np.zeros(self._size, np.float32)
        share = np.zeros(self._size, np.float32)
        for ranking, postings in zip(RANKINGS, self.postings, strict=True):
            counts = Counter(ranking.cut(query))
            scores = postings.match(counts)
            if within is not None:
                scores *= within
            best = scores.max()
            if best > 0:
                fused += np.float32(ranking.weight) * np.square(scores / best)
                share += np.float32(ranking.weight / postings.most(counts)) * scores
        return Wording(fused, share)


def write_part(
    folder: Path, name: str, table: TokenTable, earlier: Path | None, held: Rows
) -> None:
    """Write one part of what `LexicalIndex.load` reads: a ranking by its name, or the letters.

    The texts that stand in the rows `held` of an earlier index in another folder are taken over
    from there; `table` has those at each -1, all without an earlier index. Raises OSError.
    """
    ranking = next((ranking for ranking in RANKINGS if ranking.name == name), None)
    counted = TokenCounts.of(table, by_token=ranking is not None)
    if earlier:
        before = (Postings if ranking else LetterIndex).load(earlier / name)
        counted = before.counted.joined(counted, held)
    if ranking:
        postings = Postings.of(counted, ranking.k1, ranking.b)
        postings.save(folder / name, ranking.k1, ranking.b)
    else:
        LetterIndex.of(counted).save(folder / name)
