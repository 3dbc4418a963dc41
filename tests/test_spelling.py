from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lexicon import Lexicon
from assistant.spelling import MOST_FORMS, Speller, is_slip
from corpus.library import load_library

SPELLER = Speller(Lexicon(load_library()))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("jbgs", "揭榜挂帅"),
        ("jiebangguashuai", "揭榜挂帅"),
        ("jie bang gua shuai", "揭榜挂帅"),
        ("jiebgs", "揭榜挂帅"),
        ("fwjqr", "服务机器人"),
        ("fuwujiqir", "服务机器人"),
        ("cjqy", "场景牵引"),
        ("zcjz", None),
        ("chongzu", "重组"),
    ],
)
def test_pinyin_and_its_initials_lead_to_words(typed: str, meant: str | None) -> None:
    forms = SPELLER.forms(typed)
    assert forms[:1] == ((meant,) if meant else ())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zongzu", "重组"),  # without the h
        ("jiebanguashuai", "揭榜挂帅"),  # a letter left out
        ("jeibangguashuai", "揭榜挂帅"),  # two changed about
        ("接榜掛帅".replace("掛", "挂"), "揭榜挂帅"),  # sounds alike
        ("接榜", "揭榜"),
        ("揭榜挂师", "揭榜挂帅"),  # looks alike
    ],
)
def test_slips_are_seen_through(typed: str, meant: str) -> None:
    assert SPELLER.forms(typed)[0] == meant


@pytest.mark.parametrize("typed", ["", "j", "asdfgh", "5", "a b!", "<script>", "𠀀𠀀"])
def test_what_spells_nothing_has_no_form(typed: str) -> None:
    assert SPELLER.forms(typed) == ()


def test_words_come_before_beginnings_of_words() -> None:
    assert "服务机" in SPELLER.forms("fuwuji")
    assert SPELLER.forms("jsq") == ("减速器",)


@given(st.text(alphabet="abcghijnqsuwxz", max_size=12))
def test_any_letters_are_answered_with_a_few_forms(typed: str) -> None:
    assert len(SPELLER.forms(typed)) <= MOST_FORMS


@pytest.mark.parametrize(
    ("typed", "meant", "slip"),
    [
        ("abcd", "abcd", False),
        ("abd", "abcd", True),
        ("abxcd", "abcd", True),
        ("abxd", "abcd", True),
        ("acbd", "abcd", True),
        ("adcb", "abcd", False),
        ("ab", "abcd", False),
    ],
)
def test_one_slip_of_the_fingers(typed: str, meant: str, *, slip: bool) -> None:
    assert is_slip(typed, meant) is slip
