"""Which clauses a question is about, and which of its words the policies never use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.correction import Corrector
from assistant.lexicon import Lexicon
from assistant.question import read_question
from assistant.topics import NEAREST, is_requested, is_specific, rank, topics, unmentioned

if TYPE_CHECKING:
    from assistant.chain import Assistant
    from assistant.question import Question


@pytest.fixture(scope="module")
def lexicon(assistant: Assistant) -> Lexicon:
    return Lexicon(assistant.library)


def read(lexicon: Lexicon, text: str) -> Question:
    return read_question(text, lexicon, Corrector(lexicon))


def about(assistant: Assistant, lexicon: Lexicon, text: str) -> list[str]:
    question = read(lexicon, text)
    matches = rank(question, lexicon, assistant.retriever.hits(question.text, NEAREST))
    return [clause.label for clause in topics(question, matches, lexicon)]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("揭榜挂帅最高多少", "2"),
        ("谐波减速机有支持吗", "3"),
        ("智慧工厂补贴多少", "4"),
        ("养老机器人卖得好有钱吗", "5"),
        ("龙头企业落户给多少", "6"),
        ("收购别的企业有支持吗", "7"),
        ("入围推荐目录给多少", "8"),
        ("国家级检测实验室给多少", "9"),
        ("工业上楼", "10"),
        ("参展有补贴吗", "11"),
    ],
)
def test_a_question_is_about_the_clause_with_its_words(
    assistant: Assistant, lexicon: Lexicon, text: str, label: str
) -> None:
    assert about(assistant, lexicon, text)[:1] == [label]


def test_a_question_of_two_things_is_about_both(assistant: Assistant, lexicon: Lexicon) -> None:
    assert set(about(assistant, lexicon, "揭榜挂帅和链主企业落户分别给多少")) == {"2", "6"}


@pytest.mark.parametrize("text", ["今天天气怎么样", "最多能拿多少钱", "怎么做红烧肉", "能拿吗"])
def test_a_question_without_the_policys_words_is_about_no_clause(
    assistant: Assistant, lexicon: Lexicon, text: str
) -> None:
    assert about(assistant, lexicon, text) == []


def test_matches_come_best_first_and_carry_their_terms(
    assistant: Assistant, lexicon: Lexicon
) -> None:
    question = read(lexicon, "链主企业投资额的资助")
    matches = rank(question, lexicon, assistant.retriever.hits(question.text, NEAREST))
    assert [match.score for match in matches] == sorted((m.score for m in matches), reverse=True)
    assert matches[0].clause.label == "6"
    assert "链主企业" in {term.text for term in matches[0].terms}


def test_the_order_is_the_same_every_time(assistant: Assistant, lexicon: Lexicon) -> None:
    question = read(lexicon, "机器人企业有什么支持")
    hits = assistant.retriever.hits(question.text, NEAREST)
    first = rank(question, lexicon, hits)
    assert rank(question, lexicon, hits) == first


@pytest.mark.parametrize("text", ["厂房租金有补贴吗", "贷款贴息怎么申请", "上市有奖励吗"])
def test_support_for_what_the_policy_never_mentions_decides(lexicon: Lexicon, text: str) -> None:
    found = unmentioned(read(lexicon, text), lexicon)
    assert found.decides
    assert found.terms


@pytest.mark.parametrize(
    "text", ["我们公司开在莘庄，揭榜挂帅最高多少", "链主企业落户给多少", "第五条讲什么"]
)
def test_what_people_tell_of_themselves_decides_nothing(lexicon: Lexicon, text: str) -> None:
    assert not unmentioned(read(lexicon, text), lexicon).decides


def test_a_name_is_specific_and_a_common_word_is_not(lexicon: Lexicon) -> None:
    terms = {term.text: term for term in lexicon.terms("机器人企业的揭榜挂帅")}
    assert is_specific(terms["揭榜挂帅"], lexicon)
    assert not is_specific(terms["机器人"], lexicon)


def test_support_for_a_term_is_told_by_the_words_around_it(lexicon: Lexicon) -> None:
    for text, asked in (("房租有补贴吗", True), ("我们房租很贵", False)):
        terms = [term for term in lexicon.terms(text) if "房租" in term.text]
        assert [is_requested(term, text) for term in terms] == [asked]
