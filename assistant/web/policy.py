"""The policy page: the whole text word for word, with contents, marks, badges and a search.

Nothing here knows a topic: badges come from the award rules, dates from the clause that has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from assistant.aspects import aspect
from assistant.sentences import sentences
from assistant.web import texts_policy as words
from assistant.web.links import calculator_link, clause_link, question_link, read_span
from assistant.web.passages import find, passages
from corpus.award import Nature, Support
from corpus.policy import SegmentKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.web.chat import Assistant
    from assistant.web.frame import Frame
    from assistant.web.passages import Span
    from corpus.award import AwardRule
    from corpus.library import Library
    from corpus.policy import Clause, Policy

_PATH = "/policy"
_LONGEST_FIND = 60
_MOST_QUOTES = 40


@dataclass(frozen=True, slots=True)
class Badge:
    """A label on a clause; `says` holds the clause's words for it, if there are any."""

    label: str
    kind: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a clause: its badges, and where to go on from it."""

    badges: tuple[Badge, ...]
    calculator: str
    question: str
    link: str


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked for in the text shown: the hits, the one stood at (from 1), other policies.

    `elsewhere` holds a title, a count and an address for every other policy with hits.
    """

    words: str
    count: int
    at: int
    elsewhere: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request read: the policy to show, the quoted spans in its text, whether one was lost."""

    policy: Policy
    quoted: tuple[Span, ...]
    lost: bool
    find: str
    at: int


def routes(assistant: Assistant, frame: Frame) -> APIRouter:
    """Return the policy page over the assistant's library."""
    router = APIRouter()

    @router.get(_PATH, response_class=HTMLResponse)
    def policy_page(request: Request) -> HTMLResponse:
        library = cast("Library", assistant.library)
        query = request.query_params
        asked = read_query(
            library,
            policy=query.get("policy", ""),
            quotes=query.getlist("quote")[:_MOST_QUOTES],
            wanted=query.get("find", ""),
            at=query.get("at", ""),
        )
        return frame.page("policy.html", _PATH, words.TITLE, **page_values(library, asked))

    return router


def read_query(
    library: Library, policy: str = "", quotes: Sequence[str] = (), wanted: str = "", at: str = ""
) -> Asked:
    """Read a request; what it names and can't be found is left out."""
    spans = [read_span(quote) for quote in quotes]
    named = [policy, *(span[0] for span in spans if span)]
    shown = next((found for name in named if (found := library.policy(name))), library.policies[0])
    quoted = []
    for span in spans:
        clause = shown.clause(span[1]) if span and span[0] == shown.id else None
        if clause and span and span[2] < span[3] <= len(clause.text):
            quoted.append((clause.start + span[2], clause.start + span[3]))
    number = int(at) if at.isascii() and at.isdecimal() and len(at) < 6 else 1
    wanted = " ".join(wanted.split())[:_LONGEST_FIND]
    return Asked(shown, tuple(quoted), len(quoted) < len(spans), wanted, max(number, 1))


def page_values(library: Library, asked: Asked) -> dict[str, Any]:
    """Return what the template shows for a request."""
    policy = asked.policy
    hits = find(policy.text, asked.find)
    shown = passages(policy, asked.quoted, hits)
    return {
        "words": words,
        "policy": policy,
        "policies": library.policies,
        "passages": shown,
        "contents": [p for p in shown if p.kind in (SegmentKind.HEADING, SegmentKind.CLAUSE)],
        "beside": {p.id: beside(p.clause, library) for p in shown if p.clause},
        "search": _search(library, asked, len(hits)) if asked.find else None,
        "lost": asked.lost,
        "dates": dates(policy),
        "address": _address,
        "question": question_link(asked.find),
    }


def badges(rules: Sequence[AwardRule]) -> tuple[Badge, ...]:
    """Return the labels of a clause from its award rules."""
    paying = [rule for rule in rules if not isinstance(rule.amount, Support)]
    if not paying:
        return (Badge(words.UNSTATED if rules else words.NO_AMOUNT, "none"),)
    found = [Badge(words.AMOUNT, "good")]
    if any(rule.nature is Nature.CEILING for rule in paying):
        found.append(Badge(words.CEILING, "ask"))
    found += [Badge(words.KINDS[type(rule.amount)], "plain") for rule in paying]
    flags = (
        (words.REVIEWED, "ask", [rule.reviewed for rule in paying]),
        (words.STAGED, "ask", [rule.staged for rule in paying]),
        (words.ONE_OFF, "plain", [rule.one_off for rule in paying]),
    )
    for label, kind, said in flags:
        if texts := [text for text in dict.fromkeys(said) if text]:
            found.append(Badge(label, kind, "；".join(texts)))
    return tuple(badge for badge in dict.fromkeys(found) if badge.label)


def beside(clause: Clause, library: Library) -> Beside:
    """Return what stands beside a clause."""
    rules = library.awards_of(clause.policy, clause.label)
    policy = library.policy(clause.policy)
    several = len(library.policies) > 1 and policy
    name = f"《{policy.info.short_title}》" if several and policy else ""
    form = words.QUESTION if rules else words.QUESTION_PLAIN
    return Beside(
        badges=badges(rules),
        calculator=calculator_link(rules) if rules else "",
        question=question_link(form.format(policy=name, reference=clause.reference)),
        link=clause_link(clause.policy, clause.label),
    )


def dates(policy: Policy) -> list[tuple[str, str]]:
    """Return the sentences that say from when and how long a policy holds, with their addresses."""
    validity = aspect("validity")
    return [
        (
            sentence.text,
            clause_link(policy.id, clause.label, [(cited.start, cited.end)]),
        )
        for clause in policy.clauses
        for sentence in sentences(clause)
        if validity.carried_by(sentence.text)
        for cited in (sentence.cite(),)
    ]


def _search(library: Library, asked: Asked, count: int) -> Search:
    others = [
        (policy.info.short_title, len(find(policy.text, asked.find)), _address(policy, asked.find))
        for policy in library.policies
        if policy.id != asked.policy.id
    ]
    return Search(
        asked.find, count, min(asked.at, count), tuple(other for other in others if other[1])
    )


def _address(policy: Policy, wanted: str = "", at: int = 0) -> str:
    """Return the page's address with one policy, a search in it, and a hit stood at."""
    fields = {"policy": policy.id} | ({"find": wanted} if wanted else {})
    hit = f"&at={at}#hit-{at}" if at else ""
    return f"{_PATH}?{urlencode(fields)}{hit}"
