"""What an index folder holds, written anew or from an earlier index of much the same documents.

    documents.json   of each document its id and a hash of its text
    lexical/         BM25 of pairs of characters, words and characters
    chroma/          the vectors with texts and metadata, and beside them the vectors alone
    model/           the embedding model, where it was adapted to the documents
    manifest.json    how it was made, and a hash of each file (`index.folder`)

What an earlier index holds of the same texts is taken over; the result is the same, byte for byte
except for Chroma's own files. While all vectors are compared by themselves nothing reads these, so
they stay those of the last full build, and are brought up to date in the copy that Chroma opens.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from index import folder as folders
from index.embedder import ClauseEmbeddings, load_embeddings
from index.entries import entries_of, records_of, write_entries
from index.lexical import LETTERS, LexicalIndex, write_part
from index.search import EXACT_NUMBERS, HybridSearch
from index.store import KeptRows, StoreError, VectorStore, unit
from index.token_table import TokenTable
from index.words import bigrams, letters, sentences, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    from index.entries import Earlier

    Vectors = NDArray[np.float32]

LEXICAL, CHROMA, MODEL = "lexical", "chroma", "model"
_RECORDS = "records.json"
"""What Chroma holds: of each document its id and a hash of all there is to it."""
_BATCH = 512
MARK = "|"
"""Stands between the sentences of a text; no word is like it."""
_ENDS = ("。", "；", "：", "！", "？", ";", ":", "!", "?")
LARGE_CHANGE = 0.2
"""From this share of new and removed documents on, an index is made anew."""


def _pieces(text: str) -> list[str]:
    """Return the words of a text with a mark between its headings and each of its sentences.

    Headings are the first lines that don't end as sentences do.
    """
    *lines, last = text.split("\n")
    count = next((row for row, line in enumerate(lines) if line.endswith(_ENDS)), len(lines))
    rest = "\n".join((*lines[count:], last))
    parts = ["\n".join(lines[:count]), *sentences(rest)]
    return [word for part in parts for word in (MARK, *words(part))][1:]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a build reports: `start(label, total)`, `advance(count)`, and `note(line)` any time."""

    start: Callable[[str, int], None] = lambda label, total: None
    advance: Callable[[int], None] = lambda count: None
    note: Callable[[str], None] = lambda line: None


QUIET = Progress()


