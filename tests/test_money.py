"""Quantities found in sentences, figures of a text, amounts in words and back."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from corpus.money import (
    Bound,
    Kind,
    MoneyError,
    figures,
    read_money,
    read_quantities,
    read_rate,
    unsourced,
    write_money,
    write_percent,
)


def found(text: str) -> list[tuple[str, str]]:
    """Return kind and value of each quantity, ranges as low~high."""
    return [
        (q.kind.value, "~".join(f"{value.normalize():f}" for value in q.values))
        for q in read_quantities(text)
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("卖了3000万能补多少", "30000000"),
        ("合同额 3,000.5 万元", "30005000"),
        ("１２００万", "12000000"),
        ("３，０００万", "30000000"),
        ("投了三千五百万元", "35000000"),
        ("两个亿能拿多少", "200000000"),
        ("1亿2000万", "120000000"),
        ("0.05亿", "5000000"),
        ("大约2千万", "20000000"),
        ("20000000元", "20000000"),
        ("500w", "5000000"),
        ("￥500万", "5000000"),
        ("人民币五百万元整", "5000000"),
        ("-300万", "-3000000"),
        ("负三百万", "-3000000"),
        ("600万到800万", "6000000~8000000"),
        ("600-800万元", "6000000~8000000"),
        ("五百到八百万", "5000000~8000000"),
        ("三四千万", "30000000~40000000"),
        ("2-3千万", "20000000~30000000"),
        ("七到八百万", "7000000~8000000"),
        ("5到15万", "50000~150000"),
        ("一两千万", "10000000~20000000"),
        ("2，000万元", "20000000"),
        ("给5万一次性补助", "50000"),
        ("三万五的补贴", "35000"),
        ("A300万", "3000000"),
        ("两百块钱", "200"),
    ],
)
def test_money_in_a_sentence(text: str, value: str) -> None:
    assert found(text) == [("money", value)]


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("百分之三", "0.03"),
        ("百分之零点五", "0.005"),
        ("３％", "0.03"),
        ("3个点", "0.03"),
        ("3个百分点", "0.03"),
        ("千分之八", "0.008"),
        ("8‰", "0.008"),
        ("三成", "0.3"),
        ("1：1", "1"),
        ("10%-20%", "0.1~0.2"),
        ("10-20%", "0.1~0.2"),
        ("百分之百", "1"),
    ],
)
def test_rates(text: str, rate: str) -> None:
    assert found(text) == [("rate", rate)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3个产品", [("count", "3")]),
        ("50台设备，20人，2年", [("count", "50"), ("count", "20"), ("count", "2")]),
        ("300平方米", [("count", "300")]),
        ("1.2万平方米", [("count", "12000")]),
        ("到2027年", [("year", "2027")]),
        ("二〇二七年", [("year", "2027")]),
        ("2023-2025年", [("year", "2023~2025")]),
        ("拨打13812345678或021-64123456", [("code", "13812345678"), ("code", "2164123456")]),
        (
            "三个产品卖了1200、1500和900万",
            [("count", "3")] + [("money", f"{n}0000") for n in (1200, 1500, 900)],
        ),
        ("达到300/500万的给2/3万", [("money", f"{n}0000") for n in (300, 500, 2, 3)]),
        ("产品A1200万、B800万", [("money", "12000000"), ("money", "8000000")]),
        ("1个亿 十个亿", [("money", "100000000"), ("money", "1000000000")]),
        ("千分之5 万分之三", [("rate", "0.005"), ("rate", "0.0003")]),
        ("300万三个产品", [("money", "3000000"), ("count", "3")]),
        ("（二）3年内（一）5万元", [("count", "3"), ("money", "50000")]),
        ("5G和C919", [("code", "5"), ("code", "919")]),
    ],
)
def test_other_quantities(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("储能容量1000千瓦时以上", "1000", "千瓦时"),
        ("年节能量达到300吨标准煤以上", "300", "吨标准煤"),
        ("节能量 500 吨标煤", "500", "吨标准煤"),
        ("1250吨标煤能拿多少", "1250", "吨标准煤"),
        ("用了320万度电", "3200000", "千瓦时"),
        ("320万度，能补多少", "3200000", "千瓦时"),
        ("发电300万度能补多少", "3000000", "千瓦时"),
        ("320 万 度", "3200000", "千瓦时"),
        ("一度电补多少", "1", "千瓦时"),
        ("三千五百千瓦时", "3500", "千瓦时"),
        ("1000多度电", "1000", "千瓦时"),
        ("500kWh", "500", "千瓦时"),
        ("100MWh储能", "100", "兆瓦时"),
        ("装机5万千瓦", "50000", "千瓦"),
        ("300-500kW", "300~500", "千瓦"),
        ("20兆瓦", "20", "兆瓦"),
        ("12万立方米", "120000", "立方米"),
        ("7万方水", "70000", "立方米"),
        ("节水7万方，补多少", "70000", "立方米"),
        ("2万方补多少", "20000", "立方米"),
        ("两百方水", "200", "立方米"),
        ("10万方以上", "100000", "立方米"),
        ("5000平的厂房", "5000", "平方米"),
        ("建了500平厂房", "500", "平方米"),
        ("一千平左右", "1000", "平方米"),
        ("12千米", "12", "公里"),
        ("1000标准箱", "1000", "标准箱"),
        ("500TEU", "500", "标准箱"),
        ("接待3万人次", "30000", "人次"),
        ("200课时", "200", "课时"),
        ("20公顷", "20", "公顷"),
        ("300亩", "300", "亩"),
    ],
)
def test_units_and_the_names_people_use_for_them(text: str, value: str, unit: str) -> None:
    (quantity,) = read_quantities(text)
    assert (found(text), quantity.unit) == ([("count", value)], unit)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("投资500万方可申请", "money"),
        ("投资达到500万方能享受", "money"),
        ("减少3度", "number"),
        ("5000平台用户", "number"),
        ("2025年度", "year"),
        ("2个方面", "count"),
        ("500mAh", "code"),
    ],
)
def test_words_that_begin_like_a_unit_are_none(text: str, kind: str) -> None:
    (quantity,) = read_quantities(text)
    assert (quantity.kind, quantity.unit in ("立方米", "千瓦时", "平方米")) == (kind, False)


@pytest.mark.parametrize(
    "text",
    [
        "（三）1没有写明，（三）2：、（十二）3《支持平台》，二、5规定",
        "双方签订三方协议，四面八方。",
        "由学校、企业、政府三方，共同委托三方水质检测",
        "每千瓦时、公平公正、力度、万方数据",
        "第五条、第六条和第三部分",
        "第5、6条",
        "一次性、一体化、统一、一家企业、一个总体目标",
        "“十百千”目标，赋能百业，千家万户",
        "千万别，万一，大零号湾，陆家嘴，三元锂电池",
        "1.总体发展目标",
        "（1）材料 ① ② [3]",
        "最后一公里",
        "前三款规定，第一项至五项，红十字会，三轮车",
    ],
)
def test_what_is_no_quantity(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["五百来万", "五百多万", "约500万", "大概500万", "500万左右", "近五百万"]
)
def test_approximate_amounts_say_so(text: str) -> None:
    (quantity,) = read_quantities(text)
    assert quantity.approximate
    assert quantity.value == 5_000_000


@pytest.mark.parametrize("text", ["几百万", "上千万元", "好几千万"])
def test_vague_amounts_have_no_value(text: str) -> None:
    (quantity,) = read_quantities(text)
    assert quantity.kind is Kind.MONEY
    assert quantity.values == ()


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("500万美元", "USD"),
        ("$500万", "USD"),
        ("500万欧元", "EUR"),
        ("500万港币", "HKD"),
        ("500万", "CNY"),
    ],
)
def test_currencies_are_kept(text: str, currency: str) -> None:
    (quantity,) = read_quantities(text)
    assert quantity.value == 5_000_000
    assert quantity.currency == currency


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("1000万元以上", Bound.AT_LEAST),
        ("1000万元（含）以上", Bound.AT_LEAST),
        ("1000万元以上（不含1000万元）", Bound.MORE_THAN),
        ("达到1000万", Bound.AT_LEAST),
        ("不低于1000万", Bound.AT_LEAST),
        ("不少于1000万", Bound.AT_LEAST),
        ("超过1000万", Bound.MORE_THAN),
        ("不到1000万", Bound.LESS_THAN),
        ("未达到1000万", Bound.LESS_THAN),
        ("低于1000万", Bound.LESS_THAN),
        ("1000万元以内", Bound.AT_MOST),
        ("最高不超过1000万", Bound.AT_MOST),
        ("不超过研发投入的30%", Bound.AT_MOST),
        ("上限1000万元", Bound.AT_MOST),
        ("≥1000万元", Bound.AT_LEAST),
        ("小于等于1000万元", Bound.AT_MOST),
        ("给予1000万元", None),
        ("想拿满1000万元", None),
    ],
)
def test_bounds(text: str, bound: Bound | None) -> None:
    assert read_quantities(text)[0].bound is bound


def test_offsets_are_of_the_text_as_given() -> None:
    text = "揭榜额１２００ 万元，给５０％"
    assert [text[q.start : q.end] for q in read_quantities(text)] == ["１２００ 万元", "５０％"]
    assert [q.text for q in read_quantities(text)] == ["１２００ 万元", "５０％"]


@pytest.mark.parametrize(
    "text", ["２０００万", "两千万元", "20000000元", "2000 万", "0.2亿", "20,000,000元"]
)
def test_equal_figures_compare_equal(text: str) -> None:
    assert figures(text) == figures("2000万元")


def test_unsourced_figures() -> None:
    sources = ["给予50个、5家、2027年、每年1次、百分之三、最高2000万元"]
    assert not unsourced(
        "根据第五条：\n1. 共5家、50个，1次\n（2）3% ①，两千万元，2027年，一家", sources
    )
    assert not unsourced("| 上限 | 50 |", sources)
    for wrong in (
        "6家",
        "5个",
        "2028年",
        "2次",
        "0.3%",
        "2亿元",
        "2000万美元",
        "2000元",
        "64123456",
        "一年",
    ):
        assert unsourced(wrong, sources), wrong


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("6172800", "617.28万元"),
        ("100000000", "1亿元"),
        ("1500", "1500元"),
        ("123456789.01", "123456789.01元"),
        ("12345", "1.2345万元"),
        ("9999900", "999.99万元"),
        ("120005000", "12000.5万元"),
        ("0", "0元"),
        ("0.01", "0.01元"),
        ("-3000000", "-300万元"),
    ],
)
def test_write_money(amount: str, text: str) -> None:
    assert write_money(Decimal(amount)) == text
    assert read_money(text) == Decimal(amount)


def test_any_amount_reads_back_as_written() -> None:
    chance = random.Random(20)
    for _ in range(100_000):
        cents = chance.randint(-(10 ** chance.randint(1, 18)), 10 ** chance.randint(1, 20))
        amount = Decimal(cents).scaleb(-chance.choice((0, 1, 2)))
        assert read_money(write_money(amount)) == amount


def test_very_large_amounts_are_written() -> None:
    assert write_money(Decimal(10) ** 60).endswith("亿元")


@pytest.mark.parametrize(
    "text", ["", "很多", "3%", "500万美元", "五百来万", "600万到800万", "第五条", "万元", "1e5"]
)
def test_read_money_is_strict(text: str) -> None:
    with pytest.raises(MoneyError, match="不是能读出的金额") as error:
        read_money(text)
    assert "\n" not in str(error.value)


def test_read_rate() -> None:
    assert read_rate("千分之八") == Decimal("0.008")
    assert read_rate("约3%的") is None
    assert read_rate("3万元") is None
    assert write_percent(Decimal("0.03")) == "3%"
    assert write_percent(Decimal("0.008")) == "0.8%"


NUMERALS = (
    "0123456789０９零〇一二两三九十百千万亿半点个几多来余.,，：:-~到至、/和%‰成年元块美"
    "$wWA（(）)第条 \n最高以上含约负百分之²٣①½"
)


@given(st.one_of(st.text(), st.text(st.sampled_from(NUMERALS), max_size=40)))
def test_no_string_crashes_the_reader(text: str) -> None:
    for quantity in read_quantities(text):
        assert text[quantity.start : quantity.end] == quantity.text
    assert all(isinstance(figure.value, Decimal) for figure in figures(text))
    try:
        assert read_money(text).is_finite()
    except MoneyError as error:
        event(type(error).__name__)
