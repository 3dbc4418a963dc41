"""The desk page: what it serves, and how it feels in a real browser, keyboard first."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from starlette.testclient import TestClient

from assistant.accounts import Accounts
from assistant.chain import open_assistant
from assistant.journal import Journal
from assistant.journal_store import FILE, read_records, read_unanswered
from assistant.record import Channel
from assistant.recorded import RecordedAssistant
from assistant.web import access_texts, insight_texts
from assistant.web import texts_desk as words
from assistant.web.access import Access, Guard
from assistant.web.desk import desk_routes
from assistant.web.frame import CONTENT_POLICY, Frame
from assistant.web.sign_in import sign_in_routes
from corpus.library import load_library
from tests.axe import grave_violations
from tests.browser import (
    DESKTOP,
    NARROWEST,
    PHONE,
    SCREENSHOTS,
    TABLET,
    Reader,
    Window,
    all_policies,
    chromium,
    open_window,
    served,
    sideways,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from assistant.record import Record, Unanswered

LOCAL: dict[str, Any] = {"base_url": "http://localhost", "client": ("127.0.0.1", 5000)}
HOSTILE = '<script>window.hit=1</script>"><img src=x onerror="window.hit=1">'
SAME = {"Sec-Fetch-Site": "same-origin"}

SLOWED = """(path) => {  // replies of one kind come late and can't be called off
    const fetched = window.fetch;
    window.fetch = async (where, { signal, ...options }) => {
        if (String(where).includes(path)) await new Promise((go) => setTimeout(go, 300));
        return fetched(where, options);
    };
}"""


class Kept:
    """A desk over several policies, with its journal."""

    def __init__(self, home: Path) -> None:
        all_policies(home / "policies")
        # a policy's words are not to be trusted either
        text = home / "policies" / "yulan-software" / "policy.txt"
        text.write_text(text.read_text("utf-8").replace("开源生态建设", f"开源{HOSTILE}", 1))
        self.journal = Journal(home, 30)
        inner = open_assistant(home, home / "policies")
        self.assistant = RecordedAssistant(inner, self.journal, Channel.CHAT)

    def turns(self) -> tuple[Record, ...]:
        assert self.journal.flush()
        return read_records(self.journal.path, channel=Channel.DESK)

    def notes(self) -> tuple[Unanswered, ...]:
        assert self.journal.flush()
        return read_unanswered(self.journal.path)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    home = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICY_ASSISTANT_HOME", str(home))
        desk = Kept(home)
        yield desk
        desk.journal.close()


def pages(assistant: Any, home: Path, days: int = 30) -> FastAPI:
    """Return the desk behind the guard, without Gradio's page."""
    frame, access, app = Frame(assistant.library.policies), Access(Accounts(home)), FastAPI()
    app.router.routes += desk_routes(assistant, frame, home / FILE, days)
    app.router.routes += sign_in_routes(access, frame)
    app.add_middleware(Guard, access=access, frame=frame)
    return app


@pytest.fixture(scope="module")
def client(kept: Kept) -> TestClient:
    return TestClient(pages(kept.assistant, kept.journal.path.parent), **LOCAL)


