"""Lines of a document → the tree of its numbered entries.

A line that opens like a numbering mark isn't always one: a wrapped sentence may go on with
“第三条规定的”, a contents page repeats the chapters, a list of annexes is numbered too. What stands
in the sequence of its kind is a mark; what doesn't, and breaks into a sentence, is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from corpus.markers import Kind, Mark, read_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SPACE = "".join(map(chr, range(0x20))) + " \x7f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
SPACE += "".join(map(chr, range(0x2000, 0x200C))) + "\ufeff\u2060"
"""What a line may begin or end with and still say the same."""
STOPS = "。！？；;!?"
_FINISHED = STOPS + "：:…”』」》）)】〕|"
_ANNEX_LIST = re.compile(
    r"附[件表录]?\s*[:：]|附[件表录]\s*[\d一二三四五六七八九十]{1,2}\s*[:：.．]"
)
_CONTENTS = re.compile(r"目\s*[录次]")
_LONGEST_ITEM = 80
_LEAST_WRAPPED = 15


class Line(NamedTuple):
    """One line of the text: where it starts, its words without the space around them, its end."""

    start: int
    words: str
    end: int
    mark: Mark | None


class Span(NamedTuple):
    """A stretch of the text."""

    start: int
    end: int


@dataclass(slots=True)
class Entry:
    """A numbered entry; `own_end` is where its first child begins, `end` where all of it ends."""

    mark: Mark
    own_end: int = 0
    end: int = 0
    children: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Marking:
    """The lines of a document, each with its mark if it opens with one.

    `contents` are where the lines of a contents page start, `listed` those of lists of annexes.
    """

    lines: tuple[Line, ...]
    contents: frozenset[int]
    listed: frozenset[int]

    @property
    def marks(self) -> list[Mark]:
        """Return the marks in order."""
        return [line.mark for line in self.lines if line.mark]


def mark_lines(text: str) -> Marking:
    """Split a text into its lines and find the numbering marks among them."""
    lines = [line for line in _lines(text) if line.words]
    listed = frozenset(_annex_lists(lines))
    contents = frozenset(_contents(lines))
    unmarked = listed | contents
    outside = (line._replace(mark=None) if line.start in unmarked else line for line in lines)
    return Marking(tuple(_in_sequence(outside)), contents, listed)


def grow(marks: Sequence[Mark], end: int) -> list[Entry]:
    """Nest marks by their kinds into entries, the last of which ends at `end`."""
    rank = _ranks(marks)
    roots: list[Entry] = []
    stack: list[Entry] = []
    for index, mark in enumerate(marks):
        following = marks[index + 1].start if index + 1 < len(marks) else end
        while stack and rank[stack[-1].mark.kind] >= rank[mark.kind]:
            stack.pop().end = mark.start
        entry = Entry(mark, own_end=following)
        (stack[-1].children if stack else roots).append(entry)
        stack.append(entry)
    for entry in stack:
        entry.end = end
    return roots


def until_mark(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines before the first mark."""
    return lines[: next((at for at, line in enumerate(lines) if line.mark), len(lines))]


def is_finished(words: str) -> bool:
    """Tell whether a line ends where a sentence or a name does, rather than being wrapped."""
    return words[-1:] in _FINISHED or len(words) < _LEAST_WRAPPED


def _lines(text: str) -> Iterator[Line]:
    offset = 0
    for raw in text.splitlines(keepends=True):
        end = offset + len(raw)
        yield Line(offset, raw.strip(SPACE), end, read_mark(raw, offset))
        offset = end


def _annex_lists(lines: list[Line]) -> Iterator[int]:
    """Yield the lines of the lists of annexes: “附件：1.申报表 / 2.承诺书”."""
    at = 0
    while at < len(lines):
        at, first = at + 1, at
        if not _ANNEX_LIST.match(lines[first].words) or _is_annex(lines, first):
            continue
        while at < len(lines) and _is_item(lines[at]) and not _is_annex(lines, at):
            at += 1
        yield from (line.start for line in lines[first:at])


