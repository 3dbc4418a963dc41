"""Whole numbers in Chinese numerals, read and written through cn2an: 十二 ↔ 12."""

from __future__ import annotations

import re

import cn2an

_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百千]+|[0-9]{1,4}")


def read_integer(text: str) -> int | None:
    """Read a whole number below 10,000 in Arabic or Chinese numerals; None if it isn't one."""
    if not _NUMERAL.fullmatch(text):
        return None
    try:
        return int(cn2an.cn2an(text, "smart"))
    except ValueError:
        return None


def write_integer(value: int) -> str:
    """Write a whole number in Chinese numerals: 12 → 十二."""
    return str(cn2an.an2cn(value, "low"))
