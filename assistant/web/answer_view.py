"""An answer as HTML: conclusion, basis with marks, calculations as tables, caveats, what next.

Pure functions from values to HTML. Every word that comes from a question, a policy or an answer
is escaped; the blocks of an answer are shown one after the other.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from assistant.answer import Status
from assistant.passage import Part
from assistant.payment import written
from assistant.web import texts
from assistant.web.curve import curve
from assistant.web.links import calculator_link
from assistant.web.marks import mark, marks, opening, sources_of
from assistant.wording import draft_notice
from corpus.award import Nature, Rate
from corpus.money import write_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.answer import Answer
    from assistant.calculation import Calculation, Step, Unmet
    from assistant.passage import Passage
    from assistant.web.marks import Shelf, Source, Sources
    from corpus.award import AwardRule

_UNFOLDED = 3
"""Cited clauses shown at once; more are folded, for a list of items quotes them already."""
_EMPHASIS = re.compile(r"\*\*(.+?)\*\*")
_LAST = re.compile(r"(?:&[#\w]+;|[^;>\s])(?:</strong>)?[。；！？]?$")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"])


def failure(words: str) -> tuple[str, ...]:
    """Return the blocks of a turn that brought no answer."""
    return (f'<p class="conclusion failed">{escape(words)}</p>',)


def blocks(answer: Answer, shelf: Shelf) -> tuple[str, ...]:
    """Return an answer's blocks in the order of reading."""
    sources = sources_of(answer)
    parts = (
        _ending(answer) + _said(answer, sources, shelf),
        _basis(sources, shelf),
        *(_worked(calculation, sources, shelf) for calculation in answer.calculations),
        _caveats(answer, sources, shelf),
        _next(answer),
    )
    return tuple(part for part in parts if part)


def _ending(answer: Answer) -> str:
    """Say how the turn ended and, if it was rewritten, what was understood."""
    shown = []
    status = answer.outcome.status
    if answer.citations or status is not Status.ANSWERED:
        label = texts.OUTCOME_LABELS.get(answer.outcome, texts.STATUS_LABELS[status])
        shown.append(f'<span class="status status-{status.value}">{label}</span>')
    if answer.understood:
        words = escape(answer.understood)
        shown.append(f'<p class="understood">{texts.UNDERSTOOD}<q>{words}</q></p>')
    return "".join(shown)


def _said(answer: Answer, sources: Sources, shelf: Shelf) -> str:
    """Return warnings, conclusions, details and items; the whole text where no parts are told."""
    if not answer.passages:
        return f'<div class="prose-text">{_MARKDOWN.render(answer.text)}</div>'
    shown = []
    for part, form in _FORMS.items():
        lines = [passage for passage in answer.passages if passage.part is part and passage.text]
        rows = "".join(form.format(_sentence(line, sources, shelf)) for line in lines)
        shown.append(f'<ul class="items">{rows}</ul>' if rows and part is Part.ITEM else rows)
    return "".join(shown)


_FORMS = {
    Part.WARNING: '<p class="warning">{}</p>',
    Part.CONCLUSION: '<p class="conclusion">{}</p>',
    Part.QUOTE: "<blockquote>{}</blockquote>",
    Part.DETAIL: '<p class="detail">{}</p>',
    Part.ITEM: "<li>{}</li>",
}
"""The parts that stand above the basis, in the order they are read."""


def _sentence(passage: Passage, sources: Sources, shelf: Shelf) -> str:
    """Return a passage with its marks, the first of which stays on the line of the last word."""
    words = _EMPHASIS.sub(r"<strong>\1</strong>", escape(passage.text))
    signs = marks(passage.places, sources, shelf)
    last = _LAST.search(words)
    if not signs or not last:
        return words + signs
    before, end = words[: last.start()], last[0]
    if "</strong>" in end:
        before, end = f"{before}</strong>", f"<strong>{end}"
    return f'{before}<span class="kept">{end}{signs}</span>'


def _basis(sources: Sources, shelf: Shelf) -> str:
    """Return the cited clauses with the words quoted; many of them are folded."""
    if not sources:
        return ""
    rows = "".join(_source(source, shelf) for source in sources.values())
    if len(sources) <= _UNFOLDED:
        return f'<section class="basis"><h3>{texts.EVIDENCE}</h3><ol>{rows}</ol></section>'
    head = f"<summary>{texts.EVIDENCE}<small>{texts.clauses(len(sources))}</small></summary>"
    return f'<section class="basis"><details>{head}<ol>{rows}</ol></details></section>'


def _source(source: Source, shelf: Shelf) -> str:
    clause = shelf.clause(*source.place)
    title = escape(source.title) if clause is None or clause.is_named else ""
    policy = _policy_name(source, shelf)
    head = (
        f'<a class="source" {opening(source)}><b>{source.sign}'
        f" {policy}{escape(source.label)}</b> <span>{title}</span></a>"
    )
    quotes = "".join(f"<blockquote>{escape(c.quote)}</blockquote>" for c in source.quotes)
    return f"<li>{head}{quotes}</li>"


