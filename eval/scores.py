"""The figures over all verdicts of a run: shares with their intervals, refusals, latency."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.answer import Status
from eval.metrics import cited_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from eval.metrics import Verdict

Z95 = 1.959963984540054
"""Standard deviations either side of the mean that hold 95% of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many; the interval is Wilson's at 95% (Wilson 1927)."""

    count: int
    total: int

    @property
    def value(self) -> float:
        """Return the share, 0 of nothing."""
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95% interval of the share, (0, 1) of nothing."""
        if not self.total:
            return 0.0, 1.0
        n, z2 = self.total, Z95**2
        middle = (self.value + z2 / (2 * n)) / (1 + z2 / n)
        reach = Z95 * math.sqrt(self.value * (1 - self.value) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        low = 0.0 if self.count == 0 else middle - reach
        return low, 1.0 if self.count == n else middle + reach

    def to_json(self) -> dict[str, Any]:
        """Return count, total, share and interval."""
        low, high = self.interval
        share = round(self.value, 4) if self.total else None
        return {
            "count": self.count,
            "total": self.total,
            "share": share,
            "interval": [round(low, 4), round(high, 4)],
        }


@dataclass(frozen=True, slots=True)
class ModelScores:
    """What the chat model did over a run: how often it came to what, and what it took."""

    fates: Mapping[str, int]
    calls: int
    input_tokens: int
    output_tokens: int

    def to_json(self) -> dict[str, Any]:
        """Return the object that `scores.json` carries."""
        return {
            "fates": dict(self.fates),
            "calls": self.calls,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
        }


@dataclass(frozen=True, slots=True)
class Scores:
    """What a run came to.

    `confusion` counts (expected, came). `refused` is declined though an answer was expected;
    `overreached` is answered though a decline was expected. Citation recall and precision are
    over the questions that expect clauses. Latency is in milliseconds.
    """

    right: Share
    categories: Mapping[str, Share]
    confusion: Mapping[tuple[Status, Status], int]
    citation_recall: Share
    citation_precision: Share
    refused: Share
    overreached: Share
    unverbatim: int
    unsourced: int
    latency_p50: float
    latency_p95: float
    latency_max: float
    model: ModelScores | None = None

    @property
    def provable(self) -> bool:
        """Return whether every quote is verbatim and every figure has a source."""
        return self.unverbatim == 0 and self.unsourced == 0

    def to_json(self) -> dict[str, Any]:
        """Return the scores as `scores.json` carries them."""
        return {
            "right": self.right.to_json(),
            "categories": {name: share.to_json() for name, share in self.categories.items()},
            "confusion": {
                expected.value: {
                    came.value: self.confusion.get((expected, came), 0) for came in Status
                }
                for expected in Status
            },
            "citation_recall": self.citation_recall.to_json(),
            "citation_precision": self.citation_precision.to_json(),
            "refused_though_answerable": self.refused.to_json(),
            "answered_though_silent": self.overreached.to_json(),
            "unverbatim_quotes": self.unverbatim,
            "unsourced_figures": self.unsourced,
            "latency_ms": {
                "p50": self.latency_p50,
                "p95": self.latency_p95,
                "max": self.latency_max,
            },
            **({"model": self.model.to_json()} if self.model else {}),
        }


def score(verdicts: Sequence[Verdict]) -> Scores:
    """Return the figures over all verdicts of a run."""
    confusion = Counter((item.case.expect.status, item.prediction.status) for item in verdicts)
    latencies = [item.prediction.latency_ms for item in verdicts]
    recall, precision = _citations(verdicts)
    return Scores(
        right=_share(item.right for item in verdicts),
        categories=_by_category(verdicts),
        confusion=dict(confusion),
        citation_recall=recall,
        citation_precision=precision,
        refused=_came(confusion, Status.ANSWERED, Status.DECLINED),
        overreached=_came(confusion, Status.DECLINED, Status.ANSWERED),
        unverbatim=sum(len(item.unverbatim) for item in verdicts),
        unsourced=sum(len(item.unsourced) for item in verdicts),
        latency_p50=percentile(latencies, 0.5),
        latency_p95=percentile(latencies, 0.95),
        latency_max=max(latencies, default=0.0),
        model=_model(verdicts),
    )


def _model(verdicts: Sequence[Verdict]) -> ModelScores | None:
    costs = [item.prediction.model for item in verdicts if item.prediction.model]
    if not costs:
        return None
    return ModelScores(
        fates=dict(sorted(Counter(cost.fate for cost in costs).items())),
        calls=sum(cost.calls for cost in costs),
        input_tokens=sum(cost.input_tokens for cost in costs),
        output_tokens=sum(cost.output_tokens for cost in costs),
    )


def percentile(values: Iterable[float], share: float) -> float:
    """Return the smallest value that at least this share of the values don't exceed; 0 of none."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else 0.0


def _share(found: Iterable[bool]) -> Share:
    held = list(found)
    return Share(sum(held), len(held))


def _by_category(verdicts: Sequence[Verdict]) -> dict[str, Share]:
    names = sorted({item.case.category for item in verdicts})
    return {
        name: _share(item.right for item in verdicts if item.case.category == name)
        for name in names
    }


def _came(confusion: Mapping[tuple[Status, Status], int], expected: Status, came: Status) -> Share:
    total = sum(confusion.get((expected, other), 0) for other in Status)
    return Share(confusion.get((expected, came), 0), total)


def _citations(verdicts: Sequence[Verdict]) -> tuple[Share, Share]:
    wanted = hit = cited = fitting = 0
    for item in verdicts:
        must, may = set(item.case.expect.clauses), set(item.case.expect.any_clause)
        if not must and not may:
            continue
        labels = set(cited_labels(item.case, item.prediction))
        wanted += len(must) + bool(may)
        hit += len(must & labels) + bool(may & labels)
        cited += len(labels)
        fitting += len(labels & (must | may))
    return Share(hit, wanted), Share(fitting, cited)
