"""Train the embedded model: `python -m index.train LAWS.jsonl.gz … --out index/model`.

Rows of an article file are `{"title", "path", "text"}`. No labels are used. The vectors start as
latent semantic analysis of the articles and are refined contrastively (multiple negatives ranking,
Henderson et al. 2017, arXiv:1705.00652) on pairs that the articles themselves give: a sentence and
the rest of its article (inverse cloze, Lee et al. 2019, arXiv:1906.00300), a heading and its
article, an article and the next, keywords and their article. The same files, recipe and machine
give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.progress import Progress
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from index.articles import make_lexicon, read_articles, read_rows
from index.static_embedder import save_model
from index.words import segmentation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.random import Generator

    from index.articles import Article, Ids, Lexicon, Vectors

_FEWEST = 16


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is made.

    `spread` is the mean length of the rows at the start: with Adam it sets how far a step goes.
    `scale` multiplies the cosines in the loss; `dropout` is the share of words left out of a text;
    `shares` are the shares of the pairs: sentence and rest, heading and article, article and next,
    keywords and article; `keywords` is the range of their number, its end not included; `apart`
    takes the keywords out of their article, so that the vectors learn what BM25 can't see: words
    that belong together without being the same (compare Gao et al. 2021, arXiv:2004.13969).
    """

    vocabulary: int = 25_000
    dimensions: int = 127
    epochs: int = 8
    batch: int = 1_024
    learning_rate: float = 0.05
    scale: float = 15.0
    dropout: float = 0.3
    spread: float = 1.0
    shares: tuple[float, float, float, float] = (0.30, 0.10, 0.05, 0.55)
    keywords: tuple[int, int] = (3, 9)
    apart: bool = False
    seed: int = 20_240_611


