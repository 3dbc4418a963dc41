"""Misspelt names → the policies' own: homophones (接榜挂帅), a slipped character, pinyin.

Only what cannot be meant as written is touched: a stretch that the policies or the dictionary
know is never changed.
"""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

from assistant.lexicon import language, neutral
from corpus.numerals import read_integer
from index.words import is_in_dictionary, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assistant.lexicon import Lexicon

_HAN_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
_LATIN_RUN = re.compile(r"(?<![a-z0-9])[a-z](?:[a-z' ]{3,}[a-z])(?![a-z0-9])")
_HEARD_NUMBER = re.compile(r"(?<=第)([\u4e00-\u9fff]{1,3})(?=条|部分|章|款)")
_DIGITS = {
    "yi": "一",
    "er": "二",
    "san": "三",
    "si": "四",
    "wu": "五",
    "liu": "六",
    "qi": "七",
    "ba": "八",
    "jiu": "九",
    "shi": "十",
}
_LONGEST = 8
_SPOKEN = [
    "mai卖",
    "le了",
    "wan万",
    "yi亿",
    "neng能",
    "bu补",
    "tou投",
    "gei给",
    "you有",
    "mei没",
    "ma吗",
    "na拿",
    "qian钱",
    "yuan元",
    "de的",
]
_SYLLABLES = {(word[:-1],): word[-1] for word in _SPOKEN}
_SOUND_PART = 3
_LONG = 4
"""From this length on, a stretch that sounds like a name can hardly mean anything else."""


