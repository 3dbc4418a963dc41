"""The corpus check: every fault of every policy folder, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.library import POLICIES, load_policy, policy_folders
from corpus.reader import PolicyError
from corpus.rules import check_awards

if TYPE_CHECKING:
    from pathlib import Path


def check_library(folder: Path | None = None) -> tuple[int, tuple[str, ...]]:
    """Return how many policy folders there are and one line a fault; raises PolicyError if none."""
    paths = policy_folders(folder or POLICIES)
    faults: list[str] = []
    for path in paths:
        try:
            faults += [str(fault) for fault in check_awards(path, load_policy(path))]
        except PolicyError as error:
            faults.append(str(error))
    return len(paths), tuple(faults)
