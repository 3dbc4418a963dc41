"""The curve of an award: what it pays against its main input, as SVG that needs no script.

A pure function from a rule and facts to markup; colours come from `static/curve.css`, and without
that sheet from the text around it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from assistant.awards import SCOPES
from assistant.payment import written
from assistant.payout import Payout, payout
from assistant.web import texts
from corpus.award import Nature, Tiers
from corpus.money import write_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assistant.calculator import Fact
    from corpus.award import AwardRule, Input

_WIDTH, _HEIGHT = 400, 264
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 30, 46
_HEADROOM = Decimal("1.16")
_TICKS = 5
_UNITS = (("亿元", Decimal(10**8)), ("万元", Decimal(10**4)), ("元", Decimal(1)))
_LETTER = 13

_Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def curve(rule: AwardRule, facts: Mapping[str, Fact]) -> Markup:
    """Return an SVG of what a rule pays, with the facts as points; empty if it has no curve.

    `facts` are those of `calculate`, and may lack the main input. Raises FactError as it does.
    """
    found = payout(rule, facts)
    return draw(found) if found else Markup()


def draw(found: Payout) -> Markup:
    """Return the SVG of a course."""
    frame = _Frame(found)
    return Markup("").join(
        [
            Markup('<svg class="curve" viewBox="0 0 {} {}" role="img">').format(_WIDTH, _HEIGHT),
            Markup("<title>{}</title><desc>{}</desc>").format(_title(found), described(found)),
            *frame.axes(),
            *frame.limit(),
            *frame.steps(),
            *frame.course(),
            *frame.points(),
            Markup("</svg>"),
        ]
    )


def described(found: Payout) -> str:
    """Return in words what the curve shows, for those who don't see it."""
    rule, item = found.rule, found.input
    steps = "、".join(written(step, item.unit) for step in found.steps)
    parts = [texts.CURVE_STEPS.format(label=item.label, values=steps)] if steps else []
    if found.full is not None:
        parts.append(
            texts.CURVE_FULL.format(
                label=item.label, value=_told(found.full, item), sum=write_money(found.most)
            )
        )
    word = texts.CURVE_AT_MOST if rule.nature is Nature.CEILING else texts.CURVE_PAYS
    parts += [
        texts.CURVE_POINT.format(
            value=written(point.told, item.unit), word=word, sum=write_money(point.pays)
        )
        for point in found.told
    ]
    return "；".join(parts) + "。" if parts else ""


def _title(found: Payout) -> str:
    return texts.CURVE_TITLE.format(title=found.rule.title, label=found.input.label)


def _told(value: Decimal, item: Input) -> str:
    """Write an input as people speak of it: 6666.67万元, 7座."""
    if item.unit not in ("元", "%"):
        return written(value.to_integral_value("ROUND_CEILING"), item.unit)
    if item.unit == "元" and value > _UNITS[1][1]:
        value = (value / 10**4).quantize(Decimal("0.01")) * 10**4
    return written(value, item.unit)


