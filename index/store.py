"""Clause vectors in Chroma, through langchain-chroma; the embedding function is always ours."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import chromadb
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

COLLECTION = "clauses"
BATCH = 256
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

    def similarities(self, query: str, top: int) -> dict[str, float]:
        """Return the `top` nearest documents' cosine similarities (-1 to 1) by id."""
        found = self._store.similarity_search_with_score(query, k=top)
        return {str(document.id): 1.0 - distance for document, distance in found}

    def __len__(self) -> int:
        """Return the number of documents."""
        return int(self._client.get_collection(COLLECTION, embedding_function=None).count())

    def close(self) -> None:
        """Release the files."""
        self._client.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ChromaError as error:
        raise StoreError(str(error)) from error
