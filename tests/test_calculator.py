"""The calculator: every kind of amount on invented clauses, and properties that always hold."""

from __future__ import annotations

import timeit
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.calculator import FactError, calculate, invert, out_of_range, read_value
from corpus.award import AwardRule, Input, Nature
from corpus.library import POLICIES, load_policy
from corpus.reader import read_policy
from corpus.rules import load_awards

if TYPE_CHECKING:
    from pathlib import Path

FEN = Decimal("0.01")
MINHANG = {
    rule.id: rule
    for rule in load_awards(POLICIES / "minhang-robot", load_policy(POLICIES / "minhang-robot"))
}
SALES = MINHANG["service-robot-sales"]
amounts = st.decimals(0, 10**12, places=2)
paying = st.sampled_from([rule for rule in MINHANG.values() if len(rule.inputs) > 0])


def invented(folder: Path, clause: str, rules: str) -> tuple[AwardRule, ...]:
    """Load rules for a one-clause policy made up for a test."""
    policy = read_policy("invented", f"试验政策\n1.奖励。{clause}\n2.附则。由试验局解释。\n")
    (folder / "awards.yaml").write_text(rules, encoding="utf-8")
    return load_awards(folder, policy)


def entry(name: str, amount: str, inputs: str = "", more: str = "", nature: str = "") -> str:
    """Write one rule of an award file."""
    nature = nature or "entitlement"
    start = f'- {{id: {name}, clause: "1", title: 奖励, names: [奖励], nature: {nature}'
    return f"{start}, inputs: [{inputs}], amount: {{{amount}}}{more}}}\n"


def asked(name: str, unit: str = "元", more: str = "") -> str:
    """Write one input of a rule."""
    return f"{{id: {name}, label: 数, unit: {unit}, ask: 多少？{more}}}"


@pytest.mark.parametrize(
    ("clause", "rule", "facts", "expected"),
    [
        (
            "给予50万元奖励。",
            entry("fixed", "kind: fixed, pays: 50万元, quote: 给予50万元奖励"),
            {},
            "500000",
        ),
        (
            "按贷款额的千分之三给予补贴。",
            entry(
                "per-mille",
                "kind: rate, of: loan, rate: 千分之三, quote: 贷款额的千分之三",
                asked("loan"),
            ),
            {"loan": 1_000_000},
            "3000",
        ),
        (
            "按1：1比例给予配套，最高一百万元。",
            entry(
                "matching",
                "kind: rate, of: grant, rate: 1：1, quote: 按1：1比例给予配套",
                asked("grant"),
                ", caps: [{value: 100万元, scope: once, quote: 最高一百万元}]",
            ),
            {"grant": 1_500_000},
            "1000000",
        ),
        (
            "对投资额超过500万元的部分，按10%给予资助。",
            entry(
                "part-above",
                "kind: rate, of: cost, rate: 10%, quote: 按10%给予资助, above: 500万元, "
                "above_quote: 超过500万元的部分",
                asked("cost"),
            ),
            {"cost": 8_000_000},
            "300000",
        ),
        (
            "年产值首次达到300/500/1000万的，分别给予2/3/5万元奖励。",
            entry(
                "listed-tiers",
                "kind: tiers, of: output, quote: 达到300/500/1000万的，分别给予2/3/5万元, tiers: "
                "[{at_least: 300万元, pays: 2万元}, {at_least: 500万元, pays: 3万元}, "
                "{at_least: 1000万元, pays: 5万元}]",
                asked("output"),
            ),
            {"output": 9_999_999},
            "30000",
        ),
        (
            "销售额1000万元（含）至5000万元的给予1%奖励，超过5000万元的给予2%奖励。",
            entry(
                "rate-tiers",
                "kind: tiers, of: sales, quote: 1000万元（含）至5000万元的给予1%奖励, tiers: "
                "[{at_least: 1000万元, at_most: 5000万元, rate: 1%}, "
                "{more_than: 5000万元, rate: 2%, quote: 超过5000万元的给予2%奖励}]",
                asked("sales"),
            ),
            {"sales": 50_000_001},
            "1000000.02",
        ),
        (
            "每平方米每月补贴3元，最长补贴三年。",
            entry(
                "rent",
                "kind: per_unit, of: area, pays: 3元, quote: 每平方米每月补贴3元",
                asked("area", "平方米") + ", " + asked("months", "个月"),
                ", duration: {every: 月, most: 3年, input: months, quote: 最长补贴三年}",
            ),
            {"area": 200, "months": 48},
            "21600",
        ),
        (
            "每件发明专利奖励2000元，每年最高1万元。",
            entry(
                "patents",
                "kind: per_unit, of: patents, pays: 2000元, quote: 每件发明专利奖励2000元",
                asked("patents", "件"),
                ", caps: [{value: 1万元, scope: year, quote: 每年最高1万元}]",
            ),
            {"patents": 7},
            "10000",
        ),
        (
            "连续3年每年给予10万元补助。",
            entry(
                "yearly",
                "kind: fixed, pays: 10万元, quote: 每年给予10万元",
                more=", duration: {every: 年, most: 3年, quote: 连续3年}",
            ),
            {},
            "300000",
        ),
        (
            "按租金的50%补贴，每年最高20万元，补贴2年。",
            entry(
                "yearly-cap",
                "kind: rate, of: rent, rate: 50%, quote: 租金的50%",
                asked("rent"),
                ", caps: [{value: 20万元, scope: year, quote: 每年最高20万元}]"
                ", duration: {every: 年, most: 2年, quote: 补贴2年}",
            ),
            {"rent": 600_000},
            "400000",
        ),
        (
            "对上年度营收2亿元以上（不含2亿元）的企业给予10万元奖励。",
            entry(
                "excluding",
                "kind: fixed, pays: 10万元, quote: 给予10万元奖励",
                asked("revenue"),
                ", thresholds: [{input: revenue, more_than: 2亿元, quote: 营收2亿元以上（不含}]",
            ),
            {"revenue": 200_000_000},
            "0",
        ),
        (
            "面积300平方米以上的给予5万元奖励。",
            entry(
                "area-threshold",
                "kind: fixed, pays: 5万元, quote: 给予5万元奖励",
                asked("area", "平方米"),
                ", thresholds: [{input: area, at_least: 300平方米, quote: 面积300平方米以上}]",
            ),
            {"area": 300},
            "50000",
        ),
    ],
)
def test_kinds_of_amount(
    tmp_path: Path, clause: str, rule: str, facts: dict[str, int], expected: str
) -> None:
    (award,) = invented(tmp_path, clause, rule)
    assert calculate(award, facts).amount == Decimal(expected)


