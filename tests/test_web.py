from __future__ import annotations

import asyncio
import re
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assistant.answer import Answer, Outcome, Status
from assistant.calculation import Unmet
from assistant.passage import Part, Passage
from assistant.web import shell, texts
from assistant.web.answer_view import blocks, failure
from assistant.web.conversation import (
    MOST_TURNS,
    Held,
    caught_up,
    read_asked,
    read_judged,
    storable,
)
from assistant.web.export import plain_words, turn_markdown
from assistant.web.frame import fragment
from assistant.web.marks import circled, sources_of
from assistant.web.reader import pieces
from assistant.web.server import PortTakenError, claim_port, page_address
from assistant.web.visitors import A_SECOND, SAVED, TooManyError, Visitors
from corpus.award import Nature
from tests.stand_in import CLAUSE_TEXT, QUOTES, SUM, StandInAssistant, StandInLibrary, cite, policy

if TYPE_CHECKING:
    from assistant.chain import Assistant
    from assistant.web.marks import Shelf

PLACE = ("sample", "5")
SHELF = StandInLibrary()
ANSWER = Answer(
    "问",
    Outcome.ANSWERED,
    "答",
    citations=(cite(QUOTES[0]), cite(QUOTES[1])),
    passages=(Passage(Part.CONCLUSION, "约**60万元**。", (PLACE,)),),
)
HOSTILE = "<script>alert(1)</script>"
_SPANS = re.compile(r'class="cite" href="([^"]+)"[^>]* data-spans="([^"]+)"')


def drawn(answer: Answer, shelf: Shelf = SHELF) -> str:
    return "".join(blocks(answer, shelf))


def test_a_mark_opens_its_clause_at_exactly_the_words_quoted() -> None:
    link, spans = _SPANS.findall(drawn(ANSWER))[0]
    places = [tuple(map(int, span.split("-"))) for span in spans.split(",")]
    assert [CLAUSE_TEXT[start:end] for start, end in places] == list(QUOTES)
    assert link.endswith("#sample-5")
    assert all(f"quote=sample:5:{span}" in link for span in spans.split(","))


def test_the_panel_holds_the_full_text_of_the_clause_escaped() -> None:
    [(kind, label, words)] = pieces(policy())
    assert (kind, label, words) == ("clause", "5", CLAUSE_TEXT)
    html = fragment("reader.html", policy=policy(), pieces=pieces(policy()))
    assert escape(CLAUSE_TEXT) in html
    assert "<医疗健康>" not in html


def test_two_quotes_of_one_clause_share_a_number_and_are_both_shown() -> None:
    html = drawn(ANSWER)
    assert [source.sign for source in sources_of(ANSWER).values()] == ["①"]
    assert html.count('<a class="source"') == 1
    for quote in QUOTES:
        assert f"<blockquote>{quote}</blockquote>" in html
    within = replace(ANSWER, citations=(*ANSWER.citations, cite("3%")))
    assert "<blockquote>3%</blockquote>" not in drawn(within)


@pytest.mark.parametrize(
    ("number", "sign"), [(1, "①"), (20, "⑳"), (21, "㉑"), (36, "㊱"), (50, "㊿"), (51, "(51)")]
)
def test_marks_are_circled_as_far_as_there_are_circles(number: int, sign: str) -> None:
    assert circled(number) == sign


def test_many_cited_clauses_are_folded_with_their_number() -> None:
    many = tuple(replace(cite(QUOTES[0]), clause=str(number)) for number in range(1, 6))
    html = drawn(replace(ANSWER, citations=many))
    assert html.count("<details") == 1
    assert texts.clauses(5) in html
    assert "<details" not in drawn(replace(ANSWER, citations=many[:3]))


def test_a_clause_that_is_gone_still_shows_its_quote() -> None:
    gone = replace(cite(QUOTES[0]), clause="99", policy="gone")
    html = drawn(replace(ANSWER, citations=(gone,)))
    assert f"<blockquote>{QUOTES[0]}</blockquote>" in html
    assert f'data-quote="{QUOTES[0]}"' in html


def test_nothing_cited_shows_no_evidence() -> None:
    html = drawn(Answer("问", Outcome.GREETING, "您好"))
    assert html == '<div class="prose-text"><p>您好</p>\n</div>'


