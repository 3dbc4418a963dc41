"""BM25 finds the texts that share words with a query, and survives a round trip to disk."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import bm25s
import numpy as np
import pytest

from index import postings
from index.lexical import RANKINGS, LexicalIndex
from index.words import bigrams, words

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ["支持揭榜挂帅项目，给予经费支持。", "支持企业并购重组。", "给予销售额3%的补助。", "……"]


def test_text_with_the_query_words_scores_highest() -> None:
    found = LexicalIndex.build(TEXTS).match("揭榜挂帅")
    for scores in (found.fused, found.share):
        assert scores.shape == (len(TEXTS),)
        assert scores.dtype == np.float32
        assert int(scores.argmax()) == 0
        assert scores[1] == scores[3] == 0
    assert found.fused[0] == pytest.approx(1)
    assert 0 < found.share[0] < 1


def test_best_of_each_ranking_counts_its_weight() -> None:
    assert bigrams("研究生") == ["研究", "究生"]
    assert words("研究生") == ["研究生"]
    found = LexicalIndex.build(["研究生学历", "研究 生物"]).match("研究生")
    pairs, whole = RANKINGS
    assert found.fused[0] == pytest.approx(pairs.weight + whole.weight)
    assert 0 < found.fused[1] < pairs.weight


def test_share_is_bm25_over_what_the_query_could_reach() -> None:
    texts = ["甲乙", "丙丁"]
    share = LexicalIndex.build(texts).match("甲乙戊己").share
    assert [bigrams("甲乙戊己"), words("甲乙"), words("甲乙戊己")] == [
        ["甲乙", "乙戊", "戊己"],
        ["甲乙"],
        ["甲乙", "戊己"],
    ]
    known, unknown = math.log(1 + 1.5 / 1.5), math.log(1 + 2.5 / 0.5)
    pairs = known / (1 + 0.6) / (known + 2 * unknown)
    whole = known / (1 + 1.2) / (known + unknown)
    assert share == pytest.approx([0.7 * pairs + 0.3 * whole, 0])


def test_more_of_the_query_is_a_larger_share() -> None:
    index = LexicalIndex.build(TEXTS)
    wholly = index.match("支持企业并购重组").share.max()
    partly = index.match("支持企业在月球上种植水稻").share.max()
    assert wholly > partly > 0


def test_mask_makes_the_rest_invisible() -> None:
    index = LexicalIndex.build(TEXTS)
    only = np.array([True, False, True, True])
    found = index.match("支持企业经费", only)
    alone = index.match("支持企业经费")
    assert alone.fused.argmax() == 1
    assert found.fused[1] == found.share[1] == 0
    assert found.fused[0] == pytest.approx(1)
    assert found.share[0] == alone.share[0]


def test_unknown_words_score_nothing() -> None:
    index = LexicalIndex.build(TEXTS)
    for query in ("", "   ", "zzzz", "😀", "\x00", "∅"):
        found = index.match(query)
        assert not found.fused.any()
        assert not found.share.any()


@pytest.mark.parametrize("mapped", [0, 2**30])
def test_saved_index_gives_the_same_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mapped: int
) -> None:
    built = LexicalIndex.build(TEXTS)
    built.save(tmp_path)
    monkeypatch.setattr(postings, "MAPPED_BYTES", mapped)
    loaded = LexicalIndex.load(tmp_path)
    assert [isinstance(kept.scores, np.memmap) for kept in loaded.postings] == [mapped == 0] * 2
    assert len(loaded) == len(built) == len(TEXTS)
    for query in ("并购", "给予支持", "销售额3%"):
        assert (loaded.match(query).fused == built.match(query).fused).all()
        assert (loaded.match(query).share == built.match(query).share).all()


def test_bm25s_opens_the_files_and_gives_the_same_scores(tmp_path: Path) -> None:
    built = LexicalIndex.build(TEXTS)
    built.save(tmp_path)
    for ranking, kept in zip(RANKINGS, built.postings, strict=True):
        scorer = bm25s.BM25.load(str(tmp_path / ranking.name))
        for query in ("并购重组", "给予支持，给予", "销售额3%"):
            tokens = [token for token in ranking.cut(query) if token in kept.numbers]
            assert tokens
            theirs = scorer.get_scores(tokens)
            assert kept.match(Counter(tokens)) == pytest.approx(theirs)


def test_same_texts_give_the_same_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        LexicalIndex.build(TEXTS).save(tmp_path / name)
    files = [path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.*")]
    assert len(files) == 19
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_one_text_without_any_word_can_be_indexed() -> None:
    assert not LexicalIndex.build(["……"]).match("支持").fused.any()


def test_each_text_is_reported() -> None:
    steps: list[int] = []
    LexicalIndex.build(TEXTS, steps.append)
    assert steps == [1] * len(TEXTS)


def test_long_query_is_scored_quickly() -> None:
    found = LexicalIndex.build(TEXTS).match("并购重组" * 2500)
    assert found.fused.argmax() == 1
    assert found.share.max() < 1
