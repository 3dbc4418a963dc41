"""A built index as a folder of files: whole or not at all.

`manifest.json` names every other file with its SHA-256, so a truncated or changed file is found
before any library reads it (a damaged HNSW graph can take the process down with it). Chroma's files
are never opened where they lie: it writes even when it only reads, so it works on a copy.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MANIFEST = "manifest.json"
STALE_SECONDS = 24 * 3600
_BLOCK = 2**24
"""So many bytes of a file are hashed at a time; Python's other threads run meanwhile."""
_NAME = re.compile(r"index-(words-)?[0-9a-f]{16}")
_REASONS = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EACCES: "没有写入权限",
    errno.EPERM: "没有写入权限",
    errno.EROFS: "只读的磁盘",
    errno.EEXIST: "同名的不是文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENOENT: "无法在这里新建文件夹",
    errno.ENAMETOOLONG: "路径太长",
    errno.ELOOP: "路径中的链接成环",
    errno.EFBIG: "文件大小超过了系统给的上限",
    errno.EIO: "磁盘读写出错",
}


def seal(
    folder: Path,
    key: str,
    facts: Mapping[str, Any] | None = None,
    known: Mapping[str, str] | None = None,
) -> None:
    """Write the manifest of a finished build; `key` is the hash of what it was made from.

    `facts` say how it was made; `known` are the hashes of files that `link_files` took over.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    digests: dict[str, str | None] = {path.relative_to(folder).as_posix(): None for path in paths}
    digests |= known or {}
    fresh = [name for name, digest in digests.items() if digest is None]
    digests |= dict(zip(fresh, _digests([folder / name for name in fresh]), strict=True))
    text = json.dumps({"key": key, **(facts or {}), "files": digests}, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def read_facts(folder: Path) -> dict[str, Any]:
    """Return what a manifest says, nothing when it can't be read."""
    try:
        value = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def damage(folder: Path, key: str) -> str | None:
    """Return in a few words what is wrong with an index folder, None when it is sound."""
    try:
        manifest: Any = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["key"] != key or not manifest["files"]:
            return "清单与内容不符"
        sealed = manifest["files"]
        found = _digests([folder / name for name in sealed])
        for (name, digest), now in zip(sealed.items(), found, strict=True):
            if now != digest:
                return f"{name} 被改动"
    except OSError as error:
        return f"缺少文件 {Path(error.filename or MANIFEST).name}"
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "清单无法读取"
    return None


def copy_files(folder: Path, target: Path, below: str) -> None:
    """Copy the sealed files below the sub-folder `below` into `target`; raises OSError."""
    names = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    for name in names:
        if name.startswith(f"{below}/"):
            place = target / name.removeprefix(f"{below}/")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, place)


def link_files(folder: Path, target: Path, below: str) -> dict[str, str]:
    """Take over the sealed files below a sub-folder that `target` doesn't have; raises OSError.

    They share their bytes with those of `folder` where the disk has hard links, so nothing may ever
    write to them. Return their hashes by name: damage done on the way is noticed like any other.
    """
    sealed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    taken = {
        name: digest
        for name, digest in sealed.items()
        if name.startswith(f"{below}/") and not (target / name).exists()
    }
    for name in taken:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(folder / name, target / name)
        except OSError:
            shutil.copyfile(folder / name, target / name)
    return taken


def put_in_place(built: Path, folder: Path, key: str) -> None:
    """Rename a finished build to its place; a sound one that is there already stays.

    Raises OSError when neither can be had.
    """
    try:
        built.rename(folder)
    except OSError:
        if damage(folder, key):
            raise


def remove(path: Path) -> None:
    """Remove a folder, or a file in its place, as far as that is possible."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            return


def touch(folder: Path) -> None:
    """Note that an index is in use, so that it isn't taken for a stale one."""
    try:
        os.utime(folder)
    except OSError:
        return


def remove_stale(home: Path, current: Path) -> None:
    """Remove the indexes that nothing has used for a day."""
    oldest = time.time() - STALE_SECONDS
    for path in home.glob("index-*"):
        try:
            if path != current and _NAME.fullmatch(path.name) and path.stat().st_mtime < oldest:
                remove(path)
        except OSError:
            continue


def reason(error: Exception) -> str:
    """Say in a few words why files can't be written."""
    if isinstance(error, OSError):
        return _REASONS.get(error.errno or 0) or error.strerror or str(error)
    return "磁盘已满" if "disk is full" in str(error) else "向量库无法写入"


def _digests(paths: Sequence[Path]) -> list[str]:
    """Return the SHA-256 of files, two at a time; raises OSError."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(_digest, paths))


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        block = memoryview(bytearray(min(_BLOCK, os.fstat(file.fileno()).st_size)))
        while count := file.readinto(block):
            digest.update(block[:count])
    return digest.hexdigest()