class Corrector:
    """Corrects questions against one lexicon; sounds are worked out when first needed."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def correct(self, text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Return the text with misspelt names put right, and (written, meant) for each."""
        changes: list[tuple[str, str]] = []
        for run in _LATIN_RUN.findall(text):
            if spelt := self._spelt(run):
                changes.append((run, spelt))
                text = text.replace(run, spelt, 1)
        for written in _HEARD_NUMBER.findall(text):
            meant = "".join(_DIGITS.get(sound, "") for sound in sounds(written))
            if len(meant) == len(written) and meant != written and read_integer(written) is None:
                changes.append((f"第{written}", f"第{meant}"))
                text = text.replace(f"第{written}", f"第{meant}", 1)
        for run in _HAN_RUN.findall(text):
            for written, meant in self._heard(run):
                changes.append((written, meant))
                text = text.replace(written, meant, 1)
        return text, tuple(changes)

    def _heard(self, run: str) -> Iterator[tuple[str, str]]:
        """Yield the stretches of a run that only sound like a name of the policies."""
        cut = words(run)
        bounds = {sum(len(word) for word in cut[:count]) for count in range(len(cut) + 1)}
        if all(word in neutral() or self._lexicon.frequency(word) for word in cut):
            return
        at = 0
        while at < len(run) - 1:
            found = next(self._matches(run, at, bounds), None)
            if found:
                yield found
            at += len(found[0]) if found else 1

    def _matches(self, run: str, at: int, bounds: set[int]) -> Iterator[tuple[str, str]]:
        for size in range(min(_LONGEST, len(run) - at), 1, -1):
            written = run[at : at + size]
            inside = at in bounds and at + size in bounds
            if self._is_meant(written) or not (inside or size >= _LONG):
                continue
            if size == 2 and words(written) != [written]:
                continue
            meant = None if self._is_split(written) else self._homophone(written)
            meant = meant or (self._slipped(written) if inside else None)
            if meant and meant != written:
                yield written, meant
                return

    def _homophone(self, written: str) -> str | None:
        """Return the name that sounds like a stretch; most are ruled out by their two ends."""
        ends = ((first, last) for first in readings(written[0]) for last in readings(written[-1]))
        if not any((len(written), *pair) in self._ends for pair in ends):
            return None
        return self._by_sound.get(sounds(written))

    def _is_split(self, written: str) -> bool:
        """Tell whether a stretch is two words that the policies use, side by side."""
        known = self._lexicon.frequency
        return any(
            known(written[:cut]) and known(written[cut:]) for cut in range(2, len(written) - 1)
        )

    def _slipped(self, written: str) -> str | None:
        """Return the one name that sounds like a long stretch in all characters but one."""
        length = len(written)
        known = self._lexicon.frequency
        if length < _SOUND_PART or any(
            known(written[at : at + _SOUND_PART]) for at in range(length - _SOUND_PART + 1)
        ):
            return None
        ways = [readings(character) for character in written]
        may = [
            (name, spoken)
            for name, spoken in self._names_of_length.get(length, ())
            if sum(sound not in way for sound, way in zip(spoken, ways, strict=True)) <= 1
        ]
        heard = sounds(written) if may else ()
        near = [
            (name, slips[0])
            for name, spoken in may
            if len(slips := [at for at in range(length) if spoken[at] != heard[at]]) == 1
        ]
        if len(near) != 1:
            return None
        name, slip = near[0]
        around = {written[max(0, slip - 1) : slip + 1], written[slip : slip + 2]}
        return None if any(self._is_word(pair) for pair in around if len(pair) == 2) else name

    def _spelt(self, run: str) -> str | None:
        """Read a run of Latin letters as pinyin of known words, fewest words first."""
        letters = re.sub(r"[' ]", "", run)
        best: list[tuple[str, ...] | None] = [()] + [None] * len(letters)
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - 36), end):
                word = self._by_letters.get(letters[start:end])
                before = best[start]
                if word and before is not None and len(before) + 1 < len(best[end] or (0,) * 99):
                    best[end] = (*before, word)
        return "".join(best[-1]) if best[-1] else None

    def _is_meant(self, word: str) -> bool:
        return self._is_word(word) or self._lexicon.frequency(word) > 0

    def _is_word(self, word: str) -> bool:
        return is_in_dictionary(word) or word in neutral()

    @cached_property
    def _by_sound(self) -> dict[tuple[str, ...], str]:
        sure = {name for name in self._lexicon.vocabulary if is_in_dictionary(name)}
        named = {name for names in self._lexicon.names for name in names if len(name) <= _LONGEST}
        return _sounding(sure | named | self._lexicon.quoted | set(language()["of_policies"]))

    @cached_property
    def _ends(self) -> frozenset[tuple[int, str, str]]:
        """Return how long names are, with their first and last sound."""
        return frozenset((len(heard), heard[0], heard[-1]) for heard in self._by_sound)

    @cached_property
    def _names_of_length(self) -> dict[int, list[tuple[str, tuple[str, ...]]]]:
        """Return names by length with their sounds; short ones only if the policies quote them."""
        found: dict[int, list[tuple[str, tuple[str, ...]]]] = {}
        for name in sorted(self._lexicon.vocabulary):
            fits = len(name) >= _LONG or name in self._lexicon.quoted
            if fits and _HAN_RUN.fullmatch(name) and len(spoken := sounds(name)) == len(name):
                found.setdefault(len(name), []).append((name, spoken))
        return found

    @cached_property
    def _by_letters(self) -> dict[str, str]:
        common = {word for word in neutral() if len(word) > 1}
        known = _sounding(common) | _SYLLABLES | self._by_sound
        return {"".join(key): name for key, name in known.items()}


def _sounding(names: Iterable[str]) -> dict[tuple[str, ...], str]:
    """Return names by sound; of those that sound alike, the first in order."""
    found: dict[tuple[str, ...], str] = {}
    for name in sorted(names, reverse=True):
        if _HAN_RUN.fullmatch(name):
            found[sounds(name)] = name
    return found


def sounds(text: str) -> tuple[str, ...]:
    """Return the toneless pinyin of each character, of those with several as the word has it."""
    single = [_sound(character) for character in text]
    return tuple(sound for sound in single if sound) if all(single) else _sounds(text)


@cache
def _sound(character: str) -> str:
    """Return a character's toneless pinyin, "" when it has several or none."""
    ways = readings(character)
    return ways[0] if len(ways) == 1 and "\u4e00" <= character <= "\u9fff" else ""


@cache
def readings(character: str) -> tuple[str, ...]:
    """Return every toneless pinyin of a character, the commonest first."""
    from pypinyin import Style, pinyin  # 0.2 s to import, and most questions need none

    ways = pinyin(character, style=Style.NORMAL, heteronym=True)
    return tuple(dict.fromkeys(way for found in ways for way in found))


@lru_cache(maxsize=4096)
def _sounds(text: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(text))