def write_search(
    folder: Path,
    documents: Sequence[Document],
    embeddings: Embeddings,
    key: str = "",
    progress: Progress = QUIET,
    *,
    earlier: Earlier | None = None,
    adapt_from: Path | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Index documents (at least one, each with an id) into an empty folder, sealed under a key.

    `adapt_from` is the folder of a static model to adapt to the documents, None to take the
    embeddings as they are; an `earlier` index hands on its model. `facts` go into the manifest.
    Raises OSError or StoreError when the folder can't be written.
    """
    rows = earlier.fresh if earlier else np.arange(len(documents))
    fresh = [documents[row] for row in rows.tolist()]
    held = earlier.rows if earlier else np.full(len(documents), -1)
    made, taken = dict(facts or {}), {}
    progress.start("正在建立词语索引", len(documents))
    progress.advance(len(documents) - len(fresh))
    with ThreadPoolExecutor(2) as beside:  # while jieba works here, numpy has the other core

        def index(name: str, table: TokenTable) -> Future[None]:
            before = earlier.folder / LEXICAL if earlier else None
            return beside.submit(write_part, folder / LEXICAL, name, table, before, held)

        parts = [index("bigrams", _cut(fresh, bigrams)), index(LETTERS, _cut(fresh, letters))]
        pieces = _cut(fresh, _pieces, progress)
        words = pieces.without(MARK)
        parts.append(index("words", words))
        if earlier:
            taken = folders.link_files(earlier.folder, folder, MODEL)
        elif adapt_from:
            made["adaptation"] = _adapted(adapt_from, pieces, folder / MODEL, progress)
        embeddings = _embeddings_in(folder, embeddings)
        vectors = _vectors(fresh, len(documents), words, embeddings, progress)
        if earlier:
            vectors = _joined(vectors, earlier)
        taken |= _store(folder, documents, vectors, embeddings, earlier)
        for part in parts:
            part.result()
    folders.seal(folder, key, made, taken)


def read_search(
    folder: Path, documents: Sequence[Document], embeddings: Embeddings
) -> HybridSearch:
    """Open what `write_search` wrote, Chroma on a copy of its files.

    Raises OSError or StoreError.
    """
    embeddings = _embeddings_in(folder, embeddings)
    copy = partial(_copy_chroma, folder, documents, embeddings)
    store = VectorStore.open(folder / CHROMA, embeddings, copy)
    search = HybridSearch(LexicalIndex.load(folder / LEXICAL), store, documents)
    search.load()
    return search


def _cut(
    documents: Sequence[Document], cut: Callable[[str], list[str]], progress: Progress = QUIET
) -> TokenTable:
    """Cut texts, reporting each."""

    def cut_and_report(document: Document) -> list[str]:
        progress.advance(1)
        return cut(document.page_content)

    return TokenTable.of(map(cut_and_report, documents))


def _adapted(
    model: Path, pieces: TokenTable, folder: Path, progress: Progress
) -> dict[str, Any] | None:
    """Adapt a model; None when the user breaks it off, which leaves the rest of the build alone."""
    from index.adapt import adapt

    def start(total: int) -> None:
        progress.start("正在让模型适应这些文件（Ctrl+C 跳过）", total)

    try:
        return adapt(model, pieces, MARK, folder, start, lambda: progress.advance(1))
    except KeyboardInterrupt:
        folders.remove(folder)
        progress.note("已跳过模型适应，索引改用未经适应的模型；删除索引文件夹后可重新适应。")
        return None


def _vectors(
    fresh: Sequence[Document],
    total: int,
    words: TokenTable,
    embeddings: Embeddings,
    progress: Progress,
) -> Vectors:
    """Embed the documents that the earlier index doesn't hold, shape (fresh, dimensions)."""
    progress.start("正在建立向量索引", total)
    progress.advance(total - len(fresh))
    batches = []
    for start in range(0, len(fresh), _BATCH):
        texts = [document.page_content for document in fresh[start : start + _BATCH]]
        rows = range(start, start + len(texts))
        batches.append(unit(_embed(texts, embeddings, words, rows)))
        progress.advance(len(texts))
    return np.concatenate(batches) if batches else np.zeros((0, 0), np.float32)


def _joined(fresh: Vectors, earlier: Earlier) -> Vectors:
    """Return the vectors of all documents, those that the earlier index holds taken from there."""
    held = KeptRows.read(earlier.folder / CHROMA)
    if held is None:
        raise StoreError(f"no vectors in {earlier.folder}")
    vectors: Vectors = held.vectors[np.maximum(earlier.rows, 0)]
    if len(fresh):
        vectors[earlier.fresh] = fresh
    return vectors


def _store(
    folder: Path,
    documents: Sequence[Document],
    vectors: Vectors,
    embeddings: Embeddings,
    earlier: Earlier | None,
) -> dict[str, str]:
    """Write the vectors, and the documents into Chroma; return the hashes of files taken over."""
    chroma = folder / CHROMA
    entries = earlier.entries if earlier else entries_of(documents)
    write_entries(folder, entries)
    if earlier and vectors.size > EXACT_NUMBERS:
        folders.copy_files(earlier.folder, chroma, CHROMA)
        _bring_up_to_date(chroma, documents, vectors, embeddings)
    elif earlier is None:
        _fill(VectorStore.create(chroma, embeddings), documents, range(len(documents)), vectors)
        _write_records(chroma, records_of(documents))
    chroma.mkdir(exist_ok=True)
    KeptRows.write(chroma, [entry.id for entry in entries], vectors)
    return folders.link_files(earlier.folder, folder, CHROMA) if earlier else {}


def _copy_chroma(
    folder: Path, documents: Sequence[Document], embeddings: Embeddings, place: Path
) -> None:
    """Copy Chroma's files, and make the copy hold the documents; raises OSError or StoreError."""
    folders.copy_files(folder, place, CHROMA)
    kept = KeptRows.read(place)
    if kept is None:
        raise StoreError(f"no vectors in {folder}")
    if kept.vectors.size <= EXACT_NUMBERS:  # else it was done when the index was written
        _bring_up_to_date(place, documents, kept.vectors, embeddings)


def _bring_up_to_date(
    chroma: Path, documents: Sequence[Document], vectors: Vectors, embeddings: Embeddings
) -> None:
    """Make Chroma hold the documents, whatever it held before; raises OSError or StoreError."""
    held = json.loads((chroma / _RECORDS).read_text(encoding="utf-8"))
    records = records_of(documents)
    gone = sorted(held.keys() - records.keys())
    changed = [
        row for row, (name, record) in enumerate(records.items()) if held.get(name) != record
    ]
    if gone or changed:
        _fill(VectorStore.open(chroma, embeddings), documents, changed, vectors, gone)
        _write_records(chroma, records)


def _write_records(chroma: Path, records: Mapping[str, str]) -> None:
    (chroma / _RECORDS).write_text(json.dumps(records), encoding="utf-8")


def _fill(
    store: VectorStore,
    documents: Sequence[Document],
    rows: Sequence[int],
    vectors: Vectors,
    gone: Sequence[str] = (),
) -> None:
    """Put some of the documents into Chroma, and remove those that are gone."""
    try:
        store.drop(gone)
        store.put([documents[row] for row in rows], vectors[list(rows)])
    finally:
        store.close()


def _embed(
    texts: list[str], embeddings: Embeddings, words: TokenTable, rows: Iterable[int]
) -> Vectors:
    """Return the vectors of documents, from their words where the model reads words."""
    if isinstance(embeddings, ClauseEmbeddings):
        vectors = embeddings.encode_words([words.text(row) for row in rows])
        return embeddings.encode_documents(texts) if vectors is None else vectors
    return np.asarray(embeddings.embed_documents(texts), np.float32)


def _embeddings_in(folder: Path, embeddings: Embeddings) -> Embeddings:
    """Return the embeddings of the model kept in an index folder, if there is one."""
    return load_embeddings(str(folder / MODEL)) if (folder / MODEL).is_dir() else embeddings
