"""The chat page: a conversation the browser keeps, answered block by block over Gradio's queue.

No logic of the answer lives here: a question goes to the assistant, and what comes back is shown.
`feed` carries what happens to the page's script (static/chat/), which draws it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.web import texts
from assistant.web.answer_view import blocks, failure
from assistant.web.conversation import (
    Held,
    Recorder,
    again_by,
    caught_up,
    last,
    read_asked,
    read_judged,
)
from assistant.web.export import ending_label, turn_markdown
from assistant.web.frame import fragment, masthead, service_title
from assistant.web.streaming import Stops, asked_aloud, heard, speaks
from assistant.web.visitors import TooManyError, Visitors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.model_use import Aloud
    from assistant.web.conversation import Asked, Session, Turn
    from assistant.web.conversation import Assistant as Assistant
    from corpus.policy import Policy

logger = logging.getLogger(__name__)
_EXAMPLES = Path(__file__).with_name("examples")
_MOST_EXAMPLES = 4
_BLOCK_SECONDS = 0.09
"""How long a block stands before the next one appears."""
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_CONNECT = """window.policyChat.connect({
    ask: (asked) => trigger('ask', asked),
    recall: (asked) => trigger('recall', asked),
    judge: (judged) => trigger('judge', judged),
    halt: (turn) => trigger('halt', turn),
    hear: (heard) => watch('value', () => heard(props.value)),
});"""

Updates = AsyncIterator[tuple[Any, Any]]
"""What the page is told, and what the server remembers; Gradio reads it when the page is built."""


def example_questions(policies: Sequence[Policy]) -> tuple[str, ...]:
    """Return a few first questions: from a policy's file of examples, else one made of a clause."""
    found = [question for policy in policies for question in _examples_of(policy)]
    return tuple(found[:_MOST_EXAMPLES])


def build_page(assistant: Assistant, visitors: Visitors | None = None) -> gr.Blocks:
    """Return the chat page over this assistant; `visitors` counts what else an address asks."""
    policies = assistant.library.policies
    page = gr.Blocks(
        title=service_title(policies), analytics_enabled=False, fill_height=True, fill_width=True
    )
    body = fragment(
        "chat.html",
        examples=example_questions(policies),
        words=texts.SCRIPT_WORDS | {"title": service_title(policies)},
        titles=[policy.info.title for policy in policies],
        drafts=[policy.info for policy in policies if not policy.info.in_force],
        judged=isinstance(assistant, Recorder),
        speaks=speaks(assistant),
    )
    with page:
        _html(masthead(policies, "/"), "masthead")
        _html(body, "chat")
        feed = gr.HTML({}, html_template="", js_on_load=_CONNECT, visible="hidden")
        _wire(assistant, feed, gr.State(()), visitors or Visitors())
    page.queue(default_concurrency_limit=None, max_size=1000)
    return page


def _wire(assistant: Assistant, feed: gr.HTML, session: gr.State, visitors: Visitors) -> None:
    stops = Stops()

    async def ask(said: Any, event: gr.EventData, request: gr.Request) -> Updates:
        address = _address(request)
        async for update in respond(assistant, visitors, address, event._data, said, stops):
            yield update

    async def recall(said: Any, event: gr.EventData, request: gr.Request) -> Updates:
        async for update in remind(assistant, visitors, _address(request), event._data, said):
            yield update

    def judge(event: gr.EventData) -> None:
        judged = read_judged(event._data)
        if judged and isinstance(assistant, Recorder):
            assistant.judge(judged.record, judged.thumb, judged.reason)

    def halt(event: gr.EventData) -> None:
        stops.give(event._data)

    for listen, answer in ((feed.ask, ask), (feed.recall, recall)):
        listen(answer, [session], [feed, session], trigger_mode="multiple", **_QUIET)
    feed.judge(judge, None, None, trigger_mode="multiple", **_QUIET)
    feed.halt(halt, None, None, trigger_mode="multiple", **_QUIET)


def _address(request: gr.Request) -> str:
    return request.client.host if request.client else ""


