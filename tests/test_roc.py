"""How well the score tells silent questions: the area, which questions count, the fit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.answer import Status
from eval.cli import main
from eval.jsonl import EvaluationError
from eval.roc import Scored, area, fit, is_answerable, roc
from eval.roc_report import write_fit
from index.confidence import CALIBRATION, calibrated
from tests.eval_samples import case

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.chain import Assistant

QUESTIONS: list[dict[str, object]] = [
    {"id": "a", "category": "amount", "turns": ["企业并购重组有什么奖励"], "clauses": ["7"]},
    {"id": "b", "category": "amount", "turns": ["揭榜挂帅项目最多多少"], "clauses": ["2"]},
    {"id": "c", "category": "silent", "turns": ["门诊报销多少"], "clauses": []},
]


def scored(*items: tuple[bool, float]) -> list[Scored]:
    return [Scored(str(number), yes, score, 4 * score) for number, (yes, score) in enumerate(items)]


def question_file(folder: Path, questions: list[dict[str, object]]) -> Path:
    path = folder / "set.jsonl"
    lines = []
    for item in questions:
        status = "answered" if item["clauses"] else "declined"
        expect = {"status": status, "clauses": item["clauses"]}
        row = {name: item[name] for name in ("id", "category", "turns")} | {"expect": expect}
        lines.append(json.dumps(row, ensure_ascii=False))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_area_is_the_chance_of_the_right_order() -> None:
    yes, no = np.array([0.9, 0.5, 0.4]), np.array([0.5, 0.1])
    assert area(yes, no) == (2 + 1.5 + 1) / 6
    assert area(yes + 1, no) == 1
    assert area(no, no) == 0.5


def test_figures_of_scored_questions() -> None:
    found = roc(scored((True, 0.9), (True, 0.8), (False, 0.1), (False, 0.3)))
    assert (found.answerable, found.silent, found.area) == (2, 2, 1)
    assert found.interval == (1, 1)
    assert found.brier == pytest.approx((0.01 + 0.04 + 0.01 + 0.09) / 4)
    assert found.to_json()["auc"] == 1


@pytest.mark.parametrize("items", [[], [(True, 0.5)], [(False, 0.5), (False, 0.1)]])
def test_one_kind_alone_has_no_curve(items: list[tuple[bool, float]]) -> None:
    with pytest.raises(EvaluationError, match="silent"):
        roc(scored(*items))


def test_which_questions_count() -> None:
    assert is_answerable(case(clauses=("1",))) is True
    assert is_answerable(case(any_clause=("1",))) is True
    assert is_answerable(case(Status.DECLINED, category="silent")) is False
    assert is_answerable(case(Status.DECLINED, category="offtopic")) is False
    assert is_answerable(case(Status.DECLINED, category="adversarial")) is None
    assert is_answerable(case(Status.CLARIFY)) is None
    assert is_answerable(case()) is None
    assert is_answerable(case(clauses=("1",), turns=("一", "二"))) is None


def test_the_fit_finds_the_weights_that_made_the_data() -> None:
    random = np.random.default_rng(1)
    carried = random.uniform(0, 5, 4000)
    chances = 1 / (1 + np.exp(2 - 3 * np.log1p(carried)))
    answers = random.uniform(size=4000) < chances
    items = [
        Scored("", bool(yes), 0.5, float(value))
        for yes, value in zip(answers, carried, strict=True)
    ]
    found = fit(items)
    assert found.intercept == pytest.approx(-2, abs=0.3)
    assert found.slope == pytest.approx(3, abs=0.3)


def test_a_set_told_apart_without_fault_has_a_finite_fit() -> None:
    found = fit(scored((True, 0.9), (True, 0.8), (False, 0.1), (False, 0.3)))
    assert 0 < found.slope < 100


def test_the_shipped_fit_says_how_it_was_made() -> None:
    content = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    assert content["made_by"].startswith("policy-eval roc ")
    assert content["questions"]["silent"] >= 40
    assert calibrated().slope > 0


def test_a_fit_is_written_with_its_command(tmp_path: Path) -> None:
    items = scored((True, 0.9), (True, 0.8), (False, 0.1), (False, 0.3))
    write_fit(tmp_path / "score.json", {"one.jsonl": items})
    content = json.loads((tmp_path / "score.json").read_text(encoding="utf-8"))
    assert content["questions"] == {"answerable": 2, "silent": 2}
    assert "one.jsonl" in content["made_by"]


def test_the_command_prints_the_area(
    assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["roc", str(question_file(tmp_path, QUESTIONS))])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "ROC AUC" in said
    assert "1.000" in said


def test_a_set_without_silent_questions_is_one_line(
    assistant: Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["roc", str(question_file(tmp_path, QUESTIONS[:2]))])
    assert ended.value.code == 2
    assert "政策没写的题" in capsys.readouterr().err
