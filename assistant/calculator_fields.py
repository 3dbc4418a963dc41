"""The fields of the calculator's form: what was typed beside which unit, and how it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant import wording
from assistant.calculator import FactError
from assistant.facts import read_typed
from assistant.told import ABSURD

if TYPE_CHECKING:
    from decimal import Decimal

    from corpus.award import Input

Query = Mapping[str, Sequence[str]]

MONEY_UNITS = ("万元", "亿元", "元")
MOST_ROWS = 30
LONGEST = 60
"""Characters of one field that are kept; a sum in words is far shorter."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One value as typed with the unit beside it, and what was read: a value or an error."""

    text: str
    unit: str
    value: Decimal | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """An input of an award with what was typed into it, one entry a row."""

    name: str
    input: Input
    rows: tuple[Typed, ...]

    @property
    def units(self) -> tuple[str, ...]:
        """Return the units to choose from; one that is only shown when there is no choice."""
        return MONEY_UNITS if self.input.unit == "元" else (self.input.unit,)

    @property
    def grows(self) -> bool:
        """Tell whether one more row may be added."""
        return self.input.many and len(self.rows) < MOST_ROWS


def read_field(name: str, item: Input, query: Query) -> Field:
    """Read the rows of an input: always one, more when it is a list."""
    texts = list(query.get(name, ()))[:MOST_ROWS] or [""]
    units = [*query.get(f"{name}.unit", ()), *[""] * len(texts)]
    rows = list(zip(texts, units, strict=False))
    if not item.many:
        rows = rows[:1]
    elif name in query.get("more", ()) and len(rows) < MOST_ROWS:
        rows.append(("", rows[-1][1]))
    gone = {f"{name}:{number}" for number in range(len(rows))} & set(query.get("less", ()))
    kept = [row for number, row in enumerate(rows) if f"{name}:{number}" not in gone]
    return Field(name, item, tuple(read_row(item, *row) for row in kept or [("", "")]))


def read_row(item: Input, text: str, unit: str) -> Typed:
    """Read one value; an empty one is neither a value nor an error."""
    text = text.strip()[:LONGEST]
    units = MONEY_UNITS if item.unit == "元" else (item.unit,)
    unit = unit if unit in units else units[0]
    if not text:
        return Typed("", unit)
    try:
        value = read_typed(item, text, unit)
    except FactError as error:
        return Typed(text, unit, error=str(error))
    if value > ABSURD:
        return Typed(text, unit, error=wording.ABSURD.format(sum=text))
    return Typed(text, unit, value)
