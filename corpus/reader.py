"""Text of a Chinese policy document → Policy: title, preamble, headings, clauses; nothing lost.

A document is read as a tree of numbered entries (`corpus.markers`). An entry is a clause when it
has nothing below it but enumerations (第X条 always keeps its own items); an entry that only names
a part is a heading. Run `policy-assistant clauses FILE` to see how a document is read.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.markers import Kind, Mark, read_mark
from corpus.policy import Clause, Policy, PolicyInfo, Segment, SegmentKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES = 20_000_000
_STOPS = "。！？；;!?"
_DOCUMENT_NUMBER = re.compile(r"^[^。]{0,30}[〔\[【（(]\s*(?:19|20)\d\d\s*[〕\]】）)]\s*\d+\s*号$")
_DATE = re.compile(
    r"^[（(]?(?:(?:19|20)\d\d|二[〇○零Oo]..?)\s*年\s*[\d一二三四五六七八九十]+\s*月[^，。]*$"
)
_CLOSING = re.compile(r"^(?:本(?:政策|措施|若干|办法|意见|规定|细则|通知|方案|文件)|特此|（此件)")
_OPENING = re.compile(r"^(?:为|根据|依据|按照|各|现)|[：:，。；]")


class PolicyError(ValueError):
    """A policy document or its folder can't be used; the message is one line for the user."""


@dataclass(slots=True)
class _Entry:
    """A numbered entry while the tree is being built."""

    mark: Mark
    own_end: int = 0
    end: int = 0
    children: list[_Entry] = field(default_factory=list)


