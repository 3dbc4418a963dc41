"""The words of the policies at hand, and how a question's words find them.

A question's term is looked up by its own form, by what people say for it (`data/synonyms.yaml`),
and by the name of a thing that differs only in its suffix (减速机, 减速器). A term that the
policies never use keeps no form: it is evidence that they are silent on it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from assistant.data_files import DATA, read_data
from assistant.normalise import normalise
from corpus.money import read_quantities
from index.words import is_in_dictionary, occurrences, tagged, words

if TYPE_CHECKING:
    from corpus.library import Library
    from corpus.policy import Clause

_OWN, _SUFFIX, _SYNONYM, _PART = 1.0, 0.9, 0.85, 0.8
_LONGEST_MERGE = 5
_SHORTENED, _LEFT_OUT = 3, 2
_LONGEST_NAME = 12
_GUESSED = 3
_RARE = 400
"""Below so many occurrences in jieba's dictionary a word of neutral parts is no word of its own."""
_FUNCTION = "updcrmyeo"
"""First letters of jieba's tags for words that only join others; no name begins or ends so."""
_NOUNS = ("n", "vn", "an", "j", "l", "i", "eng", "s", "x")
_CONTENT = (*_NOUNS, "v", "a", "b", "z", "t")


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of a question; `forms` are the policy's words for it, each with its strength.

    `start` is its offset in the normalised question, `noun` whether it names something, `is_kind`
    whether the policies only speak of what it is a kind of (专利 of 知识产权).
    """

    text: str
    start: int
    noun: bool
    forms: tuple[tuple[str, float], ...]
    is_kind: bool = False

    @property
    def known(self) -> bool:
        """Tell whether the policies use the word or one that people use for it."""
        return bool(self.forms)


class Lexicon:
    """The vocabulary of a library; built once, read only."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.clauses = library.clauses
        self.names = tuple(_names(library, clause) for clause in self.clauses)
        self.texts = tuple(
            normalise("\n".join((*clause.section, clause.text, *names)))
            for clause, names in zip(self.clauses, self.names, strict=True)
        )
        self._frequency: dict[str, int] = {}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Return the words and the quoted names that the policies use, two letters or more."""
        found = {word for text in self.texts for word in words(text) if len(word) > 1}
        named = {name for names in self.names for name in names if 1 < len(name) <= _LONGEST_NAME}
        return frozenset(found | named | self.quoted)

    @cached_property
    def quoted(self) -> frozenset[str]:
        """Return the names that the policies set in quotation or title marks."""
        pattern = re.compile(r"[“「《]([^”」》]{3,12})[”」》]")
        return frozenset(name for text in self.texts for name in pattern.findall(text))

    def frequency(self, form: str) -> int:
        """Return how many clauses use a form."""
        if form not in self._frequency:
            self._frequency[form] = sum(form in text for text in self.texts)
        return self._frequency[form]

    def text_of(self, clause: Clause) -> str:
        """Return the words by which a clause is found."""
        return self.texts[self.clauses.index(clause)]

    def weight(self, form: str) -> float:
        """Return how much a form tells clauses apart: 1 in one clause only, near 0 in all."""
        count = len(self.texts)
        frequency = self.frequency(form)
        if frequency == 0:
            return 0.0
        return math.log((count + 1) / frequency) / math.log(count + 1)

    def terms(self, text: str) -> tuple[Term, ...]:
        """Return the content words of a normalised question, in order."""
        pieces = self._pieces(text)
        terms: list[Term] = []
        at = 0
        while at < len(pieces):
            size = self._merge(pieces, at)
            word = "".join(piece for piece, _, _ in pieces[at : at + size])
            flag = pieces[at + size - 1][1]
            if size > 1 or _is_content(word, flag):
                start = pieces[at][2]
                noun = size > 1 or flag.startswith(_NOUNS)
                term = Term(word, start, noun, self.forms(word), self._is_kind(word))
                if term.known or not _says_nothing(word):
                    terms.append(term)
            at += size
        return tuple(terms)

    def forms(self, word: str) -> tuple[tuple[str, float], ...]:
        """Return the policies' words for a word, strongest first; empty when they have none."""
        if len(word) < 2:
            return ()
        candidates = [(word, _OWN)]
        candidates += [(other, _SUFFIX) for other in (*_suffix_variants(word), *_purpose(word))]
        candidates += [(other, _SYNONYM) for other in _synonyms().get(word, ())]
        candidates += [(wider, _SYNONYM) for wider in _wider().get(word, ())]
        known = [(form, strength) for form, strength in candidates if self.frequency(form)]
        known = known or [(form, _SUFFIX) for form in self._in_full(word)]
        return (*known, *(part for part in self._parts(word) if part[0] != word))

    def _in_full(self, word: str) -> list[str]:
        """Return the policies' words that a word shortens: 体育馆 is said for 体育场馆."""
        if len(word) < _SHORTENED:
            return []
        alike = self._by_ends.get((word[0], word[-1]), ())
        longer = [name for name in alike if 0 < len(name) - len(word) <= _LEFT_OUT]
        return [name for name in longer if re.fullmatch(".{0,2}".join(map(re.escape, word)), name)]

    @cached_property
    def _by_ends(self) -> dict[tuple[str, str], list[str]]:
        """Return the vocabulary in order by the first and the last letter of its words."""
        found: dict[tuple[str, str], list[str]] = {}
        for name in sorted(self.vocabulary):
            found.setdefault((name[0], name[-1]), []).append(name)
        return found

    def _is_kind(self, word: str) -> bool:
        wider = _wider().get(word, ())
        return bool(wider) and {form for form, _ in self.forms(word)} <= set(wider)

    def strength(self, term: Term, text: str) -> float:
        """Return how strongly a clause's text carries a term, 0 to 1: by a form or by its parts."""
        held = [
            (strength * self.weight(form), form in term.text and form != term.text)
            for form, strength in term.forms
            if form in text
        ]
        whole = max((value for value, is_part in held if not is_part), default=0.0)
        return max(whole, sum(value for value, is_part in held if is_part))

    def best(self, term: Term) -> float:
        """Return the most that any clause can carry of a term."""
        return max((strength * self.weight(form) for form, strength in term.forms), default=0.0)

    def _merge(self, pieces: list[tuple[str, str, int]], at: int) -> int:
        """Return how many pieces from `at` make one name that the policies use."""
        for size in range(min(_LONGEST_MERGE, len(pieces) - at), 1, -1):
            run = pieces[at : at + size]
            joined = "".join(piece for piece, _, _ in run)
            adjacent = run[-1][2] + len(run[-1][0]) - run[0][2] == len(joined)
            said = sum(piece not in neutral() for piece, _, _ in run)
            says = said > 1 or (said == 1 and self._is_in_name(joined))
            ends = all(flag[0] not in _FUNCTION for _, flag, _ in (run[0], run[-1]))
            if adjacent and says and ends and len(joined) > 2 and self._is_name(run, joined):
                return size
        return 1

    def _is_in_name(self, joined: str) -> bool:
        """Tell whether a run of common words is part of a name: of an award, in quotation marks."""
        names = (*self.quoted, *(name for names in self.names for name in names))
        return joined in _synonyms() or any(joined in name for name in names)

    def named_spans(self, text: str) -> list[tuple[int, int]]:
        """Return where a text uses names that must be read whole."""
        return [match.span() for match in self._known_names.finditer(text)]

    def _pieces(self, text: str) -> list[tuple[str, str, int]]:
        """Return words with part of speech and offset: names are kept whole, figures left out."""
        pieces: list[tuple[str, str, int]] = []
        at = 0
        spans = [(start, end, True) for start, end in self.named_spans(text)]
        spans += [(q.start, q.end, False) for q in read_quantities(text)]
        ordered = sorted(spans, key=lambda span: (span[0], -span[1]))
        for start, end, is_name in [*ordered, (len(text), len(text), False)]:
            if start < at:
                continue
            pieces += _located(text[at:start], at)
            if is_name and text[start:end] not in self._regions:
                pieces.append((text[start:end], "nz", start))
            at = end
        return pieces

    @cached_property
    def _regions(self) -> frozenset[str]:
        """Return the places of the policies: they tell policies apart, not clauses."""
        regions = {policy.info.region for policy in self.library.policies}
        return frozenset((regions | set(map(place_stem, regions))) - {""})

    @cached_property
    def _known_names(self) -> re.Pattern[str]:
        """Match the names that a segmenter must not cut: of awards, of inputs, in quotes."""
        rules = self.library.awards
        names = {normalise(name) for rule in rules for name in rule.names}
        names |= {normalise(item.label) for rule in rules for item in rule.inputs}
        names |= {name for name in self.vocabulary if len(name) > 3} | set(_synonyms())
        names |= self.quoted
        names |= self._regions
        kept = sorted(
            (
                n
                for n in names
                if len(n) > 1 and (not n[0].isdigit() or n in self.quoted) and n not in neutral()
            ),
            key=lambda n: (-len(n), n),
        )
        return re.compile("|".join(map(re.escape, kept)) or r"(?!)")

    def _is_name(self, run: list[tuple[str, str, int]], joined: str) -> bool:
        if any(
            not flag.startswith(_NOUNS if len(piece) == 1 else _CONTENT) for piece, flag, _ in run
        ):
            return False
        return joined in _synonyms() or self.frequency(joined) > 0

    def _parts(self, word: str) -> tuple[tuple[str, float], ...]:
        """Return the parts of a long name that the policies use as words, weaker than the whole."""
        parts: list[tuple[str, float]] = []
        at = 0
        while len(word) >= 4 and at < len(word) - 1:
            part = next(
                (
                    word[at:end]
                    for end in range(len(word), at + 1, -1)
                    if self._is_part(word, at, end)
                ),
                None,
            )
            if part:
                parts.append((part, _PART * len(part) / len(word)))
            at += len(part) if part else 1
        return tuple(parts)

    def _is_part(self, word: str, start: int, end: int) -> bool:
        part = word[start:end]
        return part != word and part in self.vocabulary and part not in neutral()


