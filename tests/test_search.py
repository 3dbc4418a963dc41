"""The hybrid retriever: fused ranks, LangChain documents, the same answer every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from langchain_core.retrievers import BaseRetriever

from corpus.library import load_library
from index.search import RANK_CONSTANT, PolicyRetriever, documents_of

if TYPE_CHECKING:
    from assistant.chain import Assistant


@pytest.fixture(scope="module")
def retriever(assistant: Assistant) -> PolicyRetriever:
    return assistant.retriever


def test_documents_carry_the_place_of_their_clause() -> None:
    library = load_library()
    for document, clause in zip(documents_of(library), library.clauses, strict=True):
        assert document.id == f"{clause.policy}#{clause.label}"
        assert document.page_content.endswith(clause.text)
        assert document.metadata == {
            "policy": clause.policy,
            "clause": clause.label,
            "title": clause.title,
            "section": " / ".join(clause.section),
            "start": clause.start,
            "end": clause.end,
        }


@pytest.mark.parametrize(
    ("query", "clause"),
    [
        ("揭榜挂帅", "2"),
        ("研发投入的30%", "3"),
        ("智能工厂", "4"),
        ("智慧养老产品销售", "5"),
        ("链主企业落户", "6"),
        ("并购重组", "7"),
        ("推荐目录", "8"),
        ("检测实验室", "9"),
        ("工业上楼", "10"),
        ("展览展示", "11"),
    ],
)
def test_words_of_a_clause_find_it_first(
    retriever: PolicyRetriever, query: str, clause: str
) -> None:
    assert retriever.hits(query, 3)[0].clause == clause


def test_langchain_sees_a_retriever(retriever: PolicyRetriever) -> None:
    assert isinstance(retriever, BaseRetriever)
    found = retriever.invoke("揭榜挂帅项目")
    hits = retriever.hits("揭榜挂帅项目")
    assert [document.metadata["clause"] for document in found] == [hit.clause for hit in hits]
    assert found[0].metadata["score"] == hits[0].score
    assert "score" not in retriever.documents[0].metadata


def test_fusion_adds_reciprocal_ranks(retriever: PolicyRetriever) -> None:
    best = retriever.hits("智能工厂", 1)[0]
    assert best.score == pytest.approx(2 / (RANK_CONSTANT + 1))
    assert best.lexical > 0
    assert 0 < best.similarity <= 1


def test_hits_are_ordered_and_limited(retriever: PolicyRetriever) -> None:
    hits = retriever.hits("支持企业", 4)
    assert len(hits) == 4
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.clause for hit in hits}) == 4


@pytest.mark.parametrize("query", ["", "   ", "😀😀", "zzqx", "\x00\x01", "<>"])
def test_meaningless_query_finds_nothing(retriever: PolicyRetriever, query: str) -> None:
    assert retriever.hits(query) == ()


def test_hits_are_the_same_every_time(retriever: PolicyRetriever) -> None:
    queries = ["支持企业发展", "奖励多少", "机器人", "给予不超过"]
    first = [retriever.hits(query, 11) for query in queries]
    assert all([retriever.hits(query, 11) for query in queries] == first for _ in range(5))


def test_ten_thousand_characters_are_searched(retriever: PolicyRetriever) -> None:
    assert retriever.hits("揭榜挂帅" * 2500, 1)[0].clause == "2"
