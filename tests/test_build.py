"""The index is whole or not at all: never stale, never damaged, never half written."""

from __future__ import annotations

import errno
import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from corpus.library import Library
from corpus.reader import read_policy
from index import build, folder
from index.build import IndexFault, Progress, open_index
from index.embedder import EmbeddingError
from index.letters import LetterIndex
from index.postings import Postings
from index.static_embedder import SHIPPED
from index.store import VectorStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.retriever import PolicyRetriever

TEXT = (
    "奖励办法\n一、支持研发。给予研发投入30%的补助。\n二、支持并购。奖励50万元。\n三、支持参展。\n"
)
CHECKOUT = Path(__file__).parent.parent


def library(text: str = TEXT) -> Library:
    return Library((read_policy("sample", text),))


@dataclass
class Notes:
    """Collects what a build reports."""

    lines: list[str] = field(default_factory=list)
    builds: int = 0

    @property
    def progress(self) -> Progress:
        return Progress(start=self._start, note=self.lines.append)

    def _start(self, label: str, total: int) -> None:
        assert label in ("正在建立词语索引", "正在建立向量索引")
        assert total > 0
        self.builds += label == "正在建立向量索引"


def finds(retriever: PolicyRetriever) -> None:
    assert retriever.hits("并购")[0].clause == "二"
    assert retriever.hits("研发投入")[0].clause == "一"


def only_index(home: Path) -> Path:
    """Return the one index below `home`, and hold that nothing else is left there."""
    (found,) = home.iterdir()
    assert found.name.startswith("index-")
    return found


def test_index_is_built_once_and_then_opened(tmp_path: Path) -> None:
    first, second = Notes(), Notes()
    finds(open_index(library(), tmp_path / "new" / "home", progress=first.progress))
    finds(open_index(library(), tmp_path / "new" / "home", progress=second.progress))
    assert (first.builds, second.builds) == (1, 0)
    assert first.lines == second.lines == []
    only_index(tmp_path / "new" / "home")


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_left_as_it_was(tmp_path: Path, enabled: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        open_index(library(), tmp_path)
        assert gc.isenabled() == enabled
        with pytest.raises(EmbeddingError):
            open_index(library(), tmp_path, "/no/such/model")
        assert gc.isenabled() == enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_opening_and_asking_change_no_file(tmp_path: Path) -> None:
    open_index(library(), tmp_path)
    before = contents(only_index(tmp_path))
    finds(open_index(library(), tmp_path))
    assert contents(only_index(tmp_path)) == before


def contents(place: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in place.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("50万元", "60万元"),
        TEXT.replace("奖励办法", "激励办法\n第一章 总则"),
        TEXT + "四、支持人才。\n",
    ],
)
def test_changed_text_is_indexed_anew(tmp_path: Path, text: str) -> None:
    open_index(library(), tmp_path)
    notes = Notes()
    retriever = open_index(library(text), tmp_path, progress=notes.progress)
    assert notes.builds == 1
    assert [d.page_content for d in retriever.documents] == [
        "\n".join((*clause.section, clause.text)) for clause in library(text).clauses
    ]
    finds(retriever)


