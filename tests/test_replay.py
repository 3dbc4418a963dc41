from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.chain import open_assistant
from assistant.cli import main
from assistant.journal import Journal
from assistant.journal_store import FILE, JournalStore, read_records
from assistant.record import Channel, State
from assistant.recorded import RecordedAssistant
from assistant.replay import replay
from assistant.versions import Versions
from corpus.library import POLICIES, load_library

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.chain import Assistant
    from assistant.record import Record
    from assistant.replay import Replay

INVENTED = Path(__file__).parent / "policies"
QUESTION = "服务机器人销售额2000万元能补多少，我手机13812345678"


def recorded(assistant: Assistant, folder: Path, *questions: str) -> tuple[Record, ...]:
    """Ask the questions as one conversation; return what the journal holds, latest last."""
    journal = Journal(folder, 180)
    asked = RecordedAssistant(assistant, journal, Channel.CLI)
    conversation = None
    for question in questions:
        conversation = asked.ask(question, conversation).conversation
    assert journal.flush()
    journal.close()
    records = read_records(journal.path)
    return tuple(sorted(records, key=lambda record: len(record.asked.earlier)))


def changed(result: Replay) -> set[str]:
    return {change.what for change in result.changes}


@pytest.mark.parametrize(
    "questions",
    [
        (QUESTION,),
        (QUESTION, "那如果是6000万呢", "第六条呢"),
        ("厂房租金有补贴吗？找我13812345678",),
        ("你好",),
        ("链主企业落户有什么支持？", "我们投资3000万"),
    ],
)
def test_the_same_policies_give_the_same_answer(
    assistant: Assistant, tmp_path: Path, questions: Sequence[str]
) -> None:
    for record in recorded(assistant, tmp_path, *questions):
        result = replay(record, assistant)
        assert result.is_same, result.changes
        assert not result.notes


def test_a_changed_rate_shows_as_clause_amount_and_rules(
    assistant: Assistant, tmp_path: Path
) -> None:
    (record,) = recorded(assistant, tmp_path, QUESTION)
    folder = tmp_path / "policies"
    shutil.copytree(POLICIES / "minhang-robot", folder / "minhang-robot")
    for name in ("policy.txt", "awards.yaml"):
        file = folder / "minhang-robot" / name
        file.write_text(file.read_text().replace("按销售额的3%", "按销售额的4%"))
    awards = folder / "minhang-robot" / "awards.yaml"
    awards.write_text(awards.read_text().replace("rate: 3%", "rate: 4%"))
    today = open_assistant(tmp_path / "home", folder)
    assert not today.library.faults
    result = replay(record, today)
    assert not result.is_same
    assert {"条文", "引文", "金额", "算法", "答复"} <= changed(result)
    amounts = next(change for change in result.changes if change.what == "金额")
    assert "600000" in amounts.then
    assert "800000" in amounts.now
    assert len(result.notes) == 2


def test_a_rule_changed_elsewhere_is_a_note_and_the_answer_stays(
    assistant: Assistant, tmp_path: Path
) -> None:
    (record,) = recorded(assistant, tmp_path, "第八条原文是什么？")
    assert record.answered
    older = replace(record, answered=replace(record.answered, rules="0" * 64))
    result = replay(older, assistant)
    assert result.is_same
    assert "奖励规则已更新" in result.notes[0]


def test_a_turn_that_was_never_answered_has_nothing_to_compare(
    assistant: Assistant, tmp_path: Path
) -> None:
    (record,) = recorded(assistant, tmp_path, QUESTION)
    open_turn = replace(record, state=State.INTERRUPTED, answered=None)
    result = replay(open_turn, assistant)
    assert not result.is_same
    assert not result.changes
    assert result.notes


def test_versions_change_with_the_rules_and_only_with_them(tmp_path: Path) -> None:
    first, again = (Versions.of(load_library()) for _ in range(2))
    assert first == again
    shutil.copytree(POLICIES / "minhang-robot", tmp_path / "minhang-robot")
    awards = tmp_path / "minhang-robot" / "awards.yaml"
    awards.write_text(awards.read_text().replace("reviewed:", "staged:", 1))
    other = Versions.of(load_library(tmp_path))
    assert other.rules != first.rules
    assert other.policies == first.policies


def test_rules_computed_by_a_function_have_a_version_too() -> None:
    first, again = (Versions.of(load_library(INVENTED)) for _ in range(2))
    assert first == again


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    said = capsys.readouterr()
    return int(stopped.value.code or 0), said.out, said.err


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLICY_ASSISTANT_HOME", str(tmp_path))
    return tmp_path


def test_ask_journal_and_replay_from_the_command_line(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "ask", QUESTION, "那如果是6000万呢", "--json")[0] == 0
    code, out, _ = run(capsys, "journal", "--json")
    turns = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [turn["channel"] for turn in turns] == ["cli", "cli"]
    assert "13812345678" not in out
    code, out, _ = run(capsys, "replay", turns[0]["id"][:10])
    assert (code, out.splitlines()[-1]) == (0, "今天的答复与当时相同。")
    code, out, _ = run(capsys, "replay", turns[1]["id"], "--json")
    assert code == 0
    assert json.loads(out)["same"] is True

    records = read_records(home / FILE)
    assert records[0].answered
    store = JournalStore(home / FILE)
    store.write([replace(records[0].answered, text="另一个答复", id=records[0].asked.id)])
    store.close()
    code, out, _ = run(capsys, "replay", records[0].asked.id)
    assert code == 1
    assert "今天的答复与当时不同：答复。" in out
    assert "当时：另一个答复" in out


def test_nothing_is_recorded_when_the_days_are_zero(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICY_ASSISTANT_JOURNAL_DAYS", "0")
    assert run(capsys, "ask", "你好")[0] == 0
    assert not (home / FILE).exists()
    assert run(capsys, "journal")[1] == "没有问答记录。\n"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("replay", "nothere"), "nothere"),
        (("replay", ""), "编号"),
        (("replay",), "编号"),
        (("journal", "--since", "昨天"), "昨天"),
        (("journal", "--until", "2026-13-01"), "2026-13-01"),
        (("journal", "--channel", "fax"), "fax"),
        (("journal", "--top", "0"), "--top"),
        (("journal", "--csv", "/nowhere/at/all.csv"), "/nowhere/at/all.csv"),
    ],
)
@pytest.mark.usefixtures("home")
def test_bad_usage_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: Sequence[str], named: str
) -> None:
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert named in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("value", ["abc", "-1", "1.5", "99999", "１８０"])
def test_a_bad_number_of_days_is_named(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    value: str,
) -> None:
    monkeypatch.setenv("POLICY_ASSISTANT_JOURNAL_DAYS", value)
    code, _, err = run(capsys, "journal")
    assert code == 2
    assert f"“{value}”" in err
    assert len(err.splitlines()) == 1
    assert not (home / FILE).exists()


def test_a_damaged_journal_is_one_line_to_the_reader(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / FILE).write_bytes(b"no database" * 1000)
    code, _, err = run(capsys, "journal")
    assert code == 2
    assert "已损坏" in err
    assert len(err.splitlines()) == 1
