"""The numbering marks that open a heading or a clause in a Chinese official document.

The order of kinds follows GB/T 9704 (一、 → （一） → 1. → （1）), with the 编/章/节/条 of legal
texts above; ① is the innermost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

_HAN = "[零〇一二三四五六七八九十百]{1,6}"
_GAP = r"[ \t　\xa0]*"


class Kind(IntEnum):
    """Kinds of mark, outermost first."""

    ANNEX = 0
    PART = 1
    CHAPTER = 2
    SECTION = 3
    HAN = 4
    ARTICLE = 5
    PAREN_HAN = 6
    ARABIC = 7
    PAREN_ARABIC = 8
    CIRCLED = 9


_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.ANNEX,
        re.compile(
            rf"(?P<label>附件{_GAP}[0-9一二三四五六七八九十]{{0,2}})(?=[ \t　]*[:：]?[ \t　]*$)"
        ),
    ),
    (
        Kind.PART,
        re.compile(rf"(?P<label>第(?:{_HAN}|\d{{1,3}})(?:编|部分))[、：:]?(?![^\s、：:]*[。，])"),
    ),
    (Kind.CHAPTER, re.compile(rf"(?P<label>第(?:{_HAN}|\d{{1,3}})章)")),
    (Kind.SECTION, re.compile(rf"(?P<label>第(?:{_HAN}|\d{{1,3}})节)")),
    (
        Kind.ARTICLE,
        re.compile(
            rf"(?P<label>第{_GAP}(?:{_HAN}|\d{{1,4}}){_GAP}条(?:之{_HAN})?)(?![款项第和、，的至])[：:、.．]?"
        ),
    ),
    (Kind.HAN, re.compile(rf"(?P<label>{_HAN})(?:、|[.．](?!\d)|，(?={_GAP}\S))")),
    (Kind.PAREN_HAN, re.compile(rf"(?P<label>[（(]{_GAP}{_HAN}{_GAP}[）)])[、.．]?")),
    (Kind.ARABIC, re.compile(r"(?P<label>\d{1,3})(?:[.．](?![\d])|、(?!\d))")),
    (Kind.PAREN_ARABIC, re.compile(r"(?P<label>(?:[（(]\s?\d{1,2}\s?|\d{1,2})[）)])[、.．]?")),
    (Kind.CIRCLED, re.compile(r"(?P<label>[①-⑳])")),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbering mark: its kind, its label as printed, and where the words after it begin."""

    kind: Kind
    label: str
    start: int
    body: int


def read_mark(line: str, offset: int) -> Mark | None:
    """Return the mark that opens `line`, whose first character stands at `offset`, or None."""
    indent = len(line) - len(line.lstrip())
    for kind, pattern in _PATTERNS:
        if match := pattern.match(line, indent):
            gap = re.match(r"\s*", line[match.end() :])
            body = match.end() + (gap.end() if gap else 0)
            return Mark(kind, match["label"], offset + indent, offset + body)
    return None
