"""What an index folder holds, written anew or from an earlier index of much the same documents.

    documents.json   of each document its id, a hash of its text, and one of all there is to it
    tokens/          the texts cut into pairs of characters, words and characters, as numbers
    lexical/         BM25 of all three
    chroma/          the vectors with texts and metadata, and beside them the vectors alone
    model/           the embedding model, where it was adapted to the documents
    manifest.json    how it was made, and a hash of each file (`index.folder`)

What an earlier index holds of the same texts is taken over; the result is the same, byte for byte
except for Chroma's own files, whose vectors are the same.
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from index import folder as folders
from index.embedder import ClauseEmbeddings, load_embeddings
from index.lexical import LexicalIndex
from index.search import HybridSearch
from index.store import KeptRows, StoreError, VectorStore, unit
from index.token_table import TokenTable
from index.words import bigrams, letters, sentences, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    Rows = NDArray[np.intp]
    Vectors = NDArray[np.float32]

LEXICAL, CHROMA, MODEL = "lexical", "chroma", "model"
_DOCUMENTS, _TOKENS = "documents.json", "tokens"
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


_CUTS = {"bigrams": bigrams, "pieces": _pieces, "letters": letters}


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a build reports: `start(label, total)`, `advance(count)`, and `note(line)` any time."""

    start: Callable[[str, int], None] = lambda label, total: None
    advance: Callable[[int], None] = lambda count: None
    note: Callable[[str], None] = lambda line: None


QUIET = Progress()


class Entry(NamedTuple):
    """A document in an index: its id, a hash of its text, and one of text, id and metadata."""

    id: str
    text: str
    record: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier index of much the same documents.

    `held` are its documents, `entries` those to index now; `rows` has for each of these the row
    that its text had there, -1 for a new one.
    """

    folder: Path
    held: tuple[Entry, ...]
    entries: tuple[Entry, ...]
    rows: Rows

    @property
    def fresh(self) -> Rows:
        """Return the rows of the new documents."""
        return np.flatnonzero(self.rows < 0)

    @property
    def changed(self) -> int:
        """Return how many documents are new or gone."""
        kept = np.unique(self.rows[self.rows >= 0]).size
        return self.fresh.size + len(self.held) - kept


def entries_of(documents: Iterable[Document]) -> tuple[Entry, ...]:
    """Return what tells documents apart."""
    return tuple(map(_entry, documents))


def find_earlier(folder: Path, entries: tuple[Entry, ...]) -> Earlier:
    """Compare documents with those of a sound index; raises OSError, ValueError or TypeError."""
    rows = json.loads((folder / _DOCUMENTS).read_text(encoding="utf-8"))
    held = tuple(Entry(*row) for row in rows)
    known = {entry.text: row for row, entry in enumerate(held)}
    found = [known.get(entry.text, -1) for entry in entries]
    return Earlier(folder, held, entries, np.array(found, np.intp))


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
    tables = _cut(documents, earlier, progress)
    made = dict(facts or {})
    if earlier:
        folders.copy_files(earlier.folder, folder / MODEL, MODEL)
    elif adapt_from:
        made["adaptation"] = _adapted(adapt_from, tables["pieces"], folder / MODEL, progress)
    embeddings = _embeddings_in(folder, embeddings)
    pieces = tables["pieces"].without(MARK)
    with ThreadPoolExecutor(1) as beside:  # numpy here and Chroma there leave each other a core
        words = beside.submit(_write_words, folder, tables, pieces)
        vectors = _vectors(documents, pieces, embeddings, earlier, progress)
        _store(folder, documents, vectors, embeddings, earlier)
        words.result()
    folders.seal(folder, key, made)


def read_search(
    folder: Path, documents: Sequence[Document], embeddings: Embeddings
) -> HybridSearch:
    """Open what `write_search` wrote, Chroma on a copy of its files.

    Raises OSError or StoreError.
    """
    copy = partial(folders.copy_files, folder, below=CHROMA)
    store = VectorStore.open(folder / CHROMA, _embeddings_in(folder, embeddings), copy)
    search = HybridSearch(LexicalIndex.load(folder / LEXICAL), store, documents)
    search.load()
    return search


def _cut(
    documents: Sequence[Document], earlier: Earlier | None, progress: Progress
) -> dict[str, TokenTable]:
    """Cut the texts that the earlier index doesn't hold, and take over the others."""
    rows = earlier.fresh.tolist() if earlier else range(len(documents))
    progress.start("正在建立词语索引", len(documents))
    progress.advance(len(documents) - len(rows))
    texts = [documents[row].page_content for row in rows]

    def cut_and_report(text: str) -> list[str]:
        progress.advance(1)
        return _pieces(text)

    cuts = {**_CUTS, "pieces": cut_and_report}
    fresh = {name: TokenTable.of(map(cut, texts)) for name, cut in cuts.items()}
    if earlier is None:
        return fresh
    held = {name: TokenTable.load(earlier.folder / _TOKENS / name) for name in fresh}
    order = earlier.rows.copy()
    order[earlier.fresh] = len(earlier.held) + np.arange(len(rows))
    return {name: held[name].joined(table, order) for name, table in fresh.items()}


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


