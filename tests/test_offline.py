"""Everything works without any network: start, index, ask, evaluate."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent
CASE = {
    "id": "offline",
    "category": "calc",
    "turns": ["智慧养老产品卖了1500万，能补多少？"],
    "expect": {
        "status": "answered",
        "clauses": ["5"],
        "any_clause": [],
        "amounts": {"5": "450000"},
        "says": ["450000"],
        "contains": [],
        "contains_any": [],
        "excludes": [],
    },
}
SCRIPT = """
import socket, sys
def refuse(*arguments, **options):
    print("CONNECTS", arguments, file=sys.stderr)
    raise OSError("no network")
for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse)
socket.getaddrinfo = socket.create_connection = refuse
module, *sys.argv[1:] = sys.argv[1:]
from importlib import import_module
import_module(module).main()
"""


def offline(home: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command line that can reach no network: no interface where allowed, no socket."""
    cut = ["unshare", "--net"] if can_unshare() else []
    return subprocess.run(
        [*cut, sys.executable, "-c", SCRIPT, module, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=CHECKOUT,
        env=os.environ | {"POLICY_ASSISTANT_HOME": str(home)},
    )


def can_unshare() -> bool:
    tool = shutil.which("unshare")
    return (
        bool(tool)
        and not subprocess.run(
            ["unshare", "--net", "true"], capture_output=True, check=False
        ).returncode
    )


def test_index_ask_and_evaluate_work_offline(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = offline(home, "assistant.cli", "index")
    assert (done.returncode, done.stderr) == (0, "")
    assert "索引可用" in done.stdout

    done = offline(home, "assistant.cli", "ask", "第八条原文是什么？", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["status"] == "answered"

    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps(CASE, ensure_ascii=False) + "\n", encoding="utf-8")
    out = tmp_path / "out"
    done = offline(home, "eval.cli", "answers", str(questions), "--out", str(out), "--floor", "1")
    assert "CONNECTS" not in done.stderr
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = (out / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["calculations"][0]["amount"] == "450000"
    assert (out / "report.html").stat().st_size > 0
