"""An assistant whose turns are kept in the journal, asked just like the assistant itself."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.journal import PATIENCE_SECONDS, new_id, now
from assistant.model_use import QUIET
from assistant.record import (
    MOST_EARLIER,
    Answered,
    Asked,
    Channel,
    Cited,
    Failed,
    Feedback,
    Unanswered,
    Withdrawn,
    recordable,
)
from assistant.versions import Versions, text_hash

if TYPE_CHECKING:
    from assistant.answer import Answer, Citation
    from assistant.chain import Assistant, Conversation, Turn
    from assistant.journal import Journal
    from assistant.model_use import Aloud
    from assistant.steps import Draft
    from corpus.library import Library
    from index.retriever import PolicyRetriever

_LONGEST_NOTE = 1_000


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as the journal knows it: its id and its last questions, masked."""

    id: str = field(default_factory=new_id)
    earlier: tuple[str, ...] = ()
    inner: Conversation | None = None


@dataclass(frozen=True, slots=True)
class RecordedTurn:
    """A turn with the id it has in the journal; `conversation` is what the next turn needs."""

    id: str
    conversation: Talk
    turn: Turn

    @property
    def answer(self) -> Answer:
        """Return the finished answer."""
        return self.turn.answer

    @property
    def draft(self) -> Draft:
        """Return what the steps of the chain found."""
        return self.turn.draft


class RecordedAssistant:
    """Asks an assistant and keeps question and answer, with what the answer was made from."""

    def __init__(
        self,
        assistant: Assistant,
        journal: Journal,
        channel: Channel,
        user: str = "",
        versions: Versions | None = None,
    ) -> None:
        self._assistant = assistant
        self._journal = journal
        self._channel = channel
        self._user = user
        self._versions = versions or Versions.of(assistant.library)

    @property
    def library(self) -> Library:
        """Return where the policies are kept."""
        return self._assistant.library

    @property
    def retriever(self) -> PolicyRetriever:
        """Return what finds the clauses."""
        return self._assistant.retriever

    def gist(self, question: str) -> str:
        """Return the words for what a question is about."""
        return self._assistant.gist(question)

    def on(self, channel: Channel, user: str = "") -> RecordedAssistant:
        """Return the same assistant for questions asked at another place, by an account there."""
        return RecordedAssistant(self._assistant, self._journal, channel, user, self._versions)

    @property
    def speaks(self) -> bool:
        """Tell whether answers grow while one listens."""
        return self._assistant.speaks

    def ask(
        self, question: str, conversation: Talk | None = None, aloud: Aloud | None = None
    ) -> RecordedTurn:
        """Answer one turn; its question is on the disk before the answer is handed back.

        It is not waited for when the journal can't be written.
        """
        talk = conversation or Talk()
        kept = recordable(question)
        turn_id = new_id()
        asked = Asked(turn_id, now(), talk.id, self._channel, kept, talk.earlier, self._user)
        ticket = self._journal.put(asked)
        try:
            turn = self._assistant.ask(question, talk.inner, aloud)
        except Exception:
            self._journal.put(Failed(turn_id))
            raise
        self._journal.put(answered(turn_id, turn.answer, self.library, self._versions))
        self._journal.settle(ticket)
        earlier = (*talk.earlier, kept)[-MOST_EARLIER:]
        return RecordedTurn(turn_id, Talk(talk.id, earlier, turn.conversation), turn)

    def recall(self, question: str, conversation: Talk | None = None) -> RecordedTurn:
        """Answer one turn again, without keeping it and without the chat model."""
        talk = conversation or Talk()
        turn = self._assistant.ask(question, talk.inner, QUIET)
        earlier = (*talk.earlier, recordable(question))[-MOST_EARLIER:]
        return RecordedTurn("", Talk(talk.id, earlier, turn.conversation), turn)

    def judge(self, turn_id: str, thumb: int, reason: str = "") -> None:
        """Keep what a user thinks of an answer: 1 up, -1 down, 0 takes it back."""
        words = recordable(reason, _LONGEST_NOTE)
        self._journal.put(Feedback(turn_id, now(), (thumb > 0) - (thumb < 0), words))

    def note_unanswered(
        self, question: str, need: str = "", note: str = "", turn_id: str | None = None
    ) -> str:
        """Keep a caller's question that could not be answered; return the note's id."""
        asked, need, note = (recordable(text, _LONGEST_NOTE) for text in (question, need, note))
        entry = Unanswered(new_id(), now(), asked, need, note, turn_id, self._user)
        self._journal.settle(self._journal.put(entry))
        return entry.id

    def withdraw(self, note_id: str) -> None:
        """Take back a note that the same user made."""
        self._journal.settle(self._journal.put(Withdrawn(note_id, self._user)))

    def catch_up(self, seconds: float = PATIENCE_SECONDS) -> bool:
        """Wait until what was asked and noted can be read back; tell whether it can."""
        return self._journal.flush(seconds)


def answered(turn_id: str, answer: Answer, library: Library, versions: Versions) -> Answered:
    """Return what the journal keeps of an answer."""
    return Answered(
        id=turn_id,
        at=now(),
        status=answer.outcome.status.value,
        outcome=answer.outcome.value,
        text=recordable(answer.text),
        understood=recordable(answer.understood) if answer.understood else None,
        citations=tuple(_cited(citation, library) for citation in answer.citations),
        calculations=json.dumps([c.to_json() for c in answer.calculations], ensure_ascii=False),
        rules=versions.rules,
        policies=versions.policies,
        latency_ms=round(answer.latency_ms, 2),
    )


def _cited(citation: Citation, library: Library) -> Cited:
    clause = library.clause(citation.policy, citation.clause)
    return Cited(**citation.to_json(), clause_hash=text_hash(clause.text) if clause else "")
