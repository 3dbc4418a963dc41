"""Numbers in Arabic digits, Chinese numerals and both mixed: 十二, 三千五百, 1亿2000万, 两个亿.

`NUMBER` is the pattern of one written number and `read_number` its exact value; `read_integer` and
`write_integer` are for the whole numbers of headings and clause labels.
"""

from __future__ import annotations

import re
from decimal import Decimal

ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d.]|,\d)|\d+(?:\.\d+)?)"
DIGIT = "[零〇一二两三四五六七八九]"
_POWER = "(?:[十百万亿]|千(?![瓦米克]))(?!分之)"
NUMBER = (
    rf"(?:{ARABIC}|{DIGIT}|[十百千半])"
    rf"(?:\s?[wW](?![A-Za-z])|(?:(?<=[0-9])\s)?{_POWER}|(?<=[十百千万亿])零?{ARABIC}|(?<=亿)\s{ARABIC}(?=\s?[千百]?万)|{DIGIT}"
    rf"|点(?:\d+|(?={DIGIT}))|[来多余几](?=\s?[十百千万亿])|\s?个[半多]?(?=\s?亿))*"
)

_INTEGER = re.compile(r"[零〇一二两三四五六七八九十百千]+|[0-9]{1,4}")
_MAX_DIGITS, _MAX_LENGTH = 24, 48
_NUMERALS = "零一二三四五六七八九"
_PLACES = ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十"))
_VALUES = {numeral: Decimal(value) for value, numeral in enumerate(_NUMERALS)}
_VALUES |= {"〇": Decimal(0), "两": Decimal(2)}
_SCALES = {"": Decimal(1), "十": Decimal(10), "百": Decimal(100), "千": Decimal(1000)}
_HUNDRED_MILLION, _TEN_THOUSAND = Decimal(10**8), Decimal(10**4)

_STEP = re.compile(rf"(零*)({ARABIC}|{DIGIT}|)([十百千]?)", re.ASCII)
_FORMAL_DIGITS = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟", "一二二三三四五六六七八九十百千")
_FORMAL = re.compile(
    r"[壹贰貳叁參肆伍陆陸柒捌玖](?=[拾佰仟万亿元])|[拾佰仟]|"
    r"(?<=[拾佰仟万亿零])[壹贰貳叁參肆伍陆陸柒捌玖]"
)
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "，；！？"}
_FOLD = _WIDE | str.maketrans("萬億兩個圓圆點餘―−〜％﹪　\u00a0\u2009", "万亿两个元元点余—-~%%   ")
_WIDE_GROUPING = re.compile(
    r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))"
    r"|(?:(?<=(?<![0-9，])[0-9])|(?<=(?<![0-9，])[0-9]{2}))，(?=[0-9]{3}(?:\.[0-9]+)?\s?[万亿元])"
)


def fold(text: str) -> str:
    """Return the text with full-width, traditional and formal numerals made plain, same length."""
    plain = _WIDE_GROUPING.sub(",", text).translate(_FOLD)
    return _FORMAL.sub(lambda found: found.group().translate(_FORMAL_DIGITS), plain)


def read_number(text: str) -> Decimal | None:
    """Read one number exactly: "1亿2000万", "三千五百万", "3,000.5", "两个亿"; else None.

    A trailing digit counts in the next lower place, as it is spoken: 三万五 is 35,000.
    """
    plain = re.sub(r"[\s来多余几]", "", fold(text)).replace("w", "万").replace("W", "万")
    if len(plain) > _MAX_LENGTH or sum(mark.isdecimal() for mark in plain) > _MAX_DIGITS:
        return None
    return _read(plain) if plain else None


def _read(text: str) -> Decimal | None:
    """Split at 亿, then at 万, and read the parts."""
    for mark, scale in (("亿", _HUNDRED_MILLION), ("万", _TEN_THOUSAND)):
        head, found, tail = text.rpartition(mark)
        if found:
            high, low = _read(head), _read_tail(tail, scale)
            return None if high is None or low is None else high * scale + low
    return _read_below_ten_thousand(text)


