"""Clauses named by their place: numbers, ranges, neighbours, places from the end, parts."""

from __future__ import annotations

import pytest

from assistant.reference import (
    CLAUSE,
    EXCEPT,
    RANGE,
    SECTION,
    clauses_in_section,
    clauses_numbered,
    read_references,
    relative_step,
)
from corpus.library import load_library
from tests.dialogue import OTHERS

MINHANG = load_library().policies
YULAN = load_library(OTHERS).policies[:1]


def labels(text: str, kind: str) -> list[str]:
    """Return the clauses of the shipped policy that a text names in one way."""
    found = read_references(text, MINHANG)
    return [label for reference in found if reference.kind == kind for _, label in reference.places]


@pytest.mark.parametrize(
    ("text", "kind", "named"),
    [
        ("第五条讲什么", CLAUSE, ["5"]),
        ("第5条和第九条", CLAUSE, ["5", "9"]),
        ("第八条后面一条叫什么", CLAUSE, ["9"]),
        ("第八条之前是哪条", CLAUSE, ["7"]),
        ("倒数第三条写了啥", CLAUSE, ["9"]),
        ("最后一条", CLAUSE, ["11"]),
        ("第四部分第八条", CLAUSE, ["8"]),
        ("第五部分的第二项", CLAUSE, ["10"]),
        ("第6到8条", RANGE, ["6", "7", "8"]),
        ("从第九条至第十条", RANGE, ["9", "10"]),
        ("前两条", RANGE, ["1", "2"]),
        ("最后三条讲什么", RANGE, ["9", "10", "11"]),
        ("除了第二条、第九条还有哪条", EXCEPT, ["2", "9"]),
        ("第三部分有几条", SECTION, ["4", "5"]),
        ("最后一个部分", SECTION, ["9", "10", "11"]),
        ("“促进应用场景牵引”下面有什么", SECTION, ["4", "5"]),
    ],
)
def test_a_place_names_its_clauses(text: str, kind: str, named: list[str]) -> None:
    assert labels(text, kind) == named


@pytest.mark.parametrize("text", ["第四条下面的条件", "排名前三条", "有3条渠道", "条件"])
def test_what_only_looks_like_a_range_names_none(text: str) -> None:
    assert labels(text, RANGE) == []


def test_a_clause_before_the_first_is_named_and_not_found() -> None:
    (found,) = read_references("第一条前面一条", MINHANG)
    assert not found.found


def test_a_part_and_an_item_name_one_clause_where_parts_number_anew() -> None:
    for text in ("第二部分第（三）项", "第二部分的第三条", "二、（三）"):
        (found,) = read_references(text, YULAN)
        assert [label for _, label in found.places] == ["二、（三）"], text


def test_numbers_find_clauses_and_sections() -> None:
    policy = MINHANG[0]
    assert clauses_numbered(policy, 11) == ("11",)
    assert clauses_numbered(policy, 12) == ()
    assert clauses_in_section(policy, 4) == ("6", "7", "8")


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("上一条讲什么", -1),
        ("前面那条呢", -1),
        ("前面紧挨着的那条", -1),
        ("下一条", 1),
        ("后一条呢", 1),
        ("紧接着的一条讲啥", 1),
        ("第一条", None),
        ("条件", None),
    ],
)
def test_the_clause_before_and_after(text: str, step: int | None) -> None:
    assert relative_step(text) == step