YEARLY = ", caps: [{value: 30万元, scope: year, received: had, quote: 年度累计最高不超过30万元}]"
RENT = asked("rent") + ", " + asked("had", more=", optional: true")
HALF = "kind: rate, of: rent, rate: 50%, quote: 租金的50%"


def test_a_yearly_cap_counts_what_was_received_this_year(tmp_path: Path) -> None:
    clause = "按租金的50%补贴，年度累计最高不超过30万元。"
    (award,) = invented(tmp_path, clause, entry("rent", HALF, RENT, YEARLY))
    assert calculate(award, {"rent": 1_000_000}).amount == 300_000
    open_ = calculate(award, {"rent": 1_000_000}).conditions[0].text
    assert open_ == "本年度的同类补助计入每年上限，这里按尚未获得过计算"
    paid = calculate(award, {"rent": 1_000_000, "had": 100_000})
    assert paid.amount == 200_000
    assert "每年上限 30万元 − 本年度已获得 10万元，还可获得 20万元" in [s.text for s in paid.steps]


def test_what_was_received_this_year_counts_in_the_first_year_only(tmp_path: Path) -> None:
    clause = "按租金的50%补贴，年度累计最高不超过30万元，补贴3年。"
    years = ", duration: {every: 年, most: 3年, quote: 补贴3年}"
    (award,) = invented(tmp_path, clause, entry("rent", HALF, RENT, YEARLY + years))
    assert calculate(award, {"rent": 1_000_000}).amount == 900_000
    assert calculate(award, {"rent": 1_000_000, "had": 100_000}).amount == 800_000


def test_a_shared_cap_counts_what_the_other_award_paid(tmp_path: Path) -> None:
    clause = "展位费补贴50%；布展费补贴30%。两项合计最高10万元。"
    cap = ", caps: [{value: 10万元, scope: shared, quote: 两项合计最高10万元, received: paid"
    told = asked("cost") + ", " + asked("paid", more=", optional: true")
    first, second = invented(
        tmp_path,
        clause,
        entry(
            "stand",
            "kind: rate, of: cost, rate: 50%, quote: 展位费补贴50%",
            told,
            f"{cap}, shared_with: [fitting]}}]",
        )
        + entry(
            "fitting",
            "kind: rate, of: cost, rate: 30%, quote: 布展费补贴30%",
            told,
            f"{cap}, shared_with: [stand]}}]",
        ),
    )
    assert calculate(first, {"cost": 150_000}).amount == 75_000
    assert calculate(second, {"cost": 150_000, "paid": 75_000}).amount == 25_000


def test_an_odd_amount_is_a_named_function(tmp_path: Path) -> None:
    (tmp_path / "awards.py").write_text(
        "def doubled(facts, numbers):\n"
        "    paid = facts['size'][0] * numbers['each'] * 2\n"
        "    return paid, (f'双倍 = {paid}元',)\n",
        encoding="utf-8",
    )
    (award,) = invented(
        tmp_path,
        "每件按100元的双倍给予，最高5万元。",
        entry(
            "odd",
            "kind: function, function: doubled, quote: 每件按100元的双倍给予, "
            "numbers: [{id: each, value: 100元, quote: 每件按100元}]",
            asked("size", "件"),
            ", caps: [{value: 5万元, scope: once, quote: 最高5万元}]",
        ),
    )
    assert calculate(award, {"size": 3}).amount == 600
    assert calculate(award, {"size": 3}).steps[0].text == "双倍 = 600元"
    assert not invert(award, Decimal(600)).reachable


def test_the_inverse_of_tiers_and_units(tmp_path: Path) -> None:
    tiers, unit = invented(
        tmp_path,
        "达到300万元的给予2万元，达到500万元的给予3万元。每件奖励2000元。",
        entry(
            "tiers",
            "kind: tiers, of: x, quote: 达到300万元的给予2万元，达到500万元的给予3万元, tiers: "
            "[{at_least: 300万元, pays: 2万元}, {at_least: 500万元, pays: 3万元}]",
            asked("x"),
        )
        + entry(
            "unit", "kind: per_unit, of: n, pays: 2000元, quote: 每件奖励2000元", asked("n", "件")
        ),
    )
    assert invert(tiers).value == 5_000_000
    assert invert(tiers, Decimal(15_000)).value == 3_000_000
    assert not invert(tiers, Decimal(30_001)).reachable
    assert invert(unit, Decimal(5000)).value == 3
    assert invert(unit).reason == "条文没有写上限，谈不上拿满。"


def test_the_contract_json() -> None:
    found = calculate(SALES, {"product_sales": 20_000_000}).to_json()
    assert list(found) == ["policy", "award", "clause", "amount", "nature", "inputs", "steps"]
    assert found["amount"] == "600000"
    assert found["inputs"] == {"product_sales": ["20000000"]}
    assert {"text": "2000万元 × 3% = 60万元", "quote": "按销售额的3%给予补助"} in found["steps"]


@pytest.mark.parametrize(
    ("sales", "expected"),
    [
        ("0", "0"),
        ("9999999.99", "0"),
        ("10000000", "300000"),
        ("66666666.33", "1999999.99"),
        ("66666666.66", "2000000.00"),
        ("66666666.67", "2000000"),
        ("1e20", "2000000"),
    ],
)
def test_edges(sales: str, expected: str) -> None:
    assert calculate(SALES, {"product_sales": Decimal(sales)}).amount == Decimal(expected)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"product_sales": Decimal(-1)}, "不小于 0"),
        ({"product_sales": Decimal("NaN")}, "不小于 0"),
        ({"product_sales": 1.5}, "不是精确的数"),
        ({"sales": Decimal(1)}, "可用的有 product_sales"),
        ({"unrelated": 1}, "True 或 False"),
    ],
)
def test_nonsense_facts_are_refused(facts: dict[str, Decimal], words: str) -> None:
    with pytest.raises(FactError, match=words):
        calculate(SALES, facts)


