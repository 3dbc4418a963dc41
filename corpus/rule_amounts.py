"""The amount of an award rule: one reader a kind; ladders are checked number by number."""

from __future__ import annotations

import importlib.util
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from corpus.award import (
    Amount,
    Fixed,
    Input,
    Odd,
    OddAmount,
    OddNumber,
    PerUnit,
    Rate,
    Support,
    Tier,
    Tiers,
    UpTo,
)
from corpus.measures import fits_unit
from corpus.money import Bound, Kind, Quantity
from corpus.quotes import ceiling_word, stated
from corpus.rule_entry import BOUND_FIELDS, RuleReader, show

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Inputs = tuple[Input, ...]

FUNCTIONS = "awards.py"
_LOW, _HIGH = BOUND_FIELDS[:2], BOUND_FIELDS[2:]


def read_amount(reader: RuleReader, inputs: Inputs, folder: Path) -> Amount | None:
    """Read what an award pays; None when it can't be read."""
    if not isinstance(reader.entry, dict):
        reader.fault("", "应写成 kind: … 和它的各字段。", str(reader.entry))
        return None
    kind = reader.text("kind")
    if kind == "function":
        return _odd(reader, folder)
    if kind not in _READERS:
        reader.fault("kind", f"应是其中之一：{'、'.join(_READERS)}、function。", kind)
        return None
    return _READERS[kind](reader, inputs) if reader.has_shape(kind) else None


def _fixed(reader: RuleReader, inputs: Inputs) -> Amount | None:
    """Read a fixed sum."""
    quote, number = reader.quote(), reader.number("pays", Kind.MONEY)
    return Fixed(number[0], quote, ceiling_word(number[1])) if number else None


def _rate(reader: RuleReader, inputs: Inputs) -> Amount | None:
    """Read a share of an input, or of its part above a sum."""
    quote, of = reader.quote(), reader.input_named("of", inputs)
    number = reader.number("rate", Kind.RATE)
    above = None
    if "above" in reader.entry:
        reader.quote("above_quote")
        above = reader.number("above", Kind.MONEY, quote_field="above_quote")
        if above is None:
            return None
    if number is None or of is None:
        return None
    return Rate(
        of=of.id,
        rate=number[0],
        quote=quote,
        above=above[0] if above else None,
        above_quote=reader.text("above_quote"),
        word=ceiling_word(number[1]),
    )


def _per_unit(reader: RuleReader, inputs: Inputs) -> Amount | None:
    """Read a sum for each unit of an input."""
    quote, of = reader.quote(), reader.input_named("of", inputs)
    number = reader.number("pays", Kind.MONEY)
    if number is None or of is None:
        return None
    return PerUnit(of.id, number[0], quote, ceiling_word(number[1]))


def _up_to(reader: RuleReader, inputs: Inputs) -> Amount | None:
    """Read a sum the clause only limits."""
    quote, number = reader.quote(), reader.number("pays", Kind.MONEY)
    if number is None:
        return None
    word = ceiling_word(number[1])
    if not word:
        reader.fault("quote", "引文没有说这是上限（如最高、不超过、上限）；定额请用 fixed。", quote)
        return None
    return UpTo(number[0], quote, word)


def _support(reader: RuleReader, inputs: Inputs) -> Amount | None:
    """Read support without an amount; a quote with a sum in it is no such support."""
    quote = reader.quote()
    sums = (
        [q for q in stated(reader.clause, quote) if q.kind in (Kind.MONEY, Kind.RATE)]
        if (reader.clause)
        else []
    )
    if sums:
        reader.fault("quote", "引文里有金额或比例，不能用 support。", quote)
        return None
    return Support(quote)


def _tiers(reader: RuleReader, inputs: Inputs) -> Amount | None:
    """Read a ladder: every step, then all its numbers against the quote in order."""
    reader.quote()
    of = reader.input_named("of", inputs)
    parts = reader.parts("tiers")
    tiers = [_tier(part, of, reader.text("quote")) for part in parts] if of else []
    steps = [tier for tier in tiers if tier is not None]
    if of is None or not steps or len(steps) != len(parts):
        return None
    if any(first.low >= second.low for first, second in pairwise(steps)):
        reader.fault("tiers", "各档要从低到高写。", "、".join(f"{tier.low:f}" for tier in steps))
        return None
    word = _check_ladder(reader, of, tuple(steps))
    return None if word is None else Tiers(of.id, tuple(steps), word)


