"""The chat page in a real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.web import texts
from tests.stand_in import QUOTES, StandInAssistant

if TYPE_CHECKING:
    from assistant.web.chat import Assistant

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SCREENSHOTS = Path(__file__).with_name("screenshots")
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 360, "height": 640}
QUESTION = "服务机器人卖了2000万元，能补多少？"


@contextmanager
def served(assistant: Assistant) -> Iterator[str]:
    from assistant.web.server import build_server, claim_port, page_address

    with claim_port(port=0) as listener:
        server = build_server(assistant)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until = time.monotonic() + 20
            while not server.started and time.monotonic() < until:
                time.sleep(0.02)
            yield page_address(listener)
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(StandInAssistant()) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing: install Debian's chromium before the tests")
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


@dataclass
class Watched:
    """A page, the requests that left for another host, and what went wrong in its console."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def heard(self, kind: str, line: str) -> None:
        if kind in ("error", "warning"):
            self.faults.append(line)

    def ask(self, question: str) -> None:
        box = self.page.locator("#question textarea")
        box.fill(question)
        box.press("Enter")

    def answered(self, count: int = 1) -> None:
        expect(self.page.locator(".bot .clause")).to_have_count(count)


Opener = Callable[..., Watched]


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opener]:
    watched: list[Watched] = []

    def start(url: str = address, **options: Any) -> Watched:
        options = {"viewport": DESKTOP, "reduced_motion": "reduce", **options}
        page = browser.new_context(**options).new_page()
        page.set_default_timeout(10_000)
        window = Watched(page)
        host = urlsplit(url).netloc

        def requested(link: str) -> None:
            parts = urlsplit(link)
            if parts.scheme not in ("data", "blob") and parts.netloc != host:
                window.foreign.append(link)

        page.on("request", lambda request: requested(request.url))
        page.on("websocket", lambda link: requested(link.url))
        page.on("pageerror", lambda error: window.faults.append(str(error)))
        page.on("console", lambda line: window.heard(line.type, line.text))
        page.goto(url)
        expect(page.locator("#question textarea")).to_be_visible()
        watched.append(window)
        return window

    yield start
    for window in watched:
        assert window.foreign == []
        assert window.faults == []
        window.page.context.close()


def test_an_answer_opens_the_clause_with_the_quoted_words_marked(opened: Opener) -> None:
    window = opened(reduced_motion="no-preference")
    window.ask(QUESTION)
    window.answered()
    mark = window.page.locator(".clause mark").first
    expect(mark).to_be_hidden()
    window.page.locator(".clause summary").focus()
    window.page.keyboard.press("Enter")
    expect(mark).to_be_visible()
    assert window.page.locator(".clause mark").all_inner_texts() == list(QUOTES)
    expect(window.page.locator(".worked .leading")).to_have_text("60万元")
    expect(window.page.locator(".user .verbatim")).to_have_text(QUESTION)


def test_the_page_is_chinese_without_a_footer(opened: Opener) -> None:
    window = opened(locale="en-US", timezone_id="America/New_York")
    window.ask(QUESTION)
    window.answered()
    page = window.page
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.title() == "某区机器人政策 · 政策问答"
    assert page.locator("footer").count() == 0
    shown = page.locator("body").inner_text()
    assert texts.NOT_IN_FORCE in shown
    for word in ("Gradio", "API", "Settings", "Chatbot", "Textbox", "Submit"):
        assert word not in shown
    labels = page.locator("[aria-label]:visible").evaluate_all(
        "all => all.map(each => each.getAttribute('aria-label'))"
    )
    assert [label for label in labels if label.isascii()] == []


def test_it_uses_only_chinese_fonts_of_the_system(opened: Opener) -> None:
    page = opened().page
    family = page.locator("h1").evaluate("element => getComputedStyle(element).fontFamily")
    assert "Noto Sans CJK SC" in family
    assert page.evaluate("[...document.fonts].filter(font => font.status == 'loaded').length") == 0


