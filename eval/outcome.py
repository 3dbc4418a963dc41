"""A run on disk: the settings it was made with, its verdicts and its scores."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.jsonl import EvaluationError, Record, read_utf8, written_whole
from eval.predictions import read_predictions
from eval.scores import score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from eval.cases import Case
    from eval.metrics import Verdict
    from eval.predictions import Prediction
    from eval.scores import Scores

PREDICTIONS = "predictions.jsonl"
SETTINGS = "settings.json"
SCORES = "scores.json"
REPORT = "report.html"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A scored run: what it was made with, one verdict a question, the figures over them."""

    settings: Mapping[str, Any]
    verdicts: tuple[Verdict, ...]
    scores: Scores

    @property
    def wrong(self) -> tuple[Verdict, ...]:
        """Return the questions that went wrong in any way, in the order of the set."""
        return tuple(item for item in self.verdicts if item.faulty)

    def to_json(self) -> dict[str, Any]:
        """Return the object of `scores.json`."""
        return {
            "settings": dict(self.settings),
            **self.scores.to_json(),
            "questions": [_question(verdict) for verdict in self.verdicts],
        }


def outcome(settings: Mapping[str, Any], verdicts: Sequence[Verdict]) -> Outcome:
    """Score a run's verdicts."""
    return Outcome(settings, tuple(verdicts), score(verdicts))


def answered_cases(cases: Sequence[Case], folder: Path) -> list[tuple[Case, Prediction]]:
    """Pair the cases with the predictions of a run.

    Raises EvaluationError when the two are not of the same questions.
    """
    path = folder / PREDICTIONS
    predictions = read_predictions(path)
    limit = read_settings(folder).get("limit")
    asked = cases[:limit] if isinstance(limit, int) else cases
    missing = [case.id for case in asked if case.id not in predictions]
    strange = sorted(predictions.keys() - {case.id for case in asked})
    if missing or strange:
        which = f"缺少题目“{missing[0]}”" if missing else f"有题集里没有的题目“{strange[0]}”"
        raise EvaluationError(f"{path}：{which}，请用同一份题集重新运行 policy-eval answers。")
    return [(case, predictions[case.id]) for case in asked]


def read_settings(folder: Path) -> dict[str, Any]:
    """Return what a run was made with; empty when the run doesn't say."""
    path = folder / SETTINGS
    return read_json(path) if path.exists() else {}


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; EvaluationError when the file can't be used."""
    try:
        value = json.loads(read_utf8(path))
    except (ValueError, RecursionError) as fault:
        raise EvaluationError(f"{path}：不是正确的 JSON，请重新运行 policy-eval。") from fault
    if not isinstance(value, dict):
        raise EvaluationError(f"{path}：内容不是 {{…}} 对象，请重新运行 policy-eval。")
    return value


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write a JSON object, indented, in one go."""
    with written_whole(path) as file:
        file.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def read_rights(folder: Path) -> dict[str, Record]:
    """Return the questions of a scored run by id; EvaluationError when it isn't one."""
    path = folder / SCORES
    record = Record(str(path), read_json(path))
    questions = {child.text("id"): child for child in record.children("questions")}
    if not questions:
        record.fault("questions", "请先对这个文件夹运行 policy-eval answers 或 score")
    for child in questions.values():
        if not isinstance(child.fields.get("right"), bool):
            child.fault("right", "请重新运行 policy-eval score")
    return questions


def _question(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.case.id,
        "category": verdict.case.category,
        "question": verdict.case.turns[-1],
        "right": verdict.right,
        "status": verdict.prediction.status.value,
        "reason": verdict.prediction.reason,
        "misses": [
            {"field": miss.field, "expected": miss.expected, "came": miss.came}
            for miss in verdict.misses
        ],
        "unverbatim": list(verdict.unverbatim),
        "unsourced": list(verdict.unsourced),
    }
