"""One entry of an award file being read: its fields, their types, and the faults found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from corpus.faults import Fault
from corpus.money import (
    Kind,
    MoneyError,
    read_money,
    read_quantities,
    read_rate,
    write_money,
    write_percent,
)
from corpus.quotes import same_measure, stated

if TYPE_CHECKING:
    from decimal import Decimal

    from corpus.award import Input
    from corpus.money import Quantity
    from corpus.policy import Clause

Choice = TypeVar("Choice", bound=StrEnum)

BOUND_FIELDS = ("at_least", "more_than", "at_most", "less_than")
"""The four ways to write a threshold."""

FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "rule": (
        ("id", "clause", "title", "names", "nature", "amount"),
        ("inputs", "thresholds", "conditions", "caps", "duration", "staged", "reviewed", "one_off"),
    ),
    "input": (("id", "label", "unit", "ask"), ("hint", "cues", "many", "optional", "most")),
    "threshold": (("input", "quote"), BOUND_FIELDS),
    "condition": (("id", "text", "quote"), ()),
    "cap": (("value", "scope", "quote"), ("received", "shared_with")),
    "duration": (("every", "most", "quote"), ("input",)),
    "fixed": (("kind", "pays", "quote"), ()),
    "rate": (("kind", "of", "rate", "quote"), ("above", "above_quote")),
    "tiers": (("kind", "of", "quote", "tiers"), ()),
    "tier": ((), (*BOUND_FIELDS, "pays", "rate", "quote")),
    "per_unit": (("kind", "of", "pays", "quote"), ()),
    "up_to": (("kind", "pays", "quote"), ()),
    "support": (("kind", "quote"), ()),
    "function": (("kind", "function", "quote", "numbers"), ()),
    "number": (("id", "value", "quote"), ()),
}
"""The fields of each part of a rule: those it must have, and those it may have."""

_KIND_NAMES = {Kind.MONEY: "金额", Kind.RATE: "比例", Kind.COUNT: "数量"}


@dataclass(frozen=True, slots=True)
class RuleReader:
    """A mapping of an award file with where it stands; faults are added to the shared list."""

    file: str
    entry: Any
    faults: list[Fault]
    rule: str = ""
    path: str = ""
    clause: Clause | None = None

    def fault(self, field: str, message: str, written: str = "", found: str = "") -> None:
        """Report a fault of a field of this part."""
        place = ".".join(part for part in (self.path, field) if part)
        self.faults.append(Fault(self.file, self.rule, place, written, found, message))

    def part(self, field: str, index: int | None = None) -> RuleReader:
        """Return the reader of a part written under a field, by index when it is a list."""
        place = field if index is None else f"{field}[{index + 1}]"
        value = self.entry.get(field)
        entry = value if index is None else value[index]
        return replace(self, entry=entry, path=".".join(p for p in (self.path, place) if p))

    def parts(self, field: str) -> list[RuleReader]:
        """Return the readers of a list of parts."""
        value = self.entry.get(field, [])
        if not isinstance(value, list):
            self.fault(field, "应是列表，每项以“-”开头。", str(value))
            return []
        return [self.part(field, index) for index in range(len(value))]

    def has_shape(self, shape: str) -> bool:
        """Check the names of the fields; False when nothing can be read from this part."""
        if not isinstance(self.entry, dict):
            self.fault("", f"应写成“字段: 值”的形式（{shape}）。", str(self.entry))
            return False
        required, allowed = FIELDS[shape]
        for name in self.entry:
            if name not in required + allowed:
                self.fault(
                    str(name),
                    f"没有这个字段；可用的有 {'、'.join(required + allowed)}。",
                    str(name),
                )
        lacking = [name for name in required if self.entry.get(name) in (None, "", [])]
        for name in lacking:
            self.fault(name, "缺这个字段，请补上。")
        return not lacking

    def text(self, field: str) -> str:
        """Return a field's text, empty when it isn't written."""
        value = self.entry.get(field, "")
        if not isinstance(value, str):
            self.fault(field, "应是一段文字。", str(value))
            return ""
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """Return a field's list of texts."""
        value = self.entry.get(field, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault(field, "应是一列文字，如 [甲, 乙]。", str(value))
            return ()
        return tuple(value)

    def truth(self, field: str) -> bool:
        """Return a field written true or false; false when it isn't written."""
        value = self.entry.get(field, "false")
        if value not in ("true", "false"):
            self.fault(field, "应写 true 或 false。", str(value))
        return bool(value == "true")

    def choice(self, field: str, options: type[Choice]) -> Choice | None:
        """Return a field that takes one of a few words."""
        value = self.text(field)
        try:
            return options(value)
        except ValueError:
            allowed = "、".join(option.value for option in options)
            if value:
                self.fault(field, f"应是其中之一：{allowed}。", value)
            return None

    def input_named(self, field: str, inputs: tuple[Input, ...]) -> Input | None:
        """Return the input a field names, reporting one the rule doesn't have."""
        name = self.text(field)
        found = next((item for item in inputs if item.id == name), None)
        if name and found is None:
            known = "、".join(item.id for item in inputs) or "无"
            self.fault(field, f"inputs 里没有这个 id；有的是 {known}。", name)
        return found

    def quote(self, field: str = "quote") -> str:
        """Return a quote, reporting one that doesn't stand in the clause word for word."""
        quote = self.text(field)
        if quote and self.clause is not None and quote not in self.clause.text:
            self.fault(
                field,
                f"引文不在条款 {self.clause.label} 里，请照抄原文。",
                quote,
                self.clause.text[:30],
            )
        return quote

    def written(self, field: str, unit: str = "元") -> tuple[Kind, Decimal, str] | None:
        """Read a number as it is written in the file: its kind, its value and its unit."""
        text = self.text(field)
        if not text:
            return None
        if unit in ("%", "元") and (rate := read_rate(text)) is not None:
            return Kind.RATE, rate, ""
        if unit == "元":
            try:
                return Kind.MONEY, read_money(text), ""
            except MoneyError as error:
                self.fault(field, str(error), text)
                return None
        found = read_quantities(text)
        if len(found) != 1 or found[0].value is None or found[0].kind is not Kind.COUNT:
            self.fault(field, f"读不出数量，请连单位写，如“300{unit}”。", text)
            return None
        return Kind.COUNT, found[0].value, found[0].unit

    def number(
        self, field: str, kind: Kind, unit: str = "元", quote_field: str = "quote"
    ) -> tuple[Decimal, Quantity] | None:
        """Read a number of law and the same number again from its quote; report a difference."""
        number = self.written(field, "%" if kind is Kind.RATE else unit)
        quote = self.text(quote_field)
        if number is None or self.clause is None or not quote or quote not in self.clause.text:
            return None
        if number[0] is not kind:
            self.fault(field, f"应是{_KIND_NAMES[kind]}。", self.text(field))
            return None
        found = [q for q in stated(self.clause, quote) if same_measure(q, kind, number[2])]
        values = {value for quantity in found for value in quantity.values}
        shown = "、".join(show(kind, q.value, q.unit) if q.value else q.text for q in found)
        if not values:
            self.fault(
                field, f"引文“{quote}”里读不出{_KIND_NAMES[kind]}。", self.text(field), quote
            )
            return None
        if len(values) > 1:
            self.fault(field, "引文里不止一个数，请只引含这个数的几个字。", self.text(field), shown)
            return None
        if number[1] not in values or found[0].currency != "CNY":
            self.fault(field, f"与引文“{quote}”不一致。", self.text(field), shown)
            return None
        return number[1], found[0]


def show(kind: Kind, value: Decimal, unit: str = "") -> str:
    """Write a number of law for a message: 200万元, 3%, 300平方米."""
    if kind is Kind.MONEY:
        return write_money(value)
    if kind is Kind.RATE:
        return write_percent(value)
    return f"{value:f}{unit}"
