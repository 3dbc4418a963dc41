"""The tree of numbered entries → which are clauses, which headings; their labels and titles.

An entry is a clause when it has nothing below it but enumerations (第X条 always keeps its own
items); an entry that only names a part is a heading.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from corpus.markers import Kind
from corpus.outline import SPACE, STOPS, Entry, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.markers import Mark

_LONGEST_NAME = 60
_SENTENCE, _ITEM_SENTENCE = 24, 60
_ASIDE = re.compile(r"[【〔（(\[]([^】〕）)\]\n。]{2,30})[】〕）)\]]")
_BEFORE_COLON = re.compile(r"([^：:，,。]{2,24})[：:]")
_SET_OFF = re.compile(r"([^\s，,：:。]{2,24})[ 　]+\S")


class Leaf(NamedTuple):
    """An entry that is a clause, with the entries above it, outermost first."""

    entry: Entry
    above: tuple[Entry, ...]
    end: int


def provisions(text: str, roots: Sequence[Entry]) -> tuple[list[Leaf], list[Span]]:
    """Split a tree into its clauses and the spans of its headings, each in order."""
    leaves: list[Leaf] = []
    headings: list[Span] = []
    split = _running(roots), _usually_split(text, roots)

    def visit(entry: Entry, above: tuple[Entry, ...]) -> None:
        named = _names_only(text, entry)
        if not entry.children and named and entry.mark.kind < Kind.HAN:
            headings.append(Span(entry.mark.start, entry.end))
        elif not entry.children or _is_enumeration(text, entry, *split):
            leaves.append(Leaf(entry, above, entry.end))
        else:
            if named:
                headings.append(Span(entry.mark.start, entry.own_end))
            else:
                leaves.append(Leaf(entry, above, entry.own_end))
            for child in entry.children:
                visit(child, (*above, entry))

    for root in roots:
        visit(root, ())
    return leaves, headings


def labels(leaves: Sequence[Leaf]) -> list[str]:
    """Return each clause's label, all different.

    Where a kind of number starts over, labels are qualified by the entries above: 二、5.
    """
    starting_over = _starting_over(leaves)
    seen: Counter[str] = Counter()
    found = []
    for leaf in leaves:
        label = _qualified(leaf, starting_over)
        seen[label] += 1
        found.append(label if seen[label] == 1 else f"{label}·{seen[label]}")
    return found


def names(leaves: Sequence[Leaf]) -> list[str]:
    """Return how to call each clause whose bare number would name another as 第N条, else "".

    Below （三） of a document whose clauses are （一）, （二） …, 1 is called （三）1; numbers that
    run on through the parts 一, 二 … are the document's own.
    """
    kinds = {leaf.entry.mark.kind for leaf in leaves if leaf.entry.mark.number}
    bare = [leaf for leaf in leaves if leaf.entry.mark.label.isdigit() and leaf.above]
    above = {leaf.above[-1].mark.start: leaf.above[-1].mark.kind for leaf in bare}
    hidden = {
        kind for kind in above.values() if kind in kinds and (kind > Kind.HAN or len(above) == 1)
    }
    return [
        _below(leaf) if leaf in bare and leaf.above[-1].mark.kind in hidden else ""
        for leaf in leaves
    ]


def _below(leaf: Leaf) -> str:
    above = leaf.above[-1].mark.label
    return f"{above}{'' if above.endswith('）') else '、'}{leaf.entry.mark.label}"


def heading(text: str, entry: Entry) -> str:
    """Return the words of a heading, its own number included, on one line."""
    lines = _own(text, entry).splitlines()
    if _names_only(text, entry):
        return _joined([line.strip(SPACE) for line in lines])
    return lines[0].split("。")[0].strip(SPACE)


def clause_title(body: str) -> str:
    """Return the words before the first 。, or the name that is set off before them."""
    if match := _ASIDE.match(body):
        return match[1]
    words = _first_line(body).split("。")[0].strip(SPACE)
    match = _BEFORE_COLON.match(words) or _SET_OFF.match(words)
    return match[1] if match else words.rstrip("；;：:，,、")


def _first_line(body: str) -> str:
    return next((line for line in body.splitlines() if line.strip(SPACE)), "")


def _joined(lines: list[str]) -> str:
    """Put the lines of a heading together, spaced where its number stands alone."""
    return " ".join(lines) if len(lines[0]) <= 4 else "".join(lines)


def _own(text: str, entry: Entry) -> str:
    return text[entry.mark.start : entry.own_end].strip(SPACE)


def _names_only(text: str, entry: Entry) -> bool:
    """Tell whether an entry's own words are a name: short, without a sentence, wrapped at most."""
    if entry.own_end - entry.mark.body > 4 * _LONGEST_NAME:
        return False
    own = text[entry.mark.body : entry.own_end].strip(SPACE)
    lines = own.splitlines()
    return (
        len(own) <= _LONGEST_NAME
        and len(lines) <= 2
        and not any(stop in own for stop in STOPS)
        and not own.endswith(("：", ":", "，"))
    )


