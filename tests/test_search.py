"""The hybrid retriever: fused scores, LangChain documents, the same answer every time."""

from __future__ import annotations

import asyncio
import time
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from corpus.library import Library, load_library
from corpus.policy import PolicyInfo
from corpus.reader import read_policy
from index.build import open_index
from index.confidence import confidence
from index.contents import read_search, write_search
from index.embedder import load_embeddings
from index.lexical import LexicalIndex
from index.retriever import PolicyRetriever, documents_of
from index.search import CANDIDATES, Found, HybridSearch, largest
from index.store import VectorStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


def test_langchain_callers_may_choose_policies_and_number(retriever: PolicyRetriever) -> None:
    assert len(retriever.invoke("支持企业", top=2)) == 2
    assert retriever.invoke("支持企业", policies=["nowhere"]) == []
    assert len(retriever.bind(top=1).invoke("支持企业")) == 1


def test_batch_and_async_find_the_same(retriever: PolicyRetriever) -> None:
    queries = ["揭榜挂帅", "并购重组", "工业上楼", "参展"]
    one_by_one = [retriever.invoke(query, top=3) for query in queries]
    assert retriever.batch(queries, top=3) == one_by_one

    async def asynchronously() -> list[list[Document]]:
        assert await retriever.ainvoke(queries[0], top=3) == one_by_one[0]
        assert await retriever.ainvoke(queries[0], policies=["nowhere"]) == []
        return await retriever.abatch(queries, top=3)

    assert asyncio.run(asynchronously()) == one_by_one


def test_score_and_its_parts_lie_between_0_and_1(retriever: PolicyRetriever) -> None:
    for query in ("智能工厂", "支持", "今天天气怎么样", "给予不超过30%的补助"):
        for hit in retriever.hits(query, 11):
            assert 0 < hit.score <= 1
            assert 0 <= hit.lexical < 1
            assert -1 <= hit.similarity <= 1


def test_score_tells_a_fitting_question_from_a_strange_one(retriever: PolicyRetriever) -> None:
    fitting = retriever.hits("企业并购重组有什么奖励", 1)[0].score
    strange = retriever.hits("明天上海会下雨吗", 1)
    assert all(hit.score < fitting for hit in strange)


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


TEXTS = {
    "a#1": "东",
    "a#2": "东北",
    "b#1": "北",
    "b#2": "西",
}


def place(name: str) -> Document:
    return Document(id=name, page_content=TEXTS[name], metadata={"policy": name[0]})


