"""The policy page: what it serves, and how it reads in a real browser."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from starlette.testclient import TestClient

from assistant.web import policy as policy_page
from assistant.web import texts
from assistant.web import texts_policy as words
from assistant.web.frame import CONTENT_POLICY, Frame
from assistant.web.links import anchor, clause_link
from corpus.award import Amount
from corpus.library import Library, load_library
from corpus.policy import PolicyInfo
from corpus.reader import read_policy
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

SHIPPED = load_library()
OTHERS = load_library(OTHER_POLICIES)
EVERY = [(library, policy) for library in (SHIPPED, OTHERS) for policy in library.policies]
QUOTE = "按销售额的3%给予补助"
HOSTILE = '<script>window.hit=1</script>"><img src=x onerror="window.hit=1">'
BARE = """() => {
    const text = document.querySelector('article.text').cloneNode(true);
    for (const beside of text.querySelectorAll('[data-beside]')) beside.remove();
    return text.textContent;
}"""


def client(library: Library = SHIPPED) -> TestClient:
    app = FastAPI()
    app.include_router(policy_page.routes(Reader(library), Frame(library.policies)))
    return TestClient(app)


def article(html: str) -> str:
    """Return the text of the policy on a page, without what stands beside the clauses."""
    inner = html[html.index("<article") : html.index("</article>")]
    inner = re.sub(r'<div class="beside".*?</div>', "", inner, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", inner)).strip("\n ")


def hit(html: str, address: str) -> bool:
    return f'href="{address}"' in html.replace("&amp;", "&")


def quoted_link() -> str:
    clause = SHIPPED.clause("minhang-robot", "5")
    assert clause is not None
    start = clause.text.index(QUOTE)
    return clause_link("minhang-robot", "5", [(start, start + len(QUOTE))])


@pytest.mark.parametrize(("library", "policy"), EVERY, ids=lambda each: getattr(each, "id", ""))
def test_the_page_holds_the_text_word_for_word(library: Library, policy: Any) -> None:
    for find in ("", "企业", "1000万元"):
        params = {"policy": policy.id, "find": find}
        reply = client(library).get("/policy", params=params)
        assert reply.headers["content-security-policy"] == CONTENT_POLICY
        assert article(reply.text) == policy.text.strip("\n ")


@pytest.mark.parametrize(("library", "policy"), EVERY, ids=lambda each: getattr(each, "id", ""))
def test_every_clause_has_an_anchor_and_a_place_in_the_contents(
    library: Library, policy: Any
) -> None:
    html = client(library).get("/policy", params={"policy": policy.id}).text
    for clause in policy.clauses:
        name = anchor(policy.id, clause.label)
        assert html.count(f'id="{name}"') == 1
        assert f'href="#{name}"' in html


def test_the_status_and_the_source_stand_above_the_text() -> None:
    draft = client().get("/policy").text
    assert words.NOT_IN_FORCE in draft
    assert words.NO_DATES in draft
    info = SHIPPED.policies[0].info
    for part in (info.issuer, info.region, info.kind, info.source):
        assert part in draft
    assert draft.count(texts.NOT_IN_FORCE) == 1


def test_dates_are_the_clauses_own_words() -> None:
    html = client(OTHERS).get("/policy?policy=yunting-lowaltitude").text
    about = html[html.index('class="card about"') : html.index("<article")]
    assert words.IN_FORCE in about
    assert "本办法自2025年7月1日起施行，有效期至2028年6月30日" in about
    assert f"#{quote('yunting-lowaltitude-第二十八条')}" in about


def labels(clause: str, policy: str = "minhang-robot", library: Library = SHIPPED) -> list[str]:
    return [badge.label for badge in policy_page.badges(library.awards_of(policy, clause))]


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("1", [words.NO_AMOUNT]),
        ("2", [words.AMOUNT, words.CEILING, "按比例", words.STAGED]),
        ("3", [words.AMOUNT, words.CEILING, "按比例", words.REVIEWED]),
        ("4", [words.AMOUNT, words.CEILING]),
        ("5", [words.AMOUNT, "按比例"]),
        ("6", [words.AMOUNT, "按比例", words.REVIEWED, words.STAGED]),
        ("8", [words.AMOUNT, "定额", words.ONE_OFF]),
        ("11", [words.UNSTATED]),
    ],
)
def test_badges_come_from_the_award_rules(clause: str, expected: list[str]) -> None:
    assert labels(clause) == expected


def test_badges_of_a_clause_with_several_awards_are_named_once() -> None:
    assert labels("第七条", "yunting-lowaltitude", OTHERS) == [
        words.AMOUNT,
        "定额",
        words.REVIEWED,
        words.ONE_OFF,
    ]


def test_every_kind_of_amount_has_a_badge() -> None:
    assert set(words.KINDS) == set(Amount.__args__)


def test_a_clause_leads_to_its_awards_and_to_a_question() -> None:
    html = client(OTHERS).get("/policy?policy=yulan-software").text
    both = "/calculator?award=yulan-software/dc-charger&award=yulan-software/ac-charger"
    assert hit(html, both)
    assert quote("《榆岚软件和绿色低碳意见》四、（一）讲了什么？") in html
    assert quote("《") not in client().get("/policy").text.split("/?question=")[1][:20]


def test_quoted_words_are_marked() -> None:
    html = client().get(quoted_link().partition("#")[0]).text
    assert f'<mark class="quoted">{QUOTE}</mark>' in html
    assert words.QUOTE_LOST not in html


@pytest.mark.parametrize(
    "lost",
    ["minhang-robot:5:0-9999", "minhang-robot:99:0-5", "none:5:0-5", "x", "minhang-robot:5:9-3"],
)
def test_a_quote_that_is_gone_is_said(lost: str) -> None:
    reply = client().get("/policy", params={"quote": lost})
    assert reply.status_code == 200
    assert words.QUOTE_LOST in reply.text
    assert 'class="quoted"' not in reply.text


def test_the_search_counts_moves_and_looks_elsewhere() -> None:
    library = OTHERS
    html = client(library).get("/policy?policy=yulan-software&find=企业&at=2").text
    count = library.policies[0].text.count("企业")
    assert words.FOUND.format(words="企业", count=count) in html
    assert 'class="hit current" id="hit-2"' in html
    for at in (1, 3):
        address = f"/policy?policy=yulan-software&find={quote('企业')}&at={at}#hit-{at}"
        assert hit(html, address)
    other = library.policies[1]
    assert words.ELSEWHERE.format(
        title=other.info.short_title, count=other.text.count("企业")
    ) in unescape(html)


def test_the_search_goes_round_at_both_ends() -> None:
    count = SHIPPED.policies[0].text.count("链主")
    html = client().get("/policy?find=链主&at=99999").text
    assert words.AT.format(at=count) in html
    assert hit(html, f"/policy?policy=minhang-robot&find={quote('链主')}&at=1#hit-1")


def test_nothing_found_leads_to_a_question() -> None:
    html = client().get("/policy?find=租房补贴").text
    assert words.NOT_FOUND.format(words="租房补贴") in html
    assert f"/?question={quote('租房补贴')}" in html


@pytest.mark.parametrize("name", ["policy", "find", "at", "quote"])
def test_hostile_words_are_text(name: str) -> None:
    reply = client().get("/policy", params={name: HOSTILE})
    assert reply.status_code == 200
    assert "<script>window" not in reply.text
    assert "<img src=x" not in reply.text


def hostile_library() -> Library:
    text = f"某区办法{HOSTILE}\n第一条 支持企业{HOSTILE}。\n第二条 给予5%&nbsp;补助。\n"
    info = PolicyInfo(HOSTILE, HOSTILE, "征求意见稿", HOSTILE, False, HOSTILE, HOSTILE)
    policy = read_policy("sample", text, info)
    return Library((policy, replace(policy, id="second")))


def test_a_hostile_policy_is_text_too() -> None:
    library = hostile_library()
    html = client(library).get("/policy?find=企业").text
    assert "<script>window" not in html
    assert "<img src=x" not in html
    assert article(html) == library.policies[0].text.strip("\n ")


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

    def start(path: str = "/policy", **options: Any) -> Page:
        windows.append(open_window(browser, address + path, **options))
        return windows[-1].page

    yield start
    for window in windows:
        window.close()


def test_the_browser_shows_the_text_word_for_word(opened: Callable[..., Page]) -> None:
    for _, policy in EVERY:
        page = opened(f"/policy?policy={policy.id}&find=企业")
        assert page.evaluate(BARE) == policy.text


def test_line_ends_of_windows_are_kept_too(browser: Browser) -> None:
    text = "某区办法\r\n第一条 支持企业：\r\n（一）给予50万元；\r\n第二条 企业应当申报。\r\n"
    info = PolicyInfo("某区办法", "某区", "办法", "某网", True, "某区办法", "某区")
    policy = read_policy("sample", text, info)
    with serving(Library((policy,))) as url:
        window = open_window(browser, url + "/policy?find=企业")
        assert window.page.evaluate(BARE) == text
        window.close()


def test_a_quoted_link_brings_the_marked_words_into_view(opened: Callable[..., Page]) -> None:
    page = opened(quoted_link(), viewport=PHONE)
    mark = page.locator("mark.quoted")
    expect(mark).to_have_text(QUOTE)
    expect(mark).to_be_in_viewport()
    target = page.locator(".clause:target")
    expect(target).to_have_attribute("id", "minhang-robot-5")
    assert target.evaluate("clause => getComputedStyle(clause).boxShadow") != "none"


def test_a_bare_anchor_of_another_policy_opens_that_policy(opened: Callable[..., Page]) -> None:
    page = opened(f"/policy#{quote('yulan-software-一、（三）')}")
    page.wait_for_url("**/policy?policy=yulan-software#*")
    expect(page.locator(".clause:target")).to_contain_text("支持首版次软件推广")
    expect(page.locator(".clause:target")).to_be_in_viewport()
    for nowhere in ("nowhere-5", "%E4%B8", "<b>"):
        page.goto(page.url.partition("/policy")[0] + f"/policy#{nowhere}")
        expect(page.locator("article")).to_contain_text("闵行区")


def test_hits_are_walked_without_a_reload(opened: Callable[..., Page]) -> None:
    page = opened("/policy?policy=yulan-software&find=企业")
    page.evaluate("window.same = true")
    expect(page.locator("mark.current")).to_be_in_viewport()
    page.get_by_role("link", name=words.NEXT).press("Enter")
    expect(page.locator("#hit-2")).to_have_class(re.compile("current"))
    expect(page.locator("mark.current")).to_have_count(1)
    page.get_by_label(words.FIND).press("Enter")
    expect(page.locator("#at")).to_have_text(words.AT.format(at=3))
    for _ in range(3):
        page.get_by_role("link", name=words.PREVIOUS).click()
    count = OTHERS.policies[0].text.count("企业")
    expect(page.locator("#at")).to_have_text(words.AT.format(at=count))
    expect(page.locator(f"#hit-{count}")).to_be_in_viewport()
    assert page.evaluate("window.same")
    page.reload()
    expect(page.locator("#at")).to_have_text(words.AT.format(at=count))


def test_without_a_script_search_and_hits_work(browser: Browser, address: str) -> None:
    window = open_window(browser, address + "/policy", java_script_enabled=False)
    page = window.page
    page.get_by_label(words.FIND).fill("智能工厂")
    page.get_by_role("button", name=words.FIND_BUTTON).click()
    page.get_by_role("link", name=words.NEXT).click()
    expect(page.locator("#hit-2")).to_be_in_viewport()
    page.get_by_role("link", name=words.CLEAR).click()
    expect(page.locator("mark")).to_have_count(0)
    window.close()


def test_the_contents_fold_on_a_phone_and_lead_to_clauses(opened: Callable[..., Page]) -> None:
    page = opened(viewport=PHONE)
    expect(page.locator(".contents.spread")).to_be_hidden()
    page.locator(".contents.folded summary").press("Enter")
    page.locator(".contents.folded").get_by_role("link", name="第六条").click()
    expect(page.locator(".clause:target")).to_be_in_viewport()
    expect(page.locator(".contents.folded")).not_to_have_attribute("open", "")
    wide = opened()
    expect(wide.locator(".contents.folded")).to_be_hidden()
    wide.get_by_role("link", name="第十一条").first.click()
    expect(wide.locator(".contents.spread")).to_be_in_viewport()


def test_the_switch_changes_the_policy(opened: Callable[..., Page]) -> None:
    page = opened()
    page.get_by_label(words.SWITCH).get_by_role("link", name="云汀新区低空经济扶持办法").click()
    expect(page.locator("article h2")).to_contain_text("低空经济高质量发展扶持办法")
    expect(page.locator(".switch [aria-current]")).to_have_text("云汀新区低空经济扶持办法")
    expect(page.locator(".about")).to_contain_text(words.IN_FORCE)


def test_words_copied_from_the_page_are_the_laws_alone(opened: Callable[..., Page]) -> None:
    page = opened()
    page.evaluate("getSelection().selectAllChildren(document.querySelector('article.text'))")
    copied = page.evaluate("getSelection().toString()")
    assert words.ASK not in copied
    assert words.AMOUNT not in copied
    assert "按销售额的3%给予补助，累计最高不超过200万元。" in copied


@pytest.mark.parametrize("size", [DESKTOP, TABLET, PHONE], ids=lambda size: str(size["width"]))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_is_accessible(
    opened: Callable[..., Page], size: dict[str, int], scheme: str
) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    paths = {"quoted": quoted_link(), "found": "/policy?policy=yunting-lowaltitude&find=企业"}
    for name, path in paths.items():
        page = opened(path, viewport=size, color_scheme=scheme)
        assert sideways(page) <= 0
        assert grave_violations(page) == []
        page.screenshot(path=SCREENSHOTS / f"policy-{name}-{size['width']}-{scheme}.png")


def test_the_narrowest_phone_never_scrolls_sideways(opened: Callable[..., Page]) -> None:
    abroad = {"locale": "en-US", "timezone_id": "America/New_York"}
    page = opened("/policy?find=" + "长" * 60, viewport=NARROWEST, **abroad)
    assert sideways(page) <= 0
    assert page.locator(":lang(en)").count() == 0


def test_print_shows_the_text_alone(opened: Callable[..., Page]) -> None:
    page = opened()
    page.emulate_media(media="print")
    expect(page.locator(".side")).to_be_hidden()
    expect(page.locator(".ways").first).to_be_hidden()
    expect(page.locator("article")).to_be_visible()