def _running(roots: Sequence[Entry]) -> set[Kind]:
    """Return the kinds whose numbers run on through the whole tree, below several entries."""
    parents: Counter[Kind] = Counter()
    numbers: dict[Kind, list[int]] = {}
    for entry in _entries(roots):
        for kind in {child.mark.kind for child in entry.children}:
            parents[kind] += 1
        numbers.setdefault(entry.mark.kind, []).append(entry.mark.number)
    return {
        kind
        for kind, count in parents.items()
        if count > 1 and numbers[kind] == list(range(1, len(numbers[kind]) + 1))
    }


def _entries(roots: Sequence[Entry]) -> Iterator[Entry]:
    """Yield all entries in the order of the text."""
    ahead = list(reversed(roots))
    while ahead:
        entry = ahead.pop()
        yield entry
        ahead += reversed(entry.children)


def _usually_split(text: str, roots: Sequence[Entry]) -> set[tuple[Kind, Kind]]:
    """Return the pairs of kinds (above, below) of which most headings hold whole provisions."""
    groups: Counter[tuple[Kind, Kind]] = Counter()
    whole: Counter[tuple[Kind, Kind]] = Counter()
    for entry in _entries(roots):
        if entry.children and _names_only(text, entry):
            pair = entry.mark.kind, entry.children[0].mark.kind
            groups[pair] += 1
            whole[pair] += _holds_provisions(_bodies(text, entry), entry.mark.kind)
    return {pair for pair, count in groups.items() if whole[pair] * 2 > count}


def _is_enumeration(
    text: str, entry: Entry, running: set[Kind], split: set[tuple[Kind, Kind]]
) -> bool:
    """Tell whether the entries below are items of this one rather than clauses of their own."""
    kind, below = entry.mark.kind, entry.children[0].mark.kind
    named = _names_only(text, entry)
    if kind is Kind.ARTICLE:
        return True
    if below in running or Kind.ANNEX < kind < Kind.HAN or (named and kind is Kind.ANNEX):
        return False
    if below >= Kind.PAREN_ARABIC:
        return True
    if kind >= Kind.PAREN_HAN and _own(text, entry).endswith(("：", ":")):
        return True
    bodies = _bodies(text, entry)
    if named and (kind, below) in split and all(body.endswith("。") for body in bodies):
        return False
    return not _holds_provisions(bodies, kind)


def _bodies(text: str, entry: Entry) -> list[str]:
    return [text[child.mark.body : child.end].strip(SPACE) for child in entry.children]


def _holds_provisions(bodies: list[str], parent: Kind) -> bool:
    """Tell whether at least half of the entries say enough to be provisions, not list items."""
    return 2 * sum(_is_substantial(body, parent) for body in bodies) >= len(bodies)


def _is_substantial(body: str, parent: Kind) -> bool:
    if body.endswith(("；", ";", "，", "、")):
        return False
    sentences = body.count("。")
    enough = _ITEM_SENTENCE if parent is Kind.PAREN_HAN else _SENTENCE
    return sentences >= 2 or "\n" in body or (sentences == 1 and len(body) >= enough)


def _starting_over(leaves: Sequence[Leaf]) -> set[Kind]:
    """Return the kinds of mark of which two clauses, or two entries above them, share a label."""
    marks: dict[int, Mark] = {}
    for leaf in leaves:
        for entry in (*leaf.above, leaf.entry):
            marks[entry.mark.start] = entry.mark
    seen = Counter((mark.kind, mark.label) for mark in marks.values())
    return {kind for (kind, _), count in seen.items() if count > 1}


def _qualified(leaf: Leaf, starting_over: set[Kind]) -> str:
    label, kind = leaf.entry.mark.label, leaf.entry.mark.kind
    for entry in reversed(leaf.above):
        if kind not in starting_over:
            break
        kind = entry.mark.kind
        label = f"{entry.mark.label}、{label}"
    return label
