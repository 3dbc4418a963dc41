"""The ROC figures as a table, and a fit of the score written as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from eval.outcome import write_json
from eval.roc import fit, roc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from eval.roc import Roc, Scored


def area_table(figures: Mapping[str, Roc]) -> Table:
    """Return one row a question set: how many of each kind, the area with its interval."""
    table = Table("题集", "能回答", "政策没写", "ROC AUC", "95% 区间", "Brier")
    for name, found in figures.items():
        low, high = found.interval
        counts = (str(found.answerable), str(found.silent))
        table.add_row(
            name, *counts, f"{found.area:.3f}", f"{low:.3f}–{high:.3f}", f"{found.brier:.3f}"
        )
    return table


def write_fit(path: Path, sets: Mapping[str, Sequence[Scored]]) -> None:
    """Fit the score to the questions of all sets and write it; EvaluationError when it can't be."""
    items = [item for found in sets.values() for item in found]
    fitted = fit(items)
    questions = " ".join(f"eval/questions/{name}" for name in sets)
    made = {
        "intercept": fitted.intercept,
        "slope": fitted.slope,
        "made_by": f"policy-eval roc {questions} --fit index/calibration/{path.name}",
        "questions": {"answerable": roc(items).answerable, "silent": roc(items).silent},
    }
    write_json(path, made)
