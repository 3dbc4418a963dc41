"""The desk's script: an answer phrased to be read aloud on the phone, and as text to copy.

Nothing is answered here. The lines are those of a checked answer, put into the order of speaking,
its signs of arithmetic in words; figures and quotations stay as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from assistant import wording
from assistant import wording_desk as words
from assistant.calculation import Step
from assistant.passage import Part
from assistant.payment import written
from assistant.sentences import cite_words
from corpus.award import Nature
from corpus.money import write_money
from corpus.policy import bracketed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from assistant.answer import Answer, Citation
    from assistant.calculator_form import Case
    from corpus.library import Library
    from corpus.policy import Policy

_MOST_QUOTES = 3
_NUMBERED = re.compile(r"^\d+\. ")
_SAID = (Part.WARNING, Part.CONCLUSION, Part.DETAIL, Part.ITEM)


class Tone(StrEnum):
    """What a line of a script is to the caller."""

    SAY = "say"
    QUOTE = "quote"
    WORKING = "working"
    CARE = "care"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to say."""

    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class Script:
    """What to read aloud, the citations it rests on, and the text to copy with them."""

    lines: tuple[Line, ...]
    citations: tuple[Citation, ...]
    text: str


def script(answer: Answer, library: Library, day: date) -> Script:
    """Return an answer as a script; `day` is the day it was asked on."""
    said = [p for part in _SAID for p in answer.passages if p.part is part]
    lines = [Line(Tone.SAY, plain(p.text)) for p in said if p.text]
    if not answer.passages:
        lines = [Line(Tone.SAY, plain(part)) for part in answer.text.split("\n") if part.strip()]
    steps = [p.text for p in answer.passages if p.part is Part.WORKING]
    cares = [p.text for p in answer.passages if p.part is Part.CAVEAT]
    return _script(lines, answer.citations, steps, cares, library, day)


def case_script(case: Case, library: Library, day: date) -> Script | None:
    """Return what the calculator found as a script; None while a figure is missing or amiss."""
    result = case.result
    if result is None or result.amount is None:
        return None
    reference, told = case.clause.reference, figures(case)
    form = words.COMES_TO_MOST if result.nature is Nature.CEILING else words.COMES_TO
    said = form.format(figures=told, sum=write_money(result.amount), place=bracketed(reference))
    if not result.amount:
        said = words.COMES_TO_NOTHING.format(reference=reference, title=case.rule.title)
    reasons = [Line(Tone.SAY, f"{unmet.reason}。") for unmet in result.unmet]
    steps = [line.text for line in result.lines if isinstance(line, Step)] if result.amount else []
    open_points = "；".join(condition.text for condition in result.conditions)
    cares = [words.OPEN.format(conditions=open_points)] if open_points and result.amount else []
    if result.nature is Nature.CEILING and result.amount:
        cares.insert(0, wording.CEILING)
    quotes = dict.fromkeys(line.quote for line in result.lines if line.quote)
    cited = [found for quote in quotes if (found := cite_words(case.clause, quote))]
    return _script([Line(Tone.SAY, said), *reasons], cited, steps, cares, library, day)


def figures(case: Case) -> str:
    """Return the figures of a case as a person would say them: 投资额500万元，面积300平方米."""
    told = [
        words.FIGURE.format(
            label=field.input.label,
            values="、".join(
                written(row.value, field.input.unit) for row in field.rows if row.value is not None
            ),
        )
        for field in case.fields
        if any(row.value is not None for row in field.rows)
    ]
    return "，".join(told) or words.SIMPLY_SO


def plain(text: str) -> str:
    """Return Markdown as the words alone, its signs of arithmetic spoken."""
    text = re.sub(r"^(?:>|[-*])\s+", "", text.strip()).replace("**", "")
    for sign, said in words.SAID_ALOUD:
        text = text.replace(sign, said)
    return text


def _script(
    said: Sequence[Line],
    citations: Sequence[Citation],
    steps: Sequence[str],
    cares: Sequence[str],
    library: Library,
    day: date,
) -> Script:
    policies = [p for p in library.policies if p.id in {c.policy for c in citations}]
    lines = [*_opened(said, policies), *_quoted(citations, said), *_worked(steps)]
    lines += [Line(Tone.CARE, words.CARE.format(words=plain(care))) for care in cares if care]
    lines += _draft(policies)
    copied = [*(line.text for line in lines), *_sources(citations, policies)]
    copied.append(words.ASKED_ON.format(day=words.DAY.format(day=day)))
    return Script(tuple(lines), tuple(citations), "\n".join(copied))


def _opened(said: Sequence[Line], policies: Sequence[Policy]) -> list[Line]:
    """Return the lines with the policy named first, where they don't name it themselves."""
    unnamed = [p for p in policies if not any(p.info.short_title in line.text for line in said)]
    if not unnamed:
        return list(said)
    named = "、".join(wording.policy_name(policy.info) for policy in unnamed)
    return [Line(Tone.SAY, words.ACCORDING_TO.format(policies=named)), *said]


def _quoted(citations: Sequence[Citation], said: Sequence[Line]) -> list[Line]:
    """Return the quotations, introduced unless the line before ends with a colon."""
    quotes = dict.fromkeys(c.quote for c in citations)
    kept = [q for q in quotes if not any(q != other and q in other for other in quotes)]
    announced = bool(said) and said[-1].text.endswith("：")
    forms = [words.QUOTED_AFTER if announced else words.QUOTED, *[words.QUOTED_AFTER] * len(kept)]
    spoken = zip(forms, kept[:_MOST_QUOTES], strict=False)
    return [Line(Tone.QUOTE, form.format(words=quote)) for form, quote in spoken]


def _worked(steps: Sequence[str]) -> list[Line]:
    told = [plain(_NUMBERED.sub("", step)) for step in steps if step.strip() != wording.STEPS]
    if not told:
        return []
    return [Line(Tone.WORKING, words.WORKED.format(steps="；".join(told)))]


def _draft(policies: Iterable[Policy]) -> list[Line]:
    kinds: dict[str, list[str]] = {}
    for policy in policies:
        if not policy.info.in_force and policy.info.kind:
            kinds.setdefault(policy.info.kind, []).append(wording.policy_name(policy.info))
    return [
        Line(Tone.CARE, words.DRAFT.format(policies="、".join(named), kind=kind))
        for kind, named in kinds.items()
    ]


def _sources(citations: Sequence[Citation], policies: Sequence[Policy]) -> list[str]:
    titles = {policy.id: f"《{policy.info.title}》" for policy in policies}
    found = []
    for citation in citations:
        policy = next((p for p in policies if p.id == citation.policy), None)
        clause = policy.clause(citation.clause) if policy else None
        reference = clause.name if clause else citation.label
        found.append(words.SOURCE.format(policy=titles[citation.policy], reference=reference))
    return list(dict.fromkeys(found))
