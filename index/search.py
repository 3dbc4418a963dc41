"""The hybrid search, BM25 and vectors fused, and the LangChain retriever over policies.

A document's fused value is .7·pairs + .3·words + 1.0·cosine, each divided by the query's best: that
keeps how far apart the scores lie, which reciprocal ranks forget (figures in `eval/LOG.md`).
Source: Bruch, Gai & Ingber (2023), "An Analysis of Fusion Functions for Hybrid Retrieval".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import run_in_executor
from pydantic import ConfigDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from langchain_core.callbacks import (
        AsyncCallbackManagerForRetrieverRun,
        CallbackManagerForRetrieverRun,
    )
    from numpy.typing import NDArray

    from corpus.library import Library
    from index.lexical import LexicalIndex, Wording
    from index.store import VectorStore

    Rows = NDArray[np.intp]
    Scores = NDArray[np.float32]

MEANING = 1.0
"""The weight of the cosine beside `index.lexical.RANKINGS`."""
CANDIDATES = 200
"""How many documents each side proposes where not every cosine is computed."""
EXACT_NUMBERS = 16_000_000
"""Up to so many numbers (64 MB) the vectors stay in memory and every cosine is computed."""

_NO_MEANING = 1e-5
"""Cosines up to this are 0 but for rounding."""


@dataclass(frozen=True, slots=True)
class Found:
    """A document found: its row, and how well it fits; see `Hit`."""

    row: int
    score: float
    lexical: float
    similarity: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause found.

    `score` (0 to 1, higher is better) is the fused value times how well the query's best document
    fits it at all, so it also compares between queries; `lexical` is the share of the query's
    wording that the clause carries (0 to 1), `similarity` the cosine (-1 to 1).
    """

    policy: str
    clause: str
    score: float
    lexical: float
    similarity: float


class HybridSearch:
    """Finds documents by wording and by meaning; rows are the order they were indexed in."""

    def __init__(
        self,
        lexical: LexicalIndex,
        store: VectorStore,
        documents: Sequence[Document],
        exact_numbers: int = EXACT_NUMBERS,
    ) -> None:
        """Join the two indexes of these documents; raises StoreError when a vector is missing."""
        self.lexical = lexical
        self.store = store
        self._ids = tuple(str(document.id) for document in documents)
        self._rows = {name: row for row, name in enumerate(self._ids)}
        self._policies = np.array([document.metadata.get("policy", "") for document in documents])
        dimensions = store.vectors(self._ids[:1]).shape[1]
        is_small = len(self._ids) * dimensions <= exact_numbers
        self._vectors = store.vectors(self._ids) if is_small else None

    def find(
        self, query: str, top: int, policies: Sequence[str] | None = None
    ) -> tuple[Found, ...]:
        """Return the best documents, best first; of equal scores the better wording.

        `policies` limits the search to the documents of these. A document that shares neither a
        word nor any meaning with the query is not found. Raises StoreError.
        """
        within = None if policies is None else np.isin(self._policies, list(policies))
        wording = self.lexical.match(query, within)
        cosines = self._cosines(query, wording.fused, within, policies)
        meaning = np.where(cosines > _NO_MEANING, cosines, np.float32(0))
        fused = wording.fused + MEANING * meaning / (meaning.max() or 1)
        candidates = np.flatnonzero(fused)
        if not candidates.size:
            return ()
        strength = _strength(wording, meaning)
        fused *= strength / (MEANING + 1)
        best = _best(candidates, fused, wording.share, top)
        return tuple(
            Found(row, float(fused[row]), float(wording.share[row]), float(cosines[row]))
            for row in best
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
        if self._vectors is not None:
            cosines = _products(self._vectors, vector)
            return cosines if within is None else np.where(within, cosines, np.float32(-1))
        near = self.store.nearest(vector, CANDIDATES, policies)
        rows = [self._rows[name] for name in near]
        cosines = np.full(len(self._ids), -1, np.float32)
        cosines[rows] = list(near.values())
        worded = np.setdiff1d(_largest(fused, CANDIDATES), rows)
        if worded.size:
            vectors = self.store.vectors([self._ids[row] for row in worded])
            cosines[worded] = _products(vectors, vector)
        return cosines


def _products(vectors: NDArray[np.float32], vector: Scores) -> Scores:
    """Return the dot products with each row, in one thread.

    BLAS would use every core, and under load its threads wait for each other 20 times as long.
    """
    products: Scores = np.einsum("ij,j->i", vectors, vector)
    return products


def _strength(wording: Wording, meaning: Scores) -> float:
    """Return how well the best document fits the query at all, 0 to 1.

    Shares are small numbers: the root brings them to the cosine's scale. The weights were chosen
    on questions with and without an answer, see `eval/LOG.md`.
    """
    return float((2 * wording.share.max() ** 0.5 + min(meaning.max(), 1.0)) / 3)


def _best(candidates: Rows, fused: Scores, share: Scores, top: int) -> Rows:
    if candidates.size > top:
        least = np.partition(fused[candidates], -top)[-top]
        candidates = candidates[fused[candidates] >= least]
    order = np.lexsort((candidates, -share[candidates], -fused[candidates]))
    return candidates[order[:top]]


def _largest(values: Scores, count: int) -> Rows:
    """Return the rows of the largest values above 0, at most `count`, in any order."""
    rows = np.flatnonzero(values)
    if rows.size <= count:
        return rows
    return rows[np.argpartition(-values[rows], count)[:count]]


def content(headings: Iterable[str], text: str) -> str:
    """Return what is indexed of a text: the headings above it, one a line, then itself."""
    return "\n".join((*filter(None, headings), text))


def documents_of(library: Library) -> list[Document]:
    """Return one Document a clause: headings, title and text as content, its place as metadata."""
    return [
        Document(
            id=f"{clause.policy}#{clause.label}",
            page_content=content(clause.section, clause.text),
            metadata={
                "policy": clause.policy,
                "clause": clause.label,
                "title": clause.title,
                "section": " / ".join(clause.section),
                "start": clause.start,
                "end": clause.end,
            },
        )
        for clause in library.clauses
    ]


class PolicyRetriever(BaseRetriever):
    """Finds clauses by words and by meaning; a LangChain retriever like any other.

    Its calls take `policies=[…]` to search only these policies, and `top`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    documents: tuple[Document, ...]
    search: HybridSearch
    top: int = 5

    def hits(
        self, query: str, top: int | None = None, policies: Sequence[str] | None = None
    ) -> tuple[Hit, ...]:
        """Return the best clauses for `query`, best first; of equal scores the better wording.

        `policies` are the ids of the policies to search, None all. A clause that shares neither a
        word nor any meaning with the query is no hit.
        """
        return tuple(
            Hit(
                policy=self.documents[found.row].metadata["policy"],
                clause=self.documents[found.row].metadata["clause"],
                score=found.score,
                lexical=found.lexical,
                similarity=found.similarity,
            )
            for found in self.search.find(query, top or self.top, policies)
        )

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        top: int | None = None,
        policies: Sequence[str] | None = None,
    ) -> list[Document]:
        return [
            self.documents[found.row].model_copy(
                update={
                    "metadata": self.documents[found.row].metadata
                    | {
                        "score": found.score,
                        "lexical": found.lexical,
                        "similarity": found.similarity,
                    }
                }
            )
            for found in self.search.find(query, top or self.top, policies)
        ]

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,
        top: int | None = None,
        policies: Sequence[str] | None = None,
    ) -> list[Document]:
        return await run_in_executor(
            None,
            self._get_relevant_documents,
            query,
            run_manager=run_manager.get_sync(),
            top=top,
            policies=policies,
        )
