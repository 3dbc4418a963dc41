"""A policy folder that can't be used is named and left out; the others go on working."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest

from corpus.library import POLICIES, load_library, load_policy
from corpus.reader import PolicyError

if TYPE_CHECKING:
    from pathlib import Path

INFO = """title: 试行办法
issuer: 某区
kind: 规范性文件
source: 官网
in_force: true
"""
TEXT = "试行办法\n一、支持研发。奖励30万元。\n"


def policy_folder(place: Path, text: str | bytes = TEXT, info: str = INFO) -> Path:
    place.mkdir(parents=True)
    data = text if isinstance(text, bytes) else text.encode()
    (place / "policy.txt").write_bytes(data)
    (place / "policy.yaml").write_text(info, encoding="utf-8")
    return place


def test_shipped_policies_are_sound() -> None:
    library = load_library()
    assert library.faults == ()
    assert len(library.clauses) >= 11
    policy = library.policy("minhang-robot")
    assert policy is not None
    assert policy.info.kind == "征求意见稿"
    assert not policy.info.in_force
    assert policy.info.title == policy.title
    assert library.clause("minhang-robot", "5") == policy.clause("5")
    assert library.clause("minhang-robot", "99") is None
    assert library.policy("none") is None
    assert [rule.clause for rule in library.awards_of("minhang-robot", "5")] == ["5"]


def test_policy_without_awards_is_loaded(tmp_path: Path) -> None:
    policy_folder(tmp_path / "trial")
    library = load_library(tmp_path)
    assert [policy.id for policy in library.policies] == ["trial"]
    assert library.policies[0].info.short_title == "试行办法"
    assert library.awards == ()


BROKEN_INFO = {
    "not yaml": ("title: [未完", r"第 \d+ 行不是有效的 YAML"),
    "tab": ("title:\tx\n\tissuer: y", "不是有效的 YAML"),
    "too deep": ("[" * 5000, "不是有效的 YAML"),
    "impossible date": ("title: 2024-13-45\n", "不是有效的 YAML"),
    "list": ("- title", "字段: 值"),
    "word": ("title", "字段: 值"),
    "missing": (INFO.replace("issuer: 某区\n", ""), "缺少字段 issuer"),
    "blank": (INFO.replace("某区", ""), "缺少字段 issuer"),
    "unknown": (INFO + "titel: x\n", "未知字段 titel"),
    "number": (INFO.replace("某区", "12"), "issuer 是“12”"),
    "no truth": (INFO.replace("true", "也许"), "in_force 是“也许”"),
    "aliases": (INFO + "aliases: 机器人\n", "aliases"),
    "no date": (INFO + "effective: 明年\n", "effective 是“明年”，不是日期"),
    "no such day": (INFO + 'expires: "2026-02-30"\n', "expires 是“2026-02-30”，不是日期"),
    "a time": (INFO + "effective: 2026-01-01 10:00:00\n", "不是日期"),
    "a year": (INFO + "effective: 2026\n", "effective 是“2026”，不是日期"),
    "turned round": (INFO + "effective: 2026-01-02\nexpires: 2026-01-01\n", "早于 effective"),
    "empty": ("", "是空的"),
    "binary": ("\x00\x01", "不是文本文件"),
}


@pytest.mark.parametrize("name", BROKEN_INFO)
def test_broken_description_is_one_line_and_the_rest_goes_on(tmp_path: Path, name: str) -> None:
    info, reason = BROKEN_INFO[name]
    policy_folder(tmp_path / "broken", info=info)
    policy_folder(tmp_path / "whole")
    library = load_library(tmp_path)
    assert [policy.id for policy in library.policies] == ["whole"]
    (fault,) = library.faults
    assert "broken" in fault
    assert "\n" not in fault
    with pytest.raises(PolicyError, match=reason):
        load_policy(tmp_path / "broken")


@pytest.mark.parametrize("text", [b"", b"\x00\x01\x02", b"  \n", "只有一行字".encode()])
def test_unusable_text_is_named(tmp_path: Path, text: bytes) -> None:
    place = policy_folder(tmp_path / "broken", text=text)
    with pytest.raises(PolicyError, match=r"policy\.txt"):
        load_policy(place)


def test_missing_files_are_named(tmp_path: Path) -> None:
    place = policy_folder(tmp_path / "broken")
    (place / "policy.txt").unlink()
    with pytest.raises(PolicyError, match=r"policy\.txt.*没有这个文件"):
        load_policy(place)
    (place / "policy.yaml").unlink()
    with pytest.raises(PolicyError, match=r"policy\.yaml.*没有这个文件"):
        load_policy(place)


def test_broken_awards_leave_the_text_usable(tmp_path: Path) -> None:
    place = policy_folder(tmp_path / "trial")
    (place / "awards.yaml").write_text("- id: [", encoding="utf-8")
    library = load_library(tmp_path)
    assert [policy.id for policy in library.policies] == ["trial"]
    assert library.awards == ()
    assert "awards.yaml" in library.faults[0]


def test_nothing_usable_is_one_fault(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="没有政策文件夹"):
        load_library(tmp_path)
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "__pycache__").mkdir()
    with pytest.raises(PolicyError, match="没有政策文件夹"):
        load_library(tmp_path)
    policy_folder(tmp_path / "broken", text=b"\x00")
    with pytest.raises(PolicyError, match="没有可用的政策") as raised:
        load_library(tmp_path)
    assert "\n" not in str(raised.value)
    for path in (tmp_path / "none", tmp_path / "broken" / "policy.txt"):
        with pytest.raises(PolicyError, match="找不到政策文件夹"):
            load_library(path)


def test_fingerprint_follows_text_and_description(tmp_path: Path) -> None:
    policy_folder(tmp_path / "one" / "trial")
    policy_folder(tmp_path / "two" / "trial", text=TEXT.replace("30", "31"))
    policy_folder(tmp_path / "three" / "trial", info=INFO.replace("某区", "别区"))
    shutil.copytree(tmp_path / "one", tmp_path / "four")
    prints = [load_library(tmp_path / name).fingerprint for name in ("one", "two", "three", "four")]
    assert len(set(prints)) == 3
    assert prints[0] == prints[3]


def test_shipped_text_is_the_published_one() -> None:
    names = {path.name for path in (POLICIES / "minhang-robot").iterdir()}
    assert {"policy.txt", "policy.yaml", "awards.yaml"} <= names


def test_a_policy_is_in_force_from_its_first_to_its_last_day(tmp_path: Path) -> None:
    dates = 'effective: 2026-01-01\nexpires: "2026-12-31"\n'
    info = load_policy(policy_folder(tmp_path / "dated", info=INFO + dates)).info
    assert (info.effective, info.expires) == (date(2026, 1, 1), date(2026, 12, 31))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [info.is_in_force(day) for day in days] == [False, True, True, False]
    assert info.status == "in-force"


def test_a_policy_without_dates_is_in_force_always_and_a_draft_never(tmp_path: Path) -> None:
    bare = load_policy(policy_folder(tmp_path / "bare")).info
    assert bare.is_in_force(date(1990, 1, 1))
    draft = load_policy(policy_folder(tmp_path / "draft", info=INFO.replace("true", "false"))).info
    assert draft.status == "draft"
    assert not draft.is_in_force(date(2026, 11, 24))
