"""The figures of a run and of a comparison as tables for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from eval.wording import MODEL_FATES, category_name, interval, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eval.compare import Comparison
    from eval.cost import RunCost
    from eval.outcome import Outcome
    from eval.scores import ModelScores, Scores, Share


def category_table(scores: Scores) -> Table:
    """Return right / all with a 95% interval, the total last."""
    table = Table("类别", "正确", "正确率", "95% 区间")
    for name, share in scores.categories.items():
        table.add_row(category_name(name), *_cells(share))
    table.add_section()
    table.add_row("合计", *_cells(scores.right), style="bold")
    return table


def figures_table(scores: Scores) -> Table:
    """Return the figures beside the share that is right."""
    table = Table("指标", "值")
    table.add_row("引用召回率", _shown(scores.citation_recall))
    table.add_row("引用准确率", _shown(scores.citation_precision))
    table.add_row("不逐字的引文（须为 0）", str(scores.unverbatim))
    table.add_row("无来源的数字（须为 0）", str(scores.unsourced))
    table.add_row("能答却没答", _shown(scores.refused))
    table.add_row("不该答却答了", _shown(scores.overreached))
    table.add_row(
        "用时 p50 / p95 / 最长（毫秒）",
        f"{scores.latency_p50:.1f} / {scores.latency_p95:.1f} / {scores.latency_max:.1f}",
    )
    return table


def model_table(model: ModelScores) -> Table:
    """Return what the chat model came to, and what it took."""
    table = Table("大模型", "值")
    for fate, count in model.fates.items():
        table.add_row(MODEL_FATES.get(fate, fate), str(count))
    table.add_row("调用次数", str(model.calls))
    table.add_row("词元（读 / 写）", f"{model.input_tokens} / {model.output_tokens}")
    return table


def cost_table(before: RunCost, after: RunCost) -> Table:
    """Return what both runs took: time, and the chat model's calls and tokens."""
    table = Table("", "用时 p50 / p95（毫秒）", "采用大模型", "调用次数", "词元")
    for name, cost in (("之前", before), ("之后", after)):
        model = ("—",) * 3 if cost.used is None else (cost.used, cost.calls, cost.tokens)
        table.add_row(name, f"{cost.p50:.1f} / {cost.p95:.1f}", *map(str, model))
    return table


def wrong_lines(run: Outcome) -> Iterator[str]:
    """Yield the questions that went wrong, each with what is wrong with it."""
    for verdict in run.wrong:
        case = verdict.case
        yield f"{'!' if verdict.right else '✗'} {case.id}  {' ⏎ '.join(case.turns)}"
        yield from (f"    {miss.field}：{miss.expected} → {miss.came}" for miss in verdict.misses)
        yield from (f"    引文不逐字：{quote}" for quote in verdict.unverbatim)
        yield from (f"    数字无来源：{figure}" for figure in verdict.unsourced)


def changes_table(comparison: Comparison) -> Table:
    """Return the questions that became right or wrong between two runs."""
    table = Table("变化", "编号", "类别", "问题")
    for change in sorted(comparison.changes, key=lambda item: item.became_right):
        mark = "错 → 对" if change.became_right else "对 → 错"
        table.add_row(mark, change.id, category_name(change.category), change.question)
    return table


def comparison_table(comparison: Comparison) -> Table:
    """Return the share right of both runs and the paired difference with its 95% interval."""
    table = Table("", "正确", "正确率", "95% 区间")
    table.add_row("之前", *_cells(comparison.before))
    table.add_row("之后", *_cells(comparison.after))
    change, low, high = comparison.difference
    points = f"{low * 100:+.1f} 至 {high * 100:+.1f} 个百分点"
    table.add_row("差异（同题配对）", "", f"{change * 100:+.1f} 个百分点", points)
    return table


def _cells(share: Share) -> tuple[str, str, str]:
    return f"{share.count} / {share.total}", percent(share.value), interval(share)


def _shown(share: Share) -> str:
    return f"{percent(share.value)}（{share.count} / {share.total}）" if share.total else "—"
