"""Answers to A还是B: when a clause uses the words of exactly one of the two, those words answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant import wording
from assistant.answer import Outcome
from assistant.layout import with_basis
from assistant.sentences import sentences
from assistant.steps import Draft, Worked

if TYPE_CHECKING:
    from assistant.lexicon import Lexicon

_OR = re.compile(r"([^，。？?！!；、]{2,24})[，,]?还是(?:说)?([^，。？?！!；]{2,24})")
_VERB = "是|按照?|依照?|用|以|看|属于|算|给|发|补|拿|要|得|需要?|必须"
_LEAD = re.compile(rf"^.*(?:{_VERB})(?!.*(?:{_VERB}))")
_REST = re.compile(r"(?:来|去)?(?:计算|核算|算|计|定|给|发|补|拿|呢|的|吗|啊)*$")
_AND_ABOVE = re.compile(r"(?:及|或)?以[上下内外]")
_SHORTEST = 2


def either_or(worked: Worked, lexicon: Lexicon) -> Draft | None:
    """Return the draft that quotes the option which the clause asked about names, or None."""
    evidence = worked.evidence
    match = _OR.search(evidence.question.text)
    if match is None or not evidence.topics or evidence.unknown or worked.calculations:
        return None
    clause = evidence.topics[0]
    first, second = _named(match[1], clause.text), _named(match[2], clause.text)
    said = [word for word in (first, second) if word and word in clause.text]
    if len(said) != 1 or first in second or second in first:
        return None
    chosen = [s for s in sentences(clause) if said[0] in s.text][:1]
    other = second if said[0] == first else first
    beyond = _AND_ABOVE.match(clause.text, clause.text.index(said[0]) + len(said[0]))
    form = wording.EITHER_AND_ABOVE if beyond else wording.EITHER_OR
    words = said[0] + (beyond[0] if beyond else "")
    lines = [form.format(reference=clause.reference, said=words, other=other)]
    citations = tuple(sentence.cite() for sentence in chosen)
    return Draft(worked, Outcome.ANSWERED, with_basis(lines, list(citations), lexicon), citations)


def _named(option: str, text: str) -> str:
    """Return what an option names: its longest ending that a text holds, else all but the verb."""
    words = _REST.sub("", option.strip())
    bare = _LEAD.sub("", words)
    starts = (at for at in range(len(words) - _SHORTEST + 1) if not words[at - 1 : at].isdigit())
    ends = (words[at:] for at in starts)
    held = next((end for end in ends if end in text), "")
    return held if 2 * len(held) >= len(bare) else bare
