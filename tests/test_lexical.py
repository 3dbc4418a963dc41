"""BM25 finds the texts that share words with a query, and survives a round trip to disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.lexical import LexicalIndex

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ["支持揭榜挂帅项目，给予经费支持。", "支持企业并购重组。", "给予销售额3%的补助。", "……"]


def test_text_with_the_query_words_scores_highest() -> None:
    scores = LexicalIndex.build(TEXTS).scores("揭榜挂帅")
    assert scores.shape == (len(TEXTS),)
    assert scores.dtype == np.float32
    assert int(scores.argmax()) == 0
    assert scores[1] == scores[3] == 0


def test_unknown_words_score_nothing() -> None:
    index = LexicalIndex.build(TEXTS)
    for query in ("", "   ", "zzzz", "😀", "\x00", "∅"):
        assert not index.scores(query).any()


def test_saved_index_gives_the_same_scores(tmp_path: Path) -> None:
    built = LexicalIndex.build(TEXTS)
    built.save(tmp_path)
    loaded = LexicalIndex.load(tmp_path)
    assert len(loaded) == len(built) == len(TEXTS)
    for query in ("并购", "给予支持", "销售额3%"):
        assert (loaded.scores(query) == built.scores(query)).all()


def test_one_text_without_any_word_can_be_indexed() -> None:
    assert not LexicalIndex.build(["……"]).scores("支持").any()


def test_long_query_is_scored_quickly() -> None:
    assert LexicalIndex.build(TEXTS).scores("并购重组" * 2500).argmax() == 1
