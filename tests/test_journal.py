from __future__ import annotations

import json
import logging
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant import journal as writer
from assistant.answer import Outcome
from assistant.journal import Journal, new_id
from assistant.journal_store import (
    FILE,
    MIGRATIONS,
    JournalError,
    JournalStore,
    JournalTooNewError,
    is_damaged,
    read_record,
    read_records,
    read_unanswered,
)
from assistant.record import (
    MOST_EARLIER,
    Answered,
    Asked,
    Channel,
    Cited,
    Failed,
    Feedback,
    State,
    Unanswered,
    Withdrawn,
)
from assistant.recorded import RecordedAssistant
from assistant.versions import Versions, text_hash

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.chain import Assistant

CHECKOUT = Path(__file__).parent.parent
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
CITED = Cited("sample", "5", "第五条", "推广服务机器人", "按3%给予补助", 0, 7, "ab" * 32)


def asked(turn: str = "t1", question: str = "能补多少？", at: datetime = NOON) -> Asked:
    return Asked(turn, at, "c1", Channel.CHAT, question, ("之前问的",))


def answer(turn: str = "t1") -> Answered:
    return Answered(
        turn, NOON, "answered", "answered", "按3%补助。", None, (CITED,), "[]", "r", "p", 4.2
    )


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    kept = Journal(tmp_path, 180)
    yield kept
    kept.close()


def test_a_turn_comes_back_as_it_was_put(journal: Journal) -> None:
    said = Feedback("t1", NOON, -1, "<b>没说清</b>")
    for entry in (asked(), answer(), said):
        journal.put(entry)
    assert journal.flush()
    (record,) = read_records(journal.path)
    assert record.asked == asked()
    assert record.answered == answer()
    assert record.feedback == said
    assert record.state is State.DONE


def test_the_last_thumb_counts_and_one_for_no_turn_is_dropped(journal: Journal) -> None:
    journal.put(asked())
    journal.put(Feedback("t1", NOON, -1, "错"))
    journal.put(Feedback("t1", NOON, 1, "对"))
    journal.put(Feedback("nobody", NOON, 1))
    assert journal.flush()
    (record,) = read_records(journal.path)
    assert record.feedback == Feedback("t1", NOON, 1, "对")


def test_a_thumb_that_comes_late_drops_no_reason(journal: Journal) -> None:
    journal.put(asked())
    journal.put(Feedback("t1", NOON, -1, "错"))
    journal.put(Feedback("t1", NOON, -1))
    assert journal.flush()
    (record,) = read_records(journal.path)
    assert record.feedback == Feedback("t1", NOON, -1, "错")
    journal.put(Feedback("t1", NOON, 0))
    assert journal.flush()
    (record,) = read_records(journal.path)
    assert record.feedback == Feedback("t1", NOON, 0)


def test_the_desk_logs_what_it_could_not_answer(journal: Journal) -> None:
    note = Unanswered("n1", NOON, "人才公寓？", "要安排住房", "已转街道", "t1")
    journal.put(note)
    assert journal.flush()
    assert read_unanswered(journal.path) == (note,)
    assert read_unanswered(journal.path, NOON + timedelta(seconds=1)) == ()


def test_a_note_is_taken_back_by_who_made_it(journal: Journal) -> None:
    journal.put(Unanswered("n1", NOON, "人才公寓？", user="zhang"))
    journal.put(Withdrawn("n1", "li"))
    assert journal.flush()
    assert [note.id for note in read_unanswered(journal.path)] == ["n1"]
    journal.put(Withdrawn("n1", "zhang"))
    assert journal.flush()
    assert read_unanswered(journal.path) == ()


def test_records_are_found_by_time_channel_and_the_start_of_their_id(journal: Journal) -> None:
    for hours in range(3):
        journal.put(asked(f"t{hours}", at=NOON + timedelta(hours=hours)))
    journal.put(replace(asked("desk1"), channel=Channel.DESK))
    assert journal.flush()
    later = read_records(journal.path, NOON + timedelta(hours=1))
    assert [record.asked.id for record in later] == ["t2", "t1"]
    assert len(read_records(journal.path, until=NOON + timedelta(hours=1))) == 2
    assert [r.asked.id for r in read_records(journal.path, channel=Channel.DESK)] == ["desk1"]
    assert len(read_records(journal.path, most=1)) == 1
    assert [record.asked.id for record in read_record(journal.path, "d")] == ["desk1"]
    assert len(read_record(journal.path, "t")) == 2
    assert read_record(journal.path, "t%") == ()


