from __future__ import annotations

from decimal import Decimal
from urllib.parse import parse_qs, urlencode

import pytest

from assistant.calculation import FactError
from assistant.calculator_fields import MOST_ROWS
from assistant.calculator_form import Case, joint_limits, read_form
from assistant.facts import read_typed
from corpus.award import Input
from corpus.library import Library, load_library
from tests.browser import OTHER_POLICIES

SHIPPED = load_library()
OTHERS = load_library(OTHER_POLICIES)
SALES = "minhang-robot/service-robot-sales"
CALL = "minhang-robot/open-call-research"
RENT = "yunting-lowaltitude/factory-rent"
SUM = Input("sum", "投资额", "元", "投资额是多少？")
COUNT = Input("count", "数量", "座", "有几座？")
SHARE = Input("share", "占比", "%", "占比多少？")


def one(key: str, library: Library = SHIPPED, **fields: str | list[str]) -> Case:
    query = {"award": [key]}
    for name, value in fields.items():
        query[f"{key}.{name.replace('__', '.')}"] = value if isinstance(value, list) else [value]
    (case,) = read_form(library, query).cases
    return case


def amount(case: Case) -> Decimal | None:
    assert case.result is not None
    return case.result.amount


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1500", "万元", 15_000_000),
        ("1500", "元", 1500),
        ("1.2", "亿元", 120_000_000),
        ("1500万", "亿元", 15_000_000),
        ("15000000元", "万元", 15_000_000),
        ("三千五百", "万元", 35_000_000),
        ("三千五百万元", "元", 35_000_000),
        ("两个亿", "万元", 200_000_000),
        ("１，５００", "万元", 15_000_000),
        (" 1,500.5 ", "万元", 15_005_000),
        ("1.5w", "元", 15_000),
        ("0", "万元", 0),
    ],
)
def test_a_sum_is_read_with_the_unit_beside_it_or_its_own(text: str, unit: str, value: int) -> None:
    assert read_typed(SUM, text, unit) == value


@pytest.mark.parametrize(
    ("item", "text", "value"),
    [(COUNT, "12", "12"), (COUNT, "十二", "12"), (COUNT, "12座", "12"), (SHARE, "3", "0.03")],
)
def test_counts_and_shares_need_no_unit(item: Input, text: str, value: str) -> None:
    assert read_typed(item, text, item.unit) == Decimal(value)


@pytest.mark.parametrize("text", ["abc", "-5", "约1500", "1e9", "100美元", "1500多万", "9" * 30])
def test_what_cannot_be_read_is_named_as_it_was_typed(text: str) -> None:
    with pytest.raises(FactError, match=text) as caught:
        read_typed(SUM, text, "万元")
    assert "\n" not in str(caught.value)


def test_a_figure_gives_the_amount() -> None:
    case = one(SALES, product_sales="1500")
    assert amount(case) == 450_000
    assert case.clause.label == "5"
    assert case.fields[0].rows[0].unit == "万元"


def test_several_products_are_rows_of_one_field() -> None:
    case = one(
        SALES,
        product_sales=["1500", "", "0.2", "800万"],
        product_sales__unit=["万元", "万元", "亿元", "元"],
    )
    assert amount(case) == 1_050_000
    assert [row.text for row in case.fields[0].rows] == ["1500", "", "0.2", "800万"]


def test_an_unreadable_figure_keeps_its_text_and_stops_the_sum() -> None:
    case = one(SALES, product_sales=["1500", "许多"])
    assert case.result is None
    good, bad = case.fields[0].rows
    assert good.error == ""
    assert bad.text == "许多"
    assert "许多" in bad.error


def test_an_absurd_sum_is_refused_in_its_field() -> None:
    case = one(CALL, bounty="99999999", bounty__unit="亿元")
    assert "99999999" in case.fields[0].rows[0].error


