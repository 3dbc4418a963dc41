"""Clauses for what a person at the desk types, while they type: numbers, words, pinyin, slips.

Several readings are tried in order and their clauses put in one list, the surest first: the number
of a clause, the words as typed, what they are spelt for (`assistant.spelling`), a question's terms
with what people say for them, and at last what is nearest in meaning. Nothing here answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from assistant.clause_numbers import Fit, fit, read_numbers
from assistant.correction import Corrector
from assistant.lexicon import Lexicon
from assistant.normalise import normalise
from assistant.question import read_question
from assistant.spelling import Speller
from assistant.topics import rank
from corpus.numerals import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.question import Question
    from corpus.library import Library
    from corpus.policy import Clause
    from index.retriever import Hit

Nearby = Callable[[str], Sequence["Hit"]]
Span = tuple[int, int]

LONGEST = 200
MOST = 30
_MOST_WORDS = 6
_MOST_NEAREST = 3
_LEAST_LIKELY = 0.02
"""Clauses nearest in meaning are shown from this probability on."""


class By(StrEnum):
    """Why a clause was found."""

    ALL = "all"
    NUMBER = "number"
    WORDS = "words"
    SPELLING = "spelling"
    TERMS = "terms"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Result:
    """A clause found, why, and where its text holds what was looked for, in order."""

    clause: Clause
    by: By
    spans: tuple[Span, ...] = ()
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lookup:
    """What was found for `typed`; `read_as` are the policies' words that it was taken for.

    `count` is how many clauses were found, of which `results` are the first.
    """

    typed: str
    results: tuple[Result, ...]
    count: int
    read_as: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    """The clauses found so far with how sure each is."""

    results: dict[int, tuple[float, By, tuple[str, ...]]] = field(default_factory=dict)

    def add(self, row: int, sure: float, by: By, forms: Iterable[str] = ()) -> None:
        """Add a clause, or the words of one that is there."""
        before = self.results.get(row)
        if before is None:
            self.results[row] = (sure, by, tuple(forms))
        else:
            kept = tuple(dict.fromkeys((*before[2], *forms)))
            self.results[row] = (max(sure, before[0]), before[1], kept)


class Finder:
    """Looks clauses up in a library; `nearby` gives those nearest in meaning, if anything does."""

    def __init__(self, library: Library, nearby: Nearby | None = None) -> None:
        self.library = library
        self._lexicon = Lexicon(library)
        self._corrector = Corrector(self._lexicon)
        self._speller = Speller(self._lexicon)
        self._nearby = nearby
        self._plain = tuple(_folded(clause.text) for clause in library.clauses)

    def warm(self) -> None:
        """Read dictionaries and sounds beforehand, so that the first keystroke needn't wait."""
        self._speller.warm()
        self.find("预热一下")

    def read(self, text: str) -> Question:
        """Read a question as the assistant does."""
        return read_question(text, self._lexicon, self._corrector)

    def find(self, typed: str, policy: str | None = None, most: int = MOST) -> Lookup:
        """Return the clauses for what was typed, of one policy or of all; all for nothing typed."""
        plain = normalise(typed[:LONGEST])
        rows = [
            row
            for row, clause in enumerate(self._lexicon.clauses)
            if policy in (None, "", clause.policy)
        ]
        found = _Found()
        read_as: tuple[str, ...] = ()
        if says_nothing(plain):
            for row in rows:
                found.add(row, 0, By.ALL, (plain,) if plain else ())
        else:
            read_as = self._look(plain, rows, found)
        ordered = sorted(found.results.items(), key=lambda item: (-item[1][0], item[0]))
        results = tuple(self._result(row, by, forms) for row, (_, by, forms) in ordered[:most])
        return Lookup(typed, results, len(ordered), read_as)

    def _look(self, plain: str, rows: Sequence[int], found: _Found) -> tuple[str, ...]:
        """Try one reading after the other; return the words it was taken for."""
        numbers = read_numbers(plain)
        fits = {row: fit(numbers, self._lexicon.clauses[row]) for row in rows} if numbers else {}
        for row, how in fits.items():
            if how is not Fit.NONE:
                found.add(row, 100 + how, By.NUMBER)
        if len(plain) == 1 and found.results:
            return ()
        literal = self._add_words(plain.split()[:_MOST_WORDS], rows, found, 50, By.WORDS)
        if literal or (numbers and found.results):
            return ()
        forms = self._speller.forms(plain)
        for place, form in enumerate(forms):
            self._add_words([form], rows, found, 40 - 5 * place, By.SPELLING)
        return forms if forms else self._add_terms(plain, rows, found)

    def _add_words(
        self, wanted: Sequence[str], rows: Sequence[int], found: _Found, sure: float, by: By
    ) -> bool:
        """Add the clauses that hold all of these words, names and headings included."""
        any_found = False
        for row in rows:
            text, names = self._lexicon.texts[row], self._lexicon.names[row]
            if not all(word in text for word in wanted):
                continue
            any_found = True
            named = sum(any(word in name for name in names) for word in wanted) / len(wanted)
            own = sum(word in self._plain[row] for word in wanted) / len(wanted)
            found.add(row, sure + 3 * named + own, by, wanted)
        return any_found

    def _add_terms(self, plain: str, rows: Sequence[int], found: _Found) -> tuple[str, ...]:
        """Add the clauses that a question is about, else those nearest in meaning."""
        question = self.read(plain)
        near = self._nearby(question.text) if self._nearby else ()
        at = {(c.policy, c.label): row for row, c in enumerate(self._lexicon.clauses)}
        for reference in question.references:
            for place in reference.places:
                if at[place] in rows:
                    found.add(at[place], 20, By.NUMBER)
        forms = {form for term in question.terms for form, _ in term.forms}
        for match in rank(question, self._lexicon, near):
            row = at[match.clause.policy, match.clause.label]
            if row in rows:
                held = [form for form in forms if form in self._lexicon.texts[row]]
                found.add(row, match.score, By.TERMS, sorted(held, key=lambda f: (-len(f), f)))
        if not found.results:
            for hit in near[:_MOST_NEAREST]:
                row = at[hit.policy, hit.clause]
                if row in rows and hit.score >= _LEAST_LIKELY:
                    found.add(row, hit.score, By.MEANING)
        changed = question.rewritten is not None and question.text != plain
        return (question.text,) if changed else ()

    def _result(self, row: int, by: By, forms: tuple[str, ...]) -> Result:
        spans = find_all(self._plain[row], forms)
        return Result(self._lexicon.clauses[row], by, spans, forms)


def says_nothing(plain: str) -> bool:
    """Tell whether too little is typed to look for anything: nothing, one letter, 第."""
    return len(plain) < 2 and (plain in ("", "第") or (plain.isascii() and plain.isalpha()))


def find_all(text: str, forms: Sequence[str]) -> tuple[Span, ...]:
    """Return where a text holds any of these words, in order and without overlap."""
    plain = _folded(text)
    places = []
    for form in forms:
        start = plain.find(form) if form else -1
        while start >= 0:
            places.append((start, start + len(form)))
            start = plain.find(form, start + len(form))
    kept: list[Span] = []
    for start, end in sorted(places, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return tuple(kept)


def _folded(text: str) -> str:
    """Return the text in plain forms and lower case, each character in its place."""
    folded = fold(text)
    lower = folded.lower()
    return lower if len(lower) == len(text) else text
