"""The chat page in a real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from assistant.journal import Journal
from assistant.journal_store import read_records
from assistant.record import Channel
from assistant.recorded import RecordedAssistant
from assistant.settings import Settings
from assistant.web import texts
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
from tests.stand_in import CLAUSE_TEXT, QUOTES, StandInAssistant

if TYPE_CHECKING:
    from assistant.chain import Assistant

QUESTION = "服务机器人卖了2000万元，能补多少？"
AWARD = "揭榜额1500万元的揭榜挂帅项目能拿多少？"
HOSTILE = (
    '<script>window.hit=1</script><img src=x onerror="window.hit=1">'
    "**粗** ![图](http://192.0.2.1/x.png) {{7*7}} ${window.hit=1} </div></textarea>"
)
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def plain() -> Iterator[str]:
    """Return the address of pages over an assistant of a few lines."""
    with served(StandInAssistant()) as address:
        yield address


@pytest.fixture(scope="module")
def journal(data_folder: str) -> Iterator[Journal]:
    kept = Journal(Settings.from_environment().home, 180)
    yield kept
    kept.close()


@pytest.fixture(scope="module")
def real(assistant: Assistant, journal: Journal) -> Iterator[str]:
    """Return the address of the pages as they are served to people."""
    with served(RecordedAssistant(assistant, journal, Channel.CHAT)) as address:
        yield address


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opener]:
    windows: list[Window] = []

    def start(url: str, **options: Any) -> Page:
        windows.append(open_window(browser, url, **options))
        page = windows[-1].page
        page.locator(".talk.ready").wait_for()
        return page

    yield start
    for window in windows:
        window.close()


def ask(page: Page, question: str, number: int = 1) -> Locator:
    """Ask, and return the finished turn of this number."""
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    return answered(page, number)


def answered(page: Page, number: int = 1) -> Locator:
    turn = page.locator(".turn").nth(number - 1)
    expect(turn.locator(".answer")).to_have_attribute("aria-busy", "false")
    return turn


def tool(page: Page, name: str) -> Locator:
    return page.locator(".tools").get_by_role("button", name=name)


# What an answer shows


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1440", "390"])
def test_a_mark_opens_the_whole_policy_at_the_quoted_words(
    opened: Opener, real: str, viewport: dict[str, int]
) -> None:
    page = opened(real, viewport=viewport)
    turn = ask(page, "揭榜挂帅项目最多能拿多少钱？")
    expect(turn.locator(".conclusion")).to_contain_text("2000万元")
    turn.locator(".conclusion .cite").first.focus()
    page.keyboard.press("Enter")
    reader = page.locator("dialog.reader")
    expect(reader.locator(".clause")).to_have_count(11)
    expect(reader.locator(".target mark").first).to_be_in_viewport()
    quoted = "".join(turn.locator(".basis blockquote").first.all_inner_texts())
    assert "".join(reader.locator(".target mark").all_inner_texts()) in quoted
    assert "2000万元" in "".join(reader.locator(".target mark").all_inner_texts())
    page.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    expect(turn.locator(".conclusion .cite").first).to_be_focused()
    href = turn.locator(".conclusion .cite").first.get_attribute("href") or ""
    page.goto(real + href)
    expect(page.locator("mark").first).to_be_in_viewport()
    assert page.url.endswith("#minhang-robot-2")


SPANS = {
    "": [],
    "0-2": ["5."],
    "0-4,2-6": ["5.推广服务"],
    "0-2,2-4": ["5.推广"],
    "3-3": [],
    "2-4,0-1": ["5", "推广"],
    f"{len(CLAUSE_TEXT) - 4}-9999": [CLAUSE_TEXT[-4:]],
    "x-y": [],
}


def test_the_words_of_any_spans_are_marked_once(opened: Opener, plain: str) -> None:
    page = opened(plain)
    link = ask(page, QUESTION).locator(".source")
    for spans, marked in SPANS.items():
        link.evaluate("(link, spans) => (link.dataset.spans = spans)", spans)
        link.click()
        expect(page.locator(".reader .target mark")).to_have_text(marked)
        expect(page.locator(".reader .target")).to_have_text(CLAUSE_TEXT)


def test_the_calculation_is_a_table_with_a_curve_and_a_way_to_other_figures(
    opened: Opener, real: str
) -> None:
    page = opened(real)
    turn = ask(page, AWARD)
    expect(turn.locator(".worked thead th")).to_have_text(list(texts.STEP_HEADINGS))
    expect(turn.locator(".total b")).to_have_text("不超过750万元")
    expect(turn.locator(".told-name")).to_have_text("1500万元：750万元")
    turn.get_by_role("link", name=texts.TO_CALCULATOR).click()
    expect(page.locator("input[name$='.bounty']")).to_have_value("1500万元")
    expect(page.locator("main")).to_contain_text(re.compile(r"最高不超过\s750万元"))


def test_several_figures_travel_to_the_calculator_one_by_one(opened: Opener, real: str) -> None:
    page = opened(real)
    turn = ask(page, "两款服务机器人分别卖了1500万元和1200万元，能补多少")
    turn.get_by_role("link", name=texts.TO_CALCULATOR).click()
    rows = page.locator("input[name$='.product_sales']")
    assert rows.evaluate_all("all => all.map(each => each.value)")[:2] == ["1500万元", "1200万元"]
    expect(page.locator("main")).to_contain_text("81万元")
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)


def test_choices_and_suggestions_are_asked_at_a_click(opened: Opener, real: str) -> None:
    page = opened(real)
    page.locator(".welcome button").first.click()
    answered(page)
    offered = page.locator(".turn.last .next button").first
    words = offered.inner_text()
    offered.click()
    turn = answered(page, 2)
    expect(turn.locator(".words")).to_have_text(words)
    expect(page.locator(".turn").first.locator(".next")).to_be_hidden()


def test_what_a_follow_up_was_taken_for_is_shown(opened: Opener, plain: str) -> None:
    page = opened(plain)
    ask(page, QUESTION)
    expect(page.locator(".understood")).to_have_count(0)
    expect(ask(page, "那上限呢", 2).locator(".understood")).to_contain_text(texts.UNDERSTOOD)


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_an_answer_comes_block_by_block_unless_motion_is_unwanted(
    opened: Opener, plain: str, motion: str
) -> None:
    page = opened(plain, reduced_motion=motion)
    page.evaluate(
        """() => { window.seen = new Set(); new MutationObserver(() => { const answer =
        document.querySelector('.turn .answer'); if (answer?.ariaBusy === 'true')
        window.seen.add(answer.querySelectorAll('.block').length); }).observe(
        document.querySelector('.turns'), { childList: true, subtree: true }); }"""
    )
    ask(page, QUESTION)
    steps = page.evaluate("[...window.seen].filter(Boolean).length")
    assert steps > 1 if motion == "no-preference" else steps <= 1


# What can be done with it


def test_copy_takes_question_answer_and_basis(opened: Opener, real: str) -> None:
    page = opened(real, permissions=["clipboard-read", "clipboard-write"])
    ask(page, AWARD).get_by_role("button", name=texts.COPY).click()
    expect(page.locator(".toast")).to_have_text(texts.SCRIPT_WORDS["copied"])
    copied = page.evaluate("navigator.clipboard.readText()")
    for words in (AWARD, "750万元", "① ", "> ", "第二条", "尚未正式施行"):
        assert words in copied


def test_retry_edit_undo_and_clear(opened: Opener, plain: str) -> None:
    page = opened(plain)
    ask(page, "第一个问题")
    turn = ask(page, "第二个问题", 2)
    turn.get_by_role("button", name=texts.RETRY).click()
    expect(answered(page, 2)).to_contain_text("第2问")
    page.locator(".turn.last").get_by_role("button", name=texts.EDIT).click()
    expect(page.locator("#question")).to_have_value("第二个问题")
    expect(page.locator(".editing")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#question")).to_have_value("")
    page.locator(".turn.last").get_by_role("button", name=texts.EDIT).click()
    expect(ask(page, "改过的问题", 2)).to_contain_text("第2问")
    expect(page.locator(".words")).to_have_text(["第一个问题", "改过的问题"])
    page.locator(".turn.last").get_by_role("button", name=texts.UNDO).click()
    expect(page.locator(".words")).to_have_text(["第一个问题"])
    expect(page.locator("#question")).to_have_value("改过的问题")
    expect(ask(page, "再问", 2)).to_contain_text("第2问")
    tool(page, texts.CLEAR).click()
    expect(page.locator(".turn")).to_have_count(0)
    page.locator(".toast button").click()
    expect(page.locator(".words")).to_have_text(["第一个问题", "再问"])
    answered(page, 2)
    tool(page, texts.CLEAR).click()
    expect(ask(page, QUESTION)).to_contain_text("第1问")


def test_a_thumb_and_its_reason_are_kept(opened: Opener, real: str, journal: Journal) -> None:
    page = opened(real)
    turn = ask(page, "链主企业落户最高能拿多少？")
    turn.get_by_role("button", name=texts.NOT_HELPFUL).click()
    turn.get_by_label(texts.REASONS[1]).check()
    turn.get_by_label(texts.MORE_WORDS).fill(HOSTILE)
    turn.get_by_role("button", name=texts.SEND).click()
    expect(page.locator(".toast")).to_have_text(texts.SCRIPT_WORDS["thanks"])
    kept = judged(journal, "链主企业落户最高能拿多少？", -1, with_reason=True)
    assert kept.startswith(texts.REASONS[1])
    assert HOSTILE in kept
    page.goto(f"{real}/insight")
    expect(page.locator("main")).to_contain_text("<script>window.hit=1</script>")
    assert page.evaluate("window.hit") is None
    page.goto(real)
    turn = answered(page)
    pressed = turn.get_by_role("button", name=texts.NOT_HELPFUL)
    expect(pressed).to_have_attribute("aria-pressed", "true")
    turn.get_by_role("button", name=texts.HELPFUL, exact=True).click()
    assert judged(journal, "链主企业落户最高能拿多少？", 1) == ""


def judged(journal: Journal, question: str, thumb: int, *, with_reason: bool = False) -> str:
    """Return the reason kept with this thumb, waiting until it is there; it comes second."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        journal.flush()
        for record in read_records(journal.path):
            said = record.feedback
            if record.asked.question != question or not said or said.thumb != thumb:
                continue
            if said.reason or not with_reason:
                return said.reason
        time.sleep(0.05)
    pytest.fail(f"no thumb {thumb} for {question}")


