"""What is wrong with the usage of a command, in one Chinese line."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpus.library import Library

# typer says what is wrong with the usage in English only.
_FORMS = (
    (r"Missing parameter: (\w+)", "缺少{}"),
    (r"No such option:? '?(\S+?)'?(?:[. ]|$)", "没有选项 {}"),
    (r"No such command '(.+?)'(?:\. Did you mean (.+?)\?)?", "没有命令 {}"),
    (r"Option '(\S+)' requires an argument", "选项 {} 后面要写值"),
    (r"Option '(\S+)' does not take a value", "选项 {} 后面不用写值"),
    (r"Got unexpected extra argument\S* \((.+)\)", "多出了 {}"),
)
_PARAMETERS = {
    "questions": "问题，例如 policy-assistant ask 揭榜挂帅最多能拿多少",
    "words": "要找的词，例如 policy-assistant search 并购",
    "file": "文件，例如 policy-assistant clauses 政策.txt",
    "award": "奖励的编号，policy-assistant awards 列出所有编号",
}
_STATUSES = {"draft": "draft", "in-force": "in-force", "征求意见": "draft", "现行": "in-force"}
_HELP = "用法请看 policy-assistant --help。"
_FOR_THE_USER = {
    "PolicyError",
    "RuleErrors",
    "UsageError",
    "EmbeddingError",
    "IndexFault",
    "AddressError",
    "PortTakenError",
    "FactError",
    "MoneyError",
}
"""The errors whose message is a line for the user, by name: importing them would be costly."""


class UsageError(ValueError):
    """A value on the command line can't be used; the message is one line for the user."""


def wrong_usage(fault: typer.TyperException) -> str:
    """Say in one Chinese line what typer found wrong, with the next step."""
    said = " ".join(str(getattr(fault, "message", None) or fault).split())
    if not said:
        return f"缺少命令。{_HELP}"
    if said.endswith("。"):
        return said
    for pattern, form in _FORMS:
        if match := re.match(pattern, said):
            return f"{form.format(_PARAMETERS.get(match[1], match[1]))}。{_HELP}"
    return f"用法不对（{said.rstrip('.')}）。{_HELP}"


def whole_number(option: str, low: int, high: int) -> Callable[[str | int], int]:
    """Return the reader of an option's whole number within `low` and `high`, both included."""

    def read(value: str | int) -> int:  # typer hands the default over as it is
        number = int(value) if re.fullmatch(r"\d{1,9}", str(value), re.ASCII) else None
        if number is None or not low <= number <= high:
            raise typer.BadParameter(
                f"选项 {option} 的值是“{value}”，应为 {low} 到 {high} 的整数。{_HELP}"
            )
        return number

    return read


def read_status(value: str) -> str:
    """Read the option --status."""
    if value not in _STATUSES:
        names = "、".join(_STATUSES)
        raise typer.BadParameter(f"选项 --status 的值是“{value}”，可用的是 {names}。{_HELP}")
    return _STATUSES[value]


def read_day(value: str) -> date:
    """Read a day written as 2026-11-24."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise typer.BadParameter(f"选项 --on 的值是“{value}”，应为 2026-11-24 这样的日期。{_HELP}")


def policy_ids(names: Sequence[str], library: Library) -> list[str] | None:
    """Return the policies named, None for all; raises UsageError for one that isn't there."""
    known = [policy.id for policy in library.policies]
    for name in names:
        if name not in known:
            raise UsageError(f"没有编号为“{name}”的政策。现有的是 {'、'.join(known)}。")
    return list(names) or None


def line_for(fault: Exception) -> str:
    """Return the one line that tells the user of a fault: its message, or that it is a defect."""
    known = {kind.__name__ for kind in type(fault).__mro__} & _FOR_THE_USER
    if known:
        return str(fault)
    said = " ".join(str(fault).split())[:200]
    return (
        f"程序内部出错（{type(fault).__name__}：{said}）。请把这一行和所用命令报告给维护者；"
        "设 POLICY_ASSISTANT_DEBUG=1 重试可看到详情。"
    )
