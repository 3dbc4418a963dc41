"""The calculator page: what it serves, and how it feels in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Locator, Page, expect
from starlette.testclient import TestClient

from assistant import wording
from assistant.web import calculator, texts
from assistant.web import texts_calculator as words
from assistant.web.frame import CONTENT_POLICY, Frame
from assistant.web.links import calculator_link
from corpus.library import Library, load_library
from tests.axe import grave_violations
from tests.browser import (
    DESKTOP,
    NARROWEST,
    OTHER_POLICIES,
    PHONE,
    SCREENSHOTS,
    TABLET,
    Reader,
    Window,
    all_policies,
    chromium,
    open_window,
    serving,
    sideways,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SALES = "minhang-robot/service-robot-sales"
CALL = "minhang-robot/open-call-research"
SHIPPED = load_library()
HOSTILE = '<script>window.hit=1</script>"><img src=x onerror="window.hit=1">'


def link(*awards: str, **fields: str | list[str]) -> str:
    pairs = [("award", award) for award in awards]
    for name, values in fields.items():
        field = f"{awards[0]}.{name.replace('__', '.')}"
        pairs += [(field, value) for value in ([values] if isinstance(values, str) else values)]
    return f"/calculator?{urlencode(pairs)}"


def client(library: Library = SHIPPED) -> TestClient:
    app = FastAPI()
    app.include_router(calculator.routes(Reader(library), Frame(library.policies)))
    return TestClient(app)


def shown(html: str) -> str:
    """Return the words of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_empty_page_offers_every_award() -> None:
    reply = client().get("/calculator")
    assert reply.status_code == 200
    assert reply.headers["content-security-policy"] == CONTENT_POLICY
    assert words.EMPTY in reply.text
    for rule in SHIPPED.awards:
        assert f'value="{rule.policy}/{rule.id}"' in reply.text


def test_a_figure_shows_sum_steps_quotes_and_curve() -> None:
    html = client().get(link(SALES, product_sales="1500")).text
    text = shown(html)
    assert "45万元" in text
    assert "1500万元 × 3%" in text
    assert "“按销售额的3%给予补助”" in text
    assert '<svg class="curve"' in html
    clause = SHIPPED.clause("minhang-robot", "5")
    assert clause is not None
    start = clause.text.index("按销售额的3%给予补助")
    assert f"/policy?quote=minhang-robot:5:{start}-{start + 11}#minhang-robot-5" in html


def test_a_ceiling_is_never_shown_as_a_promise() -> None:
    text = shown(client().get(link(CALL, bounty="3000")).text)
    assert words.AT_MOST.format(sum="1500万元") in text
    assert wording.CEILING in text


def test_a_clause_without_a_sum_says_so() -> None:
    text = shown(client().get(link("minhang-robot/exchange-support")).text)
    assert words.NO_SUM in text
    assert "予以扶持" in text


def test_an_error_stands_beside_its_field_and_nothing_is_lost() -> None:
    html = client().get(link(SALES, product_sales=["1500", "许多"], want="5万")).text
    assert 'value="许多" aria-label' in html
    assert html.count('aria-invalid="true"') == 1
    assert 'value="1500"' in html
    assert 'value="5万"' in html
    assert "“许多”读不出单个产品销售额" in shown(html)


def test_several_awards_are_separate_lines_with_a_note() -> None:
    query = f"{link(SALES, product_sales='1500')}&award={CALL}&{CALL}.bounty=3000"
    html = client().get(query).text
    assert html.count('class="card award"') == 2
    assert wording.NOT_COMBINED in html
    assert "1545万元" not in html


def test_a_policy_that_speaks_of_stacking_is_quoted_instead() -> None:
    library = load_library(OTHER_POLICIES)
    key = "yunting-lowaltitude"
    html = (
        client(library)
        .get(f"/calculator?award={key}/platform-city&award={key}/certificate-cargo")
        .text
    )
    assert wording.NOT_COMBINED not in html
    assert f"#{quote(f'{key}-第二十四条')}" in html


def test_figures_of_different_policies_are_not_added(tmp_path: Any) -> None:
    query = "/calculator?award=minhang-robot/benchmark-listing&award=yulan-software/master-settling"
    html = client(all_policies(tmp_path)).get(query).text
    assert words.OTHER_POLICIES in html


def test_the_address_reproduces_the_form() -> None:
    first = client().get(link(SALES, product_sales=["1500", "", "二亿"], field="no", want="1亿"))
    found = re.search(r'id="address"[^>]*value="([^"]+)"', first.text)
    assert found
    again = client().get(found[1].replace("&amp;", "&"))
    address = parse_qs(urlsplit(found[1].replace("&amp;", "&")).query)
    assert address[f"{SALES}.product_sales"] == ["1500", "二亿"]
    assert shown(again.text).count("读作") == shown(first.text).count("读作") == 2