def test_nobody_is_asked_for_thumbs_that_nothing_keeps(opened: Opener, plain: str) -> None:
    page = opened(plain)
    ask(page, QUESTION)
    expect(page.locator(".thumbs")).to_have_count(0)


def test_the_export_has_citations_the_servers_date_and_the_draft_notice(
    opened: Opener, real: str
) -> None:
    page = opened(real, locale="en-US", timezone_id="America/New_York")
    page.clock.install(time=datetime(2031, 1, 1, tzinfo=UTC))
    page.reload()
    page.locator(".talk.ready").wait_for()
    page.clock.resume()
    ask(page, AWARD)
    with page.expect_download() as waiting:
        tool(page, texts.EXPORT).click()
    text = waiting.value.path().read_text("utf-8")
    today = datetime.now().astimezone()
    assert waiting.value.suggested_filename.startswith(texts.SCRIPT_WORDS["file"])
    assert "2031" not in text + waiting.value.suggested_filename
    assert f"{today.year}年" in text
    for words in (AWARD, "① ", "第二条", "> ", "| 项目 |", "尚未正式施行", texts.NOT_IN_FORCE):
        assert words in text
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator(".paper-head")).to_contain_text(texts.NOT_IN_FORCE)
    expect(page.locator(".printed-at")).to_contain_text(f"{today.year}年")
    expect(page.locator(".basis blockquote").first).to_be_visible()
    for hidden in (".composer", ".acts", ".masthead nav"):
        expect(page.locator(hidden).first).to_be_hidden()


