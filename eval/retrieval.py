"""Measure the search on a benchmark: index its documents, ask its questions, keep the rankings.

The search is the one that answers use (`index.search.HybridSearch`), the index the same files.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document

from eval.jsonl import EvaluationError
from eval.peer import Peer
from eval.retrieval_scores import DEPTH, MEASURES
from eval.scores import percentile
from index.build import Progress, model_to_adapt
from index.contents import read_search, write_search
from index.embedder import EmbeddingError, load_embeddings
from index.folder import read_facts, reason
from index.locks import temporary_place
from index.search import content
from index.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from eval.benchmark import Article, Benchmark
    from index.search import HybridSearch

QUIET = Progress()


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a search found for one question: document ids, best first, and how long it took."""

    topic: str
    ranking: tuple[str, ...]
    latency_ms: float


@dataclass(frozen=True, slots=True)
class Run:
    """A search over a whole benchmark: its rankings, its scores by measure, one a question.

    `adaptation` says how the model was adapted to the documents, None when it wasn't; `growth` is
    the median latency divided by that on a tenth of the documents, None when it wasn't measured.
    """

    ranked: tuple[Ranked, ...]
    scores: Mapping[str, tuple[float, ...]]
    index_seconds: float
    adaptation: Mapping[str, Any] | None = None
    growth: float | None = None

    @property
    def means(self) -> dict[str, float]:
        """Return the mean over the questions by measure."""
        return {name: sum(values) / len(values) for name, values in self.scores.items()}

    def latency(self, share: float) -> float:
        """Return the latency in milliseconds that this share of the questions stays within."""
        return percentile((item.latency_ms for item in self.ranked), share)


def run_ours(
    benchmark: Benchmark,
    model: str | None,
    progress: Progress = QUIET,
    *,
    adapt: bool = True,
    growth: bool = False,
) -> Run:
    """Index and search with the hybrid search; `model` as in `index.embedder.load_embeddings`.

    With `adapt` a static model is adapted to the documents when they are many. With `growth` the
    latency on a tenth of them is measured too. Raises EvaluationError when the model or the disk
    can't be used.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="policy-eval-") as name:
            folder = Path(name)
            started = time.perf_counter()
            embeddings = load_embeddings(model)
            documents = [document_of(article) for article in benchmark.articles]
            source = model_to_adapt(model, len(documents)) if adapt else None
            write_search(folder, documents, embeddings, progress=progress, adapt_from=source)
            search = read_search(folder, documents, embeddings)
            seconds = time.perf_counter() - started

            def find(text: str) -> list[int]:
                return [found.row for found in search.find(text, DEPTH)]

            run = _run(benchmark, find, seconds, progress)
            ratio = _growth(folder, documents, search, benchmark, progress) if growth else None
            return replace(run, adaptation=read_facts(folder).get("adaptation"), growth=ratio)
    except EmbeddingError as fault:
        raise EvaluationError(str(fault)) from fault
    except (OSError, StoreError) as fault:
        raise EvaluationError(
            f"临时文件夹“{temporary_place()}”写不下索引（{reason(fault)}）。"
            "请腾出空间，或用 TMPDIR 另指一处。"
        ) from fault


def run_peer(benchmark: Benchmark, progress: Progress = QUIET) -> Run:
    """Index and search with the peer; EvaluationError when it isn't installed."""
    started = time.perf_counter()
    progress.start("对照方法建立索引", len(benchmark.articles))
    peer = Peer([article.text for article in benchmark.articles], lambda: progress.advance(1))
    seconds = time.perf_counter() - started
    return _run(benchmark, lambda text: peer.find(text, DEPTH), seconds, progress)


def _growth(
    folder: Path,
    documents: Sequence[Document],
    search: HybridSearch,
    benchmark: Benchmark,
    progress: Progress,
) -> float:
    """Return the median latency divided by that on every tenth document, asked turn by turn."""
    few, embeddings = documents[::10], search.store.embeddings
    place = folder / "tenth"
    place.mkdir()
    write_search(place, few, embeddings, progress=progress)
    searches = {"all": search, "tenth": read_search(place, few, embeddings)}
    taken: dict[str, list[float]] = {name: [] for name in searches}
    progress.start("比较用时", len(benchmark.topics))
    for topic in benchmark.topics:
        for name, one in searches.items():
            started = time.perf_counter()
            one.find(topic.text, DEPTH)
            taken[name].append(time.perf_counter() - started)
        progress.advance(1)
    return percentile(taken["all"], 0.5) / percentile(taken["tenth"], 0.5)


def document_of(article: Article) -> Document:
    """Return a document as the search indexes it."""
    headings = (article.title, article.path)
    return Document(id=article.id, page_content=content(headings, article.text), metadata={})


def peak_memory_mb() -> float | None:
    """Return the most memory this process ever held, in MB; None where the system won't say."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def _run(
    benchmark: Benchmark, find: Callable[[str], Sequence[int]], seconds: float, progress: Progress
) -> Run:
    ids = [article.id for article in benchmark.articles]
    find(benchmark.topics[0].text)  # reads the dictionaries that the first query needs
    progress.start("检索", len(benchmark.topics))
    ranked = []
    for topic in benchmark.topics:
        started = time.perf_counter()
        rows = find(topic.text)
        latency = (time.perf_counter() - started) * 1000
        ranked.append(Ranked(topic.id, tuple(ids[row] for row in rows), latency))
        progress.advance(1)
    scores = {
        name: tuple(
            measure(item.ranking, topic.grades)
            for item, topic in zip(ranked, benchmark.topics, strict=True)
        )
        for name, measure in MEASURES.items()
    }
    return Run(tuple(ranked), scores, seconds)
