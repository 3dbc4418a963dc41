"""Transformer models in ONNX, run by onnxruntime alone: no torch, which takes seconds to import.

What sentence-transformers reads beside the weights is read here too: the tokenizer, its longest
input, the pooling and the prompts. A model with a part that isn't known here is refused.
"""

from __future__ import annotations

from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from index.model_files import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Vectors = NDArray[np.float32]
    Mask = NDArray[np.int64]

FILES = ("onnx/model.onnx", "model.onnx")
BATCH = 32
_PARTS = {"Transformer", "Pooling", "Normalize"}
_SENTENCES = "sentence_embedding"
_LONGEST = 512
_RESERVED_PLACES = 2
"""Position embeddings that RoBERTa and its kin keep for themselves."""
_LEGACY_POOLING = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}


class OnnxFault(Exception):  # noqa: N818 - the message only says what is wrong
    """A model can't be run by onnxruntime; the message says why, in a few Chinese words."""


def weights_file(folder: Path) -> Path | None:
    """Return the ONNX weights of a model folder, None when it holds none."""
    return next((folder / name for name in FILES if (folder / name).is_file()), None)


def can_run(folder: Path) -> bool:
    """Tell, without loading it, whether a folder holds a model that can be run here."""
    try:
        return (
            weights_file(folder) is not None
            and (folder / "tokenizer.json").is_file()
            and bool(_pooling(folder))
            and find_spec("onnxruntime") is not None
        )
    except OnnxFault:
        return False


class OnnxEncoder:
    """A transformer model in ONNX, with the pooling of its folder; safe to share between threads.

    `prompts` go before each question and each document.
    """

    def __init__(self, folder: Path, prompts: tuple[str, str] = ("", "")) -> None:
        """Load the model of a folder; raises OnnxFault."""
        file = weights_file(folder)
        if file is None:
            raise OnnxFault(f"文件夹里没有 {FILES[0]}")
        self._pool = POOLINGS[_pooling(folder)]
        self._query_prompt, self._document_prompt = prompts
        self._tokenizer = _tokenizer(folder)
        self._session = _session(file)
        self._inputs = {item.name for item in self._session.get_inputs()}
        outputs = [item.name for item in self._session.get_outputs()]
        self._output = _SENTENCES if _SENTENCES in outputs else outputs[0]
        if unknown := self._inputs - {"input_ids", "attention_mask", "token_type_ids"}:
            raise OnnxFault(f"它要的输入 {'、'.join(sorted(unknown))} 这里不会给")
        self._lock = Lock()

    def encode(self, texts: Sequence[str], *, query: bool) -> Vectors:
        """Return one float32 row a text, encoded as questions or as documents."""
        prompt = self._query_prompt if query else self._document_prompt
        # Texts of like length go together, so that little is padded.
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        rows: list[Vectors] = [np.zeros(0, np.float32)] * len(texts)
        for start in range(0, len(order), BATCH):
            numbers = order[start : start + BATCH]
            batch = self._encoded([prompt + texts[number] for number in numbers])
            for number, row in zip(numbers, batch, strict=True):
                rows[number] = row
        return np.stack(rows) if rows else self._encoded([""])[:0]

    def _encoded(self, texts: list[str]) -> Vectors:
        with self._lock:
            found = self._tokenizer.encode_batch(texts)
        given = {
            "input_ids": np.array([item.ids for item in found], np.int64),
            "attention_mask": np.array([item.attention_mask for item in found], np.int64),
            "token_type_ids": np.array([item.type_ids for item in found], np.int64),
        }
        wanted = {name: given[name] for name in self._inputs}
        values: Vectors = self._session.run([self._output], wanted)[0]
        pooled = values if values.ndim == 2 else self._pool(values, given["attention_mask"])
        return np.asarray(pooled, np.float32)


def _session(file: Path) -> Any:
    try:
        from onnxruntime import InferenceSession
    except ImportError as error:
        raise OnnxFault("没有安装 onnxruntime，可用 pip install onnxruntime 安装") from error
    try:
        return InferenceSession(str(file), providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has a class of its own for each fault
        raise OnnxFault(f"{file.name} 无法读取或已损坏") from error


def _tokenizer(folder: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # tokenizers raises Exception itself
        raise OnnxFault("tokenizer.json 缺失或已损坏") from error
    tokenizer.enable_truncation(_longest(folder))
    if tokenizer.padding is None:
        pad = _pad_token(folder)
        tokenizer.enable_padding(pad_id=tokenizer.token_to_id(pad) or 0, pad_token=pad)
    return tokenizer


def _longest(folder: Path) -> int:
    """Return how many tokens the model reads at most, as sentence-transformers finds it."""
    told = _number(folder / "sentence_bert_config.json", "max_seq_length")
    places = _number(folder / "config.json", "max_position_embeddings")
    limits = (
        _number(folder / "tokenizer_config.json", "model_max_length"),
        places and places - _RESERVED_PLACES,
    )
    return told or min((limit for limit in limits if limit), default=_LONGEST)


def _number(path: Path, key: str) -> int | None:
    value = (read_json(path) or {}).get(key)
    return value if isinstance(value, int) and 0 < value < 10**6 else None


def _pad_token(folder: Path) -> str:
    token = (read_json(folder / "tokenizer_config.json") or {}).get("pad_token") or "[PAD]"
    return str(token.get("content", "[PAD]")) if isinstance(token, dict) else str(token)


def _pooling(folder: Path) -> str:
    """Return how the model's folder says that tokens become a sentence; raises OnnxFault."""
    modules = read_json(folder / "modules.json")
    if modules is None:
        return "mean"  # as sentence-transformers reads a bare transformer
    parts = {str(part["type"]).rsplit(".", 1)[-1]: part["path"] for part in modules}
    if unknown := set(parts) - _PARTS:
        raise OnnxFault(f"它的组成部分 {'、'.join(sorted(unknown))} 只有 torch 能算")
    config = read_json(folder / parts.get("Pooling", "1_Pooling") / "config.json") or {}
    legacy = [mode for key, mode in _LEGACY_POOLING.items() if config.get(key)]
    mode = config.get("pooling_mode", legacy or ["mean"])
    modes = [mode] if isinstance(mode, str) else list(mode)
    if len(modes) != 1 or modes[0] not in POOLINGS or config.get("include_prompt") is False:
        raise OnnxFault(f"它的池化方式 {'、'.join(map(str, modes))} 只有 torch 能算")
    return str(modes[0])


def _mean(tokens: Vectors, mask: Mask) -> Vectors:
    weights = mask[:, :, None].astype(np.float32)
    pooled: Vectors = (tokens * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
    return pooled


def _first(tokens: Vectors, mask: Mask) -> Vectors:
    rows: Vectors = tokens[np.arange(len(tokens)), mask.argmax(axis=1)]
    return rows


def _last(tokens: Vectors, mask: Mask) -> Vectors:
    length = mask.shape[1]
    rows: Vectors = tokens[np.arange(len(tokens)), length - 1 - mask[:, ::-1].argmax(axis=1)]
    return rows


def _most(tokens: Vectors, mask: Mask) -> Vectors:
    rows: Vectors = np.where(mask[:, :, None] > 0, tokens, np.float32(-1e9)).max(axis=1)
    return rows


POOLINGS: dict[str, Callable[[Vectors, Mask], Vectors]] = {
    "mean": _mean,
    "cls": _first,
    "lasttoken": _last,
    "max": _most,
}
"""How the vectors of tokens, (texts, tokens, dimensions), become one a text."""
