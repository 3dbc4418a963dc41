from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lookup import By, Finder, find_all
from corpus.library import load_library
from tests.browser import all_policies

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.chain import Assistant

FINDER = Finder(load_library())


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    folder: Path = tmp_path_factory.mktemp("policies")
    return Finder(all_policies(folder))


def labels(typed: str, finder: Finder = FINDER, policy: str | None = None) -> list[str]:
    return [result.clause.label for result in finder.find(typed, policy).results]


@pytest.mark.parametrize("typed", ["", "  ", "j", "第"])
def test_too_little_shows_every_clause(typed: str) -> None:
    found = FINDER.find(typed)
    assert found.count == len(FINDER.library.clauses)
    assert {result.by for result in found.results} == {By.ALL}


@pytest.mark.parametrize(
    ("typed", "first"),
    [("5", "5"), ("第五条", "5"), ("五", "5"), ("三、5", "5"), ("11", "11"), ("二", "2")],
)
def test_a_number_finds_its_clause_first(typed: str, first: str) -> None:
    assert labels(typed)[0] == first


def test_a_digit_begins_longer_numbers() -> None:
    assert labels("1") == ["1", "10", "11"]


def test_a_number_of_no_clause_is_looked_for_in_the_text() -> None:
    assert labels("30") == ["3", "8"]
    assert labels("50%") == ["1", "2"]


def test_restarted_numbers_are_told_apart_by_their_section(several: Finder) -> None:
    first = several.find("三（二）").results[0].clause
    assert (first.policy, first.label) == ("yulan-software", "三、（二）")


@pytest.mark.parametrize(
    ("typed", "label", "read_as"),
    [
        ("揭榜挂帅", "2", ()),
        ("jbgs", "2", ("揭榜挂帅",)),
        ("jiebangguashuai", "2", ("揭榜挂帅",)),
        ("接榜掛帅", "2", ("揭榜挂帅",)),
        ("fwjqr", "5", ("服务机器人",)),
        ("智慧养老", "5", ()),
        ("小巨人 并购", "7", ()),
        ("服务机器人 补贴", "5", ("服务机器人补助",)),
        ("ＪＢＧＳ", "2", ("揭榜挂帅",)),
    ],
)
def test_words_pinyin_and_slips(typed: str, label: str, read_as: tuple[str, ...]) -> None:
    found = FINDER.find(typed)
    assert found.results[0].clause.label == label
    assert found.read_as == read_as


def test_hits_are_marked_where_they_stand() -> None:
    for typed, form in (("jbgs", "揭榜挂帅"), ("应用场景", "应用场景"), ("200万", "200万")):
        for result in FINDER.find(typed).results:
            assert {result.clause.text[start:end] for start, end in result.spans} <= {form}
    assert FINDER.find("jbgs").results[0].spans


def test_a_name_counts_more_than_a_mention() -> None:
    assert labels("示范标杆")[0] == "8"


def test_a_question_is_read_like_the_assistant_reads_it() -> None:
    assert labels("第五条什么时候申报") == ["5"]
    found = FINDER.find("我们收购了一家公司有奖励吗")
    assert found.results[0].clause.label == "7"
    assert found.results[0].by is By.TERMS


def test_what_is_nearest_in_meaning_comes_last_and_briefly(assistant: Assistant) -> None:
    finder = Finder(assistant.library, lambda text: assistant.retriever.retrieve(text, 30).hits)
    found = finder.find("公寓")
    assert 0 < len(found.results) <= 3
    assert {result.by for result in found.results} == {By.MEANING}
    assert finder.find("qwrtp").results == ()


def test_one_policy_can_be_looked_in_alone(several: Finder) -> None:
    assert {r.clause.policy for r in several.find("5").results} > {"minhang-robot"}
    assert {r.clause.policy for r in several.find("5", "minhang-robot").results} == {
        "minhang-robot"
    }
    assert several.find("租金", "minhang-robot").results == ()


@given(st.text(max_size=30))
def test_anything_typed_is_answered(typed: str) -> None:
    found = FINDER.find(typed)
    for result in found.results:
        ends = [0, *(edge for span in result.spans for edge in span)]
        assert ends == sorted(ends)
        assert ends[-1] <= len(result.clause.text)


def test_overlapping_words_are_marked_once() -> None:
    assert find_all("服务机器人，机器人", ("机器人", "服务机器人")) == ((0, 5), (6, 9))
    assert find_all("３％的补助", ("3%",)) == ((0, 2),)
    assert find_all("补助", ("",)) == ()