def _read_tail(text: str, scale: Decimal) -> Decimal | None:
    """Read what follows 亿 or 万: 1亿2000万, 三万五, and 1亿2000 as it is spoken (1.2亿)."""
    if not text:
        return Decimal(0)
    if text in _VALUES or re.fullmatch("[0-9]", text):
        return (_VALUES[text] if text in _VALUES else Decimal(text)) * scale / 10
    value = _read(text.lstrip("零〇"))
    if value is None or value >= scale:
        return None
    if scale == _HUNDRED_MILLION and re.fullmatch(r"[1-9][0-9]{3}", text):
        return value * _TEN_THOUSAND
    return value


def _read_below_ten_thousand(text: str) -> Decimal | None:
    """Read a number without 万 and 亿: 3000.5, 三千五百, 3千5百, 三点五, 半个, 一个半."""
    if re.fullmatch(ARABIC, text, re.ASCII):
        return Decimal(text.replace(",", ""))
    text = text.removesuffix("个")
    if text == "半":
        return Decimal("0.5")
    whole, half, rest = text.partition("个半")
    if half:
        value = _read_below_ten_thousand(whole)
        return None if value is None or rest else value + Decimal("0.5")
    whole, point, fraction = text.partition("点")
    if point:
        return _read_point(whole, fraction)
    return _read_places(text)


def _read_point(whole: str, fraction: str) -> Decimal | None:
    """Read a number said with 点: 三点五 is 3.5, 三点五千 3500."""
    digits, scale = re.fullmatch(r"(.*?)([十百千]?)", fraction, re.DOTALL).groups()  # type: ignore[union-attr]
    value = _read_places(whole)
    if value is None or not digits or any(d not in _VALUES and not d.isascii() for d in digits):
        return None
    decimals = "".join(str(_VALUES.get(digit, digit)) for digit in digits)
    return (value + Decimal(f"0.{decimals}")) * _SCALES[scale] if decimals.isdecimal() else None


def _read_places(text: str) -> Decimal | None:
    """Read digits with 千, 百 and 十 in falling order."""
    total, last, position = Decimal(0), Decimal(10**4), 0
    while position < len(text):
        step = _STEP.match(text, position)
        if step is None or step.end() == position:
            return None
        zeros, digit, scale = step.groups()
        place = _SCALES[scale]
        if place >= last or (not digit and not scale):
            return Decimal(0) if text in ("零", "〇") else None
        value = _VALUES[digit] if digit in _VALUES else Decimal((digit or "1").replace(",", ""))
        if not scale and not zeros and last < _TEN_THOUSAND:
            place = last / 10 if value < 10 and "." not in digit else place
        total, last, position = total + value * place, _SCALES[scale], step.end()
    return total if text else None


def read_digits(text: str) -> int | None:
    """Read numerals said one by one, as years are: 二〇二七 is 2027; None if they aren't digits."""
    digits = "".join(str(_VALUES.get(mark, mark)) for mark in text)
    return int(digits) if digits.isascii() and digits.isdecimal() else None


def read_integer(text: str) -> int | None:
    """Read a whole number below 10,000 in Arabic or Chinese numerals; None if it isn't one."""
    if not _INTEGER.fullmatch(text):
        return None
    if text.isascii():
        return int(text)
    if all(mark in _VALUES for mark in text):
        return read_digits(text)
    value = None if text[0] in "零〇百千" else _read_places(text)
    return None if value is None else int(value)


def write_integer(value: int) -> str:
    """Write a whole number from 0 on in Chinese numerals: 12 → 十二."""
    written = _written(value)
    return written.removeprefix("一") if written.startswith("一十") else written


def _written(value: int) -> str:
    """Write each place with its digit: 10 → 一十."""
    if value < 10:
        return _NUMERALS[value]
    scale, mark = next(place for place in _PLACES if value >= place[0])
    head, rest = divmod(value, scale)
    zero = "零" if 0 < rest < scale // 10 else ""
    return _written(head) + mark + zero + (_written(rest) if rest else "")
