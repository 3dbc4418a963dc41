"""Words of the policies from what was typed for them: pinyin, its initials, a wrong character.

What is typed is compared with every stretch that begins at a word (揭榜挂帅, 挂帅): each character
by any of its readings, by its initial, or by itself, so that jbgs, jiebgs, jiebangguashuai and
接榜挂帅 all lead to 揭榜挂帅. Only when nothing fits are accents (z for zh, n for ng) and one slip
of the fingers allowed for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from assistant.correction import readings
from index.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assistant.lexicon import Lexicon

    Ways = Callable[[str], tuple[str, ...]]

MOST_FORMS = 5
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_THROUGHOUT = 300_000
"""Up to so many characters every stretch of the texts can be spelt; above, names and words."""
_LONGEST = 12
_LEAST = 2
_LEAST_SLIPPED = 6
_LEAST_MISTYPED = 3
_DOUBLE = ("zh", "ch", "sh")
_ACCENTS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of Chinese characters from the beginning of a word; `ends` is where words end."""

    text: str
    ends: frozenset[int]


class Speller:
    """Finds the policies' words for something spelt; all is worked out when first needed."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def forms(self, typed: str) -> tuple[str, ...]:
        """Return the policies' words that something typed may stand for, likeliest first."""
        pattern = re.sub(r"[\s'’]", "", typed)
        if len(pattern) < _LEAST or not re.fullmatch(r"[a-z\u4e00-\u9fff]+", pattern):
            return ()
        for found in (self._spelt, self._accented, self._slipped, self._mistyped):
            if kept := self._best(found(pattern)):
                return kept
        return ()

    def warm(self) -> None:
        """Work everything out beforehand, so that the first keystroke is as quick as any."""
        self.forms("ceshi")

    def _spelt(self, pattern: str) -> Iterator[tuple[str, bool]]:
        for stretch in self._beginning(pattern[0]):
            if end := _end(pattern, stretch.text, _ways):
                yield stretch.text[:end], end in stretch.ends

    def _accented(self, pattern: str) -> Iterator[tuple[str, bool]]:
        plain = _without_accent(pattern)
        for stretch in self._beginning(pattern[0]):
            if end := _end(plain, stretch.text, _accented_ways):
                yield stretch.text[:end], end in stretch.ends

    def _slipped(self, pattern: str) -> Iterator[tuple[str, bool]]:
        """Yield what is spelt with one letter more, less, another, or two changed about."""
        if len(pattern) < _LEAST_SLIPPED or not pattern.isascii():
            return
        for stretch in self._beginning(pattern[0]):
            letters = ""
            for end, character in enumerate(stretch.text, 1):
                letters += readings(character)[0]
                if len(letters) > len(pattern) + 1:
                    break
                if len(letters) >= len(pattern) - 1 and is_slip(pattern, letters):
                    yield stretch.text[:end], end in stretch.ends

    def _mistyped(self, pattern: str) -> Iterator[tuple[str, bool]]:
        """Yield what differs by one character in a longer run of them."""
        size = len(pattern)
        if size < _LEAST_MISTYPED or not _HAN.fullmatch(pattern):
            return
        for stretch in self._stretches:
            text = stretch.text[:size]
            if sum(map(str.__ne__, text, pattern)) == 1 and len(text) == size:
                yield text, size in stretch.ends

    def _best(self, found: Iterable[tuple[str, bool]]) -> tuple[str, ...]:
        """Return a few forms, whole words if there are any: names first, then the rarer ones."""
        whole: dict[str, bool] = {}
        for form, ends in found:
            whole[form] = whole.get(form, False) or ends
        named = self._lexicon.quoted | {name for names in self._lexicon.names for name in names}

        def rank(form: str) -> tuple[bool, int, int, str]:
            rare = self._lexicon.frequency(form)
            return (form not in named, -len(form), rare, form)

        kept = [form for form, ends in whole.items() if ends] or list(whole)
        return tuple(sorted(kept, key=rank)[:MOST_FORMS])

    def _beginning(self, letter: str) -> list[Stretch]:
        """Return the stretches whose first character begins so: by a letter, or sounding alike."""
        initials = {letter} if letter.isascii() else {way[0] for way in readings(letter)}
        return [s for initial in sorted(initials) for s in self._by_letter.get(initial, ())]

    @cached_property
    def _by_letter(self) -> dict[str, list[Stretch]]:
        found: dict[str, list[Stretch]] = {}
        for stretch in self._stretches:
            for initial in {way[0] for way in readings(stretch.text[0]) if way}:
                found.setdefault(initial, []).append(stretch)
        return found

    @cached_property
    def _stretches(self) -> tuple[Stretch, ...]:
        lexicon = self._lexicon
        named = [name for names in lexicon.names for name in names]
        sources = [*named, *lexicon.quoted, *lexicon.vocabulary]
        if sum(map(len, lexicon.texts)) <= _THROUGHOUT:
            sources += lexicon.texts
        ends: dict[str, set[int]] = {}
        for run in sorted({run for source in sources for run in _HAN.findall(source)}):
            for text, cuts in _stretches(run):
                ends.setdefault(text, set()).update(cuts)
        return tuple(Stretch(text, frozenset(cuts)) for text, cuts in ends.items())


def is_slip(typed: str, meant: str) -> bool:
    """Tell whether one letter was put in, left out or exchanged, or two were changed about."""
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    ours, theirs = typed[start:], meant[start:]
    return typed != meant and (
        ours[1:] == theirs
        or ours == theirs[1:]
        or ours[1:] == theirs[1:]
        or (ours[:2] == theirs[1::-1] and ours[2:] == theirs[2:])
    )


def _stretches(run: str) -> Iterator[tuple[str, set[int]]]:
    """Yield the run from each word on, with the places where its words end."""
    cuts = [0]
    for word in words(run):
        cuts.append(cuts[-1] + len(word))
    for start in cuts[:-1]:
        text = run[start : start + _LONGEST]
        yield text, {cut - start for cut in cuts if start < cut <= start + len(text)}


def _end(pattern: str, text: str, ways: Ways) -> int:
    """Return how many characters of the text the whole pattern spells, 0 if it doesn't."""
    if not pattern or not text:
        return 0
    for way in ways(text[0]):
        if way.startswith(pattern):
            return 1
        rest = _end(pattern[len(way) :], text[1:], ways) if pattern.startswith(way) else 0
        if rest:
            return rest + 1
    if pattern[0].isascii() or not _sound_alike(text[0], pattern[0]):
        return 0
    rest = _end(pattern[1:], text[1:], ways)
    return rest + 1 if rest or len(pattern) == 1 else 0


@cache
def _ways(character: str) -> tuple[str, ...]:
    """Return what may be typed for a character, longest first: its readings, their initials."""
    return _with_initials(readings(character))


@cache
def _accented_ways(character: str) -> tuple[str, ...]:
    return _with_initials(_without_accent(way) for way in readings(character))


def _with_initials(spelt: Iterable[str]) -> tuple[str, ...]:
    found = {way[:size] for way in spelt for size in (len(way), 1)}
    found |= {way[:2] for way in found if way[:2] in _DOUBLE}
    return tuple(sorted(found - {""}, key=lambda way: (-len(way), way)))


def _sound_alike(one: str, other: str) -> bool:
    return one == other or bool(set(readings(one)) & set(readings(other)))


def _without_accent(letters: str) -> str:
    for said, plain in _ACCENTS:
        letters = letters.replace(said, plain)
    return letters
