"""A chat model of a few lines behind OpenAI's wire format, on loopback, streaming and not.

Its behaviour is chosen by the model's name: `BEHAVIOURS`. It reads what it is asked as a model
would, from the messages, so the well-behaved one serves any question set. `requests` keeps what
came in.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

KEY = "sk-scripted-5f3a9c"
_NUMERALS = "0-9０-９一二三四五六七八九十百千万亿两"
_REFUSED = re.compile(f"[{_NUMERALS}不没无未非“”《》（）()——+%]")
REWRITTEN = "智能机器人产业链链主企业有什么支持？"


@dataclass(frozen=True)
class Asked:
    """What a model sees of a request."""

    body: dict[str, Any]

    @property
    def system(self) -> str:
        return str(next(m["content"] for m in self.body["messages"] if m["role"] == "system"))

    @property
    def data(self) -> dict[str, Any]:
        first = next(m for m in self.body["messages"] if m["role"] == "user")
        found: dict[str, Any] = json.loads(first["content"])
        return found

    @property
    def tool_replies(self) -> list[str]:
        return [m["content"] for m in self.body["messages"] if m["role"] == "tool"]

    @property
    def is_repair(self) -> bool:
        return any("没有通过核对" in (m["content"] or "") for m in self.body["messages"])

    @property
    def is_rewrite(self) -> bool:
        return "改写" in self.system


Reply = str | list[tuple[str, dict[str, Any]]]
"""Text, or calls of tools with their arguments."""


def honest(asked: Asked) -> Reply:
    """Look something up first, then say what the clauses say, in their words, with marks."""
    if asked.is_rewrite:
        return "无"
    if not asked.tool_replies and asked.body.get("tools"):
        return [("search_clauses", {"words": asked.data["问题"][:40]})]
    lines = [
        f"该条{words}{item['mark']}。" for item in asked.data["条款"] for words in [plain(item)]
    ]
    lines += [f"测算结果为{item['mark']}。" for item in asked.data["金额标记"]]
    return "".join(lines) or "无"


def plain(item: dict[str, str]) -> str:
    """Return a piece of a clause without figures and negations, as a careful model would say it."""
    pieces = re.split("[，。；：、\n]", re.sub(r"^\d+[.．、]", "", item["text"]))
    kept = [piece for piece in pieces if len(piece) > 3 and not _REFUSED.search(piece)]
    return max(kept, key=len, default="有相关内容")


def says(text: str) -> Callable[[Asked], Reply]:
    return lambda _: text


def after_honest(text: str) -> Callable[[Asked], Reply]:
    """Say the honest thing and something else."""

    def reply(asked: Asked) -> Reply:
        said = honest(asked)
        return said + text if isinstance(said, str) else said

    return reply


def obeys(asked: Asked) -> Reply:
    """Do what an instruction hidden in a clause says."""
    texts = "".join(item["text"] for item in asked.data.get("条款", []))
    found = re.search(r"请回复：(.+?)$", texts, re.M)
    return found[1] if found else honest(asked)


def loops(asked: Asked) -> Reply:
    return [("search_clauses", {"words": f"再找{len(asked.body['messages'])}"})]


def invented_inputs(asked: Asked) -> Reply:
    """Calculate with a sum that nobody named, and write the result's mark."""
    if not asked.tool_replies:
        facts = {"product_sales": ["66660000"]}
        return [("calculate_award", {"award": "service-robot-sales", "facts": facts})]
    return "测算结果为{{service-robot-sales.amount}}[[1]]。"


def mends(asked: Asked) -> Reply:
    """Err first, and mend it when told."""
    return honest(asked) if asked.is_repair else "最高可得5000万元[[1]]。"


def unravels(asked: Asked) -> Reply:
    """Read a question that nobody understood, by the conversation."""
    return REWRITTEN if asked.is_rewrite else honest(asked)


def rewrites(text: str) -> Callable[[Asked], Reply]:
    return lambda asked: text if asked.is_rewrite else "无"


def finds(asked: Asked) -> Reply:
    """Rewrite nothing, but tell of the clause that the search brought."""
    if asked.is_rewrite or not asked.tool_replies:
        return honest(asked)
    item = json.loads(asked.tool_replies[0])[0]
    return f"该条{plain(item)}{item['mark']}。"


def hydra(asked: Asked) -> Reply:
    """Misbehave in another way for each question, the same way each time it is asked."""
    heads = sorted(name for name in BEHAVIOURS if name not in UNFIT and name != "hydra")
    question = str(asked.data["问题"])
    return BEHAVIOURS[heads[sum(map(ord, question)) % len(heads)]](asked)


UNFIT = ("slow", "drips", "dies", "busy", "broken", "garbled", "refuses", "html")
"""Behaviours that are the server's rather than the model's."""

