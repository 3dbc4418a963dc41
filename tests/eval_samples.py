"""A library of one invented clause, and cases and predictions of a few words, for eval's tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from assistant.answer import Answer, Citation, Outcome, Status
from corpus.library import Library
from corpus.policy import PolicyInfo
from corpus.reader import read_policy
from eval.cases import Case, Expectation
from eval.predictions import Calculated, Prediction, Step

TEXT = """某区支持茶业的若干措施
为支持茶业，提出如下措施：
一、种植
1.支持新茶园。对新建茶园的，按投资额的20%给予补助，最高50万元。
2.支持老茶树。对保护百年老茶树的，给予8万元一次性资助。
"""
INFO = PolicyInfo("某区支持茶业的若干措施", "某区", "通知", "虚构", True, "茶业措施", "某区")
LIBRARY = Library((read_policy("tea", TEXT, INFO),))


def case(status: Status = Status.ANSWERED, **changes: Any) -> Case:
    """Return a case; keywords of Expectation go there, the others to the case itself."""
    own = {
        name: changes.pop(name) for name in ("id", "category", "turns", "policy") & changes.keys()
    }
    fields = {"id": "q1", "category": "amount", "turns": ("新茶园补多少？",)} | own
    return Case(expect=Expectation(status, **changes), **fields)


def citation(quote: str, clause: str = "1", policy: str = "tea") -> Citation:
    """Return a citation of a quote, at its place in the clause if it stands there."""
    found = LIBRARY.clause(policy, clause)
    start = found.text.find(quote) if found else -1
    return Citation(policy, clause, f"第{clause}条", "标题", quote, start, start + len(quote))


def prediction(answer: str = "补助20%。", *quotes: str, **changes: Any) -> Prediction:
    """Return an answered prediction that cites clause 1 with these quotes."""
    fields: dict[str, Any] = {
        "id": "q1",
        "status": Status.ANSWERED,
        "reason": "answered",
        "answer": answer,
        "citations": tuple(citation(quote) for quote in quotes),
        "calculations": (),
        "latency_ms": 5.0,
    }
    return Prediction(**fields | changes)


def calculated(
    amount: str | None, text: str = "", quote: str = "", clause: str = "1"
) -> Calculated:
    """Return a calculation of one step."""
    yuan = None if amount is None else Decimal(amount)
    return Calculated("tea", clause, yuan, (Step(text, quote),))


class Echo:
    """An asker that answers with what it was told, turn after turn."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, object]] = []

    def ask(self, question: str, conversation: Any = None) -> EchoTurn:
        """Answer with the question itself."""
        self.heard.append((question, conversation))
        return EchoTurn(Answer(question, Outcome.ANSWERED, f"您问：{question}"), question)


class EchoTurn:
    """The turn of an Echo: its conversation is the question."""

    def __init__(self, answer: Answer, conversation: str) -> None:
        self.answer = answer
        self.conversation = conversation
