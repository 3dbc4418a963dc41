"""How likely it is that something found answers the query: the logistic fit behind `Hit.score`.

It looks at how many of the query's words the best document carries, weighed by rarity. Its two
parameters are data, `calibration/score.json`, fitted on questions with and without an answer; the
file names the command that made it. Neither the embedding model nor the vectors' being there has
a part in it: the cosine added nothing (figures in `eval/LOG.md`).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CALIBRATION = Path(__file__).parent / "calibration" / "score.json"
_CERTAIN = 30.0
"""Log-odds beyond which nothing changes."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """Log-odds of an answer: `intercept` + `slope` · log(1 + words carried)."""

    intercept: float
    slope: float

    def chance(self, carried: float) -> float:
        """Return the probability (0 to 1) of an answer from the number of words carried."""
        odds = self.intercept + self.slope * math.log1p(carried)
        return 1 / (1 + math.exp(-max(-_CERTAIN, min(_CERTAIN, odds))))


def confidence(carried: float) -> float:
    """Return the probability (0 to 1) that something found answers the query."""
    return calibrated().chance(carried)


@cache
def calibrated() -> Logistic:
    """Return the fit that `calibration/score.json` holds."""
    content = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    return Logistic(content["intercept"], content["slope"])
