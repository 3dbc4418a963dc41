"""The corpus check names every fault of every policy folder at once."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from corpus.check import check_library
from corpus.library import POLICIES
from corpus.reader import PolicyError

if TYPE_CHECKING:
    from pathlib import Path


def test_shipped_policies_have_no_fault() -> None:
    count, faults = check_library()
    assert count >= 1
    assert faults == ()


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        shutil.copytree(POLICIES / "minhang-robot", tmp_path / name)
    text = tmp_path / "a" / "policy.txt"
    text.write_text(
        text.read_text(encoding="utf-8").replace("按销售额的3%", "按销售额的4%"), encoding="utf-8"
    )
    (tmp_path / "b" / "policy.yaml").write_text("title: [", encoding="utf-8")
    count, faults = check_library(tmp_path)
    assert count == 3
    assert any("a/awards.yaml" in fault for fault in faults)
    assert any("policy.yaml" in fault for fault in faults)
    assert not any(fault.startswith("c/") for fault in faults)
    assert all("\n" not in fault for fault in faults)


def test_folder_without_policies_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="没有政策文件夹"):
        check_library(tmp_path)
    with pytest.raises(PolicyError, match="找不到政策文件夹"):
        check_library(tmp_path / "none")
