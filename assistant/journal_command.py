"""`policy-assistant journal` and `policy-assistant replay ID`: what was asked, and asked again."""

from __future__ import annotations

import json
import sys
from pathlib import Path  # noqa: TC003 typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.settings import Settings
from assistant.usage import UsageError, whole_number

if TYPE_CHECKING:
    from datetime import date

    from assistant.record import Channel, Record
    from assistant.replay import Replay

CHANNELS = ("chat", "desk", "cli", "api")
Day = Annotated[str | None, typer.Option(metavar="年-月-日", help="例如 2026-11-24。")]


def journal(
    top: Annotated[
        int,
        typer.Option(
            parser=whole_number("--top", 1, 1_000_000), metavar="条数", help="最多列几条。"
        ),
    ] = 20,
    since: Day = None,
    until: Day = None,
    channel: Annotated[
        str | None, typer.Option(metavar="渠道", help=f"只看一个渠道：{'、'.join(CHANNELS)}。")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="文件.csv", help="写成表格文件；- 为标准输出。")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，每行一轮。")] = False,
) -> None:
    """列出最近的问答记录，最新的在前。"""
    from assistant import journal_table, terminal
    from assistant.journal_store import FILE, read_records

    first, last = _span(since, until)
    path = Settings.from_environment().home / FILE
    most = -1 if csv else top
    records = read_records(path, first, last, _channel(channel), most)
    if csv:
        _write(csv, journal_table.records_csv(records), len(records))
    elif as_json:
        for record in records:
            print(json.dumps(journal_table.record_json(record), ensure_ascii=_plain()))
    elif records:
        terminal.print_table(journal_table.SHORT_COLUMNS, map(journal_table.short_row, records))
    else:
        print("没有问答记录。")


def replay(
    turn: Annotated[str, typer.Argument(metavar="编号", help="问答编号，写开头几位也可以。")],
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象。")] = False,
    policies: Annotated[
        Path | None, typer.Option(metavar="文件夹", help="政策文件夹，默认用自带的政策。")
    ] = None,
) -> None:
    """把一轮问答再问一遍：今天的答复是否一样？一样退出码为 0，不一样为 1。"""
    from assistant import terminal
    from assistant.replay import replay as asked_again

    record = _meant(turn)
    result = asked_again(record, terminal.open_assistant(policies))
    if as_json:
        print(json.dumps(_replay_json(result), ensure_ascii=_plain()))
    else:
        _print_replay(result)
    raise typer.Exit(0 if result.is_same else 1)


def _meant(turn: str) -> Record:
    from assistant.journal_store import FILE, read_record

    found = read_record(Settings.from_environment().home / FILE, turn)
    if not found or not turn:
        raise UsageError(f"没有编号是“{turn}”的问答记录。policy-assistant journal 列出最近的编号。")
    if len(found) > 1:
        raise UsageError(f"以“{turn}”开头的问答记录不止一条。请把编号写长一些。")
    return found[0]


def _print_replay(result: Replay) -> None:
    from assistant.insight import CHINA

    asked = result.record.asked
    print(f"问（{asked.at.astimezone(CHINA):%Y-%m-%d %H:%M}）：{asked.question}")
    for note in result.notes:
        print(f"提示：{note}")
    if result.is_same:
        print("今天的答复与当时相同。")
        return
    if result.changes:
        print(f"今天的答复与当时不同：{'、'.join(change.what for change in result.changes)}。")
    for change in result.changes:
        print(f"\n【{change.what}】\n当时：{change.then or '—'}\n今天：{change.now or '—'}")
    if not result.changes:
        print(f"今天的答复：\n{result.answer.text}")


def _replay_json(result: Replay) -> dict[str, Any]:
    return {
        "id": result.record.asked.id,
        "same": result.is_same,
        "changes": [
            {"what": change.what, "then": change.then, "now": change.now}
            for change in result.changes
        ],
        "notes": list(result.notes),
        "answer": result.answer.to_json(),
    }


def _span(since: str | None, until: str | None) -> tuple[Any, Any]:
    from assistant.insight import span

    first, last = _day("--since", since), _day("--until", until)
    return (span(first, first)[0] if first else None, span(last, last)[1] if last else None)


def _day(option: str, value: str | None) -> date | None:
    from datetime import date

    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise UsageError(f"选项 {option} 的值是“{value}”，应为日期，例如 2026-11-24。") from error


def _channel(value: str | None) -> Channel | None:
    from assistant.record import Channel

    if value is not None and value not in CHANNELS:
        raise UsageError(f"没有渠道“{value}”。可用的有：{'、'.join(CHANNELS)}。")
    return Channel(value) if value else None


def _write(path: Path, text: str, count: int) -> None:
    if str(path) == "-":
        sys.stdout.write(text)
        return
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"“{path}”写不进去：{error.strerror}。请换一个位置。") from error
    print(f"已写入 {count} 轮问答：{path}")


def _plain() -> bool:
    """Tell whether the terminal can't show Chinese."""
    return not (sys.stdout.encoding or "").lower().startswith("utf")
