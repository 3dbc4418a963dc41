"""Retrieval measured: figures by hand, any documents indexed, one Chinese line for bad input."""

from __future__ import annotations

import gzip
import json
from math import log, log2
from typing import TYPE_CHECKING

import pytest

from eval import cli
from eval.benchmark import Article, Benchmark, Topic, load_benchmark
from eval.jsonl import EvaluationError
from eval.peer import Peer
from eval.retrieval import run_ours, run_peer
from eval.retrieval_scores import MEASURES, ndcg, ratio, recall, reciprocal_rank

if TYPE_CHECKING:
    from pathlib import Path

RANKING = ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("golds", "depth", "wanted"),
    [
        (["a"], 1, 1.0),
        (["b"], 1, 0.0),
        (["b", "d"], 2, 0.5),
        (["b", "d"], 4, 1.0),
        (["b", "d", "z"], 5, 2 / 3),
        (["z"], 5, 0.0),
    ],
)
def test_recall_is_the_share_of_golds_found(golds: list[str], depth: int, wanted: float) -> None:
    assert recall(RANKING, dict.fromkeys(golds, 1), depth) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("golds", "depth", "wanted"),
    [(["a"], 10, 1), (["c", "b"], 10, 1 / 2), (["c"], 2, 0), (["z"], 10, 0), (["e", "z"], 5, 0.2)],
)
def test_reciprocal_rank_is_of_the_first_gold(golds: list[str], depth: int, wanted: float) -> None:
    assert reciprocal_rank(RANKING, dict.fromkeys(golds, 1), depth) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("grades", "depth", "wanted"),
    [
        ({"a": 1}, 10, 1.0),
        ({"b": 1}, 10, 1 / log2(3)),
        ({"b": 1, "d": 1}, 10, (1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3))),
        ({"a": 1, "z": 1}, 10, 1 / (1 + 1 / log2(3))),
        ({"a": 1, "b": 3}, 10, (1 + 3 / log2(3)) / (3 + 1 / log2(3))),
        ({"c": 1, "z": 1, "y": 1}, 2, 0.0),
        ({"a": 1, "b": 1, "z": 1}, 2, 1.0),
    ],
)
def test_ndcg_by_hand(grades: dict[str, int], depth: int, wanted: float) -> None:
    assert ndcg(RANKING, grades, depth) == pytest.approx(wanted)


def test_nothing_found_scores_nothing() -> None:
    assert {measure([], {"a": 1}) for measure in MEASURES.values()} == {0.0}


def test_ratio_of_means_with_its_interval() -> None:
    ours, theirs = [1.0, 0.5, 0.5, 1.0] * 50, [0.5, 0.5, 0.5, 0.5] * 50
    found = ratio(ours, theirs)
    assert found is not None
    value, low, high = found
    assert value == pytest.approx(1.5)
    assert 1.4 < low < 1.5 < high < 1.6
    assert ratio(ours, theirs) == found


def test_ratio_of_a_run_to_itself_is_certain() -> None:
    assert ratio([0.2, 0.9, 0.4], [0.2, 0.9, 0.4]) == pytest.approx((1, 1, 1))


def test_ratio_to_nothing_is_none() -> None:
    assert ratio([1.0, 0.5], [0.0, 0.0]) is None
    assert ratio([1.0] * 5, [0.0, 0.0, 0.0, 0.0, 1.0]) is None


ARTICLES = (
    Article("1", "茶业法", "第一章 种植", "新建茶园的，给予补助。"),
    Article("2", "茶业法", "第二章 保护", "百年老茶树不得砍伐。"),
    Article("3", "渔业法", "第一章 捕捞", "禁渔期内不得捕鱼。"),
)
TOPICS = (Topic("q1", "捕鱼有什么限制", {"3": 1}), Topic("q2", "能砍老茶树吗", {"2": 1, "9": 1}))
BENCHMARK = Benchmark(ARTICLES, TOPICS, 0, 1)


def test_any_documents_are_indexed_and_found() -> None:
    run = run_ours(BENCHMARK, None)
    assert [item.ranking[0] for item in run.ranked] == ["3", "2"]
    assert run.scores["recall@5"] == (1.0, 0.5)
    assert run.means["mrr@10"] == 1.0
    assert 0 < run.latency(0.5) <= run.latency(0.95)
    assert run_ours(BENCHMARK, None).scores == run.scores


def test_title_and_headings_are_searched() -> None:
    run = run_ours(Benchmark(ARTICLES, (Topic("q", "渔业法", {"3": 1}),), 0, 0), None)
    assert run.ranked[0].ranking[0] == "3"


