"""Both ways into the shipped model agree, and every text has a vector."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.embedder import (
    ClauseEmbeddings,
    EmbeddingError,
    TransformerEncoder,
    fingerprint,
    load_embeddings,
)
from index.static_embedder import SHIPPED, StaticEncoder, is_static, save_model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

TEXTS = [
    "揭榜挂帅项目最多能拿多少钱？",
    "对新落户的智能机器人产业链链主企业，分阶段给予投资额10%资助，上限1000万元。",
    "房租补贴",
    "AI 机器人 R&D",
    "xyzzy qwertyuiop",
    "xyzzy 机器人 qwertyuiop",
    "",
    "😀",
    "第一条 为了促进产业发展，制定本办法。\n" * 300,
]


@pytest.fixture(scope="module")
def shipped() -> ClauseEmbeddings:
    return load_embeddings()


@pytest.fixture(scope="module")
def through_torch() -> ClauseEmbeddings:
    return ClauseEmbeddings(TransformerEncoder(str(SHIPPED)))


def test_the_light_path_and_sentence_transformers_give_the_same_vectors(
    shipped: ClauseEmbeddings, through_torch: ClauseEmbeddings
) -> None:
    light, full = shipped.encode_documents(TEXTS), through_torch.encode_documents(TEXTS)
    np.testing.assert_allclose(light, full, atol=1e-6)
    light, full = shipped.encode_queries(TEXTS), through_torch.encode_queries(TEXTS)
    np.testing.assert_allclose(light, full, atol=1e-6)


def test_vectors_are_unit_length_float32_rows(shipped: ClauseEmbeddings) -> None:
    vectors = shipped.encode_documents(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), 128)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_langchain_methods_give_the_same_vectors(shipped: ClauseEmbeddings) -> None:
    assert shipped.embed_documents(TEXTS) == shipped.encode_documents(TEXTS).tolist()
    assert shipped.embed_query(TEXTS[0]) == shipped.encode_queries(TEXTS[:1])[0].tolist()


def test_no_texts_give_no_vectors(
    shipped: ClauseEmbeddings, through_torch: ClauseEmbeddings
) -> None:
    for embeddings in (shipped, through_torch):
        assert embeddings.embed_documents([]) == []
        assert embeddings.encode_queries([]).shape == (0, 128)


def test_vectors_do_not_depend_on_company_or_run(shipped: ClauseEmbeddings) -> None:
    together = shipped.encode_documents(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert np.array_equal(shipped.encode_documents([text])[0], vector)


def test_a_text_of_unknown_words_is_near_no_known_text(shipped: ClauseEmbeddings) -> None:
    known = shipped.encode_documents(TEXTS[:4])
    nothing = shipped.encode_queries(["", "😀", "qwertyuiop"])
    assert np.array_equal(nothing @ known.T, np.zeros((3, 4)))


def test_a_meaningless_question_is_not_near_a_meaningless_clause(shipped: ClauseEmbeddings) -> None:
    assert shipped.encode_queries([""]) @ shipped.encode_documents(["😀"]).T == -1


def test_unknown_words_do_not_change_a_text(shipped: ClauseEmbeddings) -> None:
    with_noise, without = shipped.encode_documents(["xyzzy 机器人 qwertyuiop", "机器人"])
    np.testing.assert_allclose(with_noise, without, atol=1e-6)


def test_width_and_case_do_not_change_a_text(shipped: ClauseEmbeddings) -> None:
    wide, narrow = shipped.encode_documents(["ＡＩ企业补贴５０万", "ai企业补贴50万"])
    assert np.array_equal(wide, narrow)


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        (
            "公司招聘残疾人有补贴吗",
            "用人单位安排残疾人就业的，按照规定给予奖励或者补助。",
            "船舶进入港口应当接受海事管理机构的检查。",
        ),
        (
            "买机器人设备能报销多少",
            "对企业购置智能装备的，按照设备投入给予资金支持。",
            "养犬人应当定期为犬只接种狂犬病疫苗。",
        ),
        (
            "申请材料交到哪里",
            "申请人应当向主管部门提交申请书和有关证明材料。",
            "禁止在河道内倾倒垃圾。",
        ),
    ],
)
def test_a_question_is_nearer_to_what_answers_it(
    shipped: ClauseEmbeddings, question: str, near: str, far: str
) -> None:
    scores = shipped.encode_queries([question]) @ shipped.encode_documents([near, far]).T
    assert scores[0, 0] > scores[0, 1] + 0.1


def test_threads_may_share_a_model(shipped: ClauseEmbeddings) -> None:
    alone = shipped.embed_query(TEXTS[0])
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(shipped.embed_query, TEXTS[:1] * 400))
    assert all(vector == alone for vector in together)


def test_the_light_path_imports_no_torch() -> None:
    code = (
        "import sys\n"
        "from index.embedder import fingerprint, load_embeddings\n"
        "load_embeddings().embed_query('机器人'); fingerprint()\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'sklearn'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_shipped_model_is_small_and_says_how_it_was_made() -> None:
    size = sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file())
    config = json.loads((SHIPPED / "config.json").read_text(encoding="utf-8"))
    assert size <= 6 * 2**20
    assert config["articles"] > 100_000
    assert set(config) >= {"recipe", "sources", "words"}
    assert (SHIPPED / "README.md").is_file()


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("/no/such/folder", "找不到这个文件夹"),
        ("./models/none", "找不到这个文件夹"),
        ("nobody/no-such-model", "HF_HUB_OFFLINE"),
        ("不是模型名", "不是文件夹，也不是模型名"),
    ],
)
def test_a_model_that_is_not_there_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, name: str, problem: str
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EmbeddingError) as caught:
        load_embeddings(name)
    message = str(caught.value)
    assert name in message
    assert problem in message
    assert "POLICY_ASSISTANT_EMBEDDING" in message
    assert "\n" not in message


def test_a_hub_out_of_reach_is_said_at_once(tmp_path: Path) -> None:
    code = (
        "from index.embedder import EmbeddingError, load_embeddings\n"
        "try:\n    load_embeddings('nobody/no-such-model')\n"
        "except EmbeddingError as error:\n    print(error)\n"
    )
    closed = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path), "NO_PROXY": "*"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **closed, "HF_HUB_OFFLINE": "0", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=20,
        check=True,
    )
    assert "本机没有这个模型，也没能下载" in done.stdout
    assert done.stderr == ""


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="没有可读的"):
        load_embeddings(str(tmp_path))


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json"])
def test_a_truncated_model_is_refused(tmp_path: Path, file: str) -> None:
    copy = tmp_path / "model"
    shutil.copytree(SHIPPED, copy)
    (copy / file).write_bytes((SHIPPED / file).read_bytes()[:1000])
    with pytest.raises(EmbeddingError, match="已损坏"):
        load_embeddings(str(copy))


class Zeros:
    """An encoder that knows nothing."""

    def encode(self, texts: Sequence[str], *, query: bool) -> NDArray[np.float32]:
        return np.zeros((len(texts), 3), np.float32)


def test_any_encoder_may_know_nothing() -> None:
    embeddings = ClauseEmbeddings(Zeros())
    assert embeddings.embed_documents(["a"]) == [[0, 0, 1]]
    assert embeddings.embed_query("a") == [0, 0, -1]


def test_the_fingerprint_follows_the_weights_and_not_the_card_or_the_place(tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(SHIPPED, copy)
    assert fingerprint(str(copy)) == fingerprint() == fingerprint(str(SHIPPED))
    (copy / "README.md").write_text("another card", encoding="utf-8")
    assert fingerprint(str(copy)) == fingerprint()
    vocabulary = ["机器人", "机", "器", "人"]
    save_model(copy, vocabulary, np.eye(4, 127, dtype=np.float32), {})
    assert fingerprint(str(copy)) != fingerprint()


def test_a_large_file_is_told_by_size_and_ends(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"a" * (17 * 2**20))
    before = fingerprint(str(tmp_path))
    weights.write_bytes(b"a" * (17 * 2**20 - 1) + b"b")
    assert fingerprint(str(tmp_path)) != before


def test_hub_names_have_fingerprints_without_loading() -> None:
    assert fingerprint("BAAI/bge-m3") == fingerprint("BAAI/bge-m3") != fingerprint("BAAI/bge-small")


def test_only_our_own_static_models_take_the_light_path(tmp_path: Path) -> None:
    assert is_static(SHIPPED)
    assert not is_static(tmp_path)
    (tmp_path / "config.json").write_text("[1", encoding="utf-8")
    assert not is_static(tmp_path)


def test_saved_vectors_come_back_within_a_step_of_int8(tmp_path: Path) -> None:
    rows = np.random.default_rng(1).normal(size=(3, 127)).astype(np.float32)
    save_model(tmp_path, ["机", "器", "人"], rows, {"articles": 3})
    vectors = StaticEncoder(tmp_path).encode(["机", "器", "人"])
    wanted = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    np.testing.assert_allclose(vectors[:, :127], wanted, atol=0.005)
    assert not vectors[:, 127].any()
