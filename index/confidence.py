"""How likely it is that something found answers the query: the logistic fit behind `Hit.score`.

The weights are data, `calibration/score.json`, fitted on questions with and without an answer;
the file names the command that made it. They hold for the static models: cosines of other models
lie elsewhere, so with those, and while the vectors are away, the wording alone decides.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

CALIBRATION = Path(__file__).parent / "calibration" / "score.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic fit: its intercept, and the weights of √share and cosine of the best document."""

    intercept: float
    share: float
    cosine: float = 0.0

    def chance(self, share: float, cosine: float) -> float:
        """Return the probability (0 to 1) of an answer, from the best share and the best cosine."""
        value = self.intercept + self.share * math.sqrt(share) + self.cosine * cosine
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def confidence(share: float, cosine: float, embeddings: Embeddings | None) -> float:
    """Return the probability that something found answers the query, 0 to 1.

    `share` and `cosine` are the best of all documents; `embeddings` made the cosine, None if the
    vectors had no part in the search.
    """
    weights = _weights()["full" if getattr(embeddings, "is_calibrated", False) else "wording"]
    return weights.chance(share, cosine)


@cache
def _weights() -> dict[str, Weights]:
    content = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    return {name: Weights(**content[name]) for name in ("full", "wording")}
