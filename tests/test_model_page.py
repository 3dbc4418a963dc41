"""The chat page while a chat model writes: what is seen at once, what grows, what stopping does."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assistant import wording
from assistant.chain import Assistant
from assistant.model_settings import ModelSettings
from assistant.model_use import Fate
from assistant.web import texts
from tests.browser import chromium, open_window
from tests.model_server import KEY, model_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.model_server import ModelServer

QUESTION = "智慧养老产品卖了1500万，能补多少？"


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@contextmanager
def page_of(
    assistant: Assistant, model: ModelServer, browser: Browser, name: str, home: Path
) -> Iterator[Page]:
    from assistant.web.server import build_server, claim_port, page_address

    fresh = Assistant(assistant.library, assistant.retriever)
    fresh.write_with(ModelSettings(name, model.url, KEY, timeout=20, retries=0), home)
    with claim_port(port=0) as listener:
        server = build_server(fresh)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        until = time.monotonic() + 20
        while not server.started and time.monotonic() < until:
            time.sleep(0.02)
        window = open_window(browser, page_address(listener))
        try:
            yield window.page
        finally:
            window.close()
            server.should_exit = True
            thread.join(20)
            fresh.close()


def ask(page: Page) -> None:
    expect(page.locator(".talk.ready")).to_be_visible()
    page.locator("#question").fill(QUESTION)
    page.locator("#question").press("Enter")


def test_the_checked_explanation_joins_the_answer(
    assistant: Assistant, model: ModelServer, browser: Browser, tmp_path: Path
) -> None:
    with page_of(assistant, model, browser, "promises", tmp_path) as page:
        ask(page)
        answer = page.locator(".turn .answer")
        expect(answer).to_contain_text(wording.MODEL_WROTE)
        expect(answer.locator(".conclusion")).to_contain_text("45万元")
        expect(answer.locator(".detail").first).to_contain_text("该条")
        expect(answer.locator(".detail .cite").first).to_be_visible()
        expect(answer).not_to_contain_text("一定能")
        expect(page.locator(".waiting")).to_have_count(0)


def test_the_answer_stands_at_once_and_stopping_ends_the_waiting(
    assistant: Assistant, model: ModelServer, browser: Browser, tmp_path: Path
) -> None:
    with page_of(assistant, model, browser, "slow", tmp_path) as page:
        ask(page)
        answer = page.locator(".turn .answer")
        expect(answer.locator(".conclusion")).to_contain_text("45万元", timeout=4000)
        expect(answer.locator(".waiting")).to_have_text(texts.SCRIPT_WORDS["growing"])
        expect(page.get_by_role("button", name=texts.SUBMIT)).to_be_hidden()
        page.get_by_role("button", name=texts.STOP).click()
        expect(answer).to_contain_text(wording.MODEL_NOTES[Fate.STOPPED], timeout=4000)
        expect(answer.locator(".waiting")).to_have_count(0)
        expect(page.get_by_role("button", name=texts.SUBMIT)).to_be_visible()
        expect(page.get_by_role("button", name=texts.STOP)).to_be_hidden()


def test_a_model_that_fails_leaves_a_note(
    assistant: Assistant, model: ModelServer, browser: Browser, tmp_path: Path
) -> None:
    with page_of(assistant, model, browser, "dies", tmp_path) as page:
        ask(page)
        answer = page.locator(".turn .answer")
        expect(answer).to_contain_text(wording.MODEL_NOTES[Fate.UNREACHABLE])
        expect(answer.locator(".conclusion")).to_contain_text("45万元")
        expect(answer.locator(".detail")).to_have_count(0)
        before = len(model.requests)
        page.reload()
        expect(page.locator(".turn .conclusion")).to_contain_text("45万元")
        assert len(model.requests) == before
