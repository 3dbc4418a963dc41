"""An index made from an earlier one is the index made anew, and costs only what changed."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from langchain_core.documents import Document

from index import contents
from index.build import Progress
from index.contents import read_search, write_search
from index.embedder import ClauseEmbeddings, load_embeddings
from index.entries import Entry, entries_of, find_earlier
from index.static_embedder import SHIPPED
from index.store import VectorStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

SUBJECTS = ("研发投入", "并购重组", "参加展览", "购置设备", "引进人才", "建设平台", "申请专利")
QUERIES = ("并购有什么奖励", "研发补助", "买设备", "第3号文件", "人才引进给多少", "展览展示", "😀")


def documents(numbers: Sequence[int], start: int = 0) -> list[Document]:
    """Return one document a number, its text decided by the number alone."""
    return [
        Document(
            id=f"p{number % 5}#{number}",
            page_content=f"第{number % 5}号文件\n"
            f"支持{SUBJECTS[number % 7]}。给予{number}万元奖励，{SUBJECTS[number % 3]}的加倍。",
            metadata={"policy": f"p{number % 5}", "start": start + number},
        )
        for number in numbers
    ]


def files(folder: Path) -> dict[str, bytes]:
    """Return the files of an index but Chroma's own and the manifest."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in paths}
    return {
        name: path.read_bytes()
        for name, path in named.items()
        if name != "manifest.json" and (not name.startswith("chroma/") or "vectors" in name)
    }


def found(folder: Path, given: list[Document], exact: int) -> list[object]:
    search = read_search(folder, given, load_embeddings())
    search._exact_numbers = exact
    search._vectors = search._vectors if exact else None
    return [search.find(query, 10) for query in QUERIES]


BASE = documents(range(40))
CHANGES: dict[str, list[Document]] = {
    "added": documents(range(45)),
    "removed": documents(range(5, 40)),
    "all but one removed": BASE[7:8],
    "changed": [*BASE[:3], *documents([103]), *BASE[4:]],
    "reordered": BASE[::-1],
    "moved in their file": documents(range(40), start=7),
    "the same twice": [*BASE, BASE[0].model_copy(update={"id": "again"})],
    "renamed": [BASE[0].model_copy(update={"id": "other"}), *BASE[1:]],
    "swapped ids": [
        BASE[0].model_copy(update={"id": BASE[1].id}),
        BASE[1].model_copy(update={"id": BASE[0].id}),
        *BASE[2:],
    ],
    "unchanged": BASE,
    "nothing in common": documents(range(200, 210)),
}


