"""The values that pass between the steps of the chain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.answer import Outcome
from assistant.topics import Unmentioned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Citation
    from assistant.calculation import Calculation, Inverse
    from assistant.conversation import Context, Facts, Reading
    from assistant.lexicon import Term
    from assistant.model_use import ModelUse
    from assistant.passage import Passage
    from assistant.question import Question
    from assistant.together import Combination
    from assistant.told import Told
    from assistant.topics import Match
    from corpus.award import AwardRule
    from corpus.policy import Clause


@dataclass(frozen=True, slots=True)
class Request:
    """One turn as it comes in."""

    text: str
    context: Context


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the policies hold on a question.

    `matches` rank the clauses that share its words; `topics` are the clauses it is about, taken
    from its references, its words or the conversation; `notes` say which part of the search was out
    of order.
    """

    reading: Reading
    matches: tuple[Match, ...] = ()
    topics: tuple[Clause, ...] = ()
    unmentioned: Unmentioned = field(default_factory=Unmentioned)
    told: tuple[Told, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def unknown(self) -> tuple[Term, ...]:
        """Return the terms for want of which nothing can be answered."""
        return self.unmentioned.terms if self.unmentioned.decides else ()

    @property
    def question(self) -> Question:
        """Return the question as read."""
        return self.reading.question


@dataclass(frozen=True, slots=True)
class Worked:
    """Evidence with what the calculator made of it.

    `calculations` and `inverses` stand in the order of the topics; `facts` are the inputs used;
    `open` is the rule whose input has to be asked for; `either` are
    awards of one clause any of which the one figure may be of; `together` several cases of the
    talk added up or set against each other; `remarks` explain figures left out.
    """

    evidence: Evidence
    calculations: tuple[Calculation, ...] = ()
    inverses: tuple[Inverse, ...] = ()
    facts: tuple[tuple[str, Facts], ...] = ()
    open: AwardRule | None = None
    either: tuple[AwardRule, ...] = ()
    together: Combination | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before the gate; `passages` are the parts of its text, none when they are not told
    apart; `use` tells what became of the chat model, None when there is none."""

    worked: Worked
    outcome: Outcome
    text: str
    citations: tuple[Citation, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    choices: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()
    use: ModelUse | None = None


def answered(
    worked: Worked, text: str, citations: Sequence[Citation], said: Sequence[Passage]
) -> Draft:
    """Return the draft of an answer without calculations."""
    return Draft(worked, Outcome.ANSWERED, text, tuple(citations), passages=tuple(said))
