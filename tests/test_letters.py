"""BM25 over characters gives what the formula gives, for the documents asked for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.bm25 import TokenCounts
from index.letters import K1, B, LetterIndex
from index.token_table import TokenTable
from index.words import letters

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ["送检送样", "送去检测机构", "并购重组", "……"]
EVERY = np.arange(len(TEXTS))


@pytest.fixture
def index() -> LetterIndex:
    return LetterIndex.of(TokenCounts.of(TokenTable.of(map(letters, TEXTS)), by_token=False))


def test_characters_of_a_text() -> None:
    assert letters("奖励30万，ＡＩ") == ["奖", "励", "30", "万", "ai"]


def test_scores_follow_the_formula_over_their_best(index: LetterIndex) -> None:
    average = (4 + 6 + 4 + 0) / 4

    def gain(count: int, length: int, having: int) -> float:
        rarity = math.log(1 + (len(TEXTS) - having + 0.5) / (having + 0.5))
        return rarity * count / (count + K1 * (1 - B + B * length / average))

    first, second = gain(2, 4, 2) + gain(1, 4, 2), 2 * gain(1, 6, 2)
    assert index.match("送检", EVERY) == pytest.approx([1, second / first, 0, 0])


def test_only_the_documents_asked_for_are_compared(index: LetterIndex) -> None:
    assert index.match("送检", np.array([1, 2])) == pytest.approx([1, 0])
    assert index.match("送检", np.array([], np.intp)).size == 0


@pytest.mark.parametrize("query", ["", "zzqx", "😀", "机器"])
def test_unknown_characters_add_nothing(index: LetterIndex, query: str) -> None:
    assert index.match(query, np.array([0, 2, 3])).tolist() == [0, 0, 0]


def test_a_saved_index_gives_the_same(index: LetterIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "letters")
    loaded = LetterIndex.load(tmp_path / "letters")
    assert isinstance(loaded.weights, np.memmap)
    for query in ("送检", "并购", ""):
        assert (loaded.match(query, EVERY) == index.match(query, EVERY)).all()


def test_texts_without_any_character(tmp_path: Path) -> None:
    empty = LetterIndex.of(TokenCounts.of(TokenTable.of([[], []]), by_token=False))
    empty.save(tmp_path / "letters")
    assert LetterIndex.load(tmp_path / "letters").match("送检", np.arange(2)).tolist() == [0, 0]
