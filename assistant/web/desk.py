"""The desk page: a box that finds clauses while one types, a script to read out, figures, the log.

What is found, asked, said and logged is worked out elsewhere (`assistant.lookup`, `.desk_question`,
`.script`, `.desk_log`); here requests are read and fragments drawn. Opening a clause by the page's
script is kept in the journal; a plain address only shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable
from urllib.parse import parse_qs

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from assistant.desk_log import todays_log
from assistant.insight import DESK, day_of
from assistant.journal import now
from assistant.journal_store import JournalError
from assistant.lookup import LONGEST, Finder
from assistant.record import Channel
from assistant.web import access_texts, insight_texts
from assistant.web import texts_desk as words
from assistant.web.access import signed_in
from assistant.web.conversation import storable
from assistant.web.desk_answer import Asking, opened, scripted
from assistant.web.desk_view import clause_at, rows, said_of
from assistant.web.frame import CONTENT_POLICY, fragment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.requests import Request

    from assistant.lookup import Nearby
    from assistant.web.conversation import Assistant
    from assistant.web.frame import Frame
    from corpus.library import Library

    Form = dict[str, list[str]]

PATH = "/desk"
_MOST_LOGGED = 50
_LONGEST_NOTE = 1_000
_HEADERS = {"Content-Security-Policy": CONTENT_POLICY, "Cache-Control": "no-store"}


@runtime_checkable
class Keeper(Protocol):
    """An assistant that keeps what is asked and noted, by channel and account."""

    def on(self, channel: Channel, user: str = "") -> Any:
        """Return the same assistant for one account of a channel."""

    def note_unanswered(self, question: str, need: str = "") -> str:
        """Keep a question that could not be answered; return the note's id."""

    def withdraw(self, note_id: str) -> None:
        """Take back a note of the same account."""

    def catch_up(self) -> bool:
        """Wait a moment until what was kept can be read."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk works with; `days_kept` is 0 where nothing is recorded."""

    assistant: Assistant
    finder: Finder
    frame: Frame
    journal: Path
    days_kept: int

    def keeper(self, request: Request) -> Any | None:
        """Return the assistant that keeps this account's questions, None where none are kept."""
        if not self.days_kept or not isinstance(self.assistant, Keeper):
            return None
        return self.assistant.on(Channel.DESK, signed_in(request) or "")

    def asking(self, request: Request, *, kept: bool) -> Asking:
        """Return how a question of this request is asked."""
        return Asking(self.assistant, self.finder, self.keeper(request) if kept else None)


def desk_routes(
    assistant: Assistant, frame: Frame, journal: Path, days_kept: int, nearby: Nearby | None = None
) -> list[Route]:
    """Return the routes of the page, its fragments and what they change."""
    finder = Finder(cast("Library", assistant.library), nearby)
    desk = Desk(assistant, finder, frame, journal, days_kept)

    def reading(path: str, answer: Callable[[Desk, Request], Response]) -> Route:
        def get(request: Request) -> Response:
            return answer(desk, request)

        return Route(f"{PATH}{path}", get, methods=["GET"])

    def changing(path: str, answer: Callable[[Desk, Request, Form], Response]) -> Route:
        async def post(request: Request) -> Response:
            body = (await request.body()).decode("utf-8", "replace")
            form = parse_qs(body, keep_blank_values=True)
            return await run_in_threadpool(answer, desk, request, form)

        return Route(f"{PATH}{path}", post, methods=["POST"])

    return [
        reading("", _page),
        reading("/found", _found),
        reading("/log", _log),
        changing("/open", _open),
        changing("/answer", _answer),
        changing("/note", _note),
        changing("/withdraw", _withdraw),
    ]


