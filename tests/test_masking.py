from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.masking import Kind, mask, secrets, seen, stand_ins
from assistant.record import recordable

if TYPE_CHECKING:
    from decimal import Decimal

PERSONAL = {
    "13812345678": Kind.MOBILE,
    "138 1234 5678": Kind.MOBILE,
    "138-1234-5678": Kind.MOBILE,
    "139.1234.5678": Kind.MOBILE,
    "１３８１２３４５６７８": Kind.MOBILE,
    "138　1234　5678": Kind.MOBILE,
    "+86 138 1234 5678": Kind.MOBILE,
    "8613812345678": Kind.MOBILE,
    "0086-138-1234-5678": Kind.MOBILE,
    "①③⑧①②③④⑤⑥⑦⑧": Kind.MOBILE,
    "一三八一二三四五六七八": Kind.MOBILE,
    "幺三八 一二三四 五六七八": Kind.MOBILE,
    "021-64781234": Kind.PHONE,
    "（021）6478 1234转801": Kind.PHONE,
    "0512－88886666": Kind.PHONE,
    "010 62345678": Kind.PHONE,
    "400-820-8820": Kind.PHONE,
    "11010519491231002X": Kind.ID_CARD,
    "11010519491231002Ｘ": Kind.ID_CARD,
    "110105 19491231 002x": Kind.ID_CARD,
    "130503670401001": Kind.ID_CARD,
    "4111 1111 1111 1111": Kind.BANK_CARD,
    "4111111111111111": Kind.BANK_CARD,
    "6222-0212-3456-7891": Kind.NUMBER,
    "wang.li+a@example.com.cn": Kind.EMAIL,
    "ａ＠ｅｘａｍｐｌｅ．ｃｏｍ": Kind.EMAIL,
    "91350100M000100Y43": Kind.COMPANY,
    "202600112233445566": Kind.NUMBER,
}
SUMS = (
    "15000000元",
    "1,500万",
    "1500万元",
    "13,812,345,678元",
    "15000000000元",
    "100000000元",
    "销售额15000000000",
    "研发投入了13900000000",
    "￥13800000000",
    "3亿5000万",
    "1000 2000 3000 4000万",
    "分别是400 800 1200万",
    "销售额分别为1500 2000 300万元",
    "1500-2000万",
    "三千五百万",
    "一二三四五六七",
)
PLAIN = ("第5条", "2026年11月24日", "2026-11-24 13:05:00", "热线12345", "30%", "12台，单价86万")


@pytest.mark.parametrize("number", PERSONAL)
def test_a_personal_number_is_named_by_its_kind(number: str) -> None:
    kind = PERSONAL[number]
    assert mask(f"我是{number}，想问补贴") == f"我是{kind.mask}，想问补贴"
    assert mask(number) == kind.mask


@pytest.mark.parametrize("words", [*SUMS, *PLAIN])
def test_sums_dates_and_clauses_stay(words: str) -> None:
    assert mask(f"我们{words}，能补多少") == f"我们{words}，能补多少"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("座机64781234找王工", "座机〔电话号码〕找王工"),
        ("税号91310112MA1GB2C34D", "税号〔统一社会信用代码〕"),
        ("身份证号是 310112 199001 011234", "身份证号是 〔身份证号〕"),
        ("账号：1001 2345 6789", "账号：〔银行卡号〕"),
        ("护照E12345678", "护照〔证件号〕"),
        ("QQ 12345678", "QQ 〔账号〕"),
        ("微信号abc_1234", "微信号〔账号〕"),
        ("手机13812345678元旦后打", "手机〔手机号〕元旦后打"),
    ],
)
def test_a_word_before_it_tells_what_a_number_is(said: str, kept: str) -> None:
    assert mask(said) == kept


def test_invisible_characters_hide_no_number() -> None:
    assert mask("138\u200b1234\u20605678") == Kind.MOBILE.mask
    assert mask("a\x00b\ud800c\n\td") == "abc\n\td"


def test_one_text_may_hold_several() -> None:
    text = "13812345678和021-64781234，投资15000000元，a@b.cn"
    assert mask(text) == "〔手机号〕和〔电话号码〕，投资15000000元，〔邮箱〕"
    assert [secret.kind for secret in secrets(text)] == [Kind.MOBILE, Kind.PHONE, Kind.EMAIL]


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_and_never_fails(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@given(st.text(alphabet=st.characters(categories=("L", "P", "Z")), max_size=100))
def test_a_text_without_digits_keeps_its_words(text: str) -> None:
    if "@" not in text and "＠" not in text and "﹫" not in text:
        cues = re.compile("微信|vx|wechat|weixin|信用代码|税号|识别号", re.IGNORECASE)
        assert mask(text) == seen(text) or cues.search(text)


DIGITS = ("0123456789", "０１２３４５６７８９")
SEPARATORS = ("", " ", "-", "　", "－")


@given(
    st.integers(13_000_000_000, 19_999_999_999),
    st.sampled_from(DIGITS),
    st.sampled_from(SEPARATORS),
    st.text(alphabet="我是想问的电话和补贴，。！", max_size=10),
)
def test_no_digit_of_a_mobile_number_is_left(
    number: int, digits: str, separator: str, around: str
) -> None:
    plain = str(number)
    parts = separator.join((plain[:3], plain[3:7], plain[7:]))
    written = parts.translate(str.maketrans(DIGITS[0], digits))
    assert mask(around + written + around) == around + Kind.MOBILE.mask + around


@given(st.integers(0, 10**16 - 1), st.sampled_from(("", " ", "-")))
def test_a_bank_card_is_masked_whatever_its_digits(body: int, separator: str) -> None:
    payload = f"6{body:015d}"[:18]
    doubled = sum(sum(divmod(2 * int(d), 10)) for d in reversed(payload[::-1][::2]))
    check = -(doubled + sum(int(d) for d in payload[::-1][1::2])) % 10
    card = f"{payload}{check}"
    groups = [card[at : at + 4] for at in range(0, len(card), 4)]
    if not all(group.endswith("0") for group in groups):
        assert not re.search(r"\d", mask(f"卡{separator.join(groups)}收款"))


@given(
    st.decimals(1, 10**8, places=2, allow_nan=False),
    st.sampled_from(("元", "万元", "万", "亿元", "块", " 元", "元人民币")),
)
def test_a_sum_of_money_is_never_masked(amount: Decimal, unit: str) -> None:
    for written in (f"{amount:f}", f"{amount:,}", f"{amount.to_integral_value():f}"):
        text = f"我们投资{written}{unit}，卖了{written}{unit}"
        assert mask(text) == text


@pytest.mark.parametrize("kind", [k for k in Kind if k not in (Kind.PAPERS, Kind.ACCOUNT)])
def test_a_stand_in_is_masked_again_as_the_same_kind(kind: Kind) -> None:
    assert mask(stand_ins(f"我是{kind.mask}。")) == f"我是{kind.mask}。"


def test_a_number_is_not_left_over_where_a_long_text_is_cut() -> None:
    text = "长" * 95 + "13812345678" + "长" * 50
    assert recordable(text, 100) == "长" * 95 + "…"
    assert recordable(text, 120) == "长" * 95 + Kind.MOBILE.mask + "长" * 14 + "…"


def test_a_long_text_is_masked_in_time() -> None:

    started = time.perf_counter()
    mask("1 " * 4000 + "a" * 4000 + "a@" * 1000 + "0" * 2000 + "（" * 2000)
    assert time.perf_counter() - started < 2
