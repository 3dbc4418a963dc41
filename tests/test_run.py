"""Every question is asked as one conversation, and the file appears only when all were asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from eval.jsonl import EvaluationError
from eval.predictions import read_predictions
from eval.run import ask_case, write_predictions
from tests.eval_samples import Echo, EchoTurn, case

if TYPE_CHECKING:
    from pathlib import Path


class Failing(Echo):
    def ask(self, question: str, conversation: Any = None) -> EchoTurn:
        if question == "坏":
            raise RuntimeError(question)
        return super().ask(question, conversation)


def test_the_conversation_of_a_turn_goes_to_the_next_and_the_last_is_kept() -> None:
    echo = Echo()
    came = ask_case(echo, case(id="q9", turns=("甲", "乙", "丙")))
    assert echo.heard == [("甲", None), ("乙", "甲"), ("丙", "乙")]
    assert (came["id"], came["question"], came["status"]) == ("q9", "丙", "answered")


def test_one_line_a_question_in_the_order_of_the_set(tmp_path: Path) -> None:
    path, ticks = tmp_path / "new" / "predictions.jsonl", []
    cases = [case(id=name, turns=(name,)) for name in "乙甲"]
    write_predictions(Echo(), cases, path, lambda: ticks.append(1))
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["乙", "甲"]
    assert len(ticks) == 2
    assert read_predictions(path)["甲"].answer == "您问：甲"


def test_half_a_character_is_kept_as_its_escape(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    write_predictions(Echo(), [case(turns=("\ud800",))], path)
    assert read_predictions(path)["q1"].answer == "您问：\ud800"


def test_a_run_that_stops_half_way_leaves_the_earlier_file(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    path.write_text("earlier", encoding="utf-8")
    cases = [case(id="a", turns=("好",)), case(id="b", turns=("坏",))]
    with pytest.raises(RuntimeError):
        write_predictions(Failing(), cases, path)
    assert path.read_text(encoding="utf-8") == "earlier"
    assert [file.name for file in tmp_path.iterdir()] == ["predictions.jsonl"]


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(EvaluationError, match="taken"):
        write_predictions(Echo(), [case()], tmp_path / "taken" / "predictions.jsonl")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"id": "a"}', "字段 status"),
        ('{"id": "a", "status": "answered", "latency_ms": "fast"}', "字段 latency_ms"),
        ('{"id": "a", "status": "answered", "citations": [{}]}', r"citations\[0\].clause"),
        (
            '{"id": "a", "status": "answered", "citations": [{"clause": "1", "start": "x"}]}',
            r"citations\[0\].start",
        ),
        (
            '{"id": "a", "status": "answered", "calculations": [{"clause": "1", "amount": "x"}]}',
            r"calculations\[0\].amount",
        ),
    ],
)
def test_a_prediction_that_cannot_be_used_is_named(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "predictions.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(EvaluationError, match=words):
        read_predictions(path)