# What is remembered, and where


def test_a_reload_brings_the_conversation_back_and_only_questions_are_kept(
    opened: Opener, real: str, journal: Journal
) -> None:
    page = opened(real)
    ask(page, "核心零部件攻关能补多少？")
    ask(page, "研发投入500万呢", 2)
    before = page.locator(".blocks").all_inner_texts()
    page.reload()
    answered(page, 2)
    assert page.locator(".blocks").all_inner_texts() == before
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "核心零部件攻关能补多少" in kept
    assert "经费支持" not in kept
    journal.flush()
    questions = [record.asked.question for record in read_records(journal.path)]
    assert questions.count("核心零部件攻关能补多少？") == 1


def test_earlier_conversations_are_opened_and_removed(opened: Opener, plain: str) -> None:
    page = opened(plain)
    ask(page, "以前的问题")
    tool(page, texts.NEW).click()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, "现在的问题")
    tool(page, texts.HISTORY).click()
    history = page.locator("dialog.history")
    expect(history.locator("li")).to_have_count(1)
    history.get_by_role("button", name="以前的问题").click()
    answered(page)
    expect(page.locator(".words")).to_have_text(["以前的问题"])
    tool(page, texts.HISTORY).click()
    history.get_by_role("button", name=texts.FORGET_ALL).click()
    expect(history.get_by_text(texts.NO_HISTORY)).to_be_visible()
    assert "现在的问题" not in page.evaluate("JSON.stringify(localStorage)")


