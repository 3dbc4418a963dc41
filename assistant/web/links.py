"""Addresses from one page to another: a clause with words marked, an award with its figures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.award import AwardRule

_SPAN = re.compile(
    r"(?P<policy>[^:]+):(?P<clause>.+):(?P<start>\d{1,7})-(?P<end>\d{1,7})", re.ASCII
)
_PLAIN = "/:.,-"


def anchor(policy: str, clause: str) -> str:
    """Return the id of a clause on the policy page: minhang-robot-5.

    Labels keep their own characters (二、5), which a page's ids allow; blanks do not.
    """
    return re.sub(r"\s", "_", f"{policy}-{clause}")


def clause_link(policy: str, clause: str, spans: Iterable[tuple[int, int]] = ()) -> str:
    """Return the address of a clause; `spans` are offsets in its text, to be marked there."""
    words = [("quote", f"{policy}:{clause}:{start}-{end}") for start, end in spans]
    query = urlencode(words or [("policy", policy)], safe=_PLAIN)
    return f"/policy?{query}#{quote(anchor(policy, clause))}"


def read_span(text: str) -> tuple[str, str, int, int] | None:
    """Read policy, clause, start and end from a `quote` of `clause_link`; None if it isn't one."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    return found["policy"], found["clause"], int(found["start"]), int(found["end"])


def calculator_link(
    rules: Iterable[AwardRule], figures: Iterable[tuple[AwardRule, str, str]] = ()
) -> str:
    """Return the address of the calculator with these awards open.

    `figures` fill it in: the award, the input's id, and the value as written ("1500万元").
    """
    fields = [("award", award_key(rule)) for rule in rules]
    fields += [(f"{award_key(rule)}.{name}", value) for rule, name, value in figures]
    return f"/calculator?{urlencode(fields, safe=_PLAIN)}"


def award_key(rule: AwardRule) -> str:
    """Return the name that tells an award from those of all policies."""
    return f"{rule.policy}/{rule.id}"


def question_link(question: str) -> str:
    """Return the address of the chat with a question ready to be sent."""
    return f"/?{urlencode({'question': question})}"
