"""Articles of law as training text: word ids, and the tokens that each word gives."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.progress import track

from index.words import sentences, spell, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Ids = NDArray[np.int32]
    Vectors = NDArray[np.float32]

_FIELDS = ("title", "path", "text")


@dataclass(frozen=True, slots=True)
class Article:
    """One article as word ids: its headings, its sentences, the number of its law."""

    law: int
    heading: Ids
    sentences: tuple[Ids, ...]

    @property
    def text(self) -> Ids:
        """Return the word ids of all sentences in order."""
        return np.concatenate(self.sentences)

    @property
    def whole(self) -> Ids:
        """Return the word ids of headings and text."""
        return np.concatenate((self.heading, *self.sentences))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The model's tokens and, for each word id of the articles, the ids of the tokens it gives.

    `ids[starts[w] : starts[w] + lengths[w]]` are the tokens of word `w`; `idf` is per token,
    `rarity` per word.
    """

    tokens: tuple[str, ...]
    ids: Ids
    starts: Ids
    lengths: Ids
    idf: Vectors
    rarity: Vectors

    def bags(self, texts: Sequence[Ids]) -> tuple[Ids, Ids]:
        """Return the token ids of the texts in one run, and how many belong to each text."""
        flat = np.concatenate(texts)
        lengths = self.lengths[flat]
        ends = np.cumsum(lengths)
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)
        owner = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
        sizes = np.bincount(owner, weights=lengths, minlength=len(texts))
        return self.ids[np.repeat(self.starts[flat], lengths) + within], sizes.astype(np.int32)


def read_rows(files: Iterable[Path]) -> list[dict[str, str]]:
    """Read the articles of JSON Lines files, gzipped or not: rows of title, path and text.

    Raises ValueError naming file and line when a row is not an article.
    """
    return list(chain.from_iterable(map(_read_file, files)))


def _read_file(file: Path) -> list[dict[str, str]]:
    rows = []
    opener = partial(gzip.open if file.suffix == ".gz" else open, file, "rt", encoding="utf-8")
    with opener() as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                rows.append({field: str(row[field]) for field in _FIELDS})
            except (ValueError, KeyError, TypeError) as error:
                message = f"{file}, line {number}: not an article with {', '.join(_FIELDS)}"
                raise ValueError(message) from error
    return rows


def read_articles(rows: Sequence[dict[str, str]]) -> tuple[list[Article], list[str]]:
    """Segment articles; return them as word ids with the list of words that the ids stand for."""
    known: dict[str, int] = {}
    laws: dict[str, int] = {}

    def number(text: str) -> Ids:
        return np.array([known.setdefault(word, len(known)) for word in words(text)], np.int32)

    articles = []
    for row in track(rows, "segmenting", console=Console(stderr=True)):
        parts = tuple(number(part) for part in sentences(row["text"]))
        filled = tuple(part for part in parts if len(part))
        if filled:
            law = laws.setdefault(row["title"], len(laws))
            articles.append(Article(law, number(f"{row['title']} {row['path']}"), filled))
    return articles, list(known)


def make_lexicon(articles: Sequence[Article], known: Sequence[str], size: int) -> Lexicon:
    """Choose the tokens that occur in the most articles, two at least, ties in code point order."""
    spelt = [spell(word) for word in known]
    word_counts, token_counts = Counter[int](), Counter[str]()
    for article in articles:
        present = np.unique(article.whole).tolist()
        word_counts.update(present)
        token_counts.update(set(chain.from_iterable(spelt[word] for word in present)))
    ranked = sorted((-count, token) for token, count in token_counts.items() if count > 1)[:size]
    places = {token: place for place, (_, token) in enumerate(ranked)}
    ids = [[places[token] for token in parts if token in places] for parts in spelt]
    lengths = np.array([len(parts) for parts in ids], np.int32)
    rarity = [np.log(len(articles) / word_counts[word]) for word in range(len(known))]
    return Lexicon(
        tokens=tuple(places),
        ids=np.array(list(chain.from_iterable(ids)), np.int32),
        starts=(np.cumsum(lengths) - lengths).astype(np.int32),
        lengths=lengths,
        idf=np.array([np.log(len(articles) / -negated) for negated, _ in ranked], np.float32),
        rarity=np.array(rarity, np.float32),
    )
