"""Clause vectors in Chroma, through langchain-chroma; the embedding function is always ours.

A store in a folder keeps a copy of its vectors beside Chroma's files, row by row: what needs only
the vectors, such as the exact search of a small library, never opens Chroma (half a second).
A store on a server is the same collection under a name of its own, see `index.server`.
"""

from __future__ import annotations

import json
import time
import weakref
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np

from index.locks import make_folder
from index.static_embedder import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Opened = tuple[Callable[[], None], Chroma]

COLLECTION = "clauses"
BATCH = 1024
PATIENCE_SECONDS = 30
"""How long a store that failed is left alone before it is tried again."""
MAPPED_BYTES = 8 * 2**20
"""Copied vectors larger than this stay on disk, memory-mapped."""

_PAGE = 4096
_CONFIGURATION: CreateCollectionConfiguration = {
    "hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 400, "num_threads": 1}
}
"""One thread, so that the same documents always give the same graph and the same neighbours."""
_ROWS, _IDS = "vectors.npy", "vectors.ids.json"


class StoreError(RuntimeError):
    """Chroma can't read or write its files, or its server can't be reached."""


@dataclass(frozen=True, slots=True)
class KeptRows:
    """A copy of a store's unit vectors, and which document has which row."""

    vectors: Vectors
    numbers: Mapping[str, int]

    @classmethod
    def read(cls, folder: Path) -> KeptRows | None:
        """Read what `write` wrote, None when it isn't there or isn't sound."""
        try:
            is_large = (folder / _ROWS).stat().st_size > MAPPED_BYTES
            rows = np.load(folder / _ROWS, mmap_mode="r" if is_large else None, allow_pickle=False)
            ids = json.loads((folder / _IDS).read_text(encoding="utf-8"))
        except (OSError, ValueError, EOFError):
            return None
        if rows.ndim != 2 or rows.dtype != np.float32 or len(rows) != len(ids):
            return None
        return cls(rows, {name: row for row, name in enumerate(ids)})

    @staticmethod
    def write(folder: Path, ids: Sequence[str], vectors: Vectors) -> None:
        """Write the unit vectors of documents beside Chroma's files; raises OSError."""
        np.save(folder / _ROWS, vectors, allow_pickle=False)
        (folder / _IDS).write_text(json.dumps(list(ids)), encoding="utf-8")

    def take(self, ids: Sequence[str]) -> Vectors:
        """Return the rows of some documents, without copying when it is all; KeyError for none."""
        numbers = [self.numbers[name] for name in ids]
        return self.vectors if numbers == list(range(len(self.numbers))) else self.vectors[numbers]


