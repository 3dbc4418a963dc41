"""Misspelt names are put right; what can be meant as written stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.correction import Corrector, sounds
from assistant.lexicon import Lexicon
from assistant.normalise import normalise
from corpus.library import load_library


@pytest.fixture(scope="module")
def corrector() -> Corrector:
    return Corrector(Lexicon(load_library()))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("接榜掛帥", "揭榜挂帅"),
        ("揭棒挂帅", "揭榜挂帅"),
        ("补帖", "补贴"),
        ("智能工场", "智能工厂"),
        ("链住企业", "链主企业"),
        ("jiebangguashuai", "揭榜挂帅"),
        ("jie bang gua shuai", "揭榜挂帅"),
        ("fuwujiqiren", "服务机器人"),
    ],
)
def test_a_misspelt_name_is_put_right_and_told(
    corrector: Corrector, written: str, meant: str
) -> None:
    text, changes = corrector.correct(normalise(written))
    assert text == meant
    assert changes == ((normalise(written), meant),)


@pytest.mark.parametrize(
    "written",
    [
        "揭榜挂帅项目最多能拿多少钱？",
        "减速机有支持吗",
        "第八条原文是什么？",
        "我们是做人形机器人的中小企业",
        "厂房租金有补贴吗",
        "今天天气怎么样？",
        "hello world",
        "3000万",
        "",
    ],
)
def test_what_is_meant_as_written_stays(corrector: Corrector, written: str) -> None:
    assert corrector.correct(normalise(written)) == (normalise(written), ())


def test_the_clauses_themselves_need_no_correction(corrector: Corrector) -> None:
    for clause in load_library().clauses:
        text = normalise(clause.text)
        assert corrector.correct(text) == (text, ()), clause.reference


def test_only_the_misspelt_name_in_a_sentence_changes(corrector: Corrector) -> None:
    text, changes = corrector.correct("请问接榜挂帅项目最高能拿多少钱")
    assert text == "请问揭榜挂帅项目最高能拿多少钱"
    assert len(changes) == 1


def test_sounds_are_toneless_one_a_character() -> None:
    assert sounds("揭榜") == sounds("接榜") == ("jie", "bang")


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text("接揭榜掛挂帅补帖贴智能工厂场 abgjisu0123万，。", max_size=40))
def test_every_change_is_found_in_the_text(corrector: Corrector, written: str) -> None:
    plain = normalise(written)
    text, changes = corrector.correct(plain)
    assert bool(changes) == (text != plain)
    assert all(before != after and after in text for before, after in changes[-1:])
