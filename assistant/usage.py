"""What is wrong with the usage of a command, in one Chinese line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

_FORMS = (
    (r"Missing (?:argument|parameter):? '?(.+?)'?\.?$", "缺少参数 {}"),
    (r"Missing option '?(.+?)'?\.?$", "缺少选项 {}"),
    (r"Missing command", "缺少命令"),
    (r"No such option:? '?(\S+?)'?[. ]", "没有选项 {}"),
    (r"No such option:? '?(\S+?)'?$", "没有选项 {}"),
    (r"No such command '(.+)'", "没有命令 {}"),
    (r"Option '(\S+)' requires an argument", "选项 {} 后面要写值"),
    (r"Got unexpected extra argument\S* \((.+)\)", "多出了 {}"),
    (
        r"Invalid value for '(.+?)': '?(.+?)'? is not in the range (.+)",
        "选项 {} 的值 {} 不在范围 {} 内",
    ),
    (
        r"Invalid value for '(.+?)': '?(.+?)'? is not a valid (?:int|integer)",
        "选项 {} 的值 {} 不是整数",
    ),
)


class UsageError(ValueError):
    """A value on the command line can't be used; the message is one line for the user."""


def wrong_usage(fault: typer.TyperException) -> str:
    """Say in one Chinese line what typer found wrong, with the next step."""
    said = " ".join(str(getattr(fault, "message", None) or fault).split())
    for pattern, form in _FORMS:
        if match := re.match(pattern, said):
            return f"{form.format(*match.groups())}。用法请看 policy-assistant --help。"
    return f"用法不对（{said.rstrip('.')}）。用法请看 policy-assistant --help。"
