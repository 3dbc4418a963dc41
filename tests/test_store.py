"""Vectors go into Chroma and come back as cosines; nothing is reported to anyone."""

from __future__ import annotations

import gc
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings

from index.store import KeptRows, StoreError, VectorStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DIRECTIONS = {"东": [1.0, 0.0], "北": [0.0, 1.0], "东北": [0.8, 0.6], "西": [-1.0, 0.0]}


class Compass(Embeddings):
    """Embeds the four words of DIRECTIONS as what they say."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [DIRECTIONS[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return DIRECTIONS[text]


def documents() -> list[Document]:
    return [
        Document(id=word, page_content=word, metadata={"policy": "正" if len(word) == 1 else "斜"})
        for word in DIRECTIONS
    ]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VectorStore]:
    made = VectorStore.create(tmp_path / "chroma", Compass())
    made.add(documents())
    yield made
    made.close()


def test_nearest_are_cosines_best_first(store: VectorStore) -> None:
    found = store.nearest(store.embed("东"), 4)
    assert found == pytest.approx({"东": 1.0, "东北": 0.8, "北": 0.0, "西": -1.0}, abs=1e-6)
    assert list(store.nearest(store.embed("北"), 2)) == ["北", "东北"]


def test_nearest_of_some_policies(store: VectorStore) -> None:
    vector = store.embed("东")
    assert list(store.nearest(vector, 4, ["斜"])) == ["东北"]
    assert set(store.nearest(vector, 4, ["正", "斜"])) == set(DIRECTIONS)
    assert store.nearest(vector, 4, []) == store.nearest(vector, 4, ["无"]) == {}


def test_vectors_come_in_the_order_asked_for(store: VectorStore) -> None:
    rows = store.vectors(["西", "东北", "东"])
    assert rows.dtype == np.float32
    assert rows == pytest.approx(np.array([[-1, 0], [0.8, 0.6], [1, 0]]), abs=1e-6)
    with pytest.raises(StoreError, match="南"):
        store.vectors(["东", "南"])


def test_vectors_have_unit_length(tmp_path: Path) -> None:
    made = VectorStore.create(tmp_path / "chroma", DeterministicFakeEmbedding(size=8))
    made.add([Document(id=str(n), page_content=str(n), metadata={}) for n in range(5000)])
    ids = [str(n) for n in range(4999, -1, -1)]
    rows = made.vectors(ids)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(5000), abs=1e-5)
    assert rows[0] @ made.embed("4999") == pytest.approx(1, abs=1e-5)
    made.close()


def test_collection_is_kept_on_disk(tmp_path: Path, store: VectorStore) -> None:
    store.close()
    opened = VectorStore.open(tmp_path / "chroma", Compass())
    assert len(opened) == len(DIRECTIONS)
    assert list(opened.nearest(opened.embed("东"), 1)) == ["东"]
    opened.close()


def test_batches_are_reported(tmp_path: Path) -> None:
    many = [Document(id=str(n), page_content=str(n), metadata={}) for n in range(2600)]
    made = VectorStore.create(tmp_path / "chroma", DeterministicFakeEmbedding(size=8))
    steps: list[int] = []
    made.add(many, steps.append)
    assert steps == [1024, 1024, 552]
    assert len(made) == 2600
    made.close()


def test_missing_collection_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        VectorStore.open(tmp_path / "none", Compass())


def test_telemetry_is_off(store: VectorStore) -> None:
    assert store._opened is not None
    settings = store._opened[1]._client.get_settings()
    assert settings.anonymized_telemetry is False
    assert settings.chroma_otel_collection_endpoint in (None, "")


def kept(tmp_path: Path, store: VectorStore) -> Path:
    """Keep the vectors beside Chroma's files and return the folder."""
    folder = tmp_path / "chroma"
    KeptRows.write(folder, list(DIRECTIONS), store.vectors(list(DIRECTIONS)))
    store.close()
    return folder


def refuse(target: Path) -> None:
    raise AssertionError("Chroma's files were copied")


def test_vectors_kept_beside_are_read_without_chroma(tmp_path: Path, store: VectorStore) -> None:
    before = store.vectors(["西", "东北", "东"])
    lazy = VectorStore.open(kept(tmp_path, store), Compass(), refuse)
    assert np.array_equal(lazy.vectors(["西", "东北", "东"]), before)
    assert np.array_equal(lazy.vectors(list(DIRECTIONS))[3], before[0])
    with pytest.raises(StoreError, match="南"):
        lazy.vectors(["南"])


def test_chroma_is_opened_on_a_copy_when_it_is_needed(tmp_path: Path, store: VectorStore) -> None:
    folder = kept(tmp_path, store)
    copies: list[Path] = []

    def copy(target: Path) -> None:
        copies.append(target)
        shutil.copytree(folder, target, dirs_exist_ok=True)

    lazy = VectorStore.open(folder, Compass(), copy)
    assert copies == []
    assert list(lazy.nearest(lazy.embed("东"), 1)) == ["东"]
    assert list(lazy.nearest(lazy.embed("北"), 1)) == ["北"]
    (place,) = copies
    del lazy
    gc.collect()
    assert not place.exists()


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY garbage", b"x" * 1000])
def test_damaged_vectors_beside_are_done_without(
    tmp_path: Path, store: VectorStore, content: bytes
) -> None:
    wanted = store.vectors(["东"])
    folder = kept(tmp_path, store)
    (folder / "vectors.npy").write_bytes(content)
    opened = VectorStore.open(folder, Compass())
    assert np.array_equal(opened.vectors(["东"]), wanted)
    opened.close()


def test_rows_of_other_ids_are_done_without(tmp_path: Path, store: VectorStore) -> None:
    folder = kept(tmp_path, store)
    (folder / "vectors.ids.json").write_text('["东"]', encoding="utf-8")
    assert KeptRows.read(folder) is None
