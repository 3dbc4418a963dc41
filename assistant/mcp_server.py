"""Our tools over MCP, by the MCP SDK: the one module that knows it, imported only when asked for.

Every call is complete in itself, so there is no session to keep: over HTTP each request is served
by itself (`answer_http`), over standard input and output one program is (`serve_stdio`).
"""

from __future__ import annotations

import json
import logging
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import anyio
import mcp_types as types
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from assistant import door_wording as words
from assistant import offer
from assistant.door_requests import (
    AskOne,
    Calculate,
    DoorError,
    ListAwards,
    ReadClause,
    Search,
    read,
    shortened,
)
from assistant.versions import release

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp.server.context import ServerRequestContext
    from pydantic import BaseModel

    from assistant.talks import Talks

    Admit = Callable[[Any, int], AbstractAsyncContextManager[None]]
    """From an HTTP request (None on standard input) and a count of answers to a place for them."""

logger = logging.getLogger(__name__)
_LARGEST = 1_000_000
_READS_ONLY = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


@dataclass(frozen=True, slots=True)
class _Tool:
    """A tool: what it is for, what it takes, and what it gives."""

    title: str
    about: str
    takes: type[BaseModel]
    run: Callable[[Any, str], Any]


def build(
    assistant: Any,
    talks: Talks,
    admit: Admit = lambda _request, _answers: nullcontext(),
    client: Callable[[Any], str] = lambda _request: "",
) -> Server[Any]:
    """Return the server of our tools; `client` tells whose conversation an HTTP request goes on."""
    tools = _tools(assistant, talks)
    listed = [_described(name, tool) for name, tool in tools.items()]

    async def list_tools(
        _context: ServerRequestContext[Any, Any], _params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=listed)

    async def call_tool(
        context: ServerRequestContext[Any, Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        tool = tools.get(params.name)
        if tool is None:
            return _told(
                words.UNKNOWN_TOOL.format(name=shortened(params.name), known="、".join(tools))
            )
        try:
            asked = read(tool.takes, params.arguments or {})
            whose = client(context.request)
            cost = talks.cost(whose, asked.earlier) if isinstance(asked, AskOne) else 1
            async with admit(context.request, cost):
                given = await anyio.to_thread.run_sync(tool.run, asked, whose)
        except DoorError as error:
            return _told(error.message.replace(words.NEXT, words.NEXT_OF_TOOL))
        except Exception:
            logger.exception("the tool %s failed", params.name)
            return _told(words.FAILED)
        return _given(given)

    return Server(
        "policy-assistant",
        version=release(),
        title=words.TITLE,
        instructions=words.INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def answer_http(server: Server[Any], scope: Any, receive: Any, send: Any) -> None:
    """Answer one HTTP request (an ASGI call), in the streamable HTTP transport, sessionless."""
    manager = StreamableHTTPSessionManager(
        server, json_response=True, stateless=True, max_request_body_size=_LARGEST
    )
    async with manager.run():
        await manager.handle_request(scope, receive, send)


def serve_stdio(server: Server[Any]) -> None:
    """Serve one program over standard input and output until it closes them."""

    async def serving() -> None:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(serving)


def _tools(assistant: Any, talks: Talks) -> dict[str, _Tool]:
    def search(wanted: Search, _client: str) -> Any:
        hits, notes = offer.found(wanted, assistant.library, assistant.retriever)
        return {"hits": hits, "notes": list(notes)}

    def read_one(wanted: ReadClause, _client: str) -> Any:
        return offer.clause(wanted, assistant.library)

    def listed(wanted: ListAwards, _client: str) -> Any:
        return {"awards": offer.awards(assistant.library, wanted.policy)}

    def calculate(wanted: Calculate, _client: str) -> Any:
        return offer.calculated(wanted, assistant.library)

    def ask(asked: AskOne, client: str) -> Any:
        return talks.ask(client, asked.earlier, asked.question).answer.to_json()

    return {
        "ask": _Tool("提问", words.ASK_TOOL, AskOne, ask),
        "search_clauses": _Tool("检索条款", words.SEARCH_TOOL, Search, search),
        "read_clause": _Tool("读条款原文", words.READ_TOOL, ReadClause, read_one),
        "list_awards": _Tool("列出奖励", words.LIST_TOOL, ListAwards, listed),
        "calculate_award": _Tool("测算奖励", words.CALCULATE_TOOL, Calculate, calculate),
    }


def _described(name: str, tool: _Tool) -> types.Tool:
    return types.Tool(
        name=name,
        title=tool.title,
        description=tool.about,
        input_schema=tool.takes.model_json_schema(),
        annotations=_READS_ONLY,
    )


def _given(value: dict[str, Any]) -> types.CallToolResult:
    text = types.TextContent(type="text", text=json.dumps(value, ensure_ascii=False))
    return types.CallToolResult(content=[text], structured_content=value)


def _told(line: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=line)], is_error=True)
