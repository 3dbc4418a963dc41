"""BM25 over jieba tokens, through bm25s; saved to and loaded from a folder.

Source: Robertson & Zaragoza (2009), "The Probabilistic Relevance Framework"; Lucene's variant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import bm25s
import numpy as np

from index.words import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

K1 = 1.2
B = 0.9


class LexicalIndex:
    """A BM25 index; documents keep the order in which they were given."""

    def __init__(self, scorer: bm25s.BM25, size: int) -> None:
        self._scorer = scorer
        self._size = size

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index texts (at least one)."""
        scorer = bm25s.BM25(k1=K1, b=B, method="lucene")
        scorer.index([tokens(text) or ["∅"] for text in texts], show_progress=False)
        return cls(scorer, len(texts))

    def save(self, folder: Path) -> None:
        """Write the index into `folder`."""
        self._scorer.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read an index that `save` wrote; raises OSError or ValueError when it is damaged."""
        scorer = bm25s.BM25.load(str(folder))
        return cls(scorer, int(scorer.scores["num_docs"]))

    def __len__(self) -> int:
        """Return the number of documents."""
        return self._size

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return one score a document, shape (documents,); zeros when no token is known."""
        known = [token for token in tokens(query) if token in self._scorer.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._scorer.get_scores(known), dtype=np.float32)
