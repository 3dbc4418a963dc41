"""Question sets are read whole, and what can't be used is named by file, line, field and value."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Status
from corpus.library import load_library
from eval.cases import load_cases
from eval.jsonl import EvaluationError

QUESTIONS = Path(__file__).parent.parent / "eval" / "questions"
SETS = sorted(QUESTIONS.glob("*.jsonl"))
GOOD: dict[str, Any] = {
    "id": "a",
    "category": "calc",
    "turns": ["您好", "补多少？"],
    "expect": {"status": "answered", "amounts": {"5": "450000"}, "says": [450000]},
}


def written(folder: Path, *lines: object) -> Path:
    path = folder / "set.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def test_a_case_is_read_with_its_amounts_as_decimals(tmp_path: Path) -> None:
    (case,) = load_cases(written(tmp_path, GOOD))
    assert case.turns == ("您好", "补多少？")
    assert case.expect.status is Status.ANSWERED
    assert case.expect.amounts == {"5": Decimal(450000)}
    assert case.expect.says == (Decimal(450000),)


def test_only_id_category_turns_and_status_are_required(tmp_path: Path) -> None:
    line = {"id": "a", "category": "c", "turns": ["?"], "expect": {"status": "declined"}}
    (case,) = load_cases(written(tmp_path, line))
    assert case.expect.clauses == ()
    assert case.policy is None


def test_blank_lines_a_byte_order_mark_and_line_separators_inside_texts_do_no_harm(
    tmp_path: Path,
) -> None:
    line = json.dumps({**GOOD, "turns": ["一\u2028二"]}, ensure_ascii=False)
    path = tmp_path / "set.jsonl"
    path.write_text(f"\n{line}\r\n\n", encoding="utf-8-sig")
    assert load_cases(path)[0].turns == ("一\u2028二",)


def test_unknown_expectations_are_named(tmp_path: Path) -> None:
    line = {**GOOD, "expect": {"status": "answered", "clause": ["5"]}}
    assert load_cases(written(tmp_path, line))[0].unknown == ("expect.clause",)


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"id": ""}, "id", "“”"),
        ({"id": 7}, "id", "“7”"),
        ({"category": None}, "category", "“null”"),
        ({"turns": []}, "turns", "“[]”"),
        ({"turns": "补多少"}, "turns", "“补多少”"),
        ({"turns": ["a", 1]}, "turns", '["a", 1]'),
        ({"policy": 3}, "policy", "“3”"),
        ({"expect": []}, "expect", "“[]”"),
        ({"expect": {"status": "maybe"}}, "expect.status", "“maybe”"),
        ({"expect": {"status": ["answered"]}}, "expect.status", "answered"),
        ({"expect": {}}, "expect.status", "没有填写"),
        ({"expect": {"status": "answered", "clauses": "5"}}, "expect.clauses", "“5”"),
        ({"expect": {"status": "answered", "says": ["45万"]}}, "expect.says", "45万"),
        ({"expect": {"status": "answered", "says": ["1e999999"]}}, "expect.says", "1e999999"),
        ({"expect": {"status": "answered", "says": ["NaN"]}}, "expect.says", "NaN"),
        ({"expect": {"status": "answered", "amounts": {"5": "-1"}}}, "expect.amounts.5", "-1"),
        ({"expect": {"status": "answered", "amounts": ["5"]}}, "expect.amounts", "5"),
        ({"expect": {"status": "answered", "amounts": {"5": True}}}, "expect.amounts.5", "true"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(
    tmp_path: Path, change: dict[str, Any], field: str, value: str
) -> None:
    path = written(tmp_path, {**GOOD, "id": "first"}, {**GOOD, **change})
    with pytest.raises(EvaluationError) as fault:
        load_cases(path)
    message = str(fault.value)
    assert f"{path} 第 2 行：字段 {field} " in message
    assert value in message
    assert "请改为" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("{",), ("第 1 行", "不是正确的 JSON")),
        (([1],), ("第 1 行", "[1]", "对象")),
        ((GOOD, GOOD), ("第 2 行", "字段 id", "“a”", "重复")),
        (("",), ("没有题目",)),
        (("[" * 100_000,), ("第 1 行",)),
        (('{"id": ' + "9" * 5000 + "}",), ("第 1 行", "数字过长")),
    ],
)
def test_a_broken_file_is_one_line(tmp_path: Path, lines: Any, words: tuple[str, ...]) -> None:
    with pytest.raises(EvaluationError) as fault:
        load_cases(written(tmp_path, *lines))
    assert all(word in str(fault.value) for word in words)
    assert "\n" not in str(fault.value)


def test_a_missing_file_a_folder_and_a_binary_file_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b'{"id"\xff')
    for name, word in (("none", "找不到"), (".", "文件夹"), ("binary", "第 6 个字节")):
        with pytest.raises(EvaluationError, match=word):
            load_cases(tmp_path / name)


def test_there_are_at_least_300_questions_and_a_third_is_set_aside() -> None:
    held = len(load_cases(QUESTIONS / "minhang-robot.heldout.jsonl"))
    dev = len(load_cases(QUESTIONS / "minhang-robot.dev.jsonl"))
    assert dev >= 200
    assert held >= 100
    assert dev + held >= 300


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_every_clause_a_question_names_is_in_its_policy(path: Path) -> None:
    library = load_library()
    for case in load_cases(path):
        expect = case.expect
        labels = {*expect.clauses, *expect.any_clause, *expect.amounts}
        strange = {label for label in labels if not library.clause(case.policy or "", label)}
        assert (case.id, strange, case.unknown) == (case.id, set(), ())


def test_no_question_is_asked_twice() -> None:
    cases = [case for path in SETS for case in load_cases(path)]
    assert len({case.turns for case in cases}) == len(cases)
    assert len({case.id for case in cases}) == len(cases)
