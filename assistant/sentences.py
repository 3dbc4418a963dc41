"""A clause's sentences, and the words in them that grant something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answer import Citation
from corpus.markers import read_mark

if TYPE_CHECKING:
    from corpus.policy import Clause

_ITEM = r"\n[\s]*(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、]|[①-⑳])[^\n]*"
_SENTENCE = re.compile(rf"[^。！？；\n]*：(?:{_ITEM})+|[^。！？；\n]+[。！？；]?|。")
_FIGURE = re.compile(r"[0-9０-９一二三四五六七八九十百千]\s*(?:[%％‰]|万|亿|元)|[百千]分之")
_GRANT = re.compile(
    r"(?:分阶段|分期|一次性|每年)?(?:给予|予以|奖励|补助|补贴|资助|不超过|上限|最高|发放|减免)"
)
_LEAD = re.compile(r"^(?:经[^，]{1,8}|分阶段|分期|按[^，]{1,12}|每年)$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a clause; offsets count in the clause's text."""

    clause: Clause
    text: str
    start: int
    end: int

    @property
    def grants(self) -> bool:
        """Tell whether it gives something: a sum, a rate or plain support."""
        return _measure_start(self.text) is not None

    @property
    def has_figure(self) -> bool:
        """Tell whether it states a sum or a rate."""
        return _FIGURE.search(self.text) is not None

    @property
    def measure(self) -> str:
        """Return the words that say what is given, without the final stop; "" if it gives nothing.

        对……企业，经评审，给予投资额10%资助。 gives 经评审，给予投资额10%资助.
        """
        start = _measure_start(self.text)
        return "" if start is None else self.text[start:].rstrip("。；！？")

    def cite(self) -> Citation:
        """Return the sentence as a citation, its final stop left out."""
        quote = self.text.rstrip("。；！？")
        return cite(self.clause, self.start, self.start + len(quote))


def cite(clause: Clause, start: int, end: int) -> Citation:
    """Return a citation of `clause.text[start:end]`."""
    return Citation(
        policy=clause.policy,
        clause=clause.label,
        label=clause.reference,
        title=clause.title,
        quote=clause.text[start:end],
        start=start,
        end=end,
    )


def cite_words(clause: Clause, words: str) -> Citation | None:
    """Return a citation of the first place where `words` stand in the clause, or None."""
    start = clause.text.find(words)
    return cite(clause, start, start + len(words)) if words and start >= 0 else None


def sentences(clause: Clause) -> tuple[Sentence, ...]:
    """Return the clause's sentences after its number and name; a list stays with its lead-in."""
    mark = read_mark(clause.text, 0)
    body = mark.body if mark else 0
    if clause.is_named and clause.text.startswith(clause.title, body):
        body += len(clause.title)
    found = [
        Sentence(clause, clause.text[start:end], start, end)
        for match in _SENTENCE.finditer(clause.text, body)
        for start, end in [_trimmed(clause.text, match.start(), match.end())]
        if re.search(r"\w", clause.text[start:end])
    ]
    return tuple(found) or (Sentence(clause, clause.text, 0, len(clause.text)),)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out what only joins a sentence to the one before it: 。 after a name, white space."""
    while start < end and (text[start].isspace() or text[start] in "。；：】）"):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def granting(clause: Clause) -> Sentence | None:
    """Return the sentence of a clause that gives something, one with a figure before others."""
    candidates = [sentence for sentence in sentences(clause) if sentence.grants]
    with_figure = [sentence for sentence in candidates if sentence.has_figure]
    best = with_figure or candidates
    return best[-1] if best else None


def _measure_start(text: str) -> int | None:
    pieces = list(re.finditer(r"[^，]+", text))
    for index, piece in enumerate(pieces):
        grant = _GRANT.search(piece[0])
        condition = piece[0].endswith(("的", "的。")) or (piece[0].startswith("对") and not grant)
        if condition or not (grant or _FIGURE.search(piece[0])):
            continue
        if grant and piece[0].startswith(("对", "为")):
            return piece.start() + grant.start()
        while index and _LEAD.match(pieces[index - 1][0]):
            index -= 1
        return pieces[index].start()
    return None
