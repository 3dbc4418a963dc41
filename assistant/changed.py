"""Facts of the turn before, changed by a follow-up: 再加100万, 打八折, 第二个其实是760万."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.lexicon import language
from corpus.numerals import NUMBER, read_digits, read_integer, read_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.question import Question

Values = dict[str, tuple[Decimal, ...]]

_ORDINAL = re.compile(
    r"第([一二三四五六1-6])(?:个|款|项|笔|家|场|种)"
    r"|(?<![a-z])([a-e甲乙丙丁戊])(?:款|产品|项目|公司|机型|型号|型|厂|店|场|项|号)"
    r"|(?<![a-z])([a-e甲乙丙丁戊])(?=如果|要是|若|冲|改|变|涨|升|降|只|实际|其实|卖|做|投|是|多|少)"
)
_NAMES = ("abcde", "甲乙丙丁戊")
_SHARE = rf"(?:({NUMBER})\s*%|百分之({NUMBER})|({NUMBER})成)"
_MORE = "(?:增加|增长|上涨|上浮|提高|多|涨|加|超出?|涨价)(?:卖|投|花|做)?"
_FEWER = "(?:减少|下降|下调|下浮|降低|缩水|少|降|减|跌|砍掉?)(?:卖|投|花|做)?"
_FACTORS: tuple[tuple[str, Callable[[Decimal], Decimal]], ...] = (
    (r"翻(?:一|1)?(?:倍|番)|加一倍|多一倍|加倍", lambda _: Decimal(2)),
    (r"减半|一半|打对折|对半", lambda _: Decimal("0.5")),
    (r"打([一二三四五六七八九]{1,2}|\d{1,2}(?:\.\d)?)折", lambda n: n / (100 if n > _TEN else 10)),
    (rf"除以({NUMBER})", lambda n: 1 / n if n else Decimal(0)),
    (rf"(?:乘以?|翻|扩大到?|变成)({NUMBER})倍?", lambda n: n),
    (rf"({NUMBER})倍", lambda n: n),
    (rf"(?:{_MORE})了?{_SHARE}", lambda share: 1 + share),
    (rf"(?:{_FEWER})(?:到|至|成|为)了?{_SHARE}", lambda share: share),
    (rf"(?:{_FEWER})了?{_SHARE}", lambda share: 1 - share),
    (rf"(?:只有|只剩|变成|按原来的){_SHARE}", lambda share: share),
)
"""How a change multiplies what was told; tried in order, with the number that was read."""
_TEN = 10
_PAIR = 2
_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")


def adjusted(question: Question, new: Values, old: Values) -> Values:
    """Return earlier facts changed by what this turn says: replaced, added to, or multiplied."""
    retold = _retold(question, new, old) or _summed_up(new, old)
    if retold:
        return retold
    if not new and (one := _alone(question.text, old)):
        return one
    if not new:
        factor = multiplier(question.text)
        if factor is None:
            return dict(old)
        return {name: tuple(value * factor for value in values) for name, values in old.items()}
    words = language()
    if re.search(words["another"], question.text):
        return old | {name: (*old.get(name, ()), *values) for name, values in new.items()}
    sign = 1 if re.search(words["add"], question.text) else 0
    sign = -1 if re.search(words["less"], question.text) else sign
    if not sign:
        return old | new
    changed = {
        name: (max(Decimal(0), sum(old[name], Decimal(0)) + sign * sum(values, Decimal(0))),)
        for name, values in new.items()
        if name in old
    }
    return old | new | changed


def recalls(question: Question, old: Values) -> bool:
    """Tell whether a turn speaks of figures told before: 刚才那个数, 再加100万, 900万那款."""
    words = language()
    cues = ("recalls", "add", "less", "another")
    named = any(re.search(words[cue], question.text) for cue in cues)
    told = {value for values in old.values() for value in values}
    again = len(question.money) == _PAIR and question.money[0].value in told
    return named or again or multiplier(question.text) is not None


def _retold(question: Question, new: Values, old: Values) -> Values | None:
    """Return the facts when one is put right (第二个是760万, 900万那款卖到1000万) or is next."""
    if len(new) != 1:
        return None
    (name, values), *_ = new.items()
    before = old.get(name, ())
    said = [found.value for found in question.money if found.value is not None]
    if len(said) == _PAIR and said[0] in before and set(values) <= set(said):
        at, value = before.index(said[0]), said[1]
    else:
        match = _ORDINAL.search(question.text)
        at, value = _place(match) if match else -1, values[-1]
        if len(values) != 1:
            return None
    if not 0 <= at <= len(before) or not before:
        return None
    return old | {name: (*before[:at], value, *before[at + 1 :])}


def _alone(text: str, old: Values) -> Values | None:
    """Return only that of several things which a turn singles out: 第二款单独算是多少."""
    match = _ORDINAL.search(text) if re.search(language()["alone"], text) else None
    at = _place(match) if match else -1
    kept = {name: values[at : at + 1] for name, values in old.items() if len(values) > at}
    return kept if match and kept else None


def _place(match: re.Match[str]) -> int:
    """Return which of several is named, from 0: 第二个, B款, 乙厂."""
    if match[1]:
        return (read_integer(match[1]) or 0) - 1
    letter = match[2] or match[3]
    return next(names.index(letter) for names in _NAMES if letter in names)


def _summed_up(new: Values, old: Values) -> Values | None:
    """Return the facts when a turn tells what was added and the sum: 又100万，合计1000万."""
    changed = {
        name: values[-1:]
        for name, values in new.items()
        if len(values) > 1 and sum(old.get(name, ()), sum(values[:-1])) == values[-1]
    }
    return old | new | changed if changed else None


def multiplier(text: str) -> Decimal | None:
    """Return what a turn multiplies the earlier figures by, None when it says nothing of it."""
    for pattern, factor in _FACTORS:
        match = re.search(pattern, text)
        if match is None:
            continue
        groups = match.groups()
        at = next((at for at, found in enumerate(groups) if found), 0)
        number = _number(groups[at]) if any(groups) else Decimal(1)
        if number is None:
            continue
        scale = {2: _TENTH}.get(at, _HUNDREDTH) if len(groups) > 1 else Decimal(1)
        return factor(number * scale)
    return None


def _number(written: str) -> Decimal | None:
    """Read a number, also one spelt digit by digit (八五折)."""
    digits = read_digits(written)
    return read_number(written) if digits is None else Decimal(digits)
