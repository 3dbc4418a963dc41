"""The report of a run: one self-contained page in Chinese, light or dark as the reader's system."""

from __future__ import annotations

import math
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answer import Status
from eval.transcript import heads, number_heads, table, transcript
from eval.wording import MODEL_FATES, STATUS_NAMES, category_name, interval, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eval.metrics import Verdict
    from eval.outcome import Outcome
    from eval.scores import ModelScores, Scores, Share

_SETTING_NAMES = {
    "questions": "题集",
    "questions_sha256": "题集指纹",
    "limit": "只问前几题",
    "policies": "政策",
    "policies_sha256": "政策指纹",
    "embedding": "向量模型",
    "model": "大模型",
    "version": "程序版本",
    "python": "Python",
    "asked_at": "提问时间",
}
_RING = 2 * math.pi * 52


def render(run: Outcome) -> str:
    """Return the whole report as one HTML page that needs no other file and no network."""
    css = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    name = escape(str(run.settings.get("questions", "题集")))
    body = "\n".join(
        (
            f'<h1>政策问答评测报告</h1><p class="sub">{name} · 共 {run.scores.right.total} 题</p>',
            _hero(run),
            f"<h2>质量指标</h2>{_cards(run.scores)}",
            f"<h2>各类问题</h2>{_categories(run.scores)}",
            f"<h2>该怎么答、实际怎么答</h2>{_confusion(run.scores)}",
            f"<h2>有问题的题（{len(run.wrong)}）</h2>{_wrong(run.wrong)}",
            f"<h2>全部问答</h2>{_everything(run.verdicts)}",
            f"<h2>本次运行</h2>{_settings(run.settings)}",
        )
    )
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>政策问答评测报告 · {name}</title><style>\n{css}</style></head>"
        f"<body><main>\n{body}\n</main></body></html>\n"
    )


def _hero(run: Outcome) -> str:
    right = run.scores.right
    length = _RING * right.value
    proof = (
        '<p class="good">每一处引文都与条文逐字相符，每一个数字都有出处。</p>'
        if run.scores.provable
        else '<p class="bad">有引文不逐字或数字无出处，请先看下面标红的题。</p>'
    )
    return (
        '<div class="hero"><svg viewBox="0 0 120 120" role="img" aria-label="正确率">'
        '<circle class="ring all" cx="60" cy="60" r="52"/>'
        '<circle class="ring right" cx="60" cy="60" r="52" transform="rotate(-90 60 60)"'
        f' stroke-dasharray="{length:.1f} {_RING:.1f}"/>'
        f'<text x="60" y="68" text-anchor="middle">{percent(right.value)}</text></svg>'
        f'<div><p class="lead">{right.total} 题中 {right.count} 题完全正确</p>'
        f"<p>95% 置信区间 {interval(right)}</p>{proof}"
        '<p class="note">一题有多项要求（结果、条款、金额、文字），全部做到才算正确。</p>'
        "</div></div>"
    )


def _cards(scores: Scores) -> str:
    cards = (
        _zero_card("不逐字的引文", scores.unverbatim, "处"),
        _zero_card("无来源的数字", scores.unsourced, "个"),
        _share_card("能答却没答", scores.refused, "道应回答的题"),
        _share_card("不该答却答了", scores.overreached, "道不应回答的题"),
        _share_card("引用召回率", scores.citation_recall, "处应引条款"),
        _share_card("引用准确率", scores.citation_precision, "处实引条款"),
        _card("答题用时（中位）", f"{scores.latency_p50:.1f} 毫秒", _latency(scores)),
        *([_model_card(scores.model, scores.right.total)] if scores.model else []),
    )
    return f'<div class="cards">{"".join(cards)}</div>'


def _card(name: str, value: str, note: str, tone: str = "") -> str:
    return f'<div class="card">{name}<b class="{tone}">{value}</b><p class="note">{note}</p></div>'


def _zero_card(name: str, count: int, unit: str) -> str:
    return _card(name, f"{count} {unit}", "必须为 0", "bad" if count else "good")


def _share_card(name: str, share: Share, of: str) -> str:
    value = percent(share.value) if share.total else "—"
    return _card(name, value, f"{share.count} / {share.total} {of}")


def _model_card(model: ModelScores, total: int) -> str:
    """Show how often the chat model's words were used, and what it took."""
    tokens = model.input_tokens + model.output_tokens
    fates = "、".join(f"{MODEL_FATES.get(fate, fate)} {n}" for fate, n in model.fates.items())
    note = f"{model.calls} 次调用，{tokens} 词元；{fates}"
    return _card("采用大模型说明", f"{model.fates.get('used', 0)} / {total} 题", note)


def _latency(scores: Scores) -> str:
    return f"95% 的题不超过 {scores.latency_p95:.1f} 毫秒，最长 {scores.latency_max:.1f} 毫秒"


def _categories(scores: Scores) -> str:
    worst_first = sorted(scores.categories.items(), key=lambda item: item[1].value)
    rows = (
        f"<tr><td>{escape(category_name(name))}</td>"
        f'<td class="number">{share.count} / {share.total}</td><td>{_bar(share)}</td>'
        f'<td class="number">{percent(share.value)}</td>'
        f'<td class="number">{interval(share)}</td></tr>'
        for name, share in worst_first
    )
    head = [
        *heads("类别"),
        *number_heads("正确"),
        *heads("细线为 95% 区间"),
        *number_heads("正确率", "95% 区间"),
    ]
    return table(head, rows)


def _bar(share: Share) -> str:
    low, high = share.interval
    line = f"left:{low * 100:.1f}%;width:{(high - low) * 100:.1f}%"
    return (
        f'<div class="bar"><i style="width:{share.value * 100:.1f}%"></i>'
        f'<u style="{line}"></u></div>'
    )


def _confusion(scores: Scores) -> str:
    def cell(expected: Status, came: Status) -> str:
        count = scores.confusion.get((expected, came), 0)
        tone = "fit" if expected == came else "off" if count else ""
        return f'<td class="number {tone}">{count}</td>'

    rows = (
        f"<tr><th>应{STATUS_NAMES[expected]}</th>"
        f"{''.join(cell(expected, came) for came in Status)}</tr>"
        for expected in Status
    )
    return table([*heads(""), *number_heads(*(f"实际{STATUS_NAMES[s]}" for s in Status))], rows)


def _wrong(verdicts: tuple[Verdict, ...]) -> str:
    if not verdicts:
        return '<p class="good">没有发现问题。</p>'
    return "".join(transcript(verdict, opened=len(verdicts) <= 5) for verdict in verdicts)


def _everything(verdicts: tuple[Verdict, ...]) -> str:
    ranked = sorted(verdicts, key=lambda item: item.case.category)
    groups = groupby(ranked, key=lambda item: item.case.category)
    return "".join(
        f"<details><summary>{escape(category_name(name))}</summary>"
        f"{''.join(transcript(verdict) for verdict in group)}</details>"
        for name, group in groups
    )


def _settings(settings: Mapping[str, Any]) -> str:
    rows = (
        f"<tr><td>{escape(_SETTING_NAMES.get(name, name))}</td>"
        f"<td>{escape(_setting(value))}</td></tr>"
        for name, value in settings.items()
        if value is not None
    )
    return table(heads("设置", "值"), rows)


def _setting(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
