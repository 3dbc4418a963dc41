"""The evaluator's command line: files written, exit codes, one Chinese line for what's wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from eval import cli
from tests.eval_samples import TEXT, Echo

if TYPE_CHECKING:
    from pathlib import Path

INFO = "title: 某区支持茶业的若干措施\nissuer: 某区\nkind: 通知\nsource: 虚构\nin_force: true\n"


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    folder = tmp_path / "policies" / "tea"
    folder.mkdir(parents=True)
    (folder / "policy.txt").write_text(TEXT, encoding="utf-8")
    (folder / "policy.yaml").write_text(INFO, encoding="utf-8")
    return folder.parent


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "set.jsonl"
    lines = (
        {
            "id": name,
            "category": "amount",
            "turns": [f"{name}怎么补？"],
            "expect": {"status": status},
        }
        for name, status in (("茶园", "answered"), ("茶树", "answered"), ("租金", "declined"))
    )
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text(text, encoding="utf-8")
    return path


def call(*words: object) -> int:
    with pytest.raises(SystemExit) as stop:
        cli.main([*map(str, words)], lambda _: Echo())
    assert isinstance(stop.value.code, int)
    return stop.value.code


def test_answers_writes_predictions_scores_settings_and_report(
    questions: Path, policies: Path, tmp_path: Path
) -> None:
    out = tmp_path / "runs" / "a"
    assert call("answers", questions, "--out", out, "--policies", policies) == 0
    assert len((out / "predictions.jsonl").read_text(encoding="utf-8").splitlines()) == 3
    scores = json.loads((out / "scores.json").read_text(encoding="utf-8"))
    assert scores["right"]["count"] == 2
    assert scores["settings"]["questions"] == "set.jsonl"
    assert scores["settings"]["policies"] == ["tea"]
    assert (out / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(("floor", "code"), [("0.6", 0), ("0.97", 1)])
def test_a_score_under_its_floor_exits_1(
    capsys: pytest.CaptureFixture[str],
    questions: Path,
    policies: Path,
    tmp_path: Path,
    floor: str,
    code: int,
) -> None:
    words = ("answers", questions, "--out", tmp_path / "a", "--policies", policies)
    assert call(*words, "--floor", floor) == code
    assert ("未达标" in capsys.readouterr().err) == bool(code)


def test_limit_asks_the_first_questions_and_score_keeps_to_them(
    questions: Path, policies: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a"
    words = (questions, "--out", out, "--policies", policies, "--limit", "2")
    assert call("answers", *words) == 0
    before = (out / "scores.json").read_bytes()
    (out / "report.html").unlink()
    assert call("score", questions, out, "--policies", policies) == 0
    assert (out / "scores.json").read_bytes() == before
    assert (out / "report.html").exists()


def test_compare_lists_what_changed(
    capsys: pytest.CaptureFixture[str],
    questions: Path,
    policies: Path,
    tmp_path: Path,
) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    call("answers", questions, "--out", first, "--policies", policies)
    text = questions.read_text(encoding="utf-8").replace("declined", "answered")
    questions.write_text(text, encoding="utf-8")
    call("answers", questions, "--out", second, "--policies", policies)
    capsys.readouterr()
    assert call("compare", first, second) == 0
    shown = capsys.readouterr().out
    assert "错 → 对" in shown
    assert "租金" in shown
    assert "+33.3 个百分点" in shown
    assert "答案有出入（用时除外）的题：0" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("answers", "none.jsonl", "--out", "x"), "none.jsonl：找不到"),
        (("answers", "none.jsonl"), "缺少选项 --out"),
        (("answers", "none.jsonl", "--out", "x", "--floor", "97"), "--floor 的值是“97”"),
        (("answers", "none.jsonl", "--out", "x", "--floor", "nan"), "--floor 的值是“nan”"),
        (("answers", "none.jsonl", "--out", "x", "--limit", "0"), "--limit 的值是“0”"),
        (("answers", "none.jsonl", "--out", "x", "--limit", "2.5"), "--limit 的值是“2.5”"),
        (("answers", "none.jsonl", "--out", "x", "--flor", "1"), "没有选项 --flor"),
        (("nothing",), "没有命令 nothing"),
        ((), "缺少命令"),
        (("score", "a", "b", "c"), "多出了 c"),
        (("answers", "a", "--out"), "选项 --out 后面要写值"),
        (("compare", "a", "b"), "scores.json：找不到"),
        (("compare", "a"), "缺少之后一次运行的文件夹"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    words: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(*words) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("predictions.jsonl", "", "缺少题目“茶园”"),
        ("predictions.jsonl", "{", "不是正确的 JSON"),
        ("settings.json", "[]", "settings.json"),
    ],
)
def test_a_spoilt_run_is_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str],
    questions: Path,
    policies: Path,
    tmp_path: Path,
    name: str,
    text: str,
    said: str,
) -> None:
    out = tmp_path / "a"
    call("answers", questions, "--out", out, "--policies", policies)
    (out / name).write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert call("score", questions, out, "--policies", policies) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert shown.count("\n") == 1


def test_help_brings_in_neither_torch_nor_chromadb_nor_gradio() -> None:
    program = (
        "import sys; from eval.cli import app; app(['--help'], standalone_mode=False);"
        "print([m for m in ('torch', 'chromadb', 'gradio') if m in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert shown.stdout.endswith("[]\n")
