"""Who may sign in: names and hashed passwords in `<home>/users.json`, written whole, mode 0600.

Passwords are hashed by scrypt (RFC 7914) with a salt each; the parameters stand beside the hash, so
that they can be raised without losing anyone. Verifying takes as long for a name that isn't there.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import sys
import tempfile
import unicodedata
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "users.json"
SHORTEST_PASSWORD = 10
_LONGEST_PASSWORD = 200
_NAME = re.compile(r"[\w][\w.@-]{0,31}")
_VERSION = 1
_N, _R, _P = 2**15, 8, 1
"""scrypt's cost: 32 MiB and about a tenth of a second."""
_MOST_MEMORY = 256 * 2**20


class AccountError(Exception):
    """An account can't be made, changed or read; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class User:
    """A user as kept in the file; `salt` and `hash` are Base64, `added` is a time in UTC."""

    name: str
    added: str
    salt: str
    hash: str
    n: int = _N
    r: int = _R
    p: int = _P


class Accounts:
    """The users in a data folder's file; each call reads the file as it is then."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE

    def users(self) -> tuple[User, ...]:
        """Return the users by name; raise AccountError when the file can't be read."""
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            if content["version"] != _VERSION:
                raise AccountError(
                    f"账号文件“{self.path}”的版本是 {content['version']}，请升级程序。"
                )
            return tuple(_sound(User(**entry)) for entry in content["users"])
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise AccountError(
                f"账号文件“{self.path}”无法读取。请修复或移走它，再用 policy-assistant user add。"
            ) from error

    def user(self, name: str) -> User | None:
        """Return the user of this name, or None."""
        wanted = _folded(name)
        return next((user for user in self.users() if _folded(user.name) == wanted), None)

    def add(self, name: str, password: str, *, replacing: bool = False) -> None:
        """Add a user, or give one another password; raise AccountError."""
        name = unicodedata.normalize("NFKC", name).strip()
        check_name(name)
        check_password(name, password)
        user = _hashed(name, password, datetime.now(UTC).isoformat(timespec="seconds"))
        with _alone(self.path):
            users = self.users()
            known = next((other for other in users if _folded(other.name) == _folded(name)), None)
            if known and not replacing:
                raise AccountError(f"账号“{known.name}”已经有了。要改密码请加 --replace。")
            if not known and replacing:
                raise AccountError(f"没有账号“{name}”。要新建请去掉 --replace。")
            if known:
                user = replace(user, name=known.name, added=known.added)
            self._write((*(other for other in users if other != known), user))

    def remove(self, name: str) -> None:
        """Remove a user; raise AccountError when there is none of this name."""
        with _alone(self.path):
            users = self.users()
            rest = tuple(user for user in users if _folded(user.name) != _folded(name))
            if len(rest) == len(users):
                raise AccountError(f"没有账号“{name}”。policy-assistant user list 列出所有账号。")
            self._write(rest)

    def verify(self, name: str, password: str) -> User | None:
        """Return the user whose name and password these are, else None, in the same time."""
        user = self.user(name)
        tried = _hashed("", password[:_LONGEST_PASSWORD], "", user or _NOBODY)
        right = hmac.compare_digest(tried.hash, (user or _NOBODY).hash)
        return user if right else None

    def _write(self, users: tuple[User, ...]) -> None:
        ordered = sorted(users, key=lambda user: user.name)
        content = {"version": _VERSION, "users": [asdict(user) for user in ordered]}
        text = json.dumps(content, ensure_ascii=False, indent=1)
        _write_whole(self.path, text)


def check_name(name: str) -> None:
    """Raise AccountError when a name can't be used."""
    if not _NAME.fullmatch(name):
        raise AccountError(
            f"账号名“{name}”不能用：应为 1 到 32 个字，只用文字、数字和 . _ - @，以文字或数字开头。"
        )


def check_password(name: str, password: str) -> None:
    """Raise AccountError when a password is too easy to guess, without repeating it."""
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise AccountError(
            f"密码应有 {SHORTEST_PASSWORD} 到 {_LONGEST_PASSWORD} 个字符。请换一个再试。"
        )
    if len(set(password)) < SHORTEST_PASSWORD // 2 or _folded(name) == _folded(password):
        raise AccountError("密码太简单：不能与账号名相同，也不能只重复几个字符。请换一个再试。")


def _sound(user: User) -> User:
    """Return a user whose hash can be compared with; raise ValueError or TypeError otherwise."""
    base64.b64decode(user.salt, validate=True)
    if not (
        user.name and user.hash and 1 < user.n <= 2**20 and 128 * user.n * user.r < _MOST_MEMORY
    ):
        raise ValueError(user.name)
    return user


def _hashed(name: str, password: str, added: str, like: User | None = None) -> User:
    """Return a user with this password, hashed anew or with another one's salt and cost."""
    base = like or User(name, added, base64.b64encode(secrets.token_bytes(16)).decode(), "")
    digest = hashlib.scrypt(
        unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass"),
        salt=base64.b64decode(base.salt),
        n=base.n,
        r=base.r,
        p=base.p,
        maxmem=_MOST_MEMORY,
    )
    return replace(base, hash=base64.b64encode(digest).decode())


_NOBODY = User("", "", base64.b64encode(bytes(16)).decode(), base64.b64encode(bytes(64)).decode())
"""Compared with when there is no user of a name: no password has this hash."""


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold off other processes that change the file; say in one line what stands in the way."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".lock").open("a") as lock:
            if sys.platform != "win32":
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise AccountError(
            f"账号文件“{path}”写不进去：{error.strerror}。请检查权限和磁盘空间。"
        ) from error


def _write_whole(path: Path, text: str) -> None:
    """Write a file that is there whole or not at all, readable by its owner only."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise
