"""Counts of tokens: taken over from an earlier index they are those of counting all texts."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import bm25
from index.bm25 import TokenCounts
from index.token_table import TokenTable

TEXTS = [["乙", "甲", "乙"], [], ["丙"], ["甲", "丁"]]
texts = st.lists(st.lists(st.sampled_from("甲乙丙丁戊己"), max_size=5), max_size=6)


def counted(given_texts: list[list[str]], *, by_token: bool) -> TokenCounts:
    return TokenCounts.of(TokenTable.of(given_texts), by_token=by_token)


def fields(counts: TokenCounts) -> tuple[object, ...]:
    arrays = (counts.tokens, counts.rows, counts.counts)
    described = ((array.dtype, array.tolist()) for array in arrays)
    return counts.vocabulary, counts.size, counts.by_token, *described


@given(texts, st.booleans())
def test_counts_say_how_often_each_token_stands_in_each_text(
    given_texts: list[list[str]], by_token: bool
) -> None:
    found = counted(given_texts, by_token=by_token)
    names = [found.vocabulary[token] for token in found.tokens]
    rows = found.rows.tolist()
    order = list(zip(names, rows, strict=True) if by_token else zip(rows, names, strict=True))
    assert order == sorted(set(order))
    assert dict(zip(zip(names, rows, strict=True), found.counts.tolist(), strict=True)) == {
        (token, row): count
        for row, text in enumerate(given_texts)
        for token, count in Counter(text).items()
    }


@given(texts, texts, st.booleans(), st.data())
def test_joined_counts_are_those_of_all_texts_at_once(
    held: list[list[str]], new: list[list[str]], by_token: bool, data: st.DataObject
) -> None:
    kept = data.draw(st.lists(st.sampled_from(range(len(held))), unique=True)) if held else []
    rows = data.draw(st.permutations([*kept, *[-1] * len(new)]))
    fresh = iter(new)
    together = [held[row] if row >= 0 else next(fresh) for row in rows]
    before, after = counted(held, by_token=by_token), counted(new, by_token=by_token)
    joined = before.joined(after, np.array(rows, np.intp))
    assert fields(joined) == fields(counted(together, by_token=by_token))


def test_counts_take_more_bytes_where_a_token_is_very_frequent() -> None:
    few, many = counted([["甲"] * 255], by_token=True), counted([["甲"] * 256], by_token=True)
    assert [few.counts.dtype.name, many.counts.dtype.name] == ["uint8", "uint16"]
    back = many.joined(few, np.array([-1]))
    assert fields(back) == fields(few)


@pytest.mark.parametrize("block", [1, 3, 2**16])
def test_scores_follow_the_formula(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(bm25, "_BLOCK", block)
    found = counted(TEXTS, by_token=False)
    average = (3 + 0 + 1 + 2) / 4

    def score(count: int, length: int, having: int) -> float:
        rarity = math.log(1 + (len(TEXTS) - having + 0.5) / (having + 0.5))
        return rarity * count / (count + 0.9 * (1 - 0.7 + 0.7 * length / average))

    wanted = [score(*args) for args in [(2, 3, 1), (1, 3, 2), (1, 1, 1), (1, 2, 1), (1, 2, 2)]]
    names = [found.vocabulary[token] for token in found.tokens]
    assert names == ["乙", "甲", "丙", "丁", "甲"]
    assert found.scores(0.9, 0.7) == pytest.approx(wanted)
    assert found.scores(0.9, 0.7).dtype == np.float32
