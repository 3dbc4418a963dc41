from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assistant.answer import Answer, Outcome, Status
from assistant.calculation import Unmet
from assistant.web import shell, texts
from assistant.web.clause_panel import evidence, lead, marked, verbatim
from assistant.web.server import PortTakenError, claim_port, page_address
from corpus.award import Nature
from tests.stand_in import CLAUSE_TEXT, QUOTES, SUM, StandInAssistant, StandInLibrary, cite, policy

if TYPE_CHECKING:
    from assistant.chain import Assistant

ANSWER = Answer("问", Outcome.ANSWERED, "答", citations=(cite(QUOTES[0]), cite(QUOTES[1])))
SHELF = StandInLibrary()
HOSTILE = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], "a&lt;b&gt;c"),
        ([(0, 1)], "<mark>a</mark>&lt;b&gt;c"),
        ([(1, 4)], "a<mark>&lt;b&gt;</mark>c"),
        ([(2, 5), (0, 3)], "<mark>a&lt;b&gt;c</mark>"),
        ([(0, 1), (1, 2)], "<mark>a&lt;</mark>b&gt;c"),
        ([(4, 99)], "a&lt;b&gt;<mark>c</mark>"),
        ([(3, 3)], "a&lt;b&gt;c"),
    ],
)
def test_quoted_words_are_marked_and_everything_is_escaped(
    spans: list[tuple[int, int]], expected: str
) -> None:
    assert marked("a<b>c", spans) == expected


def test_two_quotes_of_one_clause_share_a_panel_with_the_full_text() -> None:
    html = evidence(ANSWER, SHELF)
    assert html.count("<details") == 1
    for quote in QUOTES:
        assert f"<mark>{quote}</mark>" in html
    bare = html.replace("<mark>", "").replace("</mark>", "")
    assert (
        verbatim(CLAUSE_TEXT).removeprefix('<div class="verbatim">').removesuffix("</div>") in bare
    )
    assert "三、促进应用场景牵引" in html


def test_a_clause_that_is_gone_still_shows_its_quote() -> None:
    gone = replace(cite(QUOTES[0]), clause="99", policy="gone")
    html = evidence(replace(ANSWER, citations=(gone,)), SHELF)
    assert f"<mark>{QUOTES[0]}</mark>" in html


def test_nothing_cited_shows_no_evidence() -> None:
    assert evidence(Answer("问", Outcome.GREETING, "您好"), SHELF) == ""
    assert lead(Answer("问", Outcome.GREETING, "您好")) == ""


def test_hostile_words_stay_words() -> None:
    citation = replace(cite(QUOTES[0]), label=HOSTILE, title=HOSTILE, policy=HOSTILE, quote=HOSTILE)
    step = replace(SUM.steps[0], text=HOSTILE, quote=HOSTILE)
    worked = replace(SUM, title=HOSTILE, steps=(step,), unmet=(Unmet(HOSTILE, HOSTILE),))
    answer = replace(ANSWER, citations=(citation,), calculations=(worked,), understood=HOSTILE)
    assert "<script" not in evidence(answer, SHELF) + lead(answer) + verbatim(HOSTILE)


def test_the_calculation_is_a_table_of_steps() -> None:
    html = evidence(replace(ANSWER, calculations=(SUM,)), SHELF)
    assert html.count('<th scope="row">') == len(SUM.steps)
    assert ">60万元</b>" in html
    assert texts.NATURE_LABELS[SUM.nature] in html


def test_an_amount_that_cannot_be_worked_out_says_so() -> None:
    assert (
        evidence(replace(ANSWER, citations=(), calculations=(replace(SUM, steps=()),)), SHELF) == ""
    )
    unknown = replace(SUM, amount=None)
    assert texts.UNKNOWN_AMOUNT in evidence(replace(ANSWER, calculations=(unknown,)), SHELF)


def test_every_ending_and_every_nature_has_a_label() -> None:
    assert set(texts.STATUS_LABELS) == set(Status)
    assert set(texts.OUTCOME_LABELS) < set(Outcome)
    assert set(texts.NATURE_LABELS) == set(Nature)


def test_the_page_is_chinese_and_names_no_other_host() -> None:
    import gradio

    index = Path(gradio.__file__).parent / "templates" / "frontend" / "index.html"
    html = shell.rewrite(index.read_text("utf-8"), "题<目>", "n0nce")
    assert 'lang="zh-CN"' in html
    assert "<title>题&lt;目&gt;</title>" in html
    for foreign in ("githubusercontent", "gradio.app", "twitter", "og:image", "manifest"):
        assert foreign not in html
    assert html.count("<script") == html.count('<script nonce="n0nce"')


