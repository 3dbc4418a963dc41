"""The command line: `policy-assistant ask | chat | search | clauses | calc | awards | check | …`.

Heavy packages are imported inside the commands that need them: `--help`, `clauses`, `calc`,
`awards` and `check` stay light.
"""

from __future__ import annotations

import gc
import io
import json
import os
import sys
from datetime import date  # noqa: TC003 - typer reads the annotation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import journal_command, terminal, user_command
from assistant.settings import Settings
from assistant.usage import (
    UsageError,
    line_for,
    policy_ids,
    read_day,
    read_status,
    whole_number,
    wrong_usage,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(
    help="政策问答：查条款、引原文、算奖补；政策没写的，直接说没写。",
    add_completion=False,
    no_args_is_help=True,
)
app.command()(journal_command.journal)
app.command()(journal_command.replay)
app.add_typer(user_command.app, name="user")

_INTERRUPTED = 130
"""What typer returns for Ctrl-C."""

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，每行一个对象。")]
Policies = Annotated[
    Path | None, typer.Option(metavar="文件夹", help="政策文件夹，默认用自带的政策。")
]


@app.command()
def ask(
    questions: Annotated[
        list[str], typer.Argument(metavar="问题…", help="几个问题是同一段对话的几轮。")
    ],
    as_json: AsJson = False,
    explain: Annotated[bool, typer.Option("--explain", help="显示每一步读到了什么。")] = False,
    policies: Policies = None,
) -> None:
    """提问；几个问题依次作为同一段对话的几轮。"""
    with terminal.recorded(policies, first=questions[0]) as assistant:
        conversation = None
        for question in questions:
            turn = assistant.ask(question, conversation)
            conversation = turn.conversation
            if as_json:
                _print_json(turn.answer.to_json())
            else:
                terminal.print_answer(turn.answer)
            if explain:
                terminal.print_trace(turn.draft)


@app.command()
def chat(policies: Policies = None) -> None:
    """在终端里连续对话；输入“退出”或按 Ctrl-D 结束。"""
    with terminal.recorded(policies) as assistant:
        terminal.chat(assistant)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(metavar="词…", help="要找的词。")],
    top: Annotated[
        int,
        typer.Option(parser=whole_number("--top", 1, 1000), metavar="条数", help="最多列几条。"),
    ] = 5,
    policy: Annotated[
        list[str] | None, typer.Option(metavar="编号", help="只找这份政策；可写几次。")
    ] = None,
    status: Annotated[
        str | None,
        typer.Option(parser=read_status, metavar="状态", help="draft 征求意见，in-force 现行。"),
    ] = None,
    on: Annotated[
        date | None,
        typer.Option(parser=read_day, metavar="日期", help="只找这一天现行的，例如 2026-11-24。"),
    ] = None,
    as_json: AsJson = False,
    policies: Policies = None,
) -> None:
    """按词语和意思找条款，最相关的在前。"""
    query = " ".join(words).strip()
    if not query:
        raise UsageError("要找的词是空的。请写出词语，例如 policy-assistant search 并购。")
    assistant = terminal.open_assistant(policies, first="")
    chosen = policy_ids(policy or [], assistant.library)
    retrieval = assistant.retriever.retrieve(query, top, chosen, status, on)
    for line in retrieval.notes:
        terminal.note(line)
    found = [(hit, assistant.library.clause(hit.policy, hit.clause)) for hit in retrieval.hits]
    if as_json:
        _print_json([terminal.hit_json(hit, clause) for hit, clause in found if clause])
    else:
        terminal.print_hits([(hit, clause) for hit, clause in found if clause])


@app.command()
def clauses(
    file: Annotated[Path, typer.Argument(metavar="文件.txt", help="政策全文，纯文本。")],
    as_json: AsJson = False,
) -> None:
    """看一份文件会被读成哪些条款。"""
    from corpus.reader import read_policy, read_text

    policy = read_policy(file.stem, read_text(file))
    if as_json:
        _print_json([terminal.clause_json(clause) for clause in policy.clauses])
    else:
        terminal.print_clauses(policy)


