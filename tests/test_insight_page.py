"""The insight page and its sign-in: what they serve, and how they look in a real browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.accounts import Accounts
from assistant.journal import Journal
from assistant.record import Answered, Asked, Channel, Cited, Feedback, Unanswered
from assistant.recorded import RecordedAssistant
from assistant.web import access_texts, texts
from assistant.web import insight_texts as words
from tests.axe import grave_violations
from tests.browser import (
    DESKTOP,
    NARROWEST,
    PHONE,
    SCREENSHOTS,
    TABLET,
    Window,
    chromium,
    open_window,
    served,
    sideways,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from assistant.chain import Assistant

HOSTILE = '<script>window.hit=1</script><img src=x onerror="window.hit=1">'
PASSWORD = "春江潮水连海平-2026"
NOW = datetime.now(UTC)
CITED = Cited("minhang-robot", "5", "第五条", "推广服务机器人融入智慧生活", "3%", 0, 2, "ab" * 32)
ASKED = (
    ("服务机器人卖了多少才有补助？", "answered", 0, 1, "讲得清楚"),
    ("服务机器人按几个点补？", "answered", 0, -1, HOSTILE),
    ("租办公室有补贴吗", "silent_topic", 1, 0, ""),
    ("租厂房给不给补贴", "silent_topic", 1, 0, ""),
    (HOSTILE, "silent_aspect", 40, 0, ""),
)


def fill(journal: Journal) -> None:
    """Keep a few turns: question, ending, how many days ago, thumb and reason."""
    for number, (question, outcome, days, thumb, reason) in enumerate(ASKED):
        at, name = NOW - timedelta(days=days), f"t{number}"
        status = "answered" if outcome == "answered" else "declined"
        cited = (CITED,) if outcome == "answered" else ()
        journal.put(Asked(name, at, "c1", Channel.CHAT, question, ()))
        journal.put(
            Answered(name, at, status, outcome, "答", None, cited, "[]", "r", "p", 5.0 + number)
        )
        if thumb:
            journal.put(Feedback(name, at, thumb, reason))
    journal.put(Unanswered("n1", NOW, "能不能给员工宿舍补贴", "租房", "已转街道"))
    assert journal.flush()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("insight")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICY_ASSISTANT_HOME", str(folder))
        yield folder


@pytest.fixture(scope="module")
def address(assistant: Assistant, home: Path) -> Iterator[str]:
    journal = Journal(home, 180)
    fill(journal)
    with served(RecordedAssistant(assistant, journal, Channel.CHAT)) as url:
        yield url
    journal.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    windows: list[Window] = []

    def start(path: str = "/insight", **options: Any) -> Page:
        windows.append(open_window(browser, address + path, **options))
        return windows[-1].page

    yield start
    for window in windows:
        window.close()


def test_what_was_asked_is_counted_and_grouped(opened: Callable[..., Page]) -> None:
    page = opened()
    main = page.locator("main")
    for shown in (words.TITLE, "第五条", "租办公室有补贴吗", "能不能给员工宿舍补贴", "讲得清楚"):
        expect(main).to_contain_text(shown)
    expect(page.locator("svg").first).to_be_visible()
    assert page.title().startswith(words.TITLE)
    page.get_by_role("link", name="第五条").first.click()
    expect(page.locator("#minhang-robot-5")).to_be_in_viewport()


def test_days_are_filtered_and_a_bad_date_is_told(opened: Callable[..., Page]) -> None:
    page = opened()
    assert "window.hit" in page.content()
    assert page.locator("main").inner_text().count("<img src=x") == 1
    page.get_by_role("link", name="近 90 天").click()
    expect(page.locator("main")).to_contain_text("<img src=x")
    assert page.locator("main").inner_text().count("<img src=x") > 1
    assert page.evaluate("window.hit") is None
    page.goto(page.url.split("?")[0] + "?from=2001-01-01&to=2001-01-31")
    expect(page.locator("main .empty")).to_be_visible()
    page.goto(page.url.split("?")[0] + "?from=%3Cb%3E")
    expect(page.locator("main")).to_contain_text("<b>")


@pytest.mark.parametrize(
    ("file", "held"), [("turns", "服务机器人按几个点补"), ("unanswered", "租房")]
)
def test_the_files_open_in_a_spreadsheet(
    opened: Callable[..., Page], address: str, file: str, held: str
) -> None:
    reply = opened().request.get(f"{address}/insight/{file}.csv")
    assert reply.body().startswith("\ufeff".encode())
    assert held in reply.text()
    assert reply.headers["content-type"].startswith("text/csv")
    assert f"{file}-" in reply.headers["content-disposition"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, TABLET, PHONE], ids=["1440", "1024", "390"])
def test_it_fits_and_is_accessible(
    opened: Callable[..., Page], viewport: dict[str, int], scheme: str
) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page = opened(viewport=viewport, color_scheme=scheme)
    page.screenshot(path=SCREENSHOTS / f"insight-{viewport['width']}-{scheme}.png", full_page=True)
    assert sideways(page) <= 0
    assert grave_violations(page) == []


def test_the_narrowest_phone_never_scrolls_sideways(opened: Callable[..., Page]) -> None:
    assert sideways(opened(viewport=NARROWEST)) <= 0


def test_a_page_that_is_not_there_leads_on(browser: Browser, address: str) -> None:
    page = browser.new_page()
    reply = page.goto(f"{address}/nowhere<b>")
    assert reply is not None
    assert reply.status == 404
    expect(page.locator("main")).to_contain_text(texts.NOT_FOUND)
    expect(page.get_by_role("link", name=texts.TO_CHAT)).to_be_visible()
    assert grave_violations(page) == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_users_one_signs_in_and_out(
    opened: Callable[..., Page], home: Path, scheme: str
) -> None:
    accounts = Accounts(home)
    accounts.add("王芳", PASSWORD)
    try:
        page = opened("/insight?from=2026-11-01", color_scheme=scheme, viewport=PHONE)
        assert sideways(page) <= 0
        assert grave_violations(page) == []
        page.get_by_label(access_texts.NAME).fill("王芳")
        page.get_by_label(access_texts.PASSWORD).fill(PASSWORD)
        page.get_by_role("button", name=access_texts.SUBMIT).click()
        expect(page.locator("main")).to_contain_text("王芳")
        assert page.url.endswith("/insight?from=2026-11-01")
        assert page.evaluate("document.cookie") == ""
        page.get_by_role("button", name=access_texts.SIGN_OUT).click()
        expect(page.locator("main")).to_contain_text(access_texts.SIGNED_OUT)
    finally:
        accounts.remove("王芳")