def test_hostile_words_stay_words() -> None:
    citation = replace(cite(QUOTES[0]), label=HOSTILE, title=HOSTILE, policy=HOSTILE, quote=HOSTILE)
    step = replace(
        SUM.steps[0], text=HOSTILE, quote=HOSTILE, item=HOSTILE, working=HOSTILE, result=HOSTILE
    )
    worked = replace(
        SUM, title=HOSTILE, steps=(step,), unmet=(Unmet(HOSTILE, HOSTILE),), clause=HOSTILE
    )
    answer = Answer(
        "问",
        Outcome.ANSWERED,
        HOSTILE,
        citations=(citation,),
        calculations=(worked,),
        understood=HOSTILE,
        choices=(HOSTILE,),
        suggestions=(HOSTILE,),
    )
    told = tuple(Passage(part, f"**{HOSTILE}**", ((HOSTILE, "5"),)) for part in Part)
    unasked = replace(answer, choices=(), passages=told)
    for shown in (drawn(answer), drawn(unasked), *failure(HOSTILE)):
        assert "<script" not in shown
        assert "&lt;script&gt;" in shown


def test_the_conclusion_comes_first_and_the_rest_in_the_order_of_reading() -> None:
    told = (
        Passage(Part.CAVEAT, "须经评审。"),
        Passage(Part.ITEM, "一项", (PLACE,)),
        Passage(Part.DETAIL, "说明"),
        *ANSWER.passages,
    )
    html = drawn(replace(ANSWER, passages=told, calculations=(SUM,), suggestions=("接着问",)))
    order = [
        '<p class="conclusion">',
        '<p class="detail">',
        '<ul class="items">',
        'class="basis"',
        'class="worked"',
        'class="caveats"',
        'class="next"',
    ]
    assert [html.index(sign) for sign in order] == sorted(html.index(sign) for sign in order)


def test_the_mark_stays_on_the_line_of_the_last_word() -> None:
    html = drawn(ANSWER)
    assert '约<strong>60万</strong><span class="kept"><strong>元</strong>。<a class="cite"' in html


def test_choices_of_a_question_of_ours_come_before_suggestions() -> None:
    offered = replace(ANSWER, suggestions=("累计最高多少？",))
    assert '<button type="button" data-ask="累计最高多少？">' in drawn(offered)
    chosen = drawn(replace(offered, choices=("甲",)))
    assert 'data-ask="甲"' in chosen
    assert "累计最高多少" not in chosen


def test_what_was_understood_is_said_when_it_was_rewritten() -> None:
    assert texts.UNDERSTOOD not in drawn(ANSWER)
    assert f"{texts.UNDERSTOOD}<q>全称</q>" in drawn(replace(ANSWER, understood="全称"))


def test_the_calculation_is_a_table_of_steps() -> None:
    html = drawn(replace(ANSWER, calculations=(SUM,)))
    for head in texts.STEP_HEADINGS:
        assert f'<th scope="col">{head}</th>' in html
    assert html.count('<th scope="row">') == len(SUM.steps)
    for step in SUM.steps:
        assert f"<td>{step.working}</td><td>{step.result}</td>" in html
        assert f"<q>{step.quote}</q>" in html
    assert "<b>60万元</b>" in html
    assert texts.NATURE_LABELS[SUM.nature] in html


def test_an_amount_that_cannot_be_worked_out_shows_no_sum() -> None:
    assert "worked" not in drawn(replace(ANSWER, calculations=(replace(SUM, steps=()),)))
    unknown = drawn(replace(ANSWER, calculations=(replace(SUM, amount=None),)))
    assert 'class="total"' not in unknown
    assert unknown.count('<th scope="row">') == len(SUM.steps)


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
        (
            "> 引用\n\n**粗**",
            "<blockquote>\n<p>引用</p>\n</blockquote>\n<p><strong>粗</strong></p>",
        ),
        ("<b>x</b> & y", "<p>&lt;b&gt;x&lt;/b&gt; &amp; y</p>"),
        ("![图](http://x/y.png)", "<p>![图](http://x/y.png)</p>"),
        ("[链](javascript:x)", "<p>[链](javascript:x)</p>"),
    ],
)
def test_an_answer_keeps_its_markdown_but_loads_nothing(markdown: str, shown: str) -> None:
    html = drawn(Answer("问", Outcome.GREETING, markdown))
    assert html == f'<div class="prose-text">{shown}\n</div>'


def watched(question: str, *, calm: bool, said: tuple[Held, ...] = ()) -> list[Any]:
    """Return each (told to the page, to remember) while a question is answered."""
    from assistant.web.chat import respond

    earlier = [held.question for held in said]
    asked = {"id": "a1", "question": question, "earlier": earlier, "calm": calm}

    async def watch() -> list[Any]:
        steps = respond(StandInAssistant(), Visitors(), "127.0.0.1", asked, said)
        return [step async for step in steps]

    return asyncio.run(watch())


