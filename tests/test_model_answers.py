"""Extractive and model answers compared on one question set, with what they cost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from eval import cli
from eval.cost import RunCost, run_cost
from tests.model_server import KEY, model_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.model_server import ModelServer

QUESTIONS = Path(__file__).parent.parent / "eval" / "questions" / "minhang-robot.dev.jsonl"
ASKED = 8


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


def call(*words: object) -> int:
    with pytest.raises(SystemExit) as stop:
        cli.main([*map(str, words)])
    assert isinstance(stop.value.code, int)
    return stop.value.code


def test_a_model_s_answers_are_scored_and_compared_with_the_extractive_ones(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    server: ModelServer,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("POLICY_ASSISTANT_MODEL_URL", server.url)
    monkeypatch.setenv("POLICY_ASSISTANT_MODEL_KEY", KEY)
    without, with_model = tmp_path / "without", tmp_path / "with"
    words = ("answers", QUESTIONS, "--limit", ASKED, "--floor", "0.9", "--out")
    assert call(*words, without, "--model", "off") == 0
    assert call(*words, with_model, "--model", "openai:honest") == 0
    scores = json.loads((with_model / "scores.json").read_text(encoding="utf-8"))
    assert (scores["unverbatim_quotes"], scores["unsourced_figures"]) == (0, 0)
    assert scores["settings"]["model"] == "honest"
    assert scores["model"]["fates"]["used"] >= ASKED // 2
    assert scores["model"]["calls"] >= scores["model"]["fates"]["used"]
    assert scores["model"]["input_tokens"] == 700 * scores["model"]["calls"]
    assert "采用大模型说明" in (with_model / "report.html").read_text(encoding="utf-8")
    capsys.readouterr()
    assert call("compare", without, with_model) == 0
    shown = capsys.readouterr().out
    assert str(run_cost(with_model).tokens) in shown
    assert run_cost(without) == RunCost(run_cost(without).p50, run_cost(without).p95)
    everything = [path.read_text(encoding="utf-8") for path in with_model.iterdir()]
    assert KEY not in "".join(everything)
    plain = (without / "predictions.jsonl").read_text(encoding="utf-8")
    assert '"model"' not in plain


def test_a_model_without_an_address_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("POLICY_ASSISTANT_MODEL_URL", raising=False)
    assert call("answers", QUESTIONS, "--out", tmp_path / "a", "--model", "qwen-plus") == 2
    shown = capsys.readouterr().err
    assert "POLICY_ASSISTANT_MODEL_URL" in shown
    assert shown.count("\n") == 1