class _Frame:
    """The plotting area of one course: places of values, and the parts drawn there."""

    def __init__(self, found: Payout) -> None:
        self._found = found
        self._high = found.most * _HEADROOM
        self._across = _scale(found.end, found.input.unit)
        self._up = _scale(self._high, "元")
        self._taken: list[_Box] = []

    def axes(self) -> Iterable[Markup]:
        """Draw both axes with round ticks, and what they measure."""
        found, floor = self._found, _HEIGHT - _BOTTOM
        for value in _ticks(self._high, self._up[1]):
            y = self._y(value)
            yield _line("grid", _LEFT, y, _WIDTH - _RIGHT, y)
            yield _text("tick", _LEFT - 6, y + 5, _short(value / self._up[1]), "end")
        whole = found.input.unit not in ("元", "%")
        for value in _ticks(found.end, self._across[1], whole=whole):
            yield _text("tick", self._x(value), floor + 18, _short(value / self._across[1]))
        yield _line("axis", _LEFT, floor, _WIDTH - _RIGHT, floor)
        label = texts.AXIS.format(label=found.input.label, unit=self._across[0])
        yield _text("name", _WIDTH - _RIGHT, _HEIGHT - 8, label, "end")
        ceiling = found.rule.nature is Nature.CEILING
        amount = texts.AXIS_AT_MOST if ceiling else texts.AXIS_PAYS
        yield _text("name", 2, 14, texts.AXIS.format(label=amount, unit=self._up[0]), "start")

    def limit(self) -> Iterable[Markup]:
        """Draw the line that the amount stays under, named with its cap."""
        found = self._found
        if found.full is None:
            return
        caps = [cap for cap in found.rule.caps if cap.value == found.most]
        words = f"{SCOPES[caps[0].scope]}{texts.CAP}" if caps else texts.MOST
        y = self._y(found.most)
        yield _line("cap", _LEFT, y, _WIDTH - _RIGHT, y)
        name = f"{words}{write_money(found.most)}"
        yield from self._labelled("cap-name", name, ((_WIDTH - _RIGHT - _wide(name), y - 7),))

    def steps(self) -> Iterable[Markup]:
        """Draw an upright line at each step; thresholds are named, tiers stand for themselves."""
        found, floor = self._found, _HEIGHT - _BOTTOM
        for step in found.steps:
            x = self._x(step)
            yield _line("step", x, floor, x, _TOP)
            if isinstance(found.rule.amount, Tiers):
                continue
            name = f"{texts.THRESHOLD}{written(step, found.input.unit)}"
            y = self._y(found.most) + 20
            yield from self._labelled("step-name", name, ((x + 6, y), (x - 6 - _wide(name), y)))

    def course(self) -> Iterable[Markup]:
        """Draw the amount itself, a stroke a run."""
        for run in self._found.runs:
            places = " ".join(f"{self._x(p.told):.1f},{self._y(p.pays):.1f}" for p in run)
            yield Markup(
                '<polyline class="course" points="{}" fill="none" stroke="currentColor" '
                'stroke-width="2.5" stroke-linejoin="round"/>'
            ).format(places)

    def points(self) -> Iterable[Markup]:
        """Draw what the user told: a dot each, or an arrow at the edge for one beyond it."""
        unit = self._found.input.unit
        for point in self._found.told:
            beyond = point.told > self._found.end
            x, y = self._x(min(point.told, self._found.end)), self._y(point.pays)
            yield _line("lead", x, y, x, _HEIGHT - _BOTTOM)
            yield Markup('<circle class="told" cx="{:.1f}" cy="{:.1f}" r="5.5"/>').format(x, y)
            words = f"{written(point.told, unit)}：{write_money(point.pays)}"
            name = f"→ {words}" if beyond else words
            left, right = x - 10 - _wide(name), x + 10
            sides = ((right, y + 22), (left, y - 10), (left, y + 22), (right, y - 10))
            yield from self._labelled("told-name", name, sides)

    def _labelled(
        self, kind: str, words: str, places: Iterable[tuple[float, float]]
    ) -> Iterable[Markup]:
        """Write a label at the first place where it covers no other; nowhere if there is none."""
        for x, y in places:
            box = (x, y - _LETTER, x + _wide(words), y + 4)
            inside = box[0] >= _LEFT and box[2] <= _WIDTH and box[3] < _HEIGHT - _BOTTOM
            if inside and not any(_cover(box, other) for other in self._taken):
                self._taken.append(box)
                yield _text(kind, x, y, words, "start")
                return

    def _x(self, value: Decimal) -> float:
        return _LEFT + float(value / self._found.end) * (_WIDTH - _LEFT - _RIGHT)

    def _y(self, value: Decimal) -> float:
        floor = _HEIGHT - _BOTTOM
        return floor - float(value / self._high) * (floor - _TOP)


def _scale(highest: Decimal, unit: str) -> tuple[str, Decimal]:
    """Return the unit an axis is read in, and how much one of it is."""
    if unit == "%":
        return "%", Decimal("0.01")
    if unit != "元":
        return unit, Decimal(1)
    return next((pair for pair in _UNITS if highest >= pair[1] * 2), _UNITS[-1])


def _ticks(highest: Decimal, each: Decimal, *, whole: bool = False) -> list[Decimal]:
    """Return round values from 0 on, about five, none above `highest`."""
    rough = highest / each / _TICKS
    power = Decimal(10) ** rough.adjusted()
    step = next(power * digit for digit in (1, 2, 5, 10) if power * digit >= rough)
    step = max(step, Decimal(1)) if whole else step
    count = int(highest / each / step)
    return [step * number * each for number in range(count + 1)]


def _short(value: Decimal) -> str:
    """Write a tick's number: 2000, 0.5."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _wide(words: str) -> float:
    """Return about how wide a label is."""
    return sum(_LETTER if ord(letter) > 0x2E80 else _LETTER * 0.6 for letter in words)


def _cover(one: _Box, other: _Box) -> bool:
    """Say whether two boxes overlap."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    return Markup(
        '<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="currentColor"/>'
    ).format(kind, x1, y1, x2, y2)


def _text(kind: str, x: float, y: float, words: str, anchor: str = "middle") -> Markup:
    return Markup(
        '<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}" font-size="13" '
        'fill="currentColor">{}</text>'
    ).format(kind, x, y, anchor, words)
