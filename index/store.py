"""Clause vectors in Chroma, through langchain-chroma; the embedding function is always ours."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import chromadb
import numpy as np
from chromadb.config import Settings
from chromadb.errors import ChromaError
from langchain_chroma import Chroma

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

COLLECTION = "clauses"
BATCH = 1024
_PAGE = 4096
_CONFIGURATION: CreateCollectionConfiguration = {
    "hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 400, "num_threads": 1}
}
"""One thread, so that the same documents always give the same graph and the same neighbours."""
_SETTINGS = Settings(anonymized_telemetry=False, allow_reset=False, is_persistent=True)


class StoreError(RuntimeError):
    """Chroma can't read or write its files."""


class VectorStore:
    """One Chroma collection in a folder, cosine space."""

    def __init__(self, client: Client, store: Chroma) -> None:
        self._client = client
        self._store = store
        self._collection = client.get_collection(COLLECTION, embedding_function=None)
        self._embeddings = cast("Embeddings", store.embeddings)

    @classmethod
    def create(cls, folder: Path, embeddings: Embeddings) -> VectorStore:
        """Make an empty collection in `folder`; raises StoreError."""
        with _translated():
            return cls._connected(folder, embeddings, create=True)

    @classmethod
    def open(cls, folder: Path, embeddings: Embeddings) -> VectorStore:
        """Open the collection kept in `folder`, which Chroma may write to; raises StoreError."""
        with _translated():
            return cls._connected(folder, embeddings, create=False)

    @classmethod
    def _connected(cls, folder: Path, embeddings: Embeddings, *, create: bool) -> VectorStore:
        client = cast("Client", chromadb.PersistentClient(path=str(folder), settings=_SETTINGS))
        store = Chroma(
            client=client,
            collection_name=COLLECTION,
            embedding_function=embeddings,
            collection_configuration=_CONFIGURATION,
            create_collection_if_not_exists=create,
        )
        return cls(client, store)

    def add(
        self, documents: Sequence[Document], advance: Callable[[int], None] = lambda _: None
    ) -> None:
        """Embed and add documents by their ids, reporting how many after each batch."""
        for start in range(0, len(documents), BATCH):
            batch = list(documents[start : start + BATCH])
            with _translated():
                self._store.add_documents(batch, ids=[str(document.id) for document in batch])
            advance(len(batch))

    def put(self, documents: Sequence[Document], vectors: Vectors) -> None:
        """Add documents with their vectors, or put them in the place of those with their ids."""
        for start in range(0, len(documents), BATCH):
            batch = documents[start : start + BATCH]
            rows: Any = vectors[start : start + BATCH]
            metadatas: Any = [document.metadata or None for document in batch]
            with _translated():
                self._collection.upsert(
                    ids=[str(document.id) for document in batch],
                    embeddings=rows,
                    documents=[document.page_content for document in batch],
                    metadatas=metadatas if any(metadatas) else None,
                )

    def drop(self, ids: Sequence[str]) -> None:
        """Remove the documents with these ids."""
        for start in range(0, len(ids), _PAGE):
            with _translated():
                self._collection.delete(ids=list(ids[start : start + _PAGE]))

    def embed(self, query: str) -> Vectors:
        """Return the unit vector of a question, shape (dimensions,)."""
        vector: Vectors = _unit(np.asarray([self._embeddings.embed_query(query)], np.float32))[0]
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
        with _translated():
            found = self._collection.query(
                query_embeddings=vector[None], n_results=top, where=where, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return {
            name: 1.0 - distance
            for name, distance in zip(found["ids"][0], distances[0], strict=True)
        }

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Return the unit vectors of the documents with these ids, in their order.

        Raises StoreError when one is missing.
        """
        rows: dict[str, Vectors] = {}
        for start in range(0, len(ids), _PAGE):
            with _translated():
                found = self._collection.get(
                    ids=list(ids[start : start + _PAGE]), include=["embeddings"]
                )
            embeddings = np.asarray(found["embeddings"], np.float32)
            rows |= dict(zip(found["ids"], embeddings, strict=True))
        try:
            return _unit(np.stack([rows[name] for name in ids]))
        except KeyError as error:
            raise StoreError(f"no vector of {error}") from error

    def __len__(self) -> int:
        """Return the number of documents."""
        return int(self._collection.count())

    def close(self) -> None:
        """Release the files."""
        self._client.close()


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return unit


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ChromaError as error:
        raise StoreError(str(error)) from error
