"""Numbers in Arabic digits, Chinese numerals and both mixed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.numerals import fold, read_digits, read_integer, read_number, write_integer


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3000万", "30000000"),
        ("3,000.5万", "30005000"),
        ("１２００万", "12000000"),
        ("三千五百万", "35000000"),
        ("两个亿", "200000000"),
        ("1亿2000万", "120000000"),
        ("1亿2000", "120000000"),
        ("0.05亿", "5000000"),
        ("2.5千万", "25000000"),
        ("3百万", "3000000"),
        ("半个亿", "50000000"),
        ("一个半亿", "150000000"),
        ("三点五亿", "350000000"),
        ("1.2万亿", "1200000000000"),
        ("一亿零五百万", "105000000"),
        ("一千五", "1500"),
        ("三万五", "35000"),
        ("一万零五", "10005"),
        ("三百零五", "305"),
        ("十五", "15"),
        ("叁仟伍佰万", "35000000"),
        ("貳拾萬", "200000"),
        ("500w", "5000000"),
        ("零", "0"),
        ("五百来万", "5000000"),
    ],
)
def test_read_number(text: str, value: str) -> None:
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "十百千", "十四五", "万", "1.2.3", "亿" * 99, "9" * 40])
def test_what_is_no_number(text: str) -> None:
    assert read_number(text) is None


@given(st.integers(0, 9999))
def test_integers_go_both_ways(value: int) -> None:
    written = write_integer(value)
    assert read_integer(written) == value
    assert read_number(written) == value


@given(st.integers(0, 10**12))
def test_numerals_read_as_they_are_written(value: int) -> None:
    assert read_number(write_integer(value)) == value


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_years_are_read_digit_by_digit() -> None:
    assert read_digits("二〇二七") == 2027
    assert read_digits("二十") is None
