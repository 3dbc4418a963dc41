"""How good a ranking is: recall, MRR and nDCG, and the ratio of two runs with its interval.

Definitions as in trec_eval: gains are the grades, the discount of rank r is log2(r + 1), the ideal
ranking holds all relevant documents. Source: Järvelin & Kekäläinen (2002).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Grades = Mapping[str, int]
    Measure = Callable[[Sequence[str], Grades], float]

RESAMPLES = 5000
_SEED = 20


def recall(ranking: Sequence[str], grades: Grades, depth: int) -> float:
    """Return the share of the relevant documents among the first `depth`."""
    return len(grades.keys() & set(ranking[:depth])) / len(grades)


def reciprocal_rank(ranking: Sequence[str], grades: Grades, depth: int) -> float:
    """Return 1 / rank of the first relevant document, 0 when it comes after `depth`."""
    ranks = (rank for rank, name in enumerate(ranking[:depth], 1) if name in grades)
    return 1 / next(ranks, math.inf)


def ndcg(ranking: Sequence[str], grades: Grades, depth: int) -> float:
    """Return the discounted gain of the first `depth` over that of the ideal ranking."""
    came = [grades.get(name, 0) for name in ranking[:depth]]
    ideal = sorted(grades.values(), reverse=True)[:depth]
    return _gain(came) / _gain(ideal)


MEASURES: dict[str, Measure] = {
    "recall@5": lambda ranking, grades: recall(ranking, grades, 5),
    "recall@10": lambda ranking, grades: recall(ranking, grades, 10),
    "recall@100": lambda ranking, grades: recall(ranking, grades, 100),
    "mrr@10": lambda ranking, grades: reciprocal_rank(ranking, grades, 10),
    "ndcg@10": lambda ranking, grades: ndcg(ranking, grades, 10),
}
DEPTH = 100
"""How many documents the measures look at."""


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float] | None:
    """Return the ratio of two means over the same questions and its 95% interval.

    Percentile bootstrap over questions, seeded (Efron & Tibshirani 1993). None when the second
    mean, or that of too many resamples, is 0.
    """
    first, second = np.asarray(ours, float), np.asarray(theirs, float)
    if not second.any():
        return None
    random = np.random.default_rng(_SEED)
    ratios = []
    for _ in range(RESAMPLES):
        rows = random.integers(0, len(first), len(first))
        if below := second[rows].sum():
            ratios.append(first[rows].sum() / below)
    if len(ratios) < 0.95 * RESAMPLES:
        return None
    low, high = np.percentile(ratios, [2.5, 97.5])
    return float(first.sum() / second.sum()), float(low), float(high)


def _gain(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))