def test_two_windows_do_not_share_a_conversation(browser: Browser, plain: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto(plain)
        page.locator(".talk.ready").wait_for()
    expect(ask(first, "甲的问题")).to_contain_text("第1问")
    expect(ask(second, "乙的问题")).to_contain_text("第1问")
    expect(ask(first, "甲再问", 2)).to_contain_text("第2问")
    assert "乙的问题" not in first.content()
    assert "甲的问题" not in second.content()
    tool(second, texts.HISTORY).click()
    expect(second.locator("dialog.history").get_by_text(texts.NO_HISTORY)).to_be_visible()
    context.close()


def test_forty_turns_stay_quick(opened: Opener, plain: str) -> None:
    page = opened(plain)
    for number in range(1, 41):
        ask(page, f"{QUESTION}{number}", number)
    began = time.monotonic()
    expect(ask(page, "第四十一个问题", 41)).to_contain_text("第41问")
    assert time.monotonic() - began < 3
    frames = page.evaluate(
        """async () => { const box = document.querySelector('#question'); let longest = 0;
        for (let n = 0; n < 20; n++) { const began = performance.now(); box.value += '字';
        box.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise(requestAnimationFrame);
        longest = Math.max(longest, performance.now() - began); } return longest; }"""
    )
    assert frames < 250
    page.reload()
    expect(answered(page, 41)).to_contain_text("第41问")


# Typing, faults, safety


def test_enter_while_composing_does_not_send(opened: Opener, plain: str) -> None:
    page = opened(plain)
    box = page.locator("#question")
    box.focus()
    typing = page.context.new_cdp_session(page)
    typing.send(
        "Input.imeSetComposition", {"text": "bu zhu", "selectionStart": 6, "selectionEnd": 6}
    )
    enter = "new KeyboardEvent('{}', {{key: 'Enter', code: 'Enter', bubbles: true, {}}})"
    for kind in ("keydown", "keypress"):
        for how in ("isComposing: true", "keyCode: 229"):
            box.evaluate(f"box => box.dispatchEvent({enter.format(kind, how)})")
    typing.send("Input.insertText", {"text": "补助"})
    page.wait_for_timeout(200)
    expect(box).to_have_value("补助")
    assert page.locator(".turn").count() == 0
    box.press("Shift+Enter")
    expect(box).to_have_value("补助\n")
    box.press("Enter")
    expect(answered(page).locator(".words")).to_have_text("补助")


def test_a_question_from_an_address_waits_in_the_box(opened: Opener, plain: str) -> None:
    page = opened(f"{plain}/?question={quote(HOSTILE)}")
    expect(page.locator("#question")).to_have_value(HOSTILE)
    assert page.locator(".turn").count() == 0


def test_html_is_shown_as_text(opened: Opener, plain: str) -> None:
    page = opened(plain)
    expect(ask(page, HOSTILE).locator(".words")).to_have_text(HOSTILE)
    expect(page.locator(".answer")).to_contain_text("<script>window.hit=1</script>")
    assert page.evaluate("window.hit") is None
    assert page.locator("#chat img").count() == 0
    tool(page, texts.NEW).click()
    tool(page, texts.HISTORY).click()
    expect(page.locator("dialog.history li")).to_contain_text("<img src=x")


def test_a_failure_is_one_calm_line(opened: Opener, plain: str) -> None:
    page = opened(plain)
    expect(ask(page, "故障")).to_contain_text(texts.FAILED)
    assert "secret detail" not in page.content()
    expect(ask(page, QUESTION, 2)).to_contain_text("第1问")


def test_an_empty_question_gets_a_hint(opened: Opener, plain: str) -> None:
    page = opened(plain)
    page.locator("#question").fill("  ")
    page.locator("#question").press("Enter")
    expect(page.locator(".toast")).to_have_text(texts.SCRIPT_WORDS["empty"])
    assert page.locator(".turn").count() == 0


def test_a_lost_server_is_told_and_the_question_can_be_asked_again(browser: Browser) -> None:
    with served(StandInAssistant()) as address:
        window = open_window(browser, address)
        window.page.locator(".talk.ready").wait_for()
    turn = ask(window.page, QUESTION)
    expect(turn).to_contain_text("连接已断开")
    expect(turn.get_by_role("button", name=texts.RETRY)).to_be_visible()
    window.page.context.close()


def test_ten_thousand_characters_are_accepted(opened: Opener, plain: str) -> None:
    page = opened(plain, viewport=PHONE)
    ask(page, "补" * 9_999 + "😀")
    assert sideways(page) <= 0


def test_an_answer_is_read_from_its_question(opened: Opener, plain: str) -> None:
    page = opened(plain, viewport=PHONE)
    ask(page, QUESTION)
    turn = ask(page, QUESTION, 2)
    asked = turn.locator(".words").bounding_box()
    assert asked is not None
    assert 0 <= asked["y"] < 60


def test_everything_is_reached_with_the_keyboard_and_seen(opened: Opener, real: str) -> None:
    page = opened(real)
    ask(page, AWARD)
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        name, outline, box = page.evaluate(
            """[document.activeElement.textContent.trim(), getComputedStyle(document.activeElement)
            .outlineStyle, document.activeElement.matches('body, textarea')]"""
        )
        reached.add(name)
        assert outline != "none" or box, name
    wanted = {texts.COPY, texts.RETRY, texts.EDIT, texts.UNDO, texts.HELPFUL, "①"}
    wanted |= {texts.NEW, texts.HISTORY, texts.EXPORT, texts.PRINT, texts.CLEAR, texts.SUBMIT}
    assert wanted <= reached


# How it looks


def test_the_page_is_chinese_without_a_footer(opened: Opener, plain: str) -> None:
    page = opened(plain, locale="en-US", timezone_id="America/New_York")
    ask(page, QUESTION)
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.title() == "某区机器人政策 · 政策问答"
    assert page.locator("link[rel=icon]").first.get_attribute("href") == "page/favicon.svg"
    assert page.locator("footer:visible").count() == 0
    shown = page.locator("body").inner_text()
    assert texts.NOT_IN_FORCE in shown
    for word in ("Gradio", "API", "Settings", "Chatbot", "Textbox", "Submit"):
        assert word not in shown
    labels = page.locator("[aria-label]:visible").evaluate_all(
        "all => all.map(each => each.getAttribute('aria-label'))"
    )
    assert [label for label in labels if label.isascii()] == []
    family = page.locator("h1").evaluate("element => getComputedStyle(element).fontFamily")
    assert "Noto Sans CJK SC" in family
    assert page.evaluate("[...document.fonts].filter(font => font.status == 'loaded').length") == 0


def test_it_is_usable_within_three_seconds(opened: Opener, real: str) -> None:
    page = opened(real)
    paint, usable = page.evaluate(
        "[performance.getEntriesByName('first-contentful-paint')[0].startTime, performance.now()]"
    )
    assert usable - paint < 3000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, TABLET, PHONE], ids=["1440", "1024", "390"])
