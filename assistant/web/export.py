"""A turn as Markdown to copy or to keep: the answer with its citations and its calculations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answer import Status
from assistant.passage import Part
from assistant.web import texts
from assistant.web.marks import sources_of
from assistant.wording import draft_notice, policy_name
from corpus.money import write_money

if TYPE_CHECKING:
    from assistant.answer import Answer
    from assistant.calculation import Calculation
    from assistant.passage import Passage
    from assistant.web.marks import Shelf, Sources

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")


def plain_words(text: str) -> str:
    """Return a user's words so that Markdown shows them as they are, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def turn_markdown(answer: Answer, shelf: Shelf) -> str:
    """Return an answer as Markdown: said, basis, calculations, caveats, notice of a draft."""
    sources = sources_of(answer)
    if not answer.passages:
        return "\n\n".join(filter(None, [answer.text, _basis(sources, shelf)]))
    said = [_line(p, sources) for part in _SAID for p in answer.passages if p.part is part]
    caveats = [f"- {p.text}" for p in answer.passages if p.part is Part.CAVEAT and p.text]
    caveats += [f"- {notice.strip('（）')}" for notice in _notices(sources, shelf)]
    parts = [
        "\n\n".join(said),
        _basis(sources, shelf),
        *(_table(calculation) for calculation in answer.calculations),
        f"{texts.CAVEATS}：\n\n" + "\n".join(caveats) if caveats else "",
    ]
    return "\n\n".join(part for part in parts if part)


_SAID = (Part.WARNING, Part.CONCLUSION, Part.QUOTE, Part.DETAIL, Part.ITEM)


def ending_label(answer: Answer) -> str:
    """Return how a turn ended, in words."""
    status = answer.outcome.status
    if status is Status.ANSWERED and not answer.citations:
        return ""
    return texts.OUTCOME_LABELS.get(answer.outcome, texts.STATUS_LABELS[status])


def _line(passage: Passage, sources: Sources) -> str:
    signs = "".join(sources[place].sign for place in passage.places if place in sources)
    forms = {Part.ITEM: "- {}", Part.QUOTE: "> {}"}
    return forms.get(passage.part, "{}").format(passage.text + signs)


def _basis(sources: Sources, shelf: Shelf) -> str:
    rows = []
    for source in sources.values():
        policy = next((p for p in shelf.policies if p.id == source.place[0]), None)
        name = policy_name(policy.info) if policy else ""
        title = f"（{source.title}）" if source.title else ""
        rows.append(f"{source.sign} {name}{source.label}{title}")
        rows += ["\n".join(f"> {line}" for line in c.quote.split("\n")) for c in source.quotes]
    return f"{texts.EVIDENCE}：\n\n" + "\n\n".join(rows) if rows else ""


def _table(calculation: Calculation) -> str:
    if not calculation.lines:
        return ""
    rows = [(x.item, x.working or x.text, x.result, x.quote) for x in calculation.lines]
    amount = calculation.amount
    total = "" if amount is None else f" {write_money(amount)}"
    nature = "" if amount is None else f"（{texts.NATURE_LABELS[calculation.nature]}）"
    head = f"{texts.CALCULATION}：{calculation.title}{total}{nature}"
    table = [texts.STEP_HEADINGS, ("---",) * len(texts.STEP_HEADINGS), *rows]
    return f"{head}\n\n" + "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in table)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _notices(sources: Sources, shelf: Shelf) -> list[str]:
    cited = {place[0] for place in sources}
    notices = [draft_notice(policy.info) for policy in shelf.policies if policy.id in cited]
    return [notice for notice in dict.fromkeys(notices) if notice]
