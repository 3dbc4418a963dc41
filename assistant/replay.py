"""Asks a recorded turn again: is today's answer the same, and if not, what has changed?"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.chain import Conversation
from assistant.masking import stand_ins
from assistant.model_use import QUIET
from assistant.record import MOST_EARLIER, State
from assistant.recorded import answered
from assistant.versions import Versions
from assistant.wording import MODEL_NOTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.answer import Answer
    from assistant.chain import Assistant
    from assistant.record import Answered, Record


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is no longer as it was recorded, then and now."""

    what: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class Replay:
    """A turn asked again.

    `changes` make today's answer another one; `notes` are changes behind it that leave the answer
    as it was. `answer` is today's.
    """

    record: Record
    answer: Answer
    changes: tuple[Change, ...]
    notes: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Tell whether today's answer is the recorded one."""
        return self.record.state is State.DONE and not self.changes


def replay(record: Record, assistant: Assistant) -> Replay:
    """Ask a recorded question again, after the questions of its conversation before it.

    Where a personal number was masked, one that belongs to nobody is asked with.
    """
    conversation = Conversation()
    for question in record.asked.earlier:
        conversation = assistant.ask(stand_ins(question), conversation, QUIET).conversation
    answer = assistant.ask(stand_ins(record.asked.question), conversation, QUIET).answer
    versions = Versions.of(assistant.library)
    today = answered(record.asked.id, answer, assistant.library, versions)
    notes = list(_notes(record, today))
    changes = tuple(_changes(record.answered, today)) if record.answered else ()
    return Replay(record, answer, changes, tuple(notes))


def _changes(then: Answered, now: Answered) -> Iterator[Change]:
    for what, read in _COMPARED.items():
        before, after = read(then), read(now)
        if before != after:
            yield Change(what, before, after)


def _notes(record: Record, today: Answered) -> Iterator[str]:
    then = record.answered
    if record.state is not State.DONE or then is None:
        yield "当时没有答完，无从比较。"
        return
    if any(note in then.text for note in MODEL_NOTES.values()):
        yield "当时用了大模型；重放不用它，只比较系统自己的答复，说明文字会有出入。"
    if then.rules != today.rules:
        yield f"奖励规则已更新（{then.rules[:12]} → {today.rules[:12]}）。"
    if then.policies != today.policies:
        yield f"政策文本或说明已更新（{then.policies[:12]} → {today.policies[:12]}）。"
    if len(record.asked.earlier) == MOST_EARLIER:
        yield f"对话较长，只重问了之前的 {MOST_EARLIER} 轮。"


def _clauses(answer: Answered) -> str:
    cited = {(c.policy, c.label): c.clause_hash[:12] for c in answer.citations}
    return "；".join(f"{policy} {label} {mark}" for (policy, label), mark in sorted(cited.items()))


def _quotes(answer: Answered) -> str:
    quotes = Counter(f"{c.policy} {c.label}“{c.quote}”" for c in answer.citations)
    return "；".join(sorted(quotes.elements()))


def _amounts(answer: Answered) -> str:
    found = json.loads(answer.calculations)
    return "；".join(f"{c['policy']} {c['award']} {c['amount'] or '—'}" for c in found)


def _steps(answer: Answered) -> str:
    found = json.loads(answer.calculations)
    return "；".join(step["text"] for calculation in found for step in calculation["steps"])


_COMPARED: dict[str, Callable[[Answered], str]] = {
    "结局": lambda answer: f"{answer.status}（{answer.outcome}）",
    "条文": _clauses,
    "引文": _quotes,
    "金额": _amounts,
    "算法": _steps,
    "答复": lambda answer: answer.text,
}
"""What makes an answer the same, in the order it is told; 条文 compares the clauses' hashes."""
