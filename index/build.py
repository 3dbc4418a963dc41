"""The index on disk: built beside its place, swapped in whole, never stale.

`home/index-<key>/` holds what `index.contents` writes; the key covers the documents as they are
read, the embedding model and the libraries. When documents change, an index of the old ones hands
on what is the same, with the model adapted to them: until a fifth of the documents have come or
gone since, then all is made anew. One process builds at a time (`index.locks`).
"""

from __future__ import annotations

import gc
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from index import folder as folders
from index.contents import (
    LARGE_CHANGE,
    QUIET,
    Progress,
    read_search,
    write_search,
)
from index.embedder import EmbeddingModel, fingerprint, load_embeddings
from index.entries import Earlier, Entry, entries_of, find_earlier
from index.lexical import RANKINGS
from index.locks import BUILDING, building, make_folder, remove_left, temporary_place
from index.model_files import locate
from index.retriever import PolicyRetriever, documents_of
from index.static_embedder import SHIPPED, is_static
from index.store import StoreError
from index.words import segmentation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings

    from corpus.library import Library
    from corpus.policy import PolicyInfo

    Damage = Callable[[Path, str], str | None]

__all__ = ["QUIET", "IndexFault", "Progress", "model_to_adapt", "open_index"]

FORMAT = 6
ADAPT_FROM = 500
"""So many documents make it worth while to adapt a static model to them."""


class IndexFault(RuntimeError):  # noqa: N818 - the disk's fault, said to the user
    """The index can't be built or opened; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What an index is made from, and its key.

    `entries` tell the documents apart, `made_by` is the part of the key that is not in them,
    `adapt_from` the folder of the static model to adapt.
    """

    documents: tuple[Document, ...]
    entries: tuple[Entry, ...]
    embeddings: Embeddings
    made_by: str
    key: str
    infos: dict[str, PolicyInfo]
    adapt_from: Path | None


def open_index(
    library: Library,
    home: Path,
    model: EmbeddingModel | str | None = None,
    progress: Progress = QUIET,
    *,
    adapt: bool = True,
) -> PolicyRetriever:
    """Open the index of `library` below `home`, building it first when there is no sound one.

    `model` names a sentence-transformers model (path or hub name); None is the shipped one. With
    `adapt` a static model is adapted to a large library. Where `home` can't be written, the index
    lasts as long as this process. Raises EmbeddingError or IndexFault.
    """
    with _collector_paused(), _checking(home) as damage:
        plan = _plan(library, model, adapt=adapt)
        folder = home / f"index-{plan.key[:16]}"
        remove_left(home)
        if _is_there(folder):
            fault = damage(folder, plan.key)
            if fault is None:
                folders.touch(folder)
                return _open(folder, plan)
            progress.note(f"索引“{folder.name}”已损坏（{fault}），正在重建。")
        try:
            home.mkdir(parents=True, exist_ok=True)
            return _built(home, folder, plan, progress, damage)
        except (OSError, StoreError) as error:
            progress.note(
                f"数据文件夹“{home}”不可写（{folders.reason(error)}），本次改用临时索引。"
                "要长期保存，请检查空间和权限，或用 POLICY_ASSISTANT_HOME 另指一处。"
            )
    return _temporary(plan, progress)


def model_to_adapt(model: EmbeddingModel | str | None, documents: int) -> Path | None:
    """Return the folder of the model to adapt to so many documents, None when none should be."""
    name = model.name if isinstance(model, EmbeddingModel) else model
    folder = locate(name) if name else SHIPPED
    is_fit = folder is not None and is_static(folder) and documents >= ADAPT_FROM
    return folder if is_fit else None


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Spare the garbage collector going through tens of thousands of documents again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def _checking(home: Path) -> Iterator[Damage]:
    """Give `index.folder.damage`, for the index made last already at work beside the caller."""
    last = next(iter(_latest(home)), home)
    key = str(folders.read_facts(last).get("key"))
    with ThreadPoolExecutor(1) as beside:
        fault = beside.submit(folders.damage, last, key)

        def damage(folder: Path, wanted: str) -> str | None:
            is_last = (folder, wanted) == (last, key)
            return fault.result() if is_last else folders.damage(folder, wanted)

        yield damage


def _latest(home: Path) -> list[Path]:
    """Return the indexes below `home`, the one used last first."""
    used = []
    for place in home.glob("index-*"):
        with suppress(OSError):  # another process removed it
            used.append((place.lstat().st_mtime, place))
    return [place for _, place in sorted(used, reverse=True)]


