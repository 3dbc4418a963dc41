"""The evaluator's command line: `policy-eval answers | score | compare | retrieval | roc`.

Run `policy-eval answers eval/questions/minhang-robot.dev.jsonl --out runs/dev`.
"""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assistant.settings import SettingError, Settings
from corpus.library import load_library
from corpus.reader import PolicyError
from eval.cases import load_cases
from eval.compare import compare as compare_runs
from eval.cost import run_cost
from eval.jsonl import EvaluationError, written_whole
from eval.metrics import judge
from eval.outcome import (
    PREDICTIONS,
    REPORT,
    SCORES,
    SETTINGS,
    answered_cases,
    outcome,
    read_settings,
    write_json,
)
from eval.report import render
from eval.run import made_with, write_predictions
from eval.tables import (
    category_table,
    changes_table,
    comparison_table,
    cost_table,
    figures_table,
    model_table,
    wrong_lines,
)
from eval.usage import read_floor, read_limit, wrong_usage
from eval.wording import percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from eval.cases import Case
    from eval.outcome import Outcome
    from eval.run import Asker
    from index.build import Progress as IndexProgress
    from index.retriever import PolicyRetriever

app = typer.Typer(help="评测政策问答：提问、评分、比较两次运行。", add_completion=False)


Questions = Annotated[Path, typer.Argument(metavar="题集.jsonl", help="题集，每行一道题。")]
Folder = Annotated[Path, typer.Argument(metavar="文件夹", help="一次运行的结果文件夹。")]
Out = Annotated[Path, typer.Option(metavar="文件夹", help="结果写到哪个文件夹。")]
Policies = Annotated[
    Path | None, typer.Option(metavar="文件夹", help="政策文件夹，默认用自带的政策。")
]
Floor = Annotated[
    float | None,
    typer.Option(parser=read_floor, metavar="比例", help="正确率低于它时以 1 退出，例如 0.97。"),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="模型", help="用这个大模型，例如 openai:qwen-plus；off 为不用。默认按环境变量。"
    ),
]
Limit = Annotated[int | None, typer.Option(parser=read_limit, metavar="题数", help="只问前几题。")]


@app.command()
def answers(
    context: typer.Context,
    questions: Questions,
    out: Out,
    floor: Floor = None,
    limit: Limit = None,
    policies: Policies = None,
    model: Model = None,
) -> None:
    """把题集逐题问一遍，存下答案并评分。"""
    cases = _cases(questions)[:limit]
    settings = _with_model(_settings(policies), model)
    made = made_with(questions, limit, load_library(settings.policies), settings)
    asker = context.obj(settings)
    try:
        _ask(asker, cases, out)
    finally:
        getattr(asker, "close", lambda: None)()
    write_json(out / SETTINGS, made)
    _score(cases, out, floor, policies)


@app.command()
def score(
    questions: Questions, folder: Folder, floor: Floor = None, policies: Policies = None
) -> None:
    """不再提问，对已有的答案重新评分。"""
    _score(_cases(questions), folder, floor, policies)


@app.command()
def compare(before: Folder, after: Folder) -> None:
    """比较两次运行：哪些题由错变对、由对变错，差异有多大把握。"""
    comparison = compare_runs(before, after)
    if comparison.changes:
        _console().print(changes_table(comparison))
    _console().print(comparison_table(comparison))
    _console().print(cost_table(run_cost(before), run_cost(after)))
    _console().print(f"答案有出入（用时除外）的题：{comparison.differing}。")
    if comparison.alone:
        _console().print(f"另有 {comparison.alone} 题只在其中一次运行里，未计入。")


@app.command()
def retrieval(
    documents: Annotated[Path, typer.Option(metavar="文档.jsonl", help="要检索的文档，可为 .gz。")],
    questions: Annotated[Path, typer.Option(metavar="题集.jsonl", help="题集，每行一道题。")],
    qrels: Annotated[Path, typer.Option(metavar="Q.trec", help="哪篇文档回答哪道题。")],
    out: Out,
    peer: Annotated[bool, typer.Option("--peer", help="同时测对照方法并给出比值。")] = False,
    adapt: Annotated[bool, typer.Option(help="文档多时让内置模型先适应它们。")] = True,
    growth: Annotated[bool, typer.Option("--growth", help="另测十分之一文档上的用时。")] = False,
    limit: Limit = None,
) -> None:
    """测检索：给任意文档建索引，逐题检索，报告召回率、排序质量和用时。"""
    # Imported here: indexing brings chromadb, scoring answers needs none.
    from eval import retrieval as runs
    from eval.benchmark import load_benchmark
    from eval.peer import peer_version
    from eval.retrieval_report import made_with, retrieval_table, write_run

    benchmark = load_benchmark(documents, questions, qrels)
    for line in benchmark.notes:
        _notice().print(line, soft_wrap=True)
    benchmark = replace(benchmark, topics=benchmark.topics[:limit])
    model = _settings(None).embedding
    made = made_with((documents, questions, qrels), benchmark, limit, model)
    if peer:
        made |= {"peer": peer_version()}
    write_json(out / SETTINGS, made)  # an unusable folder is found out before the work
    with _bars() as progress:
        ours = runs.run_ours(benchmark, model, progress, adapt=adapt, growth=growth)
        peak = runs.peak_memory_mb()
        theirs = runs.run_peer(benchmark, progress) if peer else None
    write_run(out, made, ours, theirs, peak)
    _console().print(retrieval_table(ours, theirs))