def start_vectors(articles: Sequence[Article], lexicon: Lexicon, recipe: Recipe) -> Vectors:
    """Return latent semantic vectors of the tokens: log-tf × idf, rows times idf, one per token."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
    from sklearn.preprocessing import normalize  # type: ignore[import-untyped]
    from sklearn.utils.extmath import randomized_svd  # type: ignore[import-untyped]

    ids, sizes = lexicon.bags([article.whole for article in articles])
    ends = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))
    shape = (len(articles), len(lexicon.tokens))
    matrix = csr_matrix((np.ones(len(ids), np.float32), ids, ends), shape=shape)
    matrix.sum_duplicates()
    matrix.data = np.log1p(matrix.data) * lexicon.idf[matrix.indices]
    rank = min(recipe.dimensions, min(shape) - 1)
    _, _, right = randomized_svd(normalize(matrix), rank, n_iter=4, random_state=recipe.seed)
    vectors = np.zeros((len(lexicon.tokens), recipe.dimensions), np.float32)
    vectors[:, :rank] = right.T * lexicon.idf[:, None]
    length = float(np.linalg.norm(vectors, axis=1).mean())
    return vectors * np.float32(recipe.spread / length)


def make_pair(
    articles: Sequence[Article], at: int, lexicon: Lexicon, recipe: Recipe, rng: Generator
) -> tuple[Ids, Ids]:
    """Return a text and the text it should be near, as word ids, drawn from one article."""
    article = articles[at]
    kind = rng.choice(4, p=recipe.shares)
    if kind == 0:
        chosen = int(rng.integers(len(article.sentences)))
        rest = article.sentences[:chosen] + article.sentences[chosen + 1 :]
        return article.sentences[chosen], np.concatenate((article.heading, *rest))
    if kind == 1:
        return article.heading, article.text
    if kind == 2:
        near = at + 1 if at + 1 < len(articles) and articles[at + 1].law == article.law else at
        return article.whole, articles[near].whole
    text = article.text
    count = int(rng.integers(*recipe.keywords))
    # Efraimidis and Spirakis 2006: the largest u^(1/w) are a sample weighted by w.
    ranks = np.log(rng.random(len(text))) / np.maximum(lexicon.rarity[text], 1e-3)
    keywords = text[np.argsort(-ranks)[:count]]
    whole = article.whole
    others = whole[~np.isin(whole, keywords)] if recipe.apart else whole
    return keywords, others if len(others) else whole


def make_batches(
    articles: Sequence[Article], lexicon: Lexicon, recipe: Recipe
) -> Iterator[tuple[list[Ids], list[Ids]]]:
    """Yield batches of pairs, one pair per article and epoch, articles shuffled, words dropped."""
    rng = np.random.default_rng(recipe.seed)

    def drop(text: Ids) -> Ids:
        return text[rng.random(len(text)) >= recipe.dropout]

    for _ in range(recipe.epochs):
        order = rng.permutation(len(articles))
        for start in range(0, len(order), recipe.batch):
            chosen = order[start : start + recipe.batch]
            pairs = [make_pair(articles, int(at), lexicon, recipe, rng) for at in chosen]
            yield [drop(left) for left, _ in pairs], [drop(right) for _, right in pairs]


def steps(articles: Sequence[Article], recipe: Recipe) -> int:
    """Return how many batches `refine` goes through."""
    return recipe.epochs * -(-len(articles) // recipe.batch)


def refine(
    articles: Sequence[Article],
    lexicon: Lexicon,
    vectors: Vectors,
    recipe: Recipe,
    advance: Callable[[float], None] = lambda loss: None,
) -> Vectors:
    """Return the vectors after contrastive training on the articles' own pairs.

    `advance` gets the loss of each batch. One thread, so that the same input gives the same bytes.
    """
    import torch
    from torch.nn.functional import cross_entropy, embedding_bag, normalize

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    weights = torch.nn.Parameter(torch.from_numpy(vectors.copy()))
    optimizer = torch.optim.Adam([weights], lr=recipe.learning_rate)
    total = steps(articles, recipe)
    decay = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / total)

    def embed(texts: list[Ids]) -> Any:
        ids, sizes = lexicon.bags(texts)
        offsets = torch.from_numpy(np.cumsum(sizes, dtype=np.int64) - sizes)
        return normalize(embedding_bag(torch.from_numpy(ids.astype(np.int64)), weights, offsets))

    try:
        for left, right in make_batches(articles, lexicon, recipe):
            scores = recipe.scale * embed(left) @ embed(right).T
            truth = torch.arange(len(left))
            loss = (cross_entropy(scores, truth) + cross_entropy(scores.T, truth)) / 2
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            decay.step()
            advance(loss.item())
    finally:
        torch.set_num_threads(threads)
    trained: Vectors = weights.detach().numpy()
    return trained


def train_model(files: Sequence[Path], out: Path, recipe: Recipe) -> None:
    """Train a model on the articles of some files and write it to a folder.

    Raises OSError or ValueError when a file can't be read or holds too few articles.
    """
    rows = read_rows(files)
    articles, known = read_articles(rows)
    if len(articles) < _FEWEST:
        raise ValueError(
            f"{len(articles)} articles in {len(files)} files: at least {_FEWEST} needed"
        )
    lexicon = make_lexicon(articles, known, recipe.vocabulary)
    with threadpool_limits(1), Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("training", total=steps(articles, recipe))

        def advance(loss: float) -> None:
            progress.update(task, advance=1, description=f"training, loss {loss:.3f}")

        start = start_vectors(articles, lexicon, recipe)
        vectors = refine(articles, lexicon, start, recipe, advance)
    sources = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    facts = {"articles": len(articles), "recipe": asdict(recipe), "sources": sources}
    save_model(out, lexicon.tokens, vectors, {**facts, "words": segmentation()})


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and save a model; return 0, or 2 when an input can't be read."""
    parser = argparse.ArgumentParser(prog="python -m index.train", description=__doc__)
    parser.add_argument("laws", nargs="+", type=Path, help="article files, .jsonl or .jsonl.gz")
    parser.add_argument("--out", required=True, type=Path, help="folder to write the model to")
    chosen = parser.parse_args(arguments)
    try:
        train_model(chosen.laws, chosen.out, Recipe())
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