def _page(desk: Desk, request: Request) -> Response:
    query = request.query_params
    typed, policy = query.get("q", "")[:LONGEST], query.get("policy", "")
    place = query.get("open", "")
    asks = bool(typed.strip()) and "ask" in query
    shown = opened(desk.asking(request, kept=False), typed, place, policy) if place or asks else {}
    values: dict[str, Any] = {
        "words": words,
        "access": access_texts,
        "user": signed_in(request),
        "policies": desk.finder.library.policies,
        "place": place,
        "clause": None,
        "script": None,
    }
    values |= _results(desk, typed, policy, scripted=False) | _logged(desk, request) | shown
    response = desk.frame.page("desk.html", PATH, words.TITLE, **values)
    response.background = BackgroundTask(desk.finder.warm)
    return response


def _found(desk: Desk, request: Request) -> Response:
    query = request.query_params
    values = _results(desk, query.get("q", ""), query.get("policy", ""), scripted=True)
    return _drawn("desk_found.html", **values)


def _open(desk: Desk, request: Request, form: Form) -> Response:
    typed, place = _text(form, "q", LONGEST), _text(form, "open", LONGEST)
    if place and clause_at(place, desk.finder.library) is None:
        return PlainTextResponse(words.GONE, 404)
    if not place and not typed.strip():
        return PlainTextResponse(words.NO_QUESTION, 400)
    values = opened(desk.asking(request, kept=True), typed, place, _text(form, "policy", LONGEST))
    return _drawn("desk_opened.html", **values)


def _answer(desk: Desk, request: Request, form: Form) -> Response:
    clause = clause_at(_text(form, "open", LONGEST), desk.finder.library)
    values = scripted(desk.asking(request, kept=True), clause, form)
    if values is None:
        return PlainTextResponse(words.NOTHING_TO_SAY, 422)
    return _drawn("desk_script.html", **values)


def _note(desk: Desk, request: Request, form: Form) -> Response:
    keeper = desk.keeper(request)
    question, need = _text(form, "question", _LONGEST_NOTE), _text(form, "need", _LONGEST_NOTE)
    if keeper is None:
        return PlainTextResponse(words.LOG_OFF, 409)
    if not question.strip():
        return PlainTextResponse(words.NO_QUESTION, 422)
    note = keeper.note_unanswered(question.strip(), need.strip())
    return _drawn("desk_noted.html", note=note, question=question.strip())


def _withdraw(desk: Desk, request: Request, form: Form) -> Response:
    keeper = desk.keeper(request)
    if keeper is None:
        return PlainTextResponse(words.LOG_OFF, 409)
    keeper.withdraw(_text(form, "note", 64))
    return Response(status_code=204)


def _log(desk: Desk, request: Request) -> Response:
    return _drawn("desk_log.html", **_logged(desk, request))


def _results(desk: Desk, typed: str, policy: str, *, scripted: bool) -> dict[str, Any]:
    """Return what the list of results shows; `scripted`: as options of the box, else as links."""
    known = desk.finder.library.policy(policy)
    found = desk.finder.find(storable(typed), known.id if known else None)
    return {
        "words": words,
        "rows": rows(found, desk.finder.library),
        "said": said_of(found),
        "rest": found.count - len(found.results),
        "scripted": scripted,
        "typed": typed,
        "policy": policy,
    }


def _logged(desk: Desk, request: Request) -> dict[str, Any]:
    """Return what today's log shows."""
    keeper = desk.keeper(request)
    values: dict[str, Any] = {"log": None, "unreadable": False}
    if keeper is not None:
        keeper.catch_up()
        try:
            values["log"] = todays_log(desk.journal, signed_in(request) or "")
        except JournalError:
            values["unreadable"] = True
    labels = insight_texts.ENDING_LABELS | {DESK: words.NOTED_LABEL}
    today = day_of(now())
    return {**values, "words": words, "labels": labels, "most": _MOST_LOGGED, "today": today}


def _text(form: Form, name: str, longest: int) -> str:
    return storable(form.get(name, [""])[0])[:longest]


def _drawn(template: str, **values: Any) -> Response:
    return HTMLResponse(fragment(template, **{"words": words, **values}), headers=_HEADERS)
