"""Two runs over the same questions: what became right, what became wrong, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.trace import MODEL
from eval.jsonl import EvaluationError, read_records
from eval.outcome import PREDICTIONS, read_rights
from eval.scores import Z95, Share

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose outcome differs between two runs."""

    id: str
    category: str
    question: str
    became_right: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the questions both have.

    `alone` counts the questions only one of them has, `differing` those whose answers are not the
    same to the letter, latency apart.
    """

    before: Share
    after: Share
    changes: tuple[Change, ...]
    alone: int
    differing: int

    @property
    def difference(self) -> tuple[float, float, float]:
        """Return the change of the share right and its 95% interval, paired."""
        gained = sum(change.became_right for change in self.changes)
        return paired_difference(gained, len(self.changes) - gained, self.before.total)


def compare(before: Path, after: Path) -> Comparison:
    """Compare two scored runs; EvaluationError when one can't be read or they share no question."""
    first, second = read_rights(before), read_rights(after)
    both = [name for name in first if name in second]
    if not both:
        raise EvaluationError(f"{before} 与 {after} 没有相同的题目，请比较同一份题集的两次运行。")
    rights = {name: (first[name].fields["right"], second[name].fields["right"]) for name in both}
    changes = tuple(
        Change(
            id=name,
            category=second[name].text("category"),
            question=second[name].text("question", ""),
            became_right=rights[name][1],
        )
        for name in both
        if rights[name][0] != rights[name][1]
    )
    asked, again = _timeless(before), _timeless(after)
    return Comparison(
        before=Share(sum(right for right, _ in rights.values()), len(both)),
        after=Share(sum(right for _, right in rights.values()), len(both)),
        changes=changes,
        alone=len(first.keys() ^ second.keys()),
        differing=sum(asked.get(name) != again.get(name) for name in both),
    )


def _timeless(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the objects of `predictions.jsonl` by id, without what differs every run."""
    return {
        record.text("id"): {
            **record.fields,
            "latency_ms": None,
            "model": None,
            "trace": _without_model(record.fields.get("trace")),
        }
        for record in read_records(folder / PREDICTIONS)
    }


def _without_model(trace: Any) -> Any:
    """Return a trace without the step that tells of the chat model's time."""
    if not isinstance(trace, list):
        return trace
    return [step for step in trace if not (isinstance(step, dict) and step.get("step") == MODEL)]


def paired_difference(gained: int, lost: int, total: int) -> tuple[float, float, float]:
    """Return the change of a share over the same questions and its 95% interval.

    Adjusted Wald interval for matched pairs (Agresti and Min 2005): half a pair added to each cell.
    """
    up, down, pairs = gained + 0.5, lost + 0.5, total + 2
    middle = (up - down) / pairs
    reach = Z95 * math.sqrt(up + down - (up - down) ** 2 / pairs) / pairs
    change = (gained - lost) / total if total else 0.0
    return change, max(-1.0, middle - reach), min(1.0, middle + reach)
