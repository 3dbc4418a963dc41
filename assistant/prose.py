"""A chat model's text → sentences with their citations and figures, and a draft that holds them.

The model writes marks only: `[[2]]` for a clause, `{{award.amount}}` for a figure. What they stand
for comes from `Sources`; a mark that was never given is dropped, and a sentence without any goes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant import wording
from assistant.agent_tools import figure
from assistant.grounding import objections
from assistant.layout import quoted
from assistant.passage import Part, Passage
from assistant.sentences import sentences
from corpus.award import Nature
from corpus.policy import bracketed
from index.words import bigrams

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.agent_tools import Sources
    from assistant.answer import Citation
    from assistant.calculation import Calculation
    from assistant.lexicon import Lexicon
    from assistant.steps import Draft
    from corpus.library import Library
    from corpus.policy import Clause

MOST_SENTENCES = 8
LONGEST_REPLY = 3_000
_CITATION = re.compile(r"\s*\[\[\s*(\d{1,3})\s*\]\]")
_FIGURE = re.compile(r"\{\{\s*([\w.-]{1,100})\s*\}\}")
_STRAY = re.compile(r"\[\[[^\]]{0,40}\]\]|\{\{[^}]{0,100}\}\}")
_STOP = "。！？；\n"
_ENDED = re.compile(rf"[^{_STOP}]*[{_STOP}](?:\s*\[\[\s*\d{{1,3}}\s*\]\])*")
_BULLET = re.compile(r"^[\s\-*•·>]+|\*\*|__")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its marks resolved: its words, and the clauses it rests on."""

    text: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A sentence that is not shown, and why."""

    text: str
    reasons: tuple[str, ...]


def cut(text: str, *, whole: bool) -> tuple[list[str], str]:
    """Return the sentences that a text has finished, and the rest; `whole`: it will not go on.

    Marks behind the full stop belong to the sentence, so one is finished when the next has begun.
    """
    found: list[str] = []
    at = 0
    for match in _ENDED.finditer(text):
        following = text[match.end() :].lstrip(" ")
        if not whole and (not following or following.startswith("[")):
            break
        found.append(match[0])
        at = match.end()
    rest = text[at:]
    if whole and rest.strip():
        found, rest = [*found, rest], ""
    return [sentence for sentence in found if sentence.strip(_STOP + " ")], rest


def resolved(raw: str, sources: Sources, library: Library) -> Sentence | Rejected:
    """Return a sentence with its marks resolved, or the reasons why it can't be shown."""
    text = _BULLET.sub("", raw.strip())
    numbers = [int(number) for number in _CITATION.findall(text)]
    named = _FIGURE.findall(text)
    sums = [sources.calculations[name] for name in named if name in sources.calculations]
    if len(sums) < len(named):
        return Rejected(raw, ("没有这个金额标记",))
    clauses = [clause for number in numbers if (clause := sources.clause(number))]
    clauses += [clause for found in sums if (clause := _clause_of(found, library))]
    bare = _STRAY.sub("", _CITATION.sub("", _FIGURE.sub("", text)))
    if not clauses:
        return Rejected(raw, ("没有引用标记",))
    clauses = list(dict.fromkeys(clauses))
    if len(clauses) > 1:
        return Rejected(raw, ("一句只引用一条",))
    if reasons := objections(bare, _words_of(clauses, library)):
        return Rejected(raw, reasons)
    return Sentence(_written(text, clauses, sources), tuple(clauses))


def _clause_of(calculation: Calculation, library: Library) -> Clause | None:
    return library.clause(calculation.policy, calculation.clause)


def _words_of(clauses: Sequence[Clause], library: Library) -> list[str]:
    """Return what a sentence may say of clauses: their text and what their awards are called."""
    found = [part for clause in clauses for part in (*clause.section, clause.title, clause.text)]
    rules = [rule for clause in clauses for rule in library.awards_of(clause.policy, clause.label)]
    return found + [name for rule in rules for name in (rule.title, *rule.names)]


def _written(text: str, clauses: Sequence[Clause], sources: Sources) -> str:
    """Put figures in the place of their marks and the clauses' numbers at the end."""

    def amount(match: re.Match[str]) -> str:
        found = sources.calculations[match[1]]
        ceiling = wording.IS_CEILING if found.nature is Nature.CEILING else ""
        return f"{figure(found)}{ceiling}"

    said = _STRAY.sub("", _CITATION.sub("", _FIGURE.sub(amount, text)))
    said = re.sub(r"\s+", "", said).rstrip(_STOP + "，、,")
    places = "、".join(dict.fromkeys(clause.reference for clause in clauses))
    return f"{said}{bracketed(places)}。"


def explained(
    draft: Draft, said: Sequence[Sentence], lexicon: Lexicon, lead: str | None = None
) -> Draft:
    """Return the draft with these sentences below its conclusion; all else stays as it is.

    `lead` stands in the place of the whole draft where it concludes nothing.
    """
    lines = tuple(
        Passage(Part.DETAIL, sentence.text).resting_on(*sentence.clauses) for sentence in said
    )
    cited = {(citation.policy, citation.clause) for citation in draft.citations}
    new = [
        _best_citation(clause, [s.text for s in said if clause in s.clauses])
        for clause in dict.fromkeys(clause for sentence in said for clause in sentence.clauses)
        if (clause.policy, clause.label) not in cited
    ]
    paragraph = "".join(line.text for line in lines)
    if new:
        paragraph += f"\n\n{quoted(new, lexicon)}"
    if lead is not None:
        first = Passage(Part.CONCLUSION, lead)
        text = _with_notice(f"{lead}\n\n{paragraph}", new, lexicon)
        return replace(draft, text=text, citations=tuple(new), passages=(first, *lines))
    at = _after_conclusion(draft)
    text = f"{draft.text[:at]}\n\n{paragraph}{draft.text[at:]}"
    passages = (*draft.passages, *lines) if draft.passages else ()
    return replace(draft, text=text, citations=(*draft.citations, *new), passages=passages)


def noted(draft: Draft, note: str) -> Draft:
    """Return the draft with a note at its end."""
    passages = (*draft.passages, Passage(Part.CAVEAT, note)) if draft.passages else ()
    return replace(draft, text=f"{draft.text}\n\n{note}", passages=passages)


def _after_conclusion(draft: Draft) -> int:
    """Return where the paragraph of the first line that is not a warning ends."""
    firsts = (p.text for p in draft.passages if p.part is not Part.WARNING and p.text)
    first = next(firsts, "")
    start = draft.text.find(first) + len(first)
    end = draft.text.find("\n\n", start)
    return len(draft.text) if end < 0 else end


def _best_citation(clause: Clause, said: Iterable[str]) -> Citation:
    """Return the sentence of a clause that shares most with what is said of it."""
    pairs = set(bigrams("".join(said)))
    best = max(sentences(clause), key=lambda one: len(pairs & set(bigrams(one.text))))
    return best.cite()


def _with_notice(text: str, cited: Sequence[Citation], lexicon: Lexicon) -> str:
    policy = lexicon.library.policy(cited[0].policy) if cited else None
    notice = wording.draft_notice(policy.info) if policy else ""
    return f"{text}\n\n{notice}" if notice else text
