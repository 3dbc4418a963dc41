"""Transformers of a few kilobytes with random weights, made on the spot for the tests."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from transformers import BertConfig

LETTERS = "机器人企业并购重组有什么奖励研发投入智能工厂展览展示今天气查询文档：，。"
WIDTH, LONGEST = 16, 32


def write_transformer(
    folder: Path, pooling: str = "mean", prompts: Mapping[str, str] | None = None, seed: int = 1
) -> Path:
    """Write a sentence-transformers model of one layer into `folder` and return it."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
    from transformers import BertModel

    raw = folder.with_name(f"{folder.name}-raw")
    config = _write_tokenizer(raw, seed)
    BertModel(config).save_pretrained(raw)
    parts = [
        Transformer(str(raw), max_seq_length=LONGEST),
        Pooling(WIDTH, pooling_mode=pooling),
        Normalize(),
    ]
    model = SentenceTransformer(modules=parts, prompts=dict(prompts or {}), device="cpu")
    model.save(str(folder), create_model_card=False)
    return folder


def write_onnx(folder: Path) -> Path:
    """Write the weights of a transformer's folder once more as `onnx/model.onnx`."""
    import torch
    from transformers import BertModel

    given, given_back = ["input_ids", "attention_mask", "token_type_ids"], "last_hidden_state"

    class Tokens(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = BertModel.from_pretrained(folder)

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> object:
            return self.model(input_ids=ids, attention_mask=mask, token_type_ids=types)[0]

    example = torch.tensor([[2, 5, 6, 3], [2, 7, 3, 0]])
    (folder / "onnx").mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter says that there is a newer one
        torch.onnx.export(
            Tokens().train(False),
            (example, (example > 0).long(), torch.zeros_like(example)),
            str(folder / "onnx" / "model.onnx"),
            input_names=given,
            output_names=[given_back],
            dynamic_axes={name: {0: "texts", 1: "tokens"} for name in [*given, given_back]},
            dynamo=False,
        )
    return folder


def write_cross_encoder(folder: Path, labels: int = 1, seed: int = 1) -> Path:
    """Write a cross-encoder of one layer into `folder` and return it."""
    from transformers import BertForSequenceClassification

    config = _write_tokenizer(folder, seed)
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def _write_tokenizer(folder: Path, seed: int) -> BertConfig:
    import torch
    from transformers import BertConfig, BertTokenizer

    folder.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(LETTERS))]
    numbers = {word: number for number, word in enumerate(words)}
    BertTokenizer(vocab=numbers, model_max_length=LONGEST).save_pretrained(folder)
    torch.manual_seed(seed)
    return BertConfig(
        vocab_size=len(words),
        hidden_size=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=2 * WIDTH,
        max_position_embeddings=2 * LONGEST,
        initializer_range=0.5,
    )
