from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from assistant.calculator import FactError, calculate
from assistant.payout import Point, payout
from assistant.web.curve import curve, described
from corpus.library import load_library

if TYPE_CHECKING:
    from corpus.award import AwardRule

OTHER_POLICIES = Path(__file__).with_name("policies")
RULES = {rule.id: rule for folder in (None, OTHER_POLICIES) for rule in load_library(folder).awards}
SALES = RULES["service-robot-sales"]
MILLION = Decimal(1_000_000)


def texts_of(svg: str, kind: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return [part.text or "" for part in root.iter("text") if part.get("class") == kind]


def drawable() -> list[AwardRule]:
    return [rule for rule in RULES.values() if rule.inputs]


@pytest.mark.parametrize("rule", drawable(), ids=lambda rule: rule.id)
def test_every_point_of_a_curve_is_the_calculators_own(rule: AwardRule) -> None:
    needed = [item for item in rule.inputs if not item.optional]
    facts = {item.id: Decimal(12) * (MILLION if item.unit == "元" else 1) for item in needed}
    found = payout(rule, facts)
    assert found is not None
    points = [point for run in found.runs for point in run]
    assert points[0].told == 0
    assert points[-1].told == found.end
    for point in (*points, *found.told):
        pays = calculate(rule, {**facts, found.input.id: point.told}).amount
        assert pays is not None
        assert abs(pays - point.pays) < 1


def test_a_curve_jumps_at_the_threshold_and_stays_at_the_cap() -> None:
    found = payout(SALES, {"product_sales": 15 * MILLION})
    assert found is not None
    low, high = found.runs
    assert {point.pays for point in low} == {0}
    assert high[0] == Point(10 * MILLION, Decimal(300_000))
    assert found.full == Decimal("66666666.67")
    assert found.most == 2 * MILLION
    assert found.told == (Point(15 * MILLION, Decimal(450_000)),)


def test_what_was_received_lowers_the_curve() -> None:
    found = payout(SALES, {"already_received": Decimal(1_500_000)})
    assert found is not None
    assert found.most == 500_000
    assert payout(SALES, {"already_received": 2 * MILLION}) is None


def test_a_ladder_has_a_run_a_step() -> None:
    found = payout(RULES["revenue-growth"], {})
    assert found is not None
    assert [run[-1].pays for run in found.runs] == [0, 200_000, 500_000, 1_500_000]


@pytest.mark.parametrize("name", ["smart-factory", "benchmark-listing", "exchange-support"])
def test_an_award_that_depends_on_nothing_has_no_curve(name: str) -> None:
    assert curve(RULES[name], {}) == ""


def test_without_a_cap_and_a_fact_there_is_nothing_to_draw() -> None:
    assert curve(RULES["standard-national"], {}) == ""
    assert "<svg" in curve(RULES["standard-national"], {"national": Decimal(2)})


def test_a_denied_condition_takes_the_point_away() -> None:
    found = payout(SALES, {"product_sales": 15 * MILLION, "field": False})
    assert found is not None
    assert found.told == ()


def test_a_sum_far_beyond_the_cap_stands_at_the_edge() -> None:
    svg = curve(RULES["chain-leader-investment"], {"investment": Decimal(10) ** 10})
    assert texts_of(svg, "told-name") == ["→ 100亿元：1000万元"]


def test_axes_threshold_cap_and_point_are_named() -> None:
    svg = curve(SALES, {"product_sales": 15 * MILLION})
    assert texts_of(svg, "name") == ["单个产品销售额（万元）", "金额（万元）"]
    assert texts_of(svg, "cap-name") == ["累计上限 200万元"]
    assert texts_of(svg, "step-name") == ["门槛 1000万元"]
    assert texts_of(svg, "told-name") == ["1500万元：45万元"]
    assert texts_of(curve(RULES["open-call-research"], {}), "name")[1] == "最高额（万元）"


def test_a_curve_is_told_in_words_too() -> None:
    found = payout(SALES, {"product_sales": 15 * MILLION})
    assert found is not None
    words = described(found)
    for part in ("1000万元", "6666.67万元", "200万元", "1500万元对应 45万元"):
        assert part in words
    ceiling = payout(RULES["open-call-research"], {"bounty": 30 * MILLION})
    assert ceiling is not None
    assert "最高不超过 1500万元" in described(ceiling)


def test_labels_never_cover_one_another() -> None:
    sums = tuple(Decimal(number) * MILLION for number in (5, 12, 13, 14, 15, 60, 64, 90))
    svg = curve(SALES, {"product_sales": sums})
    assert svg.count("<circle") == len(sums)
    boxes = []
    for part in ElementTree.fromstring(svg).iter("text"):
        if part.get("class") in ("told-name", "cap-name", "step-name"):
            x, y = float(part.get("x", "")), float(part.get("y", ""))
            boxes.append((x, y, x + 7 * len(part.text or "")))
    for i, (x, y, right) in enumerate(boxes):
        for other_x, other_y, other_right in boxes[:i]:
            assert abs(y - other_y) > 12 or right <= other_x or other_right <= x


def test_words_of_a_policy_are_escaped() -> None:
    hostile = replace(SALES, title='<script>"x"</script>')
    svg = curve(hostile, {"product_sales": 15 * MILLION})
    assert "<script" not in svg
    assert ElementTree.fromstring(svg)[0].text == f"{hostile.title}：金额随单个产品销售额变化的曲线"


def test_a_curve_needs_no_inline_style_and_no_id() -> None:
    svg = curve(SALES, {"product_sales": 15 * MILLION})
    assert "style=" not in svg
    assert " id=" not in svg


def test_a_fact_the_rule_does_not_know_is_refused() -> None:
    with pytest.raises(FactError):
        curve(SALES, {"product_sales": -MILLION})
