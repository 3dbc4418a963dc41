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


def counted(table: TokenTable, *, by_token: bool) -> tuple[Numbers, Numbers, Numbers]:
    """Return tokens, the rows of the texts they stand in, and how often each stands there.

    In the order of tokens and then rows with `by_token`, else of rows and then tokens.
    """
    # Imported here: only a build counts, a query is spared scipy.
    from scipy.sparse import csr_array  # type: ignore[import-untyped]

    shape = (len(table), len(table.vocabulary))
    ones = np.ones(len(table.numbers), np.int32)
    columns = csr_array((ones, table.numbers, table.ends), shape).tocsc()
    columns.sum_duplicates()
    found = columns if by_token else columns.tocsr()
    minor = found.indices.astype(np.int32)
    major = np.repeat(np.arange(len(found.indptr) - 1, dtype=np.int32), np.diff(found.indptr))
    tokens, rows = (major, minor) if by_token else (minor, major)
    return tokens, rows, found.data


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
