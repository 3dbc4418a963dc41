"""What two runs took: time a question, calls and tokens of the chat model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.outcome import SCORES, read_json

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class RunCost:
    """The latency of a run in milliseconds, and what its model took; None without a model."""

    p50: float
    p95: float
    used: int | None = None
    calls: int = 0
    tokens: int = 0


def run_cost(folder: Path) -> RunCost:
    """Read what a scored run took; EvaluationError when `scores.json` can't be read."""
    scores = read_json(folder / SCORES)
    latency, model = _mapping(scores.get("latency_ms")), scores.get("model")
    p50, p95 = _number(latency.get("p50")), _number(latency.get("p95"))
    if not isinstance(model, dict):
        return RunCost(p50, p95)
    tokens = _number(model.get("input_tokens")) + _number(model.get("output_tokens"))
    used = _number(_mapping(model.get("fates")).get("used"))
    return RunCost(p50, p95, int(used), int(_number(model.get("calls"))), int(tokens))


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
