"""Short vectors find what whole vectors find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.coarse import SHARE, CoarseVectors, products

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


def unit_rows(count: int, dimensions: int) -> Vectors:
    random = np.random.default_rng(3)
    rows = random.normal(size=(count, dimensions)) * np.linspace(2, 0.2, dimensions)
    unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_short_products_come_near_and_keep_the_best() -> None:
    rows = unit_rows(5000, 64)
    coarse = CoarseVectors.of(rows)
    assert coarse.rows.shape == (5000, 64 // SHARE)
    for row in range(50):
        about = coarse.products(rows[row] + 0.5 * rows[100 + row])
        assert row in np.argsort(-about)[:250]


def test_all_axes_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.coarse.SHARE", 1)
    rows = unit_rows(50, 8)
    assert CoarseVectors.of(rows).products(rows[0]) == pytest.approx(
        products(rows, rows[0]), abs=1e-6
    )


def test_the_same_vectors_give_the_same_bytes() -> None:
    rows = unit_rows(2000, 32)
    assert CoarseVectors.of(rows).rows.tobytes() == CoarseVectors.of(rows).rows.tobytes()


@pytest.mark.parametrize("dimensions", [1, 2, 5])
def test_few_dimensions(dimensions: int) -> None:
    rows = unit_rows(10, dimensions)
    assert CoarseVectors.of(rows).products(rows[0]).shape == (10,)