def test_example_and_suggestion_ask_at_a_click(opened: Opener) -> None:
    window = opened()
    window.page.locator(".example").first.click()
    window.answered(1)
    window.page.get_by_role("button", name="累计最高多少？").click()
    window.answered(2)
    expect(window.page.locator(".bot").last).to_contain_text("第2问")
    expect(window.page.locator(".understood")).to_contain_text(texts.UNDERSTOOD)


def test_html_in_a_question_is_shown_as_text(opened: Opener) -> None:
    window = opened()
    hostile = (
        '<script>window.hit=1</script><img src=x onerror="window.hit=1">'
        "**粗** ![图](http://192.0.2.1/x.png) {{7*7}} ${window.hit=1} </div></textarea>"
    )
    window.ask(hostile)
    window.answered()
    expect(window.page.locator(".user .verbatim")).to_have_text(hostile)
    assert window.page.evaluate("window.hit") is None
    assert window.page.locator("#conversation img").count() == 0


def test_enter_while_composing_does_not_send(opened: Opener) -> None:
    window = opened()
    box = window.page.locator("#question textarea")
    box.focus()
    typing = window.page.context.new_cdp_session(window.page)
    typing.send(
        "Input.imeSetComposition", {"text": "bu zhu", "selectionStart": 6, "selectionEnd": 6}
    )
    enter = "new KeyboardEvent('{}', {{key: 'Enter', code: 'Enter', bubbles: true, {}}})"
    for kind in ("keydown", "keypress"):
        for how in ("isComposing: true", "keyCode: 229"):
            box.evaluate(f"box => box.dispatchEvent({enter.format(kind, how)})")
    typing.send("Input.insertText", {"text": "补助"})
    window.page.wait_for_timeout(200)
    expect(box).to_have_value("补助")
    assert window.page.locator(".user").count() == 0
    box.press("Enter")
    window.answered()
    expect(window.page.locator(".user .verbatim")).to_have_text("补助")


def test_two_windows_do_not_share_a_conversation(opened: Opener) -> None:
    first, second = opened(), opened()
    first.ask("甲的问题")
    first.answered()
    second.ask("乙的问题")
    second.answered()
    expect(second.page.locator(".bot")).to_contain_text("第1问")
    first.ask("甲再问")
    first.answered(2)
    expect(first.page.locator(".bot").last).to_contain_text("第2问")
    assert "乙的问题" not in first.page.content()
    assert "甲的问题" not in second.page.content()


def test_a_cleared_conversation_starts_again(opened: Opener) -> None:
    window = opened()
    window.ask(QUESTION)
    window.answered()
    window.page.get_by_role("button", name=texts.CLEAR).click()
    expect(window.page.locator(".bot")).to_have_count(0)
    window.ask(QUESTION)
    window.answered()
    expect(window.page.locator(".bot")).to_contain_text("第1问")


def test_a_failure_is_one_calm_line(opened: Opener) -> None:
    window = opened()
    window.ask("故障")
    expect(window.page.locator(".bot")).to_contain_text(texts.FAILED)
    assert "secret detail" not in window.page.content()
    window.ask(QUESTION)
    window.answered()


def test_an_empty_question_gets_a_hint(opened: Opener) -> None:
    window = opened()
    window.ask("  ")
    expect(window.page.get_by_text(texts.SCRIPT_WORDS["empty"])).to_be_visible()
    expect(window.page.locator(".toast-title")).to_have_text("提示")
    assert window.page.locator(".user").count() == 0


def test_a_long_answer_is_read_from_its_question(opened: Opener) -> None:
    window = opened(viewport=PHONE)
    for count in (1, 2):
        window.ask(QUESTION)
        window.answered(count)
    window.page.wait_for_timeout(200)
    asked = window.page.locator(".user").last.bounding_box()
    view = window.page.locator("#conversation .bubble-wrap").bounding_box()
    assert asked is not None
    assert view is not None
    assert 0 <= asked["y"] - view["y"] < 40


