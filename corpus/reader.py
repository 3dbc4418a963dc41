"""Text of a Chinese policy document → Policy: title, preamble, headings, clauses; nothing lost.

A document is read in parts, each with a title block, a preamble, numbered provisions and closing
lines: the notice that brings a text with it, the text itself, its annexes. Run
`policy-assistant clauses FILE` to see how a document is read.
"""

from __future__ import annotations

import codecs
import errno
import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from corpus.frame import annexed_title, closing_block, title_block
from corpus.markers import Kind, Mark
from corpus.outline import SPACE, STOPS, Entry, Line, Span, grow, mark_lines, until_mark
from corpus.policy import Clause, Policy, PolicyInfo, Segment, SegmentKind
from corpus.provisions import Leaf, clause_title, heading, labels, names, provisions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from corpus.frame import Title
    from corpus.outline import Marking

MAX_BYTES = 20_000_000
LAST = "末段"
"""The label of an unnumbered provision on the whole document, below its last entry."""

_TROUBLES = {
    errno.ENOENT: "没有这个文件",
    errno.EISDIR: "这是一个文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EACCES: "没有读取权限",
    errno.ENAMETOOLONG: "文件名太长",
}


class PolicyError(ValueError):
    """A policy document or its folder can't be used; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the document with a title and a numbering of its own."""

    title: Title | None
    lines: Sequence[Line]
    start: int
    end: int
    main: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """What a part was read into: its clauses, and the spans around them by kind."""

    leaves: list[Leaf]
    around: list[tuple[SegmentKind, Span]]
    main: bool


