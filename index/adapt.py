"""Adapt a static model to the documents that are indexed: the training's loss, no labels.

It starts from the model's vectors and goes on with pairs of the documents themselves (see
`index.train`), most of them keywords and the rest of their document. Worth it from some hundred
documents on. The same model, documents and recipe give the same bytes. torch is imported only here.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from index.articles import Article, Lexicon
from index.static_embedder import read_model, save_model
from index.train import Recipe, refine, steps
from index.words import segmentation, spell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.token_table import TokenTable

RECIPE = Recipe(epochs=8, learning_rate=0.02, apart=True)


def adapt(
    model: Path,
    pieces: TokenTable,
    mark: str,
    folder: Path,
    start: Callable[[int], None] = lambda total: None,
    advance: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Write the model of one folder, adapted to documents, into another; return how it was made.

    `pieces` are the words of the documents, the first piece the heading, with `mark` between
    pieces. `start` gets the number of steps, `advance` is called after each. Raises OSError.
    """
    articles = _articles(pieces, mark)
    vocabulary, vectors = read_model(model)
    lexicon = _lexicon(pieces, len(articles), vocabulary)
    losses: list[float] = []

    def note(loss: float) -> None:
        losses.append(loss)
        advance()

    start(steps(articles, RECIPE))
    with threadpool_limits(1):
        adapted = refine(articles, lexicon, vectors, RECIPE, note)
    last = losses[-len(losses) // RECIPE.epochs :]
    facts = {
        "documents": len(articles),
        "epochs": RECIPE.epochs,
        "seed": RECIPE.seed,
        "learning_rate": RECIPE.learning_rate,
        "loss": round(sum(last) / len(last), 4),
    }
    save_model(folder, vocabulary, adapted, {"adaptation": facts, "words": segmentation()})
    content = (folder / "model.safetensors").read_bytes()
    return {**facts, "model_sha256": hashlib.sha256(content).hexdigest()}


def _articles(pieces: TokenTable, mark: str) -> list[Article]:
    """Return the documents that have words, as the training reads them."""
    number = pieces.vocabulary.index(mark) if mark in pieces.vocabulary else -1
    laws: dict[bytes, int] = {}
    articles = []
    for start, end in zip(pieces.ends, pieces.ends[1:], strict=False):
        document = pieces.numbers[start:end]
        cuts = np.flatnonzero(document == number)
        parts = [part[part != number] for part in np.split(document, cuts)]
        filled = [part for part in parts if len(part)]
        if filled:
            law = laws.setdefault(filled[0].tobytes(), len(laws))
            articles.append(Article(law, filled[0], tuple(filled[1:] or filled)))
    return articles


def _lexicon(pieces: TokenTable, documents: int, vocabulary: Sequence[str]) -> Lexicon:
    places = {token: place for place, token in enumerate(vocabulary)}
    ids = [
        [places[token] for token in spell(word) if token in places] for word in pieces.vocabulary
    ]
    lengths = np.array([len(part) for part in ids], np.int32)
    pairs = np.unique(pieces.numbers.astype(np.int64) * len(pieces) + pieces.rows)
    counts = np.bincount(pairs // len(pieces), minlength=len(ids))
    return Lexicon(
        tokens=tuple(vocabulary),
        ids=np.array([place for part in ids for place in part], np.int32),
        starts=(np.cumsum(lengths) - lengths).astype(np.int32),
        lengths=lengths,
        idf=np.zeros(len(vocabulary), np.float32),
        rarity=np.log(documents / np.maximum(counts, 1)).astype(np.float32),
    )