def test_a_lost_server_is_told_in_chinese(opened: Opener) -> None:
    with served(StandInAssistant()) as url:
        window = opened(url)
    window.ask(QUESTION)
    expect(window.page.get_by_test_id("toast-text")).to_contain_text("连接已断开")
    expect(window.page.locator("#question textarea")).to_have_value(QUESTION)
    window.faults.clear()


def test_ten_thousand_characters_are_accepted(opened: Opener) -> None:
    window = opened(viewport=PHONE)
    window.ask("补" * 9_999 + "😀")
    window.answered()
    assert window.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


@pytest.mark.parametrize("viewport", [PHONE, NARROWEST], ids=["390", "360"])
def test_a_phone_never_scrolls_sideways(opened: Opener, viewport: dict[str, int]) -> None:
    window = opened(viewport=viewport, has_touch=True, is_mobile=True)
    window.ask(QUESTION)
    window.answered()
    window.page.locator(".clause summary").click()
    for selector in ("html", "#conversation .bubble-wrap"):
        inner, outer = window.page.locator(selector).evaluate(
            "element => [element.scrollWidth, element.clientWidth]"
        )
        assert inner <= outer
    expect(window.page.locator("#question textarea")).to_be_in_viewport()


def test_the_api_and_uploads_are_closed(opened: Opener) -> None:
    window = opened()
    for path in (
        "docs",
        "openapi.json",
        "gradio_api/info",
        "gradio_api/openapi.json",
        "gradio_api/upload",
        "gradio_api/file=/etc/passwd",
        "gradio_api/proxy=http://192.0.2.1/",
        "gradio_api/runs",
        "gradio_api/run/predict",
        "monitoring",
        "manifest.json",
    ):
        assert window.page.request.get(window.page.url + path).status == 404, path
    assert "unsafe-inline" not in _script_rule(window.page)


def test_other_websites_may_not_read_the_page(opened: Opener) -> None:
    window = opened()
    for origin in ("http://192.0.2.1", "null"):
        headers = {"Origin": origin}
        reply = window.page.request.get(window.page.url + "config", headers=headers)
        assert reply.headers.get("access-control-allow-origin", "") != origin


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_screenshots(opened: Opener, size: str, scheme: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    window = opened(viewport=DESKTOP if size == "desktop" else PHONE, color_scheme=scheme)
    window.page.screenshot(path=SCREENSHOTS / f"{size}-{scheme}-empty.png")
    window.ask(QUESTION)
    window.answered()
    window.page.screenshot(path=SCREENSHOTS / f"{size}-{scheme}-answer.png")
    background, ink = window.page.locator(".bot").evaluate(
        "element => [getComputedStyle(element).backgroundColor, getComputedStyle(element).color]"
    )
    assert (_brightness(background) > _brightness(ink)) == (scheme == "light")


def test_the_real_assistant_answers_from_the_policy(opened: Opener, assistant: Any) -> None:
    with served(assistant) as url:
        window = opened(url)
        assert "征求意见稿" in window.page.locator("[role=note]").inner_text()
        assert window.page.locator(".example").count() >= 3
        window.ask("揭榜挂帅项目最多能拿多少钱？")
        expect(window.page.locator(".bot .clause").first).to_be_visible()
        window.page.locator(".clause summary").first.click()
        marked = "".join(window.page.locator(".clause mark").all_inner_texts())
        assert "2000万元" in marked
        window.page.screenshot(path=SCREENSHOTS / "real-answer.png")
        window.ask("今天天气怎么样？")
        expect(window.page.locator(".status-declined")).to_be_visible()
        window.page.screenshot(path=SCREENSHOTS / "real-declined.png")


def _script_rule(page: Page) -> str:
    policy = page.request.get(page.url).headers["content-security-policy"]
    return next(rule for rule in policy.split("; ") if rule.startswith("script-src"))


def _brightness(color: str) -> int:
    return sum(int(part) for part in color[color.index("(") + 1 : -1].split(",")[:3])