def _tier(reader: RuleReader, of: Input, quote: str) -> Tier | None:
    """Read one step of a ladder."""
    if not reader.has_shape("tier"):
        return None
    low = [name for name in _LOW if name in reader.entry]
    high = [name for name in _HIGH if name in reader.entry]
    paid = [name for name in ("pays", "rate") if name in reader.entry]
    if len(low) != 1 or len(high) > 1 or len(paid) != 1:
        reader.fault("", f"每档要有一个下限（{'、'.join(_LOW)}）和一个 pays 或 rate。")
        return None
    at, pays = reader.written(low[0], of.unit), reader.written(paid[0])
    top = reader.written(high[0], of.unit) if high else None
    wrong = pays is not None and pays[0] is not (Kind.MONEY if paid == ["pays"] else Kind.RATE)
    if wrong:
        reader.fault(paid[0], "pays 写金额，rate 写比例。", reader.text(paid[0]))
    if at is None or pays is None or wrong:
        return None
    return Tier(
        bound=Bound(low[0]),
        low=at[1],
        quote=reader.quote() or quote,
        high_bound=Bound(high[0]) if high else None,
        high=top[1] if top else None,
        pays=pays[1] if paid == ["pays"] else None,
        rate=pays[1] if paid == ["rate"] else None,
    )


def _check_ladder(reader: RuleReader, of: Input, tiers: tuple[Tier, ...]) -> str | None:
    """Compare a ladder with its quotes; return its ceiling word, None when they differ."""
    if reader.clause is None:
        return None
    word = ""
    for quote in dict.fromkeys(tier.quote for tier in tiers):
        steps = [tier for tier in tiers if tier.quote == quote]
        found = [q for q in stated(reader.clause, quote) if _is_ladder(q, of)]
        limits = [[v for v in (tier.low, tier.high) if v is not None] for tier in steps]
        pays = [[v for v in (tier.pays, tier.rate) if v is not None] for tier in steps]
        stepwise = [*chain(*chain(*zip(limits, pays, strict=True)))]
        listed = [*chain(*limits), *chain(*pays)]
        values = [value for q in found for value in q.values]
        if values not in (stepwise, listed):
            shown = "、".join(q.text for q in found)
            reader.fault(
                "tiers", f"各档的数与引文不一致，引文里依次是 {shown}。", _listed(steps), quote
            )
            return None
        paid = set(chain(*pays))
        word = word or next((w for q in found if (w := ceiling_word(q)) and q.value in paid), "")
        _check_bounds(reader, steps, found)
    return word


def _check_bounds(reader: RuleReader, steps: list[Tier], found: list[Quantity]) -> None:
    """Report a step whose quote includes the number itself where the file doesn't, or reverse."""
    lower = (Bound.AT_LEAST, Bound.MORE_THAN)
    for tier in steps:
        said = next(
            (q.bound for q in found if q.value == tier.low and q.bound in lower), tier.bound
        )
        if said is not tier.bound:
            reader.fault(
                "tiers", f"应写 {said.value}，引文里的界限是它。", tier.bound.value, tier.quote
            )


def _is_ladder(quantity: Quantity, of: Input) -> bool:
    """Say whether a quantity can be a number of a ladder on this input."""
    counted = quantity.kind is Kind.COUNT and (not of.unit or fits_unit(quantity.unit, of.unit))
    return counted or quantity.kind in (Kind.MONEY, Kind.RATE)


def _listed(steps: list[Tier]) -> str:
    """Write a ladder's numbers for a message."""
    return "；".join(
        f"{tier.low:f} → "
        + (
            show(Kind.RATE, tier.rate)
            if tier.rate is not None
            else show(Kind.MONEY, tier.pays or tier.low)
        )
        for tier in steps
    )


def _odd(reader: RuleReader, folder: Path) -> Amount | None:
    """Read an amount computed by a named function beside the policy."""
    if not reader.has_shape("function"):
        return None
    quote, name = reader.quote(), reader.text("function")
    compute = _function(folder, name)
    if compute is None:
        reader.fault("function", f"{folder.name}/{FUNCTIONS} 里没有这个函数。", name)
    numbers = [_odd_number(part) for part in reader.parts("numbers")]
    if compute is None or None in numbers:
        return None
    read = tuple(number for number in numbers if number is not None)
    words = [ceiling_word(q) for q in stated(reader.clause, quote)] if reader.clause else []
    return Odd(name, quote, read, compute, next((word for word in words if word), ""))


def _odd_number(reader: RuleReader) -> OddNumber | None:
    """Read a number given to a function: a sum, a rate or a count."""
    if not reader.has_shape("number"):
        return None
    quote = reader.quote()
    kind = Kind.RATE if reader.text("value")[-1:] in "%‰" else Kind.MONEY
    kind = kind if kind is Kind.RATE or "元" in reader.text("value") else Kind.COUNT
    number = reader.number("value", kind, "元" if kind is Kind.MONEY else "个")
    return OddNumber(reader.text("id"), number[0], quote) if number else None


def _function(folder: Path, name: str) -> OddAmount | None:
    """Return the function of this name in the policy's `awards.py`, None when there is none."""
    path = folder / FUNCTIONS
    spec = importlib.util.spec_from_file_location(f"awards_of_{folder.name}", path)
    if not path.exists() or not name.isidentifier() or spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function: OddAmount | None = getattr(module, name, None)
    return function if callable(function) else None


_READERS: dict[str, Callable[[RuleReader, Inputs], Amount | None]] = {
    "fixed": _fixed,
    "rate": _rate,
    "tiers": _tiers,
    "per_unit": _per_unit,
    "up_to": _up_to,
    "support": _support,
}
