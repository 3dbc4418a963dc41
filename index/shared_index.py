"""The vectors on a Chroma server that several processes share; the words stay in a folder of ours.

A library's collection carries the hash of all it was made from in its name. It is filled under a
name of its own and then renamed, so that nobody sees half of it and of two processes that fill one
at the same time the second drops its own. Collections that nobody opened for a week are removed.
"""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from importlib.metadata import version
from typing import TYPE_CHECKING
from uuid import uuid4

from index import folder as folders
from index.build import QUIET, Progress
from index.embedder import EmbeddingModel, fingerprint, load_embeddings
from index.lexical import RANKINGS, LexicalIndex
from index.locks import BUILDING, make_folder
from index.retriever import STORE_AWAY, PolicyRetriever, documents_of
from index.search import HybridSearch
from index.server import Server, connected, open_store, reason
from index.store import StoreError
from index.words import segmentation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from chromadb.api import ClientAPI
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings

    from corpus.library import Library

FORMAT = 2
STALE_SECONDS = 7 * 24 * 3600

_PREFIX, _BUILDING = "policy-assistant-", "policy-assistant-building-"
_USED = "used_at"


def open_on_server(
    library: Library,
    home: Path,
    server: Server,
    model: EmbeddingModel | str | None = None,
    progress: Progress = QUIET,
) -> PolicyRetriever:
    """Open the index of `library` on a server, filling it first when it isn't there.

    When the server can't be used, says so and finds clauses by words alone, until it can be.
    Raises EmbeddingError.
    """
    documents = tuple(documents_of(library))
    embeddings = load_embeddings(model)
    key = _key(documents, model)
    store = open_store(server, f"{_PREFIX}{key[:32]}", embeddings)
    search = HybridSearch(_lexical(home, key, documents, progress), store, documents)
    try:
        _fill(server, f"{_PREFIX}{key[:32]}", documents, embeddings, progress)
        search.load()
    except StoreError as error:
        progress.note(STORE_AWAY.format(place=server.url, fault=error))
    infos = {policy.id: policy.info for policy in library.policies}
    return PolicyRetriever(documents=documents, search=search, infos=infos)


def _key(documents: Sequence[Document], model: EmbeddingModel | str | None) -> str:
    """Return the hash of everything that the vectors and the words are made from."""
    rankings = [(ranking.name, ranking.k1, ranking.b) for ranking in RANKINGS]
    made_by = [FORMAT, fingerprint(model), segmentation(), rankings, version("bm25s")]
    digest = hashlib.sha256(json.dumps(made_by).encode())
    for document in documents:
        row = [document.id, document.page_content, document.metadata]
        digest.update(json.dumps(row, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()


def _lexical(
    home: Path, key: str, documents: Sequence[Document], progress: Progress
) -> LexicalIndex:
    """Return the words' index, kept below `home` where that can be written."""
    place = home / f"index-words-{key[:16]}"
    if folders.damage(place, key) is None:
        folders.touch(place)
        with suppress(OSError, ValueError):
            return LexicalIndex.load(place / "lexical")
    progress.start("正在建立词语索引", len(documents))
    built = LexicalIndex.build([document.page_content for document in documents], progress.advance)
    with suppress(OSError):  # the index lasts as long as this process
        home.mkdir(parents=True, exist_ok=True)
        _keep(built, home, place, key)
    return built


def _keep(built: LexicalIndex, home: Path, place: Path, key: str) -> None:
    beside, remove = make_folder(home, BUILDING)
    try:
        built.save(beside / "lexical")
        folders.seal(beside, key)
        if place.exists() and folders.damage(place, key):
            folders.remove(place)
        folders.put_in_place(beside, place, key)
    finally:
        remove()
    folders.remove_stale(home, place)


def _fill(
    server: Server,
    name: str,
    documents: Sequence[Document],
    embeddings: Embeddings,
    progress: Progress,
) -> None:
    """See to it that the collection is there and whole; raises StoreError."""
    try:
        with connected(server) as client:
            if _is_whole(client, name, len(documents)):
                _touch(client, name)
            else:
                _build(client, server, name, documents, embeddings, progress)
            _remove_stale(client, name)
    except StoreError:
        raise
    except Exception as error:  # Chroma's client raises ValueError, httpx's errors, bare ones
        raise StoreError(reason(error)) from error


def _is_whole(client: ClientAPI, name: str, size: int) -> bool:
    """Tell whether a collection is there; one that lost documents is removed."""
    if name not in {found.name for found in client.list_collections()}:
        return False
    if client.get_collection(name, embedding_function=None).count() == size:
        return True
    client.delete_collection(name)
    return False


def _build(
    client: ClientAPI,
    server: Server,
    name: str,
    documents: Sequence[Document],
    embeddings: Embeddings,
    progress: Progress,
) -> None:
    beside = f"{_BUILDING}{uuid4().hex}"
    store = open_store(server, beside, embeddings, create=True)
    progress.start("正在建立向量索引", len(documents))
    try:
        store.open_now()
        _touch(client, beside)
        store.add(documents, progress.advance)
        _rename(client, beside, name, len(documents))
    finally:
        store.close()
        with suppress(Exception):  # it was renamed, or the server is away and a later start cleans
            client.delete_collection(beside)


def _rename(client: ClientAPI, beside: str, name: str, size: int) -> None:
    """Give a filled collection its name, unless another process was first."""
    try:
        client.get_collection(beside, embedding_function=None).modify(name=name)
    except Exception:
        if not _is_whole(client, name, size):
            raise


def _touch(client: ClientAPI, name: str) -> None:
    """Note that a collection is in use, so that it isn't taken for a stale one."""
    client.get_collection(name, embedding_function=None).modify(metadata={_USED: time.time()})


def _remove_stale(client: ClientAPI, current: str) -> None:
    """Remove our collections that nobody has opened for a week."""
    oldest = time.time() - STALE_SECONDS
    for found in client.list_collections():
        used = (found.metadata or {}).get(_USED)
        is_ours = found.name.startswith(_PREFIX) and found.name != current
        if is_ours and isinstance(used, int | float) and used < oldest:
            with suppress(Exception):  # another process removed it first
                client.delete_collection(found.name)
