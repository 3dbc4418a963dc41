"""The policies' vocabulary, and how a question's words find it."""

from __future__ import annotations

import pytest

from assistant.lexicon import Lexicon, place_stem
from assistant.normalise import normalise
from corpus.library import load_library


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(load_library())


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("揭榜挂帅", "揭榜挂帅"),
        ("减速机", "减速器"),
        ("收购", "并购"),
        ("龙头企业", "链主企业"),
        ("智慧工厂", "智能工厂"),
        ("研发费用", "研发投入"),
        ("检测室", "检测实验室"),
        ("专利", "知识产权"),
    ],
)
def test_a_word_finds_the_policys_word_for_it(lexicon: Lexicon, word: str, form: str) -> None:
    assert form in {found for found, _ in lexicon.forms(word)}


@pytest.mark.parametrize("word", ["贴息", "租金", "上市", "天气", "彩票", "了"])
def test_a_word_the_policies_never_use_has_no_form(lexicon: Lexicon, word: str) -> None:
    assert lexicon.forms(word) == ()


def test_its_own_form_counts_for_more_than_a_synonym(lexicon: Lexicon) -> None:
    own, other = lexicon.forms("并购"), lexicon.forms("收购")
    assert max(strength for _, strength in own) > max(strength for _, strength in other)


def test_a_rare_word_tells_more_than_a_common_one(lexicon: Lexicon) -> None:
    assert lexicon.weight("揭榜挂帅") > lexicon.weight("机器人") >= 0
    assert lexicon.weight("贴息") == 0
    assert lexicon.frequency("揭榜挂帅") == 1


def test_the_terms_of_a_question_stand_where_they_say(lexicon: Lexicon) -> None:
    question = normalise("我们的谐波减速机研发投入500万，揭榜挂帅能拿多少钱？")
    terms = lexicon.terms(question)
    assert {"揭榜挂帅", "研发投入"} <= {term.text for term in terms}
    for term in terms:
        assert question[term.start : term.start + len(term.text)] == term.text


def test_figures_and_filler_are_no_terms(lexicon: Lexicon) -> None:
    assert not {"500", "500万", "多少", "我们"} & {t.text for t in lexicon.terms("我们500万多少")}


def test_a_name_is_not_cut(lexicon: Lexicon) -> None:
    text = "智能机器人检测实验室怎么支持"
    assert any(text[slice(*span)] == "检测实验室" for span in lexicon.named_spans(text))


def test_an_unknown_noun_is_kept_as_evidence_of_silence(lexicon: Lexicon) -> None:
    unknown = [term for term in lexicon.terms("厂房租金有补贴吗") if not term.known]
    assert any("租金" in term.text for term in unknown)


def test_a_clause_carries_its_own_words(lexicon: Lexicon) -> None:
    term = lexicon.terms("揭榜挂帅")[0]
    carried = [
        clause.label
        for clause in lexicon.clauses
        if lexicon.strength(term, lexicon.text_of(clause))
    ]
    assert carried == ["2"]
    assert 0 < lexicon.best(term) <= 1


@pytest.mark.parametrize(
    ("region", "stem"),
    [
        ("闵行区", "闵行"),
        ("云汀新区", "云汀"),
        ("榆岚高新区", "榆岚"),
        ("上海市", "上海"),
        ("", ""),
    ],
)
def test_a_place_without_what_kind_of_place_it_is(region: str, stem: str) -> None:
    assert place_stem(region) == stem


def test_a_kind_is_told_from_what_it_is_a_kind_of(lexicon: Lexicon) -> None:
    """专利 finds 知识产权, but is only a kind of it; 收购 is another word for 并购."""
    kinds = {term.text: term.is_kind for term in lexicon.terms("专利和收购")}
    assert kinds == {"专利": True, "收购": False}
