"""Texts to vectors behind LangChain's `Embeddings`: any sentence-transformers model, by name.

`load_embeddings(None)` gives the shipped static model, which needs no torch. Any other name is a
folder or a hub name. Its weights in ONNX, where the folder holds them, are run by onnxruntime;
else by sentence-transformers, imported only then: it costs seconds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Protocol

import numpy as np
from langchain_core.embeddings import Embeddings

from index.model_files import (
    ModelMissing,
    cached,
    check_hub,
    how_to_bring,
    is_offline,
    load_quietly,
    locate,
    prints,
    read_json,
)
from index.static_embedder import SHIPPED, EmbeddingError, StaticEncoder, is_static, segment
from index.words import segmentation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    Vectors = NDArray[np.float32]

__all__ = [
    "BACKENDS",
    "ClauseEmbeddings",
    "EmbeddingError",
    "EmbeddingModel",
    "Encoder",
    "TransformerEncoder",
    "fingerprint",
    "load_embeddings",
]

BACKENDS = ("auto", "onnx", "torch")
"""What runs a transformer: `auto` takes ONNX weights where the model's folder holds them."""

_SETTING = "POLICY_ASSISTANT_EMBEDDING"
_STEP = f"请检查设置 {_SETTING}，或去掉它以使用内置模型"
_BACKEND_STEP = f"请检查设置 {_SETTING}_BACKEND，或去掉它由程序选择"
_QUERY, _DOCUMENT = ("query",), ("document", "passage", "corpus")
"""The names under which models keep their prompts."""


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """Which model embeds, and how.

    `name` is a folder or a hub name, None the shipped model. The prompts go before each question
    and each document; None stands for the model's own, if it has any. The shipped model and its
    kind have no prompts.
    """

    name: str | None = None
    query_prompt: str | None = None
    document_prompt: str | None = None
    backend: str = "auto"


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

    def __init__(self, encoder: Encoder, name: str = "") -> None:
        self._encoder = encoder
        self._name = name

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (texts, dimensions), float32."""
        return _unit(self._encoded(texts, query=False), 1.0)

    def encode_words(self, texts: Sequence[Sequence[str]]) -> Vectors | None:
        """Return unit vectors of documents cut into words, None where the encoder reads texts."""
        if not isinstance(self._encoder, StaticEncoder):
            return None
        return _unit(self._encoder.encode_words(texts), 1.0)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a question, shape (questions, dimensions), float32."""
        return _unit(self._encoded(texts, query=True), -1.0)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector a text."""
        vectors: list[list[float]] = self.encode_documents(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
        vector: list[float] = self.encode_queries([text])[0].tolist()
        return vector

    def _encoded(self, texts: Sequence[str], *, query: bool) -> Vectors:
        rows = self._encoder.encode(texts, query=query)
        if not np.isfinite(rows).all():
            raise EmbeddingError(self._name, "模型给出的向量不是有限数", _STEP)
        return rows


class TransformerEncoder:
    """A sentence-transformers model, with its own prompts for questions and documents or others."""

    def __init__(
        self, name: str, query_prompt: str | None = None, document_prompt: str | None = None
    ) -> None:
        """Load a folder or hub name, from the local cache if it is there; raise EmbeddingError."""
        folder = _folder(name)
        self._name = name
        self._segmented = folder is not None and is_static(folder)
        self._model = _load(name, folder)
        self._prompts = _prompts(folder or cached(name), query_prompt, document_prompt)

    def encode(self, texts: Sequence[str], *, query: bool) -> Vectors:
        """Return one float32 row a text, encoded as questions or as documents."""
        if not texts:
            return np.zeros((0, self._model.get_embedding_dimension() or 0), np.float32)
        encode = self._model.encode_query if query else self._model.encode_document
        inputs = [segment(text) for text in texts] if self._segmented else list(texts)
        prompt = self._prompts[0] if query else self._prompts[1]
        return np.asarray(encode(inputs, prompt=prompt, show_progress_bar=False), np.float32)


def load_embeddings(model: EmbeddingModel | str | None = None) -> ClauseEmbeddings:
    """Return the embeddings of a model: None is the shipped one, else a folder or a hub name.

    Raises EmbeddingError when the model can't be loaded.
    """
    model = _model(model)
    name = model.name or str(SHIPPED)
    folder = _folder(name)
    if folder is not None and is_static(folder):
        return ClauseEmbeddings(StaticEncoder(folder), name)
    if _runs_onnx(model, folder):
        return ClauseEmbeddings(_onnx_encoder(model, name, folder), name)
    encoder = TransformerEncoder(name, model.query_prompt, model.document_prompt)
    return ClauseEmbeddings(encoder, name)


def fingerprint(model: EmbeddingModel | str | None = None) -> str:
    """Return a hash that changes when the model's vectors may change, 16 hexadecimal digits.

    It covers the model's files (`index.model_files.prints`); the segmentation of static models;
    for others what runs them, its version, and the prompts that are set. Raises EmbeddingError
    when a folder is named that isn't there.
    """
    model = _model(model)
    name = model.name or str(SHIPPED)
    folder = _folder(name)
    if folder is not None and is_static(folder):
        parts = [segmentation()]
    else:
        runner = "onnxruntime" if _runs_onnx(model, folder) else "sentence-transformers"
        parts = [runner, version(runner), repr((model.query_prompt, model.document_prompt))]
    parts += prints(name, folder)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _model(model: EmbeddingModel | str | None) -> EmbeddingModel:
    found = model if isinstance(model, EmbeddingModel) else EmbeddingModel(model)
    if found.backend not in BACKENDS:
        problem = f"运行方式“{found.backend}”不存在，可用的有 {'、'.join(BACKENDS)}"
        raise EmbeddingError(found.name or "内置", problem, _BACKEND_STEP)
    return found


def _unit(rows: Vectors, unknown: float) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    unit[lengths[:, 0] == 0, -1] = unknown
    return unit


def _folder(name: str) -> Path | None:
    """Return the folder that a name means, None for a hub name."""
    try:
        return locate(name)
    except ModelMissing as error:
        raise EmbeddingError(name, str(error), _STEP) from error


def _runs_onnx(model: EmbeddingModel, folder: Path | None) -> bool:
    """Tell whether onnxruntime runs a model: it was asked to, or its folder is made for it."""
    from index.onnx_encoder import can_run

    place = folder or cached(model.name or "")
    if model.backend == "auto":
        return place is not None and can_run(place)
    return model.backend == "onnx"


def _onnx_encoder(model: EmbeddingModel, name: str, folder: Path | None) -> Encoder:
    from index.onnx_encoder import OnnxEncoder, OnnxFault

    place = folder or cached(name)
    if place is None:
        raise EmbeddingError(name, "本机没有这个模型", how_to_bring(name, _SETTING))
    try:
        return OnnxEncoder(place, _prompts(place, model.query_prompt, model.document_prompt))
    except OnnxFault as error:
        problem = f"onnxruntime 不能运行它（{error}）"
        raise EmbeddingError(name, problem, f"请把 {_SETTING}_BACKEND 设为 torch 再试") from error


def _prompts(folder: Path | None, query: str | None, document: str | None) -> tuple[str, str]:
    """Return what goes before questions and documents: what is set, else the model's own.

    sentence-transformers itself overlooks a prompt named passage.
    """
    config = folder and read_json(folder / "config_sentence_transformers.json")
    own = (config or {}).get("prompts") or {}
    default = own.get((config or {}).get("default_prompt_name")) or ""
    return (
        _own_prompt(own, _QUERY, default) if query is None else query,
        _own_prompt(own, _DOCUMENT, default) if document is None else document,
    )


def _own_prompt(own: Mapping[str, str], names: tuple[str, ...], default: str) -> str:
    """Return the first prompt of these names that isn't empty; the default if none is named."""
    named = [own[name] for name in names if own.get(name) is not None]
    return next(filter(None, named), "") if named else default


def _load(name: str, folder: Path | None) -> SentenceTransformer:
    """Load a model from its folder, the local cache or, unless that is forbidden, the hub."""
    if folder is None and cached(name) is None:
        try:
            check_hub(name)
        except ModelMissing as error:
            raise EmbeddingError(name, str(error), _bring(name)) from error
    else:
        load_quietly()
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(str(folder or name), device="cpu", local_files_only=True)
    except Exception as error:
        if folder:
            problem = "文件夹里没有可读的 sentence-transformers 模型"
            raise EmbeddingError(name, problem, _STEP) from error
        if is_offline():
            problem = "本机的模型文件不全，而 HF_HUB_OFFLINE 禁止下载"
            raise EmbeddingError(name, problem, _bring(name)) from error
    try:
        return SentenceTransformer(name, device="cpu")
    except Exception as error:
        raise EmbeddingError(name, "本机没有这个模型，也没能下载", _bring(name)) from error


def _bring(name: str) -> str:
    return f"{how_to_bring(name, _SETTING)}；或去掉这项设置以使用内置模型"
