"""Sentences of law: every case of tests/awards/*.yaml, worked by the shipped rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from assistant.calculator import Calculation, Fact, calculate, invert
from corpus.library import POLICIES, load_policy
from corpus.money import read_money
from corpus.quotes import FLAG_WORDS
from corpus.rules import load_awards

if TYPE_CHECKING:
    from corpus.award import AwardRule

CASES = Path(__file__).parent / "awards"
NATURES = {"应得": "entitlement", "上限": "ceiling", "未写": "unspecified"}
FLAGS = {"分阶段": "staged", "评审": "reviewed", "一次性": "one_off"}
KEYS = {
    "情形",
    "奖励",
    "已知",
    "金额",
    "性质",
    "缺少",
    "未满足",
    "写明",
    "步骤",
    "待确认",
    "想拿",
    "需要",
}


def sentences() -> list[Any]:
    """Read every case of every policy."""
    return [
        pytest.param(path.stem, case, id=case["情形"])
        for path in sorted(CASES.glob("*.yaml"))
        for case in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    ]


@pytest.fixture(scope="module")
def rules() -> dict[tuple[str, str], AwardRule]:
    folders = [path for path in POLICIES.iterdir() if (path / "awards.yaml").exists()]
    return {
        (folder.name, rule.id): rule
        for folder in folders
        for rule in load_awards(folder, load_policy(folder))
    }


@pytest.mark.parametrize(("policy", "case"), sentences())
def test_sentence(
    rules: dict[tuple[str, str], AwardRule], policy: str, case: dict[str, Any]
) -> None:
    assert set(case) <= KEYS
    rule = rules[policy, case["奖励"]]
    if "想拿" in case:
        check_inverse(rule, case)
    else:
        check_calculation(calculate(rule, facts(case["已知"])), case)


def facts(known: dict[str, Any]) -> dict[str, Fact]:
    """Read the facts of a case as a person wrote them."""
    return {name: fact(value) for name, value in known.items()}


def fact(value: str | list[str]) -> Fact:
    if isinstance(value, list):
        return tuple(read_money(item) for item in value)
    return {"是": True, "否": False}[value] if value in ("是", "否") else read_money(value)


def check_calculation(actual: Calculation, case: dict[str, Any]) -> None:
    assert actual.amount == (None if case["金额"] == "无" else read_money(case["金额"]))
    assert [item.label for item in actual.missing] == case.get("缺少", [])
    assert actual.nature == NATURES[case["性质"]] if "性质" in case else True
    assert case.get("步骤") in (None, *(step.text for step in actual.steps))
    reasons = " ".join(unmet.reason for unmet in actual.unmet)
    assert bool(actual.unmet) == ("未满足" in case)
    assert all(words in reasons for words in case.get("未满足", []))
    open_ = " ".join(condition.text for condition in actual.conditions)
    assert all(words in open_ for words in case.get("待确认", []))
    if "写明" in case:
        said = {flag for flag in FLAG_WORDS if getattr(actual, flag)}
        assert said == {FLAGS[word] for word in case["写明"]}


def check_inverse(rule: AwardRule, case: dict[str, Any]) -> None:
    wanted = None if case["想拿"] == "拿满" else read_money(case["想拿"])
    actual = invert(rule, wanted)
    if case["需要"] == "办不到":
        assert not actual.reachable
        assert actual.reason
        return
    assert actual.value == read_money(case["需要"])
    assert actual.steps


def test_there_are_enough_sentences() -> None:
    assert len(sentences()) >= 60
