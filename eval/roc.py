"""How well the search's score tells questions with an answer from those the policies don't answer.

    policy-eval roc eval/questions/minhang-robot.*.jsonl
    policy-eval roc eval/questions/minhang-robot.dev.jsonl --fit index/calibration/score.json

Answerable are single-turn questions whose expected answer names a clause; silent those of the
categories `SILENT` that have to be declined. The others (another district's name, a request that
is refused whatever it is about) can't be told by what was found and don't count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.answer import Status
from eval.jsonl import EvaluationError
from index.confidence import Logistic

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from eval.cases import Case
    from index.retriever import PolicyRetriever

SILENT = frozenset({"silent", "offtopic"})
RESAMPLES = 2000
_SEED = 20
_STEPS = 50
_RIDGE = 0.1
"""Keeps the fit finite where a set can be told apart without a fault."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A question, whether it has an answer, its score (0 to 1) and the words carried."""

    question: str
    is_answerable: bool
    score: float
    carried: float


@dataclass(frozen=True, slots=True)
class Roc:
    """The area under the ROC curve with its 95% interval, and what it was measured on.

    `brier` is the mean squared error of the score as a probability.
    """

    answerable: int
    silent: int
    area: float
    interval: tuple[float, float]
    brier: float

    def to_json(self) -> dict[str, Any]:
        """Return the figures, rounded to four places."""
        return {
            "answerable": self.answerable,
            "silent": self.silent,
            "auc": round(self.area, 4),
            "interval": [round(value, 4) for value in self.interval],
            "brier": round(self.brier, 4),
        }


def scored(cases: Iterable[Case], retriever: PolicyRetriever) -> list[Scored]:
    """Search for each question that counts, and keep the best hit's score."""
    found = []
    for case in cases:
        answerable = is_answerable(case)
        if answerable is None:
            continue
        query = case.turns[0]
        hits, finding = retriever.hits(query, 1), retriever.search.look(query, 1)
        score = hits[0].score if hits else 0.0
        found.append(Scored(query, answerable, score, finding.carried))
    return found


def is_answerable(case: Case) -> bool | None:
    """Tell whether a case has an answer in the policies; None where it doesn't count."""
    expect = case.expect
    if len(case.turns) > 1:
        return None
    if expect.status is Status.ANSWERED and (expect.clauses or expect.any_clause):
        return True
    return False if expect.status is Status.DECLINED and case.category in SILENT else None


def roc(items: Sequence[Scored]) -> Roc:
    """Return the figures of scored questions; EvaluationError unless there are some of each kind.

    The interval is a percentile bootstrap over the questions of each kind, seeded.
    """
    scores, answerable = _arrays(items)
    yes, no = scores[answerable], scores[~answerable]
    random = np.random.default_rng(_SEED)
    areas = [
        area(random.choice(yes, len(yes)), random.choice(no, len(no))) for _ in range(RESAMPLES)
    ]
    low, high = np.percentile(areas, [2.5, 97.5])
    brier = float(((scores - answerable) ** 2).mean())
    return Roc(len(yes), len(no), area(yes, no), (float(low), float(high)), brier)


def area(yes: NDArray[np.float64], no: NDArray[np.float64]) -> float:
    """Return the chance that one of `yes` lies above one of `no`, ties half (Mann & Whitney)."""
    above = (yes[:, None] > no).sum() + 0.5 * (yes[:, None] == no).sum()
    return float(above / (len(yes) * len(no)))


def fit(items: Sequence[Scored]) -> Logistic:
    """Fit the log-odds of an answer to the words carried, by Newton's method with a small ridge."""
    _, answerable = _arrays(items)
    carried = np.log1p([item.carried for item in items])
    rows = np.column_stack([np.ones_like(carried), carried])
    weights = np.zeros(2)
    ridge = np.diag([0.0, _RIDGE])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-rows @ weights))
        slopes = rows.T @ (answerable - chances) - ridge @ weights
        curves = (rows * (chances * (1 - chances))[:, None]).T @ rows + ridge
        weights = weights + np.linalg.solve(curves, slopes)
    return Logistic(round(float(weights[0]), 3), round(float(weights[1]), 3))


def _arrays(items: Sequence[Scored]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    answerable = np.array([item.is_answerable for item in items], bool)
    if answerable.all() or not answerable.any():
        raise EvaluationError(
            "题集里要既有条文能回答的题，也有政策没写的题（类别 silent 或 offtopic），"
            "才能算 ROC。请换一个题集。"
        )
    return np.array([item.score for item in items], np.float64), answerable