@app.command()
def roc(
    questions: Annotated[
        list[Path], typer.Argument(metavar="题集.jsonl…", help="一个或几个题集，逐个报告。")
    ],
    fit: Annotated[
        Path | None, typer.Option(metavar="文件", help="按这些题重新拟合得分，写进这个文件。")
    ] = None,
    policies: Policies = None,
) -> None:
    """测检索的得分：政策没写的题与条文能回答的题，分得开多少。"""
    # Imported here: searching brings the index, scoring answers needs none.
    from eval.roc import roc as measured
    from eval.roc import scored
    from eval.roc_report import area_table, write_fit

    retriever = _open_retriever(_settings(policies))
    sets = {path.name: scored(_cases(path), retriever) for path in questions}
    if fit:
        write_fit(fit, sets)
        _console().print(f"已写入 {fit}，下次启动起用。")
    else:
        _console().print(area_table({name: measured(items) for name, items in sets.items()}))


def open_asker(settings: Settings) -> Asker:
    """Open the assistant that is asked; EvaluationError when it can't be."""
    # Imported here: the assistant brings langchain and jieba, scoring needs neither.
    from assistant.chain import open_assistant
    from index.build import IndexFault, Progress
    from index.embedder import EmbeddingError
    from index.server import AddressError

    progress = Progress(note=lambda line: _notice().print(line, soft_wrap=True))
    try:
        return open_assistant(settings.home, settings.policies, progress, settings=settings)
    except (IndexFault, EmbeddingError, AddressError) as fault:
        raise EvaluationError(str(fault)) from fault


def _open_retriever(settings: Settings) -> PolicyRetriever:
    """Open the search alone; EvaluationError when it can't be."""
    from assistant.retrieval import open_retriever
    from index.build import IndexFault, Progress
    from index.embedder import EmbeddingError
    from index.server import AddressError

    progress = Progress(note=lambda line: _notice().print(line, soft_wrap=True))
    try:
        return open_retriever(load_library(settings.policies), settings, progress)
    except (IndexFault, EmbeddingError, AddressError) as fault:
        raise EvaluationError(str(fault)) from fault


def main(
    arguments: Sequence[str] | None = None, opener: Callable[[Settings], Asker] = open_asker
) -> None:
    """Run the command line; exit 0 done, 1 under the floor, 2 unusable input in one line."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = app(arguments, standalone_mode=False, obj=opener)
    except (EvaluationError, PolicyError, SettingError) as fault:
        _stop(str(fault))
    except typer.TyperException as fault:
        _stop(wrong_usage(str(fault)))
    except (typer.Abort, KeyboardInterrupt):
        _stop("已中断，没有写出结果。")
    sys.exit(code if isinstance(code, int) else 0)


def _settings(policies: Path | None) -> Settings:
    settings = Settings.from_environment()
    return replace(settings, policies=policies) if policies else settings


def _with_model(settings: Settings, named: str | None) -> Settings:
    """Return the settings with the chat model of this name; those of the environment for None."""
    if named is None:
        return settings
    from assistant.model_settings import model_settings  # not without a model

    return replace(settings, chat=model_settings(named))


def _cases(questions: Path) -> tuple[Case, ...]:
    cases = load_cases(questions)
    for case in cases:
        if case.unknown:
            names = "、".join(case.unknown)
            _notice().print(f"{questions}：题目“{case.id}”的字段 {names} 不认识，已略过。")
    return cases


def _ask(asker: Asker, cases: Sequence[Case], out: Path) -> None:
    columns = (TextColumn("提问"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_notice(), transient=True) as progress:
        task = progress.add_task("提问", total=len(cases))
        write_predictions(asker, cases, out / PREDICTIONS, lambda: progress.advance(task))


@contextmanager
def _bars() -> Iterator[IndexProgress]:
    """Show each step of indexing and searching as a bar of its own."""
    from index.build import Progress as IndexProgress

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=_notice(), transient=True) as bars:

        def start(label: str, total: int) -> None:
            bars.add_task(label, total=total)

        yield IndexProgress(
            start=start,
            advance=lambda count: bars.advance(bars.task_ids[-1], count),
        )


def _score(cases: Sequence[Case], folder: Path, floor: float | None, policies: Path | None) -> None:
    library = load_library(_settings(policies).policies)
    pairs = answered_cases(cases, folder)
    run = outcome(read_settings(folder), [judge(*pair, library) for pair in pairs])
    write_json(folder / SCORES, run.to_json())
    with written_whole(folder / REPORT) as file:
        file.write(render(run))
    _show(run, folder)
    if floor is not None and _under(run, floor):
        raise typer.Exit(1)


def _show(run: Outcome, folder: Path) -> None:
    console = _console()
    for line in wrong_lines(run):
        console.print(line, soft_wrap=True)
    console.print(category_table(run.scores))
    console.print(figures_table(run.scores))
    if run.scores.model:
        console.print(model_table(run.scores.model))
    console.print(f"报告：{folder / REPORT}")


def _under(run: Outcome, floor: float) -> bool:
    right = run.scores.right
    faults = [
        f"正确率 {percent(right.value)} 低于要求的 {percent(floor)}" if right.value < floor else "",
        "" if run.scores.provable else "有引文不逐字或数字无来源",
    ]
    found = "；".join(fault for fault in faults if fault)
    if found:
        _notice().print(f"未达标：{found}。")
    return bool(found)


def _stop(message: str) -> None:
    _notice().print(message, soft_wrap=True)
    sys.exit(2)


def _console() -> Console:
    return Console(markup=False, highlight=False)


def _notice() -> Console:
    return Console(stderr=True, markup=False, highlight=False)
