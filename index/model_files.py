"""Where a sentence-transformers model's files are, and a fingerprint of them; nothing is loaded.

A model is named by a folder or by its name on the Hugging Face hub.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_HUB_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?", re.ASCII)
_WHOLE = 16 * 2**20
_SAMPLE = 2**20
_HUB_SECONDS = 10


class ModelMissing(Exception):  # noqa: N818 - the message only says what is missing
    """A model can't be found; the message says why, in a few Chinese words."""


def locate(name: str) -> Path | None:
    """Return the folder that a name means, None for a hub name; raises ModelMissing."""
    path = Path(name).expanduser()
    try:
        if path.is_dir():
            return path.resolve()
    except (OSError, ValueError) as error:
        raise ModelMissing("这个路径无法读取") from error
    if _HUB_NAME.fullmatch(name):
        return None
    looks_like_path = any(mark in name for mark in "/\\~")
    raise ModelMissing("找不到这个文件夹" if looks_like_path else "它不是文件夹，也不是模型名")


def cached(name: str) -> Path | None:
    """Return the folder of a hub model in the local cache, None if it isn't there."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        files = [try_to_load_from_cache(name, file) for file in ("modules.json", "config.json")]
    except HFValidationError:
        return None
    return next((Path(file).parent for file in files if isinstance(file, str)), None)


def check_hub(name: str) -> None:
    """Ask the hub for a model once: the libraries retry for over a minute; raises ModelMissing."""
    from huggingface_hub import HfApi

    if is_offline():
        raise ModelMissing("本机没有这个模型，而 HF_HUB_OFFLINE 禁止下载")
    try:
        HfApi().model_info(name, timeout=_HUB_SECONDS)
    except Exception as error:
        raise ModelMissing("本机没有这个模型，也没能下载") from error


def load_quietly() -> None:
    """Keep the libraries from drawing bars while they read a model that is at hand."""
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()


def is_offline() -> bool:
    """Tell whether the user forbids downloads."""
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}


def how_to_bring(name: str, setting: str) -> str:
    """Say in Chinese how a hub model gets to a machine without network, and into which setting."""
    folder = name.rsplit("/", 1)[-1]
    return (
        f"请在能上网的电脑上运行 hf download {name} --local-dir {folder}，"
        f"把文件夹 {folder} 拷到本机，再把 {setting} 设为它的路径"
    )


def prints(name: str, folder: Path | None) -> list[str]:
    """Return what changes when a model's files may have changed.

    They are a folder's files (those over 16 MiB by size and both ends) or a hub name with the
    cached commit.
    """
    if folder is not None:
        return _contents(folder)
    place = cached(name)
    return [name, place.name if place else ""]


def read_json(path: Path) -> Any:
    """Return what a JSON file holds, None when it isn't there or isn't JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _contents(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md")
    visible = (path for path in files if not path.relative_to(folder).parts[0].startswith("."))
    return [f"{path.relative_to(folder).as_posix()} {_digest(path)}" for path in sorted(visible)]


def _digest(path: Path) -> str:
    digest = hashlib.sha256(str(path.stat().st_size).encode())
    for piece in _pieces(path):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(path: Path) -> Iterator[bytes]:
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= _WHOLE:
            yield file.read()
            return
        yield file.read(_SAMPLE)
        file.seek(size - _SAMPLE)
        yield file.read()
