"""The OpenAI-compatible door: `/v1/chat/completions`, streamed or not, and `/v1/models`.

The answer is made and checked before its first character is sent. Beside OpenAI's fields stands
`policy_assistant`, the turn as the contract's JSON object with its citations and calculations.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant import door_wording as words
from assistant.door_requests import DoorError, shortened
from assistant.web import completion_shapes as shapes
from assistant.web.api_shapes import Refusal
from assistant.web.completion_request import Completion, prompt_tokens, tokens, turns_of
from assistant.web.doors import DoorRoute, address_of, client_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.answer import Answer
    from assistant.talks import Talks
    from assistant.web.visitors import Visitors

_BLOCK = re.compile(r".+?(?:\n\n|\Z)", re.DOTALL)
"""A paragraph with the empty line after it: what is sent at a time."""
_REFUSED: dict[int | str, dict[str, Any]] = {"4XX": {"model": Refusal}}
_NO_STORE = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def routes(talks: Talks, visitors: Visitors) -> APIRouter:
    """Return the routes of the OpenAI-compatible door."""
    router = APIRouter(
        prefix="/v1", route_class=DoorRoute, responses=_REFUSED, tags=["OpenAI 兼容"]
    )
    since = int(time.time())
    model = {"id": words.MODEL, "object": "model", "created": since, "owned_by": words.MODEL}

    @router.get("/models", summary="模型列表", responses={200: {"model": shapes.Models}})
    def models() -> JSONResponse:
        """列出可用的模型，只有 policy-assistant 一个。"""
        return JSONResponse({"object": "list", "data": [model]})

    @router.get("/models/{name}", summary="一个模型", responses={200: {"model": shapes.Model}})
    def one(name: str) -> JSONResponse:
        """给出一个模型。"""
        if name != words.MODEL:
            line = words.UNKNOWN_MODEL.format(name=shortened(name))
            raise DoorError(line, "model", "model_not_found", 404)
        return JSONResponse(model)

    @router.post(
        "/chat/completions",
        summary="对话",
        responses={200: {"model": shapes.ChatCompletion}},
    )
    async def complete(asked: Completion, request: Request) -> Response:
        """按 OpenAI 的格式对话：messages 里 user 的话依次是各轮问题，回答最后一个。"""
        earlier, question = turns_of(asked)
        client = f"{client_of(request)} {asked.user or ''}"
        async with visitors.admitted(address_of(request), talks.cost(client, earlier)):
            turn = await asyncio.to_thread(talks.ask, client, earlier, question)
        reply = _Reply(turn.answer, asked, str(getattr(turn, "id", token_hex(6))))
        if not asked.stream:
            return JSONResponse(reply.whole())
        return StreamingResponse(
            reply.events(), media_type="text/event-stream", headers=dict(_NO_STORE)
        )

    return router


class _Reply:
    """An answer in OpenAI's form, whole or in pieces."""

    def __init__(self, answer: Answer, asked: Completion, number: str) -> None:
        self._answer = answer
        self._asked = asked
        self._common = {
            "id": f"chatcmpl-{number}",
            "created": int(time.time()),
            "model": words.MODEL,
            "system_fingerprint": None,
        }

    def whole(self) -> dict[str, Any]:
        """Return the answer as one object."""
        message = {"role": "assistant", "content": self._answer.text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {
            **self._common,
            "object": "chat.completion",
            "choices": [choice],
            "usage": self._usage(),
            "policy_assistant": self._answer.to_json(),
        }

    def events(self) -> Iterator[str]:
        """Yield the answer as server-sent events, a paragraph at a time."""
        yield self._event({"role": "assistant", "content": ""})
        for block in _BLOCK.findall(self._answer.text):
            yield self._event({"content": block})
        yield self._event({}, "stop", policy_assistant=self._answer.to_json())
        options = self._asked.stream_options
        if options and options.include_usage:
            yield _line({**self._chunk(), "choices": [], "usage": self._usage()})
        yield "data: [DONE]\n\n"

    def _event(self, delta: dict[str, str], reason: str | None = None, **extra: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        return _line({**self._chunk(), "choices": [choice], **extra})

    def _chunk(self) -> dict[str, Any]:
        return {**self._common, "object": "chat.completion.chunk"}

    def _usage(self) -> dict[str, int]:
        asked, answered = prompt_tokens(self._asked), tokens(self._answer.text)
        return {
            "prompt_tokens": asked,
            "completion_tokens": answered,
            "total_tokens": asked + answered,
        }


def _line(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
