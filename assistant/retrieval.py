"""The retriever that the settings ask for: where its vectors are, and whether it re-ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.build import QUIET, Progress, open_index

if TYPE_CHECKING:
    from assistant.settings import Settings
    from corpus.library import Library
    from index.retriever import PolicyRetriever


def open_retriever(
    library: Library, settings: Settings, progress: Progress = QUIET
) -> PolicyRetriever:
    """Open the index of a library, building it first when needed.

    A re-ranker or a server that can't be used is noted in one line, and done without. Raises
    EmbeddingError, IndexFault or AddressError with one line for the user.
    """
    server = settings.server
    if server is None:
        retriever = open_index(
            library, settings.home, settings.model, progress, adapt=settings.adapts
        )
    else:
        from index.shared_index import open_on_server

        retriever = open_on_server(library, settings.home, server, settings.model, progress)
    return _with_reranker(retriever, settings.reranker, progress)


def _with_reranker(
    retriever: PolicyRetriever, name: str | None, progress: Progress
) -> PolicyRetriever:
    if name is None:
        return retriever
    from index.rerank import RerankError, load_reranker

    try:
        return retriever.model_copy(update={"reranker": load_reranker(name)})
    except RerankError as error:
        progress.note(f"{error}这次不重排。")
        return retriever
