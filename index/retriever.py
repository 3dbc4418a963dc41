"""The LangChain retriever over the clauses of a library, with filters and an optional re-ranker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import run_in_executor
from pydantic import ConfigDict, Field

from corpus.policy import PolicyInfo  # noqa: TC001 - pydantic reads the annotation
from index.rerank import RERANKED, Reranker, RerankError
from index.search import HybridSearch, content

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from langchain_core.callbacks import (
        AsyncCallbackManagerForRetrieverRun,
        CallbackManagerForRetrieverRun,
    )

    from corpus.library import Library

STORE_AWAY = "向量库“{place}”用不了（{fault}），这次只按词语检索。请检查它是否在运行。"
_NOT_RERANKED = "{fault}这次按重排之前的顺序。"


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause found.

    `score`, `fused`, `lexical` and `similarity` are those of `index.search.Found`; `rerank` is what
    the re-ranker gave, None without one.
    """

    policy: str
    clause: str
    score: float
    fused: float
    lexical: float
    similarity: float
    rerank: float | None = None

    @property
    def preference(self) -> float:
        """Return by what the hits are ordered: the re-ranker's score, else the fused value."""
        return self.fused if self.rerank is None else self.rerank


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The clauses found, best first, and one Chinese line for each part that was out of order."""

    hits: tuple[Hit, ...]
    notes: tuple[str, ...] = ()


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

    Its calls take `top`, and filters that must all hold: `policies=[…]` searches only these,
    `status` ("draft", "in-force") only those, `on` (a date) only what is in force on that day.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    documents: tuple[Document, ...]
    search: HybridSearch
    top: int = 5
    infos: dict[str, PolicyInfo] = Field(default_factory=dict)
    """What `policy.yaml` says of each policy, by its id."""
    reranker: Reranker | None = None

    def hits(
        self,
        query: str,
        top: int | None = None,
        policies: Sequence[str] | None = None,
        status: str | None = None,
        on: date | None = None,
    ) -> tuple[Hit, ...]:
        """Return the best clauses for `query`, best first; of equal scores the better wording.

        A clause that shares neither a word nor any meaning with the query is no hit.
        """
        return self.retrieve(query, top, policies, status, on).hits

    def retrieve(
        self,
        query: str,
        top: int | None = None,
        policies: Sequence[str] | None = None,
        status: str | None = None,
        on: date | None = None,
    ) -> Retrieval:
        """Return what `hits` does, and what was out of order while searching."""
        top = top or self.top
        wanted = max(top, RERANKED) if self.reranker else top
        finding = self.search.look(query, wanted, self._within(policies, status, on))
        rows = [item.row for item in finding.found]
        hits = [
            Hit(
                policy=self.documents[item.row].metadata["policy"],
                clause=self.documents[item.row].metadata["clause"],
                score=item.score,
                fused=item.fused,
                lexical=item.lexical,
                similarity=item.similarity,
            )
            for item in finding.found
        ]
        notes = []
        if finding.fault is not None:
            fault = " ".join(finding.fault.split()) or "没有说明原因"
            notes.append(STORE_AWAY.format(place=self.search.store.place, fault=fault))
        try:
            hits = self._reranked(query, hits, rows)
        except RerankError as error:
            notes.append(_NOT_RERANKED.format(fault=error))
        return Retrieval(tuple(hits[:top]), tuple(notes))

    def _reranked(self, query: str, hits: list[Hit], rows: list[int]) -> list[Hit]:
        """Return the hits with the first of them in the re-ranker's order; raises RerankError."""
        if self.reranker is None or not hits:
            return hits
        texts = [self.documents[row].page_content for row in rows[:RERANKED]]
        scores = self.reranker.scores(query, texts)
        first = [replace(hit, rerank=score) for hit, score in zip(hits, scores, strict=False)]
        first.sort(key=lambda hit: -hit.preference)  # stable: of equal scores the order before
        return [*first, *hits[RERANKED:]]

    def _within(
        self, policies: Sequence[str] | None, status: str | None, on: date | None
    ) -> Sequence[str] | None:
        """Return the ids of the policies to search, None for all."""
        if status is None and on is None:
            return policies
        return [
            name
            for name in (self.infos if policies is None else policies)
            if name in self.infos and _holds(self.infos[name], status, on)
        ]

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        top: int | None = None,
        policies: Sequence[str] | None = None,
        status: str | None = None,
        on: date | None = None,
    ) -> list[Document]:
        found = self.hits(query, top, policies, status, on)
        return [self._document(hit) for hit in found]

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,
        top: int | None = None,
        policies: Sequence[str] | None = None,
        status: str | None = None,
        on: date | None = None,
    ) -> list[Document]:
        found = await run_in_executor(None, self.hits, query, top, policies, status, on)
        return [self._document(hit) for hit in found]

    @cached_property
    def _by_place(self) -> dict[tuple[str, str], Document]:
        return {(d.metadata["policy"], d.metadata["clause"]): d for d in self.documents}

    def _document(self, hit: Hit) -> Document:
        """Return the document of a hit, with its scores and the policy's status as metadata."""
        document = self._by_place[hit.policy, hit.clause]
        info = self.infos.get(hit.policy)
        said = {"status": str(info.status)} if info else {}
        scores = {
            "score": hit.score,
            "fused": hit.fused,
            "lexical": hit.lexical,
            "similarity": hit.similarity,
        }
        reranked = {} if hit.rerank is None else {"rerank": hit.rerank}
        metadata = document.metadata | said | scores | reranked
        return document.model_copy(update={"metadata": metadata})


def _holds(info: PolicyInfo, status: str | None, on: date | None) -> bool:
    """Tell whether a policy passes the filters that are set."""
    return (status is None or info.status == status) and (on is None or info.is_in_force(on))