class VectorStore:
    """One Chroma collection in cosine space, opened when something first needs it.

    Safe to share between threads. After a failure every call raises StoreError at once until
    `PATIENCE_SECONDS` have passed; then the next call tries to open it anew.
    """

    def __init__(
        self,
        embeddings: Embeddings,
        connect: Callable[[VectorStore], Opened],
        kept: KeptRows | None = None,
        place: str = "",
        reason: Callable[[Exception], str] = str,
    ) -> None:
        """Take how to open the collection, and the copy of its vectors if there is one.

        `place` says to the user where the collection is, `reason` in a few words why a call of its
        client failed.
        """
        self.embeddings = embeddings
        self.place = place
        self._reason = reason
        self._connect = connect
        self._kept = kept
        self._opened: tuple[Callable[[], object], Chroma] | None = None
        self._tried_at = -float("inf")
        self._fault: StoreError | None = None
        self._lock = RLock()

    @classmethod
    def create(cls, folder: Path, embeddings: Embeddings) -> VectorStore:
        """Make an empty collection in `folder`; raises StoreError."""
        connect = partial(_in_folder, folder, embeddings, create=True)
        store = cls(embeddings, connect, place=str(folder))
        store.open_now()
        return store

    @classmethod
    def open(
        cls,
        folder: Path,
        embeddings: Embeddings,
        copy: Callable[[Path], None] | None = None,
    ) -> VectorStore:
        """Open the collection kept in `folder`, which Chroma may write to; raises StoreError.

        With `copy`, which copies Chroma's files into a folder, Chroma works on such a copy, removed
        with the store, and is opened only when the vectors beside it are not enough.
        """
        kept = KeptRows.read(folder)
        connect = (
            partial(_in_folder, folder, embeddings)
            if copy is None
            else partial(_in_copy, copy, embeddings)
        )
        store = cls(embeddings, connect, kept, place=str(folder))
        if copy is None or kept is None:
            store.open_now()
        return store

    def open_now(self) -> None:
        """Open the collection unless it is open; raises StoreError."""
        self._open_collection()

    def add(
        self, documents: Sequence[Document], advance: Callable[[int], None] = lambda _: None
    ) -> None:
        """Embed and add documents by their ids, reporting how many after each batch."""
        for start in range(0, len(documents), BATCH):
            batch = list(documents[start : start + BATCH])
            with self._working() as store:
                store.add_documents(batch, ids=[str(document.id) for document in batch])
            advance(len(batch))

    def put(self, documents: Sequence[Document], vectors: Vectors) -> None:
        """Add documents with their vectors, or put them in the place of those with their ids."""
        for start in range(0, len(documents), BATCH):
            batch = documents[start : start + BATCH]
            rows: Any = vectors[start : start + BATCH]
            metadatas: Any = [document.metadata or None for document in batch]
            with self._working() as store:
                store._collection.upsert(
                    ids=[str(document.id) for document in batch],
                    embeddings=rows,
                    documents=[document.page_content for document in batch],
                    metadatas=metadatas if any(metadatas) else None,
                )

    def drop(self, ids: Sequence[str]) -> None:
        """Remove the documents with these ids."""
        for start in range(0, len(ids), _PAGE):
            with self._working() as store:
                store._collection.delete(ids=list(ids[start : start + _PAGE]))

    def embed(self, query: str) -> Vectors:
        """Return the unit vector of a question, shape (dimensions,)."""
        row = np.asarray([self.embeddings.embed_query(query)], np.float32)
        vector: Vectors = unit(row)[0]
        return vector

    def nearest(
        self, vector: Vectors, top: int, policies: Sequence[str] | None = None
    ) -> dict[str, float]:
        """Return the cosines (-1 to 1) of the `top` documents nearest to a unit vector, by id.

        `policies` limits the documents by their metadata field of that name. Raises StoreError.
        """
        if policies is not None and not policies:
            return {}
        where: Any = None if policies is None else {"policy": {"$in": list(policies)}}
        with self._working() as store:
            found = store._collection.query(
                query_embeddings=vector[None], n_results=top, where=where, include=["distances"]
            )
        distances = np.asarray((found["distances"] or [[]])[0], np.float32)
        cosines = (np.float32(1) - distances).tolist()
        return dict(zip(found["ids"][0], cosines, strict=True))

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Return the unit vectors of the documents with these ids, in their order.

        Raises StoreError when one is missing.
        """
        try:
            if self._kept is not None:
                return self._kept.take(ids)
            rows = self._read(ids)
            return unit(np.stack([rows[name] for name in ids]))
        except KeyError as error:
            raise StoreError(f"no vector of {error}") from error

    def __len__(self) -> int:
        """Return the number of documents."""
        with self._working() as store:
            return int(store._collection.count())

    def close(self) -> None:
        """Release the files or the connection."""
        with self._lock:
            if self._opened:
                self._opened[0]()
            self._opened = None

    def _read(self, ids: Sequence[str]) -> dict[str, Vectors]:
        rows: dict[str, Vectors] = {}
        for start in range(0, len(ids), _PAGE):
            with self._working() as store:
                page = list(ids[start : start + _PAGE])
                found = store._collection.get(ids=page, include=["embeddings"])
            embeddings = np.asarray(found["embeddings"], np.float32)
            rows |= dict(zip(found["ids"], embeddings, strict=True))
        return rows

    @contextmanager
    def _working(self) -> Iterator[Chroma]:
        """Give the opened collection; whatever Chroma raises becomes StoreError."""
        store = self._open_collection()
        with self._noting_faults():
            yield store

    def _open_collection(self) -> Chroma:
        with self._lock:
            if self._fault and time.monotonic() - self._tried_at < PATIENCE_SECONDS:
                raise StoreError(str(self._fault)) from self._fault
            if self._opened is None:
                with self._noting_faults():
                    close, opened = self._connect(self)
                finalizer = weakref.finalize(self, close)
                finalizer.atexit = False
                self._opened = finalizer, opened
            return self._opened[1]

    @contextmanager
    def _noting_faults(self) -> Iterator[None]:
        try:
            yield
        except (EmbeddingError, OSError):
            raise
        except StoreError as error:
            self._note(error)
            raise
        except Exception as error:  # Chroma's clients raise ValueError, httpx's errors, bare ones
            fault = StoreError(self._reason(error))
            self._note(fault)
            raise fault from error
        self._fault = None

    def _note(self, fault: StoreError) -> None:
        with self._lock:
            self._fault, self._tried_at = fault, time.monotonic()
            self.close()


def collection(client: ClientAPI, name: str, embeddings: Embeddings, *, create: bool) -> Chroma:
    """Return a client's collection of this name behind LangChain's interface."""
    from langchain_chroma import Chroma

    return Chroma(
        client=client,
        collection_name=name,
        embedding_function=embeddings,
        collection_configuration=_CONFIGURATION,
        create_collection_if_not_exists=create,
    )


def _in_folder(
    folder: Path, embeddings: Embeddings, store: VectorStore, *, create: bool = False
) -> Opened:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False, allow_reset=False, is_persistent=True)
    client: Any = chromadb.PersistentClient(path=str(folder), settings=settings)
    opened = collection(client, COLLECTION, embeddings, create=create)
    return client.close, opened


def _in_copy(copy: Callable[[Path], None], embeddings: Embeddings, store: VectorStore) -> Opened:
    place, remove = make_folder()
    weakref.finalize(store, remove)
    copy(place)
    return _in_folder(place, embeddings, store)


def unit(rows: Vectors) -> Vectors:
    """Return rows at length 1; those of length 0 stay so."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Vectors = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return found
