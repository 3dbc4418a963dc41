"""The index on disk: built beside its place, swapped in whole, rebuilt when anything changed.

`home/index-<key>/` holds `chroma/`, `lexical/` and `manifest.json` (see `index.folder`); the key
covers the documents as they are read, the embedding model and the libraries, so a stale index is
never opened.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from index import folder as folders
from index.embedder import fingerprint, load_embeddings
from index.lexical import RANKINGS, LexicalIndex
from index.retriever import PolicyRetriever, documents_of
from index.search import HybridSearch
from index.store import StoreError, VectorStore
from index.words import segmentation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings

    from corpus.library import Library
    from corpus.policy import PolicyInfo
    from index.embedder import EmbeddingModel

FORMAT = 4
_LEXICAL, _CHROMA = "lexical", "chroma"


class IndexFault(RuntimeError):  # noqa: N818 - the disk's fault, said to the user
    """The index can't be built or opened; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a build reports: `start(label, total)`, `advance(count)`, and `note(line)` any time."""

    start: Callable[[str, int], None] = lambda label, total: None
    advance: Callable[[int], None] = lambda count: None
    note: Callable[[str], None] = lambda line: None


QUIET = Progress()


@dataclass(frozen=True, slots=True)
class _Plan:
    """What an index is made from, and its key."""

    documents: tuple[Document, ...]
    embeddings: Embeddings
    key: str
    infos: dict[str, PolicyInfo]


def open_index(
    library: Library,
    home: Path,
    model: EmbeddingModel | str | None = None,
    progress: Progress = QUIET,
) -> PolicyRetriever:
    """Open the index of `library` below `home`, building it first when there is no sound one.

    `model` names a sentence-transformers model (path or hub name); None is the shipped one. Where
    `home` can't be written, the index lasts as long as this process. Raises EmbeddingError or
    IndexFault.
    """
    documents = tuple(documents_of(library))
    infos = {policy.id: policy.info for policy in library.policies}
    plan = _Plan(documents, load_embeddings(model), _key(documents, model), infos)
    folder = home / f"index-{plan.key[:16]}"
    if _is_there(folder):
        fault = folders.damage(folder, plan.key)
        if fault is None:
            folders.touch(folder)
            return _open(folder, plan)
        progress.note(f"索引“{folder.name}”已损坏（{fault}），正在重建。")
        folders.remove(folder)
    try:
        home.mkdir(parents=True, exist_ok=True)
        return _built(home, folder, plan, progress)
    except (OSError, StoreError) as error:
        progress.note(
            f"数据文件夹“{home}”不可写（{folders.reason(error)}），本次改用临时索引。"
            "要长期保存，请检查空间和权限，或用 POLICY_ASSISTANT_HOME 另指一处。"
        )
    return _temporary(plan, progress)


def _is_there(folder: Path) -> bool:
    try:
        return folder.exists() or folder.is_symlink()
    except OSError:
        return False


def _key(documents: tuple[Document, ...], model: EmbeddingModel | str | None) -> str:
    """Return the hash of everything the index is made from."""
    digest = hashlib.sha256()
    libraries = [version(name) for name in ("chromadb", "bm25s", "langchain-chroma")]
    rankings = [(ranking.name, ranking.k1, ranking.b) for ranking in RANKINGS]
    made_by = [FORMAT, fingerprint(model), segmentation(), rankings, *libraries]
    digest.update(json.dumps(made_by).encode())
    for document in documents:
        row = [document.id, document.page_content, document.metadata]
        digest.update(json.dumps(row, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()


def _built(home: Path, folder: Path, plan: _Plan, progress: Progress) -> PolicyRetriever:
    """Build beside `folder` and swap the build in; whatever fails, no half of it stays."""
    built = Path(tempfile.mkdtemp(prefix="building-", dir=home))
    try:
        write_search(built, plan.documents, plan.embeddings, plan.key, progress)
        folders.put_in_place(built, folder, plan.key)
    finally:
        folders.remove(built)
    folders.remove_stale(home, folder)
    return _open(folder, plan)


def _temporary(plan: _Plan, progress: Progress) -> PolicyRetriever:
    """Build an index of which only the open copy remains."""
    try:
        with tempfile.TemporaryDirectory(prefix="policy-assistant-") as name:
            write_search(Path(name), plan.documents, plan.embeddings, plan.key, progress)
            return _open(Path(name), plan)
    except (OSError, StoreError) as error:
        raise IndexFault(
            f"临时文件夹“{tempfile.gettempdir()}”也写不下索引（{folders.reason(error)}）。"
            "请腾出空间，或用 TMPDIR 另指一处。"
        ) from error


def write_search(
    folder: Path,
    documents: Sequence[Document],
    embeddings: Embeddings,
    key: str = "",
    progress: Progress = QUIET,
) -> None:
    """Index documents (at least one, each with an id) into an empty folder, sealed under a key.

    Raises OSError or StoreError when the folder can't be written.
    """
    progress.start("正在建立词语索引", len(documents))
    texts = [document.page_content for document in documents]
    LexicalIndex.build(texts, progress.advance).save(folder / _LEXICAL)
    progress.start("正在建立向量索引", len(documents))
    store = VectorStore.create(folder / _CHROMA, embeddings)
    try:
        store.add(documents, progress.advance)
        store.keep_rows(folder / _CHROMA, [str(document.id) for document in documents])
    finally:
        store.close()
    folders.seal(folder, key)


def read_search(
    folder: Path, documents: Sequence[Document], embeddings: Embeddings
) -> HybridSearch:
    """Open what `write_search` wrote, Chroma on a copy of its files.

    Raises OSError or StoreError.
    """
    lexical = LexicalIndex.load(folder / _LEXICAL)
    copy = partial(folders.copy_files, folder, below=_CHROMA)
    store = VectorStore.open(folder / _CHROMA, embeddings, copy)
    search = HybridSearch(lexical, store, documents)
    search.load()
    return search


def _open(folder: Path, plan: _Plan) -> PolicyRetriever:
    """Open a sound index."""
    try:
        search = read_search(folder, plan.documents, plan.embeddings)
    except (OSError, StoreError) as error:
        raise IndexFault(
            f"无法打开索引“{folder}”（{folders.reason(error)}）。"
            f"请检查临时文件夹“{tempfile.gettempdir()}”的空间和权限。"
        ) from error
    return PolicyRetriever(documents=plan.documents, search=search, infos=plan.infos)
