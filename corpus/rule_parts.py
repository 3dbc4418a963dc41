"""The parts of an award rule, each read from its entry and proved by its quote."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from corpus.award import (
    AwardRule,
    Cap,
    Condition,
    Duration,
    Input,
    Nature,
    Odd,
    Scope,
    Support,
    Threshold,
    quote_of,
)
from corpus.money import Bound, Kind
from corpus.quotes import (
    FLAG_WORDS,
    QUOTED_WORDS,
    SCOPE_WORDS,
    ceiling_word,
    sentence,
    words_of_cap,
)
from corpus.rule_amounts import read_amount
from corpus.rule_entry import BOUND_FIELDS, RuleReader

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from corpus.policy import Policy

Part = TypeVar("Part")

MOST_MONEY, MOST_COUNT = Decimal(10**12), Decimal(10**8)
"""The largest sum in 元 (1万亿) and count that an input takes unless its rule says otherwise."""

_ID = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_FLAG_NAMES = {"staged": "分阶段", "reviewed": "评审", "one_off": "一次性"}


def read_rule(reader: RuleReader, policy: Policy, folder: Path) -> AwardRule | None:
    """Read one award; None when anything in it is wrong, which is then among the faults."""
    before = len(reader.faults)
    if isinstance(reader.entry, dict):
        reader = _placed(reader, policy)
    if not reader.has_shape("rule") or reader.clause is None:
        return None
    inputs = _found(_input(part) for part in reader.parts("inputs"))
    amount = read_amount(reader.part("amount"), inputs, folder)
    nature = reader.choice("nature", Nature)
    rule = AwardRule(
        policy=policy.id,
        id=reader.text("id"),
        clause=reader.clause.label,
        title=reader.text("title"),
        names=reader.texts("names"),
        nature=nature or Nature.UNSPECIFIED,
        inputs=inputs,
        amount=amount or Support(""),
        thresholds=_found(_threshold(part, inputs) for part in reader.parts("thresholds")),
        conditions=_found(_condition(part) for part in reader.parts("conditions")),
        caps=_found(_cap(part, inputs) for part in reader.parts("caps")),
        duration=_duration(reader, inputs),
        staged=_flag(reader, "staged"),
        reviewed=_flag(reader, "reviewed"),
        one_off=_flag(reader, "one_off"),
    )
    if amount is not None and nature is not None:
        _check_nature(reader, rule)
        _check_inputs(reader, rule)
        _check_flags(reader, rule)
    return rule if len(reader.faults) == before else None


def _found(parts: Iterable[Part | None]) -> tuple[Part, ...]:
    """Keep the parts that could be read."""
    return tuple(part for part in parts if part is not None)


def _placed(reader: RuleReader, policy: Policy) -> RuleReader:
    """Return the reader with its rule's id and its clause, reporting a clause that isn't there."""
    reader = replace(reader, rule=str(reader.entry.get("id", "")))
    if not _ID.fullmatch(reader.rule):
        reader.fault("id", "应是小写英文加连字符，如 exhibition-support。", reader.rule)
    label = reader.text("clause")
    clause = policy.clause(label) if label else None
    if label and clause is None:
        labels = "、".join(clause.label for clause in policy.clauses)
        reader.fault("clause", f"没有这一条；有的是 {labels}。", label)
    return replace(reader, clause=clause)


def _input(reader: RuleReader) -> Input | None:
    """Read an input."""
    if not reader.has_shape("input"):
        return None
    if not _ID.fullmatch(reader.text("id")):
        reader.fault("id", "应是小写英文，如 product_sales。", reader.text("id"))
    unit = reader.text("unit")
    most = reader.written("most", unit) if "most" in reader.entry else None
    return Input(
        id=reader.text("id"),
        label=reader.text("label"),
        unit=unit,
        ask=reader.text("ask"),
        hint=reader.text("hint"),
        cues=reader.texts("cues"),
        many=reader.truth("many"),
        optional=reader.truth("optional"),
        most=most[1] if most else (MOST_MONEY if unit == "元" else MOST_COUNT),
    )


def _threshold(reader: RuleReader, inputs: tuple[Input, ...]) -> Threshold | None:
    """Read a threshold: its number, and whether the quote includes the number itself."""
    if not reader.has_shape("threshold"):
        return None
    quote, item = reader.quote(), reader.input_named("input", inputs)
    fields = [name for name in BOUND_FIELDS if name in reader.entry]
    if len(fields) != 1:
        reader.fault("", f"门槛要写且只写一个：{'、'.join(BOUND_FIELDS)}。", "、".join(fields))
        return None
    if item is None:
        return None
    kind = {"元": Kind.MONEY, "%": Kind.RATE}.get(item.unit, Kind.COUNT)
    number = reader.number(fields[0], kind, item.unit)
    if number is None:
        return None
    bound = number[1].bound or Bound.AT_LEAST
    if bound is not Bound(fields[0]):
        reader.fault(fields[0], f"应写 {bound.value}，引文里的界限是它。", fields[0], quote)
    return Threshold(item.id, Bound(fields[0]), number[0], quote)


def _condition(reader: RuleReader) -> Condition | None:
    """Read a condition to be confirmed."""
    if not reader.has_shape("condition"):
        return None
    return Condition(reader.text("id"), reader.text("text"), reader.quote())


def _cap(reader: RuleReader, inputs: tuple[Input, ...]) -> Cap | None:
    """Read a cap: its amount, the words that make it one, and what it limits."""
    if not reader.has_shape("cap"):
        return None
    quote, scope = reader.quote(), reader.choice("scope", Scope)
    received = reader.input_named("received", inputs) if "received" in reader.entry else None
    shared = reader.texts("shared_with")
    number = reader.number("value", Kind.MONEY)
    if number is None or scope is None or reader.clause is None:
        return None
    word = ceiling_word(number[1])
    if not word:
        reader.fault("quote", "引文没有说这是上限（如最高、不超过、上限）。", quote)
    _check_scope(reader, scope, words_of_cap(reader.clause, quote, number[1]), bool(shared))
    return Cap(number[0], scope, quote, word, received.id if received else None, shared)


def _check_scope(reader: RuleReader, scope: Scope, words: str, shared: bool) -> None:
    """Report a scope that the words around the cap contradict."""
    if shared is not (scope is Scope.SHARED):
        reader.fault("shared_with", "scope 为 shared 时要写、否则不写 shared_with。", scope.value)
    said = next((name for name, found in SCOPE_WORDS if found.search(words)), "once")
    if scope is not Scope.SHARED and scope.value != said:
        reader.fault("scope", f"应写 {said}。", scope.value, words)


def _duration(reader: RuleReader, inputs: tuple[Input, ...]) -> Duration | None:
    """Read how long an amount is paid."""
    if "duration" not in reader.entry:
        return None
    part = reader.part("duration")
    if not part.has_shape("duration"):
        return None
    quote, every = part.quote(), part.text("every")
    if every not in ("年", "月"):
        part.fault("every", "应写 年 或 月。", every)
        return None
    unit = "年" if part.text("most").endswith("年") else "个月"
    number = part.number("most", Kind.COUNT, unit)
    item = part.input_named("input", inputs) if "input" in part.entry else None
    if number is None:
        return None
    months = number[0] * 12 if unit == "年" and every == "月" else number[0]
    return Duration(every, months, quote, item.id if item else None)


def _flag(reader: RuleReader, name: str) -> str | None:
    """Read the quote of staged, reviewed or one_off, which must use such a word."""
    quote = reader.quote(name)
    if quote and not QUOTED_WORDS[name].search(quote):
        reader.fault(name, f"引文里没有表示{_FLAG_NAMES[name]}的词。", quote)
    return quote or None


def _check_nature(reader: RuleReader, rule: AwardRule) -> None:
    """Report a nature that the clause's words contradict."""
    word = getattr(rule.amount, "word", "")
    expected, reason = Nature.ENTITLEMENT, "条文没有说这个数是上限"
    if isinstance(rule.amount, Support):
        expected, reason = Nature.UNSPECIFIED, "这条没有写金额"
    elif word:
        expected, reason = Nature.CEILING, f"条文写的是“{word}”"
    if rule.nature is not expected:
        reader.fault("nature", f"应写 {expected.value}：{reason}。", rule.nature.value)


def _check_inputs(reader: RuleReader, rule: AwardRule) -> None:
    """Report ids used twice and inputs that nothing uses."""
    ids = [item.id for item in rule.inputs] + [item.id for item in rule.conditions]
    for twice in sorted({item for item in ids if ids.count(item) > 1}):
        reader.fault("inputs", "同一条规则里 id 重复。", twice)
    used = {getattr(rule.amount, "of", None), rule.duration.input if rule.duration else None}
    used |= {threshold.input for threshold in rule.thresholds} | {c.received for c in rule.caps}
    for item in rule.inputs:
        if item.id not in used and not isinstance(rule.amount, Odd):
            reader.fault("inputs", "没有任何地方用到这个输入。", item.id)


def _check_flags(reader: RuleReader, rule: AwardRule) -> None:
    """Report review, staging or one-off payment that the clause says and the rule omits."""
    if reader.clause is None:
        return
    words = sentence(reader.clause, quote_of(rule.amount))
    for name, pattern in FLAG_WORDS.items():
        said = pattern.search(words)
        if said and not getattr(rule, name):
            reader.fault(name, "条文这句有此说，规则漏了，请加上引文。", found=said.group())