def test_values_out_of_range_have_a_reason() -> None:
    item = SALES.inputs[0]
    assert out_of_range(item, Decimal(10_000_000)) is None
    assert "不小于 0" in (out_of_range(item, Decimal(-1)) or "")
    assert "核对单位" in (out_of_range(item, Decimal(10) ** 15) or "")


@given(rule=paying, value=amounts)
def test_never_above_the_cap(rule: AwardRule, value: Decimal) -> None:
    amount = calculate(rule, {rule.inputs[0].id: value}).amount
    assert amount is not None
    assert 0 <= amount <= rule.caps[0].value


@given(rule=paying, one=amounts, other=amounts)
def test_more_input_never_pays_less(rule: AwardRule, one: Decimal, other: Decimal) -> None:
    name = rule.inputs[0].id
    less, more = (calculate(rule, {name: value}).amount for value in sorted((one, other)))
    assert less is not None
    assert more is not None
    assert less <= more


@given(rule=paying, wanted=st.decimals("0.01", 10**7, places=2))
def test_inverse_and_forward_agree(rule: AwardRule, wanted: Decimal) -> None:
    found = invert(rule, wanted)
    if wanted > rule.caps[0].value:
        assert not found.reachable
        return
    assert found.value is not None
    name = rule.inputs[0].id
    assert (calculate(rule, {name: found.value}).amount or 0) >= wanted
    below = calculate(rule, {name: max(found.value - 100, Decimal(0))}).amount
    assert below is not None
    assert below < wanted


@given(sales=st.lists(st.decimals(0, 10**9, places=2), min_size=1, max_size=6), seed=st.randoms())
def test_the_order_of_products_does_not_matter(sales: list[Decimal], seed: object) -> None:
    told = calculate(SALES, {"product_sales": sales}).amount
    assert told == calculate(SALES, {"product_sales": sales[::-1]}).amount
    assert told == calculate(SALES, {"product_sales": sorted(sales)}).amount


@given(value=st.decimals(0, 10**9, places=2), had=st.decimals(0, 10**7, places=2))
def test_cumulative_awards_never_pass_the_cap(value: Decimal, had: Decimal) -> None:
    amount = calculate(SALES, {"product_sales": value, "already_received": had}).amount
    assert amount is not None
    assert amount + min(had, SALES.caps[0].value) <= SALES.caps[0].value


@given(rule=paying, value=amounts)
def test_no_float_anywhere(rule: AwardRule, value: Decimal) -> None:
    found = calculate(rule, {rule.inputs[0].id: value})
    exact = (value * rule.amount.rate).quantize(FEN, ROUND_HALF_UP)  # type: ignore[union-attr]
    numbers = [found.amount, *(v for values in found.inputs.values() for v in values)]
    assert all(isinstance(number, Decimal) for number in numbers)
    assert found.amount in (exact, rule.caps[0].value, Decimal(0))


@given(rule=st.sampled_from(list(MINHANG.values())), value=amounts)
def test_a_ceiling_always_says_so(rule: AwardRule, value: Decimal) -> None:
    found = calculate(rule, {rule.inputs[0].id: value} if rule.inputs else {})
    words = "".join(step.text for step in found.steps)
    assert (rule.nature is Nature.CEILING) is any(
        w in words for w in ("不超过 ", "不超过1", "上限1")
    )


def test_a_calculation_takes_under_a_millisecond() -> None:
    facts = {"product_sales": (Decimal(30_000_000), Decimal(20_000_000))}
    seconds = timeit.repeat(lambda: calculate(SALES, facts), number=100, repeat=5)
    assert min(seconds) / 100 < 0.001


@pytest.mark.parametrize(
    ("unit", "text", "value"),
    [("元", "两千万", "20000000"), ("%", "3%", "0.03"), ("件", "7件", "7"), ("件", "7", "7")],
)
def test_values_are_read_as_written(unit: str, text: str, value: str) -> None:
    assert read_value(Input("x", "数", unit, "多少？"), text) == Decimal(value)


@pytest.mark.parametrize(
    ("unit", "text"),
    [("元", "很多"), ("%", "3万元"), ("件", "7台"), ("件", "约7件"), ("元", "-1")],
)
def test_values_that_cannot_be_read_are_refused(unit: str, text: str) -> None:
    with pytest.raises(FactError, match="请"):
        read_value(Input("x", "数", unit, "多少？"), text)