def shown(html: str) -> str:
    """Return the words of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_the_page_works_by_addresses_alone_and_keeps_nothing(
    client: TestClient, kept: Kept
) -> None:
    before = len(kept.turns())
    reply = client.get("/desk", params={"q": "jbgs"})
    assert reply.headers["content-security-policy"] == CONTENT_POLICY
    link = re.search(r'href="(/desk\?q=jbgs&amp;policy=&amp;open=[^"]+)"', reply.text)
    assert link
    opened = client.get(link[1].replace("&amp;", "&"))
    assert "揭榜额50%" in shown(opened.text)
    assert words.SCRIPT in opened.text
    asked = client.get("/desk", params={"q": "服务机器人卖2000万补多少", "ask": "1"})
    assert "60万元" in shown(asked.text)
    assert len(kept.turns()) == before


def test_results_are_options_with_marks(client: TestClient) -> None:
    reply = client.get("/desk/found", params={"q": "fwjqr", "policy": "minhang-robot"})
    assert '<mark class="hit">服务机器人</mark>' in reply.text
    assert 'data-place="minhang-robot:5"' in reply.text
    assert "服务机器人" in shown(reply.text)
    assert "yulan" not in reply.text
    assert "<html" not in reply.text


def test_with_several_policies_each_row_and_answer_names_its_own(client: TestClient) -> None:
    rows = client.get("/desk/found", params={"q": "5"}).text
    assert "闵行区智能机器人政策措施" in rows
    assert "云汀新区低空经济扶持办法" in rows
    opened = client.post(
        "/desk/open", data={"q": "5", "open": "yunting-lowaltitude:第五条"}, headers=SAME
    )
    assert "《云汀新区低空经济扶持办法》" in shown(opened.text)
    asked = client.post(
        "/desk/open", data={"q": "租金怎么补", "policy": "yulan-software"}, headers=SAME
    )
    assert 'data-place="yulan-software:一、（一）"' in asked.text


def test_opening_keeps_a_turn_of_the_desk(client: TestClient, kept: Kept) -> None:
    before = len(kept.turns())
    client.post("/desk/open", data={"q": "5", "open": "minhang-robot:5"}, headers=SAME)
    turns = kept.turns()
    assert len(turns) == before + 1
    assert turns[0].asked.question == "《闵行区智能机器人政策措施》第五条给多少支持？"
    log = client.get("/desk/log").text
    assert turns[0].asked.question in log


def test_figures_told_are_in_the_form_and_figures_of_the_form_in_the_script(
    client: TestClient,
) -> None:
    opened = client.post(
        "/desk/open", data={"q": "卖了2000万能补多少", "open": "minhang-robot:5"}, headers=SAME
    ).text
    assert 'name="minhang-robot/service-robot-sales.product_sales"' in opened
    assert 'value="2000万元"' in opened
    award = "minhang-robot/service-robot-sales"
    form = {"open": "minhang-robot:5", "award": award, f"{award}.product_sales": "1500"}
    told = client.post("/desk/answer", data=form, headers=SAME)
    assert "测算为45万元" in shown(told.text)
    denied = client.post("/desk/answer", data={**form, f"{award}.field": "no"}, headers=SAME)
    assert "不能获得第五条" in shown(denied.text)
    empty = client.post("/desk/answer", data={"award": award}, headers=SAME)
    assert (empty.status_code, empty.text) == (422, words.NOTHING_TO_SAY)


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("open", {"open": "minhang-robot:99"}, 404),
        ("open", {"q": " "}, 400),
        ("answer", {"question": " "}, 422),
        ("note", {"question": " "}, 422),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    client: TestClient, path: str, form: dict[str, str], status: int
) -> None:
    reply = client.post(f"/desk/{path}", data=form, headers=SAME)
    assert reply.status_code == status
    assert "\n" not in reply.text
    assert re.search(r"[\u4e00-\u9fff]", reply.text)


def test_nothing_is_changed_from_other_sites(client: TestClient, kept: Kept) -> None:
    notes = len(kept.notes())
    for path in ("open", "answer", "note", "withdraw"):
        data = {"q": "5", "open": "minhang-robot:5", "question": "问"}
        reply = client.post(f"/desk/{path}", data=data, headers={"Sec-Fetch-Site": "cross-site"})
        assert reply.status_code == 403
        assert client.get(f"/desk/{path}").status_code in (404, 405)
    assert len(kept.notes()) == notes


def test_the_desk_is_for_this_computer_until_there_are_users(kept: Kept, tmp_path: Path) -> None:
    app = pages(kept.assistant, tmp_path)
    away = TestClient(app, base_url="http://10.0.0.9", client=("10.0.0.5", 1))
    page = away.get("/desk", headers={"accept": "text/html"})
    assert page.status_code == 403
    assert access_texts.LOCAL_ONLY in page.text
    assert away.get("/desk/found?q=5").status_code == 403
    for name in ("zhang", "li"):
        Accounts(tmp_path).add(name, f"long-enough-{name}")
    assert TestClient(app, **LOCAL).get("/desk/found?q=5").status_code == 401
    signed = {name: TestClient(app, **LOCAL) for name in ("zhang", "li")}
    for name, user in signed.items():
        form = {"name": name, "password": f"long-enough-{name}", "next": "/desk"}
        assert name in user.post("/sign-in", data=form, headers=SAME).text
    signed["zhang"].post("/desk/note", data={"question": "张的问题"}, headers=SAME)
    (note,) = (note for note in kept.notes() if note.user == "zhang")
    assert note.question == "张的问题"
    signed["li"].post("/desk/withdraw", data={"note": note.id}, headers=SAME)
    assert note in kept.notes()
    signed["zhang"].post("/desk/withdraw", data={"note": note.id}, headers=SAME)
    assert note not in kept.notes()


def test_without_a_journal_the_desk_answers_and_says_that_nothing_is_kept(
    tmp_path: Path,
) -> None:
    client = TestClient(pages(Reader(load_library()), tmp_path), **LOCAL)
    page = client.get("/desk?q=5").text
    assert words.LOG_OFF in page
    assert 'aria-keyshortcuts="F8" disabled' in page
    reply = client.post("/desk/note", data={"question": "问"}, headers=SAME)
    assert (reply.status_code, reply.text) == (409, words.LOG_OFF)


@pytest.fixture(scope="module")
def address(kept: Kept) -> Iterator[str]:
    with served(kept.assistant) as url:
        yield url.rstrip("/")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def windows(browser: Browser, address: str) -> Iterator[Callable[..., Window]]:
    opened: list[Window] = []

    def start(path: str = "/desk", **options: Any) -> Window:
        opened.append(open_window(browser, address + path, **options))
        expect(opened[-1].page.locator("#hits[role=listbox]")).to_be_visible()
        return opened[-1]

    yield start
    for window in opened:
        window.close()


@pytest.fixture
def desk(windows: Callable[..., Window]) -> Callable[..., Page]:
    return lambda *path, **options: windows(*path, **options).page


def find(page: Page, typed: str) -> None:
    page.locator("#q").fill(typed)
    expect(page.locator("#hits [aria-selected=true]")).to_be_visible()


def open_clause(page: Page, typed: str, name: str) -> None:
    find(page, typed)
    expect(page.locator("#hits [aria-selected=true]")).to_contain_text(name)
    page.locator("#q").press("Enter")
    expect(page.locator("#clause-title")).to_contain_text(name)


def test_a_call_is_answered_without_a_mouse(desk: Callable[..., Page], kept: Kept) -> None:
    page = desk()
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("fwjqr", delay=15)
    expect(page.locator("#hits mark.hit").first).to_have_text("服务机器人")
    expect(page.locator("#said")).to_have_text("按“服务机器人”查到 1 条")
    page.keyboard.press("Enter")
    expect(page.locator("#lines")).to_contain_text("按销售额的3%给予补助，累计最高不超过200万元")
    expect(page.locator("#clause .text mark.quoted").first).to_contain_text("鼓励企业")
    text = kept.assistant.library.clause("minhang-robot", "5")
    assert text
    assert page.locator("#clause .text").inner_text() == text.text
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#said")).to_contain_text("口径已备好")
    page.keyboard.press("F4")
    page.keyboard.type("2000")
    page.keyboard.press("Enter")
    expect(page.locator("#lines")).to_contain_text("测算为60万元")
    expect(page.locator(".outcome .sum")).to_have_text("60万元")
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_have_value("")
    expect(page.locator("#log li")).not_to_have_count(0)


def test_arrows_move_and_the_box_tells_where(desk: Callable[..., Page]) -> None:
    page = desk()
    box = page.locator("#q")
    find(page, "应用场景")
    expect(box).to_have_attribute("role", "combobox")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(box).to_have_attribute("aria-activedescendant", "hit-1")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "hit-2")
    expect(page.locator("#hit-2")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#hit-1")).to_have_attribute("aria-selected", "false")
    box.press("ArrowUp")
    box.press("ArrowUp")
    expect(box).to_have_attribute("aria-activedescendant", "hit-1")
    for _ in range(40):
        box.press("ArrowDown")
    last = page.locator("#hits li").last
    expect(last).to_have_attribute("aria-selected", "true")
    expect(last).to_be_in_viewport()
    page.locator("#q").fill("qwrtp")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("hit"))
    expect(box).to_have_attribute("aria-expanded", "false")


def test_words_being_composed_neither_search_nor_open(desk: Callable[..., Page]) -> None:
    page = desk()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    typing = page.context.new_cdp_session(page)
    typing.send("Input.imeSetComposition", {"text": "bing", "selectionStart": 4, "selectionEnd": 4})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    typing.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    typing.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    page.wait_for_timeout(250)
    assert asked == []
    typing.send("Input.insertText", {"text": "并购"})
    expect(page.locator("#hits [aria-selected=true]")).to_contain_text("第七条")
    assert not [url for url in asked if "/open" in url]


def test_a_late_reply_never_covers_a_newer_one(desk: Callable[..., Page]) -> None:
    page = desk()
    page.evaluate(
        """() => {
            const fetched = window.fetch;
            window.fetch = (where, { signal, ...options }) =>  // a reply that can't be called off
                new Promise((go) => setTimeout(go, String(where).includes("q=11") ? 0 : 400))
                    .then(() => fetched(where, options));
        }"""
    )
    box = page.locator("#q")
    box.fill("1")
    box.fill("11")
    expect(page.locator("#hit-1")).to_contain_text("第十一条")
    page.wait_for_timeout(600)
    expect(page.locator("#hit-1")).to_contain_text("第十一条")


def test_enter_opens_what_is_typed_though_it_is_not_found_yet(desk: Callable[..., Page]) -> None:
    page = desk()
    find(page, "并购")
    page.evaluate(SLOWED, "/found")
    page.locator("#q").fill("jbgs")
    page.locator("#q").press("Enter")
    expect(page.locator("#clause-title")).to_contain_text("第二条")


def test_a_script_of_a_clause_left_behind_is_dropped(desk: Callable[..., Page]) -> None:
    page = desk()
    open_clause(page, "第六条", "第六条")
    page.evaluate(SLOWED, "/answer")
    page.locator("#asked").press("Enter")
    open_clause(page, "jbgs", "第二条")
    page.wait_for_timeout(500)
    expect(page.locator("#asked")).to_have_value(re.compile("第二条"))


def test_the_script_is_copied_with_one_key(windows: Callable[..., Window]) -> None:
    page = windows(permissions=["clipboard-read", "clipboard-write"]).page
    open_clause(page, "第六条", "第六条")
    page.keyboard.press("F2")
    expect(page.locator("#notice")).to_have_text(words.COPIED)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "投资额10%" in copied
    assert "依据：《" in copied
    assert "查询日期：" in copied
    assert "尚未正式施行" in copied
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    page.locator(".copy-script").click()
    expect(page.locator("#notice")).to_have_text(words.COPIED)


def test_a_question_of_the_callers_is_asked_and_changed(desk: Callable[..., Page]) -> None:
    page = desk()
    page.locator("#q").fill("链主企业投资3000万落户能拿多少")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#lines")).to_contain_text("300万元")
    expect(page.locator("#clause-title")).to_contain_text("第六条")
    field = page.get_by_role("textbox", name="投资额", exact=True)
    expect(field).to_have_value("3000万元")
    asked = page.locator("#asked")
    asked.fill("什么时候申报")
    asked.press("Enter")
    expect(page.locator("#lines")).to_contain_text("没有规定申报时间")
    expect(page.locator("#script .status")).to_have_text("政策没有规定")
    page.locator("#script .next button").first.click()
    expect(page.locator("#lines")).not_to_contain_text("没有规定申报时间")


def test_what_cannot_be_answered_is_noted_and_taken_back(
    desk: Callable[..., Page], kept: Kept, address: str
) -> None:
    page = desk()
    page.locator("#q").fill("人才公寓怎么申请")
    page.keyboard.press("F8")
    expect(page.locator("#note-question")).to_have_value("人才公寓怎么申请")
    expect(page.locator("#note-need")).to_be_focused()
    page.keyboard.type("安排住房，电话13812345678")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notice")).to_contain_text("已登记为未能解答：人才公寓怎么申请")
    expect(page.locator("#q")).to_be_focused()
    line = page.locator("#log li.noted", has_text="人才公寓怎么申请")
    expect(line).to_contain_text("诉求：安排住房")
    expect(page.locator("#log")).not_to_contain_text("13812345678")
    (note,) = (note for note in kept.notes() if note.question == "人才公寓怎么申请")
    assert note.need.startswith("安排住房")
    board = page.context.new_page()
    board.goto(f"{address}/insight")
    expect(board.locator("body")).to_contain_text("人才公寓怎么申请")
    expect(board.locator("body")).to_contain_text(insight_texts.ENDING_LABELS["desk"])
    board.close()
    line.get_by_role("button", name=re.compile("撤销")).press("Enter")
    expect(line).to_have_count(0)
    assert note not in kept.notes()
    expect(page.locator("#said")).to_have_text(words.UNDONE)


def test_an_empty_note_is_held_back_and_escape_leaves_it(desk: Callable[..., Page]) -> None:
    page = desk()
    page.keyboard.press("F8")
    expect(page.locator("#note-question")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#note-fault")).to_be_visible()
    expect(page.locator("#note-question")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#note")).not_to_be_visible()
    expect(page.locator("#q")).to_be_focused()


def test_shortcuts_are_shown_and_single_keys_can_be_switched_off(
    desk: Callable[..., Page],
) -> None:
    page = desk()
    page.keyboard.press("?")
    keys = page.locator("#keys")
    expect(keys).to_be_visible()
    for key, _ in words.KEYS:
        expect(keys.locator("kbd", has_text=key.split()[0]).first).to_be_visible()
    assert grave_violations(page) == []
    page.keyboard.press("Escape")
    find(page, "并购")
    page.keyboard.press("?")
    expect(keys).not_to_be_visible()
    expect(page.locator("#q")).to_have_value("并购?")
    page.locator(".keys-open").press("/")
    expect(page.locator("#q")).to_be_focused()
    page.locator(".keys-open").press("Enter")
    page.locator("#single-keys").uncheck()
    page.keyboard.press("Escape")
    page.locator(".keys-open").press("/")
    expect(page.locator("#q")).not_to_be_focused()
    page.keyboard.press("Shift+F8")
    assert page.evaluate("document.activeElement.closest('#log') !== null")


def test_a_server_away_is_said_and_over_when_it_is_back(desk: Callable[..., Page]) -> None:
    page = desk()
    open_clause(page, "第五条", "第五条")
    page.evaluate(
        "() => { window.real = fetch; window.fetch = () => Promise.reject(new TypeError('x')); }"
    )
    page.locator("#q").fill("并购")
    expect(page.locator("#trouble")).to_have_text(words.LOST)
    expect(page.locator("#clause-title")).to_contain_text("第五条")
    expect(page.locator("#q")).to_have_value("并购")
    page.evaluate("() => { window.fetch = window.real; }")
    page.locator("#q").fill("并购重组")
    expect(page.locator("#trouble")).to_be_hidden()
    expect(page.locator("#hit-1")).to_contain_text("第七条")
    page.evaluate("() => { window.fetch = async () => new Response('x', { status: 401 }); }")
    page.locator("#q").fill("并购")
    expect(page.locator("#trouble")).to_contain_text(words.EXPIRED)
    expect(page.get_by_role("link", name=words.SIGN_IN)).to_be_visible()


def test_hostile_words_are_text_everywhere(desk: Callable[..., Page]) -> None:
    page = desk()
    page.locator("#q").fill(HOSTILE)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#asked")).to_have_value(HOSTILE)
    page.keyboard.press("F8")
    page.locator("#note-question").fill(HOSTILE)
    page.locator("#note-need").fill(HOSTILE)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#log .need").first).to_contain_text("<script>")
    open_clause(page, "开源", "一、（四）")
    expect(page.locator("#clause .text")).to_contain_text("<script>")
    page.reload()
    expect(page.locator("#clause .text")).to_contain_text("<script>")
    assert page.evaluate("window.hit") is None


def test_one_policy_can_be_chosen_and_an_empty_search_says_what_next(
    desk: Callable[..., Page],
) -> None:
    page = desk()
    page.get_by_label(words.POLICY, exact=True).select_option("minhang-robot")
    expect(page.locator("#count")).to_have_text("全部条款，共 11 条")
    page.locator("#q").fill("qwrtp")
    expect(page.locator("#found")).to_contain_text(words.NONE_HINT)
    expect(page.locator("#count")).to_contain_text("“qwrtp”")


def test_the_log_keeps_up_without_a_reload(desk: Callable[..., Page], kept: Kept) -> None:
    page = desk()
    kept.assistant.on(Channel.DESK).ask("链主企业有什么条件？")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    line = page.locator("#log li", has_text="链主企业有什么条件？").first
    expect(line).to_contain_text("第六条")
    line.locator(".again").press("Enter")
    expect(page.locator("#q")).to_have_value("链主企业有什么条件？")
    expect(page.locator("#q")).to_be_focused()


def test_it_works_without_the_script(browser: Browser, address: str) -> None:
    window = open_window(browser, f"{address}/desk", java_script_enabled=False)
    page = window.page
    page.locator("#q").fill("jbgs")
    page.locator("#q").press("Enter")
    page.locator(".hits a").first.click()
    expect(page.locator("#lines")).to_contain_text("揭榜额50%")
    expect(page.locator(".keys-open")).to_be_hidden()
    window.close()


@pytest.mark.parametrize(
    ("size", "scheme"),
    [*product((DESKTOP, TABLET, PHONE), ("light", "dark")), (NARROWEST, "light")],
    ids=lambda value: value if isinstance(value, str) else value["width"],
)
def test_every_width_in_light_and_dark(
    desk: Callable[..., Page], size: dict[str, int], scheme: str
) -> None:
    page = desk(viewport=size, color_scheme=scheme)
    SCREENSHOTS.mkdir(exist_ok=True)
    name = f"desk-{size['width']}-{scheme}"
    find(page, "应用场景")
    assert page.evaluate("scrollY") == 0
    page.screenshot(path=SCREENSHOTS / f"{name}-found.png")
    open_clause(page, "fwjqr", "第五条")
    page.screenshot(path=SCREENSHOTS / f"{name}-opened.png", full_page=True)
    assert sideways(page) <= 0
    assert grave_violations(page) == []
    sizes = page.locator("button:visible, select:visible").evaluate_all(
        "all => all.map(each => Math.min(each.offsetWidth, each.offsetHeight))"
    )
    assert min(sizes) >= 24
    page.keyboard.press("F8")
    page.screenshot(path=SCREENSHOTS / f"{name}-note.png")
    if size in (DESKTOP, PHONE):
        assert grave_violations(page) == []


def test_the_masthead_leads_to_the_desk(browser: Browser, address: str) -> None:
    window = open_window(browser, f"{address}/policy")
    window.page.get_by_role("link", name=words.TITLE).click()
    expect(window.page.locator("main.desk")).to_be_visible()
    expect(window.page.locator("nav [aria-current=page]")).to_have_text(words.TITLE)
    window.close()
