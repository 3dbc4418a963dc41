"""A real browser for tests of the plain pages: Debian's Chromium, watched while it shows them."""

from __future__ import annotations

import os
import shutil
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.web.conversation import Assistant
    from corpus.library import Library

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
TABLET = {"width": 1024, "height": 768}
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 360, "height": 640}
OTHER_POLICIES = Path(__file__).with_name("policies")


class Reader:
    """An assistant for pages that only read the library."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def ask(self, question: str, conversation: Any = None) -> Any:
        raise AssertionError(question)


def all_policies(folder: Path) -> Library:
    """Return the shipped policies and the invented ones together; `folder` is a scratch folder."""
    from corpus.library import POLICIES, load_library

    for source in (POLICIES, OTHER_POLICIES):
        shutil.copytree(source, folder, dirs_exist_ok=True)
    return load_library(folder)


@contextmanager
def served(assistant: Assistant) -> Iterator[str]:
    """Serve all pages over an assistant on a free port; yields the address without last slash."""
    from assistant.web.server import build_server, claim_port, page_address

    with claim_port(port=0) as listener:
        server = build_server(assistant)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until = time.monotonic() + 20
            while not server.started and time.monotonic() < until:
                time.sleep(0.02)
            yield page_address(listener).rstrip("/")
        finally:
            server.should_exit = True
            thread.join(20)


@contextmanager
def serving(library: Library) -> Iterator[str]:
    """Serve all pages over a library, as `served`; the chat answers nothing."""
    with served(Reader(library)) as address:
        yield address


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open the browser; skips the test where there is none, except in CI."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing: install Debian's chromium before the tests")
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


@dataclass
class Window:
    """A page, the requests that left for another host, and what went wrong in its console."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def close(self) -> None:
        """Close it; fails when anything was asked of another host or went wrong."""
        self.page.context.close()
        assert self.foreign == []
        assert self.faults == []


def open_window(browser: Browser, url: str, **options: Any) -> Window:
    """Open an address in a fresh context; `options` are Playwright's for the context."""
    options = {"viewport": DESKTOP, "reduced_motion": "reduce", **options}
    page = browser.new_context(**options).new_page()
    page.set_default_timeout(10_000)
    window, host = Window(page), urlsplit(url).netloc

    def requested(link: str) -> None:
        parts = urlsplit(link)
        if parts.scheme not in ("data", "blob") and parts.netloc != host:
            window.foreign.append(link)

    def heard(kind: str, line: str) -> None:
        if kind in ("error", "warning"):
            window.faults.append(line)

    page.on("request", lambda request: requested(request.url))
    page.on("websocket", lambda link: requested(link.url))
    page.on("pageerror", lambda error: window.faults.append(str(error)))
    page.on("console", lambda line: heard(line.type, line.text))
    page.goto(url)
    return window


def sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