class Compass(Embeddings):
    """Embeds the four words of TEXTS as the directions they name, any other word as north."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        directions = {"东": [1.0, 0.0], "东北": [0.8, 0.6], "西": [-1.0, 0.0]}
        return directions.get(text, [0.0, 1.0])


@pytest.fixture(params=[0, 10**6], ids=["candidates", "exact"])
def compass(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[HybridSearch]:
    documents = [place(name) for name in TEXTS]
    store = VectorStore.create(tmp_path / "chroma", Compass())
    store.add(documents)
    yield HybridSearch(LexicalIndex.build(list(TEXTS.values())), store, documents, request.param)
    store.close()


def rows(found: tuple[Found, ...]) -> list[int]:
    return [item.row for item in found]


def test_fusion_adds_the_squares_of_the_parts_over_their_best(compass: HybridSearch) -> None:
    best, second, *rest = compass.find("东", 4)
    assert (best.row, second.row, rest) == (0, 1, [])
    assert [best.similarity, second.similarity] == pytest.approx([1, 0.8])
    assert second.lexical == 0 < best.lexical
    # Fused 1 + 1 + .6 against 0 + 0.8² + .6 times its letters squared, times the same strength.
    letters = compass.lexical.letters.match("东", np.array([0, 1]))
    assert letters[0] == 1 > letters[1] > 0
    wanted = (0.8**2 + 0.6 * letters[1] ** 2) / 2.6
    assert second.fused / best.fused == pytest.approx(wanted, abs=1e-6)
    assert second.score / best.score == pytest.approx(wanted, abs=1e-6)
    strength = (2 * best.lexical**0.5 + 1) / 3
    assert best.fused == pytest.approx(strength, abs=1e-6)


def test_policies_limit_the_search(compass: HybridSearch) -> None:
    assert rows(compass.find("东北", 4)) == [1, 0, 2]
    assert rows(compass.find("东北", 4, ["b"])) == [2]
    assert rows(compass.find("东北", 4, ["a"])) == [1, 0]
    assert rows(compass.find("东北", 4, ["a", "b", "c"])) == [1, 0, 2]
    assert compass.find("东北", 4, []) == compass.find("东北", 4, ["c"]) == ()


def test_other_policies_do_not_change_the_scores(compass: HybridSearch, tmp_path: Path) -> None:
    documents = [place("b#1"), place("b#2")]
    store = VectorStore.create(tmp_path / "alone", Compass())
    store.add(documents)
    alone = HybridSearch(LexicalIndex.build(["北", "西"]), store, documents)
    assert [f.similarity for f in compass.find("北", 4, ["b"])] == [
        f.similarity for f in alone.find("北", 4)
    ]
    store.close()


def test_of_equal_documents_the_first_comes_first(tmp_path: Path) -> None:
    documents = [Document(id=str(n), page_content="东", metadata={}) for n in range(50)]
    store = VectorStore.create(tmp_path / "chroma", Compass())
    store.add(documents)
    for limit in (0, 10**6):
        search = HybridSearch(LexicalIndex.build(["东"] * 50), store, documents, limit)
        assert rows(search.find("东", 7)) == list(range(7))
    store.close()


def test_candidates_find_what_every_cosine_finds(tmp_path: Path) -> None:
    library = load_library()
    documents = [
        document.model_copy(
            update={"id": f"{copy}-{document.id}", "page_content": f"{document.page_content}{copy}"}
        )
        for copy in range(60)
        for document in documents_of(library)
    ]
    embeddings = load_embeddings()
    write_search(tmp_path, documents, embeddings)
    exact = read_search(tmp_path, documents, embeddings)
    near = HybridSearch(exact.lexical, exact.store, documents, 0)
    assert len(documents) > 3 * CANDIDATES
    for query in ("揭榜挂帅", "企业并购有什么奖励", "12", "智能工厂和工业上楼"):
        wanted, came = exact.find(query, 20), near.find(query, 20)
        scores, best = [f.score for f in came], [f.score for f in wanted]
        assert scores[:10] == pytest.approx(best[:10], abs=1e-5)
        assert scores[10:] == pytest.approx(best[10:], rel=0.02)  # HNSW only comes near
    for nonsense in ("", "😀", "zzqx"):
        assert exact.find(nonsense, 5) == near.find(nonsense, 5) == ()


def info(in_force: bool, effective: date | None = None, expires: date | None = None) -> PolicyInfo:
    return PolicyInfo(
        "办法", "某区", "", "", in_force, "办法", "", effective=effective, expires=expires
    )


POLICIES = {
    "draft": info(False, date(2020, 1, 1)),
    "open": info(True),
    "past": info(True, date(2020, 1, 1), date(2024, 12, 31)),
    "coming": info(True, date(2027, 1, 1)),
}
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> PolicyRetriever:
    text = "奖励办法\n一、支持并购。奖励50万元。\n二、支持参展。奖励10万元。\n"
    policies = tuple(read_policy(name, text, said) for name, said in POLICIES.items())
    return open_index(Library(policies), tmp_path_factory.mktemp("dated"))


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({}, {"draft", "open", "past", "coming"}),
        ({"status": "draft"}, {"draft"}),
        ({"status": "in-force"}, {"open", "past", "coming"}),
        ({"on": TODAY}, {"open"}),
        ({"on": date(2024, 12, 31)}, {"open", "past"}),
        ({"on": date(2025, 1, 1)}, {"open"}),
        ({"on": date(2027, 1, 1)}, {"open", "coming"}),
        ({"on": TODAY, "status": "draft"}, set()),
        ({"policies": ["past", "draft"], "status": "in-force"}, {"past"}),
        ({"policies": ["past", "nowhere"]}, {"past"}),
        ({"policies": []}, set()),
    ],
)
def test_filters_must_all_hold(
    dated: PolicyRetriever, filters: dict[str, Any], wanted: set[str]
) -> None:
    assert {hit.policy for hit in dated.hits("并购奖励", 20, **filters)} == wanted
    found = dated.invoke("并购奖励", top=20, **filters)
    assert {document.metadata["policy"] for document in found} == wanted
    asynchronous = asyncio.run(dated.ainvoke("并购奖励", top=20, **filters))
    assert asynchronous == found


def test_documents_say_whether_their_policy_is_in_force(dated: PolicyRetriever) -> None:
    found = dated.invoke("并购", policies=["draft", "open"], top=9)
    assert {d.metadata["policy"]: d.metadata["status"] for d in found} == {
        "draft": "draft",
        "open": "in-force",
    }


class Slow(Compass):
    """Takes a while over each question."""

    def embed_query(self, text: str) -> list[float]:
        time.sleep(0.1)
        return super().embed_query(text)


def test_async_calls_leave_the_loop_to_others(tmp_path: Path) -> None:
    documents = [
        Document(id=name, page_content=text, metadata={"policy": name[0], "clause": name[2]})
        for name, text in TEXTS.items()
    ]
    store = VectorStore.create(tmp_path / "chroma", Slow())
    store.add(documents)
    search = HybridSearch(LexicalIndex.build(list(TEXTS.values())), store, documents)
    retriever = PolicyRetriever(documents=tuple(documents), search=search)
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0.005)

    async def both() -> list[list[Document]]:
        heart = asyncio.create_task(beat())
        found = await retriever.abatch(["东", "北", "东北", "西"])
        heart.cancel()
        return found

    started = time.perf_counter()
    found = asyncio.run(both())
    assert [batch[0].page_content for batch in found] == ["东", "北", "东北", "西"]
    assert beats >= 5
    assert time.perf_counter() - started < 4 * 0.1 + 5
    store.close()


def test_the_score_is_the_chance_of_an_answer(compass: HybridSearch) -> None:
    finding = compass.look("东", 4)
    assert finding.found[0].score == pytest.approx(confidence(finding.carried), abs=1e-6)
    assert compass.look("？", 4).carried == 0
    assert 0 < confidence(0) < confidence(0.5) < confidence(5) < 1


@pytest.mark.parametrize("count", [1, 7, 100])
@pytest.mark.parametrize("share", [0.0, 0.001, 0.05, 1.0])
def test_the_largest_are_those_that_sorting_finds(count: int, share: float) -> None:
    """Looking in groups first changes nothing: ties of the last included, zeros left out."""
    random = np.random.default_rng(count)
    for size in (1, 50, 16 * count, 16 * count + 5, 5_000):
        values = np.round(random.random(size), 3) * (random.random(size) < share)
        least = np.sort(values)[::-1][:count][-1]
        wanted = np.flatnonzero((values >= least) & (values > 0))
        assert (largest(values.astype(np.float32), count) == wanted).all()
