"""The chat model behind any OpenAI-compatible address, as a LangChain agent with our tools.

The only module that knows LangChain's chat models. It hands on what the model writes, piece by
piece, and stops at the limits of time, calls and tokens; whether any of it is shown is decided
elsewhere. What a server sends when it fails is never logged: it may repeat the key.
"""

from __future__ import annotations

import asyncio
import json
import logging
import queue
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import openai
from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain.chat_models import init_chat_model
from langchain_core.exceptions import (
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelInvalidRequestError,
    ModelNotFoundError,
    ModelPermissionDeniedError,
    ModelRateLimitError,
    ModelTimeoutError,
)
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage
from langgraph.errors import GraphRecursionError
from langsmith.run_helpers import tracing_context

from assistant.model_use import Fate, ModelFault

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Sequence

    from langchain_core.language_models import BaseChatModel
    from langchain_core.tools import BaseTool

    from assistant.budget import Meter
    from assistant.model_settings import ModelSettings
    from assistant.model_use import Stop

logger = logging.getLogger(__name__)
_LETTERS_A_TOKEN = 1.5
_FATES: tuple[tuple[tuple[type[BaseException], ...], Fate], ...] = (
    ((ModelRateLimitError,), Fate.BUSY),
    ((ModelTimeoutError, TimeoutError, httpx.TimeoutException), Fate.SLOW),
    ((ModelAuthenticationError, ModelPermissionDeniedError), Fate.REFUSED),
    ((ModelNotFoundError, ModelInvalidRequestError), Fate.REFUSED),
    ((ModelAPIError, openai.APIStatusError), Fate.BROKEN),
    ((openai.APIResponseValidationError, json.JSONDecodeError), Fate.GARBLED),
    ((ModelConnectionError, httpx.TransportError, OSError), Fate.UNREACHABLE),
    ((GraphRecursionError,), Fate.LOOPED),
)
"""What each kind of error means for the turn; any other tells of a reply that makes no sense."""

Piece = str | BaseException | None
"""Text, the fault that ends a reply, or None for its end."""


@dataclass(frozen=True, slots=True)
class Task:
    """What the model is asked: its instructions, the messages so far, the tools it may use."""

    instructions: str
    messages: tuple[tuple[str, str], ...]
    tools: Sequence[BaseTool] = ()


class ChatModel:
    """Asks the model; keeps one connection pool and one event loop in a thread of its own."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="model", daemon=True)
        self._thread.start()
        self._client = httpx.AsyncClient(timeout=settings.timeout)
        self._model = _opened(settings, self._client)

    def reply(self, task: Task, meter: Meter, until: float, stop: Stop) -> Generator[str]:
        """Yield what the model writes until the moment `until` of the monotonic clock.

        Closing the iterator ends the request. Raises ModelFault.
        """
        pieces: queue.SimpleQueue[Piece] = queue.SimpleQueue()
        future = asyncio.run_coroutine_threadsafe(self._run(task, meter, pieces), self._loop)
        stop.then(future.cancel)
        try:
            while True:
                try:
                    piece = pieces.get(timeout=max(0.0, until - time.monotonic()))
                except queue.Empty:
                    raise ModelFault(Fate.SLOW) from None
                if piece is None:
                    return
                if isinstance(piece, BaseException):
                    raise _fault(piece, stop) from None
                yield piece
        finally:
            future.cancel()

    def close(self) -> None:
        """Close the connections and stop the thread."""
        asyncio.run_coroutine_threadsafe(self._ended(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _ended(self) -> None:
        """End what is still under way, then the connections."""
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._client.aclose()
        await self._loop.shutdown_asyncgens()

    async def _run(self, task: Task, meter: Meter, pieces: queue.SimpleQueue[Piece]) -> None:
        agent: Any = create_agent(
            self._model,
            list(task.tools),
            system_prompt=task.instructions,
            middleware=[_Leash(meter)],
        )
        messages = {"messages": list(task.messages)}
        try:
            with tracing_context(enabled=False):  # nothing but the model is told of a question
                written = None
                async for message, _ in agent.astream(messages, stream_mode="messages"):
                    if isinstance(message, AIMessage | AIMessageChunk) and message.text:
                        new = written not in (None, message.id)
                        pieces.put("\n" + str(message.text) if new else str(message.text))
                        written = message.id
        except (Exception, asyncio.CancelledError) as error:
            pieces.put(error)
            if isinstance(error, asyncio.CancelledError):
                raise
        else:
            pieces.put(None)


class _Leash(AgentMiddleware[Any, Any, Any]):
    """Counts every call before it is made; the last one of a turn gets no tools any more."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self._meter = meter

    async def awrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        """Make one call within the limits; raises ModelFault."""
        estimate = _tokens(request.messages) + _tokens([request.system_message])
        last = self._meter.is_last_call
        self._meter.begin(estimate)
        response = await handler(request.override(tools=[]) if last else request)
        read, written = _used(response, estimate)
        self._meter.end(estimate, read, written)
        return response


def _opened(settings: ModelSettings, client: httpx.AsyncClient) -> BaseChatModel:
    """Return the model; key and address are always ours, never those of other programs."""
    return init_chat_model(
        settings.name,
        model_provider="openai",
        base_url=settings.url,
        api_key=settings.key,
        http_async_client=client,
        timeout=settings.timeout,
        max_retries=settings.retries,
        temperature=0,
        use_responses_api=False,
        stream_usage=True,
        disable_streaming=not settings.streams,
        extra_body={"max_tokens": settings.reply_tokens},  # compatible servers know no other name
    )


def _tokens(messages: Sequence[AnyMessage | None]) -> int:
    """Return about how many tokens these messages are: the real count needs the model's table."""
    letters = sum(len(str(message.content)) for message in messages if message is not None)
    return round(letters / _LETTERS_A_TOKEN)


def _used(response: ModelResponse[Any], estimate: int) -> tuple[int, int]:
    """Return the tokens read and written, as the server counted them or else estimated."""
    replies = [message for message in response.result if isinstance(message, AIMessage)]
    counted = [reply.usage_metadata for reply in replies if reply.usage_metadata]
    if counted:
        return (
            sum(usage["input_tokens"] for usage in counted),
            sum(usage["output_tokens"] for usage in counted),
        )
    return estimate, _tokens(replies)


def _fault(error: BaseException, stop: Stop) -> ModelFault:
    if isinstance(error, ModelFault):
        return error
    if isinstance(error, asyncio.CancelledError):
        return ModelFault(Fate.STOPPED if stop.given else Fate.SLOW)
    found = (fate for kinds, fate in _FATES if isinstance(error, kinds))
    fate = next(found, Fate.GARBLED)
    logger.warning("The chat model can't be used: %s (%s).", fate, type(error).__name__)
    return ModelFault(fate)
