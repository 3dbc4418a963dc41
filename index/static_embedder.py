"""Static models, read without torch, in milliseconds.

A static model has one int8 row and one scale per token; a text's vector is the mean of its tokens'
rows, normalised. Its folder is at once a model2vec and a sentence-transformers model, which give
the same vectors; it is read here because importing either costs more than a whole answer. Its
tokenizer only splits at spaces, so texts go through `segment` first. The last axis of every row is
zero: it is kept free for texts without a known word (see `index.embedder.ClauseEmbeddings`).
"""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from index.words import spell, tokens, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

SHIPPED = Path(__file__).parent / "model"
"""The model that comes with the program."""

_SEGMENTATION = "words-and-characters"
_UNKNOWN = "[UNK]"
_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.models.Normalize",
    },
]
_NORMALIZE = {
    "module_input_name": "sentence_embedding",
    "module_output_name": "sentence_embedding",
}
_SENTENCE_TRANSFORMERS = {
    "model_type": "SentenceTransformer",
    "prompts": {"query": "", "document": ""},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}


class EmbeddingError(Exception):
    """A model can't be loaded or gives no vectors; the message is one Chinese line for the user."""

    def __init__(self, name: str, problem: str, step: str) -> None:
        """Say which model, what is wrong with it, and what to do next."""
        super().__init__(f"无法使用嵌入模型“{name}”：{problem}。{step}。")


class StaticEncoder:
    """A static model made by `index.train`; safe to share between threads."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        """Load the model of a folder; raise EmbeddingError when its files can't be read."""
        try:
            self._ids, self._rows, self._scales = _read_model(folder)
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
            problem = "模型文件缺失或已损坏"
            raise EmbeddingError(str(folder), problem, "请重新安装本程序或更换模型") from error

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return one vector a text, (texts, dimensions), float32; zero if no word is known.

        Questions and documents are encoded alike, so `query` changes nothing.
        """
        return self.encode_words([words(text) for text in texts])

    def encode_words(self, texts: Sequence[Sequence[str]]) -> Vectors:
        """Return what `encode` does, of texts that are cut into words already."""
        vectors = np.zeros((len(texts), self._rows.shape[1]), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            tokens = chain.from_iterable(map(spell, text))
            known = [self._ids[token] for token in tokens if token in self._ids]
            if known:
                vector[:] = (self._rows[known] * self._scales[known, None]).mean(axis=0)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
        return unit


def _read_model(folder: Path) -> tuple[dict[str, int], NDArray[np.int8], Vectors]:
    """Return the number of each token, their rows and the scale of each row."""
    content = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    arrays = load((folder / "model.safetensors").read_bytes())
    ids: dict[str, int] = dict(content["model"]["vocab"])
    rows, scales = arrays["embeddings"], arrays["weights"]
    if rows.dtype != np.int8 or rows.ndim != 2 or not len(ids) == len(rows) == len(scales):
        raise ValueError(f"{len(ids)} tokens, {rows.shape} rows, {scales.shape} scales")
    del ids[_UNKNOWN]
    return ids, rows, scales


def segment(text: str) -> str:
    """Return the tokens of a text joined by spaces, as static models expect it."""
    return " ".join(tokens(text))


def is_static(folder: Path) -> bool:
    """Return whether a folder holds a static model made by `index.train`."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and config.get("segmentation") == _SEGMENTATION


def read_model(folder: Path) -> tuple[list[str], Vectors]:
    """Return the tokens and vectors that `save_model` was given.

    Raises OSError, ValueError or KeyError when its files can't be read.
    """
    ids, rows, scales = _read_model(folder)
    return sorted(ids, key=ids.__getitem__), rows[1:, :-1] * scales[1:, None]


def save_model(
    folder: Path, vocabulary: Sequence[str], vectors: Vectors, facts: Mapping[str, Any]
) -> None:
    """Write a static model: `vectors` (tokens, dimensions) as int8 rows with a scale each.

    One free dimension and a zero row for unknown tokens are added. `facts` go into `config.json`.
    """
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    rows, scales = _quantise(np.pad(vectors, ((1, 0), (0, 1))))
    ids = {token: number for number, token in enumerate((_UNKNOWN, *vocabulary))}
    tokenizer = Tokenizer(WordLevel(ids, unk_token=_UNKNOWN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    content = save({"embeddings": rows, "weights": scales})
    (folder / "model.safetensors").write_bytes(content)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = {"normalize": True, "max_length": None, "segmentation": _SEGMENTATION, **facts}
    for name, settings in (
        ("config.json", config),
        ("config_sentence_transformers.json", _SENTENCE_TRANSFORMERS),
        ("modules.json", _MODULES),
        ("1_Normalize/config.json", _NORMALIZE),
    ):
        text = json.dumps(settings, ensure_ascii=False, indent=2)
        (folder / name).write_text(f"{text}\n", encoding="utf-8")


def _quantise(vectors: Vectors) -> tuple[NDArray[np.int8], Vectors]:
    scales = np.abs(vectors).max(axis=1) / 127
    rows = np.rint(vectors / np.where(scales > 0, scales, 1)[:, None])
    return rows.astype(np.int8), scales.astype(np.float32)
