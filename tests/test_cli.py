"""The command line keeps its contracts, and says in one line what it can't do."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assistant import cli, terminal
from assistant.usage import line_for
from corpus.library import POLICIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.chain import Assistant

    Run = Callable[..., tuple[int, str, str]]

CHECKOUT = Path(__file__).parent.parent
MINHANG = POLICIES / "minhang-robot" / "policy.txt"
TURN = {"question", "status", "reason", "answer", "citations", "calculations", "latency_ms"}
CITATION = {"policy", "clause", "label", "title", "quote", "start", "end"}
CALCULATION = {"policy", "award", "clause", "amount", "nature", "inputs", "steps"}


@pytest.fixture
def run(
    assistant: Assistant, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run a command in this process, on the assistant that is open already."""
    monkeypatch.setattr(terminal, "open_assistant", lambda policies=None, first=None: assistant)

    def command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(list(arguments))
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err

    return command


def started(
    *arguments: str, shell: str | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own; `shell` is a command line with `$policy` in it."""
    code = "from assistant.cli import main; main()"
    own = f'"{sys.executable}" -W error -c "{code}"'
    command = [sys.executable, "-W", "error", "-c", code, *arguments]
    return subprocess.run(
        ["/bin/bash", "-c", shell.replace("$policy", own)] if shell else command,
        capture_output=True,
        timeout=60,
        check=False,
        cwd=CHECKOUT,
        env=os.environ | environment,
    )


def one_line(err: str) -> None:
    assert err.endswith("\n")
    assert err.count("\n") == 1
    assert "Traceback" not in err


def turns(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def holds_the_contract(turn: dict[str, Any], assistant: Assistant) -> None:
    assert set(turn) == TURN
    assert turn["status"] in ("answered", "clarify", "declined")
    assert turn["reason"]
    assert turn["answer"].strip()
    assert turn["latency_ms"] >= 0
    for citation in turn["citations"]:
        assert set(citation) == CITATION
        clause = assistant.library.clause(citation["policy"], citation["clause"])
        assert clause is not None
        assert citation["label"] == clause.reference
        assert citation["title"] == clause.title
        assert clause.text[citation["start"] : citation["end"]] == citation["quote"]
    for calculation in turn["calculations"]:
        assert set(calculation) == CALCULATION
        assert calculation["amount"] is None or isinstance(calculation["amount"], str)
        for step in calculation["steps"]:
            assert set(step) == {"text", "quote"}


def test_ask_prints_one_object_a_turn(run: Run, assistant: Assistant) -> None:
    questions = [
        "链主企业落户有什么支持？",
        "我们投资3000万",
        "第八条原文是什么？",
        "今天天气怎么样？",
    ]
    code, out, err = run("ask", *questions, "--json")
    assert (code, err) == (0, "")
    said = turns(out)
    assert [turn["question"] for turn in said] == questions
    for turn in said:
        holds_the_contract(turn, assistant)
    assert [c["amount"] for c in said[1]["calculations"]] == ["3000000"]
    assert said[1]["calculations"][0]["clause"] == "6"
    whole = assistant.library.clause("minhang-robot", "8")
    assert whole is not None
    assert [(c["clause"], c["quote"]) for c in said[2]["citations"]] == [("8", whole.text)]
    assert said[3]["status"] == "declined"
    assert said[3]["citations"] == said[3]["calculations"] == []


def test_ask_cites_the_words_of_the_clause(run: Run) -> None:
    _, out, _ = run("ask", "揭榜挂帅项目最多能拿多少钱？", "--json")
    (turn,) = turns(out)
    assert turn["status"] == "answered"
    quotes = "".join(c["quote"] for c in turn["citations"] if c["clause"] == "2")
    assert "不超过揭榜额50%" in quotes
    assert "最高2000万元" in quotes


ODD = {
    "empty": "",
    "white space": " \t\n　",
    "control characters": "\x01\x02\x1b[31m\x7f\x9b",
    "emoji": "😀🤖🎉",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "ten thousand characters": "奖励多少" * 2500,
    "surrogate": "奖励\udcff多少",
    "template": "{question} %s {0} $HOME `id`",
    "right to left": "\u202e多少\u202c",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_question_gets_an_answer_of_its_own(run: Run, assistant: Assistant, name: str) -> None:
    code, out, err = run("ask", ODD[name], "--json")
    assert (code, err) == (0, "")
    (turn,) = turns(out)
    holds_the_contract(turn, assistant)
    assert turn["calculations"] == []
    assert not set(turn["answer"]) & set("\x01\x02\x1b\x7f\x9b\u202e")
    assert "<script" not in turn["answer"]
    code, out, err = run("ask", ODD[name])
    assert (code, err) == (0, "")
    assert out.strip()
    assert "\x1b[31m" not in out


def test_explain_shows_every_step(run: Run) -> None:
    code, out, _ = run("ask", "销售额1500万能补多少？", "--explain")
    assert code == 0
    for step in ("读作", "关键词", "相关条款", "测算", "结局"):
        assert step in out


def test_search_prints_the_best_clauses(run: Run) -> None:
    code, out, err = run("search", "并购", "重组", "--top", "3", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert len(found) == 3
    assert found[0]["clause"] == "7"
    assert found[0]["label"] == "第七条"
    assert [hit["score"] for hit in found] == sorted((hit["score"] for hit in found), reverse=True)
    assert "强化优质主体培育" in run("search", "并购重组")[1]
    assert len(json.loads(run("search", "支持企业", "--json")[1])) == 5
    assert "没有找到" in run("search", "zzqx")[1]
    assert json.loads(run("search", "zzqx", "--json")[1]) == []


def test_clauses_shows_how_a_document_is_read(run: Run) -> None:
    code, out, err = run("clauses", str(MINHANG), "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert [clause["label"] for clause in found] == [str(n) for n in range(1, 12)]
    assert set(found[0]) == {"label", "title", "section", "text"}
    assert found[4]["section"] == "三、促进应用场景牵引"
    assert found[4]["text"].startswith("5.推广服务机器人融入智慧生活。")
    assert "推广服务机器人融入智慧生活" in run("clauses", str(MINHANG))[1]


def test_calc_prints_amount_and_steps(run: Run) -> None:
    code, out, err = run("calc", "service-robot-sales", "product_sales=1500万元", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert set(found) >= CALCULATION
    assert found["amount"] == "450000"
    code, out, _ = run("calc", "service-robot-sales", "product_sales=1500万元")
    assert code == 0
    assert "45万元" in out


def test_awards_lists_every_rule(run: Run, assistant: Assistant) -> None:
    code, out, err = run("awards", "--json")
    assert (code, err) == (0, "")
    assert [row["award"] for row in json.loads(out)] == [r.id for r in assistant.library.awards]
    assert run("awards")[0] == 0


def test_check_and_index_say_what_is_sound(run: Run) -> None:
    code, out, err = run("check")
    assert (code, err) == (0, "")
    assert "核对无误" in out
    code, out, err = run("index")
    assert (code, err) == (0, "")
    assert "11 条" in out


def test_check_ends_with_one_where_there_are_faults(run: Run, tmp_path: Path) -> None:
    shutil.copytree(POLICIES / "minhang-robot", tmp_path / "changed")
    text = tmp_path / "changed" / "policy.txt"
    text.write_text(
        text.read_text(encoding="utf-8").replace("销售额的3%", "销售额的4%"), encoding="utf-8"
    )
    code, out, err = run("check", "--policies", str(tmp_path))
    assert (code, err) == (1, "")
    assert "changed/awards.yaml" in out
    assert "处有误" in out


WRONG = {
    "no command": ([], "缺少命令"),
    "unknown command": (["seach", "并购"], "没有命令 seach"),
    "unknown option": (["ask", "多少", "--jsn"], "没有选项 --jsn"),
    "option without value": (["search", "并购", "--top"], "--top 后面要写值"),
    "value too small": (["search", "并购", "--top", "0"], "--top 的值是“0”"),
    "no number": (["search", "并购", "--top", "三"], "--top 的值是“三”"),
    "value too large": (["serve", "--port", "65536"], "--port 的值是“65536”"),
    "negative port": (["serve", "--port", "-1"], "--port 的值是“-1”"),
    "no question": (["ask"], "缺少问题"),
    "no words": (["search"], "缺少要找的词"),
    "blank words": (["search", " "], "要找的词是空的"),
    "too many arguments": (["check", "more"], "多出了 more"),
    "no file": (["clauses"], "缺少文件"),
    "missing file": (["clauses", "/none.txt"], "没有这个文件"),
    "folder": (["clauses", "/tmp"], "文件夹"),
    "empty file": (["clauses", "/dev/null"], "是空的"),
    "binary file": (["clauses", sys.executable], "文本文件|上限"),
    "unknown award": (["calc", "none"], "没有奖励“none”"),
    "no value": (["calc", "service-robot-sales", "product_sales"], "名称=数值"),
    "unreadable sum": (["calc", "service-robot-sales", "product_sales=许多"], "许多"),
    "unknown input": (["calc", "service-robot-sales", "sales=1万元"], "没有“sales”"),
    "negative sum": (["calc", "service-robot-sales", "product_sales=-5万元"], "-5万元"),
    "no policies": (["check", "--policies", "/none"], "/none"),
    "strange host": (["serve", "--host", "203.0.113.7", "--port", "0"], "203.0.113.7"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_usage_is_one_line_and_exit_two(run: Run, name: str) -> None:
    arguments, says = WRONG[name]
    code, _, err = run(*arguments)
    assert code == 2
    one_line(err)
    assert any(part in err for part in says.split("|")), err


def test_taken_port_is_named_before_anything_slow(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, err = run("serve", "--port", str(port))
    assert code == 2
    one_line(err)
    assert f"端口 {port} 已被占用" in err


def test_a_defect_is_one_line_with_the_next_step(
    run: Run, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise KeyError("something\nunexpected")

    monkeypatch.setattr(type(assistant), "ask", fails)
    code, out, err = run("ask", "多少", "--json")
    assert (code, out) == (2, "")
    one_line(err)
    for words in ("程序内部出错", "KeyError", "POLICY_ASSISTANT_DEBUG=1"):
        assert words in err
    monkeypatch.setenv("POLICY_ASSISTANT_DEBUG", "1")
    with pytest.raises(KeyError):
        cli.main(["ask", "多少"])


def test_interruption_is_no_defect(
    run: Run, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(type(assistant), "ask", interrupted)
    code, _, err = run("ask", "多少")
    assert code == 2
    assert err == "已中断。\n"


def test_errors_of_ours_speak_for_themselves() -> None:
    from assistant.calculation import FactError
    from assistant.web.server import PortTakenError
    from corpus.money import MoneyError
    from corpus.reader import PolicyError
    from index.build import IndexFault
    from index.embedder import EmbeddingError

    for kind in (FactError, PortTakenError, MoneyError, PolicyError, IndexFault):
        assert line_for(kind("说明")) == "说明"
    assert "说明" in line_for(EmbeddingError("x", "说明", "y"))
    assert "程序内部出错" in line_for(ValueError("x" * 9999))
    assert len(line_for(ValueError("x" * 9999))) < 400


def test_broken_pipe_is_silent() -> None:
    done = started(shell=f'$policy clauses "{MINHANG}" --json | head -c 1; exit ${{PIPESTATUS[0]}}')
    assert done.stderr == b""
    assert done.stdout == b"["
    done = started(shell="$policy awards | head -1; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stderr) == (0, b"")
    done = started(shell="$policy awards > /dev/full")
    assert done.returncode == 2
    one_line(done.stderr.decode())


def test_terminals_without_chinese_get_escapes() -> None:
    ascii_only = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = started("clauses", str(MINHANG), "--json", **ascii_only)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode("ascii"))[4]["title"] == "推广服务机器人融入智慧生活"
    done = started("clauses", str(MINHANG), **ascii_only)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "\\u95f5" in done.stdout.decode("ascii")
    done = started("nope", **ascii_only)
    assert done.returncode == 2
    one_line(done.stderr.decode("ascii"))
    done = started("clauses", "/none", PYTHONUTF8="0", LC_ALL="POSIX")
    assert done.returncode == 2
    one_line(done.stderr.decode("utf-8", "replace"))


def test_broken_policy_folder_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    shutil.copytree(POLICIES / "minhang-robot", tmp_path / "whole")
    shutil.copytree(POLICIES / "minhang-robot", tmp_path / "broken")
    (tmp_path / "broken" / "policy.yaml").write_text("title: [", encoding="utf-8")
    done = started("ask", "第八条原文是什么？", "--json", POLICY_ASSISTANT_POLICIES=str(tmp_path))
    assert done.returncode == 0
    one_line(done.stderr.decode())
    assert "broken" in done.stderr.decode()
    assert json.loads(done.stdout)["citations"][0]["policy"] == "whole"


def test_unusable_settings_are_one_line(tmp_path: Path) -> None:
    done = started("ask", "多少", POLICY_ASSISTANT_EMBEDDING="/no/such/model")
    assert done.returncode == 2
    one_line(done.stderr.decode())
    assert "/no/such/model" in done.stderr.decode()
    home = tmp_path / "file"
    home.write_text("a file", encoding="utf-8")
    done = started("search", "并购", "--json", POLICY_ASSISTANT_HOME=str(home))
    assert done.returncode == 0
    one_line(done.stderr.decode())
    assert "临时索引" in done.stderr.decode()
    assert json.loads(done.stdout)[0]["clause"] == "7"
    assert home.read_text(encoding="utf-8") == "a file"


def test_chat_goes_on_until_the_user_leaves(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = iter(["链主企业落户有什么支持？", "", "我们投资3000万", "退出"])
    monkeypatch.setattr("builtins.input", lambda _: next(lines))
    code, out, err = run("chat")
    assert (code, err) == (0, "")
    assert "300万元" in out
    assert "已结束" in out
    assert next(lines, None) is None

    def ended(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", ended)
    assert run("chat")[0] == 0


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (["--status", "draft"], 5),
        (["--status", "征求意见"], 5),
        (["--status", "in-force"], 0),
        (["--on", "2026-11-24"], 0),
        (["--policy", "minhang-robot"], 5),
        (["--policy", "minhang-robot", "--status", "现行"], 0),
    ],
)
def test_search_takes_filters(run: Run, filters: list[str], count: int) -> None:
    code, out, err = run("search", "支持企业", *filters, "--json")
    assert (code, err) == (0, "")
    assert len(json.loads(out)) == count


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (["--status", "有效"], "选项 --status 的值是“有效”，可用的是 draft、in-force"),
        (["--on", "明天"], "选项 --on 的值是“明天”，应为 2026-11-24 这样的日期"),
        (["--on", "2026-02-30"], "“2026-02-30”"),
        (["--policy", "nowhere"], "没有编号为“nowhere”的政策。现有的是 minhang-robot"),
    ],
)
def test_a_wrong_filter_is_one_line(run: Run, filters: list[str], said: str) -> None:
    code, out, err = run("search", "支持企业", *filters)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
