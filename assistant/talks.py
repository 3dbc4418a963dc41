"""Conversations of other programs, which send all their questions with every new one.

The same questions lead to the same conversation, so nothing else that a program sends is trusted.
What follows after the questions of one client is remembered for a while, under a hash of exactly
these questions and this client; what isn't remembered is asked again, without being kept.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from assistant.record import Channel
from assistant.recorded import RecordedAssistant
from assistant.web.conversation import again_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.web.conversation import Assistant, Turn

_MOST_KEPT = 1_000


class Talks:
    """Asks for the doors; every new question goes to the journal as one of the API's."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant: Any = assistant
        if isinstance(assistant, RecordedAssistant):
            self._assistant = assistant.on(Channel.API)
        self._again = again_by(self._assistant)
        self._kept: OrderedDict[bytes, Any] = OrderedDict()
        self._lock = threading.Lock()

    def cost(self, client: str, earlier: Sequence[str]) -> int:
        """Return how many answers it takes to answer one more question."""
        return 1 + len(earlier) - self._known(client, earlier)[0]

    def ask(self, client: str, earlier: Sequence[str], question: str) -> Turn:
        """Answer a question of a client that follows these earlier ones."""
        known, conversation = self._known(client, earlier)
        for asked in earlier[known:]:
            conversation = self._again(asked, conversation).conversation
        turn: Turn = self._assistant.ask(question, conversation)
        self._keep(_key(client, [*earlier, question]), turn.conversation)
        return turn

    def ask_all(self, client: str, questions: Sequence[str]) -> list[Turn]:
        """Answer the questions of one conversation in turn."""
        turns: list[Turn] = []
        for at, question in enumerate(questions):
            conversation = turns[-1].conversation if turns else None
            turns.append(self._assistant.ask(question, conversation))
            self._keep(_key(client, questions[: at + 1]), turns[-1].conversation)
        return turns

    def _known(self, client: str, earlier: Sequence[str]) -> tuple[int, Any]:
        """Return how many of the earlier questions are remembered, and what follows them."""
        keys = [_key(client, earlier[:count]) for count in range(len(earlier), 0, -1)]
        with self._lock:
            for skipped, key in enumerate(keys):
                if key in self._kept:
                    return len(earlier) - skipped, self._kept[key]
        return 0, None

    def _keep(self, key: bytes, conversation: Any) -> None:
        with self._lock:
            self._kept[key] = conversation
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)


def _key(client: str, questions: Sequence[str]) -> bytes:
    digest = hashlib.sha256()
    for part in (client, *questions):
        coded = part.encode("utf-8", "surrogatepass")
        digest.update(len(coded).to_bytes(8, "big") + coded)
    return digest.digest()
