"""Folders that belong to one process, and the right to build; both end when the process does.

A lock is the system's (flock, on the folder itself): it is taken back when its holder dies, even by
kill -9. So a folder whose lock is free was left behind by a dead process, and the next one removes
it. Where the system or the disk has no such locks, what is left behind stays until it is a day old.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.folder import STALE_SECONDS, remove

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BUILDING, _COPY = "building-", "policy-assistant-"
_SUFFIX = ".index"
"""Ends the names, so that nobody else's folder is taken for one of these."""


def temporary_place() -> Path:
    """Return where temporary files go; on a full disk Python finds no such place and raises."""
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:
        return Path(os.environ.get("TMPDIR") or "/tmp")  # noqa: S108 - named, not written to


@contextmanager
def building(home: Path, wait: Callable[[], None]) -> Iterator[None]:
    """Hold the right to build below `home`; while another process does, call `wait` and wait."""
    held = _opened(home)
    if held is None:
        yield
        return
    try:
        if _taken(held) is False:
            wait()
            _wait_for(held)
        yield
    finally:
        os.close(held)


def remove_left(home: Path) -> None:
    """Remove what dead processes of this user left, builds below `home` and temporary folders."""
    for place, prefix in ((home, BUILDING), (temporary_place(), _COPY)):
        for folder in place.glob(f"{prefix}*{_SUFFIX}"):
            _remove_left(folder)


def make_folder(place: Path | None = None, prefix: str = _COPY) -> tuple[Path, Callable[[], None]]:
    """Make a folder of this process below `place` (None: where temporary files go).

    Return it with what removes it. Raises OSError.
    """
    while True:
        folder = Path(tempfile.mkdtemp(_SUFFIX, prefix, place))
        held = _opened(folder)
        if held is None:
            return folder, partial(remove, folder)
        _wait_for(held)
        if folder.exists():  # else another process took it for a left one before it was locked
            return folder, partial(_remove_held, folder, held)
        os.close(held)


def _remove_held(folder: Path, held: int) -> None:
    remove(folder)
    os.close(held)


def _remove_left(folder: Path) -> None:
    """Remove a folder of this user if its process is dead, or may be and it is a day old."""
    held = _opened(folder)
    if held is None:
        return
    try:
        facts = os.fstat(held)
        is_old = facts.st_mtime < time.time() - STALE_SECONDS
        free = facts.st_uid == os.getuid() and _taken(held)
        if free or (free is None and is_old):
            remove(folder)
    finally:
        os.close(held)


if sys.platform == "win32":

    def _opened(folder: Path) -> int | None:
        return None

    def _taken(held: int) -> bool | None:
        return None

    def _wait_for(held: int) -> None:
        return

else:

    def _opened(folder: Path) -> int | None:
        """Open a folder itself, not what a link points to; None when that can't be."""
        try:
            return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            return None

    def _taken(held: int) -> bool | None:
        """Lock an open file unless another process holds it; None where there are no locks."""
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return None
        return True

    def _wait_for(held: int) -> None:
        """Lock an open file as soon as nobody else holds it."""
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
        except OSError:
            return
