"""The types of an award rule."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest

from corpus.award import Tier, Tiers, UpTo, quote_of
from corpus.library import POLICIES, load_policy
from corpus.money import Bound
from corpus.rules import load_awards

RULES = load_awards(POLICIES / "minhang-robot", load_policy(POLICIES / "minhang-robot"))


def test_a_rule_finds_its_inputs() -> None:
    rule = next(rule for rule in RULES if rule.id == "service-robot-sales")
    found = rule.input("product_sales")
    assert found is not None
    assert found.many
    assert rule.input("nothing") is None


def test_rules_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        RULES[0].title = "别的"  # type: ignore[misc]


def test_an_amount_rests_on_its_quote() -> None:
    tier = Tier(Bound.AT_LEAST, Decimal(1), "第一档", pays=Decimal(1))
    assert quote_of(Tiers("x", (tier,))) == "第一档"
    assert quote_of(UpTo(Decimal(1), "最高1元")) == "最高1元"


def test_every_input_can_be_asked_for_and_recognised() -> None:
    for rule in RULES:
        assert rule.names
        for item in rule.inputs:
            assert item.ask.endswith("？")
            assert item.hint
            assert item.cues
