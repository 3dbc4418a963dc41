"""The cheap commands stay cheap: they never import what only answering needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.library import POLICIES

CHECKOUT = Path(__file__).parent.parent
HEAVY = ("torch", "gradio", "chromadb", "sentence_transformers", "transformers", "bm25s", "jieba")
LIGHT = {
    "help": ["--help"],
    "check": ["check"],
    "clauses": ["clauses", str(POLICIES / "minhang-robot" / "policy.txt")],
    "calc": ["calc", "service-robot-sales", "product_sales=1500万元"],
    "awards": ["awards"],
    "wrong usage": ["nope"],
}
SCRIPT = """
import contextlib, io, json, sys
arguments = json.loads(sys.argv[1])
from assistant.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    try:
        main(arguments)
    except SystemExit:
        pass
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def modules(script: str, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=CHECKOUT,
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("name", LIGHT)
def test_cheap_command_imports_nothing_heavy(name: str) -> None:
    loaded = modules(SCRIPT, json.dumps(LIGHT[name]))
    assert "assistant" in loaded
    assert not loaded & set(HEAVY)


def test_answering_from_a_built_index_needs_no_torch_no_chroma_and_no_gradio() -> None:
    modules(SCRIPT, json.dumps(["index"]))
    for command in (["ask", "第八条原文是什么？", "--json"], ["search", "并购", "--json"]):
        loaded = modules(SCRIPT, json.dumps(command))
        assert {"numpy", "jieba"} <= loaded
        assert not loaded & (set(HEAVY) - {"jieba"} | {"model2vec", "scipy", "rich"})


def test_the_doors_import_no_client_and_no_mcp_before_they_are_used() -> None:
    script = "import json, sys, assistant.web.door_routes; print(json.dumps(list(sys.modules)))"
    assert not modules(script) & {"mcp", "mcp_types", "openai", "gradio", "torch"}
