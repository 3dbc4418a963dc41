"""Whole numbers in Chinese numerals, read and written: 十二 ↔ 12."""

from __future__ import annotations

import re

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百千]+")


def read_integer(text: str) -> int | None:
    """Read a whole number below 10,000 in Arabic or Chinese numerals; None if it isn't one."""
    if re.fullmatch(r"[0-9]{1,4}", text):
        return int(text)
    if not _NUMERAL.fullmatch(text):
        return None
    if not any(unit in text for unit in _UNITS):
        return int("".join(str(_DIGITS[digit]) for digit in text))
    total, digit = 0, None
    for character in text:
        if character in _UNITS:
            total += (1 if digit in (None, 0) else digit) * _UNITS[character]
            digit = None
        else:
            digit = _DIGITS[character]
    return total + (digit or 0)


def write_integer(value: int) -> str:
    """Write a whole number from 0 to 9,999 in Chinese numerals: 12 → 十二."""
    if not 0 <= value <= 9999:
        raise ValueError(f"{value} is outside 0 to 9999")
    if value == 0:
        return "零"
    written, pending_zero = "", False
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, value = divmod(value, size)
        if digit == 0:
            pending_zero = bool(written)
            continue
        written += ("零" if pending_zero else "") + "零一二三四五六七八九"[digit] + unit
        pending_zero = False
    return written.removeprefix("一") if written.startswith("一十") else written
