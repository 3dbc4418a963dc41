"""Texts as numbers: the same table whether it is made at once or from an earlier one."""

from __future__ import annotations

from hypothesis import strategies as st

from index.token_table import TokenTable

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


def test_a_token_can_be_left_out() -> None:
    table = TokenTable.of(TEXTS)
    assert same(table.without("乙"), TokenTable.of([["甲"], [], ["丙"], ["甲", "丁"]]))
    assert table.without("戊") is table