def read_text(path: Path) -> str:
    """Read a policy file as UTF-8 (or GB18030, as older office documents are).

    Raises PolicyError for a file that is missing, empty, too large or not a text.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise PolicyError(
            f"无法读取文件“{path}”：{error.strerror or error}。请检查路径和权限。"
        ) from error
    if size > MAX_BYTES:
        raise PolicyError(
            f"文件“{path}”有 {size} 字节，超过 {MAX_BYTES} 字节的上限。请拆分后再试。"
        )
    text = _decode(data)
    if text is None or re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise PolicyError(f"文件“{path}”不是文本文件。请另存为 UTF-8 编码的纯文本（.txt）后再试。")
    if not text.strip("\ufeff \t\r\n　"):
        raise PolicyError(f"文件“{path}”是空的。请放入政策全文后再试。")
    return text


def _decode(data: bytes) -> str | None:
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_policy(policy_id: str, text: str, info: PolicyInfo | None = None) -> Policy:
    """Read a policy's text; `info` defaults to what the text itself says.

    The segments of the result, in order, give `text` back exactly.
    """
    lines = list(_lines(text))
    roots = _tree(text, lines)
    body_start = roots[0].mark.start if roots else len(text)
    title, title_end = _title(text, lines, body_start)
    if not roots:
        roots, body_start = _paragraphs(lines, title_end), title_end
    closing = _closing_start(text, roots)
    leaves, headings = _leaves(text, roots)
    clauses = _clauses(policy_id, text, leaves, _restarting(roots))
    spans = [Segment(SegmentKind.CLAUSE, clause.start, clause.end) for clause in clauses]
    spans += [Segment(SegmentKind.HEADING, start, end) for start, end in headings]
    spans += _trimmed(text, SegmentKind.TITLE, 0, title_end)
    spans += _trimmed(text, SegmentKind.PREAMBLE, title_end, body_start)
    spans += _trimmed(text, SegmentKind.CLOSING, closing, len(text))
    segments = _filled(spans, len(text))
    return Policy(
        id=policy_id,
        info=info or PolicyInfo.of_title(title or policy_id),
        text=text,
        title=title,
        preamble=_joined(text, segments, SegmentKind.PREAMBLE),
        closing=_joined(text, segments, SegmentKind.CLOSING),
        headings=tuple(
            text[segment.start : segment.end]
            for segment in segments
            if segment.kind is SegmentKind.HEADING
        ),
        clauses=clauses,
        segments=segments,
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    offset = 0
    for line in re.split(r"(?<=\n)", text):
        stripped = line.lstrip("\ufeff")
        yield offset + len(line) - len(stripped), stripped
        offset += len(line)


def _tree(text: str, lines: list[tuple[int, str]]) -> list[_Entry]:
    """Nest the numbered entries by kind; 一、 and 第X条 rank by which comes first."""
    marks = [mark for offset, line in lines if (mark := read_mark(line, offset))]
    first = {mark.kind: mark.start for mark in reversed(marks)}
    swapped = first.get(Kind.ARTICLE, len(text)) < first.get(Kind.HAN, -1)
    rank = {kind: float(kind) for kind in Kind} | (
        {Kind.HAN: Kind.ARTICLE + 0.5} if swapped else {}
    )
    roots: list[_Entry] = []
    stack: list[_Entry] = []
    for index, mark in enumerate(marks):
        following = marks[index + 1].start if index + 1 < len(marks) else len(text)
        entry = _Entry(mark, own_end=following)
        while stack and rank[stack[-1].mark.kind] >= rank[mark.kind]:
            stack.pop().end = mark.start
        (stack[-1].children if stack else roots).append(entry)
        stack.append(entry)
    for entry in stack:
        entry.end = len(text)
    return roots


def _paragraphs(lines: list[tuple[int, str]], start: int) -> list[_Entry]:
    """Read an unnumbered document as one entry a paragraph, labelled 段1, 段2, …"""
    entries: list[_Entry] = []
    for offset, line in lines:
        if offset >= start and line.strip():
            mark = Mark(Kind.ARTICLE, f"段{len(entries) + 1}", offset, offset)
            entries.append(_Entry(mark, offset + len(line), offset + len(line)))
    return entries


def _title(text: str, lines: list[tuple[int, str]], body_start: int) -> tuple[str, int]:
    """Return the title (its lines joined) and where the title block ends."""
    parts: list[str] = []
    end = 0
    for offset, line in lines:
        words = line.strip()
        if offset >= body_start or (words and _OPENING.search(words) and parts):
            break
        if not words:
            continue
        if len(words) > 60 or words.endswith(("。", "；")):
            break
        if not _DOCUMENT_NUMBER.match(words) and not _DATE.match(words):
            parts.append(words)
        end = offset + len(line)
        if words.endswith("的通知"):
            break
    return re.sub(r"\s+", "", "".join(parts)), end


def _closing_start(text: str, roots: list[_Entry]) -> int:
    """Return where the unnumbered ending (施行段、落款、日期) begins, and cut it off the tree."""
    last = roots[-1] if roots else None
    while last and last.children:
        last = last.children[-1]
    if last is None or last.mark.label.startswith("段"):
        return len(text)
    start = len(text)
    offset = len(text)
    pieces = re.split(r"(?<=\n)", text[last.mark.start :])
    for index in range(len(pieces) - 1, 0, -1):
        offset -= len(pieces[index])
        words = pieces[index].strip()
        if not words:
            continue
        unpunctuated = len(words) <= 30 and words[-1] not in _STOPS + "，：、"
        if not (
            _DATE.match(words) or _CLOSING.match(words) or (unpunctuated and start < len(text))
        ):
            break
        start = offset
    _truncate(roots, start)
    return start


def _truncate(entries: list[_Entry], end: int) -> None:
    for entry in entries:
        entry.end = min(entry.end, end)
        entry.own_end = min(entry.own_end, end)
        _truncate(entry.children, end)


def _leaves(
    text: str, roots: list[_Entry]
) -> tuple[list[tuple[_Entry, tuple[_Entry, ...], int]], list[tuple[int, int]]]:
    """Split the tree into clauses (entry, the entries above it, its end) and heading spans."""
    leaves: list[tuple[_Entry, tuple[_Entry, ...], int]] = []
    headings: list[tuple[int, int]] = []

    def visit(entry: _Entry, above: tuple[_Entry, ...]) -> None:
        names_only = _names_only(text, entry)
        if not entry.children and names_only and entry.mark.kind < Kind.HAN:
            headings.append(_trim(text, entry.mark.start, entry.end))
        elif not entry.children or _is_enumeration(text, entry):
            leaves.append((entry, above, entry.end))
        else:
            if names_only:
                headings.append(_trim(text, entry.mark.start, entry.own_end))
            else:
                leaves.append((entry, above, entry.own_end))
            for child in entry.children:
                visit(child, (*above, entry))

    for root in roots:
        visit(root, ())
    return leaves, headings


def _names_only(text: str, entry: _Entry) -> bool:
    own = text[entry.mark.body : entry.own_end].strip()
    return len(own) <= 60 and "\n" not in own and not any(stop in own for stop in _STOPS)


def _is_enumeration(text: str, entry: _Entry) -> bool:
    """Tell whether the entries below are items of this one rather than clauses of their own."""
    kind = entry.mark.kind
    if kind is Kind.ARTICLE:
        return True
    if kind < Kind.HAN:
        return False
    if entry.children[0].mark.kind >= Kind.PAREN_ARABIC:
        return True
    bodies = [text[child.mark.body : child.end].strip() for child in entry.children]
    substantial = sum(_is_substantial(body, kind) for body in bodies)
    return substantial * 2 < len(bodies)


def _is_substantial(body: str, parent: Kind) -> bool:
    if body.endswith(("；", ";", "，", "、")):
        return False
    sentences = len(re.findall(r"。", body))
    enough = 60 if parent is Kind.PAREN_HAN else 24
    return sentences >= 2 or "\n" in body or (sentences == 1 and len(body) >= enough)


def _restarting(roots: list[_Entry]) -> set[Kind]:
    """Return the kinds of mark whose numbering starts over somewhere in the document."""
    entries: list[_Entry] = list(roots)
    seen: Counter[tuple[Kind, str]] = Counter()
    while entries:
        entry = entries.pop()
        seen[entry.mark.kind, _label(entry)] += 1
        entries += entry.children
    return {kind for (kind, _), count in seen.items() if count > 1}


def _clauses(
    policy_id: str,
    text: str,
    leaves: list[tuple[_Entry, tuple[_Entry, ...], int]],
    restarting: set[Kind],
) -> tuple[Clause, ...]:
    seen: Counter[str] = Counter()
    clauses = []
    for entry, above, end in leaves:
        label = _label(entry)
        if entry.mark.kind in restarting and above:
            label = "、".join([*(_label(parent) for parent in above), label])
        seen[label] += 1
        unique = label if seen[label] == 1 else f"{label}·{seen[label]}"
        start, stop = _trim(text, entry.mark.start, end)
        section = tuple(_heading(text, parent) for parent in above)
        title = _clause_title(text[entry.mark.body : stop])
        clauses.append(Clause(policy_id, unique, title, section, text[start:stop], start, stop))
    return tuple(clauses)


def _label(entry: _Entry) -> str:
    return re.sub(r"\s+", "", entry.mark.label).replace("(", "（").replace(")", "）")


def _heading(text: str, entry: _Entry) -> str:
    return text[entry.mark.start : entry.own_end].strip().split("\n")[0].strip()


def _clause_title(body: str) -> str:
    """Return the words before the first 。, or the name that is set off before them."""
    if match := re.match(r"[【〔（(\[]([^】〕）)\]\n。]{2,30})[】〕）)\]]", body):
        return match[1]
    words = body.split("。")[0].split("\n")[0].strip()
    if match := re.match(r"([^：:，,]{2,24})[：:]", words):
        return match[1]
    if match := re.match(r"([^\s，,：:]{2,24})[ 　]+\S", words):
        return match[1]
    return words


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip("\ufeff \t\r\n　\xa0"))
    tail = len(piece.rstrip("\ufeff \t\r\n　\xa0"))
    return (start + lead, start + tail) if tail > lead else (start, start)


def _trimmed(text: str, kind: SegmentKind, start: int, end: int) -> list[Segment]:
    start, end = _trim(text, start, end)
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


def _joined(text: str, segments: tuple[Segment, ...], kind: SegmentKind) -> str:
    return "\n".join(text[part.start : part.end] for part in segments if part.kind is kind)
