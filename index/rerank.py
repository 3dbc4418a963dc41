"""An optional cross-encoder that reads query and document together and re-orders the best hits.

It is off unless a model is named; `load_reranker` takes any cross-encoder of
sentence-transformers that gives one score a pair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from index.model_files import ModelMissing, cached, check_hub, how_to_bring, load_quietly, locate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentence_transformers import CrossEncoder

RERANKED = 30
"""How many of the best hits are re-ordered."""

_SETTING = "POLICY_ASSISTANT_RERANKER"


class RerankError(Exception):
    """A re-ranker can't be loaded or gives no scores; the message is one Chinese line."""

    def __init__(self, name: str, problem: str, step: str) -> None:
        """Say which model, what is wrong with it, and what to do next."""
        super().__init__(f"无法使用重排模型“{name}”：{problem}。{step}。")


@runtime_checkable
class Reranker(Protocol):
    """What tells how well documents answer a query."""

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return one score a text, higher is better; raises RerankError."""
        ...


class CrossEncoderReranker:
    """A cross-encoder of sentence-transformers."""

    def __init__(self, name: str) -> None:
        """Load a folder or hub name; raises RerankError."""
        self._name = name
        self._model = _load(name)
        if self._model.num_labels != 1:
            problem = f"它给一对文本打 {self._model.num_labels} 个分，应为 1 个"
            raise RerankError(name, problem, f"请在 {_SETTING} 另指一个重排模型")

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return one score a text, higher is better; raises RerankError."""
        pairs = [(query, text) for text in texts]
        try:
            scores = np.asarray(self._model.predict(pairs, show_progress_bar=False), np.float64)
        except Exception as error:  # whatever the model's own code raises
            problem = f"打分时出错（{type(error).__name__}）"
            raise RerankError(self._name, problem, _step()) from error
        if scores.shape != (len(pairs),) or not np.isfinite(scores).all():
            raise RerankError(self._name, "给出的分数不是有限数", _step())
        found: list[float] = scores.tolist()
        return found


def load_reranker(name: str) -> Reranker:
    """Return the re-ranker of a folder or hub name; raises RerankError."""
    return CrossEncoderReranker(name)


def _load(name: str) -> CrossEncoder:
    try:
        folder = locate(name)
    except ModelMissing as error:
        raise RerankError(name, str(error), _step()) from error
    place = folder or cached(name)
    if place is None:
        try:
            check_hub(name)
        except ModelMissing as error:
            raise RerankError(name, str(error), how_to_bring(name, _SETTING)) from error
    else:
        load_quietly()
    from sentence_transformers import CrossEncoder

    try:
        model: CrossEncoder = CrossEncoder(
            str(folder or name), device="cpu", local_files_only=place is not None
        )
    except Exception as error:
        raise RerankError(name, "没有可读的重排模型，或文件不全", _step()) from error
    return model


def _step() -> str:
    return f"请检查设置 {_SETTING}，或去掉它不重排"
