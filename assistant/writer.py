"""The chat model's part of a turn: an explanation beside the draft, or none and the reason.

The chain has its draft before the model is asked. What it decided firmly stays; conclusion,
quotations, calculations and caveats of an answer stay as they are. The model's sentences come below
the conclusion, each only when it and the whole answer with it have passed the gate. Whatever goes
wrong, the draft is the answer, and a note says that the model was not used.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant import prompts, wording
from assistant.agent_tools import Sources, agent_tools
from assistant.answer import Outcome
from assistant.breaker import Breaker
from assistant.budget import DayBook, Meter
from assistant.model import ChatModel, Task
from assistant.model_scope import is_open, with_note
from assistant.model_use import Fate, ModelFault, ModelUse
from assistant.prose import (
    LONGEST_REPLY,
    MOST_SENTENCES,
    Sentence,
    cut,
    explained,
    resolved,
)
from assistant.rewrite import acceptable, is_ours, suggested, taken_up
from assistant.verify import faults

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from assistant.lexicon import Lexicon
    from assistant.model_settings import ModelSettings
    from assistant.model_use import Stop
    from index.retriever import PolicyRetriever

from assistant.steps import Draft

logger = logging.getLogger(__name__)
_ATTEMPTS = 2
_MOST_REASONS = 12
_MOST_NAMES = 40

Again = Callable[[str], Draft]
"""Asks the chain another question in the same conversation."""
Hear = Callable[[Draft], None]
"""Takes the draft each time a checked sentence has been added."""


@dataclass(slots=True)
class _Turn:
    """One turn of the writer: its limits, and what has come of it so far."""

    meter: Meter
    until: float
    hear: Hear
    stop: Stop
    base: Draft
    said: list[Sentence] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    repaired: bool = False
    rewritten: bool = False


class Writer:
    """Asks the chat model for explanations, within the budgets of turn and day."""

    def __init__(
        self, settings: ModelSettings, home: Path, lexicon: Lexicon, retriever: PolicyRetriever
    ) -> None:
        self._settings = settings
        self._lexicon = lexicon
        self._retriever = retriever
        self._model = ChatModel(settings)
        self._book = DayBook(home)
        self._breaker = Breaker()

    def close(self) -> None:
        """Close the model's connections."""
        self._model.close()

    def write(self, draft: Draft, again: Again, hear: Hear, stop: Stop) -> Draft:
        """Return the draft with what became of the model, its explanation added when it holds.

        `hear` gets the draft as it grows, first as it is when it is an answer already.
        """
        if not is_open(draft):
            return replace(draft, use=ModelUse(Fate.NOT_NEEDED))
        started = time.monotonic()
        meter = Meter(self._settings, self._book)
        turn = _Turn(meter, started + self._settings.timeout, hear, stop, draft)
        try:
            written = self._asked(again, turn)
            fate = Fate.REREAD if turn.rewritten else Fate.SUGGESTED
            fate = Fate.USED if turn.said else fate
        except ModelFault as fault:
            if fault.fate.is_failure:
                self._breaker.failed()
            written, fate = turn.base, fault.fate
        use = ModelUse(
            fate=fate,
            sentences=len(turn.said) if fate is Fate.USED else 0,
            rejected=tuple(turn.rejected[:_MOST_REASONS]),
            repaired=turn.repaired,
            rewritten=turn.rewritten,
            calls=meter.calls,
            input_tokens=meter.input_tokens,
            output_tokens=meter.output_tokens,
            ms=(time.monotonic() - started) * 1000,
        )
        return replace(with_note(written, fate, self._lexicon), use=use)

    def _asked(self, again: Again, turn: _Turn) -> Draft:
        """Return what the model makes of the draft; raises ModelFault when it makes nothing."""
        turn.meter.check()
        if not self._breaker.allows():
            raise ModelFault(Fate.RESTING)
        if turn.base.outcome is not Outcome.ANSWERED and (read := self._read(again, turn)):
            if turn.base.outcome is not Outcome.NOT_UNDERSTOOD or not is_ours(read, turn.base):
                self._breaker.succeeded()
                offered = suggested(turn.base, read)
                if faults(offered, self._lexicon.library):
                    raise ModelFault(Fate.REJECTED)
                return offered
            turn.base, turn.rewritten = read, True
        written = None
        if turn.base.outcome is Outcome.NOT_UNDERSTOOD:
            written = self._explained(turn.base, wording.UNSURE, turn)
        elif not is_open(turn.base):
            written = turn.base
        elif turn.base.outcome is Outcome.ANSWERED:
            turn.hear(turn.base)
            written = self._explained(turn.base, None, turn)
        self._breaker.succeeded()
        if written is None:
            raise ModelFault(Fate.REJECTED if turn.rejected else Fate.NOTHING)
        return written

    def _read(self, again: Again, turn: _Turn) -> Draft | None:
        """Return the answer to what the model reads into a question, None when there is none."""
        names = [name for clause in self._lexicon.names for name in clause][:_MOST_NAMES]
        task = Task(prompts.REWRITE, (("user", prompts.rewrite(turn.base, names)),))
        text = self._whole_reply(task, turn).strip(' \n“”"').replace("?", "？")
        if _is_nothing(text):
            return None
        if not acceptable(text, turn.base, self._lexicon):
            turn.rejected.append(prompts.STRANGE_QUESTION)
            return None
        return taken_up(again(text), turn.base, text)

    def _explained(self, draft: Draft, lead: str | None, turn: _Turn) -> Draft | None:
        """Return the draft with what holds of the model's explanation, None when nothing does."""
        sources = Sources(draft, self._lexicon.library)
        tools = agent_tools(sources, self._lexicon.library, self._retriever, _told(draft))
        messages: tuple[tuple[str, str], ...] = (("user", prompts.explain(draft, sources)),)
        best: Draft | None = None
        for attempt in range(_ATTEMPTS):
            turn.repaired = attempt > 0
            task = Task(prompts.EXPLAIN, messages, tools)
            before = len(turn.rejected)
            text, best = self._sentences(task, draft, lead, sources, turn)
            if best or _is_nothing(text):
                break
            if len(text) >= LONGEST_REPLY:
                turn.rejected.append(prompts.TOO_LONG)
                break
            reasons = list(dict.fromkeys(turn.rejected[before:]))[:_MOST_REASONS]
            messages = (*messages, ("assistant", text), ("user", prompts.repair(reasons)))
        return best

    def _sentences(
        self, task: Task, draft: Draft, lead: str | None, sources: Sources, turn: _Turn
    ) -> tuple[str, Draft | None]:
        """Check sentence after sentence as they come; return the text and the draft with those."""
        text, rest = "", ""
        best: Draft | None = None
        with closing(self._model.reply(task, turn.meter, turn.until, turn.stop)) as pieces:
            for piece in pieces:
                text += piece
                done, rest = cut(rest + piece, whole=False)
                for raw in done:
                    best = self._added(raw, draft, lead, sources, turn) or best
                if len(text) >= LONGEST_REPLY or len(turn.said) >= MOST_SENTENCES:
                    return text[:LONGEST_REPLY], best
        for raw in cut(rest, whole=True)[0]:
            best = self._added(raw, draft, lead, sources, turn) or best
        return text, best

    def _added(
        self, raw: str, draft: Draft, lead: str | None, sources: Sources, turn: _Turn
    ) -> Draft | None:
        """Return the draft with one more sentence, None when that doesn't hold."""
        if len(turn.said) >= MOST_SENTENCES or _is_nothing(raw):
            return None
        found = resolved(raw, sources, self._lexicon.library)
        if not isinstance(found, Sentence):
            turn.rejected += found.reasons
            return None
        if found in turn.said:
            return None
        grown = explained(draft, [*turn.said, found], self._lexicon, lead)
        if wrong := faults(grown, self._lexicon.library):
            turn.rejected += wrong
            return None
        turn.said.append(found)
        turn.hear(grown)
        return grown

    def _whole_reply(self, task: Task, turn: _Turn) -> str:
        text = ""
        with closing(self._model.reply(task, turn.meter, turn.until, turn.stop)) as pieces:
            for piece in pieces:
                text += piece
                if len(text) >= LONGEST_REPLY:
                    break
        return text


def _is_nothing(text: str) -> bool:
    return text.strip(" 。\n") in ("", prompts.NONE)


def _told(draft: Draft) -> frozenset[Decimal]:
    """Return the values that the user named, in this turn or before."""
    worked = draft.worked
    found = {value for told in worked.evidence.told for value in told.quantity.values}
    facts = (*worked.facts, *worked.evidence.reading.context.facts)
    return frozenset(found | {v for _, own in facts for _, values in own for v in values})
