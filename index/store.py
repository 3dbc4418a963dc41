"""Clause vectors in Chroma, through langchain-chroma; the embedding function is always ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import chromadb
from chromadb.config import Settings
from langchain_chroma import Chroma

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings

COLLECTION = "clauses"
BATCH = 256
_SETTINGS = Settings(anonymized_telemetry=False, allow_reset=False, is_persistent=True)


class VectorStore:
    """One Chroma collection in a folder, cosine space."""

    def __init__(self, client: chromadb.ClientAPI, store: Chroma) -> None:
        self._client = client
        self._store = store

    @classmethod
    def open(cls, folder: Path, embeddings: Embeddings, *, create: bool = False) -> VectorStore:
        """Open (or with `create`, make) the collection kept in `folder`."""
        client = chromadb.PersistentClient(path=str(folder), settings=_SETTINGS)
        store = Chroma(
            client=client,
            collection_name=COLLECTION,
            embedding_function=embeddings,
            collection_configuration={"hnsw": {"space": "cosine"}},
            create_collection_if_not_exists=create,
        )
        return cls(client, store)

    def add(
        self, documents: Sequence[Document], advance: Callable[[int], None] = lambda _: None
    ) -> None:
        """Embed and add documents by their ids, reporting how many after each batch."""
        for start in range(0, len(documents), BATCH):
            batch = list(documents[start : start + BATCH])
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
