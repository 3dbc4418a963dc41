"""How long a turn takes beside its embedding and one Chroma query alone, in the same process.

`pytest tests/test_speed.py --benchmark-json=FILE` keeps the figures (`extra_info`). They are timed
question by question, which the benchmark fixture doesn't do when tests run in parallel; the bounds
are ten times what is aimed for, so that only a change of kind fails.
"""

from __future__ import annotations

import gc
import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import chromadb
import pytest
from chromadb.config import Settings

from assistant.calculator import calculate
from eval.cases import load_cases
from eval.scores import percentile
from index.embedder import load_embeddings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_benchmark.fixture import BenchmarkFixture

    from assistant.chain import Assistant

SET = Path(__file__).parents[1] / "eval" / "questions" / "minhang-robot.dev.jsonl"
GENEROUS = 10
TURN_MS = 15.0
CALCULATION_MS = 1.0


def timed(action: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Return the milliseconds that each question takes, the collector of garbage off."""
    gc.collect()
    gc.disable()
    try:
        found = []
        for question in questions:
            started = time.perf_counter()
            action(question)
            found.append((time.perf_counter() - started) * 1000)
        return found
    finally:
        gc.enable()


def lone_query(folder: Path, assistant: Assistant) -> Callable[[str], object]:
    """Return what embeds a question and queries a Chroma collection of the clauses, no more."""
    embeddings = load_embeddings()
    texts = [clause.text for clause in assistant.library.clauses]
    client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
    collection = client.create_collection("clauses", embedding_function=None)
    rows: Any = embeddings.embed_documents(texts)
    collection.add(ids=[str(row) for row in range(len(texts))], embeddings=rows)

    def query(question: str) -> object:
        row: Any = embeddings.embed_query(question)
        return collection.query(query_embeddings=[row], n_results=len(texts))

    query("预热")
    return query


@pytest.fixture(scope="module")
def questions(assistant: Assistant) -> list[str]:
    """Return the first turns of the set, each asked once before to warm up."""
    first = [case.turns[0] for case in load_cases(SET)]
    for question in first[::5]:
        assistant.ask(question)
    return first


def test_a_turn_is_fast(
    assistant: Assistant, questions: list[str], benchmark: BenchmarkFixture, tmp_path: Path
) -> None:
    turns = benchmark.pedantic(timed, args=(assistant.ask, questions))  # type: ignore[no-untyped-call]
    alone = timed(lone_query(tmp_path, assistant), questions)
    figures = {
        "turn_p50_ms": percentile(turns, 0.5),
        "turn_p95_ms": percentile(turns, 0.95),
        "embedding_and_query_p50_ms": percentile(alone, 0.5),
        "embedding_and_query_p95_ms": percentile(alone, 0.95),
    }
    figures["ratio_of_p50"] = figures["turn_p50_ms"] / figures["embedding_and_query_p50_ms"]
    benchmark.extra_info.update(figures)
    assert figures["turn_p50_ms"] < TURN_MS * GENEROUS, figures


def test_the_latency_told_is_that_of_the_turn(assistant: Assistant, questions: list[str]) -> None:
    for question in questions[:20]:
        started = time.perf_counter()
        told = assistant.ask(question).answer.latency_ms
        assert 0 < told <= (time.perf_counter() - started) * 1000


def test_a_calculation_is_fast(assistant: Assistant) -> None:
    facts = {
        "bounty": (Decimal(30_000_000),),
        "product_sales": (Decimal(15_000_000), Decimal(20_000_000)),
        "research_spending": (Decimal(5_000_000),),
        "investment": (Decimal(30_000_000),),
    }
    for rule in assistant.library.awards:
        known = {item.id: facts[item.id] for item in rule.inputs if item.id in facts}
        taken = timed(lambda _, r=rule, k=known: calculate(r, k), ["once"] * 200)  # type: ignore[misc]
        assert percentile(taken, 0.5) < CALCULATION_MS * GENEROUS, rule.id
