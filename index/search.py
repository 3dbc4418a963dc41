"""The hybrid search: BM25 and vectors fused.

A document's fused value is .7·pairs² + .3·words² + 1.0·cosine², each divided by the query's best
before it is squared, and for the best documents by these, .6·characters²: adding values keeps how
far apart the scores lie, which reciprocal ranks forget, and squares put what one side is sure of
before what all sides find so-so (figures in `eval/LOG.md`).
Source: Bruch, Gai & Ingber (2023), "An Analysis of Fusion Functions for Hybrid Retrieval".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.coarse import CoarseVectors, products
from index.confidence import confidence
from index.letters import WEIGHT
from index.store import StoreError
from index.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from langchain_core.documents import Document
    from numpy.typing import NDArray

    from index.lexical import LexicalIndex, Wording
    from index.store import VectorStore

    Rows = NDArray[np.intp]
    Scores = NDArray[np.float32]
    Vectors = NDArray[np.float32]

MEANING = 1.0
"""The weight of the cosine beside `index.lexical.RANKINGS`."""
CANDIDATES = 200
"""How many documents each side proposes where not every cosine is computed."""
COMPARED, MANY = 1500, 4
"""So many documents get an exact cosine where there are more than MANY times as many."""
SPELT = 300
"""How many documents are compared with the query letter by letter."""
EXACT_NUMBERS = 64_000_000
"""Up to so many numbers (256 MB) the vectors are at hand; above, Chroma proposes candidates."""

_NO_MEANING = 1e-5
"""Cosines up to this are 0 but for rounding."""
_GROUP = 16
"""In groups of so many values the largest are looked for."""


@dataclass(frozen=True, slots=True)
class Found:
    """A document found: its row, and how well it fits.

    `score` (0 to 1) is the probability that something found answers the query, times how near this
    document comes to the best one; `fused` the fused value times how well the best document fits
    at all (0 to 1); `lexical` the share of the query's wording that the document carries (0 to 1);
    `similarity` the cosine (-1 to 1, -1 also where it wasn't computed).
    """

    row: int
    score: float
    fused: float
    lexical: float
    similarity: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What a search found, best first.

    `carried` is how many words of the query, weighed by rarity, the best document carries; `fault`
    says why the vectors had no part in the search, None when they had.
    """

    found: tuple[Found, ...]
    carried: float = 0.0
    fault: str | None = None


class HybridSearch:
    """Finds documents by wording and by meaning; rows are the order they were indexed in.

    While the store fails, wording alone finds them.
    """

    def __init__(
        self,
        lexical: LexicalIndex,
        store: VectorStore,
        documents: Sequence[Document],
        exact_numbers: int = EXACT_NUMBERS,
    ) -> None:
        """Join the two indexes of these documents."""
        self.lexical = lexical
        self.store = store
        self._ids = tuple(str(document.id) for document in documents)
        self._rows = {name: row for row, name in enumerate(self._ids)}
        self._policies = np.array([document.metadata.get("policy", "") for document in documents])
        self._exact_numbers = exact_numbers
        self._vectors: Vectors | None = None
        self._coarse: CoarseVectors | None = None

    def load(self) -> None:
        """Read the vectors that stay in memory, or open Chroma for them; raises StoreError."""
        dimensions = self.store.vectors(self._ids[:1]).shape[1]
        if not self._is_small(dimensions):
            self.store.open_now()
        elif self._vectors is None:
            self._keep_vectors()

    def find(
        self, query: str, top: int, policies: Sequence[str] | None = None
    ) -> tuple[Found, ...]:
        """Return the best documents, best first; of equal scores the better wording.

        `policies` limits the search to the documents of these. A document that shares neither a
        word nor any meaning with the query is not found.
        """
        return self.look(query, top, policies).found

    def look(self, query: str, top: int, policies: Sequence[str] | None = None) -> Finding:
        """Return what `find` does, and whether the vectors had a part in it."""
        within = None if policies is None else np.isin(self._policies, list(policies))
        wording = self.lexical.match(query, within)
        try:
            cosines, fault = self._cosines(query, wording.fused, within, policies), None
        except (StoreError, OSError) as error:
            cosines, fault = np.full(len(self._ids), -1, np.float32), str(error)
        carried = float(wording.share.max()) * len(words(query))
        found = self._ranked(query, wording, cosines, top, confidence(carried))
        return Finding(found, carried, fault)

    def _ranked(
        self, query: str, wording: Wording, cosines: Scores, top: int, chance: float
    ) -> tuple[Found, ...]:
        """Fuse the sides; `chance` is how likely it is that something answers the query."""
        meaning = cosines * (cosines > _NO_MEANING)
        cosine = float(meaning.max())
        fused = wording.fused + _meaning(meaning)
        rows = largest(fused, max(SPELT, top))
        if not rows.size:
            return ()
        values = fused[rows] + WEIGHT * np.square(self.lexical.letters.match(query, rows))
        values *= _strength(float(wording.share.max()), cosine) / (1 + MEANING + WEIGHT)
        best, shares = float(values.max()), wording.share[rows]
        return tuple(
            Found(
                row=int(rows[place]),
                score=chance * float(values[place]) / best,
                fused=float(values[place]),
                lexical=float(shares[place]),
                similarity=float(cosines[rows[place]]),
            )
            for place in np.lexsort((rows, -shares, -values))[:top]
        )

    def _cosines(
        self,
        query: str,
        fused: Scores,
        within: NDArray[np.bool_] | None,
        policies: Sequence[str] | None,
    ) -> Scores:
        """Return one cosine a document; where not all are computed, -1 for the hopeless ones."""
        vector = self.store.embed(query)
        if self._vectors is None and self._is_small(vector.size):
            self._keep_vectors()
        if self._vectors is not None:
            return self._kept_cosines(self._vectors, vector, fused, within)
        near = self.store.nearest(vector, CANDIDATES, policies)
        rows = [self._rows[name] for name in near]
        cosines = np.full(len(self._ids), -1, np.float32)
        cosines[rows] = list(near.values())
        worded = np.setdiff1d(largest(fused, CANDIDATES), rows)
        if worded.size:
            vectors = self.store.vectors([self._ids[row] for row in worded])
            cosines[worded] = products(vectors, vector)
        return cosines

    def _keep_vectors(self) -> None:
        self._vectors = self.store.vectors(self._ids)
        if len(self._ids) > MANY * COMPARED:
            self._coarse = CoarseVectors.of(self._vectors)

    def _kept_cosines(
        self, vectors: Vectors, vector: Scores, fused: Scores, within: NDArray[np.bool_] | None
    ) -> Scores:
        """Return the cosines, of many documents only those that can come first, -1 for the rest."""
        if self._coarse is None:
            cosines = products(vectors, vector)
            return cosines if within is None else np.where(within, cosines, np.float32(-1))
        about = self._coarse.products(vector)
        likely = fused + _meaning(about)
        if within is not None:
            likely *= within
        rows = largest(likely, COMPARED)
        cosines = np.full(len(self._ids), -1, np.float32)
        cosines[rows] = products(vectors[rows], vector)
        return cosines

    def _is_small(self, dimensions: int) -> bool:
        return len(self._ids) * dimensions <= self._exact_numbers


def _meaning(cosines: Scores) -> Scores:
    """Return what cosines add to the fused values: 0 up to MEANING for the best."""
    part = cosines.clip(0) / max(float(cosines.max()), _NO_MEANING)
    return (np.float32(MEANING) * part * part).astype(np.float32)


def _strength(share: float, cosine: float) -> float:
    """Return how well the best document fits the query at all, 0 to 1.

    Shares are small numbers: the root brings them to the cosine's scale. The weights were chosen
    on questions with and without an answer, see `eval/LOG.md`.
    """
    return (2 * math.sqrt(share) + min(cosine, 1.0)) / 3


def largest(values: Scores, count: int) -> Rows:
    """Return the rows of the largest values above 0, in order: `count`, more if the last ties."""
    if len(values) <= count:
        return np.flatnonzero(values > 0)
    likely = values
    if len(values) >= _GROUP * count:
        likely = values[values >= _bound(values, count)]
    least = np.partition(likely, -count)[-count]
    return np.flatnonzero(values >= least) if least > 0 else np.flatnonzero(values > 0)


def _bound(values: Scores, count: int) -> np.float32:
    """Return a value that at least `count` reach: as many groups of values have one of that size.

    Sorting out what is below it first is several times faster than parting all values.
    """
    size = len(values) // _GROUP
    best = values[: size * _GROUP].reshape(_GROUP, size).max(axis=0)
    return np.float32(np.partition(best, -count)[-count])


def content(headings: Iterable[str], text: str) -> str:
    """Return what is indexed of a text: the headings above it, one a line, then itself."""
    return "\n".join((*filter(None, headings), text))
