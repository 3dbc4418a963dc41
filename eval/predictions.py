"""Answers as they were given: one JSON line a question, scored later without asking again."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assistant.answer import Citation, Status
from eval.cases import STATUSES
from eval.jsonl import EvaluationError, Record, read_records

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a calculation and the words of the clause it rests on, if any."""

    text: str
    quote: str


@dataclass(frozen=True, slots=True)
class Calculated:
    """A calculation as the contract carries it; the amount is yuan, None if it has none."""

    policy: str
    clause: str
    amount: Decimal | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What became of the chat model in a turn, and how many calls and tokens it took."""

    fate: str
    calls: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Prediction:
    """The last turn of one question, as the contract's object carries it.

    `trace` is whatever the line carries under that name: the steps the assistant went through;
    `model` what became of the chat model, None when there was none.
    """

    id: str
    status: Status
    reason: str
    answer: str
    citations: tuple[Citation, ...]
    calculations: tuple[Calculated, ...]
    latency_ms: float
    trace: Any = None
    model: Cost | None = None


def read_predictions(path: Path) -> dict[str, Prediction]:
    """Read the predictions of a run by question id; EvaluationError if a line can't be used."""
    predictions: dict[str, Prediction] = {}
    for record in read_records(path):
        prediction = _prediction(record)
        if prediction.id in predictions:
            raise EvaluationError(
                f"{record.place}：字段 id 的值“{prediction.id}”重复，请重新运行 answers。"
            )
        predictions[prediction.id] = prediction
    return predictions


def _prediction(record: Record) -> Prediction:
    latency = record.fields.get("latency_ms", 0)
    if isinstance(latency, bool) or not isinstance(latency, int | Decimal):
        record.fault("latency_ms", "请改为以毫秒为单位的数字")
    return Prediction(
        id=record.text("id"),
        status=Status(record.choice("status", STATUSES)),
        reason=record.text("reason", ""),
        answer=record.text("answer", ""),
        citations=tuple(_citation(child) for child in record.children("citations")),
        calculations=tuple(_calculated(child) for child in record.children("calculations")),
        latency_ms=float(latency),
        trace=record.fields.get("trace"),
        model=_cost(record.fields.get("model")),
    )


def _cost(value: Any) -> Cost | None:
    """Read what became of the model; numbers that are none count as 0."""
    if not isinstance(value, dict):
        return None
    counts = [value.get(name, 0) for name in ("calls", "input_tokens", "output_tokens")]
    numbers = [int(count) if isinstance(count, int | Decimal) else 0 for count in counts]
    return Cost(str(value.get("fate", "")), *numbers)


def _citation(record: Record) -> Citation:
    return Citation(
        policy=record.text("policy", ""),
        clause=record.text("clause"),
        label=record.text("label", ""),
        title=record.text("title", ""),
        quote=record.text("quote", ""),
        start=_offset(record, "start"),
        end=_offset(record, "end"),
    )


def _offset(record: Record, name: str) -> int:
    value = record.fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        record.fault(name, "请改为整数")
    return value


def _calculated(record: Record) -> Calculated:
    return Calculated(
        policy=record.text("policy", ""),
        clause=record.text("clause"),
        amount=None if record.fields.get("amount") is None else record.money("amount"),
        steps=tuple(
            Step(step.text("text", ""), step.text("quote", "") if step.fields.get("quote") else "")
            for step in record.children("steps")
        ),
    )
