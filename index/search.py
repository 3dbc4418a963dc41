"""The hybrid retriever: BM25 and vectors fused by reciprocal rank.

Source of the fusion: Cormack, Clarke & Büttcher (2009), "Reciprocal Rank Fusion", k = 60.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.lexical import LexicalIndex  # noqa: TC001 - pydantic reads the fields' types
from index.store import VectorStore  # noqa: TC001

if TYPE_CHECKING:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun

    from corpus.library import Library

RANK_CONSTANT = 60
CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause found: its place in both rankings is folded into `score` (higher is better).

    `lexical` is the BM25 score (0 when no word is shared), `similarity` the cosine (-1 to 1).
    """

    policy: str
    clause: str
    score: float
    lexical: float
    similarity: float


def documents_of(library: Library) -> list[Document]:
    """Return one Document a clause: headings, title and text as content, its place as metadata."""
    return [
        Document(
            id=f"{clause.policy}#{clause.label}",
            page_content="\n".join((*clause.section, clause.text)),
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
    """Finds clauses by words and by meaning; a LangChain retriever like any other."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    documents: tuple[Document, ...]
    lexical: LexicalIndex
    store: VectorStore
    top: int = 5

    def hits(self, query: str, top: int | None = None) -> tuple[Hit, ...]:
        """Return the best clauses for `query`, best first; of equal scores the better wording.

        A clause that shares neither a word nor any meaning with the query is no hit.
        """
        depth = min(CANDIDATES, len(self.documents))
        bm25 = self.lexical.scores(query)
        cosine = self.store.similarities(query, depth)
        by_words = [int(row) for row in (-bm25).argsort(kind="stable")[:depth] if bm25[row] > 0]
        rows = {str(document.id): row for row, document in enumerate(self.documents)}
        near = [name for name in cosine if cosine[name] > 0]
        by_meaning = [rows[n] for n in sorted(near, key=lambda n: (-cosine[n], rows[n]))]
        fused: dict[int, float] = {}
        for ranking in (by_words, by_meaning):
            for rank, row in enumerate(ranking, 1):
                fused[row] = fused.get(row, 0.0) + 1.0 / (RANK_CONSTANT + rank)
        order = sorted(fused, key=lambda row: (-fused[row], -bm25[row], row))
        best = order[: top or self.top]
        return tuple(
            Hit(
                policy=self.documents[row].metadata["policy"],
                clause=self.documents[row].metadata["clause"],
                score=fused[row],
                lexical=float(bm25[row]),
                similarity=cosine.get(str(self.documents[row].id), 0.0),
            )
            for row in best
        )

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **_: Any
    ) -> list[Document]:
        by_place = {
            (document.metadata["policy"], document.metadata["clause"]): document
            for document in self.documents
        }
        return [
            by_place[hit.policy, hit.clause].model_copy(
                update={
                    "metadata": by_place[hit.policy, hit.clause].metadata
                    | {"score": hit.score, "lexical": hit.lexical, "similarity": hit.similarity}
                }
            )
            for hit in self.hits(query)
        ]
