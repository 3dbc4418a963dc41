"""BM25 scores of many texts at once, from how often each token stands in each.

The counts of an index are kept: when few texts change, those of the others are taken over, and
only the scores, in which all documents have a share, are computed anew.
Source: Robertson & Zaragoza (2009), "The Probabilistic Relevance Framework"; Lucene's variant
(Kamphuis et al. 2020), in which a token gives at most its idf.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import chain, compress
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.token_table import Numbers, Rows, TokenTable

    Scores = NDArray[np.float32]
    Counts = NDArray[np.unsignedinteger]

_BLOCK = 2**20
"""So many scores are computed at a time, to hold less in memory."""


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """Token `tokens[i]` stands `counts[i]` times in text `rows[i]`, of `size` texts.

    Each pair stands here once, in the order of tokens and then rows with `by_token`, else of rows
    and then tokens. `vocabulary` names the tokens, in code point order; each occurs in some text.
    """

    vocabulary: tuple[str, ...]
    tokens: Numbers
    rows: Numbers
    counts: Counts
    size: int
    by_token: bool

    @classmethod
    def of(cls, table: TokenTable, *, by_token: bool) -> Self:
        """Count the tokens of texts."""
        size, width = len(table), len(table.vocabulary)
        pairs = _pairs(table.numbers, table.rows, size, width, by_token=by_token)
        pairs.sort()
        firsts = np.flatnonzero(np.diff(pairs, prepend=-1))
        counts = np.diff(firsts, append=len(pairs))
        major, minor = np.divmod(pairs[firsts], max(size if by_token else width, 1))
        tokens, rows = (major, minor) if by_token else (minor, major)
        narrow = tokens.astype(np.int32), rows.astype(np.int32), _narrow(counts)
        return cls(table.vocabulary, *narrow, size, by_token)

    def joined(self, fresh: TokenCounts, held: Rows) -> TokenCounts:
        """Return the counts of the texts that stood in the rows `held`, -1 for the fresh ones.

        No row is held twice; the fresh texts come in their order. The same as counting all texts.
        """
        places = np.full(self.size, -1, np.int32)
        places[held[held >= 0]] = np.flatnonzero(held >= 0)
        rows = places[self.rows]
        stays = rows >= 0
        tokens = self.tokens[stays]
        used = np.bincount(tokens, minlength=len(self.vocabulary)) > 0
        vocabulary, moved, fresh_moved = _merged(self.vocabulary, used, fresh.vocabulary)
        fresh_places = np.flatnonzero(held < 0).astype(np.int32)
        tokens = np.concatenate((moved[tokens], fresh_moved[fresh.tokens]))
        rows = np.concatenate((rows[stays], fresh_places[fresh.rows]))
        counts = np.concatenate((self.counts[stays], fresh.counts))
        pairs = _pairs(tokens, rows, len(held), len(vocabulary), by_token=self.by_token)
        order = np.argsort(pairs, kind="stable")  # two runs in order, as a rule: one pass
        narrow = tokens[order], rows[order], _narrow(counts[order])
        return TokenCounts(vocabulary, *narrow, len(held), self.by_token)

    def scores(self, k1: float, b: float) -> Scores:
        """Return the BM25 score of each pair."""
        frequencies = np.bincount(self.tokens, minlength=len(self.vocabulary))
        lengths = np.bincount(self.rows, self.counts, minlength=self.size)
        norms = k1 * (1 - b + b * lengths / max(lengths.mean(), 1))
        rarity = np.log1p((self.size - frequencies + 0.5) / (frequencies + 0.5))
        scores = np.empty(len(self.tokens), np.float32)
        for start in range(0, len(scores), _BLOCK):
            some = slice(start, start + _BLOCK)
            counts = self.counts[some]
            scores[some] = rarity[self.tokens[some]] * counts / (counts + norms[self.rows[some]])
        return scores


def _merged(
    held: Sequence[str], used: NDArray[np.bool_], fresh: Sequence[str]
) -> tuple[tuple[str, ...], Numbers, Numbers]:
    """Return the tokens that are `used` of those held with the fresh ones, all in order.

    And the new number of each that was held, and of each fresh one.
    """
    spots = np.array([bisect_left(held, token) for token in fresh], np.intp)
    known = np.array([held[s : s + 1] == (t,) for s, t in zip(spots, fresh, strict=True)], np.bool_)
    stays = used.copy()
    stays[spots[known]] = True
    names = chain(compress(held, stays.tolist()), compress(fresh, (~known).tolist()))
    before = np.append(0, np.cumsum(stays))
    new = np.searchsorted(spots[~known], np.arange(len(held)), "right")
    moved = before[:-1] + new
    fresh_moved = before[spots] + np.cumsum(~known) - ~known
    return tuple(sorted(names)), moved.astype(np.int32), fresh_moved.astype(np.int32)


def _pairs(
    tokens: Numbers, rows: Numbers, size: int, width: int, *, by_token: bool
) -> NDArray[np.int64]:
    """Return one number for each pair of a token and a row, in their order."""
    major, minor, scale = (tokens, rows, size) if by_token else (rows, tokens, width)
    return major.astype(np.int64) * scale + minor


def _narrow(counts: NDArray[np.integer]) -> Counts:
    """Return counts in as few bytes as the largest needs."""
    found: Counts = counts.astype(np.min_scalar_type(int(counts.max(initial=0))))
    return found