def test_the_script_gets_only_the_work_area() -> None:
    reply = client().get(link(SALES, product_sales="1500"), headers={"X-Part": "work"})
    assert "<html" not in reply.text
    assert "45万元" in reply.text


def test_hostile_words_are_text() -> None:
    for name in ("product_sales", "product_sales__unit", "want", "field", "none"):
        reply = client().get(link(SALES, "x" + HOSTILE, **{name: HOSTILE}))
        assert reply.status_code == 200
        assert "<script>window" not in reply.text
        assert "<img src=x" not in reply.text


def test_a_very_long_query_is_answered() -> None:
    pairs = urlencode([("award", SALES), *[(f"{SALES}.product_sales", "9" * 20)] * 800])
    assert client().get(f"/calculator?{pairs}").status_code == 200


def test_the_draft_notice_stands_once() -> None:
    html = client().get(link(SALES, CALL, product_sales="1500")).text
    assert html.count(texts.NOT_IN_FORCE) == 1


def test_a_link_from_elsewhere_fills_the_form_in() -> None:
    rule = next(rule for rule in SHIPPED.awards if rule.id == "open-call-research")
    html = client().get(calculator_link([rule], [(rule, "bounty", "3000万元")])).text
    assert words.AT_MOST.format(sum="1500万元") in html


def test_no_award_at_all_is_an_answer_too() -> None:
    bare = Library(SHIPPED.policies)
    html = client(bare).get("/calculator").text
    assert words.NO_AWARDS in html


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(all_policies(tmp_path_factory.mktemp("policies"))) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    windows: list[Window] = []

    def start(path: str = "/calculator", **options: Any) -> Page:
        windows.append(open_window(browser, address + path, **options))
        return windows[-1].page

    yield start
    for window in windows:
        window.close()


def box(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=label, exact=True)


def pick(page: Page, title: str) -> None:
    page.locator(".picker .choice", has_text=title).locator("input").check()


def test_picking_and_typing_updates_the_sum_and_the_address(opened: Callable[..., Page]) -> None:
    page = opened()
    expect(page.locator(".update")).to_be_hidden()
    pick(page, "服务机器人产品销售补助")
    field = box(page, "单个产品销售额")
    expect(field).to_be_visible()
    field.press_sequentially("1500", delay=20)
    expect(page.locator(".outcome .sum")).to_have_text("45万元")
    expect(field).to_be_focused()
    expect(field).to_have_value("1500")
    page.get_by_label("单个产品销售额的单位").select_option("亿元")
    expect(page.locator(".outcome .sum")).to_have_text("200万元")
    field.fill("许多")
    expect(page.locator(".said .error")).to_contain_text("“许多”")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("三千五百万")
    expect(page.locator(".outcome .sum")).to_have_text("105万元")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    page.reload()
    expect(box(page, "单个产品销售额")).to_have_value("三千五百万")
    expect(page.locator(".outcome .sum")).to_have_text("105万元")


def test_rows_are_added_and_removed_with_the_keyboard(opened: Callable[..., Page]) -> None:
    page = opened(link(SALES, product_sales="1500"))
    page.get_by_role("button", name="再加一个单个产品销售额").press("Enter")
    second = box(page, "单个产品销售额（第 2 个）")
    expect(second).to_be_focused()
    page.keyboard.type("2000")
    expect(page.locator(".outcome .sum")).to_have_text("105万元")
    page.get_by_role("button", name="删除第 1 个单个产品销售额").press("Enter")
    expect(box(page, "单个产品销售额")).to_have_value("2000")
    expect(page.locator(".outcome .sum")).to_have_text("60万元")
    page.get_by_role("button", name="移除“服务机器人产品销售补助”").press("Enter")
    expect(page.get_by_text(words.EMPTY, exact=True)).to_be_visible()
    assert page.url.endswith("/calculator")
    expect(page.locator(".picker :checked")).to_have_count(0)


def test_enter_in_a_field_calculates_and_adds_nothing(opened: Callable[..., Page]) -> None:
    page = opened(link(SALES))
    field = box(page, "单个产品销售额")
    field.fill("1500")
    field.press("Enter")
    expect(page.locator(".outcome .sum")).to_have_text("45万元")
    expect(page.locator("input[name$='product_sales']")).to_have_count(1)
    expect(page.locator(".award")).to_have_count(1)


def test_conditions_and_the_way_back(opened: Callable[..., Page]) -> None:
    page = opened(link(SALES, product_sales="1500"))
    group = page.get_by_role("group", name="产品用于智慧医疗")
    group.get_by_role("radio", name=words.NO, exact=True).check()
    expect(page.locator(".outcome .sum")).to_have_text(words.NOTHING)
    expect(page.locator(".unmet")).to_contain_text("不符合条件")
    group.get_by_role("radio", name=words.YES, exact=True).check()
    expect(page.locator(".outcome .sum")).to_have_text("45万元")
    box(page, words.WISH_LABEL).fill("100")
    expect(page.locator(".wish .found")).to_contain_text("3333.33万元")


