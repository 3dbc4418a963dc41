"""What a dead process left is removed, what a living one holds is not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.folder import STALE_SECONDS
from index.locks import BUILDING, building, make_folder, remove_left

CHECKOUT = Path(__file__).parent.parent
HOLDS = """
import sys, time
from pathlib import Path
from index.locks import building, make_folder
home = Path(sys.argv[1])
with building(home, lambda: None):
    folder, remove = make_folder(home, "building-")
    (folder / "part").write_text("half")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


def holder(home: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(home)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_folder_is_held_until_its_process_dies(tmp_path: Path) -> None:
    process, folder = holder(tmp_path)
    remove_left(tmp_path)
    assert (folder / "part").exists()
    process.kill()
    process.communicate()
    remove_left(tmp_path)
    assert not folder.exists()


def test_building_waits_for_the_other_and_says_so(tmp_path: Path) -> None:
    process, _ = holder(tmp_path)
    waits: list[float] = []

    def waiting() -> None:
        waits.append(time.monotonic())
        process.kill()
        process.communicate()

    with building(tmp_path, waiting):
        assert len(waits) == 1
    with building(tmp_path, waiting):
        assert len(waits) == 1


def test_own_folders_are_kept_until_removed(tmp_path: Path, temporary: Path) -> None:
    folder, remove = make_folder()
    build, remove_build = make_folder(tmp_path, BUILDING)
    assert folder.parent == temporary
    remove_left(tmp_path)
    assert folder.is_dir()
    assert build.is_dir()
    remove()
    remove_build()
    assert not folder.exists()
    assert not build.exists()


def test_what_only_looks_alike_is_left_alone(tmp_path: Path, temporary: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (temporary / "policy-assistant-notes.index").write_text("mine", encoding="utf-8")
    (temporary / "policy-assistant-link.index").symlink_to(mine)
    for name in ("policy-assistant-src", "notes.index", "building-plans"):
        (temporary / name).mkdir()
        (tmp_path / name).mkdir()
    remove_left(tmp_path)
    assert mine.is_dir()
    assert len(list(temporary.iterdir())) == 5
    assert (tmp_path / "building-plans").is_dir()


def test_folders_of_another_user_are_left_alone(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = temporary / "policy-assistant-theirs.index"
    theirs.mkdir()
    user = os.getuid()
    monkeypatch.setattr("os.getuid", lambda: user + 1)
    remove_left(tmp_path)
    assert theirs.exists()


def test_without_locks_only_what_is_a_day_old_goes(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*_: object) -> None:
        raise OSError("no locks on this disk")

    monkeypatch.setattr("fcntl.flock", unsupported)
    new, _ = make_folder()
    old, _ = make_folder()
    day_ago = time.time() - STALE_SECONDS - 60
    os.utime(old, (day_ago, day_ago))
    with building(tmp_path, lambda: None):
        remove_left(tmp_path)
    assert new.exists()
    assert not old.exists()
