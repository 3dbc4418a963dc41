"""The REST API as programs use it: httpx against a running server, good requests and hostile."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from assistant import calc_command, terminal
from assistant.api_keys import ApiKeys
from assistant.cli import main
from assistant.journal_store import FILE, read_records
from assistant.record import Channel
from assistant.settings import SettingError
from assistant.web import api_shapes as shapes
from tests.doors import FOLLOW_UP, OTHER, QUESTION, Faulty, recording, refused, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assistant.chain import Assistant

AWARD = "service-robot-sales"


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("journal")


@pytest.fixture(scope="module")
def address(assistant: Assistant, journal: Path) -> Iterator[str]:
    with recording(assistant, journal) as found:
        yield found


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=20) as opened:
        yield opened


def ended(value: Any) -> Any:
    """Return a turn without the time it took."""
    return {name: found for name, found in value.items() if name != "latency_ms"}


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[Any]:
    """Return the JSON that a command prints, a value a line."""
    with pytest.raises(SystemExit) as stopped:
        main([*arguments, "--json"])
    assert stopped.value.code == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_turns_are_what_the_command_line_prints(
    client: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [ended(turn) for turn in printed(capsys, "ask", QUESTION, FOLLOW_UP)]
    turns = client.post("/api/ask", json={"questions": [QUESTION, FOLLOW_UP]}).json()
    assert [ended(turn) for turn in turns] == wanted
    one = client.post("/api/ask", json={"question": QUESTION}).json()
    after = client.post("/api/ask", json={"question": FOLLOW_UP, "earlier": [QUESTION]}).json()
    assert [ended(one), ended(after)] == wanted
    for turn in (*turns, one, after):
        shapes.Answer.model_validate(turn)
    alone = client.post("/api/ask", json={"question": FOLLOW_UP}).json()
    assert ended(alone) != wanted[1]


def test_a_conversation_nobody_remembers_is_taken_up_again(
    client: httpx.Client, assistant: Assistant
) -> None:
    earlier = [OTHER, QUESTION]
    told = client.post("/api/ask", json={"question": FOLLOW_UP, "earlier": earlier}).json()
    conversation = None
    for question in (*earlier, FOLLOW_UP):
        turn = assistant.ask(question, conversation)
        conversation = turn.conversation
    assert ended(told) == ended(turn.answer.to_json())


def test_search_calc_and_awards_are_what_the_command_line_prints(
    client: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    (hits,) = printed(capsys, "search", "并购", "--top", "3")
    assert client.post("/api/search", json={"query": "并购", "top": 3}).json() == hits
    TypeAdapter(list[shapes.Hit]).validate_python(hits)
    (worked,) = printed(capsys, "calc", AWARD, "product_sales=1500万元,800万元")
    facts = {"product_sales": ["1500万元", 8_000_000]}
    told = client.post("/api/calculate", json={"award": AWARD, "facts": facts})
    assert told.json() == worked
    assert shapes.Calculation.model_validate(worked).amount == "450000"
    (back,) = printed(capsys, "calc", AWARD, "--want", "最高")
    told = client.post("/api/calculate", json={"award": AWARD, "want": "最高"})
    assert shapes.Inverse.model_validate(told.json()).model_dump() == back
    (rows,) = printed(capsys, "awards")
    assert client.get("/api/awards").json() == rows
    TypeAdapter(list[shapes.Award]).validate_python(rows)


def test_search_takes_the_filters_of_the_command_line(client: httpx.Client) -> None:
    asked = {"query": "并购", "policies": ["minhang-robot"], "status": "draft"}
    assert client.post("/api/search", json=asked).json()
    for nothing in ({"status": "in-force"}, {"on": "2026-11-24"}):
        assert client.post("/api/search", json={"query": "并购"} | nothing).json() == []


def test_a_condition_and_a_comma_within_a_figure_are_read(client: httpx.Client) -> None:
    facts = {"product_sales": "1,500万元", "field": False}
    told = client.post("/api/calculate", json={"award": AWARD, "facts": facts}).json()
    assert (told["inputs"], told["amount"]) == ({"product_sales": ["15000000"]}, "0")
    facts = {"product_sales": 15_000_000.5}
    told = client.post("/api/calculate", json={"award": AWARD, "facts": facts}).json()
    assert told["inputs"] == {"product_sales": ["15000000.5"]}


def test_lists_name_everything_there_is(client: httpx.Client, assistant: Assistant) -> None:
    library = assistant.library
    policies = client.get("/api/policies").json()
    TypeAdapter(list[shapes.Policy]).validate_python(policies)
    assert [policy["policy"] for policy in policies] == [p.id for p in library.policies]
    clauses = client.get("/api/clauses", params={"policy": "minhang-robot"}).json()
    TypeAdapter(list[shapes.Clause]).validate_python(clauses)
    assert [clause["text"] for clause in clauses] == [c.text for c in library.policies[0].clauses]
    for label in ("5", "第五条"):
        assert client.get(f"/api/clauses/minhang-robot/{label}").json() in clauses
    assert shapes.Health.model_validate(client.get("/api/health").json()).status == "ok"


def test_what_is_asked_is_in_the_journal_masked_and_earlier_turns_only_once(
    client: httpx.Client, journal: Path
) -> None:
    said = "我的手机号是13812345678，" + OTHER
    client.post("/api/ask", json={"questions": [said, "那条件呢？"]})
    client.post("/api/ask", json={"question": "上限是多少？", "earlier": ["第八条原文是什么？"]})
    records = {record.asked.question: record.asked for record in read_records(journal / FILE)}
    masked = next(question for question in records if "〔手机号〕" in question)
    assert records[masked].channel is Channel.API
    assert records["那条件呢？"].conversation == records[masked].conversation
    assert "上限是多少？" in records
    assert "第八条原文是什么？" not in records
    assert "13812345678" not in str(records)


PLACES = [
    ("/api/ask", {"question": 7}, "question", "7"),
    ("/api/ask", {"question": " "}, "question", "空"),
    ("/api/ask", {"question": ""}, "question", "空"),
    ("/api/ask", {"question": "问" * 20_001}, "question", "20000"),
    ("/api/ask", {"question": "问", "questions": ["问"]}, "questions", "只写一种"),
    ("/api/ask", {"questions": ["问", 3]}, "questions[1]", "3"),
    ("/api/ask", {"questions": ["问"] * 61}, "questions", "60"),
    ("/api/ask", {"questions": []}, "questions", "至少"),
    ("/api/ask", {"quest": "问"}, "quest", "可用的有 question"),
    ("/api/ask", {}, "question", "question"),
    ("/api/search", {"query": "并购", "top": "5"}, "top", '"5"'),
    ("/api/search", {"query": "并购", "top": 0}, "top", "不小于 1"),
    ("/api/search", {"query": "并购", "top": 10**9}, "top", "不大于"),
    ("/api/search", {"query": "并购", "status": "on"}, "status", '"on"'),
    ("/api/search", {"query": "并购", "on": "明天"}, "on", "2026-11-24"),
    ("/api/search", {"query": "并购", "policies": ["nowhere"]}, "policy", "nowhere"),
    ("/api/search", {}, "query", "缺少"),
    ("/api/calculate", {"award": "gone"}, "award", AWARD),
    ("/api/calculate", {"award": AWARD, "facts": {"sales": "1万元"}}, "facts", "product_sales"),
    ("/api/calculate", {"award": AWARD, "facts": {"product_sales": "很多"}}, "facts", "很多"),
    ("/api/calculate", {"award": AWARD, "facts": {"product_sales": -5}}, "facts", "0"),
    ("/api/calculate", {"award": AWARD, "facts": {"product_sales": None}}, "facts.", "null"),
    ("/api/calculate", {"award": AWARD, "facts": {"product_sales": [[1]]}}, "facts.", "[[1]]"),
    ("/api/calculate", {"award": AWARD, "facts": ["product_sales"]}, "facts", "对象"),
    ("/api/calculate", {"award": AWARD, "facts": {"field": "也许"}}, "facts", "也许"),
    ("/api/calculate", {"award": AWARD, "want": "很多"}, "want", "很多"),
    ("/api/calculate", {"award": AWARD, "want": "1万元", "facts": {"a": 1}}, "want", "facts"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "place", "named"), PLACES)
def test_a_wrong_request_is_one_line_naming_value_and_place(
    client: httpx.Client, path: str, body: dict[str, Any], place: str, named: str
) -> None:
    answer = client.post(path, json=body)
    error = refused(answer, 404 if place == "policy" else 400)
    assert error["param"].startswith(place)
    assert named in error["message"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"question"',
        b"\xff\xfe",
        b'{"question": "' + b"\xe6\x8f" + b'"}',
        b"[" * 100_000,
        b'{"question":' * 50_000,
        b'{"question": ' + b"9" * 10_000 + b"}",
        b'{"question": NaN}',
        b'{"question": "\\ud83d"}',
        b'{"query": "x", "top": Infinity}',
        b'{"award": "x", "facts": {"y": NaN}}',
    ],
)
@pytest.mark.parametrize("path", ["/api/ask", "/api/search", "/api/calculate"])
def test_what_is_no_request_is_refused(client: httpx.Client, path: str, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    refused(client.post(path, content=content, headers=headers), 400)


def test_control_characters_and_half_hidden_words_are_answered(client: httpx.Client) -> None:
    hostile = "揭\x00榜\x1b[31m挂\u200b帅\u202e最多\r\n能拿多少？\x7f"
    told = client.post("/api/ask", json={"question": hostile})
    assert told.status_code == 200
    assert told.json()["question"] == hostile
    assert re.search(r"[\x00-\x08\x1b\u202e]", told.json()["answer"]) is None


def test_a_huge_request_and_one_of_unknown_length_are_refused(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/json"}
    huge = b'{"question": "' + b"x" * 1_000_000 + b'"}'
    assert refused(client.post("/api/ask", content=huge, headers=headers), 413)["code"]
    pieces = iter([b'{"question": "x"}'])
    refused(client.post("/api/ask", content=pieces, headers=headers), 413)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_read(client: httpx.Client, kind: str) -> None:
    content = json.dumps({"question": QUESTION})
    error = refused(client.post("/api/ask", content=content, headers={"Content-Type": kind}), 415)
    assert "application/json" in error["message"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"},
    ],
)
@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions", "/mcp"])
def test_a_page_of_another_site_is_refused(
    client: httpx.Client, path: str, headers: dict[str, str]
) -> None:
    answer = client.post(path, json={"question": QUESTION}, headers=headers)
    assert refused(answer, 403)["code"] == "foreign"
    assert not [name for name in answer.headers if name.startswith("access-control")]
    before = client.options(path, headers=headers | {"Access-Control-Request-Method": "POST"})
    assert before.status_code == 405
    assert not [name for name in before.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("POST", "/v1/embeddings", 404),
        ("GET", "/mcp/more", 404),
        ("GET", "/api/ask", 405),
        ("DELETE", "/v1/models", 405),
        ("GET", "/mcp", 405),
        ("GET", "/api/clauses/nowhere/5", 404),
        ("GET", "/api/clauses/minhang-robot/99", 404),
        ("GET", "/api/awards?policy=nowhere", 404),
    ],
)
def test_what_is_not_there_is_said(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    kind = {"Content-Type": "application/json"}
    answer = client.request(method, path, headers=kind)
    refused(answer, status)
    assert (status == 405) == ("allow" in answer.headers)


def test_nothing_else_of_the_frameworks_is_offered(client: httpx.Client) -> None:
    for path in ("/docs", "/redoc", "/openapi.json", "/gradio_api/mcp", "/gradio_api/info"):
        assert client.get(path).status_code == 404


def test_too_many_questions_wait_as_long_as_they_are_told(address: str) -> None:
    transport = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(base_url=address, transport=transport, timeout=60) as greedy:
        for _ in range(4):
            asked = {"questions": ["您好"] * 60}
            assert len(greedy.post("/api/ask", json=asked).json()) == 60
        answer = greedy.post("/api/ask", json={"questions": ["您好"] * 60})
        error = refused(answer, 429)
        assert 1 <= int(answer.headers["Retry-After"]) <= 30
        assert answer.headers["Retry-After"] in error["message"]
        assert error["type"] == "rate_limit_error"


def test_parallel_conversations_stay_apart(client: httpx.Client, assistant: Assistant) -> None:
    figures = [1_100, 1_500, 2_000, 3_000, 4_500, 6_000]

    def talk(figure: int) -> tuple[str, str]:
        first = f"智慧养老产品卖了{figure}万，能补多少？"
        before = client.post("/api/ask", json={"question": first}).json()
        after = client.post("/api/ask", json={"question": "怎么算的？", "earlier": [first]})
        amounts = [c["amount"] for c in after.json()["calculations"]]
        return before["calculations"][0]["amount"], amounts[0] if amounts else after.text

    with ThreadPoolExecutor(6) as pool:
        got = dict(zip(figures * 3, pool.map(talk, figures * 3), strict=True))
    for figure, (first, second) in got.items():
        assert first == second == str(min(figure * 300, 2_000_000))


def test_a_defect_is_one_line_that_tells_no_detail(
    assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    with running(Faulty(assistant)) as address:
        answer = httpx.post(f"{address}/api/ask", json={"question": "故障"})
        assert "secret" not in answer.text
        refused(answer, 500)
        assert httpx.post(f"{address}/api/ask", json={"question": "问"}).status_code == 200
    assert "secret detail" in caplog.text


def test_keys_open_the_doors_when_there_are_any(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "keys"
    file.write_text("# 甲程序\nk" + "1" * 20 + "\n\nk" + "2" * 20 + "\n", encoding="utf-8")
    monkeypatch.setenv("POLICY_ASSISTANT_API_KEYS_FILE", str(file))
    with running(Faulty(assistant)) as address:
        asked = {"question": "问"}
        for header in ({}, {"Authorization": "Bearer k3"}, {"Authorization": "k" + "1" * 20}):
            for path in ("/api/ask", "/v1/chat/completions", "/mcp"):
                answer = httpx.post(address + path, json=asked, headers=header)
                assert refused(answer, 401)["type"] == "authentication_error"
        right = {"Authorization": "Bearer k" + "2" * 20}
        assert httpx.post(f"{address}/api/ask", json=asked, headers=right).status_code == 200
        for path in ("/api/health", "/api/openapi.json", "/api/docs", "/"):
            assert httpx.get(address + path).status_code == 200
        file.write_text("k" + "1" * 20, encoding="utf-8")
        refused(httpx.post(f"{address}/api/ask", json=asked, headers=right), 401)
        file.unlink()
        refused(httpx.post(f"{address}/api/ask", json=asked, headers=right), 503)


@pytest.mark.parametrize(
    "content", [None, b"", b"# only\n", b"short\n", b"\xff", "密".encode() * 20]
)
def test_a_file_of_keys_that_cannot_be_used_is_one_line(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "keys"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingError, match="POLICY_ASSISTANT_API_KEYS_FILE") as caught:
        ApiKeys(file).check()
    assert "\n" not in str(caught.value)
    assert "short" not in str(caught.value)


def test_the_description_holds_and_its_page_asks_no_other_host(client: httpx.Client) -> None:
    spec = client.get("/api/openapi.json").json()
    assert spec["openapi"].startswith("3.1")
    offered = {(m, p) for p, operations in spec["paths"].items() for m in operations}
    assert {("post", "/api/ask"), ("post", "/v1/chat/completions")} <= offered
    pointed = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(spec)))
    assert pointed <= set(spec["components"]["schemas"])
    page = client.get("/api/docs")
    for _, path in offered:
        assert path in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert set(re.findall(r'(?:src|href)="(https?:[^"]*)"', page.text)) == set()
    assert client.get("/api", follow_redirects=True).url.path == "/api/docs"


def test_a_list_of_values_is_read_one_by_one(assistant: Assistant) -> None:
    rule = calc_command.find_award(AWARD, assistant.library)
    both = calc_command.worked_out(rule, {"product_sales": ["1500万元", "2000万元"]})
    assert both == calc_command.calculated(rule, ["product_sales=1500万元,2000万元"])
    clause = assistant.library.policies[0].clauses[0]
    assert set(terminal.clause_json(clause)) == {"label", "title", "section", "text"}


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["question", "earlier", "questions", "query", "top", "award", "facts", "want", "messages"]
)
BODIES = ANY_JSON | st.dictionaries(FIELDS, ANY_JSON, max_size=4)
PATHS = st.sampled_from(["/api/ask", "/api/search", "/api/calculate", "/v1/chat/completions"])


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=PATHS, body=BODIES)
def test_no_request_at_all_leads_to_a_fault_of_ours(
    client: httpx.Client, path: str, body: Any
) -> None:
    content = json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    answer = client.post(path, content=content, headers=headers)
    if answer.status_code != 200:
        assert answer.status_code in (400, 404), (body, answer.text)
        refused(answer, answer.status_code)