def test_no_journal_yet_has_no_records(tmp_path: Path) -> None:
    assert read_records(tmp_path / FILE) == ()
    (tmp_path / FILE).touch()
    assert read_records(tmp_path / FILE) == ()


def test_only_the_owner_may_read_the_file(journal: Journal) -> None:
    journal.put(asked())
    assert journal.flush()
    for path in journal.path.parent.glob("journal.db*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_what_a_killed_process_left_open_is_interrupted_at_the_next_start(tmp_path: Path) -> None:
    store = JournalStore(tmp_path / FILE)
    store.write([asked("open"), asked("done"), answer("done"), asked("failed"), Failed("failed")])
    store.close()
    journal = Journal(tmp_path, 180)
    assert journal.flush()
    states = {record.asked.id: record.state for record in read_records(journal.path)}
    assert states == {
        "open": State.INTERRUPTED,
        "done": State.DONE,
        "failed": State.FAILED,
    }
    journal.put(answer("open"))  # it was still under way in another process
    assert journal.flush()
    assert {record.state for record in read_record(journal.path, "open")} == {State.DONE}
    journal.close()


def test_old_turns_are_purged_at_start_and_every_day(tmp_path: Path) -> None:
    clock = [NOON]
    store = JournalStore(tmp_path / FILE)
    old = NOON - timedelta(days=31)
    store.write([asked("old", "旧的秘密问题", old), Feedback("old", old, 1), asked("new")])
    store.write([Unanswered("n", old, "旧的登记")])
    store.close()
    journal = Journal(tmp_path, 30, clock=lambda: clock[0])
    assert journal.flush()
    assert [record.asked.id for record in read_records(journal.path)] == ["new"]
    assert read_unanswered(journal.path) == ()
    clock[0] = NOON + timedelta(days=31)
    journal.put(asked("newest", at=clock[0]))
    assert journal.flush()
    assert [record.asked.id for record in read_records(journal.path)] == ["newest"]
    journal.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "旧的秘密问题".encode() not in kept


def test_zero_days_keep_nothing_and_delete_what_is_there(tmp_path: Path) -> None:
    off = Journal(tmp_path, 0)
    off.settle(off.put(asked()))
    assert off.flush()
    assert not off.path.exists()
    off.close()
    store = JournalStore(tmp_path / FILE)
    store.write([asked()])
    store.close()
    emptied = Journal(tmp_path, 0)
    deadline = time.monotonic() + 10
    while read_records(emptied.path) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert read_records(emptied.path) == ()
    emptied.close()


def test_a_damaged_file_is_kept_aside_and_a_new_one_begun(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database" * 500)
    journal = Journal(tmp_path, 180)
    journal.put(asked())
    assert journal.flush()
    assert [record.asked.id for record in read_records(journal.path)] == ["t1"]
    (aside,) = tmp_path.glob("journal-damaged-*.db")
    assert aside.read_bytes() == b"this is no database" * 500
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert str(aside) in caplog.text
    journal.close()


def test_a_file_damaged_while_it_is_written_is_noticed(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 180)
    for number in range(50):
        journal.put(asked(f"t{number}", "很长的问题" * 200))
    assert journal.flush()
    with sqlite3.connect(journal.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with journal.path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(200_000))
    for number in range(50, 100):
        journal.put(asked(f"t{number}", "很长的问题" * 200))
    assert journal.flush(20)
    assert list(tmp_path.glob("journal-damaged-*.db"))
    assert not is_damaged(journal.path)
    assert (
        {f"t{number}" for number in range(50, 100)}
        >= {record.asked.id for record in read_records(journal.path)}
        != set()
    )
    journal.close()


def test_a_place_that_cannot_be_written_costs_one_line_and_no_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_RETRY_SECONDS", (0.01,))
    (tmp_path / "home").write_text("a file where the folder should be")
    journal = Journal(tmp_path / "home", 180, capacity=4)
    time.sleep(0.2)
    started = time.perf_counter()
    for number in range(20):
        journal.settle(journal.put(asked(f"t{number}")))
    assert time.perf_counter() - started < 0.5
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    (tmp_path / "home").unlink()  # the fault is mended: what fitted the queue is written
    assert journal.flush()
    assert {record.asked.id for record in read_records(journal.path)} == {"t0", "t1", "t2", "t3"}
    assert "16 entries were lost" in caplog.text
    journal.close()


FULL = """
import logging, resource, signal, sys
from pathlib import Path
from assistant.journal import Journal
from tests.test_journal import asked
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
journal = Journal(Path(sys.argv[1]), 180)
journal.put(asked("before")); assert journal.flush()
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
for number in range(200):
    journal.settle(journal.put(asked(f"t{number}", "长" * 2000)))
print("answered", flush=True)
journal.close()
"""


def test_a_full_disk_costs_a_line_and_no_answer(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=CHECKOUT,
        check=True,
    )
    assert done.stdout == "answered\n"
    lines = [line for line in done.stderr.splitlines() if line]
    assert 1 <= len(lines) <= 8, lines  # closing the file frees some room: it may go to and fro
    assert "journal.db" in lines[0]
    assert "entries were lost" in lines[-1]
    assert "before" in {record.asked.id for record in read_records(tmp_path / FILE)}


def test_a_lock_held_by_another_process_is_waited_for_by_the_writer_alone(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 180)
    assert journal.flush()
    other = sqlite3.connect(journal.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.perf_counter()
    ticket = journal.put(asked())
    journal.settle(ticket)
    assert time.perf_counter() - started < 1
    assert not ticket.written.is_set()
    other.execute("COMMIT")
    other.close()
    assert journal.flush()
    assert ticket.written.is_set()
    journal.close()


def test_a_newer_file_is_left_as_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = JournalStore(tmp_path / FILE, (*MIGRATIONS, "CREATE TABLE later (id TEXT)"))
    store.write([asked("kept")])
    store.close()
    with pytest.raises(JournalTooNewError, match="升级程序"):
        JournalStore(tmp_path / FILE)
    journal = Journal(tmp_path, 180)
    journal.put(asked("lost"))
    assert journal.flush()
    journal.close()
    assert [record.levelno for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.asked.id for record in read_records(tmp_path / FILE)] == ["kept"]
    assert not list(tmp_path.glob("*damaged*"))


def test_an_older_file_takes_the_steps_it_lacks(tmp_path: Path) -> None:
    JournalStore(tmp_path / FILE).close()
    steps = (*MIGRATIONS, "ALTER TABLE turn ADD COLUMN tone TEXT", "CREATE TABLE b (id TEXT)")
    JournalStore(tmp_path / FILE, steps[:-1]).close()
    store = JournalStore(tmp_path / FILE, steps)
    store.write([asked()])
    store.close()
    with sqlite3.connect(tmp_path / FILE) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(steps)
        assert connection.execute("SELECT tone FROM turn").fetchall() == [(None,)]
    connection.close()


def test_an_older_file_is_brought_up_when_it_is_read(tmp_path: Path) -> None:
    JournalStore(tmp_path / FILE, MIGRATIONS[:1]).close()
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute(
            "INSERT INTO turn (id, at, conversation, channel, question, earlier, state)"
            " VALUES ('old', '2026-11-24T04:00:00.000+00:00', 'c', 'chat', '问', '[]', 'asked')"
        )
    connection.close()
    assert [record.asked.user for record in read_records(tmp_path / FILE)] == [""]
    assert read_unanswered(tmp_path / FILE) == ()


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    JournalStore(tmp_path / FILE).close()
    with pytest.raises(JournalError):
        JournalStore(tmp_path / FILE, (*MIGRATIONS, "CREATE TABLE b (id TEXT); NO SUCH WORDS"))
    JournalStore(tmp_path / FILE).close()


def test_one_entry_that_cannot_be_written_takes_no_other_with_it(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    poisoned = replace(asked("bad"), question="\ud800")
    for entry in (asked("t1"), poisoned, asked("t2")):
        journal.put(entry)
    assert journal.flush()
    assert {record.asked.id for record in read_records(journal.path)} == {"t1", "t2"}
    assert len([r for r in caplog.records if r.levelno == logging.ERROR]) == 1


WRITER = """
import sys
from pathlib import Path
from assistant.journal import Journal, new_id
from tests.test_journal import answer, asked
journal = Journal(Path(sys.argv[1]), 180)
for number in range(int(sys.argv[3])):
    turn = f"{sys.argv[2]}-{number}"
    journal.settle(journal.put(asked(turn)))
    journal.put(answer(turn))
journal.close()
"""


def test_two_processes_write_at_the_same_time(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name, "150"],
            cwd=CHECKOUT,
            stderr=subprocess.PIPE,
        )
        for name in "ab"
    ]
    assert [process.communicate(timeout=60)[1] for process in writers] == [b"", b""]
    records = read_records(tmp_path / FILE)
    assert len(records) == 300
    assert {record.state for record in records} == {State.DONE}


KILLED = """
import sys
from pathlib import Path
from assistant.journal import Journal
from tests.test_journal import answer, asked
journal = Journal(Path(sys.argv[1]), 180)
number = 0
while True:
    ticket = journal.put(asked(f"t{number}"))
    if number % 2 == 0:
        journal.put(answer(f"t{number}"))
    assert ticket.written.wait(10)
    print(f"t{number}", flush=True)
    number += 1
"""


def test_what_was_shown_before_kill_9_is_in_the_journal(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=CHECKOUT, stdout=subprocess.PIPE
    )
    assert process.stdout
    shown = [process.stdout.readline().decode().strip() for _ in range(60)]
    os.kill(process.pid, signal.SIGKILL)
    shown += process.stdout.read().decode().split()
    process.wait(timeout=10)
    process.stdout.close()
    assert not is_damaged(tmp_path / FILE)
    journal = Journal(tmp_path, 180)
    assert journal.flush()
    states = {record.asked.id: record.state for record in read_records(journal.path)}
    assert set(shown) <= set(states)
    assert {states[turn] for turn in shown[1::2]} == {State.INTERRUPTED}
    assert {states[turn] for turn in shown[:-2:2]} == {State.DONE}
    journal.close()


def test_many_threads_put_at_once(journal: Journal) -> None:
    def put(name: str) -> None:
        for number in range(50):
            journal.put(asked(f"{name}{number}"))

    threads = [threading.Thread(target=put, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.flush()
    assert len(read_records(journal.path)) == 200


def test_nothing_is_taken_after_the_end(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 180)
    journal.put(asked("t1"))
    journal.close()
    journal.close()
    journal.settle(journal.put(asked("t2")))
    assert [record.asked.id for record in read_records(journal.path)] == ["t1"]


def test_ids_are_short_and_differ() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(found) for found in ids} == {12}


def test_a_recorded_assistant_answers_as_the_assistant_does(
    assistant: Assistant, journal: Journal
) -> None:
    recorded = RecordedAssistant(assistant, journal, Channel.CHAT)
    first = recorded.ask("服务机器人销售额2000万元能补多少，我手机13812345678")
    second = recorded.ask("那如果是6000万呢", first.conversation)
    recorded.judge(second.id, 1, "打我 021-64781234")
    plain = assistant.ask("服务机器人销售额2000万元能补多少，我手机13812345678")
    assert first.answer == plain.answer
    assert journal.flush()
    latest, earliest = sorted(
        read_records(journal.path), key=lambda r: len(r.asked.earlier), reverse=True
    )
    assert earliest.asked.question == "服务机器人销售额2000万元能补多少，我手机〔手机号〕"
    assert latest.asked.earlier == (earliest.asked.question,)
    assert latest.asked.conversation == earliest.asked.conversation
    assert latest.feedback
    assert latest.feedback.reason == "打我 〔电话号码〕"
    assert earliest.answered
    clause = assistant.library.clause("minhang-robot", "5")
    assert clause
    assert {cited.clause_hash for cited in earliest.answered.citations} == {text_hash(clause.text)}
    assert json.loads(earliest.answered.calculations)[0]["amount"] == "600000"
    assert earliest.answered.rules == Versions.of(assistant.library).rules


def test_two_conversations_never_share_an_id_and_long_ones_are_bounded(
    assistant: Assistant, journal: Journal
) -> None:
    recorded = RecordedAssistant(assistant, journal, Channel.CHAT)
    other = recorded.ask("您好")
    turn = recorded.ask("您好")
    assert turn.conversation.id != other.conversation.id
    for _ in range(MOST_EARLIER + 3):
        turn = recorded.ask("谢谢", turn.conversation)
    assert len(turn.conversation.earlier) == MOST_EARLIER
    assert journal.flush()
    assert max(len(r.asked.earlier) for r in read_records(journal.path)) == MOST_EARLIER


def test_the_desk_is_recorded_by_account_and_can_take_notes_back(
    assistant: Assistant, journal: Journal
) -> None:
    desk = RecordedAssistant(assistant, journal, Channel.CHAT).on(Channel.DESK, "zhang")
    desk.ask("第五条给多少支持？")
    again = desk.recall("第五条给多少支持？")
    assert again.id == ""
    note = desk.note_unanswered("人才公寓怎么申请，电话13812345678", "住房")
    assert desk.catch_up(5)
    (record,) = read_records(journal.path, channel=Channel.DESK)
    assert record.asked.user == "zhang"
    (kept,) = read_unanswered(journal.path)
    assert (kept.user, kept.need) == ("zhang", "住房")
    assert "13812345678" not in kept.question
    desk.withdraw(note)
    assert desk.catch_up(5)
    assert read_unanswered(journal.path) == ()


def test_a_fault_while_answering_is_recorded_and_passed_on(
    assistant: Assistant, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("defect")

    monkeypatch.setattr(assistant, "ask", fails)
    with pytest.raises(RuntimeError):
        RecordedAssistant(assistant, journal, Channel.CHAT).ask("能补多少")
    assert journal.flush()
    assert [record.state for record in read_records(journal.path)] == [State.FAILED]


def test_recording_adds_little_to_a_turn(assistant: Assistant, journal: Journal) -> None:
    recorded = RecordedAssistant(assistant, journal, Channel.CHAT)
    question = "服务机器人销售额2000万元能补多少"

    def spent(ask: object) -> float:
        assert callable(ask)
        times = []
        for _ in range(15):
            started = time.perf_counter()
            turn = ask(question)
            times.append(time.perf_counter() - started)
            assert turn.answer.outcome is Outcome.ANSWERED
        return sorted(times)[len(times) // 2]

    assert spent(recorded.ask) < spent(assistant.ask) + writer.PATIENCE_SECONDS


def test_a_question_taken_up_again_is_answered_alike_and_not_kept_twice(
    assistant: Assistant, journal: Journal
) -> None:
    recorded = RecordedAssistant(assistant, journal, Channel.CHAT)
    first = recorded.ask("链主企业落户有什么支持？")
    again = recorded.recall("链主企业落户有什么支持？")
    assert again.answer == first.answer
    assert again.id == ""
    follow = recorded.ask("我们投资3000万", again.conversation)
    assert follow.answer == recorded.ask("我们投资3000万", first.conversation).answer
    assert journal.flush()
    kept = [record.asked for record in read_records(journal.path)]
    assert [asked.question for asked in kept].count("链主企业落户有什么支持？") == 1
    assert all(asked.earlier == ("链主企业落户有什么支持？",) for asked in kept[:2])


def test_the_chat_page_may_ask_for_thumbs(assistant: Assistant, journal: Journal) -> None:
    from assistant.web.conversation import Recorder

    assert isinstance(RecordedAssistant(assistant, journal, Channel.CHAT), Recorder)
