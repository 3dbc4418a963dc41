"""API keys, when a file of them is set: one a line, `#` begins a remark. Never logged or shown."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING

from assistant import door_wording as words
from assistant.settings import SettingError

if TYPE_CHECKING:
    from pathlib import Path

SHORTEST_KEY = 16
_KEY = re.compile(rf"[!-~]{{{SHORTEST_KEY},200}}")


class ApiKeys:
    """The keys in a file, read anew at each call so that a key can be withdrawn; None asks none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def check(self) -> None:
        """Raise SettingError, in one line that shows no key, when the file can't be used."""
        self._digests()

    def fault(self, header: str | None) -> str | None:
        """Return why an Authorization header doesn't open the door, None when it does.

        Raises SettingError when the file can't be used.
        """
        if self._path is None:
            return None
        scheme, _, key = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            return words.NO_KEY
        tried = _digest(key.strip())
        matches = [hmac.compare_digest(tried, known) for known in self._digests()]
        return None if any(matches) else words.WRONG_KEY

    def _digests(self) -> list[bytes]:
        if self._path is None:
            return []
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise self._unusable(getattr(error, "strerror", None) or "读不出文字") from error
        keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        for number, line in enumerate(lines, 1):
            if line.strip() in keys and not _KEY.fullmatch(line.strip()):
                raise self._unusable(f"第 {number} 行不是可用的密钥")
        if not keys:
            raise self._unusable("里面没有密钥")
        return [_digest(key) for key in keys]

    def _unusable(self, fault: str) -> SettingError:
        line = words.KEYS_UNREADABLE.format(path=self._path, fault=fault, shortest=SHORTEST_KEY)
        return SettingError(line)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