def _write_words(folder: Path, tables: Mapping[str, TokenTable], pieces: TokenTable) -> None:
    LexicalIndex.of([tables["bigrams"], pieces, tables["letters"]]).save(folder / LEXICAL)
    for name, table in tables.items():
        table.save(folder / _TOKENS / name)


def _vectors(
    documents: Sequence[Document],
    words: TokenTable,
    embeddings: Embeddings,
    earlier: Earlier | None,
    progress: Progress,
) -> Vectors:
    """Embed the documents that the earlier index doesn't hold, and take over the others."""
    rows = earlier.fresh if earlier else np.arange(len(documents))
    progress.start("正在建立向量索引", len(documents))
    progress.advance(len(documents) - len(rows))
    batches = []
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH].tolist()
        texts = [documents[row].page_content for row in batch]
        batches.append(unit(_embed(texts, embeddings, words, batch)))
        progress.advance(len(batch))
    if earlier is None:
        return np.concatenate(batches)
    held = KeptRows.read(earlier.folder / CHROMA)
    if held is None:
        raise StoreError(f"no vectors in {earlier.folder}")
    vectors: Vectors = held.vectors[np.maximum(earlier.rows, 0)]
    if batches:
        vectors[rows] = np.concatenate(batches)
    return vectors


def _store(
    folder: Path,
    documents: Sequence[Document],
    vectors: Vectors,
    embeddings: Embeddings,
    earlier: Earlier | None,
) -> None:
    """Write the documents with their vectors into Chroma, or only what changed."""
    held = {entry.id: entry.record for entry in earlier.held} if earlier else {}
    entries = earlier.entries if earlier else entries_of(documents)
    (folder / _DOCUMENTS).write_text(json.dumps(entries), encoding="utf-8")
    changed = [row for row, entry in enumerate(entries) if held.get(entry.id) != entry.record]
    if earlier:
        folders.copy_files(earlier.folder, folder / CHROMA, CHROMA)
        store = VectorStore.open(folder / CHROMA, embeddings)
    else:
        store = VectorStore.create(folder / CHROMA, embeddings)
    try:
        store.drop(sorted(held.keys() - {entry.id for entry in entries}))
        store.put([documents[row] for row in changed], vectors[changed])
        KeptRows.write(folder / CHROMA, [entry.id for entry in entries], vectors)
    finally:
        store.close()


def _embed(texts: list[str], embeddings: Embeddings, words: TokenTable, rows: list[int]) -> Vectors:
    """Return the vectors of documents, from their words where the model reads words."""
    if isinstance(embeddings, ClauseEmbeddings):
        vectors = embeddings.encode_words([words.text(row) for row in rows])
        return embeddings.encode_documents(texts) if vectors is None else vectors
    return np.asarray(embeddings.embed_documents(texts), np.float32)


def _embeddings_in(folder: Path, embeddings: Embeddings) -> Embeddings:
    """Return the embeddings of the model kept in an index folder, if there is one."""
    return load_embeddings(str(folder / MODEL)) if (folder / MODEL).is_dir() else embeddings


def _entry(document: Document) -> Entry:
    text = _hash(document.page_content)
    place = (document.id, sorted(document.metadata.items()))
    return Entry(str(document.id), text, _hash(f"{text}{place!r}"))


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
