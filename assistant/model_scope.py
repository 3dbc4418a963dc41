"""What the chat model may add to, and what an answer says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant import wording
from assistant.answer import Outcome
from assistant.passage import Part
from assistant.prose import noted
from assistant.verify import faults

if TYPE_CHECKING:
    from assistant.lexicon import Lexicon
    from assistant.model_use import Fate
    from assistant.steps import Draft

_UNSURE = (Outcome.NOT_UNDERSTOOD, Outcome.SILENT_TOPIC, Outcome.OFF_TOPIC)


def is_open(draft: Draft) -> bool:
    """Tell whether the model may add to a draft.

    It may explain an answer from clauses, but a list says everything already; to what was not
    understood, or is of nothing that the policies mention, it may find the question that was meant.
    """
    if draft.worked.evidence.question.talk:
        return False
    if draft.outcome in _UNSURE:
        return True
    listed = any(passage.part is Part.ITEM for passage in draft.passages)
    return draft.outcome is Outcome.ANSWERED and bool(draft.citations) and not listed


def with_note(draft: Draft, fate: Fate, lexicon: Lexicon) -> Draft:
    """Say whether the model's words are in the answer, and if not, why; an ending needs none."""
    is_ending = draft.outcome in (Outcome.SILENT_TOPIC, Outcome.OFF_TOPIC)
    note = "" if is_ending else wording.MODEL_NOTES.get(fate, "")
    shown = noted(draft, note) if note else draft
    return draft if faults(shown, lexicon.library) else shown