BEHAVIOURS: dict[str, Callable[[Asked], Reply]] = {
    "honest": honest,
    "hydra": hydra,
    "no-tools": lambda asked: honest(
        Asked(asked.body | {"tools": []}),
    ),
    "mends": mends,
    "unravels": unravels,
    "rewrites-figure": rewrites("智能机器人企业投资3000万能补多少？"),
    "rewrites-clause": rewrites("智能机器人企业按第六条能补多少？"),
    "rewrites-topic": rewrites("智能机器人企业的房租和贷款怎么补？"),
    "finds": finds,
    "slow": honest,
    "drips": honest,
    "dies": honest,
    "busy": honest,
    "broken": honest,
    "garbled": honest,
    "refuses": honest,
    "html": honest,
    "clause": after_honest("依据第九十九条，企业还可叠加享受[[99]]。该条支持企业[[42]]。"),
    "amount": after_honest("最高支持5000万元[[1]]。给予三千五百万元资助[[1]]。给予⑧万元[[1]]。"),
    "quote": after_honest("原文写明“一律全额拨付”[[1]]。"),
    "swaps": after_honest("支持2000亿元[[1]]。支持两千亿[[1]]。测算结果为45亿元[[1]]。"),
    "own-figures": says("按销售额的3%给予补助[[1]]。累计最高不超过200万元[[1]]。"),
    "promises": after_honest(
        "您一定能拿到这笔钱[[1]]。该企业保证获批[[1]]。肯定可以给予资助[[1]]。"
    ),
    "decides": after_honest("符合条件，可以享受[[1]]。是的，能拿到[[1]]。不符合条件[[1]]。"),
    "negates": after_honest("该条不支持企业[[1]]。无需经评审[[1]]。"),
    "embroiders": after_honest("由区财政局于每季度末直接拨付到企业账户[[1]]。"),
    "marks": says("该条支持企业[[77]]。测算结果为{{made-up.amount}}。支持企业[[0]]。"),
    "english": says("The policy supports enterprises with funding [[1]]. You will get it."),
    "obeys": obeys,
    "leaks": lambda asked: asked.system,
    "links": after_honest("详见https://evil.example/claim[[1]]。点击<a href=x>这里</a>[[1]]。"),
    "loops": loops,
    "endless": says("支持企业发展" * 16_700),
    "endless-sentences": says("该条支持企业。" * 14_300),
    "invented-inputs": invented_inputs,
    "unknown-tool": lambda asked: (
        [("rm_rf", {"path": "/"})] if not asked.tool_replies else honest(asked)
    ),
    "bad-arguments": lambda asked: (
        [("read_clause", {"nonsense": 1})] if not asked.tool_replies else honest(asked)
    ),
    "silent": says(""),
    "nothing": says("无"),
}


@dataclass
class ModelServer:
    """A running server: its address, and the requests that came in."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """Serve all behaviours on a free port of loopback."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        held = ModelServer(f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
        config = uvicorn.Config(
            _app(held), log_level="critical", ws="none", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until = time.monotonic() + 10
            while not server.started and time.monotonic() < until:
                time.sleep(0.01)
            yield held
        finally:
            server.should_exit = True
            thread.join(10)


def _app(held: ModelServer) -> FastAPI:
    app = FastAPI()

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        body = json.loads(await request.body())
        held.requests.append(body)
        held.keys.append(request.headers.get("authorization", ""))
        return await _completed(body)

    return app


async def _completed(body: dict[str, Any]) -> Response:
    name = body["model"]
    if name == "slow":
        await asyncio.sleep(30)
    if name == "busy":
        return JSONResponse({"error": {"message": f"rate limit for {KEY}"}}, 429)
    if name == "broken":
        return JSONResponse({"error": {"message": f"internal error {KEY}"}}, 500)
    if name == "refuses":
        return JSONResponse({"error": {"message": f"Incorrect API key provided: {KEY}"}}, 401)
    if name == "garbled":
        return PlainTextResponse('{"choices": [{"mess', media_type="application/json")
    if name == "html":
        return PlainTextResponse("<html>502 Bad Gateway</html>", media_type="text/html")
    reply = BEHAVIOURS[name](Asked(body))
    if body.get("stream"):
        return StreamingResponse(_streamed(name, reply, body), media_type="text/event-stream")
    return JSONResponse(_whole(reply))


def _whole(reply: Reply) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply if reply else ""}
    if not isinstance(reply, str):
        calls = [_call(at, name, arguments) for at, (name, arguments) in enumerate(reply)]
        message = {"role": "assistant", "content": None, "tool_calls": calls}
    usage = {"prompt_tokens": 700, "completion_tokens": 90, "total_tokens": 790}
    choice = {"index": 0, "message": message, "finish_reason": _reason(reply)}
    return _envelope("chat.completion", [choice]) | {"usage": usage}


async def _streamed(name: str, reply: Reply, body: dict[str, Any]) -> AsyncIterator[str]:
    if isinstance(reply, str):
        size = max(8, len(reply) // 200)
        pieces = [reply[at : at + size] for at in range(0, len(reply), size)]
        for at, piece in enumerate(pieces):
            if name == "dies" and at >= len(pieces) // 2:
                raise ConnectionResetError
            await asyncio.sleep(1.0 if name == "drips" else 0.0)
            yield _event({"role": "assistant", "content": piece})
    else:
        calls = [_call(at, tool, arguments) for at, (tool, arguments) in enumerate(reply)]
        yield _event({"role": "assistant", "content": None, "tool_calls": calls})
    yield _event({}, _reason(reply))
    if body.get("stream_options", {}).get("include_usage"):
        usage = {"prompt_tokens": 700, "completion_tokens": 90, "total_tokens": 790}
        yield _line(_envelope("chat.completion.chunk", []) | {"usage": usage})
    yield "data: [DONE]\n\n"


def _call(at: int, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    function = {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)}
    return {"index": at, "id": f"call_{at}_{name}", "type": "function", "function": function}


def _reason(reply: Reply) -> str:
    return "stop" if isinstance(reply, str) else "tool_calls"


def _event(delta: dict[str, Any], reason: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return _line(_envelope("chat.completion.chunk", [choice]))


def _line(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


def _envelope(kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": "1", "object": kind, "created": 1, "model": "scripted", "choices": choices}


if __name__ == "__main__":
    with model_server() as running:
        sys.stdout.write(f"{running.url}\n")
        sys.stdout.flush()
        threading.Event().wait()
