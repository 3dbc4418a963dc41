"""The list of an index's documents: tells what an earlier index holds of those to index now."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from langchain_core.documents import Document
    from numpy.typing import NDArray

    Rows = NDArray[np.intp]

_FILE = "documents.json"


class Entry(NamedTuple):
    """A document in an index: its id, and a hash of its text."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier index of much the same documents.

    `held` are its documents, `entries` those to index now; `rows` has for each of these the row
    that its text had there, each row once, -1 for a new one.
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
        return 2 * self.fresh.size + len(self.held) - len(self.entries)


def entries_of(documents: Iterable[Document]) -> tuple[Entry, ...]:
    """Return what tells documents apart."""
    return tuple(map(_entry, documents))


def write_entries(folder: Path, entries: Iterable[Entry]) -> None:
    """Write the list of the documents that a folder holds; raises OSError."""
    (folder / _FILE).write_text(json.dumps(list(entries)), encoding="utf-8")


def read_entries(folder: Path) -> tuple[Entry, ...]:
    """Read what `write_entries` wrote; raises OSError, ValueError or TypeError for others."""
    rows = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    return tuple(Entry(*row) for row in rows)


def find_earlier(folder: Path, entries: tuple[Entry, ...]) -> Earlier:
    """Compare documents with those of a sound index; raises OSError, ValueError or TypeError."""
    held = read_entries(folder)
    return Earlier(folder, held, entries, _rows(held, entries))


def records_of(documents: Iterable[Document]) -> dict[str, str]:
    """Return by id a hash of all there is to a document: its text and its metadata."""
    return {
        str(document.id): _hash(repr((document.page_content, sorted(document.metadata.items()))))
        for document in documents
    }


def _rows(held: tuple[Entry, ...], entries: tuple[Entry, ...]) -> Rows:
    """Return where each text was held: under its own id, else wherever it is left over."""
    known = {entry: row for row, entry in enumerate(held)}
    found = [known.pop(entry, -1) for entry in entries]
    left = {entry.text: row for entry, row in known.items()}
    for row, entry in enumerate(entries):
        if found[row] < 0:
            found[row] = left.pop(entry.text, -1)
    return np.array(found, np.intp)


def _entry(document: Document) -> Entry:
    return Entry(str(document.id), _hash(document.page_content))


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
