"""How an answer is laid out: conclusion, the quotations it rests on, working, draft notice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant import wording
from assistant.scope import policy_prefix

if TYPE_CHECKING:
    from assistant.answer import Citation
    from assistant.lexicon import Lexicon

_MOST_QUOTES = 3


def with_basis(lines: list[str], citations: list[Citation], lexicon: Lexicon) -> str:
    """Join the lines with the quotations they rest on and, once, the draft notice.

    The quotations follow the conclusion: the first line that is not a warning.
    """
    warnings = (at for at, line in enumerate(lines) if not line.startswith(wording.WARNING))
    at = next(warnings, 0) + 1
    head, rest = lines[:at], lines[at:]
    parts = ["\n\n".join(head)] if head else []
    if citations:
        parts.append(quoted(citations, lexicon))
    if rest:
        parts.append("\n\n".join(_grouped(rest)))
    policy = lexicon.library.policy(citations[0].policy) if citations else None
    if policy and (notice := wording.draft_notice(policy.info)):
        parts.append(notice)
    return "\n\n".join(parts)


def _grouped(lines: list[str]) -> list[str]:
    """Keep the numbered steps together as one list."""
    groups: list[str] = []
    for line in lines:
        if groups and re.match(r"\d+\. ", line) and re.match(r"\d+\. ", groups[-1].split("\n")[-1]):
            groups[-1] += "\n" + line
        else:
            groups.append(line)
    return groups


def quoted(citations: list[Citation], lexicon: Lexicon) -> str:
    """Return the quotations as blocks, one a clause, each with its source."""
    blocks = []
    for place in dict.fromkeys((c.policy, c.clause) for c in citations):
        own = [c for c in citations if (c.policy, c.clause) == place]
        outer = [c for c in own if not any(c.quote != o.quote and c.quote in o.quote for o in own)]
        lines = [f"> {line}" for c in dict.fromkeys(outer) for line in c.quote.split("\n")]
        clause = lexicon.library.clause(*place)
        source = policy_prefix(own[0].policy, lexicon) + (clause.name if clause else own[0].label)
        blocks.append("\n>\n".join([*lines, f"> ——{source}"]))
    return "\n\n".join(blocks)
