"""Personal numbers in a text → 〔手机号〕: what is recorded names their kind, never the number.

A table of patterns is tried in order on a copy of the text in which every digit is an ASCII one, so
full-width, circled and spelt-out digits (一三八…) are found too. Sums of money stay: a number that
names a currency, and any that is too short to be a person's.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Kind(StrEnum):
    """What a masked number is, as the mask names it."""

    EMAIL = "邮箱"
    ID_CARD = "身份证号"
    COMPANY = "统一社会信用代码"
    BANK_CARD = "银行卡号"
    MOBILE = "手机号"
    PHONE = "电话号码"
    PAPERS = "证件号"
    ACCOUNT = "账号"
    NUMBER = "号码"

    @property
    def mask(self) -> str:
        """Return what stands in the text instead of the number."""
        return f"〔{self.value}〕"


@dataclass(frozen=True, slots=True)
class Secret:
    """A personal number: its kind and its offsets in the text as `seen` returns it."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Form:
    """One way a number is written; group `n` of the pattern, or all of it, is the number."""

    kind: Kind
    pattern: re.Pattern[str]
    holds: Callable[[str], bool]


def seen(text: str) -> str:
    """Return the text without characters that can't be seen, which could split a number."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNSEEN)


def secrets(text: str) -> tuple[Secret, ...]:
    """Return the personal numbers of a text, in order; it should have passed through `seen`."""
    plain = _plain(text)
    found: list[Secret] = []
    for form in _FORMS:
        for match in form.pattern.finditer(plain):
            start, end = match.span("n") if "n" in form.pattern.groupindex else match.span()
            free = all(end <= other.start or other.end <= start for other in found)
            if free and form.holds(plain[start:end]) and not _is_money(plain, start, end):
                found.append(Secret(form.kind, start, end))
    return tuple(sorted(found, key=lambda secret: secret.start))


def mask(text: str) -> str:
    """Return the text with every personal number replaced by the name of its kind."""
    text = seen(text)
    parts, at = [], 0
    for secret in secrets(text):
        parts += [text[at : secret.start], secret.kind.mask]
        at = secret.end
    return "".join([*parts, text[at:]])


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SPELT = "〇零一二三四五六七八九"
_SPELT_DIGITS = str.maketrans(_SPELT + "幺", "00123456789" + "1")
_SPELT_RUN = re.compile(rf"[{_SPELT}幺](?:[ -]?[{_SPELT}幺]){{10,}}")
_DASHES = frozenset("‐‑‒–—―−－﹣－")

_CURRENCY = r"\s*(?:元(?![旦月宵])|块|圆|人民币|美元|欧元|港币|rmb|cny|usd|yuan)"
_MONEY_AFTER = re.compile(_CURRENCY, re.IGNORECASE)
_MONEY_AFTER_SEVERAL = re.compile(rf"{_CURRENCY}|\s*[百千万亿wW](?![A-Za-z])", re.IGNORECASE)
_MONEY_BEFORE = re.compile(
    r"(?:[¥￥$€]|人民币|rmb|cny"
    r"|(?:额|研发费|收入|产值|营收|投资|投入|资金|出资|到账|销售)"
    r"(?:共计|合计|一共|达到|约为|大约|[是为有达约共了])?)\s*[:]?\s*$",
    re.IGNORECASE,
)
_CUE_LENGTH = 16


def _plain(text: str) -> str:
    """Return the text with ASCII digits, letters, dashes and spaces; the length stays the same."""
    folded = "".join(map(_folded, text))
    return _SPELT_RUN.sub(lambda run: run.group().translate(_SPELT_DIGITS), folded)


def _folded(character: str) -> str:
    if character.isascii():
        return character
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    if character in _DASHES:
        return "-"
    if unicodedata.category(character) == "Zs":
        return " "
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 and folded.isascii() else character


def _is_money(plain: str, start: int, end: int) -> bool:
    """Tell whether the words around a number make it a sum, or the last of several sums."""
    number = plain[start:end]
    if "@" in number or number[0] in "0+(" or re.search(r"[A-Za-z]", number):
        return False
    after = _MONEY_AFTER if number.isdigit() else _MONEY_AFTER_SEVERAL
    before = plain[max(0, start - _CUE_LENGTH) : start]
    return bool(after.match(plain, end) or _MONEY_BEFORE.search(before))


def _bare(number: str) -> str:
    return re.sub(r"[ .\-]", "", number).upper()


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _is_id_card(number: str) -> bool:
    """Tell whether 18 characters hold a date of birth or the check of GB 11643 (ISO 7064)."""
    bare = _bare(number)
    weighed = sum(int(digit) * 2 ** (17 - at) for at, digit in enumerate(bare[:17]))
    return _is_date(bare[6:14]) or "10X98765432"[weighed % 11] == bare[17]


def _is_old_id_card(number: str) -> bool:
    return _is_date(f"19{_bare(number)[6:12]}")


_COMPANY_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _is_company(number: str) -> bool:
    """Tell whether 18 characters pass the check of GB 32100: weights are powers of 3, modulo 31."""
    bare = _bare(number)
    weighed = sum(_COMPANY_LETTERS.index(c) * 3**at for at, c in enumerate(bare[:17]))
    return _COMPANY_LETTERS[-weighed % 31] == bare[17]


def _is_bank_card(number: str) -> bool:
    """Tell whether a number passes Luhn's check and isn't a row of round sums."""
    digits = [int(digit) for digit in reversed(_bare(number))]
    if not _is_odd(number):
        return False
    doubled = [2 * d - 9 * (d > 4) for d in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_odd(number: str) -> bool:
    """Tell whether some group of digits isn't round: four sums are, a card's number is not."""
    return any(not group.endswith("0") for group in re.findall(r"\d+", number))


def _always(_: str) -> bool:
    return True


def _form(kind: Kind, pattern: str, holds: Callable[[str], bool] = _always) -> _Form:
    return _Form(kind, re.compile(pattern, re.IGNORECASE | re.ASCII), holds)


_START = r"(?<!\d)(?<!\d[.,])"
_END = r"(?!\d)(?![.,]\d)"
_LETTER = r"[0-9A-HJ-NPQRTUWXY]"
_IS = r"(?:号码|号|账户)?[ \t]*(?:就?是|为|[:：])?[ \t]*"

_FORMS = (
    _form(Kind.EMAIL, r"[\w.%+\-]{1,64}@[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,8}"),
    _form(
        Kind.ID_CARD,
        r"(?<![0-9a-z])[1-9]\d{5}[ -]{0,3}\d{4}[ -]?\d{2}[ -]?\d{2}[ -]{0,3}\d{3}[ -]?[\dx]"
        r"(?![0-9a-z])",
        _is_id_card,
    ),
    _form(
        Kind.COMPANY,
        rf"(?<![0-9a-z])(?:{_LETTER}[ -]?){{2}}(?:\d[ -]?){{6}}(?:{_LETTER}[ -]?){{9}}{_LETTER}"
        r"(?![0-9a-z])",
        _is_company,
    ),
    _form(Kind.COMPANY, rf"(?:信用代码|税号|识别号){_IS}(?P<n>[0-9a-z]{{15,20}})(?![0-9a-z])"),
    _form(Kind.BANK_CARD, rf"{_START}[3-69](?:[ -]?\d){{12,18}}{_END}", _is_bank_card),
    _form(Kind.ID_CARD, rf"{_START}[1-8]\d{{14}}{_END}", _is_old_id_card),
    _form(
        Kind.MOBILE,
        rf"(?:(?<!\d)(?:\+|00)?86[ -]{{0,3}}|{_START})"
        rf"1[3-9]\d(?:(?:[ -]{{0,3}}\d){{8}}|\.\d{{4}}\.\d{{4}}){_END}",
    ),
    _form(
        Kind.PHONE,
        r"(?<![\d.,])(?:(?:\+|00)86[ -]{0,3})?"
        r"(?:\(\s?0(?:10|2\d|[3-9]\d\d)\s?\)|0(?:10|2\d|[3-9]\d\d))[ -]{0,3}"
        r"[2-9]\d{2,3}[ -]?\d{4}(?:[ -]{0,3}(?:转|ext\.?|#|-)[ -]{0,3}\d{1,6})?(?!\d)",
    ),
    _form(Kind.PHONE, r"(?<!\d)(?:\+|00)[1-9]\d{0,2}[ -]{1,3}\d(?:[ -]{0,3}\d){6,12}(?!\d)"),
    _form(Kind.PHONE, r"(?<![\d.,])[48]00-\d{3,4}-\d{3,4}(?!\d)"),
    _form(
        Kind.PHONE,
        r"(?:电话|座机|手机|传真|热线|联系方式|联系人|致电|拨打|回电|tel|phone|mobile|fax)"
        rf"{_IS}(?P<n>[2-9]\d(?:[ -]?\d){{5,9}}){_END}",
    ),
    _form(
        Kind.ID_CARD,
        rf"(?:身份证|身份证件){_IS}(?P<n>\d(?:[ -]?\d){{13,16}}[ -]?[\dx])(?![0-9a-z])",
    ),
    _form(
        Kind.BANK_CARD,
        rf"(?:银行卡|卡号|账号|帐号|账户|帐户){_IS}(?P<n>\d(?:[ -]?\d){{7,24}}){_END}",
    ),
    _form(
        Kind.PAPERS,
        rf"(?:护照|通行证|居留证|军官证|驾驶证|社保卡|证件){_IS}(?P<n>[a-z]{{0,3}}\d{{6,18}})(?![0-9a-z])",
    ),
    _form(Kind.ACCOUNT, rf"(?:qq|扣扣){_IS}(?P<n>[1-9]\d{{4,10}})(?!\d)"),
    _form(
        Kind.ACCOUNT,
        rf"(?:微信|wechat|weixin|vx){_IS}(?P<n>[a-z][\w\-]{{5,19}})(?![\w\-])",
    ),
    _form(Kind.NUMBER, rf"{_START}\d{{15,}}{_END}"),
    _form(Kind.NUMBER, rf"{_START}\d{{4}}(?:[ -]\d{{4}}){{3}}(?:[ -]\d{{1,3}})?{_END}", _is_odd),
)
"""Tried in order; an earlier kind keeps what it has found."""

_STAND_INS = {
    Kind.EMAIL: "nobody@example.com",
    Kind.ID_CARD: "110101190001010009",
    Kind.COMPANY: "91110000000000000E",
    Kind.BANK_CARD: "4111111111111111",
    Kind.MOBILE: "13000000000",
    Kind.PHONE: "010-60000000",
    Kind.PAPERS: "E00000000",
    Kind.ACCOUNT: "10000000",
    Kind.NUMBER: "100000000000000001",
}


def stand_ins(masked: str) -> str:
    """Return a masked text with a number that belongs to nobody in the place of each mask."""
    for kind, number in _STAND_INS.items():
        masked = masked.replace(kind.mask, number)
    return masked