LOOSE = 0.1
"""Below this, which far neighbours the approximate graph proposes depends on its history."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    write_search(folder, BASE, load_embeddings())
    return folder


@pytest.mark.parametrize("change", CHANGES)
def test_the_result_of_a_change_is_that_of_a_full_build(
    base: Path, tmp_path: Path, change: str
) -> None:
    given = CHANGES[change]
    updated, anew = tmp_path / "updated", tmp_path / "anew"
    for folder in (updated, anew):
        folder.mkdir()
    write_search(updated, given, load_embeddings(), earlier=find_earlier(base, entries_of(given)))
    write_search(anew, given, load_embeddings())
    assert files(updated) == files(anew)
    assert found(updated, given, 10**9) == found(anew, given, 10**9)
    assert [
        [(hit.row, pytest.approx(hit.fused, abs=1e-5)) for hit in hits if hit.fused > LOOSE]  # type: ignore[attr-defined]
        for hits in found(updated, given, 0)
    ] == [[(h.row, h.fused) for h in hits if h.fused > LOOSE] for hits in found(anew, given, 0)]  # type: ignore[attr-defined]


def in_chroma(folder: Path) -> list[str]:
    """Return the texts in the collection as it lies in a folder."""
    store = VectorStore.open(folder, load_embeddings())
    try:
        with store._working() as opened:
            return sorted(opened._collection.get(include=["documents"])["documents"] or [])
    finally:
        store.close()


@pytest.mark.parametrize("change", ["added", "removed", "changed", "swapped ids", "unchanged"])
def test_chroma_is_brought_up_to_date_at_once_where_every_search_reads_it(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(contents, "EXACT_NUMBERS", 0)
    given, sealed = CHANGES[change], every_byte(base)
    write_search(tmp_path, given, load_embeddings(), earlier=find_earlier(base, entries_of(given)))
    assert in_chroma(tmp_path / "chroma") == sorted(one.page_content for one in given)
    assert every_byte(base) == sealed


def test_elsewhere_it_stays_as_it_is_until_it_is_opened(base: Path, tmp_path: Path) -> None:
    given, sealed = CHANGES["changed"], every_byte(base)
    write_search(tmp_path, given, load_embeddings(), earlier=find_earlier(base, entries_of(given)))
    assert found(tmp_path, given, 0)
    name = "chroma/chroma.sqlite3"
    assert (tmp_path / name).samefile(base / name)
    assert every_byte(base) == sealed
    copy = tmp_path / "copy"
    shutil.copytree(tmp_path / "chroma", copy)
    assert in_chroma(copy) == sorted(one.page_content for one in BASE)


def every_byte(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_no_text_is_taken_over_twice(base: Path) -> None:
    given = CHANGES["the same twice"]
    assert find_earlier(base, entries_of(given)).rows.tolist() == [*range(40), -1]
    given = [given[-1], *BASE[1:]]
    assert find_earlier(base, entries_of(given)).rows.tolist() == [*range(40)]
    assert find_earlier(base, entries_of(BASE[::-1])).rows.tolist() == [*range(39, -1, -1)]


def test_changes_follow_each_other(base: Path, tmp_path: Path) -> None:
    before = base
    for number, change in enumerate(("added", "changed", "removed", "moved in their file")):
        folder = tmp_path / str(number)
        folder.mkdir()
        given = CHANGES[change]
        write_search(
            folder, given, load_embeddings(), earlier=find_earlier(before, entries_of(given))
        )
        before = folder
    anew = tmp_path / "anew"
    anew.mkdir()
    write_search(anew, CHANGES["moved in their file"], load_embeddings())
    assert files(before) == files(anew)


class Counting(ClauseEmbeddings):
    """The shipped model, noting how many documents it embeds."""

    def __init__(self) -> None:
        super().__init__(load_embeddings()._encoder)
        self.count = 0

    def encode_words(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float32] | None:
        self.count += len(texts)
        return super().encode_words(texts)


def test_only_new_texts_are_embedded(base: Path, tmp_path: Path) -> None:
    given, embeddings = CHANGES["changed"], Counting()
    earlier = find_earlier(base, entries_of(given))
    assert (earlier.fresh.tolist(), earlier.changed) == ([3], 2)
    write_search(tmp_path, given, embeddings, earlier=earlier)
    assert embeddings.count == 1


def test_jieba_reads_each_text_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    cut: Callable[[str], list[str]] = __import__("index.words", fromlist=["cut"]).cut

    def noting(text: str) -> list[str]:
        read.append(text)
        return cut(text)

    monkeypatch.setattr("index.words.cut", noting)
    monkeypatch.setattr("index.words._SHORT", -1)  # else short sentences are kept from other tests
    write_search(tmp_path, BASE, load_embeddings())
    letters = sum(len(text.rstrip("\n")) for text in read)
    assert letters == sum(len(document.page_content.replace("\n", "")) for document in BASE)


@pytest.mark.parametrize("text", ["", "{", "[]", '[["a"]]', "null"])
def test_an_unreadable_list_of_documents_is_no_earlier_index(
    base: Path, tmp_path: Path, text: str
) -> None:
    (tmp_path / "documents.json").write_text(text, encoding="utf-8")
    try:
        earlier = find_earlier(tmp_path, entries_of(BASE))
    except (OSError, ValueError, TypeError):
        return
    assert (earlier.rows == -1).all()


def test_entries_are_named_by_what_they_hold(base: Path) -> None:
    rows = json.loads((base / "documents.json").read_text(encoding="utf-8"))
    entries = [Entry(*row) for row in rows]
    assert [entry.id for entry in entries] == [document.id for document in BASE]
    assert len({entry.text for entry in entries}) == len(BASE)


MANY = documents(range(520))


@pytest.fixture(scope="module")
def adapted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adapted")
    write_search(folder, MANY, load_embeddings(), adapt_from=SHIPPED)
    return folder


def test_an_adapted_index_is_the_same_every_time(adapted: Path, tmp_path: Path) -> None:
    write_search(tmp_path, MANY, load_embeddings(), adapt_from=SHIPPED)
    assert files(tmp_path) == files(adapted)
    facts = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["adaptation"]
    assert facts["documents"] == len(MANY)
    assert facts["epochs"] == 8
    assert 0 < facts["loss"] < 20
    assert len(facts["model_sha256"]) == 64


def test_a_change_keeps_the_adapted_model(adapted: Path, tmp_path: Path) -> None:
    given = documents(range(3, 520))
    write_search(
        tmp_path, given, load_embeddings(), earlier=find_earlier(adapted, entries_of(given))
    )
    kept = {name: data for name, data in files(adapted).items() if name.startswith("model/")}
    assert kept
    assert {name: files(tmp_path)[name] for name in kept} == kept
    search = read_search(tmp_path, given, load_embeddings())
    own = load_embeddings(str(adapted / "model")).encode_queries(["购置设备"])[0]
    assert search.store.embed("购置设备") == pytest.approx(own)
    assert own != pytest.approx(load_embeddings().encode_queries(["购置设备"])[0], abs=1e-3)


def test_breaking_off_an_adaptation_leaves_the_model_as_it_was(tmp_path: Path) -> None:
    notes: list[str] = []
    steps: list[str] = []

    def advance(count: int) -> None:
        if "适应" in steps[-1]:
            raise KeyboardInterrupt

    progress = Progress(lambda label, total: steps.append(label), advance, notes.append)
    write_search(tmp_path, MANY, load_embeddings(), progress=progress, adapt_from=SHIPPED)
    (line,) = notes
    assert "已跳过模型适应" in line
    assert (
        json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["adaptation"] is None
    )
    assert not (tmp_path / "model").exists()
    assert read_search(tmp_path, MANY, load_embeddings()).find("购置设备", 1)
