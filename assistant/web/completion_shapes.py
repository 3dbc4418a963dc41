"""What the OpenAI-compatible door answers with, as models: for its description and its tests."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from assistant.web.api_shapes import Answer  # noqa: TC001 - pydantic reads the annotation


class Model(BaseModel):
    """A model that can be named in a request."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class Models(BaseModel):
    """All models."""

    object: Literal["list"]
    data: list[Model]


class Said(BaseModel):
    """What the assistant says: Markdown that has passed the check."""

    role: Literal["assistant"]
    content: str


class Choice(BaseModel):
    """The one answer."""

    index: Literal[0]
    message: Said
    finish_reason: Literal["stop"]


class Usage(BaseModel):
    """About how many tokens were read and written."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(BaseModel):
    """An answer; `policy_assistant` is the turn with its citations and calculations."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    policy_assistant: Answer
