"""What `calc` and `awards` work with: written facts → a rule's inputs, rules → rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.awards import summary
from assistant.calculator import (
    Calculation,
    FactError,
    Inverse,
    calculate,
    invert,
    read_value,
)
from assistant.usage import UsageError
from corpus.money import read_money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from corpus.award import AwardRule, Input
    from corpus.library import Library


def find_award(name: str, library: Library) -> AwardRule:
    """Return the award with this id; raises UsageError naming those there are."""
    for rule in library.awards:
        if name in (rule.id, f"{rule.policy}/{rule.id}"):
            return rule
    known = "、".join(rule.id for rule in library.awards) or "无"
    raise UsageError(f"没有奖励“{name}”。可用的有：{known}。")


def calculated(rule: AwardRule, facts: list[str]) -> Calculation:
    """Calculate a rule from facts written as NAME=VALUE, several values set off by commas."""
    known: dict[str, Sequence[str]] = {}
    for fact in facts:
        name, equals, value = fact.partition("=")
        if not equals or not value.strip():
            raise UsageError(f"“{fact}”应写成 名称=数值，例如 {_example(rule)}。")
        item = rule.input(name.strip())
        several = item is not None and item.many
        known[name.strip()] = value.replace("，", ",").split(",") if several else [value.strip()]
    return worked_out(rule, known)


def worked_out(rule: AwardRule, facts: Mapping[str, Sequence[str]]) -> Calculation:
    """Calculate a rule from the values written for each of its inputs and conditions."""
    return calculate(rule, {name: _read(rule, name, written) for name, written in facts.items()})


def wanted(rule: AwardRule, want: str) -> Inverse:
    """Return which input reaches an amount; 最高 stands for the most the rule pays."""
    return invert(rule, None if want in ("最高", "max") else read_money(want))


def open_points(result: Calculation) -> dict[str, Any]:
    """Return what a calculation leaves open, for the JSON output."""
    return {
        "missing": [
            {"input": item.id, "ask": item.ask, "hint": item.hint} for item in result.missing
        ],
        "unmet": [{"reason": unmet.reason, "quote": unmet.quote} for unmet in result.unmet],
        "conditions": [{"id": c.id, "text": c.text, "quote": c.quote} for c in result.conditions],
        "staged": result.staged,
        "reviewed": result.reviewed,
        "one_off": result.one_off,
    }


def award_rows(library: Library) -> list[dict[str, str]]:
    """Return one row an award: id, clause, title, inputs, pays, cap, conditions."""
    return [
        {
            "award": rule.id,
            "policy": rule.policy,
            "clause": rule.clause,
            "title": rule.title,
            "inputs": "、".join(f"{item.id}（{item.label}）" for item in rule.inputs),
            "pays": summary(rule),
            "cap": "、".join(f"{cap.quote}" for cap in rule.caps),
            "nature": rule.nature.value,
            "conditions": "；".join(condition.text for condition in rule.conditions),
            "flags": "、".join(flag for flag in (rule.reviewed, rule.staged, rule.one_off) if flag),
        }
        for rule in library.awards
    ]


def _read(rule: AwardRule, name: str, written: Sequence[str]) -> Any:
    item = rule.input(name)
    if item is None:
        if any(condition.id == name for condition in rule.conditions):
            return _yes_or_no(name, "、".join(written))
        known = "、".join([i.id for i in rule.inputs] + [c.id for c in rule.conditions]) or "无"
        raise UsageError(f"{rule.id} 没有“{name}”这一项；可用的有 {known}。")
    return tuple(_number(item, part) for part in written)


def _number(item: Input, text: str) -> Decimal:
    try:
        return read_value(item, text)
    except FactError as error:
        raise UsageError(f"{item.id}：{error}") from error


def _yes_or_no(name: str, value: str) -> bool:
    words = {"是": True, "true": True, "yes": True, "否": False, "false": False, "no": False}
    if value.lower() not in words:
        raise UsageError(f"条件 {name} 的值“{value}”应写 是 或 否。")
    return words[value.lower()]


def _example(rule: AwardRule) -> str:
    first = rule.inputs[0].id if rule.inputs else "name"
    return f"{first}=1500万元"