def test_changed_model_is_indexed_anew(tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(SHIPPED, model)
    home = tmp_path / "home"
    notes = Notes()
    open_index(library(), home, str(model), notes.progress)
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    (model / "config.json").write_text(json.dumps(config | {"note": 1}), encoding="utf-8")
    open_index(library(), home, str(model), notes.progress)
    open_index(library(), home, str(model), notes.progress)
    assert notes.builds == 2


def test_changed_format_is_indexed_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = Notes()
    open_index(library(), tmp_path, progress=notes.progress)
    monkeypatch.setattr(build, "FORMAT", build.FORMAT + 1)
    open_index(library(), tmp_path, progress=notes.progress)
    assert notes.builds == 2


def many(count: int, changed: int = -1) -> Library:
    """Return a library of `count` policies of ten clauses, the text of one of them changed."""
    subjects = ("研发投入", "并购重组", "参加展览", "购置设备", "引进人才")
    policies = []
    for number in range(count):
        amount = 7 if number == changed else 5
        clauses = "".join(
            f"第{label}条 支持{subjects[row % 5]}。"
            f"对第{number}类企业给予{row * amount + number}万元奖励。\n"
            for row, label in enumerate("一二三四五六七八九十")
        )
        policies.append(read_policy(f"p{number}", f"第{number}号办法\n{clauses}"))
    return Library(tuple(policies))


def facts(home: Path) -> dict[str, Any]:
    """Return what the manifest of the index made last says."""
    return folder.read_facts(max(home.glob("index-*"), key=lambda place: place.stat().st_mtime_ns))


def test_a_change_of_one_policy_takes_over_the_rest(tmp_path: Path) -> None:
    steps: list[int] = []
    open_index(many(10), tmp_path)
    progress = Progress(advance=steps.append)
    after = open_index(many(10, changed=3), tmp_path, progress=progress)
    assert steps[0] == 100 - 9, "the first clause of ten reads as before"
    assert facts(tmp_path)["drift"] == 18
    anew = open_index(many(10, changed=3), tmp_path / "anew")
    assert facts(tmp_path / "anew")["drift"] == 0
    for query in ("并购有什么奖励", "第3类企业", "研发投入", "展览"):
        assert after.hits(query, 20) == anew.hits(query, 20)


def test_after_many_changes_all_is_made_anew(tmp_path: Path) -> None:
    open_index(many(10), tmp_path)
    first = only_index(tmp_path)
    open_index(many(10, changed=3), tmp_path)
    shutil.rmtree(first)
    open_index(many(10, changed=4), tmp_path)
    assert facts(tmp_path)["drift"] == 0


def test_a_damaged_earlier_index_hands_nothing_on(tmp_path: Path) -> None:
    open_index(many(10), tmp_path)
    flipped(only_index(tmp_path) / "lexical" / "words" / "counts.npy")
    open_index(many(10, changed=3), tmp_path)
    assert facts(tmp_path)["drift"] == 0


def test_damage_to_a_file_that_two_indexes_share_is_found_in_both(tmp_path: Path) -> None:
    open_index(many(10), tmp_path)
    open_index(many(10, changed=3), tmp_path)
    first, second = (
        next(place.rglob("chroma.sqlite3")) for place in sorted(tmp_path.glob("index-*"))
    )
    assert first.samefile(second)
    flipped(first)
    for given in (many(10), many(10, changed=3)):
        notes = Notes()
        open_index(given, tmp_path, progress=notes.progress)
        assert ["已损坏" in line for line in notes.lines] == [True]


def test_where_files_cannot_be_shared_they_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    open_index(many(10), tmp_path)
    open_index(many(10, changed=3), tmp_path)
    assert facts(tmp_path)["drift"] == 18
    notes = Notes()
    open_index(many(10, changed=3), tmp_path, progress=notes.progress)
    assert (notes.builds, notes.lines) == (0, [])


def test_a_damaged_copy_is_noticed_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def halve(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:-1])

    monkeypatch.setattr(os, "link", halve)
    open_index(many(10), tmp_path)
    open_index(many(10, changed=3), tmp_path)
    monkeypatch.undo()
    notes = Notes()
    open_index(many(10, changed=3), tmp_path, progress=notes.progress)
    (line,) = notes.lines
    assert "已损坏" in line


def test_a_large_library_has_its_model_adapted_once(tmp_path: Path) -> None:
    labels: list[str] = []
    progress = Progress(start=lambda label, total: labels.append(label))
    open_index(many(50), tmp_path, progress=progress)
    assert labels[1] == "正在让模型适应这些文件（Ctrl+C 跳过）"
    made = facts(tmp_path)["adaptation"]
    assert made["documents"] == 500
    open_index(many(50, changed=3), tmp_path, progress=progress)
    assert len(labels) == 5
    assert facts(tmp_path)["adaptation"] == made
    plain = open_index(many(50), tmp_path / "plain", adapt=False)
    assert facts(tmp_path / "plain")["adaptation"] is None
    assert plain.hits("购置设备")[0].clause in ("第四条", "第九条")