def _names(library: Library, clause: Clause) -> tuple[str, ...]:
    """Return what a clause is called: its title and the names of its awards."""
    rules = library.awards_of(clause.policy, clause.label)
    return tuple(
        normalise(name) for name in (clause.title, *(n for rule in rules for n in rule.names))
    )


def place_stem(region: str) -> str:
    """Return a place's name without what kind of place it is: 云汀新区 gives 云汀."""
    return re.sub(r"(?:高新区|经开区|新区|自治区|自治县|开发区|特区|区|县|市|省)$", "", region)


def _located(text: str, offset: int) -> list[tuple[str, str, int]]:
    """Return the words of a stretch with part of speech and offset in the whole text."""
    located = []
    at = 0
    for word, flag in tagged(text):
        found = text.find(word, at)
        if found < 0:
            continue
        located.append((word, flag, offset + found))
        at = found + len(word)
    return located


def _is_content(word: str, flag: str) -> bool:
    if len(word) < 2 or word in neutral() or not flag.startswith(_CONTENT):
        return False
    can = re.fullmatch(r"[\u4e00-\u9fff][得不][\u4e00-\u9fff]", word)  # 够得着, 拿不到
    return word not in places() and not can and not re.fullmatch(r"[\d.,%]+|[a-z]{1,3}", word)