def _policy_name(source: Source, shelf: Shelf) -> str:
    """Return a policy's name where several are at hand, else nothing."""
    infos = [policy.info for policy in shelf.policies if policy.id == source.place[0]]
    return f"《{escape(infos[0].short_title)}》" if len(shelf.policies) > 1 and infos else ""


def _worked(calculation: Calculation, sources: Sources, shelf: Shelf) -> str:
    """Return one calculation as a table of 项目 · 计算 · 结果 · 依据."""
    if not calculation.lines:
        return ""
    source = sources.get((calculation.policy, calculation.clause))
    rows = "".join(_row(line, source, shelf) for line in calculation.lines)
    heads = "".join(f'<th scope="col">{head}</th>' for head in texts.STEP_HEADINGS)
    return (
        f'<section class="worked"><h3>{texts.CALCULATION}<small>{escape(calculation.title)}</small>'
        f"{_total(calculation)}</h3><table><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{_drawn(calculation, shelf)}</section>"
    )


def _drawn(calculation: Calculation, shelf: Shelf) -> str:
    """Return the award's curve with the user's point, and the way to other figures."""
    rules = shelf.awards_of(calculation.policy, calculation.clause)
    rule = next((rule for rule in rules if rule.id == calculation.award), None)
    if rule is None or calculation.parts:
        return ""
    figures = [
        (rule, item.id, written(value, item.unit))
        for item in rule.inputs
        for value in calculation.inputs.get(item.id, ())
    ]
    link = escape(calculator_link([rule], figures))
    return (
        f"<figure>{_curve(rule, calculation)}<figcaption>"
        f'<a href="{link}">{texts.TO_CALCULATOR}</a></figcaption></figure>'
    )


def _curve(rule: AwardRule, calculation: Calculation) -> str:
    """Return the curve of a rate with a cap; nothing where a curve would show nothing."""
    if calculation.amount is None or not isinstance(rule.amount, Rate) or not rule.caps:
        return ""
    return str(curve(rule, calculation.inputs))


def _total(calculation: Calculation) -> str:
    """Return what a calculation comes to; one that goes the other way has no sum of its own."""
    if calculation.amount is None:
        return ""
    total = write_money(calculation.amount)
    if calculation.nature is Nature.CEILING:
        total = texts.AT_MOST.format(total=total)
    nature = texts.NATURE_LABELS[calculation.nature]
    return f'<span class="total"><small>{nature}</small><b>{total}</b></span>'


def _row(line: Step | Unmet, source: Source | None, shelf: Shelf) -> str:
    sign = mark(source, shelf, line.quote) if source else ""
    basis = f"<td>{sign}<q>{escape(line.quote)}</q></td>"
    if not line.item:
        return f'<tr><th scope="row" colspan="3">{escape(line.text)}</th>{basis}</tr>'
    cells = f"<td>{escape(line.working)}</td><td>{escape(line.result)}</td>"
    return f'<tr><th scope="row">{escape(line.item)}</th>{cells}{basis}</tr>'


def _caveats(answer: Answer, sources: Sources, shelf: Shelf) -> str:
    """Return what stands between the answer and the money, and that a draft isn't in force."""
    lines = [p for p in answer.passages if p.part is Part.CAVEAT and p.text]
    rows = [_sentence(line, sources, shelf) for line in lines]
    if answer.citations and answer.passages:
        rows += _notices(sources, shelf)
    if not rows:
        return ""
    listed = "".join(f"<li>{row}</li>" for row in rows)
    return f'<section class="caveats"><h3>{texts.CAVEATS}</h3><ul>{listed}</ul></section>'


def _notices(sources: Sources, shelf: Shelf) -> Iterable[str]:
    cited = {place[0] for place in sources}
    notices = [draft_notice(policy.info) for policy in shelf.policies if policy.id in cited]
    return [escape(words.strip("（）")) for words in dict.fromkeys(notices) if words]


def _next(answer: Answer) -> str:
    """Return the choices of a question of ours, else questions worth asking next."""
    for heading, offered in ((texts.CHOOSE, answer.choices), (texts.ASK_NEXT, answer.suggestions)):
        if offered:
            unseen = "" if answer.citations else ' class="unseen"'  # its own last words lead there
            head = f"<h3{unseen}>{heading}</h3>"
            return f'<section class="next">{head}{buttons(offered)}</section>'
    return ""


def buttons(questions: Sequence[str]) -> str:
    """Return a list of buttons, each asking its own words."""
    rows = "".join(
        f'<li><button type="button" data-ask="{escape(words)}">{escape(words)}</button></li>'
        for words in questions
    )
    return f'<ul class="questions">{rows}</ul>'