def test_a_draft_is_announced_and_a_policy_in_force_is_not() -> None:
    from assistant.web.frame import masthead

    draft, in_force = policy(), policy(in_force=True)
    assert texts.NOT_IN_FORCE in masthead([draft], "/")
    assert draft.info.kind in masthead([draft], "/")
    assert texts.NOT_IN_FORCE not in masthead([in_force], "/")
    other = replace(in_force, info=replace(in_force.info, title="现行办法"))
    both = masthead([draft, other], "/")
    notice = both[both.index('role="note"') :]
    assert draft.info.title in notice
    assert "现行办法" not in notice


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("> 引用\n\n**粗**", "> 引用\n\n**粗**"),
        ("<b>x</b> & y", "&lt;b>x&lt;/b> &amp; y"),
        ("![图](http://x/y.png)", "!\\[图]\\(http://x/y.png)"),
        ("[链](javascript:x)", "[链]\\(javascript:x)"),
    ],
)
def test_an_answer_keeps_its_markdown_but_loads_nothing(markdown: str, shown: str) -> None:
    from assistant.web.chat import harmless

    assert harmless(markdown) == shown


def test_an_answer_streams_and_ends_whole() -> None:
    from assistant.web.chat import Session, respond

    async def watch(still: bool) -> list[Any]:
        return [step async for step in respond(StandInAssistant(), "能补多少？", Session(), still)]

    streamed, at_once = asyncio.run(watch(False)), asyncio.run(watch(True))
    assert len(streamed) > len(at_once) == 2
    assert streamed[-1][1].conversation == at_once[-1][1].conversation == ("能补多少？",)
    assert streamed[-1][0][-1]["content"][1] == at_once[-1][0][-1]["content"][1]


def test_a_failure_shows_a_calm_line_and_keeps_the_conversation(
    caplog: pytest.LogCaptureFixture,
) -> None:
    from assistant.web.chat import Session, respond

    async def watch() -> list[Any]:
        said = Session(conversation=("前一问",))
        return [step async for step in respond(StandInAssistant(), "故障", said, True)]

    messages, session, _ = asyncio.run(watch())[-1]
    assert messages[-1]["content"] == texts.FAILED
    assert session.conversation == ("前一问",)
    assert "secret detail" in caplog.text


def test_half_a_character_is_replaced() -> None:
    from assistant.web.chat import storable

    assert storable("能补\ud83d多少😀") == "能补?多少😀"


def test_a_taken_port_is_one_line_with_the_next_step() -> None:
    with claim_port(port=0) as held:
        port = held.getsockname()[1]
        with pytest.raises(
            PortTakenError, match=rf"端口 {port} 已被占用.*--port {port + 1}"
        ) as caught:
            claim_port(port=port)
        assert "\n" not in str(caught.value)
        assert page_address(held) == f"http://127.0.0.1:{port}/"


@pytest.mark.parametrize(
    ("host", "port"), [("192.0.2.1", 7860), ("127.0.0.1", 99999), ("无", 7860)]
)
def test_an_address_that_cannot_be_used_is_one_line(host: str, port: int) -> None:
    with pytest.raises(PortTakenError, match=r"--(port|host) "):
        claim_port(host, port)


def test_a_stopped_server_frees_its_port() -> None:
    with claim_port(port=0) as held:
        address = held.getsockname()
    with socket.socket() as probe:
        assert probe.connect_ex(address) != 0


SERVE = "from tests.stand_in import *; from assistant.web.server import serve; serve({}, port=0)"


def test_ctrl_c_ends_the_server_with_one_line_while_a_page_is_open() -> None:
    command = [sys.executable, "-c", SERVE.format("StandInAssistant()")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    ready = process.stdout.readline()
    port = int(ready[ready.index("http") :].split("/")[2].partition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as page:
        page.sendall(b"GET /gradio_api/heartbeat/abc HTTP/1.1\r\nHost: x\r\n\r\n")
        assert page.recv(20).startswith(b"HTTP/1.1 200")
        process.send_signal(signal.SIGINT)
        rest, complaints = process.communicate(timeout=20)
    assert (process.returncode, rest.strip(), complaints) == (0, texts.STOPPED, "")


def test_a_ceiling_is_shown_as_one(assistant: Assistant) -> None:
    ceiling = assistant.ask("揭榜额3000万能拿多少").answer
    granted = assistant.ask("链主企业投资3000万能拿多少").answer
    assert "不超过1500万元" in evidence(ceiling, assistant.library)
    assert "不超过300万元" not in evidence(granted, assistant.library)
