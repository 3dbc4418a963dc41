"""What the command line shows on a terminal: progress, answers, tables. Everything escaped."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from assistant.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

    from assistant.answer import Answer
    from assistant.calculation import Calculation, Inverse
    from assistant.chain import Assistant
    from assistant.recorded import RecordedAssistant, Talk
    from assistant.steps import Draft
    from corpus.award import AwardRule
    from corpus.library import Library
    from corpus.policy import Clause, Policy
    from index.retriever import Hit

_LEAVE = {"退出", "再见", "exit", "quit", "q", ":q", "bye"}


def open_assistant(policies: Path | None = None, first: str | None = None) -> Assistant:
    """Open the assistant; on a terminal, a bar on standard error shows the index being built.

    `first` is the question that comes first, if it is known; see `assistant.chain.open_assistant`.
    """
    try:
        return _opened(policies, first)
    finally:
        gc.freeze()  # what is open now stays: no later collection has to look at it
        gc.enable()


def _opened(policies: Path | None, first: str | None) -> Assistant:
    from assistant.chain import open_assistant as opened
    from index.build import Progress as Report

    if not sys.stderr.isatty():
        return opened(policies=policies, progress=Report(note=note), first=first)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=_console(stderr=True), transient=True) as bar:

        def start(label: str, total: int) -> None:
            bar.add_task(label, total=total)

        report = Report(
            start=start,
            advance=lambda count: bar.advance(bar.task_ids[-1], count),
            note=lambda line: bar.console.print(line, markup=False, soft_wrap=True),
        )
        return opened(policies=policies, progress=report, first=first)


@contextmanager
def recorded(
    policies: Path | None = None, channel: str = "cli", first: str | None = None
) -> Iterator[RecordedAssistant]:
    """Open the assistant with its journal; what was asked is on the disk at the end.

    `first` as for `open_assistant`.
    """
    from assistant.journal import Journal
    from assistant.record import Channel
    from assistant.recorded import RecordedAssistant

    settings = Settings.from_environment()
    assistant = open_assistant(policies, first)
    journal = Journal(settings.home, settings.journal_days)
    try:
        yield RecordedAssistant(assistant, journal, Channel(channel))
    finally:
        journal.close()
        assistant.close()


def note(line: str) -> None:
    """Print a line on standard error."""
    print(line, file=sys.stderr)


def load(policies: Path | None = None) -> Library:
    """Load the policies alone, saying what had to be left out."""
    from corpus.library import load_library

    library = load_library(policies or Settings.from_environment().policies)
    for fault in library.faults:
        note(fault)
    return library


def print_answer(answer: Answer) -> None:
    """Print an answer as formatted text."""
    from rich.markdown import Markdown

    console = _console()
    if answer.understood:
        console.print(
            f"我理解您问的是：{answer.understood}", style="dim", markup=False, highlight=False
        )
    console.print(Markdown(answer.text, hyperlinks=False))
    console.print()


def print_trace(draft: Draft) -> None:
    """Print what each step of the chain found."""
    from assistant.trace import trace

    _print_rows("每一步", ("步骤", "结果"), trace(draft))


def chat(assistant: RecordedAssistant) -> None:
    """Hold a conversation until the user leaves."""
    console = _console()
    console.print("请输入问题；输入“退出”结束。", markup=False)
    conversation: Talk | None = None
    while True:
        try:
            question = input("问：").strip()
        except (EOFError, KeyboardInterrupt):
            break
        if question.lower() in _LEAVE:
            break
        if question:
            turn = assistant.ask(question, conversation)
            conversation = turn.conversation
            print_answer(turn.answer)
    console.print("已结束。", markup=False)


def clause_json(clause: Clause) -> dict[str, str]:
    """Return a clause as a JSON object, word for word."""
    return {
        "label": clause.label,
        "title": clause.title,
        "section": " / ".join(clause.section),
        "text": clause.text,
    }


def hit_json(hit: Hit, clause: Clause) -> dict[str, Any]:
    """Return a hit as a JSON object; `rerank` only where a re-ranker gave one."""
    reranked = {} if hit.rerank is None else {"rerank": round(hit.rerank, 6)}
    return {
        "policy": hit.policy,
        "clause": hit.clause,
        "label": clause.reference,
        "title": clause.title,
        "section": " / ".join(clause.section),
        "score": round(hit.score, 6),
        "fused": round(hit.fused, 6),
        "lexical": round(hit.lexical, 4),
        "similarity": round(hit.similarity, 4),
        **reranked,
        "text": clause.text,
    }


def print_hits(found: Sequence[tuple[Hit, Clause]]) -> None:
    """Print hits as a table."""
    if not found:
        print("没有找到相关条款。请换个说法，或用 policy-assistant ask 提问。")
        return
    rows = [[c.reference, c.title, c.text.replace("\n", " ")] for _, c in found]
    _print_rows("", ("条款", "标题", "条文"), rows)


def print_clauses(policy: Policy) -> None:
    """Print how a document is read."""
    rows = [[c.label, c.title, " / ".join(c.section), str(len(c.text))] for c in policy.clauses]
    _print_rows(policy.title or policy.id, ("编号", "标题", "所在部分", "字数"), rows)


def print_awards(rows: list[dict[str, str]]) -> None:
    """Print all awards as a table."""
    columns = ("编号", "条款", "名称", "需要的数据", "给多少", "上限", "条件", "说明")
    keys = ("award", "clause", "title", "inputs", "pays", "cap", "conditions", "flags")
    _print_rows("", columns, [[row[key] for key in keys] for row in rows])


def print_calculation(result: Calculation, rule: AwardRule, clause: Clause | None) -> None:
    """Print a calculation with its steps, what is missing and what has to be confirmed."""
    from corpus.money import write_money
    from corpus.policy import bracketed

    lines = [result.title + (bracketed(clause.reference) if clause else "")]
    lines += [f"  {step.text}　〔{step.quote}〕" for step in result.steps]
    lines += [f"  {unmet.reason}　〔{unmet.quote}〕" for unmet in result.unmet]
    for item in result.missing:
        lines.append(f"还缺：{item.id} —— {item.ask}{item.hint}")
    if result.amount is not None:
        ceiling = "最高不超过 " if result.nature == "ceiling" else ""
        lines.append(f"结果：{ceiling}{write_money(result.amount)}")
    elif not result.missing:
        lines.append("结果：条文没有写明金额。")
    lines += [f"待确认：{condition.text}　〔{condition.quote}〕" for condition in result.conditions]
    flags = [flag for flag in (result.reviewed, result.staged, result.one_off) if flag]
    if flags:
        lines.append(f"条文写明：{'、'.join(flags)}")
    print("\n".join(lines))


def inverse_json(inverse: Inverse) -> dict[str, Any]:
    """Return an inverse as a JSON object; amounts are decimal strings."""
    return {
        "policy": inverse.policy,
        "award": inverse.award,
        "clause": inverse.clause,
        "wanted": None if inverse.wanted is None else str(inverse.wanted),
        "input": inverse.input.id if inverse.input else None,
        "value": None if inverse.value is None else str(inverse.value),
        "steps": [{"text": step.text, "quote": step.quote} for step in inverse.steps],
        "reason": inverse.reason,
    }


def print_inverse(inverse: Inverse) -> None:
    """Print which input reaches a wanted amount, or why none does."""
    from assistant.payment import written

    lines = [f"  {step.text}　〔{step.quote}〕" for step in inverse.steps]
    if inverse.input and inverse.value is not None:
        lines.append(f"{inverse.input.label}至少需要 {written(inverse.value, inverse.input.unit)}")
    else:
        lines.append(inverse.reason)
    print("\n".join(lines))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows below their column names."""
    _print_rows("", columns, list(rows))


def _print_rows(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.table import Column, Table
    from rich.text import Text

    headings = (Column(column, overflow="fold") for column in columns)
    table = Table(
        *headings, title=Text(title) if title else None, title_justify="left", show_lines=True
    )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    _console().print(table)


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=False)
