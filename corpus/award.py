"""The types of an award rule: what a clause pays, on what, from which threshold, up to which cap.

Every number of law stands beside the `quote`, the clause's own words it was read from. Money is
`Decimal` in 元, a rate is a fraction (3% is 0.03), a count is the plain number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.money import Bound

Facts = Mapping[str, tuple[Decimal, ...]]
OddAmount = Callable[[Facts, Mapping[str, Decimal]], tuple[Decimal, tuple[str, ...]]]


class Nature(StrEnum):
    """Whether the clause grants an amount, only limits it, or names none."""

    ENTITLEMENT = "entitlement"
    CEILING = "ceiling"
    UNSPECIFIED = "unspecified"


class Scope(StrEnum):
    """What a cap limits: one award, one year, everything received so far, or several awards."""

    ONCE = "once"
    YEAR = "year"
    CUMULATIVE = "cumulative"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Input:
    """A fact the amount depends on.

    `cues` are the words that name it in a question; `ask` and `hint` are how to ask for it. `many`
    means a list (several products); `optional` ones count as nothing when not told; `most` is the
    largest value that makes sense.
    """

    id: str
    label: str
    unit: str
    ask: str
    hint: str = ""
    cues: tuple[str, ...] = ()
    many: bool = False
    optional: bool = False
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """What an input must reach; for a list each member is held to it on its own."""

    input: str
    bound: Bound
    value: Decimal
    quote: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A fact that no number settles and that stays to be confirmed (新落户, 经评审)."""

    id: str
    text: str
    quote: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fixed sum in 元."""

    pays: Decimal
    quote: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of an input, or of its part above `above` (in 元)."""

    of: str
    rate: Decimal
    quote: str
    above: Decimal | None = None
    above_quote: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of a ladder: from `low` on (and below `high`) it pays a sum or a rate."""

    bound: Bound
    low: Decimal
    quote: str
    high_bound: Bound | None = None
    high: Decimal | None = None
    pays: Decimal | None = None
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Tiers:
    """A ladder on one input, lowest step first; the highest step reached is the one paid."""

    of: str
    tiers: tuple[Tier, ...]
    word: str = ""


@dataclass(frozen=True, slots=True)
class PerUnit:
    """A sum in 元 for each unit of an input (每件, 每平方米)."""

    of: str
    pays: Decimal
    quote: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class UpTo:
    """Only a ceiling in 元: the clause says how much at most, not how much."""

    pays: Decimal
    quote: str
    word: str = "不超过"


@dataclass(frozen=True, slots=True)
class Support:
    """Support without an amount (予以扶持)."""

    quote: str


@dataclass(frozen=True, slots=True)
class OddNumber:
    """A number of law that an odd amount's function is given by name."""

    id: str
    value: Decimal
    quote: str


@dataclass(frozen=True, slots=True)
class Odd:
    """An amount no other kind covers, computed by a named function in `awards.py`.

    The function gets the facts and the numbers by id, and returns the amount in 元 with the
    sentences of its working.
    """

    function: str
    quote: str
    numbers: tuple[OddNumber, ...]
    compute: OddAmount
    word: str = ""


Amount = Fixed | Rate | Tiers | PerUnit | UpTo | Support | Odd


@dataclass(frozen=True, slots=True)
class Duration:
    """How long an amount is paid: each `every` (年 or 月), `most` times; `input` says how many."""

    every: str
    most: Decimal
    quote: str
    input: str | None = None


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that is paid, in 元; `received` is the input telling what was paid before."""

    value: Decimal
    scope: Scope
    quote: str
    word: str = "不超过"
    received: str | None = None
    shared_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AwardRule:
    """One award of one clause; `staged`, `reviewed` and `one_off` hold the words that say so."""

    policy: str
    id: str
    clause: str
    title: str
    names: tuple[str, ...]
    nature: Nature
    inputs: tuple[Input, ...]
    amount: Amount
    thresholds: tuple[Threshold, ...] = ()
    conditions: tuple[Condition, ...] = ()
    caps: tuple[Cap, ...] = ()
    duration: Duration | None = None
    staged: str | None = None
    reviewed: str | None = None
    one_off: str | None = None

    def input(self, name: str) -> Input | None:
        """Return the input with this id, or None."""
        return next((item for item in self.inputs if item.id == name), None)


def quote_of(amount: Amount) -> str:
    """Return the words an amount rests on; for a ladder those of its first step."""
    return amount.tiers[0].quote if isinstance(amount, Tiers) else amount.quote
