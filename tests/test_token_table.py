"""Texts as numbers: the same table whether it is made at once or from an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.token_table import TokenTable

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [["乙", "甲", "乙"], [], ["丙"], ["甲", "丁"]]
texts = st.lists(st.lists(st.sampled_from("甲乙丙丁戊己"), max_size=5), max_size=6)


def same(first: TokenTable, second: TokenTable) -> bool:
    return (
        first.vocabulary == second.vocabulary
        and first.numbers.tolist() == second.numbers.tolist()
        and first.ends.tolist() == second.ends.tolist()
    )


def test_texts_come_back_as_they_went_in() -> None:
    table = TokenTable.of(TEXTS)
    assert len(table) == 4
    assert [table.text(row) for row in range(4)] == TEXTS
    assert list(table.vocabulary) == sorted("甲乙丙丁")
    assert table.rows.tolist() == [0, 0, 0, 2, 3, 3]


@given(texts, texts, st.data())
def test_a_joined_table_is_the_one_made_at_once(
    held: list[list[str]], new: list[list[str]], data: st.DataObject
) -> None:
    together = held + new
    order = data.draw(st.lists(st.integers(0, len(together) - 1))) if together else []
    joined = TokenTable.of(held).joined(TokenTable.of(new), np.array(order, np.intp))
    assert same(joined, TokenTable.of([together[row] for row in order]))


def test_a_token_can_be_left_out() -> None:
    table = TokenTable.of(TEXTS)
    assert same(table.without("乙"), TokenTable.of([["甲"], [], ["丙"], ["甲", "丁"]]))
    assert table.without("戊") is table


@pytest.mark.parametrize("given_texts", [TEXTS, [[]], [["甲"]]])
def test_a_saved_table_is_read_back(tmp_path: Path, given_texts: list[list[str]]) -> None:
    table = TokenTable.of(given_texts)
    table.save(tmp_path / "table")
    assert same(TokenTable.load(tmp_path / "table"), table)