def test_words_being_composed_are_left_alone(opened: Callable[..., Page]) -> None:
    page = opened(link(SALES))
    field = box(page, "单个产品销售额")
    field.focus()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    typing = page.context.new_cdp_session(page)
    typing.send("Input.imeSetComposition", {"text": "san", "selectionStart": 3, "selectionEnd": 3})
    page.wait_for_timeout(500)
    assert asked == []
    typing.send("Input.insertText", {"text": "三千五百万"})
    expect(page.locator(".outcome .sum")).to_have_text("105万元")


def test_a_lost_server_says_so_and_keeps_what_was_typed(opened: Callable[..., Page]) -> None:
    page = opened(link(SALES, product_sales="1500"))
    field = box(page, "单个产品销售额")
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('gone')); }")
    field.fill("2000")
    expect(page.get_by_role("alert")).to_contain_text("连接已断开")
    expect(field).to_have_value("2000")


def test_the_list_can_be_filtered(opened: Callable[..., Page]) -> None:
    page = opened()
    page.get_by_label(words.FILTER).fill("充电桩")
    expect(page.locator(".picker .choice:visible")).to_have_count(2)
    page.get_by_label(words.FILTER).fill("没有这个")
    expect(page.locator(".picker .choice:visible")).to_have_count(0)
    expect(page.get_by_text(words.NO_MATCH)).to_be_visible()


def test_without_a_script_buttons_do_the_same(browser: Browser, address: str) -> None:
    window = open_window(browser, address + "/calculator", java_script_enabled=False)
    page = window.page
    pick(page, "服务机器人产品销售补助")
    page.get_by_role("button", name=words.UPDATE, exact=True).click()
    box(page, "单个产品销售额").fill("1500")
    page.get_by_role("button", name="再加一个单个产品销售额").click()
    box(page, "单个产品销售额（第 2 个）").fill("二千万")
    page.keyboard.press("Enter")
    expect(page.locator(".outcome .sum")).to_have_text("105万元")
    window.close()


@pytest.mark.parametrize("size", [DESKTOP, TABLET, PHONE], ids=lambda size: str(size["width"]))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_is_accessible(
    opened: Callable[..., Page], size: dict[str, int], scheme: str
) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    path = f"{link(SALES, product_sales=['1500', '许多'])}&award={CALL}&{CALL}.bounty=3000"
    for name, where in (("empty", "/calculator"), ("filled", path)):
        page = opened(where, viewport=size, color_scheme=scheme)
        assert sideways(page) <= 0
        if name == "filled" or size is PHONE:
            assert grave_violations(page) == []
        file = f"calculator-{name}-{size['width']}-{scheme}.png"
        page.screenshot(path=SCREENSHOTS / file, full_page=True)


def test_the_narrowest_phone_never_scrolls_sideways(opened: Callable[..., Page]) -> None:
    page = opened(link(SALES, product_sales=["1500", "许" * 60]), viewport=NARROWEST)
    assert sideways(page) <= 0


def test_small_targets_are_large_enough(opened: Callable[..., Page]) -> None:
    page = opened(link(SALES, product_sales=["1", "2"]), viewport=PHONE)
    sizes = page.locator("button:visible, select:visible, .three label").evaluate_all(
        "all => all.map(each => Math.min(each.offsetWidth, each.offsetHeight))"
    )
    assert min(sizes) >= 24


def test_print_shows_results_without_controls(opened: Callable[..., Page]) -> None:
    page = opened(link(SALES, product_sales="1500"))
    page.emulate_media(media="print")
    expect(page.locator(".picker")).to_be_hidden()
    expect(page.locator(".share")).to_be_hidden()
    expect(page.locator(".outcome .sum")).to_be_visible()


def test_what_is_typed_while_the_form_is_drawn_anew_is_kept(opened: Callable[..., Page]) -> None:
    page = opened(link(SALES, product_sales="1500"))
    page.evaluate(
        """() => {
            const fetched = window.fetch;
            window.fetch = async (...asked) => {
                await new Promise((go) => setTimeout(go, 400));
                return fetched(...asked);
            };
        }"""
    )
    pick(page, "智能工厂、优秀场景资助")
    box(page, "单个产品销售额").fill("2000")
    expect(page.locator(".award")).to_have_count(2)
    expect(box(page, "单个产品销售额")).to_have_value("2000")
    expect(box(page, "单个产品销售额")).to_be_focused()
    expect(page.locator(".together .sum").nth(1)).to_have_text("60万元")