async def respond(
    assistant: Assistant,
    visitors: Visitors,
    address: str,
    data: Any,
    said: Session,
    stops: Stops | None = None,
) -> Updates:
    """Yield what to show (for the page, to remember) while one question is answered."""
    asked = read_asked(data)
    if asked is None or not asked.question.strip():
        return
    stops = stops or Stops()
    grown = False
    try:
        async with visitors.admitted(address):
            work = partial(_answered, assistant, asked, said)
            async for answer, result in heard(work, stops.begin(asked.id)):
                if answer:
                    grown = True
                    yield _growing(asked, list(blocks(answer, assistant.library))), gr.skip()
                elif result:
                    session, turn = result
    except TooManyError:
        yield _failed(asked, texts.TOO_MANY), gr.skip()
        return
    except Exception:
        logger.exception("the assistant could not answer")
        yield _failed(asked, texts.FAILED), gr.skip()
        return
    finally:
        stops.end(asked.id)
    shown = _shown(assistant, turn)
    for count in range(1, 0 if asked.calm or grown else len(shown["blocks"])):
        yield {"id": asked.id, "blocks": shown["blocks"][:count], "done": False}, gr.skip()
        await asyncio.sleep(_BLOCK_SECONDS)
    yield {"id": asked.id, "done": True, **shown}, session


def _growing(asked: Asked, shown: list[str]) -> dict[str, Any]:
    return {"id": asked.id, "blocks": shown, "done": False, "growing": True}


def _answered(
    assistant: Assistant, asked: Asked, said: Session, aloud: Aloud
) -> tuple[Session, Turn]:
    before = caught_up(said, asked.earlier, again_by(assistant))
    turn = asked_aloud(assistant, asked.question, last(before), aloud)
    return (*before, Held(asked.question, turn.conversation)), turn


async def remind(
    assistant: Assistant, visitors: Visitors, address: str, data: Any, said: Session
) -> Updates:
    """Yield the answers to the questions that a reloaded page has kept, all at once."""
    asked = read_asked(data)
    if asked is None or not asked.earlier:
        return
    try:
        async with visitors.admitted(address, len(asked.earlier)):
            session, turns = await asyncio.to_thread(_recalled, assistant, asked.earlier)
    except TooManyError:
        yield _failed(asked, texts.TOO_MANY), gr.skip()
        return
    except Exception:
        logger.exception("the conversation could not be taken up again")
        yield _failed(asked, texts.NOT_RECALLED), gr.skip()
        return
    shown = [_shown(assistant, turn) for turn in turns]
    yield {"id": asked.id, "done": True, "turns": shown}, session


def _recalled(assistant: Assistant, earlier: tuple[str, ...]) -> tuple[Session, list[Turn]]:
    turns: list[Turn] = []
    again = again_by(assistant)

    def kept(question: str, conversation: Any) -> Turn:
        turns.append(again(question, conversation))
        return turns[-1]

    return caught_up((), earlier, kept), turns


def _shown(assistant: Assistant, turn: Turn) -> dict[str, Any]:
    """Return a turn as the page's script draws and keeps it."""
    answer, shelf = turn.answer, assistant.library
    return {
        "blocks": list(blocks(answer, shelf)),
        "ending": ending_label(answer),
        "markdown": turn_markdown(answer, shelf),
        "record": getattr(turn, "id", "") or None,
        "now": round(time.time() * 1000),
    }


def _failed(asked: Asked, words: str) -> dict[str, Any]:
    return {"id": asked.id, "blocks": list(failure(words)), "done": True, "failed": True}


def _html(html: str, elem_id: str | None = None) -> gr.HTML:
    return gr.HTML(html, elem_id=elem_id, apply_default_css=False, js_on_load=None)


def _examples_of(policy: Policy) -> list[str]:
    file = _EXAMPLES / f"{policy.id}.txt"
    if file.is_file():
        return [line for line in file.read_text("utf-8").splitlines() if line.strip()]
    return [texts.original_of(clause.reference) for clause in policy.clauses[:1]]
