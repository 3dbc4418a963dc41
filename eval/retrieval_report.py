"""The figures of a retrieval run: `retrieval.json`, a TREC run file, and tables."""

from __future__ import annotations

import hashlib
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from rich.table import Table

from eval.jsonl import EvaluationError, written_whole
from eval.outcome import write_json
from eval.peer import NAME, peer_version
from eval.retrieval_scores import RESAMPLES, ratio
from index.embedder import EmbeddingError, fingerprint
from index.letters import K1, WEIGHT, B
from index.lexical import RANKINGS
from index.search import CANDIDATES, COMPARED, EXACT_NUMBERS, MEANING, SPELT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from eval.benchmark import Benchmark
    from eval.retrieval import Run

RETRIEVAL = "retrieval.json"
TREC_RUN = "run.trec"
_LATENCIES = {"p50": 0.5, "p95": 0.95}


def write_run(
    folder: Path, settings: dict[str, Any], ours: Run, peer: Run | None, peak_mb: float | None
) -> None:
    """Write `retrieval.json` and `run.trec`; EvaluationError when the folder can't be written."""
    value = {"settings": settings, **_figures(ours), "peak_memory_mb": peak_mb}
    value |= {"adaptation": ours.adaptation, "latency_growth": ours.growth}
    if peer:
        value |= {"peer": {"name": NAME, "version": peer_version(), **_figures(peer)}}
        value |= {"ratios": _ratios(ours, peer), "resamples": RESAMPLES}
    value["questions"] = [
        {
            "id": item.topic,
            "latency_ms": item.latency_ms,
            **{name: values[row] for name, values in ours.scores.items()},
        }
        for row, item in enumerate(ours.ranked)
    ]
    write_json(folder / RETRIEVAL, value)
    with written_whole(folder / TREC_RUN) as file:
        for item in ours.ranked:
            for rank, name in enumerate(item.ranking, 1):
                file.write(f"{item.topic} Q0 {name} {rank} {1 / rank:.6f} policy-assistant\n")


def made_with(
    files: Sequence[Path], benchmark: Benchmark, limit: int | None, model: str | None
) -> dict[str, Any]:
    """Return the settings that a run's results carry; `files` are documents, questions, qrels.

    Raises EvaluationError when the model is a folder that isn't there.
    """
    names = ("documents", "questions", "qrels")
    return {
        **{name: path.name for name, path in zip(names, files, strict=True)},
        **{
            f"{name}_sha256": hashlib.sha256(path.read_bytes()).hexdigest()
            for name, path in zip(names, files, strict=True)
        },
        "document_count": len(benchmark.articles),
        "question_count": len(benchmark.topics),
        "ungraded_questions": benchmark.ungraded,
        "absent_documents": benchmark.absent,
        "limit": limit,
        "embedding": model or "内置",
        "embedding_fingerprint": _fingerprint(model),
        "fusion": {
            "cosine": MEANING,
            "letters": WEIGHT,
            **{item.name: item.weight for item in RANKINGS},
        },
        "bm25": {
            "letters": {"k1": K1, "b": B},
            **{item.name: {"k1": item.k1, "b": item.b} for item in RANKINGS},
        },
        "candidates": CANDIDATES,
        "compared": COMPARED,
        "spelt": SPELT,
        "exact_numbers": EXACT_NUMBERS,
        "version": version("policy-assistant"),
        "python": platform.python_version(),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def retrieval_table(ours: Run, peer: Run | None) -> Table:
    """Return the figures, beside those of the peer and the ratio to it when there is one."""
    table = Table("指标", "本程序", *(("对照", "比值", "95% 区间") if peer else ()))
    for name, value in ours.means.items():
        row = [name, f"{value:.3f}"]
        if peer:
            row += [f"{peer.means[name]:.3f}", *_ratio_cells(ours.scores[name], peer.scores[name])]
        table.add_row(*row)
    table.add_section()
    for name, share in _LATENCIES.items():
        row = [f"用时 {name}（毫秒）", f"{ours.latency(share):.1f}"]
        if peer:
            faster = peer.latency(share) / ours.latency(share)
            said = f"快 {faster:.1f} 倍" if faster >= 1 else f"慢 {1 / faster:.1f} 倍"
            row += [f"{peer.latency(share):.1f}", said, ""]
        table.add_row(*row)
    row = ["建立索引（秒）", f"{ours.index_seconds:.1f}"]
    table.add_row(*row, *([f"{peer.index_seconds:.1f}", "", ""] if peer else []))
    if ours.growth:
        table.add_row("用时与十分之一文档之比", f"×{ours.growth:.2f}")
    return table


def _fingerprint(model: str | None) -> str:
    try:
        return fingerprint(model)
    except EmbeddingError as fault:
        raise EvaluationError(str(fault)) from fault


def _figures(run: Run) -> dict[str, Any]:
    return {
        "scores": run.means,
        "latency_ms": {name: run.latency(share) for name, share in _LATENCIES.items()},
        "index_seconds": run.index_seconds,
    }


def _ratios(ours: Run, peer: Run) -> dict[str, Any]:
    ratios: dict[str, Any] = {}
    for name, values in ours.scores.items():
        found = ratio(values, peer.scores[name])
        ratios[name] = found and dict(zip(("value", "low", "high"), found, strict=True))
    faster = {name: peer.latency(share) / ours.latency(share) for name, share in _LATENCIES.items()}
    return ratios | {"speed": faster}


def _ratio_cells(ours: Sequence[float], theirs: Sequence[float]) -> tuple[str, str]:
    found = ratio(ours, theirs)
    return (f"×{found[0]:.2f}", f"{found[1]:.2f}–{found[2]:.2f}") if found else ("—", "")
