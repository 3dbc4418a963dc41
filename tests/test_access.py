"""Who may see which page: accounts, sessions, the brake on guessing, and the guard."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI
from starlette.requests import Request  # noqa: TC002 FastAPI reads it from the signature
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from assistant import sessions
from assistant.accounts import AccountError, Accounts
from assistant.cli import main
from assistant.sessions import MOST_FAILURES, SESSION_SECONDS, WINDOW_SECONDS, Brake, Sessions
from assistant.web import access_texts as texts
from assistant.web.access import COOKIE, Access, Guard, return_path, signed_in
from assistant.web.frame import CONTENT_POLICY, Frame
from assistant.web.sign_in import sign_in_routes
from tests.stand_in import policy

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "春江潮水连海平-2026"
HERE = "http://127.0.0.1:7860"
SAME = {"sec-fetch-site": "same-origin"}
PAGE = {"accept": "text/html"}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(tmp_path)


def client(
    accounts: Accounts, base: str = HERE, address: str = "127.0.0.1", clock: Clock | None = None
) -> TestClient:
    """Return a browser on some machine, in front of a guarded application."""
    app = FastAPI()
    frame = Frame([policy()])
    clock = clock or Clock()
    access = Access(accounts, Sessions(clock), Brake(clock))
    app.router.routes += sign_in_routes(access, frame)
    for path in ("/desk", "/insight", "/insight/turns.csv", "/"):
        app.add_api_route(path, whoami, methods=["GET", "POST"], response_model=None)
    app.add_middleware(Guard, access=access, frame=frame)
    return TestClient(app, base, client=(address, 50000), follow_redirects=False)


def whoami(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"user={signed_in(request)}")


def sign_in(browser: TestClient, name: str = "王芳", password: str = PASSWORD) -> Any:
    form = {"name": name, "password": password, "next": "/insight?from=2026-11-01"}
    return browser.post("/sign-in", data=form, headers=SAME)


# Passwords


def test_a_password_is_kept_as_a_salted_hash_that_only_the_owner_reads(accounts: Accounts) -> None:
    accounts.add("王芳", PASSWORD)
    accounts.add("李强", PASSWORD)
    kept = accounts.path.read_text("utf-8")
    assert PASSWORD not in kept
    first, second = json.loads(kept)["users"]
    assert first["salt"] != second["salt"]
    assert first["hash"] != second["hash"]
    assert stat.S_IMODE(accounts.path.stat().st_mode) == 0o600
    assert accounts.verify("王芳", PASSWORD) == accounts.user("王芳")
    assert accounts.verify("王芳", PASSWORD + "x") is None
    assert accounts.verify("nobody", PASSWORD) is None


@pytest.mark.parametrize(
    ("name", "password"),
    [("王芳", "short"), ("王芳", "a" * 20), ("longlongname", "LongLongName"), ("-x", PASSWORD)],
)
def test_easy_passwords_and_odd_names_are_refused_without_repeating_the_password(
    accounts: Accounts, name: str, password: str
) -> None:
    with pytest.raises(AccountError) as caught:
        accounts.add(name, password)
    assert password not in str(caught.value) or name == password
    assert not accounts.path.exists()


def test_a_user_is_added_replaced_and_removed(accounts: Accounts) -> None:
    accounts.add("王芳", PASSWORD)
    with pytest.raises(AccountError, match="--replace"):
        accounts.add("王芳", PASSWORD)
    accounts.add("王芳", "另一个很长的密码-9", replacing=True)
    assert accounts.verify("王芳", PASSWORD) is None
    accounts.remove("王芳")
    assert accounts.users() == ()
    with pytest.raises(AccountError, match="没有账号"):
        accounts.remove("王芳")


def test_the_command_reads_the_password_from_its_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io

    monkeypatch.setenv("POLICY_ASSISTANT_HOME", str(tmp_path))
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    with pytest.raises(SystemExit) as done:
        main(["user", "add", "王芳"])
    assert done.value.code == 0
    assert Accounts(tmp_path).verify("王芳", PASSWORD)
    with pytest.raises(SystemExit):
        main(["user", "list"])
    shown = capsys.readouterr().out
    assert "王芳" in shown
    assert PASSWORD not in shown


# Sessions and guessing


def test_a_session_ends_after_a_day_at_the_desk_and_its_token_is_not_kept() -> None:
    clock = Clock()
    kept = Sessions(clock)
    token = kept.begin("王芳", "hash")
    found = kept.find(token)
    assert found is not None
    assert found.name == "王芳"
    assert token not in str(vars(kept))
    clock.now += SESSION_SECONDS + 1
    assert kept.find(token) is None
    assert kept.find("guess") is None


def test_who_guesses_too_often_has_to_wait() -> None:
    clock = Clock()
    brake = Brake(clock)
    assert [brake.attempt("1.1.1.1", "王芳") for _ in range(MOST_FAILURES)] == [0] * MOST_FAILURES
    wait = brake.attempt("1.1.1.1", "王芳")
    assert 0 < wait <= WINDOW_SECONDS + 1
    assert brake.attempt("2.2.2.2", "王芳") == 0
    clock.now += wait
    assert brake.attempt("1.1.1.1", "王芳") == 0


def test_a_right_password_takes_the_failures_back() -> None:
    brake = Brake(Clock())
    for _ in range(3):
        for _ in range(MOST_FAILURES - 1):
            assert brake.attempt("1.1.1.1", "王芳") == 0
        brake.succeeded("1.1.1.1", "王芳")


def test_the_memory_of_sessions_and_failures_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "_MOST_SESSIONS", 3)
    kept = Sessions(Clock())
    tokens = [kept.begin("王芳", "hash") for _ in range(5)]
    assert [kept.find(token) is not None for token in tokens] == [False] * 2 + [True] * 3


# Who is let in


def test_without_users_the_pages_are_for_this_computer_alone(accounts: Accounts) -> None:
    assert client(accounts).get("/insight").text == "user=None"
    for path in ("/insight", "/desk", "/insight/turns.csv"):
        refused = client(accounts, "http://10.0.0.5:7860", "10.0.0.9").get(path, headers=PAGE)
        assert refused.status_code == 403
        assert texts.LOCAL_ONLY in refused.text
    assert client(accounts, "http://10.0.0.5:7860", "10.0.0.9").get("/").status_code == 200


@pytest.mark.parametrize(
    ("base", "headers"),
    [
        ("http://evil.example", {}),
        ("http://127.0.0.1.evil.example", {}),
        (HERE, {"x-forwarded-for": "127.0.0.1"}),
        (HERE, {"forwarded": "for=127.0.0.1"}),
        (HERE, {"via": "1.1 proxy"}),
    ],
)
def test_a_foreign_name_or_a_proxy_is_another_computer(
    accounts: Accounts, base: str, headers: dict[str, str]
) -> None:
    assert client(accounts, base).get("/insight", headers=headers).status_code == 403


def test_with_users_everybody_signs_in_and_goes_where_they_wanted(accounts: Accounts) -> None:
    accounts.add("王芳", PASSWORD)
    for browser in (client(accounts), client(accounts, "http://10.0.0.5:7860", "10.0.0.9")):
        asked = browser.get("/insight?from=2026-11-01", headers=PAGE)
        assert asked.status_code == 303
        assert asked.headers["location"].startswith("/sign-in?next=/insight")
        assert browser.get("/insight/turns.csv").status_code == 401
        done = sign_in(browser)
        assert (done.status_code, done.headers["location"]) == (303, "/insight?from=2026-11-01")
        assert browser.get("/insight").text == "user=王芳"
        browser.post("/sign-out", headers=SAME)
        assert browser.get("/insight", headers=PAGE).status_code == 303


def test_the_cookie_is_for_our_pages_and_no_script(accounts: Accounts) -> None:
    accounts.add("王芳", PASSWORD)
    cookie = sign_in(client(accounts)).headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for flag in ("HttpOnly", "SameSite=strict", "Path=/", f"Max-Age={SESSION_SECONDS}"):
        assert flag in cookie
    assert "Secure" not in cookie
    assert "Secure" in sign_in(client(accounts, "https://desk.example")).headers["set-cookie"]


def test_signing_in_again_replaces_the_session_and_a_new_password_ends_it(
    accounts: Accounts,
) -> None:
    accounts.add("王芳", PASSWORD)
    browser = client(accounts)
    sign_in(browser)
    first = browser.cookies[COOKIE]
    sign_in(browser)
    assert browser.cookies[COOKIE] != first
    browser.cookies.clear()
    browser.cookies.set(COOKIE, first)
    assert browser.get("/insight", headers=PAGE).status_code == 303
    browser.cookies.clear()
    sign_in(browser)
    accounts.add("王芳", "另一个很长的密码-9", replacing=True)
    assert browser.get("/insight", headers=PAGE).status_code == 303


def test_a_wrong_password_is_told_like_a_wrong_name_and_then_has_to_wait(
    accounts: Accounts,
) -> None:
    accounts.add("王芳", PASSWORD)
    browser = client(accounts)
    for name in ("王芳", "nobody"):
        reply = sign_in(browser, name, "not the password")
        assert reply.status_code == 401
        assert texts.WRONG in reply.text
        assert "not the password" not in reply.text
    for _ in range(MOST_FAILURES - 1):
        sign_in(browser, password="not the password")
    reply = sign_in(browser)
    assert reply.status_code == 429
    assert "分钟后再试" in reply.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
    ],
)
def test_what_changes_something_must_come_from_a_page_of_ours(
    accounts: Accounts, headers: dict[str, str]
) -> None:
    accounts.add("王芳", PASSWORD)
    browser = client(accounts)
    sign_in(browser)
    for path in ("/sign-out", "/desk", "/"):
        assert browser.post(path, headers=headers).status_code == 403
    assert browser.get("/insight").text == "user=王芳"
    assert browser.post("/desk", headers={"origin": HERE}).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/insight?from=2026-11-01", "/insight?from=2026-11-01"),
        ("/desk", "/desk"),
        ("/insights", "/desk"),
        ("//evil.example", "/desk"),
        ("https://evil.example", "/desk"),
        ("/desk\\..", "/desk"),
        ("/desk\r\nX: y", "/desk"),
        ("", "/desk"),
    ],
)
def test_signing_in_leads_nowhere_else(wanted: str, path: str) -> None:
    assert return_path(wanted) == path


def test_hostile_words_in_the_form_stay_words(accounts: Accounts) -> None:
    accounts.add("王芳", PASSWORD)
    reply = sign_in(client(accounts), '"><script>alert(1)</script>', "x")
    assert "<script>alert" not in reply.text
    assert reply.headers["content-security-policy"] == CONTENT_POLICY


def test_a_damaged_file_of_accounts_lets_nobody_in_and_says_so(accounts: Accounts) -> None:
    accounts.path.write_text("{", encoding="utf-8")
    reply = client(accounts).get("/insight", headers=PAGE)
    assert reply.status_code == 503
    assert "无法读取" in reply.text
