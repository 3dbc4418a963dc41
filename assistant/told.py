"""Figures in a question → facts of an award: which amount is the sales, the cap, the wish."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from assistant.lexicon import language
from assistant.policys_figure import is_policys
from corpus.money import Kind, Quantity

if TYPE_CHECKING:
    from assistant.question import Question

ABSURD = Decimal(10) ** 13
_PAYS = "资助|补贴|补助|奖励|经费|支持|扶持|奖金|封顶|上限|的顶|奖补|一次性|的钱"
_STATES_BEFORE = re.compile(
    r"(?:最高|最多|上限|封顶|顶格|固定|直接|每次|每年|都|只|就|统一|一律)?(?:给|(?<!研)(?<!开)发|补|奖励?|资助|补贴|补助|支持|扶持|不超过|拿满|领满)(?:了|是)?$"
    r"|(?:最高|最多|上限|封顶|顶|标准|比例)(?:就|才|只|都|已经?)?(?:(?:改|变|调|提|涨|降)(?:成|为|到|高到|低到))?(?:是|为|到|有)?(?:了)?$|不是$|其中(?:有|约)?$|(?:^|拿|领|给|补|得|要|吃|们|你|的)(?:到|了|满|着)?(?:那|这)个?$|[把将]$"
    r"|(?:[0-9%万亿元成](?:那|不)*就是|等于|=|算下来(?:是)?|算出来(?:是)?|乘出来(?:是)?|合计得)$"
)
_STATES_AFTER = re.compile(
    rf"^(?:元|块)?(?:的)?(?:{_PAYS})(?!多少|额)|^元?的?(?:累计|总|年度)?(?:额度|上限|限额|封顶)|^(?:元)?是给|^(?:元)?(?:拿满|领满|到手)|^元?(?:是指|指的|指什么|是什么|代表)"
)
_BREAK = re.compile(r"[，,。？?！!；;、（）()：:]")
_PASSED = re.compile(r"(?:突破|超过|超|迈过|跨过|(?:早就?|已经?)过)(?:了)?$")
_LONG_PASSED = re.compile(r"早(?:就|已|都)*(?:突破|超过|超|迈过|跨过|过)(?:了)?$")
_CORRECTED = re.compile(
    r"[^0-9一二三四五六七八九十百千]{0,12}?(?:不对|说错|更正|记错|搞错|应该是|应为|准确说|[，,]?而是)"
)
_DONE = re.compile(
    r"(?:卖|投|花|做|投入|完成|签|销售)(?:出去?|了|过|到|出了)+$"
    r"|(?:已|已经|目前|现在)(?:有|卖|投|花|做|投入|完成|签|销售)$"
)
_PRICE = re.compile(
    r"(?:(?:单价|均价|售价)|[每一1](台|套|件|只|辆|架|张|部))(?:的)?(?:单价|价格?|售价)?"
    r"(?:是|为|卖|要|就|按|大概|大约|约)*$"
)
_EACH_OF = re.compile(
    r"每(款|个|种|项|场|家|座|期|年)[^，。；]{0,8}$|(款|个|种|项|场|家|座)[^。；]{0,12}各[^，。；]{0,6}$"
)
_YEAR = re.compile(r"(?:19|20)\d\d年")
_MANY = 5
_LEAST_BARE_SUM = 1000
_MOST_COPIES = 50
_EACH = re.compile(
    r"元?(?:/|一|每|1)(台|套|件|个|只|辆|架|张|份|组)(?![0-9一二两三四五六七八九十百千])"
)
_POINTS = re.compile(r"(?:那么?|那如果|如果|要是|假如|若|改成|换成|变成)?(?:是|到|为)?")
_EQUATES = re.compile(
    r"(?:元|块)?(?:就|是|等于|能拿|能补|补|给)(?:是|能|可以|有|拿|得|补|到|了|满)*"
    r"(?=[0-9一二两三四五六七八九十百千])"
)
_AGAIN = re.compile(r"(?:就是|也就是|即|等于|合)$")
_WANTS = re.compile(r"(?:拿|领|补|得|获得|申请|要|达|享受|争取)(?:到|满|够|足)?(?:这|那)?$")


class Role(StrEnum):
    """What a figure in a question stands for."""

    FACT = "fact"
    RECEIVED = "received"
    WANTED = "wanted"
    STATED = "stated"


@dataclass(frozen=True, slots=True)
class Told:
    """A quantity with its role; `before` and `after` are the words around it in its stretch."""

    quantity: Quantity
    role: Role
    before: str
    after: str


def told(question: Question, *, leaning: bool = False) -> tuple[Told, ...]:
    """Return the quantities of a question with their roles.

    In a turn `leaning` on the one before it, 那3亿呢 tells a new figure rather than names an award.
    """
    read = (*_multiplied(question), *_single(question))
    found = _alike(tuple(_told(question, quantity, leaning) for quantity in read))
    found = tuple(map(_in_yuan, found))
    return _without_totals(tuple(map(_counted, found)) if leaning else found)


def _in_yuan(item: Told) -> Told:
    """Take a bare number after a word of spending for a sum of money: 付利息12000."""
    quantity = item.quantity
    if quantity.kind is not Kind.NUMBER or (quantity.value or 0) < _LEAST_BARE_SUM:
        return item
    if not re.search(language()["spent"], item.before):
        return item
    return replace(item, quantity=replace(quantity, kind=Kind.MONEY))


def _alike(found: tuple[Told, ...]) -> tuple[Told, ...]:
    """Give a figure after 还是 the role of the one before it: 奖励20万还是30万.

    A figure said again in another notation (4.5kw，就是4500万) is no second one.
    """
    alike = list(found)
    for at in range(1, len(alike)):
        if _AGAIN.search(alike[at].before) and (
            alike[at].quantity.value == alike[at - 1].quantity.value
        ):
            alike[at] = replace(alike[at], role=Role.STATED)
        if alike[at].before.endswith("还是") and alike[at - 1].role is Role.STATED:
            alike[at] = replace(alike[at], role=Role.STATED)
    return tuple(alike)


def _counted(item: Told) -> Told:
    """Take a bare number of a follow-up (如果做到3000呢) for a count of what was counted before."""
    quantity = item.quantity
    if quantity.kind is not Kind.NUMBER or item.role is not Role.FACT:
        return item
    return replace(item, quantity=replace(quantity, kind=Kind.COUNT))


def _single(question: Question) -> tuple[Quantity, ...]:
    """Return the one person that is told of beside a time: 一个毕业生租房12个月."""
    lasts = any(q.kind is Kind.COUNT and q.unit in ("年", "个月") for q in question.quantities)
    match = re.search(language()["one_person"], question.text) if lasts else None
    if match is None:
        return ()
    return (Quantity(Kind.COUNT, Decimal(1), match[0], match.start(), match.end(), unit="人"),)


def _without_totals(found: tuple[Told, ...]) -> tuple[Told, ...]:
    """Take a sum that only adds up the others (各600万，加起来1200万) for no fact of its own."""
    facts = [t for t in found if t.role is Role.FACT and t.quantity.kind is Kind.MONEY]
    values = [t.quantity.value or Decimal(0) for t in facts]
    totals = [
        item
        for item, value in zip(facts, values, strict=True)
        if is_total(item) and sum(values, Decimal(0)) == 2 * value
    ]
    return tuple(replace(t, role=Role.STATED) if t in totals else t for t in found)


def is_total(item: Told) -> bool:
    """Tell whether a figure is told as what others come to: 合计1000万."""
    return re.search(language()["total"], item.before) is not None


def _multiplied(question: Question) -> tuple[Quantity, ...]:
    """Return the quantities, a price (86万一台) multiplied by how many there are (25台).

    What is told of each of several (三款，每款卖1500万) stands as often as there are.
    """
    counts = {q.unit: q for q in question.quantities if q.kind is Kind.COUNT and q.value}
    found: list[Quantity] = []
    for quantity in question.quantities:
        sold = counts.get(_priced_by(question.text, quantity))
        each = _EACH_OF.search(question.text[: quantity.start])
        several = counts.get(each[1] or each[2]) if each and quantity.kind is Kind.MONEY else None
        if sold and sold.value and quantity.value:
            text = f"{quantity.text}×{sold.text}"
            found.append(replace(quantity, value=quantity.value * sold.value, text=text))
        elif several and several.value and 1 < several.value <= _MOST_COPIES:
            found += [quantity] * int(several.value)
        else:
            found.append(quantity)
    return tuple(found)


def _priced_by(text: str, quantity: Quantity) -> str:
    """Return the unit that a sum is the price of, "" when it is no price: 86万一台, 单价8万元."""
    if quantity.kind is not Kind.MONEY:
        return ""
    if after := _EACH.match(text, quantity.end):
        return after[1]
    before = _PRICE.search(text[: quantity.start])
    if before and before[1]:
        told_of_each = len(re.findall(rf"[一1]{before[1]}\D{{0,4}}\d", text)) > 1
        return "" if told_of_each else before[1]
    units = re.findall(r"\d+\s*(台|套|件|只|辆|架|张|部)", text) if before else []
    return str(units[0]) if units else ""


def _told(question: Question, quantity: Quantity, leaning: bool) -> Told:
    before = _BREAK.split(question.text[: quantity.start])[-1]
    after = _BREAK.split(question.text[quantity.end :])[0]
    role = _role(question, quantity, before.strip(), after.strip(), leaning)
    return Told(quantity, role, before, after)


def _role(question: Question, quantity: Quantity, before: str, after: str, leaning: bool) -> Role:
    if _is_put_right(question, quantity):
        return Role.STATED
    if quantity.kind is Kind.MONEY and _is_received(question, quantity, before, after):
        return Role.RECEIVED
    if is_year(quantity):
        return Role.STATED
    if question.asks("inverse") and not _DONE.search(before) and not _is_equation(question):
        return Role.WANTED
    return Role.STATED if _is_stated(question, quantity, before, after, leaning) else Role.FACT


def _is_equation(question: Question) -> bool:
    """Tell whether a turn asks if one sum gives another: 榜额3000万就能拿满2000万咯."""
    first = question.money[:-1]
    return question.confirms and any(_EQUATES.match(question.text[q.end :]) for q in first)


def _is_received(question: Question, quantity: Quantity, before: str, after: str) -> bool:
    """Tell whether a sum was paid before: what says so stands before it, or it comes last."""
    received = language()["received"]
    if re.search(received, before + quantity.text):
        return True
    if re.search(r"用(?:掉|去)?了?$", before) and re.search(language()["quota"], question.text):
        return True
    rest = question.text[quantity.end : quantity.end + len(after) + 1]
    return not re.search(r"\d|[一二三四五六七八九十百千]+万", rest) and bool(
        re.search(received, after)
    )


def _is_put_right(question: Question, quantity: Quantity) -> bool:
    """Tell whether a later sum of the same turn replaces this one: 500万，不对，是600万."""
    if quantity.kind is not Kind.MONEY or not _CORRECTED.match(question.text[quantity.end :]):
        return False
    return any(other.start > quantity.end for other in question.money)


def names_a_clause(item: Told) -> bool:
    """Tell whether a figure may point to the clause that states it: 那个2000万的, 50个应用场景."""
    quantity = item.quantity
    many = quantity.kind is Kind.COUNT and (quantity.value or 0) >= _MANY
    return item.role in (Role.STATED, Role.WANTED) or many


def is_year(quantity: Quantity) -> bool:
    """Tell whether a quantity is a calendar year: 2027年."""
    return _YEAR.fullmatch(quantity.text) is not None


def is_done(item: Told) -> bool:
    """Tell whether a figure is what was sold or spent already: 卖了700万."""
    return item.role is Role.FACT and _DONE.search(item.before.strip()) is not None


def is_other_sum(item: Told) -> bool:
    """Tell whether a figure is called something that no award asks for: 利润, 注册资本 …"""
    return re.search(language()["other_sums"], item.before) is not None


def _is_stated(
    question: Question, quantity: Quantity, before: str, after: str, leaning: bool
) -> bool:
    """Tell whether a figure names what an award pays or was passed, not a fact of the asker's."""
    is_last = quantity in question.money[-1:]
    if _PASSED.search(before) and (not is_last or _LONG_PASSED.search(before)):
        return True
    if leaning and _POINTS.fullmatch(before):
        return False
    if is_policys(question, quantity, leaning=leaning):
        return True
    if quantity in question.money[:-1] and _EQUATES.match(after):
        return False
    if quantity.kind is Kind.RATE or _STATES_AFTER.search(after):
        return True
    if re.search(language()["cost_part"], before):
        return True
    if _STATES_BEFORE.search(before) and not (quantity.kind is Kind.COUNT and quantity.unit):
        return True
    checks = question.confirms or question.polar
    return checks and _WANTS.search(before) is not None
