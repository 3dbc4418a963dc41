"""One question of a report as HTML: the turns, what went wrong, the answer, the trace."""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING, Any

from eval.wording import FIELD_NAMES, STATUS_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eval.metrics import Verdict

_STRONG = re.compile(r"\*\*(.+?)\*\*")


def transcript(verdict: Verdict, *, opened: bool = False) -> str:
    """Return one question as a panel that opens."""
    case, prediction = verdict.case, verdict.prediction
    turns = "".join(f'<div class="turn">{escape(turn)}</div>' for turn in case.turns)
    quotes = "".join(
        f"<blockquote>{escape(item.label or item.clause)}：{escape(item.quote)}</blockquote>"
        for item in prediction.citations
    )
    return (
        f"<details{' open' if opened else ''}><summary>{_mark(verdict)} {escape(case.turns[-1])} "
        f'<span class="tag">{escape(case.id)} · {STATUS_NAMES[prediction.status]}</span></summary>'
        f"{turns}{_faults(verdict)}"
        f'<div class="answer">{_bold(prediction.answer)}</div>{quotes}'
        f"{_trace(prediction.trace) if verdict.faulty else ''}</details>"
    )


def _faults(verdict: Verdict) -> str:
    rows = [(FIELD_NAMES[miss.field], miss.expected, miss.came) for miss in verdict.misses]
    rows += [("引文", "与条文逐字相符", quote) for quote in verdict.unverbatim]
    rows += [("数字", "有出处", figure) for figure in verdict.unsourced]
    if not rows:
        return ""
    cells = (
        f'<tr><td>{name}</td><td>{escape(wanted)}</td><td class="off">{escape(came)}</td></tr>'
        for name, wanted, came in rows
    )
    return table(heads("项目", "应为", "实际"), cells)


def _mark(verdict: Verdict) -> str:
    if not verdict.right:
        return '<b class="bad">✗</b>'
    return '<b class="warn">!</b>' if verdict.faulty else '<b class="good">✓</b>'


def _bold(markdown: str) -> str:
    return _STRONG.sub(r"<b>\1</b>", escape(markdown))


def _trace(trace: Any) -> str:
    if not trace:
        return ""
    steps = trace if isinstance(trace, list) else [trace]
    return f"<p>各步骤</p><pre>{escape(chr(10).join(_step(step) for step in steps))}</pre>"


def _step(step: Any) -> str:
    if isinstance(step, dict):
        return " · ".join(f"{name}：{_plain(value)}" for name, value in step.items())
    return _plain(step)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def table(head: Iterable[str], rows: Iterable[str]) -> str:
    """Return a table of these head cells and rows that scrolls when it is wide."""
    return f'<div class="scroll"><table><tr>{"".join(head)}</tr>{"".join(rows)}</table></div>'


def heads(*names: str) -> list[str]:
    """Return head cells."""
    return [f"<th>{name}</th>" for name in names]


def number_heads(*names: str) -> list[str]:
    """Return head cells over numbers."""
    return [f'<th class="number">{name}</th>' for name in names]
