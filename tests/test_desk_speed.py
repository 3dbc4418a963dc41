"""How long a keystroke in the desk's box takes until its results are there.

`pytest tests/test_desk_speed.py --benchmark-json=FILE` keeps the figures (`extra_info`). Each
keystroke is timed by itself; the aim is 100 ms for 95 of 100, in the browser until it is drawn.
The bounds leave room for a busy machine; the real figures are in `eval/LOG.md`.
"""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect
from starlette.testclient import TestClient

from assistant.lookup import Finder
from assistant.web.desk import desk_routes
from assistant.web.frame import Frame
from eval.scores import percentile
from tests.browser import chromium, open_window, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture

    from assistant.chain import Assistant

AIM_MS = 100.0
GENEROUS = 10
TYPED = (
    "5", "第五条", "三（二）", "jbgs", "jiebangguashuai", "fwjqr", "接榜挂帅", "揭榜挂师",
    "应用场景", "智慧养老", "减速机", "服务机器人 补贴", "链主企业落户能拿多少钱",
    "我们收购了一家公司有奖励吗", "asdfgh", "今天天气怎么样", "200万", "50%", "chongzu", "人才公寓",
)  # fmt: skip
KEYSTROKES = [word[:end] for word in TYPED for end in range(1, len(word) + 1)]
WATCH = """() => {
    const box = document.getElementById('q'), found = document.getElementById('found');
    window.taken = [];
    let pressed = 0;
    for (const kind of ['keydown', 'beforeinput'])  // an input method sends no key
        box.addEventListener(kind, () => { pressed = performance.now(); }, true);
    new MutationObserver(() => {
        const since = pressed;
        requestAnimationFrame(() => setTimeout(() => taken.push(performance.now() - since)));
    }).observe(found, { childList: true });
}"""


def kept(taken: list[float], benchmark: BenchmarkFixture) -> None:
    """Keep the figures; half the keystrokes must reach the aim, 95 of 100 ten times the aim."""
    figures = {f"p{share}_ms": percentile(taken, share / 100) for share in (50, 95, 99)}
    benchmark.extra_info.update(figures | {"keystrokes": len(taken)})
    assert figures["p50_ms"] < AIM_MS, figures
    assert figures["p95_ms"] < AIM_MS * GENEROUS, figures


def test_a_keystroke_is_answered_fast(
    assistant: Assistant, tmp_path: Path, benchmark: BenchmarkFixture
) -> None:
    def near(text: str) -> object:
        return assistant.retriever.retrieve(text, 30).hits

    app, frame = FastAPI(), Frame(assistant.library.policies)
    app.router.routes += desk_routes(assistant, frame, tmp_path / "none.db", 0, near)  # type: ignore[arg-type]
    client = TestClient(app)
    client.get("/desk")  # warms up behind the page

    def typed() -> list[float]:
        gc.collect()
        taken = []
        for text in KEYSTROKES:
            started = time.perf_counter()
            reply = client.get("/desk/found", params={"q": text})
            taken.append((time.perf_counter() - started) * 1000)
            assert reply.status_code == 200
        return taken

    taken = benchmark.pedantic(typed)  # type: ignore[no-untyped-call]
    kept(taken, benchmark)


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with served(assistant) as url:
        yield url.rstrip("/")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def test_a_keystroke_is_drawn_fast(
    browser: Browser, address: str, benchmark: BenchmarkFixture
) -> None:
    window = open_window(browser, f"{address}/desk")
    page = window.page
    expect(page.locator("#hits[role=listbox]")).to_be_visible()
    page.evaluate(WATCH)

    def typed() -> list[float]:
        for text in ("jiebangguashuai", "fuwujiqiren", "200"):
            page.locator("#q").press_sequentially(text, delay=40)
            page.locator("#q").fill("")
        page.wait_for_timeout(300)
        found: list[float] = page.evaluate("taken")
        return found

    taken = benchmark.pedantic(typed)  # type: ignore[no-untyped-call]
    window.close()
    assert len(taken) >= 25
    kept(taken, benchmark)


def test_finding_does_not_wait_for_what_was_warmed(assistant: Assistant) -> None:
    finder = Finder(assistant.library)
    finder.warm()
    started = time.perf_counter()
    assert finder.find("jbgs").results
    assert (time.perf_counter() - started) * 1000 < AIM_MS
