"""The chat page: one question box, one conversation a browser session, evidence under each answer.

No logic of the answer lives here: a question goes to the assistant, and what comes back is shown.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import gradio as gr

from assistant.web import texts
from assistant.web.clause_panel import evidence, lead, verbatim
from assistant.web.frame import masthead, service_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Answer
    from assistant.web.clause_panel import Shelf
    from corpus.policy import Policy

logger = logging.getLogger(__name__)
_EXAMPLES = Path(__file__).with_name("examples")
_MOST_EXAMPLES = 4
_STREAM_SECONDS = 0.8
"""The longest that a finished answer takes to appear, however many sentences it has."""
_SENTENCE_SECONDS = 0.06
_AT_ONCE = 16
"""Questions answered at the same time; further ones wait their turn."""

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_CALM = "matchMedia('(prefers-reduced-motion: reduce)').matches"

Message = dict[str, Any]
Updates = AsyncIterator[tuple[Any, ...]]
"""What an event shows, step by step; Gradio reads it when the page is built."""


class Turn(Protocol):
    """What an assistant gives back: the answer, and the conversation to pass on."""

    @property
    def answer(self) -> Answer:
        """Return the finished answer."""

    @property
    def conversation(self) -> Any:
        """Return the opaque value that the next question needs."""


class Assistant(Protocol):
    """What the page needs of an assistant."""

    @property
    def library(self) -> Shelf:
        """Return where the policies are kept."""

    def ask(self, question: str, conversation: Any = None) -> Turn:
        """Answer one question."""


@dataclass(frozen=True, slots=True)
class Session:
    """What one browser session has said so far; the page keeps it in `gr.State`, never shared."""

    conversation: Any = None
    messages: tuple[Message, ...] = ()


def example_questions(policies: Sequence[Policy]) -> tuple[str, ...]:
    """Return a few first questions: from a policy's file of examples, else one made of a clause."""
    found = [question for policy in policies for question in _examples_of(policy)]
    return tuple(found[:_MOST_EXAMPLES])


def harmless(markdown: str) -> str:
    """Return an answer's Markdown with HTML shown as text, and no image or link that loads."""
    escaped = markdown.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"\]\(", r"]\\(", escaped).replace("![", "!\\[")


def storable(question: str) -> str:
    """Return the question without the half characters that no encoding can carry."""
    return question.encode("utf-8", "replace").decode("utf-8")


def build_page(assistant: Assistant) -> gr.Blocks:
    """Return the chat page over this assistant."""
    policies = assistant.library.policies
    page = gr.Blocks(
        title=service_title(policies), analytics_enabled=False, fill_height=True, fill_width=True
    )
    with page:
        _html(masthead(policies, "/"), "masthead")
        chat = gr.Chatbot(
            elem_id="conversation",
            label=texts.CONVERSATION_LABEL,
            show_label=False,
            container=False,
            scale=1,
            layout="bubble",
            autoscroll=False,
            buttons=["copy"],
            sanitize_html=True,
            allow_tags=False,
            latex_delimiters=[],
            placeholder=f"## {texts.WELCOME}\n{texts.WELCOME_HINT}",
            examples=[{"text": question} for question in example_questions(policies)],
        )
        box = gr.Textbox(
            elem_id="question",
            label=texts.QUESTION_LABEL,
            show_label=False,
            container=False,
            placeholder=texts.PLACEHOLDER,
            submit_btn=texts.SUBMIT,
            lines=1,
            max_lines=6,
            autofocus=True,
            html_attributes=gr.InputHTMLAttributes(
                autocorrect="off", autocapitalize="off", spellcheck=False, enterkeyhint="send"
            ),
        )
        with gr.Row(elem_id="below"):
            _html(f"<p>{texts.FOOTNOTE}</p>", "footnote")
            anew = gr.Button(texts.CLEAR, elem_id="anew", size="sm", scale=0)
        session = gr.State(Session())
        calm = gr.Checkbox(visible=False)
        _wire(assistant, chat, box, session, calm)
        anew.click(lambda: ([], Session(), ""), None, [chat, session, box], **_QUIET)
    page.queue(default_concurrency_limit=_AT_ONCE)
    return page


def _wire(
    assistant: Assistant, chat: gr.Chatbot, box: gr.Textbox, session: gr.State, calm: gr.Checkbox
) -> None:
    shown = [chat, session, box]

    async def asked(question: str, said: Session, still: bool) -> Updates:
        async for update in respond(assistant, question, said, still):
            yield update

    async def picked(said: Session, still: bool, event: gr.SelectData) -> Updates:
        value = event.value
        question = value["text"] if isinstance(value, dict) else str(value)
        async for update in respond(assistant, question, said, still):
            yield update

    typed = f"(question, session) => [question, session, {_CALM}]"
    chosen = f"(session) => [session, {_CALM}]"
    box.submit(asked, [box, session, calm], shown, js=typed, trigger_mode="once", **_QUIET)
    for event in (chat.example_select, chat.option_select):
        event(picked, [session, calm], shown, js=chosen, trigger_mode="once", **_QUIET)


async def respond(assistant: Assistant, question: str, said: Session, still: bool) -> Updates:
    """Yield what to show (messages, session, question box) while one question is answered.

    `still` shows the answer at once, for people who asked their system for less motion.
    """
    question = storable(question)
    if not question.strip():
        gr.Info(texts.EMPTY_QUESTION, duration=4)
        yield gr.skip(), gr.skip(), gr.skip()
        return
    before = (*said.messages, {"role": "user", "content": _html(verbatim(question))})
    yield list(before), gr.skip(), ""
    try:
        turn = await asyncio.to_thread(assistant.ask, question, said.conversation)
    except Exception:
        logger.exception("the assistant could not answer")
        after = (*before, {"role": "assistant", "content": texts.FAILED})
        yield list(after), Session(said.conversation, after), gr.skip()
        return
    answer = turn.answer
    text = harmless(answer.text)
    opening = lead(answer)
    top: list[Any] = [_html(opening)] if opening else []
    if not still:
        sentences = _sentences(text)
        pause = min(_SENTENCE_SECONDS, _STREAM_SECONDS / len(sentences))
        for count in range(1, len(sentences)):
            shown = "".join(sentences[:count])
            yield [*before, {"role": "assistant", "content": [*top, shown]}], gr.skip(), gr.skip()
            await asyncio.sleep(pause)
    after = (*before, _finished(assistant, answer, [*top, text]))
    yield list(after), Session(turn.conversation, after), gr.skip()


def _finished(assistant: Assistant, answer: Answer, content: list[Any]) -> Message:
    below = evidence(answer, assistant.library)
    options = [{"value": words, "label": words} for words in (*answer.choices, *answer.suggestions)]
    return {
        "role": "assistant",
        "content": [*content, _html(below)] if below else content,
        "options": options,
    }


def _html(html: str, elem_id: str | None = None) -> gr.HTML:
    return gr.HTML(html, elem_id=elem_id, apply_default_css=False, js_on_load=None)


def _sentences(text: str) -> list[str]:
    return re.findall(r"[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+", text) or [text]


def _examples_of(policy: Policy) -> list[str]:
    file = _EXAMPLES / f"{policy.id}.txt"
    if file.is_file():
        return [line for line in file.read_text("utf-8").splitlines() if line.strip()]
    return [texts.original_of(clause.reference) for clause in policy.clauses[:1]]
