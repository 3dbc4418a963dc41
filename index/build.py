"""The index on disk: built beside its place, swapped in whole, rebuilt when anything changed.

`home/index-<fingerprint>/` holds `chroma/`, `lexical/` and `manifest.json`; the fingerprint covers
the policies' text, the embedding model and these settings, so a stale index is never opened.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.embedder import fingerprint, load_embeddings
from index.lexical import LexicalIndex
from index.search import PolicyRetriever, documents_of
from index.store import VectorStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings

    from corpus.library import Library

FORMAT = 1
STALE_SECONDS = 24 * 3600


class IndexFault(RuntimeError):
    """The index can't be built or opened; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a build reports: `start(label, total)`, then `advance(count)`; `note(line)` any time."""

    start: Callable[[str, int], None] = lambda label, total: None
    advance: Callable[[int], None] = lambda count: None
    note: Callable[[str], None] = lambda line: None


QUIET = Progress()


def open_index(
    library: Library, home: Path, model: str | None = None, progress: Progress = QUIET
) -> PolicyRetriever:
    """Open the index of `library` below `home`, building it first when there is no sound one.

    `model` names a sentence-transformers model (path or hub name); None is the shipped one. A
    `home` that can't be written is replaced by a folder that lasts as long as this process.
    """
    key = _key(library, model)
    folder = home / f"index-{key[:16]}"
    embeddings = load_embeddings(model)
    documents = documents_of(library)
    if retriever := _open_sound(folder, key, documents, embeddings, progress):
        return retriever
    try:
        home.mkdir(parents=True, exist_ok=True)
        built = Path(tempfile.mkdtemp(prefix="building-", dir=home))
    except OSError as error:
        progress.note(
            f"数据文件夹“{home}”不可写（{error.strerror}），本次改用临时索引。"
            "要长期保存，请检查权限或用 POLICY_ASSISTANT_HOME 另指一处。"
        )
        return _open_temporary(key, documents, embeddings, progress)
    try:
        _build(built, key, documents, embeddings, progress)
        _swap(built, folder, key, documents)
    finally:
        shutil.rmtree(built, ignore_errors=True)
    _remove_stale(home, folder)
    retriever = _open_sound(folder, key, documents, embeddings, progress)
    if retriever is None:
        raise IndexFault(f"索引“{folder}”建好后无法打开。请删除该文件夹后重试。")
    return retriever


def _key(library: Library, model: str | None) -> str:
    """Return the hash of everything the index is made from."""
    parts = (
        str(FORMAT),
        library.fingerprint,
        fingerprint(model),
        version("chromadb"),
        version("bm25s"),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _build(
    folder: Path,
    key: str,
    documents: list[Document],
    embeddings: Embeddings,
    progress: Progress,
) -> None:
    progress.start("正在建立索引", len(documents))
    lexical = folder / "lexical"
    LexicalIndex.build([document.page_content for document in documents]).save(lexical)
    store = VectorStore.open(folder / "chroma", embeddings, create=True)
    try:
        store.add(documents, progress.advance)
    finally:
        store.close()
    manifest = {
        "key": key,
        "documents": len(documents),
        "files": {path.name: _digest(path) for path in sorted(lexical.iterdir())},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _swap(built: Path, folder: Path, key: str, documents: list[Document]) -> None:
    """Move a finished build into place; a sound one that another process made first stays."""
    try:
        os.rename(built, folder)
    except OSError:
        if _manifest(folder).get("key") == key and _manifest(folder)["documents"] == len(documents):
            return
        raise


def _open_sound(
    folder: Path,
    key: str,
    documents: list[Document],
    embeddings: Embeddings,
    progress: Progress,
) -> PolicyRetriever | None:
    """Open `folder` if it is whole; move a damaged one out of the way and return None."""
    if not folder.exists():
        return None
    try:
        return _open(folder, key, documents, embeddings)
    except Exception as error:  # noqa: BLE001 - damaged files raise whatever their readers raise
        progress.note(f"索引“{folder.name}”已损坏（{type(error).__name__}），正在重建。")
        shutil.rmtree(folder, ignore_errors=True)
        return None


def _open(
    folder: Path, key: str, documents: list[Document], embeddings: Embeddings
) -> PolicyRetriever:
    manifest = _manifest(folder)
    if manifest.get("key") != key or manifest.get("documents") != len(documents):
        raise ValueError("the manifest is of another index")
    for name, digest in manifest["files"].items():
        if _digest(folder / "lexical" / name) != digest:
            raise ValueError(f"{name} has changed")
    lexical = LexicalIndex.load(folder / "lexical")
    store = VectorStore.open(folder / "chroma", embeddings)
    if len(store) != len(documents) or len(lexical) != len(documents):
        store.close()
        raise ValueError("documents are missing")
    store.similarities(documents[0].page_content, 1)
    return PolicyRetriever(documents=tuple(documents), lexical=lexical, store=store)


def _open_temporary(
    key: str, documents: list[Document], embeddings: Embeddings, progress: Progress
) -> PolicyRetriever:
    folder = Path(tempfile.mkdtemp(prefix="policy-assistant-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _build(folder, key, documents, embeddings, progress)
    return _open(folder, key, documents, embeddings)


def _manifest(folder: Path) -> dict[str, Any]:
    loaded = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if not isinstance(loaded, dict):
        raise TypeError("the manifest is not an object")
    return loaded


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _remove_stale(home: Path, current: Path) -> None:
    """Remove indexes and unfinished builds that nothing has touched for a day."""
    oldest = time.time() - STALE_SECONDS
    for path in [*home.glob("index-*"), *home.glob("building-*")]:
        if path != current and path.stat().st_mtime < oldest:
            shutil.rmtree(path, ignore_errors=True)
