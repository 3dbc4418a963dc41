"""Budgets of a turn and of a day, and the circuit breaker."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from assistant.breaker import Breaker
from assistant.budget import FILE, DayBook, Meter
from assistant.model_settings import ModelSettings
from assistant.model_use import Fate, ModelFault, Stop

if TYPE_CHECKING:
    from pathlib import Path


def limits(**changes: int) -> ModelSettings:
    every = {"turn_calls": 0, "turn_tokens": 0, "day_calls": 0, "day_tokens": 0} | changes
    return ModelSettings("m", "http://127.0.0.1:9", **every)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "fate"),
    [
        ({"turn_calls": 2}, Fate.LOOPED),
        ({"turn_tokens": 200}, Fate.OVER_BUDGET),
        ({"day_calls": 2}, Fate.OVER_BUDGET),
        ({"day_tokens": 200}, Fate.OVER_BUDGET),
    ],
)
def test_a_limit_stops_the_next_call(tmp_path: Path, changes: dict[str, int], fate: Fate) -> None:
    meter = Meter(limits(**changes), DayBook(tmp_path))
    for _ in range(2):
        meter.begin(100)
        meter.end(100, 90, 10)
    with pytest.raises(ModelFault) as fault:
        meter.begin(100)
    assert fault.value.fate is fate


def test_without_limits_nothing_stops(tmp_path: Path) -> None:
    meter = Meter(limits(), DayBook(tmp_path))
    for _ in range(20):
        meter.begin(10**6)
    assert DayBook(tmp_path).used() == (20, 20 * 10**6)


def test_a_call_that_never_returns_counts_as_estimated(tmp_path: Path) -> None:
    Meter(limits(), DayBook(tmp_path)).begin(123)
    assert DayBook(tmp_path).used() == (1, 123)


def test_a_day_is_counted_over_processes_and_threads_and_begins_anew(tmp_path: Path) -> None:
    day = ["2026-11-24"]
    books = [DayBook(tmp_path, lambda: day[0]) for _ in range(4)]
    threads = [
        threading.Thread(target=lambda book: [book.add(1, 10) for _ in range(5)], args=(book,))
        for book in books
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert DayBook(tmp_path, lambda: day[0]).used() == (20, 200)
    day[0] = "2026-11-25"
    assert books[0].used() == (0, 0)


def test_a_damaged_file_is_one_warning_and_the_day_is_counted_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    book = DayBook(tmp_path)
    for _ in range(3):
        book.add(1, 5)
    assert book.used() == (3, 15)
    assert len(caplog.records) == 1


def test_the_breaker_opens_rests_and_tries_again() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(2):
        breaker.failed()
        assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    now[0] = 31.0
    assert breaker.allows()
    assert not breaker.allows()
    breaker.failed()
    now[0] = 80.0
    assert not breaker.allows()
    now[0] = 140.0
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()


def test_a_stop_is_heard_before_and_after_it_is_given() -> None:
    stop, heard = Stop(), []
    stop.then(lambda: heard.append("before"))
    stop.give()
    stop.then(lambda: heard.append("after"))
    assert heard == ["before", "after"]
    assert stop.given
