"""Conversations in tests: several turns in a row, the last one's answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from assistant.answer import Answer
    from assistant.chain import Assistant, Turn


OTHERS = Path(__file__).parent / "policies"
"""The invented policies that tests ask about beside the shipped one."""


def held(assistant: Assistant, *questions: str) -> Turn:
    """Ask the questions as turns of one conversation; return the last turn."""
    turn = assistant.ask(questions[0])
    for question in questions[1:]:
        turn = assistant.ask(question, turn.conversation)
    return turn


def said(assistant: Assistant, *questions: str) -> Answer:
    """Return the answer to the last of several turns."""
    return held(assistant, *questions).answer


def cited(answer: Answer) -> set[str]:
    """Return the labels of the clauses an answer cites."""
    return {citation.clause for citation in answer.citations}


def paid(answer: Answer) -> list[tuple[str, Decimal | None]]:
    """Return clause and amount of each of an answer's calculations."""
    return [(found.clause, found.amount) for found in answer.calculations]