def read_text(path: Path) -> str:
    """Read a policy file as UTF-8 (or UTF-16 or GB18030, as older office documents are).

    Raises PolicyError for a file that is missing, empty, too large or not a text.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        trouble = _TROUBLES.get(error.errno or 0) or error.strerror or str(error)
        raise PolicyError(f"无法读取文件“{path}”：{trouble}。请检查路径和权限。") from error
    except ValueError as error:
        raise PolicyError(f"“{path}”不能作为文件名。请检查路径。") from error
    if len(data) > MAX_BYTES:
        raise PolicyError(f"文件“{path}”超过 {MAX_BYTES} 字节的上限。请拆分后再试。")
    text = _decode(data)
    if text is None or re.search(r"[\x00-\x08\x0e-\x1f\ufffd]", text):
        raise PolicyError(f"文件“{path}”不是文本文件。请另存为 UTF-8 编码的纯文本（.txt）后再试。")
    if not text.strip(SPACE):
        raise PolicyError(f"文件“{path}”是空的。请放入政策全文后再试。")
    return text


def _decode(data: bytes) -> str | None:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_policy(policy_id: str, text: str, info: PolicyInfo | None = None) -> Policy:
    """Read a policy's text; `info` defaults to what the text itself says.

    The segments of the result, in order, give `text` back exactly.
    """
    marking = mark_lines(text)
    parts = _parts(marking, len(text))
    numbered = bool(marking.marks)
    read = [_read_part(text, part, marking, numbered) for part in parts]
    clauses = _clauses(policy_id, text, [leaf for part in read for leaf in part.leaves])
    spans = [Segment(SegmentKind.CLAUSE, clause.start, clause.end) for clause in clauses]
    for part in read:
        for kind, span in part.around:
            spans += _trimmed(text, kind, span)
    title = next((part.title.name for part in parts if part.main and part.title), "")
    own_preamble = _words(text, [part for part in read if part.main], SegmentKind.PREAMBLE)
    return Policy(
        id=policy_id,
        info=info or PolicyInfo.of_title(title or policy_id),
        text=text,
        title=title,
        preamble="\n".join(own_preamble or _words(text, read, SegmentKind.PREAMBLE)),
        closing="\n".join(_words(text, read, SegmentKind.CLOSING)),
        headings=tuple(_words(text, read, SegmentKind.HEADING)),
        clauses=clauses,
        segments=_filled(spans, len(text)),
    )


def _parts(marking: Marking, length: int) -> list[_Part]:
    """Split a document into covering notice, main text and annexes, as many as there are."""
    lines = marking.lines
    top = title_block(until_mark(lines))
    below = [line for line in lines if line.start >= top.end]
    annexed = annexed_title(top.name, below)
    starts = [line.start for line in lines if line.mark and line.mark.kind is Kind.ANNEX]
    main = annexed.start if annexed else 0
    if annexed and (before := [line for line in lines if line.start < main]):
        own_mark = before[-1].start in starts
        main = before[-1].start if own_mark else main
        starts = [start for start in starts if start > main]
    at = [line.start for line in lines]
    edges = sorted({0, main, *starts, length})
    parts = []
    for start, end in pairwise(edges):
        title = annexed if annexed and start == main else top if start == 0 else None
        within = lines[bisect_left(at, start) : bisect_left(at, end)]
        parts.append(_Part(title, within, start, end, main=start == main))
    return parts


def _read_part(text: str, part: _Part, marking: Marking, numbered: bool) -> _Read:
    """Read one part: its title block, preamble, entries and closing lines."""
    top = part.title.end if part.title else part.start
    lines = [line for line in part.lines if line.start >= top]
    marked = [at for at, line in enumerate(lines) if line.mark]
    tail = lines[marked[-1] :] if marked else lines
    provided, signed = closing_block(tail, marking.listed)
    ends = [*(line.start for line in tail), part.end]
    roots = grow([line.mark for line in lines if line.mark], ends[provided])
    leaves, headings = provisions(text, roots)
    around = [(SegmentKind.HEADING, span) for span in headings]
    around += [(SegmentKind.TITLE, Span(part.start, top))]
    around += [(SegmentKind.CLOSING, Span(ends[signed], part.end))]
    if numbered:
        around += _opening(lines[: marked[0]] if marked else tail[:provided], marking)
        leaves += [_unnumbered(LAST, line.start, line.end) for line in tail[provided:signed]]
    else:
        leaves += _paragraphs(tail[:signed])
    return _Read(leaves, around, part.main)


def _opening(lines: Sequence[Line], marking: Marking) -> Iterator[tuple[SegmentKind, Span]]:
    """Yield what stands before the first entry: contents page and preamble."""
    for is_contents, run in groupby(lines, key=lambda line: line.start in marking.contents):
        first, *more = run
        end = more[-1].end if more else first.end
        yield SegmentKind.TITLE if is_contents else SegmentKind.PREAMBLE, Span(first.start, end)


def _paragraphs(lines: Sequence[Line]) -> list[Leaf]:
    """Read an unnumbered text as one clause a paragraph, labelled 段1, 段2, …"""
    found: list[Leaf] = []
    start = lines[0].start if lines else 0
    for line in lines:
        if line.words[-1] in STOPS or line is lines[-1]:
            found.append(_unnumbered(f"段{len(found) + 1}", start, line.end))
            start = line.end
    return found


def _unnumbered(label: str, start: int, end: int) -> Leaf:
    mark = Mark(Kind.ARTICLE, label, 0, start, start)
    return Leaf(Entry(mark, own_end=end, end=end), (), end)


def _clauses(policy_id: str, text: str, leaves: Sequence[Leaf]) -> tuple[Clause, ...]:
    clauses = []
    for leaf, label, name in zip(leaves, labels(leaves), names(leaves), strict=True):
        start, end = _trim(text, leaf.entry.mark.start, leaf.end)
        section = tuple(heading(text, entry) for entry in leaf.above)
        title = clause_title(text[leaf.entry.mark.body : end])
        called = name if label.isdigit() else ""
        clauses.append(
            Clause(policy_id, label, title, section, text[start:end], start, end, called)
        )
    return tuple(clauses)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a stretch without the space at both ends."""
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip(SPACE))
    tail = len(piece.rstrip(SPACE))
    return (start + lead, start + tail) if tail > lead else (start, start)


def _trimmed(text: str, kind: SegmentKind, span: Span) -> list[Segment]:
    start, end = _trim(text, *span)
    return [Segment(kind, start, end)] if end > start else []


def _filled(spans: list[Segment], length: int) -> tuple[Segment, ...]:
    """Order the spans and fill the gaps between them, so that together they cover the text."""
    filled: list[Segment] = []
    at = 0
    for span in sorted(spans, key=lambda span: span.start):
        if span.start > at:
            filled.append(Segment(SegmentKind.SPACE, at, span.start))
        filled.append(span)
        at = span.end
    if at < length:
        filled.append(Segment(SegmentKind.SPACE, at, length))
    return tuple(filled)


def _words(text: str, parts: Sequence[_Read], kind: SegmentKind) -> list[str]:
    """Return the words of all spans of one kind, in the order of the text."""
    spans = sorted(span for part in parts for found, span in part.around if found is kind)
    words = (text[span.start : span.end].strip(SPACE) for span in spans)
    return [found for found in words if found]
