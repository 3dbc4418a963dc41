"""`policy-assistant user add | remove | list`: who may sign in to the desk and the insight page."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from assistant.settings import Settings
from assistant.usage import UsageError

app = typer.Typer(help="管理可以登录坐席查询和问答看板的账号。", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="账号名", help="文字或数字开头，32 个字以内。")]


@app.command()
def add(
    name: Name,
    replace: Annotated[bool, typer.Option("--replace", help="给已有的账号换密码。")] = False,
) -> None:
    """新建账号；密码输入两遍，或从标准输入读一行。"""
    from assistant.accounts import Accounts, check_name

    check_name(name)
    accounts = Accounts(Settings.from_environment().home)
    accounts.add(name, _password(), replacing=replace)
    print(f"账号“{name}”{'已换密码' if replace else '已建好'}。位置：{accounts.path}")


@app.command()
def remove(name: Name) -> None:
    """删除账号；已登录的随即失效。"""
    from assistant.accounts import Accounts

    Accounts(Settings.from_environment().home).remove(name)
    print(f"账号“{name}”已删除。")


@app.command("list")
def list_users() -> None:
    """列出所有账号。"""
    from assistant.accounts import Accounts

    users = Accounts(Settings.from_environment().home).users()
    for user in users:
        print(f"{user.name}　{user.added}")
    if not users:
        print("还没有账号。新建：policy-assistant user add 账号名")


def _password() -> str:
    """Read a password that no one sees: twice from the terminal, or one line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("密码：")
    if getpass.getpass("再输一遍：") != first:
        raise UsageError("两遍密码不一样。请重新执行命令。")
    return first