def test_peer_ranks_by_the_published_formula() -> None:
    pytest.importorskip("rank_bm25")
    texts = ["茶园 茶园 补助", "茶树 保护", "捕鱼 期限", "海洋 捕捞"]
    # Each text is cut into words and the spaces between them, 5, 3, 3 and 3 tokens.
    peer = Peer(texts)
    scores = peer._scorer.get_scores(["茶园"])
    idf, average = log(3.5 / 1.5), 3.5
    wanted = idf * 2 * 2.5 / (2 + 1.5 * (0.25 + 0.75 * 5 / average))
    assert scores[0] == pytest.approx(wanted)
    assert not scores[1:].any()
    assert peer.find("茶园", 2) == [0, 1]


def test_peer_is_measured_on_the_same_questions() -> None:
    pytest.importorskip("rank_bm25")
    run = run_peer(BENCHMARK)
    assert [item.topic for item in run.ranked] == ["q1", "q2"]
    assert all(len(item.ranking) == 3 for item in run.ranked)


def lines(*values: dict[str, object]) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


DOCUMENTS = lines(
    *(
        {"id": int(a.id), "name": a.title + a.id, "title": a.title, "path": a.path, "text": a.text}
        for a in ARTICLES
    )
)
QUESTIONS = lines(
    {"id": "q1", "text": TOPICS[0].text},
    {"id": "q2", "text": TOPICS[1].text},
    {"id": "q3", "text": "没有答案的题"},
)
QRELS = "q1 0 3 1\nq1 0 1 0\n\nq2 0 2 1\nq2 0 9 1\nq7 0 1 1\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    made = {name: tmp_path / name for name in ("documents", "questions", "qrels")}
    for path, text in zip(made.values(), (DOCUMENTS, QUESTIONS, QRELS), strict=True):
        path.write_text(text, encoding="utf-8")
    return made


def call(files: dict[str, Path], out: Path, *more: str) -> int:
    options = [word for name, path in files.items() for word in (f"--{name}", str(path))]
    with pytest.raises(SystemExit) as stop:
        cli.main(["retrieval", *options, "--out", str(out), *more])
    assert isinstance(stop.value.code, int)
    return stop.value.code


def test_files_are_read_as_they_are(files: dict[str, Path], tmp_path: Path) -> None:
    benchmark = load_benchmark(*files.values())
    assert benchmark == Benchmark(ARTICLES, TOPICS, 1, 1)
    packed = tmp_path / "documents.jsonl.gz"
    packed.write_bytes(gzip.compress(DOCUMENTS.encode(), mtime=0))
    assert load_benchmark(packed, files["questions"], files["qrels"]) == benchmark
    for path in files.values():  # packed, whatever their names say
        path.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    assert load_benchmark(*files.values()) == benchmark


def test_fields_that_are_null_or_hold_half_a_character_are_borne(
    files: dict[str, Path], tmp_path: Path
) -> None:
    odd = '{"id": 9, "title": null, "name": "名", "path": null, "text": "半\\ud800个"}\n'
    files["documents"].write_text(DOCUMENTS + odd, encoding="utf-8")
    last = load_benchmark(*files.values()).articles[-1]
    assert last == Article("9", "名", "", "半\ufffd个")
    assert call(files, tmp_path / "out") == 0
    files["documents"].write_text('{"id": "\\udc00", "text": "甲"}', encoding="utf-8")
    with pytest.raises(EvaluationError, match="字段 id"):
        load_benchmark(*files.values())


