"""What the REST API answers with, as models: for its description and for the tests that hold it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Shape(BaseModel):
    """An object of the contract: these fields and no other."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Citation(_Shape):
    """A quotation, word for word, and where it stands in the clause's text."""

    policy: str
    clause: str
    label: str
    title: str
    quote: str
    start: int
    end: int


class Step(_Shape):
    """A line of working and the words it rests on."""

    text: str
    quote: str


class Worked(_Shape):
    """A calculation in an answer; `amount` is yuan as a decimal string, null when unknown."""

    policy: str
    award: str
    clause: str
    amount: str | None
    nature: Literal["entitlement", "ceiling", "unspecified"]
    inputs: dict[str, list[str]]
    steps: list[Step]


class Use(_Shape):
    """What the chat model did in a turn."""

    fate: str
    sentences: int
    rejected: int
    repaired: bool
    rewritten: bool
    calls: int
    input_tokens: int
    output_tokens: int
    ms: float


class Answer(_Shape):
    """A turn: `answer` is Markdown that has passed the check; `model` only where there is one."""

    question: str
    status: Literal["answered", "clarify", "declined"]
    reason: str
    answer: str
    citations: list[Citation]
    calculations: list[Worked]
    latency_ms: float
    model: Use | None = None


class Missing(_Shape):
    """A fact that is still needed."""

    input: str
    ask: str
    hint: str | None


class Unmet(_Shape):
    """Why something isn't paid."""

    reason: str
    quote: str


class Condition(_Shape):
    """What is still to be confirmed."""

    id: str
    text: str
    quote: str


class Calculation(Worked):
    """A calculation with what it leaves open."""

    missing: list[Missing]
    unmet: list[Unmet]
    conditions: list[Condition]
    staged: str | None
    reviewed: str | None
    one_off: str | None


class Inverse(_Shape):
    """The way back: the least input that reaches the wanted amount."""

    policy: str
    award: str
    clause: str
    wanted: str | None
    input: str | None
    value: str | None
    steps: list[Step]
    reason: str


class Hit(_Shape):
    """A clause found, with its scores."""

    policy: str
    clause: str
    label: str
    title: str
    section: str
    score: float
    fused: float
    lexical: float
    similarity: float
    rerank: float | None = None
    text: str


class Clause(_Shape):
    """A clause, word for word."""

    policy: str
    label: str
    title: str
    section: str
    text: str


class Award(_Shape):
    """An award in words."""

    award: str
    policy: str
    clause: str
    title: str
    inputs: str
    pays: str
    cap: str
    nature: str
    conditions: str
    flags: str


class Policy(_Shape):
    """A policy and whether it binds."""

    policy: str
    title: str
    short_title: str
    issuer: str
    region: str
    kind: str
    status: Literal["draft", "in-force"]
    effective: str | None
    expires: str | None
    clauses: int


class Health(_Shape):
    """That the service is there."""

    status: Literal["ok"]
    version: str
    policies: int


class Fault(_Shape):
    """One line for the sender, the kind of fault, the field's place, a short code."""

    message: str
    type: str
    param: str | None
    code: str


class Refusal(_Shape):
    """A request that can't be met."""

    error: Fault