def test_it_fits_and_is_accessible(
    opened: Opener, real: str, viewport: dict[str, int], scheme: str
) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page = opened(real, viewport=viewport, color_scheme=scheme)
    name = f"chat-{viewport['width']}-{scheme}"
    page.screenshot(path=SCREENSHOTS / f"{name}-empty.png")
    turn = ask(page, AWARD)
    assert sideways(page) <= 0
    assert grave_violations(page) == []
    turn.get_by_role("button", name=texts.NOT_HELPFUL).click()
    turn.locator(".cite").first.click()
    expect(page.locator(".reader .target mark").first).to_be_in_viewport()
    page.screenshot(path=SCREENSHOTS / f"{name}-answer.png")
    assert grave_violations(page) == []
    ink, ground = (
        page.locator(".answer").first.evaluate(f"e => getComputedStyle(e).{style}")
        for style in ("color", "backgroundColor")
    )
    assert (_brightness(ground) > _brightness(ink)) == (scheme == "light")


def test_the_narrowest_phone_never_scrolls_sideways(opened: Opener, real: str) -> None:
    page = opened(real, viewport=NARROWEST, has_touch=True, is_mobile=True)
    ask(page, AWARD).locator(".cite").first.click()
    expect(page.locator(".reader .target mark").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    assert sideways(page) <= 0
    expect(page.locator("#question")).to_be_in_viewport()


# What is closed


def test_the_api_and_uploads_are_closed(opened: Opener, plain: str) -> None:
    page = opened(plain)
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
        assert page.request.get(f"{plain}/{path}").status == 404, path
    policy = page.request.get(plain).headers["content-security-policy"]
    scripts = next(rule for rule in policy.split("; ") if rule.startswith("script-src"))
    assert "unsafe-inline" not in scripts


def test_other_websites_may_not_read_the_page(opened: Opener, plain: str) -> None:
    page = opened(plain)
    for origin in ("http://192.0.2.1", "null"):
        reply = page.request.get(f"{plain}/config", headers={"Origin": origin})
        assert reply.headers.get("access-control-allow-origin", "") != origin


def test_two_quotes_are_shown_as_they_stand(opened: Opener, plain: str) -> None:
    page = opened(plain)
    turn = ask(page, QUESTION)
    expect(turn.locator(".basis blockquote")).to_have_text(list(QUOTES))
    turn.locator(".source").click()
    expect(page.locator(".reader .target mark")).to_have_text(list(QUOTES))


def _brightness(color: str) -> int:
    return sum(int(part) for part in color[color.index("(") + 1 : -1].split(",")[:3])
