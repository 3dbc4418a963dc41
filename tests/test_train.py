"""A tiny model trains in seconds, twice to the same bytes, and loads both ways."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.articles import make_lexicon, read_articles
from index.embedder import ClauseEmbeddings, TransformerEncoder, load_embeddings
from index.train import Recipe, main, make_pair, train_model

SUBJECTS = ["企业", "学校", "医院", "园区", "平台", "协会", "研究院", "居民"]
MATTERS = {
    "机器人": "对购置机器人设备的{}给予资金补贴。补贴按照设备投入的比例发放。",
    "招聘": "{}招聘高校毕业生的，可以申请就业奖励。就业奖励由人社部门发放。",
    "垃圾": "{}应当分类投放生活垃圾。违反规定投放垃圾的，处以罚款。",
    "消防": "{}应当配备消防设施。消防设施应当定期检查。",
    "专利": "鼓励{}申请发明专利。获得发明专利授权的，给予一次性资助。",
    "养犬": "{}饲养犬只的，应当办理登记。犬只应当接种狂犬病疫苗。",
}
ROWS = [
    {"title": f"{matter}管理条例", "path": "第一章 总则", "text": text.format(subject)}
    for matter, text in MATTERS.items()
    for subject in SUBJECTS
]
TINY = Recipe(vocabulary=200, dimensions=15, epochs=20, batch=24)


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("laws") / "laws.jsonl.gz"
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    return file


@pytest.fixture(scope="module")
def model(laws: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    train_model([laws], folder, TINY)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_same_articles_give_the_same_bytes(model: Path, laws: Path, tmp_path: Path) -> None:
    train_model([laws], tmp_path, TINY)
    assert contents(tmp_path) == contents(model)


def test_another_seed_gives_another_model(model: Path, laws: Path, tmp_path: Path) -> None:
    train_model([laws], tmp_path, replace(TINY, seed=1))
    assert contents(tmp_path)["model.safetensors"] != contents(model)["model.safetensors"]


def test_the_model_loads_both_ways_with_the_same_vectors(model: Path) -> None:
    light = load_embeddings(str(model))
    full = ClauseEmbeddings(TransformerEncoder(str(model)))
    texts = [row["text"] for row in ROWS[:10]] + ["", "未见"]
    np.testing.assert_allclose(
        light.encode_documents(texts), full.encode_documents(texts), atol=1e-6
    )


@pytest.mark.parametrize(
    ("question", "matter"),
    [("买设备有多少资金", "机器人"), ("毕业生就业", "招聘"), ("疫苗怎么打", "养犬")],
)
def test_the_model_has_learnt_what_belongs_together(
    model: Path, question: str, matter: str
) -> None:
    embeddings = load_embeddings(str(model))
    documents = [text.format("企业") for text in MATTERS.values()]
    scores = embeddings.encode_queries([question]) @ embeddings.encode_documents(documents).T
    assert list(MATTERS)[int(scores.argmax())] == matter


def test_the_folder_says_how_it_was_made(model: Path, laws: Path) -> None:
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    assert config["articles"] == len(ROWS)
    assert config["recipe"]["epochs"] == TINY.epochs
    assert list(config["sources"]) == [laws.name]


def test_pairs_of_each_kind_come_from_the_article_itself() -> None:
    articles, known = read_articles(ROWS)
    lexicon = make_lexicon(articles, known, 200)
    rng = np.random.default_rng(0)
    first = articles[0]
    for kind in range(4):
        shares = (float(kind == 0), float(kind == 1), float(kind == 2), float(kind == 3))
        recipe = replace(TINY, shares=shares)
        left, right = make_pair(articles, 0, lexicon, recipe, rng)
        near = articles[1].whole if kind == 2 else first.whole
        assert set(left) <= set(first.whole)
        assert set(right) <= set(near)


def test_an_inverse_cloze_pair_leaves_its_sentence_out() -> None:
    articles, known = read_articles(ROWS[:1])
    lexicon = make_lexicon(articles * 2, known, 200)
    recipe = replace(TINY, shares=(1.0, 0.0, 0.0, 0.0))
    left, right = make_pair(articles, 0, lexicon, recipe, np.random.default_rng(0))
    article = articles[0]
    assert len(left) + len(right) == len(article.whole)


def test_the_lexicon_keeps_the_tokens_of_most_articles() -> None:
    articles, known = read_articles(ROWS)
    lexicon = make_lexicon(articles, known, 12)
    assert len(lexicon.tokens) == 12
    assert {"条", "例", "章"} <= set(lexicon.tokens)
    ids, sizes = lexicon.bags([articles[0].heading, articles[1].heading[:0]])
    assert sizes.tolist() == [len(ids), 0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"title": "甲"}\n', "laws.jsonl, line 1"),
        ("不是JSON\n", "laws.jsonl, line 1"),
        ("[1]\n", "laws.jsonl, line 1"),
        ("", "0 articles in 1 files"),
    ],
)
def test_bad_articles_are_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, said: str
) -> None:
    file = tmp_path / "laws.jsonl"
    file.write_text(content, encoding="utf-8")
    assert main([str(file), "--out", str(tmp_path / "model")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "model").exists()


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.jsonl"), "--out", str(tmp_path / "model")]) == 2
    assert "none.jsonl" in capsys.readouterr().err
