"""The optional re-ranker: a cross-encoder over the best hits, done without when it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.retrieval import open_retriever
from assistant.settings import Settings
from corpus.library import load_library
from index.build import Progress
from index.rerank import RERANKED, CrossEncoderReranker, RerankError, load_reranker
from tests.tiny_models import write_cross_encoder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.chain import Assistant
    from index.retriever import PolicyRetriever

TEXTS = ["企业并购重组奖励", "研发投入", "智能工厂"]


class Backwards:
    """Scores texts so that the last comes first, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        self.asked.append((query, len(texts)))
        return [float(number) for number in range(len(texts))]


class Broken:
    """Fails whatever it is asked."""

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        raise RerankError("坏的", "打分时出错（OSError）", "请检查")


def with_reranker(assistant: Assistant, reranker: object) -> PolicyRetriever:
    return assistant.retriever.model_copy(update={"reranker": reranker})


def test_the_best_hits_come_in_the_rerankers_order(assistant: Assistant) -> None:
    plain = assistant.retriever.hits("支持企业", 11)
    reranker = Backwards()
    hits = with_reranker(assistant, reranker).hits("支持企业", 11)
    assert [hit.clause for hit in hits] == [hit.clause for hit in plain][::-1]
    assert reranker.asked == [("支持企业", len(plain))]
    assert [hit.rerank for hit in hits] == sorted((hit.rerank or 0 for hit in hits), reverse=True)
    assert {hit.clause: hit.score for hit in hits} == {hit.clause: hit.score for hit in plain}


def test_more_are_reranked_than_are_asked_for(assistant: Assistant) -> None:
    plain = assistant.retriever.hits("支持企业", RERANKED)
    (best,) = with_reranker(assistant, Backwards()).hits("支持企业", 1)
    assert best.clause == plain[-1].clause


def test_equal_scores_keep_the_order(assistant: Assistant) -> None:
    class Even:
        def scores(self, query: str, texts: Sequence[str]) -> list[float]:
            return [0.5] * len(texts)

    plain = assistant.retriever.hits("支持企业", 11)
    hits = with_reranker(assistant, Even()).hits("支持企业", 11)
    assert [hit.clause for hit in hits] == [hit.clause for hit in plain]


def test_a_failing_reranker_leaves_the_order_and_one_line(assistant: Assistant) -> None:
    found = with_reranker(assistant, Broken()).retrieve("支持企业", 5)
    assert found.hits == assistant.retriever.hits("支持企业", 5)
    (line,) = found.notes
    assert "坏的" in line
    assert "按重排之前的顺序" in line
    assert "\n" not in line


def test_langchain_documents_carry_the_rerankers_score(assistant: Assistant) -> None:
    found = with_reranker(assistant, Backwards()).invoke("支持企业", top=2)
    assert [document.metadata["rerank"] for document in found] == [10.0, 9.0]
    assert "rerank" not in assistant.retriever.invoke("支持企业")[0].metadata


def test_nothing_found_is_nothing_to_rerank(assistant: Assistant) -> None:
    reranker = Backwards()
    assert with_reranker(assistant, reranker).hits("zzqx") == ()
    assert reranker.asked == []


def test_a_cross_encoder_scores_pairs(tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder

    folder = write_cross_encoder(tmp_path / "reranker")
    scores = load_reranker(str(folder)).scores("并购有什么奖励", TEXTS)
    wanted = CrossEncoder(str(folder), device="cpu").predict(
        [("并购有什么奖励", text) for text in TEXTS], show_progress_bar=False
    )
    assert scores == pytest.approx([float(score) for score in wanted], abs=1e-6)
    assert len(set(scores)) == len(TEXTS)
    assert all(0 <= score <= 1 for score in scores)


def test_a_classifier_of_several_labels_is_no_reranker(tmp_path: Path) -> None:
    folder = write_cross_encoder(tmp_path / "classifier", labels=3)
    with pytest.raises(RerankError, match="打 3 个分，应为 1 个"):
        CrossEncoderReranker(str(folder))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("/no/such/folder", "找不到这个文件夹"),
        ("nobody/no-such-reranker", "hf download nobody/no-such-reranker"),
        ("不是模型名", "不是文件夹，也不是模型名"),
    ],
)
def test_a_reranker_that_is_not_there_is_one_line_and_the_search_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, said: str
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    lines: list[str] = []
    settings = Settings(tmp_path, reranker=name)
    retriever = open_retriever(load_library(), settings, Progress(note=lines.append))
    (line,) = lines
    assert said in line
    assert "POLICY_ASSISTANT_RERANKER" in line
    assert "这次不重排" in line
    assert retriever.reranker is None
    assert retriever.hits("并购")[0].clause == "7"


def test_a_folder_without_a_reranker_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RerankError, match="没有可读的重排模型") as caught:
        load_reranker(str(tmp_path))
    assert "\n" not in str(caught.value)
