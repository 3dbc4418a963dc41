"""What `/v1/chat/completions` takes: the messages, and which of OpenAI's parameters mean what.

The user's messages are the turns of a conversation. What system and assistant messages say is
never trusted and so not read. Parameters of sampling change nothing, for the same question always
has the same answer; those that ask for another kind of answer are refused by name.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant import door_wording as words
from assistant.door_requests import LONGEST_QUESTION, MOST_TURNS, DoorError, shortened

_MOST_MESSAGES, _MOST_PARTS = 500, 100
_PLAIN_FORMATS = (None, {"type": "text"})
_TOKEN = re.compile(r"[a-zA-Z]{1,4}|\d{1,3}|[^\sa-zA-Z\d]")


class _Part(BaseModel):
    """A piece of a message; only `text` ones can be read."""

    model_config = ConfigDict(extra="allow", strict=True)
    type: str
    text: str | None = None


class Message(BaseModel):
    """A message of the conversation."""

    model_config = ConfigDict(extra="allow", strict=True)
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[_Part] | None = None


class _StreamOptions(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    include_usage: bool | None = None


class Completion(BaseModel):
    """A request; the parameters in the second half are taken and change nothing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    model: str = Field(min_length=1, max_length=200)
    messages: list[Message] = Field(min_length=1, max_length=_MOST_MESSAGES)
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    user: str | None = Field(default=None, max_length=200)

    n: Any = None
    tools: Any = None
    functions: Any = None
    response_format: Any = None
    logprobs: Any = None
    modalities: Any = None
    audio: Any = None

    temperature: Any = None
    top_p: Any = None
    max_tokens: Any = None
    max_completion_tokens: Any = None
    frequency_penalty: Any = None
    presence_penalty: Any = None
    logit_bias: Any = None
    top_logprobs: Any = None
    stop: Any = None
    seed: Any = None
    tool_choice: Any = None
    function_call: Any = None
    parallel_tool_calls: Any = None
    reasoning_effort: Any = None
    verbosity: Any = None
    metadata: Any = None
    store: Any = None
    service_tier: Any = None
    safety_identifier: Any = None
    prompt_cache_key: Any = None


def turns_of(asked: Completion) -> tuple[list[str], str]:
    """Return the earlier questions and the new one; raises DoorError for what can't be answered."""
    if asked.model != words.MODEL:
        line = words.UNKNOWN_MODEL.format(name=shortened(asked.model))
        raise DoorError(line, "model", "model_not_found", 404)
    _refuse_unsupported(asked)
    told = [
        (at, _text(message, at))
        for at, message in enumerate(asked.messages)
        if message.role == "user"
    ]
    if asked.messages[-1].role != "user" or not told[-1][1].strip():
        raise DoorError(words.NO_QUESTION, "messages")
    for at, text in told:
        if len(text) > LONGEST_QUESTION:
            said = words.SHOULD["string_too_long"].format(max_length=LONGEST_QUESTION)
            raise DoorError(f"“messages[{at}].content”{said}。{words.NEXT}", "messages")
    questions = [text for _, text in told if text.strip()]
    return questions[:-1][-MOST_TURNS:], questions[-1]


def tokens(text: str) -> int:
    """Return about how many tokens a text has: one a Chinese character, one for four letters."""
    return len(_TOKEN.findall(text))


def prompt_tokens(asked: Completion) -> int:
    """Return about how many tokens the messages have."""
    return sum(
        tokens(message.content)
        if isinstance(message.content, str)
        else sum(tokens(part.text or "") for part in message.content or ())
        for message in asked.messages
    )


def _refuse_unsupported(asked: Completion) -> None:
    ignored = {"n": (None, 1), "response_format": _PLAIN_FORMATS, "modalities": (None, ["text"])}
    for field, why in words.UNSUPPORTED_FIELDS.items():
        value = getattr(asked, field)
        if value not in ignored.get(field, (None, False, [])):
            line = words.UNSUPPORTED.format(field=field, why=why)
            raise DoorError(line, field, "unsupported_parameter")


def _text(message: Message, at: int) -> str:
    if not isinstance(message.content, list):
        return message.content or ""
    for number, part in enumerate(message.content[:_MOST_PARTS]):
        if part.type != "text":
            place = f"messages[{at}].content[{number}]"
            raise DoorError(
                words.PART.format(place=place, kind=shortened(part.type)), place, "unsupported_part"
            )
    return "\n".join(part.text or "" for part in message.content[:_MOST_PARTS])
