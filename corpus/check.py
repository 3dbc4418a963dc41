"""The corpus check: every fault of every policy folder, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.library import POLICIES, load_policy
from corpus.reader import PolicyError
from corpus.rules import check_awards

if TYPE_CHECKING:
    from pathlib import Path


def check_library(folder: Path | None = None) -> tuple[int, tuple[str, ...]]:
    """Return how many policy folders there are and one line a fault; raises PolicyError if none."""
    folder = folder or POLICIES
    if not folder.is_dir():
        raise PolicyError(f"找不到政策文件夹“{folder}”。请检查路径。")
    paths = [
        p for p in sorted(folder.iterdir()) if p.is_dir() and not p.name.startswith((".", "__"))
    ]
    if not paths:
        raise PolicyError(f"“{folder}”里没有政策文件夹。请为每份政策建一个文件夹。")
    faults: list[str] = []
    for path in paths:
        try:
            faults += [str(fault) for fault in check_awards(path, load_policy(path))]
        except PolicyError as error:
            faults.append(str(error))
    return len(paths), tuple(faults)
