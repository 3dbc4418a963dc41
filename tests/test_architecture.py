"""The shape of the code: four packages in a line, one module a dependency, small parts."""

from __future__ import annotations

import ast
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).parent.parent
LINE = ("corpus", "index", "assistant", "eval")
MODULES = sorted(path for package in LINE for path in (CHECKOUT / package).rglob("*.py"))

HOMES = {
    "jieba": {"index/words.py"},
    "bm25s": {"index/postings.py"},
    "chromadb": {"index/store.py", "index/server.py", "index/shared_index.py"},
    "langchain_chroma": {"index/store.py"},
    "sentence_transformers": {"index/embedder.py", "index/rerank.py"},
    "onnxruntime": {"index/onnx_encoder.py"},
    "tokenizers": {"index/static_embedder.py", "index/onnx_encoder.py"},
    "safetensors": {"index/static_embedder.py"},
    "huggingface_hub": {"index/model_files.py"},
    "torch": {"index/train.py"},
    "scipy": {"index/train.py"},
    "sklearn": {"index/train.py"},
    "opencc": {"assistant/normalise.py"},
    "pypinyin": {"assistant/correction.py"},
    "platformdirs": {"assistant/settings.py"},
    "jinja2": {"assistant/web/frame.py"},
    "mcp": {"assistant/mcp_server.py"},
    "mcp_types": {"assistant/mcp_server.py"},
    "langchain": {"assistant/model.py"},
    "langgraph": {"assistant/model.py"},
    "langsmith": {"assistant/model.py"},
    "openai": {"assistant/model.py"},
    "langchain_openai": set(),
    "rank_bm25": {"eval/peer.py"},
}
"""Each outside dependency and the modules that may import it: one, or one a kind of use."""

WEB = {"gradio", "fastapi", "uvicorn", "starlette"}
UNSAID = {"utils", "util", "common", "helpers", "helper", "base", "manager", "misc", "tools_utils"}
MAX_MODULE = 400
MAX_FUNCTION = 60


def name(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the full name of every import, also those for type checkers only."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}:{node.lineno} imports relatively"
            assert node.module
            yield node.lineno, node.module
        elif isinstance(node, ast.Call) and called(node) in ("import_module", "__import__"):
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node.lineno, first.value


def called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def roots(path: Path) -> set[str]:
    return {module.split(".")[0] for _, module in imported(path)}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_package_imports_only_to_its_left(path: Path) -> None:
    own = LINE.index(path.relative_to(CHECKOUT).parts[0])
    wrong = [
        f"{name(path)}:{line} imports {module}"
        for line, module in imported(path)
        if module.split(".")[0] in LINE[own + 1 :] or module.split(".")[0] in ("tests", "conftest")
    ]
    assert not wrong


@pytest.mark.parametrize("package", HOMES)
def test_a_dependency_has_one_module(package: str) -> None:
    assert {name(path) for path in MODULES if package in roots(path)} <= HOMES[package]


def test_the_web_framework_stays_below_web() -> None:
    wrong = [
        name(path)
        for path in MODULES
        if roots(path) & WEB and not name(path).startswith("assistant/web/")
    ]
    assert not wrong


def test_law_is_read_without_the_frame() -> None:
    allowed = {"yaml", "corpus", *sys.stdlib_module_names}
    for path in MODULES:
        if name(path).startswith("corpus/"):
            assert roots(path) <= allowed, name(path)


@pytest.mark.parametrize("package", LINE)
def test_packages_come_from_the_checkout(package: str) -> None:
    file = import_module(package).__file__
    assert file is not None
    assert Path(file).resolve() == (CHECKOUT / package / "__init__.py").resolve()


def test_modules_are_named_for_what_they_do() -> None:
    assert not [name(path) for path in MODULES if path.stem in UNSAID or path.parent.name in UNSAID]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_and_functions_are_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_MODULE
    long = [
        f"{name(path)}:{node.lineno} {node.name} has {length} lines"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION
    ]
    assert not long


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_say_what_they_are(path: Path) -> None:
    assert ast.get_docstring(tree(path))


FOLDERS = [path for path in sorted((CHECKOUT / "corpus" / "policies").iterdir()) if path.is_dir()]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_policy_folder_is_complete(folder: Path) -> None:
    assert (folder / "policy.txt").stat().st_size > 0
    info = yaml.safe_load((folder / "policy.yaml").read_text(encoding="utf-8"))
    assert {"title", "issuer", "kind", "source", "in_force"} <= set(info)
    assert isinstance(yaml.safe_load((folder / "awards.yaml").read_text(encoding="utf-8")), list)


def test_there_is_a_policy() -> None:
    assert FOLDERS
