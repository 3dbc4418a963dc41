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
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from index import folder as folders
from index.build import QUIET, Progress
from index.embedder import EmbeddingModel, fingerprint, load_embeddings
from index.lexical import RANKINGS, LexicalIndex
from index.locks import BUILDING, make_folder
from index.retriever import STORE_AWAY, PolicyRetriever, documents_of
from index.search import HybridSearch
from index.store import StoreError, VectorStore, collection
from index.words import segmentation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from chromadb.api import ClientAPI
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings

    from corpus.library import Library
    from index.store import Opened

FORMAT = 2
STALE_SECONDS = 7 * 24 * 3600
CONNECT_SECONDS, ANSWER_SECONDS = 5, 30

_SETTING = "POLICY_ASSISTANT_CHROMA_URL"
_PREFIX, _BUILDING = "policy-assistant-", "policy-assistant-building-"
_PORTS = {"http": 8000, "https": 443}
_USED = "used_at"
_REASONS = (
    ("ConnectTimeout", "连接超时"),
    ("ConnectError", "连不上"),
    ("TimeoutException", "没有按时答复"),
    ("TransportError", "连接中断"),
    ("NotFoundError", "服务器上没有所要的集合、租户或数据库"),
)
"""The classes of errors, by name, and what they say to the user; the first that fits counts."""


class AddressError(ValueError):
    """A server's address or token can't be used; the message is one Chinese line for the user."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a Chroma server is. The token is sent with every request and never shown."""

    url: str
    tenant: str = "default_tenant"
    database: str = "default_database"
    token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Raise AddressError when the address or the token can't be used."""
        _port(self.url)
        token = self.token or ""
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise AddressError(
                "POLICY_ASSISTANT_CHROMA_TOKEN 含有空白或非 ASCII 字符，不能作口令。请核对后再试。"
            )

    @property
    def headers(self) -> dict[str, str]:
        """Return what identifies us to the server or to a proxy before it."""
        if not self.token:
            return {}
        return {"Authorization": f"Bearer {self.token}", "X-Chroma-Token": self.token}


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
    store = _store(server, f"{_PREFIX}{key[:32]}", embeddings)
    search = HybridSearch(_lexical(home, key, documents, progress), store, documents)
    try:
        _fill(server, f"{_PREFIX}{key[:32]}", documents, embeddings, progress)
        search.load()
    except StoreError as error:
        progress.note(STORE_AWAY.format(place=server.url, fault=error))
    infos = {policy.id: policy.info for policy in library.policies}
    return PolicyRetriever(documents=documents, search=search, infos=infos)


def _port(url: str) -> int:
    """Return the port of an address; raises AddressError unless it is http(s)://host[:port]."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        parts, port = urlsplit(""), 0
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise AddressError(
            f"{_SETTING} 的值“{_shown(url)}”不是服务器地址。请写成 http://主机:8000 或 https://主机。"
        )
    if "@" in parts.netloc:
        raise AddressError(
            f"{_SETTING} 里不能写用户名和密码。请只写地址，口令放在 POLICY_ASSISTANT_CHROMA_TOKEN。"
        )
    return port


def _shown(url: str) -> str:
    """Return an address without what may be a password."""
    return url.rsplit("@", 1)[-1]


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


def _store(
    server: Server, name: str, embeddings: Embeddings, *, create: bool = False
) -> VectorStore:
    connect = partial(_opened, server, name, embeddings, create=create)
    return VectorStore(embeddings, connect, place=server.url, reason=_reason)


def _opened(
    server: Server, name: str, embeddings: Embeddings, store: VectorStore, *, create: bool
) -> Opened:
    client = _client(server)
    return client, collection(client, name, embeddings, create=create)


def _client(server: Server) -> ClientAPI:
    """Connect to a server; raises StoreError, or what the client raises."""
    import chromadb
    import httpx
    from chromadb.config import Settings

    timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    address = server.url.rstrip("/")
    # Chroma's client waits for ever, and asks the server before that can be changed.
    answer = httpx.get(
        f"{address}/api/v2/heartbeat", headers=server.headers, timeout=CONNECT_SECONDS
    )
    if answer.status_code in (401, 403):
        raise StoreError("服务器不接受口令，请检查 POLICY_ASSISTANT_CHROMA_TOKEN")
    if answer.status_code != httpx.codes.OK or "heartbeat" not in answer.text:
        raise StoreError("答复的不是 Chroma 服务器")
    parts = urlsplit(address)
    client = chromadb.HttpClient(
        host=parts.hostname or "",
        port=_port(address),
        ssl=parts.scheme == "https",
        headers=server.headers,
        settings=Settings(anonymized_telemetry=False),
        tenant=server.tenant,
        database=server.database,
    )
    api: Any = client
    api._server._session.timeout = timeout
    return client


def _reason(error: Exception) -> str:
    kinds = {kind.__name__ for kind in type(error).__mro__}
    found = next((said for name, said in _REASONS if name in kinds), None)
    return found or " ".join(str(error).split())[:200] or type(error).__name__


def _fill(
    server: Server,
    name: str,
    documents: Sequence[Document],
    embeddings: Embeddings,
    progress: Progress,
) -> None:
    """See to it that the collection is there and whole; raises StoreError."""
    try:
        client = _client(server)
        if _is_whole(client, name, len(documents)):
            _touch(client, name)
        else:
            _build(client, server, name, documents, embeddings, progress)
        _remove_stale(client, name)
    except StoreError:
        raise
    except Exception as error:  # Chroma's client raises ValueError, httpx's errors, bare ones
        raise StoreError(_reason(error)) from error


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
    store = _store(server, beside, embeddings, create=True)
    progress.start("正在建立向量索引", len(documents))
    try:
        store.open_now()
        _touch(client, beside)
        store.add(documents, progress.advance)
        _rename(client, beside, name, len(documents))
    finally:
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