def test_command_writes_figures_run_and_table(
    capsys: pytest.CaptureFixture[str], files: dict[str, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out" / "a"
    assert call(files, out) == 0
    shown = capsys.readouterr()
    assert "ndcg@10" in shown.out
    assert "有 1 道题没有相关文档" in shown.err
    assert "有 1 篇相关文档不在文档里" in shown.err
    value = json.loads((out / "retrieval.json").read_text(encoding="utf-8"))
    assert value["scores"]["recall@5"] == 0.75
    assert value["settings"]["document_count"] == 3
    assert value["settings"]["bm25"]["bigrams"] == {"k1": 0.6, "b": 0.9}
    assert [item["id"] for item in value["questions"]] == ["q1", "q2"]
    run = (out / "run.trec").read_text(encoding="utf-8").splitlines()
    assert run[0] == "q1 Q0 3 1 1.000000 policy-assistant"


def test_limit_asks_the_first_questions(files: dict[str, Path], tmp_path: Path) -> None:
    assert call(files, tmp_path, "--limit", "1") == 0
    value = json.loads((tmp_path / "retrieval.json").read_text(encoding="utf-8"))
    assert [item["id"] for item in value["questions"]] == ["q1"]


def test_peer_prints_ratios(
    capsys: pytest.CaptureFixture[str], files: dict[str, Path], tmp_path: Path
) -> None:
    pytest.importorskip("rank_bm25")
    assert call(files, tmp_path, "--peer") == 0
    assert "比值" in capsys.readouterr().out
    value = json.loads((tmp_path / "retrieval.json").read_text(encoding="utf-8"))
    assert set(value["ratios"]) == {*MEASURES, "speed"}
    assert value["peer"]["version"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("documents", "", "没有一篇文档"),
        ("documents", '{"id": 1}', "字段 text 没有填写"),
        ("documents", '{"id": "", "text": "甲"}', "字段 id"),
        ("documents", '{"id": true, "text": "甲"}', "字段 id"),
        ("documents", '{"id": "a b", "text": "甲"}', "字段 id"),
        ("documents", '{"id": 1, "title": 5, "text": "甲"}', "字段 title 是 “5”，请改为文字"),
        ("documents", '{"id": 1, "text": "甲"}\n{"id": "1", "text": "乙"}', "第 2 行：字段 id"),
        ("documents", "[1]", "对象"),
        ("documents", "{", "不是正确的 JSON"),
        ("questions", "", "没有"),
        ("questions", '{"id": 1, "text": " "}', "字段 text"),
        ("qrels", "q1 0 3", "第 1 行"),
        ("qrels", "q1 0 3 很", "等级为整数"),
        ("qrels", "q1 0 3 0", "请核对题目编号"),
        ("qrels", "q1 0 8 1", "请核对文档编号"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str],
    files: dict[str, Path],
    tmp_path: Path,
    name: str,
    text: str,
    said: str,
) -> None:
    files[name].write_text(text, encoding="utf-8")
    assert call(files, tmp_path / "out") == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "找不到这个文件"),
        (b"plain", "gzip"),
        (gzip.compress(DOCUMENTS.encode(), mtime=0)[:60], "gzip"),
        (gzip.compress("甲".encode("gbk"), mtime=0), "UTF-8"),
        (gzip.compress(b"{", mtime=0), "第 1 行：.*不是正确的 JSON"),
        (gzip.compress(b"[]", mtime=0), "对象"),
    ],
)
def test_bad_packed_file_is_named(
    files: dict[str, Path], tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "packed.jsonl.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EvaluationError, match=said) as raised:
        load_benchmark(path, files["questions"], files["qrels"])
    assert str(path) in str(raised.value)


def test_missing_model_is_one_line() -> None:
    with pytest.raises(EvaluationError, match="/no/such/model"):
        run_ours(BENCHMARK, "/no/such/model")


def test_unwritable_folder_is_found_out_before_the_work(
    capsys: pytest.CaptureFixture[str], files: dict[str, Path], tmp_path: Path
) -> None:
    assert call(files, files["qrels"] / "out") == 2
    shown = capsys.readouterr()
    assert "请换一个可写入的文件夹" in shown.err
    assert "ndcg" not in shown.out


def test_missing_model_folder_is_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, Path],
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("POLICY_ASSISTANT_EMBEDDING", "/no/such/model")
    assert call(files, tmp_path / "out") == 2
    assert "/no/such/model" in capsys.readouterr().err


def test_missing_option_is_one_line_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["retrieval", "--out", "x"])
    assert stop.value.code == 2
    assert capsys.readouterr().err.startswith("缺少")


def many(count: int) -> Benchmark:
    articles = tuple(
        Article(str(n), f"第{n % 9}号办法", "", f"企业第{n}类项目给予{n}万元补助。")
        for n in range(count)
    )
    return Benchmark(articles, (Topic("q", "第77类项目补助多少", {"77": 1}),), 0, 0)


def test_many_documents_are_adapted_to_and_said_so() -> None:
    run = run_ours(many(510), None, growth=True)
    assert run.adaptation is not None
    assert run.adaptation["documents"] == 510
    assert run.growth is not None
    assert run.growth > 0
    assert run.ranked[0].ranking[0] == "77"
    assert run_ours(many(510), None, adapt=False).adaptation is None


def test_growth_is_shown(
    capsys: pytest.CaptureFixture[str], files: dict[str, Path], tmp_path: Path
) -> None:
    assert call(files, tmp_path / "out", "--growth") == 0
    assert "十分之一" in capsys.readouterr().out
    value = json.loads((tmp_path / "out" / "retrieval.json").read_text(encoding="utf-8"))
    assert value["latency_growth"] > 0
    assert value["adaptation"] is None
