"""Question sets: JSON Lines of questions, each with what is expected of its last turn.

The fields are described in `eval/questions/README.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.answer import Status
from eval.jsonl import EvaluationError, Record, read_records

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from pathlib import Path

STATUSES = tuple(status.value for status in Status)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must hold of an answer for its question to be right; amounts are yuan."""

    status: Status
    clauses: tuple[str, ...] = ()
    any_clause: tuple[str, ...] = ()
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    says: tuple[Decimal, ...] = ()
    contains: tuple[str, ...] = ()
    contains_any: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


_KNOWN = frozenset(Expectation.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Case:
    """One question: the user's turns of a conversation, the last of which is scored.

    `unknown` names the fields of `expect` that this program doesn't know and left out.
    """

    id: str
    category: str
    turns: tuple[str, ...]
    expect: Expectation
    policy: str | None = None
    unknown: tuple[str, ...] = ()


def load_cases(path: Path) -> tuple[Case, ...]:
    """Read a question set.

    Raises EvaluationError, naming line, field and value, when anything in it can't be used.
    """
    cases: dict[str, Case] = {}
    for record in read_records(path):
        case = _case(record)
        if case.id in cases:
            raise EvaluationError(
                f"{record.place}：字段 id 的值“{case.id}”与前面的题重复，请改为不重复的编号。"
            )
        cases[case.id] = case
    if not cases:
        raise EvaluationError(f"{path}：文件里没有题目，请每行写一道题。")
    return tuple(cases.values())


def _case(record: Record) -> Case:
    expect = record.child("expect", required=True)
    turns = record.texts("turns")
    if not turns:
        record.fault("turns", '请改为至少有一句话的列表，例如 ["第八条原文是什么？"]')
    return Case(
        id=record.text("id"),
        category=record.text("category"),
        turns=turns,
        expect=_expectation(expect),
        policy=record.text("policy") if record.fields.get("policy") is not None else None,
        unknown=tuple(f"expect.{name}" for name in expect.fields if name not in _KNOWN),
    )


def _expectation(record: Record) -> Expectation:
    amounts = record.child("amounts")
    return Expectation(
        status=Status(record.choice("status", STATUSES)),
        clauses=record.texts("clauses"),
        any_clause=record.texts("any_clause"),
        amounts={label: amounts.money(label) for label in amounts.fields},
        says=record.monies("says"),
        contains=record.texts("contains"),
        contains_any=record.texts("contains_any"),
        excludes=record.texts("excludes"),
    )