def _says_nothing(word: str) -> bool:
    """Tell whether an unknown word is foreign, guessed, or put together from words of asking."""
    return bool(re.fullmatch(r"[a-z ]+", word)) or _is_guessed(word) or _is_plain(word)


def _is_plain(word: str) -> bool:
    """Tell whether a rare word is only neutral words run together: 厂里, 照领, 给点钱."""
    if not _is_rare(word):
        return False
    reached = {0}
    for end in range(1, len(word) + 1):
        if any(start in reached and word[start:end] in neutral() for start in range(end)):
            reached.add(end)
    return len(word) in reached


def _is_rare(word: str) -> bool:
    return occurrences(word) < _RARE


def _purpose(word: str) -> list[str]:
    """Return what money is for: 安家费 gives 安家."""
    purpose = re.sub(rf"(?:{language()['money_suffix']})$", "", word)
    return [purpose] if 1 < len(purpose) < len(word) else []


def _is_guessed(word: str) -> bool:
    """Tell whether the segmenter only guessed a short word around one that joins others: 问能."""
    joining = set(language()["joining"])
    return len(word) <= _GUESSED and not is_in_dictionary(word) and bool(joining & set(word))


def _suffix_variants(word: str) -> list[str]:
    if len(word) < 3:
        return []
    groups = [group for group in language()["same_suffix"] if word[-1] in group]
    return [word[:-1] + last for group in groups for last in group if last != word[-1]]


@cache
def language() -> dict[str, Any]:
    """Return the small word lists of `data/language.yaml`."""
    loaded: dict[str, Any] = read_data("language.yaml")
    return loaded


@cache
def neutral() -> frozenset[str]:
    """Return the words that say nothing of a question's topic."""
    lines = (DATA / "neutral.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def places() -> frozenset[str]:
    """Return the names of provinces, cities and districts: they tell places apart, not topics."""
    lines = (DATA / "places.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    groups = read_data("synonyms.yaml")
    found: dict[str, list[str]] = {}
    for group in (group for group in groups if isinstance(group, list)):
        for word in group:
            others = [other for other in group if other != word]
            found[word] = [*found.get(word, []), *others]
    return {word: tuple(others) for word, others in found.items()}


@cache
def _wider() -> dict[str, tuple[str, ...]]:
    """Return the words for what a word is a kind of."""
    groups = (group for group in read_data("synonyms.yaml") if isinstance(group, dict))
    return {kind: tuple(group["of"]) for group in groups for kind in group["kinds"]}