def _is_annex(lines: list[Line], at: int) -> bool:
    """Tell an annex's own heading from the list that names it: the annex's words come next."""
    line = lines[at]
    if line.mark is None or line.mark.kind is not Kind.ANNEX or at + 1 == len(lines):
        return False
    following = lines[at + 1]
    if line.words.endswith(("：", ":")):
        return not _is_item(following)
    outer = following.mark is not None and Kind.ANNEX < following.mark.kind < Kind.ARABIC
    return outer or "。" in following.words or len(following.words) > _LONGEST_ITEM


def _is_item(line: Line) -> bool:
    numbered = line.mark is not None and line.mark.kind >= Kind.ARABIC
    short = len(line.words) <= _LONGEST_ITEM and "。" not in line.words
    return short and (numbered or bool(_ANNEX_LIST.match(line.words)))


def _contents(lines: list[Line]) -> list[int]:
    """Return the lines of a contents page: “目录”, then marks that come again further down."""
    page = next((at for at, line in enumerate(lines) if _CONTENTS.fullmatch(line.words)), None)
    if page is None:
        return []
    marked = [at for at, line in enumerate(lines) if at > page and line.mark]
    first = lines[marked[0]].mark if marked else None
    for at in marked[1:]:
        mark = lines[at].mark
        if mark and first and _same(mark, first):
            return [line.start for line in lines[page:at]]
    return []


def _same(one: Mark, other: Mark) -> bool:
    return (one.kind, one.label) == (other.kind, other.label)


def _in_sequence(lines: Iterable[Line]) -> Iterator[Line]:
    """Take the marks off lines that merely continue a sentence."""
    last: dict[Kind, Mark] = {}
    before = ""
    headed = True
    for line in lines:
        mark = line.mark
        if mark and not _is_plausible(mark, last.get(mark.kind), headed or is_finished(before)):
            mark = None
        if mark:
            last[mark.kind] = mark
        headed, before = mark is not None and len(line.words) < _LEAST_WRAPPED * 2, line.words
        yield line._replace(mark=mark)


def _is_plausible(mark: Mark, before: Mark | None, after_end: bool) -> bool:
    """Tell whether a mark stands in its sequence or at least where a sentence has ended."""
    if mark.kind is Kind.DECIMAL:
        return _continues(mark, before)
    first = mark.number <= 1
    follows = before is not None and mark.number in (before.number, before.number + 1)
    return first or follows or (after_end and not mark.loose)


def _continues(mark: Mark, before: Mark | None) -> bool:
    """Tell whether 2.3 comes after 2.2, or 2.1 after anything."""
    if mark.number == 1:
        return True
    if before is None:
        return False
    prefix, seen = mark.label.split(".")[:-1], before.label.split(".")
    return seen[: len(prefix)] == prefix and seen[len(prefix)] == str(mark.number - 1)


def _ranks(marks: Sequence[Mark]) -> dict[Kind, int]:
    """Order the kinds from the outermost: as GB/T 9704 has it, unless the numbers say otherwise.

    A kind whose numbering runs on across another that starts anew encloses it: 第一条 一、二、
    第二条 一、二、 makes 条 the outer one, though 一、 usually is.
    """
    kinds = sorted({mark.kind for mark in marks})
    runs_on = {
        (inner, outer)
        for inner in kinds
        for outer in kinds
        if Kind.SECTION < outer < inner and _runs_across(marks, inner, outer)
    }
    return {
        kind: sum(
            (other < kind and (kind, other) not in runs_on) or (other, kind) in runs_on
            for other in kinds
        )
        for kind in kinds
    }


def _runs_across(marks: Sequence[Mark], runner: Kind, other: Kind) -> bool:
    """Tell whether `runner` comes first and counts on after a run of `other` that began at one."""
    number = began = 0
    for mark in marks:
        if mark.kind is runner:
            if began:
                return number > 0 and mark.number == number + 1
            number = mark.number
        elif mark.kind is other:
            began = began or int(number > 0 and mark.number == 1)
            if not number:
                return False
    return False
