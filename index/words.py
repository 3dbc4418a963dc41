"""Chinese words, characters and bigrams of a text, through jieba.

The segmentation is fixed: the embedded model and every index are built on these tokens, so no
policy's vocabulary may change them. Policy terms are matched elsewhere, on the text itself.

jieba's dictionary is read anew in each process (0.25 s), once for the segmentation and the parts of
speech, where jieba reads it line by line for each: its cache file saves half of that and brings a
file that can be stale, truncated or not writable.
"""

from __future__ import annotations

import re
import sys
import unicodedata
import warnings
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from jieba import Tokenizer
    from jieba.posseg import POSTokenizer

_HAN = re.compile(r"[〇㐀-鿿\U00020000-\U0003ffff]")
_RUN = re.compile(r"[〇㐀-鿿\U00020000-\U0003ffff]+|[^\W_〇㐀-鿿\U00020000-\U0003ffff]+")
_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")
_SHORT, _TEXTS_KEPT = 200, 4096
"""A text up to so long keeps its words: those of names and sentences are asked for again."""
_PART = re.compile(r"(?s).{1,2000}(?:[，。；：！？,;:!?\s]|$)|.{1,2000}")
"""What jieba is handed at a time: its search for words is quadratic in unbroken text."""


def normalise(text: str) -> str:
    """Return the text in NFKC and lower case: Ｒ＆Ｄ becomes r&d, ５０％ becomes 50%."""
    return unicodedata.normalize("NFKC", text).lower()


def words(text: str) -> list[str]:
    """Return the words of a text in order, lower-cased, without punctuation and white space."""
    return list(_kept(text)) if len(text) <= _SHORT else _words(text)


@lru_cache(maxsize=_TEXTS_KEPT)
def _kept(text: str) -> tuple[str, ...]:
    return tuple(_words(text))


def _words(text: str) -> list[str]:
    parts = _PART.findall(normalise(text))
    return [word for part in parts for word in cut(part) if _speaks(word)]


def cut(text: str) -> list[str]:
    """Return jieba's own cut of a text, punctuation and white space included."""
    return list(_tokenizer().lcut(text))


def sentences(text: str) -> list[str]:
    """Return the sentences and lines of a text, without the empty ones."""
    return _SENTENCE.findall(text)


def tokens(text: str) -> list[str]:
    """Return each word of a text, followed by its Chinese characters when it has several letters.

    These are the tokens of the embedded model: 机器人 gives 机器人, 机, 器, 人.
    """
    return [token for word in words(text) for token in spell(word)]


def spell(word: str) -> list[str]:
    """Return a word and, when it is longer than one letter, each of its Chinese characters."""
    return [word, *_HAN.findall(word)] if len(word) > 1 else [word]


def bigrams(text: str) -> list[str]:
    """Return the overlapping character pairs of each Chinese run; other runs stay whole.

    A run of one character stands for itself: 奖励30万 gives 奖励, 30, 万.
    """
    return [pair for run in _RUN.findall(normalise(text)) for pair in _pairs(run)]


def letters(text: str) -> list[str]:
    """Return each Chinese character of a text; other runs stay whole.

    奖励30万 gives 奖, 励, 30, 万.
    """
    runs = _RUN.findall(normalise(text))
    return [letter for run in runs for letter in (run if _HAN.match(run) else [run])]


def tagged(text: str) -> list[tuple[str, str]]:
    """Return the words of a text with jieba's part of speech: n, v, m, ns, nr …"""
    tag = _tagger().lcut
    pairs = (pair for part in _PART.findall(normalise(text)) for pair in tag(part))
    return [(pair.word, pair.flag) for pair in pairs if _speaks(pair.word)]


def is_in_dictionary(word: str) -> bool:
    """Tell whether jieba's dictionary holds a word; one it only guesses doesn't count."""
    return bool(_tokenizer().FREQ.get(word))


def occurrences(word: str) -> int:
    """Return how often a word occurs in the texts that jieba's dictionary was made from."""
    return _tokenizer().FREQ.get(word) or 0


def segmentation() -> str:
    """Return the version of the segmentation; an index made with another one is stale."""
    return f"jieba-{_module('jieba').__version__}/nfkc-lower/1"


def _speaks(word: str) -> bool:
    return any(letter.isalnum() for letter in word)


def _pairs(run: str) -> list[str]:
    if len(run) == 1 or not _HAN.match(run):
        return [run]
    return [first + second for first, second in pairwise(run)]


@dataclass(frozen=True, slots=True)
class _Dictionary:
    """jieba's dictionary: how often each word occurs, 0 for what only begins one, and its tag.

    `tags` has the part of speech of each of `words`.
    """

    frequencies: dict[str, int]
    words: list[str]
    tags: list[str]
    total: int


@cache
def _dictionary() -> _Dictionary:
    with _module("jieba").get_module_res("dict.txt") as file:
        columns = file.read().decode("utf-8").split()
    found, counts = columns[0::3], [int(count) for count in columns[1::3]]
    frequencies = dict(zip(found, counts, strict=True))
    for word in found:
        beginning = word[:-1]
        while beginning and beginning not in frequencies:
            frequencies[beginning] = 0
            beginning = beginning[:-1]
    return _Dictionary(frequencies, found, columns[2::3], sum(counts))


@cache
def _tokenizer() -> Tokenizer:
    tokenizer = _module("jieba").Tokenizer()
    tokenizer.FREQ, tokenizer.total = _dictionary().frequencies, _dictionary().total
    tokenizer.initialized = True
    return tokenizer


@cache
def _tagger() -> POSTokenizer:
    kind = _tagging().POSTokenizer
    tagger: POSTokenizer = kind.__new__(kind)  # its __init__ reads the dictionary once more
    tagger.tokenizer, tagger.word_tag_tab = _tokenizer(), _tags()
    return tagger


@cache
def _tags() -> dict[str, str]:
    return dict(zip(_dictionary().words, _dictionary().tags, strict=True))


@cache
def _tagging() -> ModuleType:
    """Import jieba's tagging, whose own tagger would read the dictionary line by line (0.25 s).

    While it is imported, the dictionary looks empty to it; then its tagger gets the tags.
    """
    jieba = _module("jieba")
    if "jieba.posseg" in sys.modules:
        return _module("jieba.posseg")
    jieba.dt.get_dict_file = BytesIO
    try:
        tagging = _module("jieba.posseg")
    finally:
        del jieba.dt.get_dict_file
    tagging.dt.word_tag_tab = dict(_tags())
    return tagging


@cache
def _module(name: str) -> ModuleType:
    """Import a module of jieba without the warnings of its old idioms."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module(name)