def test_an_answer_streams_and_ends_whole() -> None:
    streamed, at_once = watched("能补多少？", calm=False), watched("能补多少？", calm=True)
    assert len(streamed) > len(at_once) == 1
    shown = [told["blocks"] for told, _ in streamed]
    assert [shown[-1][: len(some)] for some in shown] == shown
    assert [told["done"] for told, _ in streamed] == [False] * (len(streamed) - 1) + [True]
    assert shown[-1] == at_once[-1][0]["blocks"]
    for _, session in (streamed[-1], at_once[-1]):
        assert session[-1].conversation == ("能补多少？",)


def test_a_failure_shows_a_calm_line_and_keeps_the_conversation(
    caplog: pytest.LogCaptureFixture,
) -> None:
    import gradio as gr

    [(told, session)] = watched("故障", calm=True, said=(Held("前一问", ("前一问",)),))
    assert texts.FAILED in "".join(told["blocks"])
    assert (told["failed"], told["done"]) == (True, True)
    assert session == gr.skip()
    assert "secret detail" in caplog.text
    assert "secret detail" not in str(told)


def test_half_a_character_is_replaced() -> None:
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
    assert "<b>不超过1500万元</b>" in drawn(ceiling, assistant.library)
    assert "<b>300万元</b>" in drawn(granted, assistant.library)


def test_a_rate_with_a_cap_is_drawn_with_the_point_asked_for(assistant: Assistant) -> None:
    html = drawn(assistant.ask("揭榜额3000万能拿多少").answer, assistant.library)
    assert "<svg" in html
    assert "您填的 3000万元" in html
    fixed = assistant.ask("链主企业落户有什么支持？").answer
    assert "<svg" not in drawn(fixed, assistant.library)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "能补多少",
        {},
        {"id": "a b"},
        {"id": "a" * 65},
        {"id": 1, "question": "问"},
        {"id": "a", "question": 1},
        {"id": "a", "question": "问", "earlier": "前"},
        {"id": "a", "question": "问", "earlier": [1]},
    ],
)
def test_what_no_page_of_ours_sends_is_not_asked(sent: Any) -> None:
    assert read_asked(sent) is None


def test_a_long_past_is_cut_to_its_last_questions() -> None:
    asked = read_asked({"id": "a", "question": "问", "earlier": [str(n) for n in range(200)]})
    assert asked is not None
    assert asked.earlier == tuple(str(n) for n in range(200 - MOST_TURNS, 200))


@pytest.mark.parametrize("thumb", [2, "1", None, True, 0.5])
def test_only_the_three_thumbs_are_kept(thumb: Any) -> None:
    judged = read_judged({"record": "t1", "thumb": thumb})
    assert judged is None or judged.thumb in (-1, 0, 1)
    assert (judged is None) == (thumb is not True)


def test_only_what_was_not_seen_is_asked_again() -> None:
    asked: list[str] = []

    def again(question: str, conversation: Any) -> Any:
        asked.append(question)
        return StandInAssistant().ask(question, conversation)

    session = caught_up((), ("一", "二", "三"), again)
    assert asked == ["一", "二", "三"]
    assert caught_up(session, ("一", "二"), again) == session[:2]
    assert caught_up(session, ("一", "二", "三"), again) == session
    assert asked == ["一", "二", "三"]
    changed = caught_up(session, ("一", "改"), again)
    assert asked[3:] == ["改"]
    assert changed[-1].conversation == ("一", "改")


def test_nobody_asks_for_more_than_their_share() -> None:
    now = [0.0]
    visitors = Visitors(lambda: now[0])

    async def ask(address: str, answers: int) -> None:
        async with visitors.admitted(address, answers):
            pass

    asyncio.run(ask("甲", int(SAVED)))
    with pytest.raises(TooManyError):
        asyncio.run(ask("甲", 1))
    asyncio.run(ask("乙", 1))
    now[0] += 1
    asyncio.run(ask("甲", int(A_SECOND)))


def test_a_turn_to_copy_holds_basis_working_caveats_and_the_draft_notice() -> None:
    told = (*ANSWER.passages, Passage(Part.CAVEAT, "须经评审。"))
    text = turn_markdown(replace(ANSWER, passages=told, calculations=(SUM,)), SHELF)
    assert text.startswith("约**60万元**。①")
    assert f"> {QUOTES[0]}" in text
    assert "| 项目 | 计算 | 结果 | 依据 |" in text
    assert f"| 按比例 | 2000万元 × 3% | 60万元 | {QUOTES[0]} |" in text
    assert "- 须经评审。" in text
    assert "征求意见稿" in text


def test_hostile_words_break_no_table_to_copy() -> None:
    step = replace(SUM.steps[0], working="a|b\nc", quote="x|y")
    text = turn_markdown(replace(ANSWER, calculations=(replace(SUM, steps=(step,)),)), SHELF)
    assert "| 门槛 | a\\|b c | 达到 | x\\|y |" in text
    assert plain_words("# [x](y)\n*z*") == "\\# \\[x\\](y) \\*z\\*"