def test_opening_an_adapted_index_needs_no_torch(tmp_path: Path) -> None:
    open_index(many(50), tmp_path)
    script = (
        "import sys\nfrom pathlib import Path\nfrom tests.test_build import many\n"
        "from index.build import open_index\n"
        "print(open_index(many(50), Path(sys.argv[1])).hits('购置设备')[0].clause)\n"
        "assert 'torch' not in sys.modules\nassert 'chromadb' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONUTF8": "1"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def every_file(place: Path) -> list[Path]:
    return sorted(path for path in place.rglob("*") if path.is_file())


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x01
    path.write_bytes(data)


def removed(path: Path) -> None:
    path.unlink()


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def replaced(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = [truncated, flipped, removed, emptied, replaced]


def test_any_damage_to_any_file_is_noticed(tmp_path: Path) -> None:
    open_index(library(), tmp_path)
    place = only_index(tmp_path)
    key = json.loads((place / "manifest.json").read_text(encoding="utf-8"))["key"]
    names = [path.relative_to(place) for path in every_file(place)]
    assert {"chroma.sqlite3", "data_level0.bin", "manifest.json"} <= {name.name for name in names}
    assert folder.damage(place, key) is None
    for name in names:
        for damage in DAMAGES:
            copy = tmp_path / "copy"
            shutil.copytree(place, copy)
            if not (copy / name).stat().st_size and damage not in (removed, replaced):
                shutil.rmtree(copy)
                continue
            damage(copy / name)
            assert folder.damage(copy, key), f"{damage.__name__} {name}"
            shutil.rmtree(copy)


def damaged_database(place: Path) -> None:
    flipped(place / "chroma" / "chroma.sqlite3")


def damaged_graph(place: Path) -> None:
    truncated(next((place / "chroma").rglob("data_level0.bin")))


def garbage_manifest(place: Path) -> None:
    (place / "manifest.json").write_text("[" * 100_000, encoding="utf-8")


def other_manifest(place: Path) -> None:
    (place / "manifest.json").write_text('{"key": "x", "files": {}}', encoding="utf-8")


def missing_manifest(place: Path) -> None:
    (place / "manifest.json").unlink()


def missing_folder(place: Path) -> None:
    shutil.rmtree(place / "chroma")


def empty_folder(place: Path) -> None:
    shutil.rmtree(place)
    place.mkdir()


def file_in_its_place(place: Path) -> None:
    shutil.rmtree(place)
    place.write_text("not a folder", encoding="utf-8")


def dangling_link(place: Path) -> None:
    shutil.rmtree(place)
    place.symlink_to(place.parent / "nowhere")


@pytest.mark.parametrize(
    "damage",
    [
        damaged_database,
        damaged_graph,
        garbage_manifest,
        other_manifest,
        missing_manifest,
        missing_folder,
        empty_folder,
        file_in_its_place,
        dangling_link,
    ],
)
def test_damaged_index_is_rebuilt_with_one_line(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    open_index(library(), tmp_path)
    damage(only_index(tmp_path))
    notes = Notes()
    finds(open_index(library(), tmp_path, progress=notes.progress))
    assert notes.builds == 1
    (line,) = notes.lines
    assert "已损坏" in line
    assert "\n" not in line
    again = Notes()
    finds(open_index(library(), tmp_path, progress=again.progress))
    assert (again.builds, again.lines) == (0, [])
    only_index(tmp_path)


def occupied(path: Path) -> Path:
    path.write_text("a file", encoding="utf-8")
    return path


@pytest.mark.parametrize("below", ["", "deeper/home"])
def test_unwritable_home_means_a_temporary_index(tmp_path: Path, below: str) -> None:
    home = occupied(tmp_path / "file") / below
    notes = Notes()
    finds(open_index(library(), home, progress=notes.progress))
    (line,) = notes.lines
    assert str(home) in line
    assert "临时索引" in line
    assert "POLICY_ASSISTANT_HOME" in line


def test_an_index_that_cannot_be_read_nor_removed_means_a_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_index(library(), tmp_path)
    garbage_manifest(only_index(tmp_path))
    monkeypatch.setattr(folder, "remove", lambda path: None)
    notes = Notes()
    finds(open_index(library(), tmp_path, progress=notes.progress))
    damaged, temporary = notes.lines
    assert "已损坏" in damaged
    assert "临时索引" in temporary


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("step", ["words", "letters", "vectors", "manifest", "rename"])
def test_full_disk_leaves_no_half_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    owner, name = {
        "words": (Postings, "save"),
        "letters": (LetterIndex, "save"),
        "vectors": (VectorStore, "put"),
        "manifest": (folder, "seal"),
        "rename": (folder, "put_in_place"),
    }[step]
    genuine = getattr(owner, name)
    tries: list[int] = []

    def fails_once(*arguments: object, **options: object) -> object:
        tries.append(1)
        if len(tries) == 1:
            full_disk()
        return genuine(*arguments, **options)

    monkeypatch.setattr(owner, name, fails_once)
    notes = Notes()
    finds(open_index(library(), tmp_path, progress=notes.progress))
    (line,) = notes.lines
    assert "磁盘已满" in line
    assert list(tmp_path.iterdir()) == []


def test_full_disk_everywhere_is_one_clear_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Postings, "save", full_disk)
    with pytest.raises(IndexFault, match="磁盘已满") as raised:
        open_index(library(), tmp_path)
    assert "TMPDIR" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_unknown_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="/no/such/model"):
        open_index(library(), tmp_path, "/no/such/model")
    assert list(tmp_path.iterdir()) == []


def test_indexes_unused_for_a_day_are_removed(tmp_path: Path) -> None:
    open_index(library(), tmp_path)
    old = only_index(tmp_path)
    left = tmp_path / "building-killed.index"
    left.mkdir()
    mine = tmp_path / "notes.txt"
    mine.write_text("mine", encoding="utf-8")
    cards = tmp_path / "index-cards"
    cards.mkdir()
    for path in (old, left, mine, cards):
        os.utime(path, (0, 0))
    open_index(library(TEXT + "四、支持人才。\n"), tmp_path)
    assert not old.exists()
    assert not left.exists()
    assert mine.exists()
    assert cards.exists()


def test_used_index_is_kept(tmp_path: Path) -> None:
    open_index(library(), tmp_path)
    used = only_index(tmp_path)
    os.utime(used, (0, 0))
    open_index(library(), tmp_path)
    open_index(library(TEXT + "四、支持人才。\n"), tmp_path)
    assert used.exists()


SCRIPT = f"""
import os, sys, time
from pathlib import Path
from corpus.library import Library
from corpus.reader import read_policy
from index import build
home, pause = Path(sys.argv[1]), float(sys.argv[2])
seal = build.folders.seal
def slowly(*arguments):
    print("sealing", flush=True)
    time.sleep(pause)
    seal(*arguments)
build.folders.seal = slowly
library = Library((read_policy("sample", {TEXT!r}),))
retriever = build.open_index(library, home)
print([(h.clause, h.score, h.lexical, h.similarity) for h in retriever.hits("支持并购奖励", 3)])
"""


def started(home: Path, pause: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(home), str(pause)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONUTF8": "1"},
    )


def found_by(retriever: PolicyRetriever) -> str:
    found = [
        (h.clause, h.score, h.lexical, h.similarity) for h in retriever.hits("支持并购奖励", 3)
    ]
    return f"{found}\n"


def test_what_a_killed_build_leaves_is_removed_at_the_next_start(tmp_path: Path) -> None:
    killed = started(tmp_path, 60)
    assert killed.stdout is not None
    assert killed.stdout.readline() == "sealing\n"
    (half,) = tmp_path.iterdir()
    assert half.name.startswith("building-")
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    finds(open_index(library(), tmp_path))
    only_index(tmp_path)


def test_of_two_processes_one_builds_and_the_other_waits_for_it(tmp_path: Path) -> None:
    first = started(tmp_path, 3)
    assert first.stdout is not None
    assert first.stdout.readline() == "sealing\n"
    notes = Notes()
    here = open_index(library(), tmp_path, progress=notes.progress)
    assert notes.lines == ["另一个进程正在建立索引，等它完成。"]
    assert notes.builds == 0
    assert first.communicate(timeout=60) == (found_by(here), "")
    only_index(tmp_path)


def test_two_processes_at_once_find_the_same(tmp_path: Path) -> None:
    both = [started(tmp_path, 0.5), started(tmp_path, 0.5)]
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert {out.removeprefix("sealing\n") for out, _ in said} == {
        found_by(open_index(library(), tmp_path))
    }
    assert {err for _, err in said} == {""}
    only_index(tmp_path)


@pytest.mark.parametrize("after_seconds", [0.6, 1.0, 1.4, 1.8])
def test_killed_at_any_moment_the_next_start_is_sound(tmp_path: Path, after_seconds: float) -> None:
    process = started(tmp_path, 0)
    time.sleep(after_seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    notes = Notes()
    finds(open_index(library(), tmp_path, progress=notes.progress))
    assert notes.lines == []
    only_index(tmp_path)


LIMITED = f"""
import resource, sys
from pathlib import Path
from corpus.library import Library
from corpus.reader import read_policy
from index.build import IndexFault, Progress, open_index
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
library = Library((read_policy("sample", {TEXT!r}),))
try:
    open_index(library, Path(sys.argv[1]), progress=Progress(note=print))
except IndexFault as fault:
    print("FAULT", fault)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no file limits there")
@pytest.mark.parametrize("limit", [0, 300, 20_000, 150_000])
def test_a_disk_that_takes_no_more_is_two_clear_lines(tmp_path: Path, limit: int) -> None:
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    temporary.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(home), str(limit)],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONUTF8": "1", "TMPDIR": str(temporary)},
        timeout=60,
        check=True,
    )
    noted, fault = done.stdout.splitlines()
    assert "本次改用临时索引" in noted
    assert fault.startswith("FAULT 临时文件夹")
    assert "Traceback" not in done.stderr
    assert [*home.iterdir(), *temporary.iterdir()] == []
