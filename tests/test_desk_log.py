from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from assistant import desk_log
from assistant.answer import Outcome
from assistant.desk_log import log, todays_log
from assistant.insight import DESK
from assistant.journal_store import FILE, JournalStore
from assistant.record import Answered, Asked, Channel, Cited, Record, State, Unanswered

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
CITED = Cited("sample", "5", "第五条", "标题", "引文", 0, 2, "")


def turn(name: str, user: str = "", minutes: int = 0) -> Record:
    at = NOON + timedelta(minutes=minutes)
    asked = Asked(name, at, "c", Channel.DESK, f"问{name}", user=user)
    answered = Answered(
        name, at, "answered", Outcome.ANSWERED, "答", None, (CITED, CITED), "[]", "r", "p", 1.0
    )
    return Record(asked, State.DONE, answered)


def test_a_user_sees_only_the_own_day_latest_first() -> None:
    notes = [
        Unanswered("n1", NOON + timedelta(minutes=2), "公寓？", "住房", user="zhang"),
        Unanswered("n2", NOON, "别人的", user="li"),
    ]
    found = log([turn("a", "zhang"), turn("b", "zhang", 5), turn("c", "li")], notes, "zhang")
    assert [line.id for line in found.lines] == ["b", "n1", "a"]
    assert (found.asked, found.noted) == (2, 1)
    assert found.lines[0].clauses == (("sample", "5", "第五条"),)
    assert found.lines[1].ending == DESK
    assert found.lines[1].need == "住房"


def test_the_clock_is_chinas() -> None:
    assert log([turn("a")], (), "").lines[0].clock == "12:00"


def test_a_turn_without_an_answer_shows_its_state() -> None:
    record = Record(Asked("x", NOON, "c", Channel.DESK, "问"), State.FAILED)
    assert log([record], (), "").lines[0].ending == "failed"


def test_the_day_begins_at_midnight_in_china(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / FILE
    store = JournalStore(path)
    midnight = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    times = {"before": midnight - timedelta(seconds=1), "after": midnight}
    store.write([Asked(name, at, "c", Channel.DESK, "问") for name, at in times.items()])
    store.write([Asked("chat", NOON, "c", Channel.CHAT, "问")])
    store.close()
    monkeypatch.setattr(desk_log, "now", lambda: NOON)
    assert [line.id for line in todays_log(path, "").lines] == ["after"]
    assert todays_log(tmp_path / "none.db", "").lines == ()
