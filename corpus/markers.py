"""The numbering marks that open a heading or a clause in a Chinese official document.

The order of kinds follows GB/T 9704 (一、 → （一） → 1. → （1）), with the 编/章/节/条 of legal
texts above; ① is the innermost.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

from corpus.numerals import read_integer

_HAN = "[零〇一二三四五六七八九十百千]{1,7}"
_GAP = r"[ \t　\xa0]*"
_SET_OFF = r"[ \t　\xa0]+"
_UNITS = "%％‰万亿元倍个年月日号级米吨亩平千公至到~～—-"
_REFERS = r"(?![款项]|第|[和及或与至到、，]|的|规定|所[列称述]|[中内]的|明确的|执行)"
_MORE_NUMERALS = rf"{_HAN}(?:、|[等类级期线档]|$)"
_NAME = r"[^\s。，；：:]{2,40}$"


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
    DECIMAL = 8
    PAREN_ARABIC = 9
    CIRCLED = 10


_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            Kind.ANNEX,
            rf"(?P<label>附[件表录]{_GAP}(?P<numbered>\d{{1,2}}|{_HAN}|[A-Z])?)"
            rf"(?:[:：]?$|{_SET_OFF}(?={_NAME})|(?(numbered)[:：]{_GAP}(?={_NAME})|(?!)))",
        ),
        (
            Kind.PART,
            rf"(?P<label>第{_GAP}(?:{_HAN}|\d{{1,3}}){_GAP}(?:分?编|部分)){_REFERS}[、：:]?",
        ),
        (Kind.CHAPTER, rf"(?P<label>第{_GAP}(?:{_HAN}|\d{{1,3}}){_GAP}章){_REFERS}[、：:]?"),
        (Kind.SECTION, rf"(?P<label>第{_GAP}(?:{_HAN}|\d{{1,3}}){_GAP}节){_REFERS}[、：:]?"),
        (
            Kind.ARTICLE,
            rf"(?P<label>第{_GAP}(?:{_HAN}(?:{_GAP}{_HAN})*|\d{{1,5}}){_GAP}条(?:{_GAP}之{_HAN})?)"
            rf"(?:{_REFERS}|、(?!{_GAP}第))[：:、.．]?",
        ),
        (Kind.ARTICLE, rf"(?P<label>(?:政策|措施|条款|事项)(?:{_HAN}|\d{{1,2}}))[：:、]"),
        (
            Kind.HAN,
            rf"(?P<label>{_HAN})(?:、(?!{_GAP}{_MORE_NUMERALS})|[.．](?!\d)|，(?={_GAP}\S)"
            rf"|{_SET_OFF}(?=[^。；，]{{2,30}}$))",
        ),
        (
            Kind.PAREN_HAN,
            rf"(?P<label>[（(]{_GAP}{_HAN}{_GAP}[）)]|[㈠-㈩])(?![项款]|[、和及或至到]{_GAP}[（(])[、.．]?",
        ),
        (Kind.ARABIC, r"(?P<label>\d{1,3})(?:[.．](?!\d)|、(?!\d))|(?P<sign>[⒈-⒛])"),
        (
            Kind.DECIMAL,
            rf"(?P<label>\d{{1,2}}(?:[.．]\d{{1,2}}){{1,3}})(?={_SET_OFF}\S|[^\d.．\s{_UNITS}])",
        ),
        (Kind.PAREN_ARABIC, r"(?P<label>[（(]\s?\d{1,2}\s?[）)]|\d{1,2}[）)]|[⑴-⒇])[、.．]?"),
        (Kind.CIRCLED, r"(?P<label>[①-⑳])"),
    )
)
_LEADING = re.compile(r"[\s\ufeff\u200b]*")


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbering mark: its kind, its label as printed, its place in the sequence.

    `number` is the value of the label's last numeral, 0 when it has none; `start` is where the
    mark stands in the text and `body` where the words after it begin. A `loose` mark is set off so
    weakly that only its place in the sequence makes it one.
    """

    kind: Kind
    label: str
    number: int
    start: int
    body: int
    loose: bool = False


def read_mark(line: str, offset: int) -> Mark | None:
    """Return the mark that opens `line`, whose first character stands at `offset`, or None."""
    indent = _LEADING.match(line).end()  # type: ignore[union-attr]  # it matches anything
    rest = line[indent:].rstrip()
    for kind, pattern in _PATTERNS:
        if match := pattern.match(rest):
            label = match[1] or match[2]
            body = len(rest) - len(rest[match.end() :].lstrip())
            loose = kind is Kind.DECIMAL or match.group()[-1].isspace()
            start = offset + indent
            printed = _printed(label)
            return Mark(kind, printed, _number(printed), start, start + body, loose)
    return None


def _printed(label: str) -> str:
    """Return a label without spaces, its digits in half width, its brackets in full width."""
    bare = "".join(label.split())
    plain = bare if bare in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳" else unicodedata.normalize("NFKC", bare)
    return plain.rstrip(".").replace("(", "（").replace(")", "）")


def _number(label: str) -> int:
    """Return the number that counts entries: 12 of 第十二条之一, 3 of 2.3, 4 of ④."""
    plain = unicodedata.normalize("NFKC", label)
    numerals = re.findall(r"\d+|[零〇一二三四五六七八九十百千]+", plain)
    if not numerals:
        return 0
    counted = numerals[-1] if "." in label else numerals[0]
    return int(counted) if counted.isdecimal() else read_integer(counted) or 0
