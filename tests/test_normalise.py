"""Typed text becomes plain text: one width, one script, nothing invisible."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.normalise import clean, normalise

INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("", ""),
        (" 揭榜挂帅\t\n最高 ", "揭榜挂帅 最高"),
        ("揭榜掛帥項目", "揭榜挂帅项目"),
        ("１２００万，３％", "1200万，3%"),
        ("Ｒ＆Ｄ 投入 ＡＢＣ", "r&d 投入 abc"),
        ("揭\u200b榜\ufeff挂\u202e帅", "揭榜挂帅"),
        ("a\x00b\x07c", "abc"),
        ("\ud800补贴", "补贴"),
        ("补贴\ue000", "补贴"),
        ("①揭榜②挂帅", "①揭榜②挂帅"),
    ],
)
def test_text_is_put_into_one_form(typed: str, plain: str) -> None:
    assert normalise(typed) == plain


def test_a_full_width_comma_never_joins_two_numbers() -> None:
    assert "，" in normalise("１，０００")


def test_cleaning_for_display_keeps_script_width_and_case() -> None:
    assert clean("揭榜掛帥\u200b ＡＢＣ\n１２") == "揭榜掛帥 ＡＢＣ １２"


@given(st.text())
def test_nothing_invisible_is_left(typed: str) -> None:
    for plain in (clean(typed), normalise(typed)):
        assert not {unicodedata.category(c) for c in plain} & INVISIBLE
        assert plain == plain.strip()


@given(st.text("揭榜掛帥項目 補貼ＡＢ１２３\u200b\t，。"))
def test_normalising_twice_changes_nothing(typed: str) -> None:
    assert normalise(normalise(typed)) == normalise(typed)