@app.command()
def calc(
    award: Annotated[
        str, typer.Argument(metavar="奖励", help="奖励的编号，见 policy-assistant awards。")
    ],
    facts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="名称=数值…", help="例如 product_sales=1500万元；多个产品用逗号隔开。"
        ),
    ] = None,
    want: Annotated[
        str | None,
        typer.Option(metavar="金额", help="倒推：想拿到这个金额需要多少；“最高”表示拿满。"),
    ] = None,
    as_json: AsJson = False,
    policies: Policies = None,
) -> None:
    """测算一项奖励。"""
    from assistant import calc_command

    library = terminal.load(policies)
    rule = calc_command.find_award(award, library)
    if want is not None:
        inverse = calc_command.wanted(rule, want)
        _print_json(terminal.inverse_json(inverse)) if as_json else terminal.print_inverse(inverse)
        return
    result = calc_command.calculated(rule, facts or [])
    if as_json:
        _print_json(result.to_json() | calc_command.open_points(result))
    else:
        terminal.print_calculation(result, rule, library.clause(rule.policy, rule.clause))


@app.command()
def awards(as_json: AsJson = False, policies: Policies = None) -> None:
    """列出所有奖励：条款、计算基数、比例、上限、条件。"""
    from assistant import calc_command

    rows = calc_command.award_rows(terminal.load(policies))
    if as_json:
        _print_json(rows)
    else:
        terminal.print_awards(rows)


@app.command()
def check(policies: Policies = None) -> None:
    """核对政策文件夹：每个数字和引文都要与条文一致。"""
    from corpus.check import check_library

    count, faults = check_library(policies or Settings.from_environment().policies)
    for fault in faults:
        print(fault)
    if faults:
        print(f"{len(faults)} 处有误，共核对 {count} 份政策。")
        raise typer.Exit(1)
    print(f"{count} 份政策核对无误。")


@app.command()
def index(policies: Policies = None) -> None:
    """建立或更新索引。"""
    assistant = terminal.open_assistant(policies, first="")
    library = assistant.library
    counts = f"{len(library.policies)} 份政策，{len(library.clauses)} 条"
    print(f"索引可用：{counts}。位置：{Settings.from_environment().home}")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址。")] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            parser=whole_number("--port", 0, 65535), metavar="端口", help="端口，0 为任选。"
        ),
    ] = 7860,
    open_browser: Annotated[bool, typer.Option("--open", help="准备好后打开浏览器。")] = False,
    policies: Policies = None,
) -> None:
    """打开问答网页。"""
    from assistant.web.server import claim_port
    from assistant.web.server import serve as serve_pages

    listener = claim_port(host, port)
    with terminal.recorded(policies, "chat") as assistant:
        serve_pages(assistant, host, port, open_browser, listener)


@app.command()
def mcp(policies: Policies = None) -> None:
    """作为 MCP 服务（标准输入输出），供其他程序调用本机的工具。"""
    from importlib.util import find_spec

    from assistant import door_wording

    if find_spec("mcp") is None:
        raise UsageError(door_wording.NO_MCP_HERE)
    with terminal.recorded(policies, "api") as assistant:
        from assistant.mcp_server import build, serve_stdio
        from assistant.talks import Talks

        serve_stdio(build(assistant, Talks(assistant)))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; exit 0 done, 1 faults found, 2 unusable input, said in one line.

    A defect of ours is one line too; POLICY_ASSISTANT_DEBUG=1 shows its traceback.
    """
    gc.disable()  # a short process: collecting what it imports takes half a second
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = app(arguments, standalone_mode=False)
        sys.stdout.flush()
        if code == _INTERRUPTED:
            raise KeyboardInterrupt
    except typer.TyperException as fault:
        _stop(wrong_usage(fault))
    except (typer.Abort, KeyboardInterrupt):
        _stop("已中断。")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as fault:
        if os.environ.get("POLICY_ASSISTANT_DEBUG") == "1":
            raise
        _stop(line_for(fault))
    finally:
        gc.enable()
    sys.exit(code if isinstance(code, int) else 0)


def _stop(line: str) -> None:
    print(" ".join(line.split()), file=sys.stderr)
    sys.exit(2)


def _print_json(value: Any) -> None:
    """Print one line of JSON, escaped where the terminal can't show Chinese."""
    plain = not (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(value, ensure_ascii=plain))
