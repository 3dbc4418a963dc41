"""The tools over MCP as the SDK's own client uses them, over HTTP and over standard input."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from mcp import Client, StdioServerParameters

from assistant.journal_store import FILE, read_records
from assistant.record import Channel
from assistant.web import api_shapes as shapes
from assistant.web import door_routes
from tests.doors import FOLLOW_UP, QUESTION, Faulty, recording, refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from mcp_types import CallToolResult

    from assistant.chain import Assistant

TOOLS = {"ask", "search_clauses", "read_clause", "list_awards", "calculate_award"}
AWARD = "service-robot-sales"
JSON = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("journal")


@pytest.fixture(scope="module")
def address(assistant: Assistant, journal: Path) -> Iterator[str]:
    with recording(assistant, journal) as found:
        yield found


def within(server: Any, mode: str, use: Callable[[Client], Awaitable[Any]]) -> Any:
    """Return what a client makes of a server while it is connected."""

    async def connected() -> Any:
        async with Client(server, mode=mode, read_timeout_seconds=60) as client:
            return await use(client)

    return asyncio.run(connected())


def given(result: CallToolResult) -> Any:
    """Return what a tool gave; it says the same as text."""
    assert not result.is_error, result.content
    text: Any
    (text,) = result.content
    assert json.loads(text.text) == result.structured_content
    return result.structured_content


def told(result: CallToolResult) -> str:
    """Return the one line with which a tool refuses."""
    assert result.is_error
    text: Any
    (text,) = result.content
    line: str = text.text
    assert "\n" not in line
    assert line.endswith("。")
    return line


async def every_tool(client: Client) -> dict[str, Any]:
    """Use every tool once, rightly."""
    ask = {"question": FOLLOW_UP, "earlier": [QUESTION]}
    facts = {"award": AWARD, "facts": {"product_sales": "1500万元"}}
    return {
        "tools": (await client.list_tools()).tools,
        "asked": given(await client.call_tool("ask", ask)),
        "found": given(await client.call_tool("search_clauses", {"query": "并购", "top": 2})),
        "read": given(await client.call_tool("read_clause", {"clause": "第五条"})),
        "awards": given(await client.call_tool("list_awards", {})),
        "worked": given(await client.call_tool("calculate_award", facts)),
        "back": given(await client.call_tool("calculate_award", {"award": AWARD, "want": "最高"})),
    }


def hold(got: dict[str, Any], assistant: Assistant) -> None:
    """Check what every tool gave against the assistant itself."""
    assert {tool.name for tool in got["tools"]} == TOOLS
    for tool in got["tools"]:
        assert tool.annotations.read_only_hint
        assert tool.description
        assert tool.input_schema["additionalProperties"] is False
    before = assistant.ask(QUESTION)
    after = assistant.ask(FOLLOW_UP, before.conversation).answer
    assert shapes.Answer.model_validate(got["asked"]).answer == after.text
    assert len([shapes.Hit.model_validate(hit) for hit in got["found"]["hits"]]) == 2
    clause = assistant.library.clause("minhang-robot", "5")
    assert clause is not None
    assert shapes.Clause.model_validate(got["read"]).text == clause.text
    assert len(got["awards"]["awards"]) == len(assistant.library.awards)
    assert shapes.Calculation.model_validate(got["worked"]).amount == "450000"
    assert shapes.Inverse.model_validate(got["back"]).reason == ""


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_every_tool_over_http(address: str, assistant: Assistant, mode: str) -> None:
    hold(within(f"{address}/mcp", mode, every_tool), assistant)


def test_every_tool_over_standard_input(assistant: Assistant, data_folder: str) -> None:
    server = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from assistant.cli import main; main(['mcp'])"],
        env=os.environ | {"POLICY_ASSISTANT_HOME": data_folder, "PYTHONUTF8": "1"},
    )
    hold(within(server, "legacy", every_tool), assistant)


def test_a_question_is_in_the_journal(address: str, journal: Path) -> None:
    question = "第九条原文是什么？"
    within(f"{address}/mcp", "auto", lambda c: c.call_tool("ask", {"question": question}))
    (record,) = [r for r in read_records(journal / FILE) if r.asked.question == question]
    assert record.asked.channel is Channel.API


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("ask", {}, "question"),
    ("ask", {"question": 1}, "question"),
    ("ask", {"question": "问", "colour": "red"}, "colour"),
    ("search_clauses", {"query": "x", "top": -1}, "top"),
    ("read_clause", {"clause": "99"}, "99"),
    ("read_clause", {"clause": "5", "policy": "nowhere"}, "nowhere"),
    ("list_awards", {"policy": "nowhere"}, "nowhere"),
    ("calculate_award", {"award": "gone"}, AWARD),
    ("calculate_award", {"award": AWARD, "facts": {"product_sales": "\x1b[31m很多\n"}}, "很多"),
    ("no_such_tool", {}, "calculate_award"),
]


def test_a_wrong_call_is_one_line_naming_it(address: str) -> None:
    async def call_all(client: Client) -> list[CallToolResult]:
        return [await client.call_tool(name, arguments) for name, arguments, _ in WRONG]

    results = within(f"{address}/mcp", "legacy", call_all)
    for result, (_, _, named) in zip(results, WRONG, strict=True):
        line = told(result)
        assert named in line
        assert "/api/docs" not in line
        assert line.isprintable()


def test_many_clients_at_once_keep_apart(address: str) -> None:
    async def ask(figure: int) -> str:
        first = f"智慧养老产品卖了{figure}万，能补多少？"
        async with Client(f"{address}/mcp", read_timeout_seconds=60) as client:
            await client.call_tool("ask", {"question": first})
            again = {"question": "怎么算的？", "earlier": [first]}
            turn = given(await client.call_tool("ask", again))
        amount: str = turn["calculations"][0]["amount"]
        return amount

    async def all_at_once(figures: list[int]) -> list[str]:
        return list(await asyncio.gather(*map(ask, figures)))

    figures = [1_100, 1_500, 2_000, 3_000, 4_500, 6_000]
    assert asyncio.run(all_at_once(figures)) == [str(f * 300) for f in figures]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_a_foreign_host_is_refused(address: str, host: str) -> None:
    answer = httpx.post(f"{address}/mcp", json=LIST, headers=JSON | {"Host": host})
    if host:
        assert refused(answer, 421)["code"] == "foreign_host"
    assert answer.status_code in (400, 421)


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8000", "192.0.2.7"])
def test_an_address_and_this_computers_name_are_its_own(address: str, host: str) -> None:
    answer = httpx.post(f"{address}/mcp", json=LIST, headers=JSON | {"Host": host})
    assert {tool["name"] for tool in answer.json()["result"]["tools"]} == TOOLS


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[" * 50_000, b"[]", b'{"jsonrpc": "2.0"}', b'"x"', b"\xff"]
)
@pytest.mark.parametrize("version", ["2025-06-18", "2026-07-28", "nonsense"])
def test_what_is_no_message_is_refused(address: str, content: bytes, version: str) -> None:
    headers = JSON | {"MCP-Protocol-Version": version}
    answer = httpx.post(f"{address}/mcp", content=content, headers=headers)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


def test_a_message_that_is_too_large_is_refused(address: str) -> None:
    content = json.dumps(LIST | {"params": {"x": "x" * 1_000_000}})
    refused(httpx.post(f"{address}/mcp", content=content, headers=JSON), 413)


def test_without_the_package_the_door_says_what_to_install(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    monkeypatch.delitem(sys.modules, "assistant.mcp_server", raising=False)
    monkeypatch.delattr("assistant.mcp_server", raising=False)
    sent: list[Any] = []

    async def call() -> None:
        from assistant.talks import Talks
        from assistant.web.visitors import Visitors

        door = door_routes.McpDoor(assistant, Talks(assistant), Visitors())

        async def send(message: Any) -> None:
            sent.append(message)

        await door({"type": "http"}, None, send)  # type: ignore[arg-type]

    asyncio.run(call())
    assert sent[0]["status"] == 501
    assert "policy-assistant[mcp]" in sent[1]["body"].decode()


def test_a_defect_is_one_line_that_tells_no_detail(
    assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    from assistant import mcp_server
    from assistant.talks import Talks

    server = mcp_server.build(Faulty(assistant), Talks(Faulty(assistant)))
    result = within(server, "auto", lambda c: c.call_tool("ask", {"question": "故障"}))
    assert "secret" not in told(result)
    assert "secret detail" in caplog.text


def test_the_command_without_the_package_says_what_to_install() -> None:
    script = (
        "import importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'mcp' else find(name, *a)\n"
        "from assistant.cli import main; main(['mcp'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "policy-assistant[mcp]" in done.stderr
