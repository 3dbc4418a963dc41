"""The calculator page: choose awards, fill in figures, see what each pays and why.

A form sent by GET, so that an address reproduces it; a script only saves the click. What is read
and calculated lies in `assistant.calculator_form`; here it is set out for the template.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from assistant import wording
from assistant.awards import summary
from assistant.calculator import FactError
from assistant.calculator_form import read_form
from assistant.compose_money import way_back
from assistant.payment import written
from assistant.web import texts_calculator as words
from assistant.web.calculator_notes import notes, stacking
from assistant.web.curve import curve
from assistant.web.links import award_key, clause_link
from corpus.award import Nature, Support, quote_of
from corpus.money import write_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.calculation import Calculation, Inverse
    from assistant.calculator_form import Case
    from assistant.web.chat import Assistant
    from assistant.web.frame import Frame
    from corpus.library import Library
    from corpus.policy import Clause, Policy

_PATH = "/calculator"
_MOST_FIELDS = 2000
_PART = "x-part"
"""The header by which the script asks for the form's own part of the page."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line with the clause's words it rests on, and where they stand.

    `cells` say the same in the columns of a table: item, working, result; empty if there are none.
    """

    text: str
    quote: str
    link: str
    remark: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One case as it is shown: the sum in words, its tone (`good`, `ask`, `none`), the proof."""

    case: Case
    gives: str
    place: str
    sum: str
    tone: str
    remark: str
    steps: tuple[Line, ...]
    unmet: tuple[Line, ...]
    to_confirm: tuple[Line, ...]
    flags: tuple[str, ...]
    curve: Markup
    full: Markup
    wish: Markup


@dataclass(frozen=True, slots=True)
class Choice:
    """The awards of one clause, to choose from: name, title and what it gives of each."""

    clause: Clause
    awards: tuple[tuple[str, str, str], ...]


def routes(assistant: Assistant, frame: Frame) -> APIRouter:
    """Return the calculator page over the assistant's library."""
    router = APIRouter()

    @router.get(_PATH, response_class=HTMLResponse)
    def calculator(request: Request) -> HTMLResponse:
        library = cast("Library", assistant.library)
        query = _grouped(request.query_params.multi_items()[:_MOST_FIELDS])
        template = "calculator_work.html" if _PART in request.headers else "calculator.html"
        return frame.page(template, _PATH, words.TITLE, **page_values(library, query))

    return router


def page_values(library: Library, query: dict[str, list[str]]) -> dict[str, Any]:
    """Return what the template shows for a query."""
    form = read_form(library, query)
    return {
        "words": words,
        "policies": [(policy, choices(library, policy)) for policy in library.policies],
        "chosen": {case.key for case in form.cases},
        "opened": {case.policy.id for case in form.cases} or {library.policies[0].id},
        "cards": [card(case) for case in form.cases],
        "unknown": [words.UNKNOWN.format(key=key) for key in form.unknown],
        "notes": notes(form),
        "stacking": stacking(form) if len(form.cases) > 1 else [],
        "address": f"{_PATH}?{urlencode(form.query, safe='/:.,-')}",
        "written": written,
    }


def choices(library: Library, policy: Policy) -> list[Choice]:
    """Return a policy's awards by clause, clauses without any left out."""
    found = []
    for clause in policy.clauses:
        rules = library.awards_of(policy.id, clause.label)
        if rules:
            rows = tuple((award_key(rule), rule.title, summary(rule)) for rule in rules)
            found.append(Choice(clause, rows))
    return found


def card(case: Case) -> Card:
    """Set out one case."""
    rule, result = case.rule, case.result
    amount, tone, remark = _outcome(case)
    return Card(
        case=case,
        gives=summary(rule),
        place=_where(case, quote_of(rule.amount)),
        sum=amount,
        tone=tone,
        remark=remark,
        steps=_steps(case, result) if result else (),
        unmet=_unmet(case, result) if result else (),
        to_confirm=_to_confirm(case, result) if result else (),
        flags=tuple(flag for flag in (rule.reviewed, rule.staged, rule.one_off) if flag),
        curve=_curve(case),
        full=_strong(_way_back(case.full, case)) if case.full and case.full.reachable else Markup(),
        wish=_strong(_way_back(case.inverse, case)) if case.inverse else Markup(),
    )


def _outcome(case: Case) -> tuple[str, str, str]:
    """Return the sum in words, its tone and the sentence below it."""
    result = case.result
    if result is None:
        return words.NOT_YET, "ask", case.fault or words.TO_MEND
    if isinstance(case.rule.amount, Support):
        return words.NO_SUM, "none", words.NO_SUM_REMARK.format(quote=case.rule.amount.quote)
    if result.amount is None:
        labels = "、".join(item.label for item in result.missing)
        return words.NOT_YET, "ask", words.MISSING.format(labels=labels)
    if not result.amount:
        return words.NOTHING, "none", words.NOTHING_REMARK
    shown = write_money(result.amount)
    if result.nature is Nature.CEILING:
        return words.AT_MOST.format(sum=shown), "good", wording.CEILING
    return shown, "good", words.GRANTED_REMARK


def _steps(case: Case, result: Calculation) -> tuple[Line, ...]:
    return tuple(
        Line(
            step.text,
            step.quote,
            _where(case, step.quote),
            cells=(step.item, step.working, step.result) if step.item else (),
        )
        for step in result.steps
    )


def _unmet(case: Case, result: Calculation) -> tuple[Line, ...]:
    remark = words.NOT_COUNTED if result.amount else ""
    return _lines(case, ((unmet.reason, unmet.quote) for unmet in result.unmet), remark)


def _to_confirm(case: Case, result: Calculation) -> tuple[Line, ...]:
    if not result.amount and not isinstance(case.rule.amount, Support):
        return ()
    return _lines(case, ((condition.text, condition.quote) for condition in result.conditions))


def _lines(case: Case, pairs: Iterable[tuple[str, str]], remark: str = "") -> tuple[Line, ...]:
    return tuple(Line(text, quote, _where(case, quote), remark) for text, quote in pairs)


def _where(case: Case, quote: str) -> str:
    """Return the address of the words on the policy page."""
    start = case.clause.text.find(quote)
    spans = [(start, start + len(quote))] if start >= 0 else []
    return clause_link(case.policy.id, case.clause.label, spans)


def _curve(case: Case) -> Markup:
    """Draw the case's curve; none where a policy's own function refuses the figures around it."""
    if case.result is None:
        return Markup()
    try:
        return curve(case.rule, case.facts)
    except FactError:
        return Markup()


def _way_back(inverse: Inverse, case: Case) -> str:
    return way_back(inverse, case.rule, case.clause)


def _strong(markdown: str) -> Markup:
    """Return a sentence as HTML, what stands between ** set bold."""
    parts = markdown.split("**")
    return Markup("").join(
        Markup("<strong>{}</strong>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


def _grouped(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        grouped[name].append(value)
    return dict(grouped)
