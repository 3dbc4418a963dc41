"""BM25 scores of many texts at once, from their tokens as numbers.

Source: Robertson & Zaragoza (2009), "The Probabilistic Relevance Framework"; Lucene's variant
(Kamphuis et al. 2020), in which a token gives at most its idf.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.token_table import Numbers, TokenTable

    Scores = NDArray[np.float32]


def counted(major: Numbers, minor: Numbers, width: int) -> tuple[Numbers, Numbers, Numbers]:
    """Return the different pairs of two columns, in order, and how often each occurs.

    `minor` is below `width`.
    """
    bits = int(width).bit_length()
    keys = np.sort((major.astype(np.int64) << bits) | minor)
    is_first = np.ones(len(keys), bool)
    is_first[1:] = keys[1:] != keys[:-1]
    firsts = np.flatnonzero(is_first)
    counts = np.diff(firsts, append=len(keys))
    found = keys[firsts]
    minors = found & ((1 << bits) - 1)
    return (found >> bits).astype(np.int32), minors.astype(np.int32), counts.astype(np.int32)


def weigh(
    table: TokenTable, tokens: Numbers, rows: Numbers, counts: Numbers, k1: float, b: float
) -> Scores:
    """Return the BM25 score of tokens that stand so often in the texts of these rows."""
    frequencies = np.bincount(tokens, minlength=len(table.vocabulary))
    lengths = np.diff(table.ends)
    norms = k1 * (1 - b + b * lengths / max(lengths.mean(), 1))
    rarity = np.log1p((len(table) - frequencies + 0.5) / (frequencies + 0.5))
    scores: Scores = (rarity[tokens] * counts / (counts + norms[rows])).astype(np.float32)
    return scores
