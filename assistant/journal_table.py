"""Records of the journal as rows: for the terminal, for JSON, for a spreadsheet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from assistant.insight import CHINA
from assistant.spreadsheet import csv_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from assistant.record import Record

SHORT_COLUMNS = ("编号", "时间", "渠道", "问题", "结局", "条款")
COLUMNS = (
    "编号", "时间", "对话", "渠道", "问题", "状态", "结局", "答复", "条款", "引文", "金额（元）",
    "用时（毫秒）", "评价", "评价理由", "规则版本", "政策版本",
)  # fmt: skip
_THUMBS = {1: "赞", -1: "踩", 0: ""}


def short_row(record: Record) -> list[str]:
    """Return a turn as a row of the terminal's table, below `SHORT_COLUMNS`."""
    asked, answered = record.asked, record.answered
    ending = answered.outcome if answered else record.state.value
    return [asked.id, _clock(asked.at), asked.channel, asked.question, ending, _clauses(record)]


def records_csv(records: Iterable[Record]) -> str:
    """Return the turns as CSV below `COLUMNS`."""
    return csv_text(COLUMNS, map(_row, records))


def record_json(record: Record) -> dict[str, Any]:
    """Return a turn as a JSON object."""
    asked, answered, said = record.asked, record.answered, record.feedback
    found: dict[str, Any] = {
        "id": asked.id,
        "at": asked.at.isoformat(),
        "conversation": asked.conversation,
        "channel": asked.channel.value,
        "question": asked.question,
        "state": record.state.value,
    }
    if answered:
        found |= {
            "status": answered.status,
            "reason": answered.outcome,
            "answer": answered.text,
            "citations": [
                {"policy": c.policy, "clause": c.clause, "quote": c.quote, "sha256": c.clause_hash}
                for c in answered.citations
            ],
            "calculations": json.loads(answered.calculations),
            "rules": answered.rules,
            "policies": answered.policies,
            "latency_ms": answered.latency_ms,
        }
    if said:
        found["feedback"] = {"thumb": said.thumb, "reason": said.reason}
    return found


def _row(record: Record) -> list[object]:
    asked, answered, said = record.asked, record.answered, record.feedback
    head = [asked.id, _clock(asked.at), asked.conversation, asked.channel.value, asked.question]
    head.append(record.state.value)
    feedback = [_THUMBS[said.thumb], said.reason] if said else ["", ""]
    if not answered:
        return [*head, "", "", "", "", "", "", *feedback, "", ""]
    amounts = (found["amount"] or "" for found in json.loads(answered.calculations))
    return [
        *head,
        answered.outcome,
        answered.text,
        _clauses(record),
        "；".join(cited.quote for cited in answered.citations),
        "；".join(amounts),
        answered.latency_ms,
        *feedback,
        answered.rules[:12],
        answered.policies[:12],
    ]


def _clauses(record: Record) -> str:
    cited = record.answered.citations if record.answered else ()
    return "、".join(dict.fromkeys(found.label for found in cited))


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