def _plan(library: Library, model: EmbeddingModel | str | None, *, adapt: bool) -> _Plan:
    documents = tuple(documents_of(library))
    embeddings = load_embeddings(model)
    adapt_from = model_to_adapt(model, len(documents)) if adapt else None
    made_by = _made_by(model, is_adapted=adapt_from is not None)
    infos = {policy.id: policy.info for policy in library.policies}
    entries = entries_of(documents)
    key = _key(made_by, documents, entries)
    return _Plan(documents, entries, embeddings, made_by, key, infos, adapt_from)


def _is_there(folder: Path) -> bool:
    try:
        return folder.exists() or folder.is_symlink()
    except OSError:
        return False


def _made_by(model: EmbeddingModel | str | None, *, is_adapted: bool) -> str:
    """Return the hash of all but the documents that an index is made from."""
    libraries = [version(name) for name in ("chromadb", "bm25s", "langchain-chroma")]
    rankings = [(ranking.name, ranking.k1, ranking.b) for ranking in RANKINGS]
    made_by = [FORMAT, fingerprint(model), segmentation(), rankings, is_adapted, *libraries]
    return hashlib.sha256(json.dumps(made_by).encode()).hexdigest()


def _key(made_by: str, documents: Sequence[Document], entries: Sequence[Entry]) -> str:
    """Return the hash of everything an index is made from."""
    described = (made_by, *zip(*entries, strict=True), [doc.metadata for doc in documents])
    return hashlib.sha256(repr(described).encode("utf-8", "surrogatepass")).hexdigest()


def _built(
    home: Path, folder: Path, plan: _Plan, progress: Progress, damage: Damage
) -> PolicyRetriever:
    """Build beside `folder` and swap the build in; whatever fails, no half of it stays.

    Of two processes that want the same index one builds, and the other waits and opens it.
    """
    with building(home, lambda: progress.note("另一个进程正在建立索引，等它完成。")):
        if not _is_there(folder) or folders.damage(folder, plan.key):
            folders.remove(folder)
            built, remove = make_folder(home, BUILDING)
            try:
                _write(built, plan, progress, _earlier(home, plan, damage))
                folders.put_in_place(built, folder, plan.key)
            finally:
                remove()
            folders.remove_stale(home, folder)
    return _open(folder, plan)


def _earlier(home: Path, plan: _Plan, damage: Damage) -> Earlier | None:
    """Return a sound index of much the same documents, made in the same way; the latest of them."""
    for place in _latest(home):
        facts = folders.read_facts(place)
        if facts.get("made_by") != plan.made_by:
            continue
        try:
            found = find_earlier(place, plan.entries)
            drift, key = facts["drift"] + found.changed, facts["key"]
        except (OSError, ValueError, TypeError, KeyError):
            continue
        if drift <= LARGE_CHANGE * len(plan.documents) and not damage(place, key):
            return found
    return None


def _write(folder: Path, plan: _Plan, progress: Progress, earlier: Earlier | None = None) -> None:
    """Write an index; what the manifest says of an earlier one's model and changes goes on."""
    before = folders.read_facts(earlier.folder) if earlier else {}
    facts = {
        "made_by": plan.made_by,
        "documents": len(plan.documents),
        "drift": before["drift"] + earlier.changed if earlier else 0,
        "adaptation": before.get("adaptation"),
    }
    write_search(
        folder,
        plan.documents,
        plan.embeddings,
        plan.key,
        progress,
        earlier=earlier,
        adapt_from=plan.adapt_from,
        facts=facts,
    )


def _temporary(plan: _Plan, progress: Progress) -> PolicyRetriever:
    """Build an index of which only the open copy remains."""
    try:
        folder, remove = make_folder()
        try:
            _write(folder, plan, progress)
            return _open(folder, plan)
        finally:
            remove()
    except (OSError, StoreError) as error:
        raise IndexFault(
            f"临时文件夹“{temporary_place()}”也写不下索引（{folders.reason(error)}）。"
            "请腾出空间，或用 TMPDIR 另指一处。"
        ) from error


def _open(folder: Path, plan: _Plan) -> PolicyRetriever:
    """Open a sound index."""
    try:
        search = read_search(folder, plan.documents, plan.embeddings)
    except (OSError, StoreError) as error:
        raise IndexFault(
            f"无法打开索引“{folder}”（{folders.reason(error)}）。"
            f"请检查临时文件夹“{temporary_place()}”的空间和权限。"
        ) from error
    return PolicyRetriever(documents=plan.documents, search=search, infos=plan.infos)
