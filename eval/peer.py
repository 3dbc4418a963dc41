"""The search that people get from LangChain's BM25 retriever, once told to use jieba.

rank_bm25's BM25Okapi with its own parameters over `jieba.lcut` of the documents' text.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.jsonl import EvaluationError
from index.words import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NAME = "rank_bm25 BM25Okapi + jieba.lcut"


class Peer:
    """BM25Okapi over the texts of documents."""

    def __init__(self, texts: Sequence[str], advance: Callable[[], None] = lambda: None) -> None:
        """Index texts; EvaluationError when rank_bm25 isn't installed."""
        module = _module()
        cuts = []
        for text in texts:
            cuts.append(cut(text))
            advance()
        self._scorer = module.BM25Okapi(cuts)

    def find(self, query: str, top: int) -> list[int]:
        """Return the rows of the `top` best texts, best first, of equal scores the first."""
        scores = self._scorer.get_scores(cut(query))
        return [int(row) for row in np.argsort(-scores, kind="stable")[:top]]


def peer_version() -> str:
    """Return the version of rank_bm25; EvaluationError when it isn't installed."""
    _module()
    return version("rank-bm25")


def _module() -> Any:
    try:
        return import_module("rank_bm25")
    except ImportError as fault:
        raise EvaluationError(
            "选项 --peer 需要 rank_bm25，本机没有安装，请运行 pip install rank-bm25 后重试。"
        ) from fault