def test_conditions_are_yes_no_or_open() -> None:
    case = one(SALES, product_sales="1500", field="no", unrelated="yes")
    assert [each.holds for each in case.answers] == [True, False]
    assert amount(case) == 0
    open_case = one(SALES, product_sales="1500", field="perhaps")
    assert [each.holds for each in open_case.answers] == [None, None]
    assert amount(open_case) == 450_000


def test_the_way_back_is_asked_and_given() -> None:
    case = one(SALES, want="100")
    assert case.inverse is not None
    assert case.inverse.value == Decimal("33333333.34")
    assert case.full is not None
    assert case.full.value == Decimal("66666666.67")
    assert one("minhang-robot/smart-factory").full is None
    assert one(SALES, want="很多").want.error


def test_the_way_back_counts_what_was_received_and_the_time_told() -> None:
    case = one(SALES, already_received="20万", want="190万")
    assert case.full is not None
    assert case.full.value == 60_000_000
    assert case.inverse is not None
    assert case.inverse.value is None
    assert "180万元" in case.inverse.reason
    interest = "yunting-lowaltitude/loan-interest"
    assert [
        inverse.value
        for years in ("1", "2", "9")
        if (inverse := one(interest, OTHERS, loan_years=years, want="40万").inverse)
    ] == [800_000, 400_000, 400_000]


def test_nothing_filled_in_asks_for_what_is_missing() -> None:
    case = one(SALES)
    assert case.result is not None
    assert [item.id for item in case.result.missing] == ["product_sales"]


def test_rows_are_added_and_taken_out() -> None:
    name = f"{SALES}.product_sales"
    query = {"award": [SALES], name: ["1", "2", "3"]}

    def rows(extra: dict[str, list[str]]) -> list[str]:
        form = read_form(SHIPPED, query | extra)
        return [row.text for row in form.cases[0].fields[0].rows]

    assert rows({"more": [name]}) == ["1", "2", "3", ""]
    assert rows({"less": [f"{name}:1"]}) == ["1", "3"]
    assert rows({"less": [f"{name}:{n}" for n in range(3)]}) == [""]
    many = {name: [str(n) for n in range(500)], "more": [name]}
    assert len(rows(many)) == MOST_ROWS
    assert not read_form(SHIPPED, query | many).cases[0].fields[0].grows


def test_an_award_is_taken_out_and_an_unknown_one_named() -> None:
    query = {"award": [SALES, CALL, "无此项", SALES], "without": [CALL]}
    form = read_form(SHIPPED, query)
    assert [case.key for case in form.cases] == [SALES]
    assert form.unknown == ("无此项",)


def test_the_query_of_a_form_reproduces_it() -> None:
    query = {
        "award": [SALES, CALL],
        f"{SALES}.product_sales": ["1500", "", "许多 & <b>"],
        f"{SALES}.product_sales.unit": ["万元", "元", "亿元"],
        f"{SALES}.field": ["no"],
        f"{SALES}.want": ["100万"],
        f"{CALL}.bounty": ["三千万"],
    }
    form = read_form(SHIPPED, query)
    again = read_form(SHIPPED, parse_qs(urlencode(form.query)))
    assert again.query == form.query
    assert [case.result for case in again.cases] == [case.result for case in form.cases]
    assert ("minhang-robot/service-robot-sales.product_sales", "") not in form.query


def test_a_policys_own_function_takes_part() -> None:
    case = one(RENT, OTHERS, area="1200", months="十二")
    assert amount(case) == 216_000


def test_a_limit_that_chosen_awards_share_is_said_once() -> None:
    dc, ac, other = ("dc-charger", "ac-charger", "training-base")
    query = {"award": [f"yulan-software/{name}" for name in (dc, ac, other)]}
    (line,) = joint_limits(read_form(OTHERS, query).cases)
    assert line.startswith("直流充电桩补助、交流充电桩补助合计最高50万元")
    alone = read_form(OTHERS, {"award": [f"yulan-software/{dc}"]}).cases
    assert joint_limits(alone) == ()
