"""Texts to vectors behind LangChain's `Embeddings`: any sentence-transformers model, by name.

`load_embeddings(None)` gives the shipped static model, which needs no torch. Any other name is a
folder or a hub name for sentence-transformers, imported only then: it costs seconds.
"""

from __future__ import annotations

import hashlib
import os
import re
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from langchain_core.embeddings import Embeddings

from index.static_embedder import SHIPPED, EmbeddingError, StaticEncoder, is_static, segment
from index.words import segmentation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    Vectors = NDArray[np.float32]

__all__ = [
    "ClauseEmbeddings",
    "EmbeddingError",
    "Encoder",
    "TransformerEncoder",
    "fingerprint",
    "load_embeddings",
]

_STEP = "请检查设置 POLICY_ASSISTANT_EMBEDDING，或去掉它以使用内置模型"
_HUB_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?", re.ASCII)
_WHOLE = 16 * 2**20
_SAMPLE = 2**20


class Encoder(Protocol):
    """What turns texts into vectors of any length."""

    def encode(self, texts: Sequence[str], *, query: bool) -> Vectors:
        """Return one float32 row a text, encoded as questions or as documents."""
        ...


class ClauseEmbeddings(Embeddings):
    """Unit vectors of clauses and questions from an encoder.

    A text that the encoder knows no word of would be the zero vector, which has no cosine. As a
    document it becomes the last axis, as a question that axis negated: in static models no other
    text has a share in it, so its cosine with every known text is 0, and a meaningless question
    never looks like a meaningless clause (cosine −1).
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (texts, dimensions), float32."""
        return _unit(self._encoder.encode(texts, query=False), 1.0)

    def encode_words(self, texts: Sequence[Sequence[str]]) -> Vectors | None:
        """Return the unit vectors of documents cut into words, None where the encoder reads text."""
        if not isinstance(self._encoder, StaticEncoder):
            return None
        return _unit(self._encoder.encode_words(texts), 1.0)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a question, shape (questions, dimensions), float32."""
        return _unit(self._encoder.encode(texts, query=True), -1.0)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector a text."""
        vectors: list[list[float]] = self.encode_documents(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
        vector: list[float] = self.encode_queries([text])[0].tolist()
        return vector


class TransformerEncoder:
    """A sentence-transformers model, with its own prompts for questions and documents."""

    def __init__(self, name: str) -> None:
        """Load a folder or hub name, from the local cache if it is there; raise EmbeddingError."""
        folder = _folder(name)
        self._name = name
        self._segmented = folder is not None and is_static(folder)
        if folder is None and not _commit(name):
            _check_hub(name)
        self._model = _load(name, folder)

    def encode(self, texts: Sequence[str], *, query: bool) -> Vectors:
        """Return one float32 row a text, encoded as questions or as documents."""
        if not texts:
            return np.zeros((0, self._model.get_embedding_dimension() or 0), np.float32)
        encode = self._model.encode_query if query else self._model.encode_document
        inputs = [segment(text) for text in texts] if self._segmented else list(texts)
        rows = np.asarray(encode(inputs, show_progress_bar=False), np.float32)
        if not np.isfinite(rows).all():
            raise EmbeddingError(self._name, "模型给出的向量不是有限数", _STEP)
        return rows


def load_embeddings(name: str | None = None) -> ClauseEmbeddings:
    """Return the embeddings of a model: None is the shipped one, else a folder or a hub name.

    Raises EmbeddingError when the model can't be loaded.
    """
    folder = _folder(name) if name else SHIPPED
    if folder is not None and is_static(folder):
        return ClauseEmbeddings(StaticEncoder(folder))
    return ClauseEmbeddings(TransformerEncoder(name or str(SHIPPED)))


def fingerprint(name: str | None = None) -> str:
    """Return a hash that changes when the model's vectors may change, 16 hexadecimal digits.

    It covers a folder's files (those over 16 MiB by size and both ends) or a hub name with the
    cached commit; the segmentation of static models; the version of sentence-transformers for
    others. Raises EmbeddingError when a folder is named that isn't there.
    """
    folder = _folder(name) if name else SHIPPED
    parts = [name or ""] if folder is None else _contents(folder)
    if folder is not None and is_static(folder):
        parts = [segmentation(), *parts]
    else:
        parts = [version("sentence-transformers"), _commit(name or ""), *parts]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _unit(rows: Vectors, unknown: float) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    unit[lengths[:, 0] == 0, -1] = unknown
    return unit


def _folder(name: str) -> Path | None:
    """Return the folder that a name means, None for a hub name."""
    path = Path(name).expanduser()
    if path.is_dir():
        return path.resolve()
    if _HUB_NAME.fullmatch(name):
        return None
    looks_like_path = any(mark in name for mark in "/\\~")
    raise EmbeddingError(
        name, "找不到这个文件夹" if looks_like_path else "它不是文件夹，也不是模型名", _STEP
    )


def _load(name: str, folder: Path | None) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(str(folder or name), device="cpu", local_files_only=True)
    except Exception as error:
        if folder or _is_offline():
            raise EmbeddingError(name, _problem(folder), _STEP) from error
    try:
        return SentenceTransformer(name, device="cpu")
    except Exception as error:
        raise EmbeddingError(name, _problem(folder), _STEP) from error


def _check_hub(name: str) -> None:
    """Ask the hub for the model once: sentence-transformers retries for over a minute."""
    from huggingface_hub import HfApi

    try:
        HfApi().model_info(name, timeout=10)
    except Exception as error:
        raise EmbeddingError(name, _problem(None), _STEP) from error


def _problem(folder: Path | None) -> str:
    if folder:
        return "文件夹里没有可读的 sentence-transformers 模型"
    if _is_offline():
        return "本机没有这个模型，而 HF_HUB_OFFLINE 禁止下载"
    return "本机没有这个模型，也没能下载"


def _is_offline() -> bool:
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}


def _contents(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md")
    visible = (path for path in files if not path.relative_to(folder).parts[0].startswith("."))
    return [f"{path.relative_to(folder).as_posix()} {_digest(path)}" for path in sorted(visible)]


def _digest(path: Path) -> str:
    digest = hashlib.sha256(str(path.stat().st_size).encode())
    for piece in _pieces(path):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(path: Path) -> Iterator[bytes]:
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= _WHOLE:
            yield file.read()
            return
        yield file.read(_SAMPLE)
        file.seek(size - _SAMPLE)
        yield file.read()


def _commit(name: str) -> str:
    """Return the commit of a hub model in the local cache, empty if there is none."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        files = [try_to_load_from_cache(name, file) for file in ("modules.json", "config.json")]
    except HFValidationError:
        return ""
    return next((Path(file).parent.name for file in files if isinstance(file, str)), "")
