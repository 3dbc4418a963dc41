"""What a calculation ends in: Calculation with its steps, and Inverse, the way back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from corpus.money import write_money, write_percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corpus.award import Condition, Input, Nature


DIFFERENCE = "相差"
"""What the step is called that takes one award's figure from another's."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of working and the words of the clause it rests on.

    `item`, `working` and `result` say the same as `text` in the cells of a table; all three are
    empty where a policy's own function gave only the sentence.
    """

    text: str
    quote: str
    item: str = ""
    working: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class Unmet:
    """Why something isn't paid, and the words of the clause that say so; cells as in `Step`."""

    reason: str
    quote: str
    item: str = ""
    working: str = ""
    result: str = ""

    @property
    def text(self) -> str:
        """Return the reason, as a step has its text."""
        return self.reason


@dataclass(frozen=True, slots=True)
class Taken:
    """A sum (元) taken off an amount, and what it is: paid already, or what was computed before."""

    what: str
    sum: Decimal


@dataclass(frozen=True, slots=True)
class Calculation:
    """What a rule gives for some facts.

    `amount` is in 元, exact to the 分; None when a fact is `missing` or the clause names no sum.
    `inputs` are the facts used. `conditions` are still to be confirmed. `staged`, `reviewed` and
    `one_off` hold the clause's words that say so, else None. `parts` is how many calculations of
    the same award are added up here, 0 for a calculation of its own. `taken` is what the last step
    takes off `amount`, None when it takes nothing off.
    """

    policy: str
    award: str
    clause: str
    title: str
    amount: Decimal | None
    nature: Nature
    inputs: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    missing: tuple[Input, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    conditions: tuple[Condition, ...] = ()
    staged: str | None = None
    reviewed: str | None = None
    one_off: str | None = None
    parts: int = 0
    taken: Taken | None = None

    @property
    def lines(self) -> tuple[Step | Unmet, ...]:
        """Return every line of the working: what is not met, then the steps to the result."""
        return (*self.unmet, *self.steps)

    def to_json(self) -> dict[str, Any]:
        """Return the calculation as the contract's JSON object; amounts are decimal strings."""
        return {
            "policy": self.policy,
            "award": self.award,
            "clause": self.clause,
            "amount": None if self.amount is None else plain(self.amount),
            "nature": self.nature.value,
            "inputs": {name: [plain(v) for v in values] for name, values in self.inputs.items()},
            "steps": [{"text": step.text, "quote": step.quote} for step in self.lines],
        }


def added(parts: Sequence[Calculation]) -> Calculation:
    """Return the sum of several calculations of one award; one alone is itself."""
    if len(parts) == 1:
        return parts[0]
    amounts = [part.amount for part in parts if part.amount is not None]
    total = sum(amounts, Decimal(0))
    working = " + ".join(map(write_money, amounts))
    text = f"{working} = {write_money(total)}"
    cells = ("合计", working, write_money(total))
    names = dict.fromkeys(name for part in parts for name in part.inputs)
    return replace(
        parts[0],
        amount=total,
        inputs={name: tuple(v for p in parts for v in p.inputs.get(name, ())) for name in names},
        steps=(Step(text, parts[0].steps[-1].quote if parts[0].steps else "", *cells),),
        unmet=(),
        parts=len(parts),
    )


def subtracted(more: Decimal, less: Decimal, quote: str, *, by_rate: bool = False) -> Step:
    """Return the step that takes one sum in 元 from another, or one share from another."""
    write = write_percent if by_rate else write_money
    rest = more - less
    result = f"{plain(rest * 100)}个百分点" if by_rate else write_money(rest)
    taken = f"{write(more)} − {write(less)}"
    return Step(f"{taken} = {result}", quote, DIFFERENCE, taken, result)


@dataclass(frozen=True, slots=True)
class Inverse:
    """Which input reaches a wanted amount.

    `value` is the least input that does, in the input's unit (元 to the 分); None when none can or
    the amount depends on no input, which `reason` then says. `wanted` is None when the clause names
    no most, or when all that is asked is what it takes to be paid at all. `have` is how much of the
    input there is already, None when that wasn't told.
    """

    policy: str
    award: str
    clause: str
    title: str
    nature: Nature
    wanted: Decimal | None
    input: Input | None = None
    value: Decimal | None = None
    steps: tuple[Step, ...] = ()
    reason: str = ""
    have: Decimal | None = None

    @property
    def reachable(self) -> bool:
        """Say whether some input reaches the wanted amount."""
        return self.value is not None


class FactError(ValueError):
    """A fact that can't be calculated with; the message is one line in Chinese."""


def plain(value: Decimal) -> str:
    """Write a number as plain digits, without exponent and trailing zeros."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
