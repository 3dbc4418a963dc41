"""Whether a figure is spoken of as one that the policy states: 150万，这个数是给谁的."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.lexicon import language

if TYPE_CHECKING:
    from assistant.question import Question
    from corpus.money import Quantity


def is_policys(question: Question, quantity: Quantity, *, leaning: bool) -> bool:
    """Tell whether a figure is the policy's by the words around it, never one of the asker's own.

    A claim that opens a turn of its own says what the figure is: 500亿是产业规模，对吧.
    """
    words = language()
    if re.search(words["of_oneself"], question.text):
        return False
    before, after = question.text[: quantity.start], question.text[quantity.end :]
    claims = question.confirms and not leaning and not before
    return bool(
        re.search(words["policys_figure_before"], before)
        or re.search(words["policys_figure"], after)
        or (claims and re.search(words["claimed_figure"], after))
    )
