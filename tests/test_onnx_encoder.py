"""Any transformer by setting: prompts, ONNX beside torch, and one clear line when it can't be."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.embedder import EmbeddingError, EmbeddingModel, fingerprint, load_embeddings
from index.onnx_encoder import BATCH, OnnxEncoder, can_run
from tests.tiny_models import write_onnx, write_transformer

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ["机器人企业", "并购重组奖励" * 20, "", "研发，投入。", "😀 unknown", "智"]
PROMPTS = {"query": "查询：", "passage": "文档："}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("models") / "tiny"
    return write_onnx(write_transformer(place, prompts=PROMPTS))


def copied(folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(folder, tmp_path / "copy")


def model(folder: Path, backend: str = "auto", **prompts: str) -> EmbeddingModel:
    return EmbeddingModel(str(folder), backend=backend, **prompts)


@pytest.mark.parametrize(
    "prompts", [{}, {"query_prompt": "研发"}, {"query_prompt": "研", "document_prompt": "企业"}]
)
def test_onnx_gives_the_vectors_of_torch(folder: Path, prompts: dict[str, str]) -> None:
    light = load_embeddings(model(folder, "onnx", **prompts))
    full = load_embeddings(model(folder, "torch", **prompts))
    for texts in (TEXTS, ["人"], TEXTS * BATCH):
        np.testing.assert_allclose(
            light.encode_documents(texts), full.encode_documents(texts), atol=1e-5
        )
        np.testing.assert_allclose(
            light.encode_queries(texts), full.encode_queries(texts), atol=1e-5
        )


@pytest.mark.parametrize("pooling", ["cls", "max", "lasttoken"])
def test_every_pooling_is_that_of_torch(folder: Path, tmp_path: Path, pooling: str) -> None:
    place = copied(folder, tmp_path)
    config = {"embedding_dimension": 16, "pooling_mode": pooling, "include_prompt": True}
    (place / "1_Pooling" / "config.json").write_text(json.dumps(config), encoding="utf-8")
    light, full = load_embeddings(model(place, "onnx")), load_embeddings(model(place, "torch"))
    np.testing.assert_allclose(
        light.encode_documents(TEXTS), full.encode_documents(TEXTS), atol=1e-5
    )


def test_a_folder_with_onnx_weights_needs_no_torch(folder: Path) -> None:
    assert can_run(folder)
    assert fingerprint(model(folder)) == fingerprint(model(folder, "onnx"))
    assert fingerprint(model(folder)) != fingerprint(model(folder, "torch"))
    assert load_embeddings(model(folder)).encode_documents([]).shape == (0, 16)


def test_the_models_own_prompts_go_before_questions_and_documents(folder: Path) -> None:
    for backend in ("torch", "onnx"):
        own = load_embeddings(model(folder, backend))
        bare = load_embeddings(model(folder, backend, query_prompt="", document_prompt=""))
        np.testing.assert_allclose(
            own.encode_queries(["奖励"]), bare.encode_queries(["查询：奖励"]), atol=1e-5
        )
        np.testing.assert_allclose(
            own.encode_documents(["奖励"]), bare.encode_documents(["文档：奖励"]), atol=1e-5
        )
        assert not np.allclose(own.encode_queries(["奖励"]), bare.encode_queries(["奖励"]))


def test_a_default_prompt_is_used_where_no_other_is(folder: Path, tmp_path: Path) -> None:
    place = copied(folder, tmp_path)
    config = {"prompts": {"any": "查询："}, "default_prompt_name": "any"}
    (place / "config_sentence_transformers.json").write_text(json.dumps(config), encoding="utf-8")
    bare = load_embeddings(model(folder, "onnx", query_prompt="查询："))
    for backend in ("onnx", "torch"):
        np.testing.assert_allclose(
            load_embeddings(model(place, backend)).encode_queries(TEXTS),
            bare.encode_queries(TEXTS),
            atol=1e-5,
        )


def test_prompts_and_backend_change_the_fingerprint(folder: Path) -> None:
    models = [
        model(folder),
        model(folder, "torch"),
        model(folder, query_prompt="研发"),
        model(folder, query_prompt=""),
        model(folder, document_prompt="研发"),
    ]
    assert len({fingerprint(each) for each in models}) == len(models)


def test_own_prompts_changed_in_the_folder_change_the_fingerprint(
    folder: Path, tmp_path: Path
) -> None:
    place = copied(folder, tmp_path)
    before = fingerprint(model(place))
    config = {"prompts": {"query": "另一个："}}
    (place / "config_sentence_transformers.json").write_text(json.dumps(config), encoding="utf-8")
    assert fingerprint(model(place)) != before


def one_line(caught: pytest.ExceptionInfo[EmbeddingError], *parts: str) -> None:
    message = str(caught.value)
    assert "\n" not in message
    for part in parts:
        assert part in message


def test_onnx_asked_for_and_not_there_is_one_clear_line(folder: Path, tmp_path: Path) -> None:
    place = copied(folder, tmp_path)
    shutil.rmtree(place / "onnx")
    assert not can_run(place)
    with pytest.raises(EmbeddingError) as caught:
        load_embeddings(model(place, "onnx"))
    one_line(caught, str(place), "没有 onnx/model.onnx", "POLICY_ASSISTANT_EMBEDDING_BACKEND")


@pytest.mark.parametrize(
    ("file", "said"),
    [("onnx/model.onnx", "model.onnx 无法读取"), ("tokenizer.json", "tokenizer.json 缺失或已损坏")],
)
def test_damaged_onnx_files_are_one_clear_line(
    folder: Path, tmp_path: Path, file: str, said: str
) -> None:
    place = copied(folder, tmp_path)
    (place / file).write_bytes(b"\x00" * 100)
    with pytest.raises(EmbeddingError) as caught:
        load_embeddings(model(place))
    one_line(caught, said)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pooling_mode": "weightedmean"}, "weightedmean"),
        ({"pooling_mode": ["cls", "mean"]}, "cls、mean"),
        ({"pooling_mode": "mean", "include_prompt": False}, "mean"),
    ],
)
def test_a_pooling_that_is_not_known_is_left_to_torch(
    folder: Path, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    place = copied(folder, tmp_path)
    (place / "1_Pooling" / "config.json").write_text(
        json.dumps({"embedding_dimension": 16} | change), encoding="utf-8"
    )
    assert not can_run(place)
    with pytest.raises(EmbeddingError) as caught:
        load_embeddings(model(place, "onnx"))
    one_line(caught, said, "只有 torch 能算")
    assert load_embeddings(model(place)).encode_queries(["奖励"]).shape[0] == 1


def test_a_part_that_is_not_known_is_left_to_torch(folder: Path, tmp_path: Path) -> None:
    place = copied(folder, tmp_path)
    modules = json.loads((place / "modules.json").read_text(encoding="utf-8"))
    dense = {"idx": 3, "name": "3", "path": "3_Dense", "type": "sentence_transformers.models.Dense"}
    (place / "modules.json").write_text(json.dumps([*modules, dense]), encoding="utf-8")
    assert not can_run(place)
    with pytest.raises(EmbeddingError) as caught:
        load_embeddings(model(place, "onnx"))
    one_line(caught, "Dense")


def test_the_old_way_of_writing_the_pooling_is_read(folder: Path, tmp_path: Path) -> None:
    place = copied(folder, tmp_path)
    config = {"word_embedding_dimension": 16, "pooling_mode_cls_token": True}
    (place / "1_Pooling" / "config.json").write_text(json.dumps(config), encoding="utf-8")
    by_first = load_embeddings(model(place, "onnx")).encode_documents(TEXTS)
    by_mean = load_embeddings(model(folder, "onnx")).encode_documents(TEXTS)
    assert not np.allclose(by_first, by_mean)


def test_an_unknown_backend_is_named() -> None:
    with pytest.raises(EmbeddingError) as caught:
        load_embeddings(EmbeddingModel(backend="openvino"))
    one_line(caught, "openvino", "auto、onnx、torch")


def test_weights_that_are_no_numbers_are_refused(folder: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    place = copied(folder, tmp_path)
    weights = load_file(place / "model.safetensors")
    weights["embeddings.word_embeddings.weight"] += torch.nan
    save_file(weights, place / "model.safetensors", {"format": "pt"})
    with pytest.raises(EmbeddingError, match="不是有限数"):
        load_embeddings(model(place, "torch")).embed_query("奖励")


def test_threads_may_share_an_encoder(folder: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    encoder = OnnxEncoder(folder)
    alone = encoder.encode(["机器人"], query=True)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: encoder.encode(["机器人"], query=True), range(50)))
    assert all(np.array_equal(alone, rows) for rows in together)
