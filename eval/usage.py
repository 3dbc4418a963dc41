"""Values of options, and what is wrong with the usage, in Chinese."""

from __future__ import annotations

import math
import re

from eval.jsonl import EvaluationError

# typer says what is wrong with the usage in English only.
_USAGE = (
    (r"Missing parameter: (\w+)", "缺少{}"),
    (r"Missing command", "缺少命令，可用 answers、score、compare、retrieval"),
    (r"No such option: (\S+)", "没有选项 {}"),
    (r"No such command '(.+)'", "没有命令 {}，可用 answers、score、compare、retrieval"),
    (r"Option '(\S+)' requires an argument", "选项 {} 后面要写值"),
    (r"Got unexpected extra argument\S* \((.+)\)", "多出了 {}"),
)
_PARAMETERS = {
    "questions": "题集.jsonl",
    "documents": "选项 --documents 文件",
    "qrels": "选项 --qrels 文件",
    "out": "选项 --out 文件夹",
    "folder": "结果文件夹",
    "before": "之前一次运行的文件夹",
    "after": "之后一次运行的文件夹",
}


def read_floor(value: str) -> float:
    """Read the share that has to be right; EvaluationError unless it is within 0 and 1."""
    return _number("--floor", value, 0.0, 1.0, "0 到 1 之间的数，例如 0.97")


def read_limit(value: str) -> int:
    """Read how many questions to ask; EvaluationError unless it is a whole number above 0."""
    wanted = "不小于 1 的整数，例如 20"
    number = _number("--limit", value, 1, math.inf, wanted)
    if not number.is_integer():
        raise EvaluationError(f"选项 --limit 的值是“{value}”，应为{wanted}。")
    return int(number)


def _number(option: str, value: str, low: float, high: float, wanted: str) -> float:
    fault = EvaluationError(f"选项 {option} 的值是“{value}”，应为{wanted}。")
    try:
        number = float(value)
    except ValueError:
        raise fault from None
    if not (math.isfinite(number) and low <= number <= high):
        raise fault
    return number


def wrong_usage(fault: str) -> str:
    """Say in one Chinese line what typer found wrong with the usage."""
    said = " ".join(fault.split())
    for pattern, wording in _USAGE:
        if match := re.match(pattern, said):
            what = wording.format(*(_PARAMETERS.get(name, name) for name in match.groups()))
            return f"{what}。用法请看 policy-eval --help。"
    return f"用法不对（{said}）。用法请看 policy-eval --help。"
