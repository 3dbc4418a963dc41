"""JSON Lines in and out: records that can say where a value is wrong, files written whole."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


_GZIP = b"\x1f\x8b"


class EvaluationError(Exception):
    """A file or value that can't be used; its message is one Chinese line for the user."""


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object and where it stands; reading a field of the wrong type names the place."""

    place: str
    fields: Mapping[str, Any]
    prefix: str = ""

    def fault(self, name: str, wanted: str) -> NoReturn:
        """Raise EvaluationError naming the file, the line, the field, its value and what to do."""
        value = self.fields.get(name)
        came = "没有填写" if name not in self.fields else f"是 {_shown(value)}"
        raise EvaluationError(f"{self.place}：字段 {self.prefix}{name} {came}，{wanted}。")

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text field; without a default it must be there and not be empty."""
        value = self.fields.get(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.fault(name, "请改为文字" if default == "" else "请改为不为空的文字")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a field that is a list of texts; empty when it is missing."""
        value = self.fields.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault(name, '请改为文字的列表，例如 ["5"]')
        return tuple(value)

    def money(self, name: str) -> Decimal:
        """Return a field that is an amount of yuan ("450000")."""
        amount = _decimal(self.fields.get(name))
        if amount is None:
            self.fault(name, '请改为以元为单位的数字，例如 "450000"')
        return amount

    def monies(self, name: str) -> tuple[Decimal, ...]:
        """Return a field that is a list of amounts of yuan; empty when it is missing."""
        value = self.fields.get(name, [])
        amounts = [_decimal(item) for item in value] if isinstance(value, list) else [None]
        if any(amount is None for amount in amounts):
            self.fault(name, '请改为以元为单位的数字的列表，例如 ["450000"]')
        return tuple(amount for amount in amounts if amount is not None)

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return a text field that must be one of the choices."""
        value = self.fields.get(name)
        if not isinstance(value, str) or value not in choices:
            self.fault(name, f"请改为 {'、'.join(choices)} 之一")
        return value

    def child(self, name: str, *, required: bool = False) -> Record:
        """Return the object in a field as a record of its own; empty when it is missing."""
        value = self.fields.get(name, None if required else {})
        if not isinstance(value, dict):
            self.fault(name, "请改为 {…} 形式的对象")
        return Record(self.place, value, f"{self.prefix}{name}.")

    def children(self, name: str) -> tuple[Record, ...]:
        """Return the objects of a list field; empty when it is missing."""
        value = self.fields.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(name, "请改为 {…} 形式的对象的列表")
        return tuple(
            Record(self.place, item, f"{self.prefix}{name}[{number}].")
            for number, item in enumerate(value)
        )


def read_records(path: Path) -> Iterator[Record]:
    """Yield the JSON object of every line that isn't blank.

    Raises EvaluationError when the file can't be read, isn't UTF-8, or a line isn't an object.
    """
    # Not splitlines(): U+2028 may stand unescaped inside a JSON text.
    for number, line in enumerate(read_utf8(path).split("\n"), start=1):
        if line.strip():
            yield _record(f"{path} 第 {number} 行", line)


def read_utf8(path: Path) -> str:
    """Return the text of a file, unpacked if it is gzip, a byte order mark left out.

    Raises EvaluationError when it can't be read.
    """
    try:
        data = path.read_bytes()
        if path.suffix == ".gz" or data.startswith(_GZIP):
            data = gzip.decompress(data)
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as fault:
        raise EvaluationError(
            f"{path}：第 {fault.start + 1} 个字节不是 UTF-8 文字，请将文件另存为 UTF-8 后重试。"
        ) from fault
    except (gzip.BadGzipFile, EOFError, zlib.error) as fault:
        raise EvaluationError(
            f"{path}：不是完整的 gzip 文件，请重新压缩，或改用未压缩的文件。"
        ) from fault
    except OSError as fault:
        raise EvaluationError(f"{path}：{_why(fault)}，请检查路径与权限。") from fault


@contextmanager
def written_whole(path: Path) -> Iterator[IO[str]]:
    """Open a file to write that appears under its name only when all of it was written.

    Raises EvaluationError when the folder can't be made or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as fault:
        raise EvaluationError(f"{path}：{_why(fault)}，请换一个可写入的文件夹。") from fault
    try:
        # A lone surrogate becomes its own JSON escape.
        with os.fdopen(
            handle, "w", encoding="utf-8", newline="\n", errors="backslashreplace"
        ) as file:
            yield file
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except OSError as fault:
        raise EvaluationError(f"{path}：{_why(fault)}，请换一个可写入的文件夹。") from fault
    finally:
        Path(beside).unlink(missing_ok=True)


def _record(place: str, line: str) -> Record:
    try:
        value = json.loads(line, parse_float=Decimal)
    except json.JSONDecodeError as fault:
        raise EvaluationError(
            f"{place}：第 {fault.colno} 个字符处不是正确的 JSON（{_shown(line)}），请更正这一行。"
        ) from fault
    except (ValueError, RecursionError) as fault:
        raise EvaluationError(
            f"{place}：数字过长或嵌套过深，读不出来（{_shown(line)}），请更正这一行。"
        ) from fault
    if not isinstance(value, dict):
        raise EvaluationError(f"{place}：内容是 {_shown(value)}，每行应是一个 {{…}} 对象，请更正。")
    return Record(place, value)


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    within = amount.is_finite() and 0 <= amount < _MOST
    return amount.quantize(_FINEST).normalize() if within else None


# Decimal keeps 28 digits: 24 before the point, 4 behind it.
_MOST, _FINEST = Decimal(10) ** 24, Decimal("0.0001")


_REASONS: tuple[tuple[type[OSError], str], ...] = (
    (FileNotFoundError, "找不到这个文件"),
    (IsADirectoryError, "这是文件夹，不是文件"),
    (NotADirectoryError, "路径中有一段是文件，不是文件夹"),
    (FileExistsError, "同名的文件已占用这个文件夹的位置"),
    (PermissionError, "没有读写权限"),
)


def _why(fault: OSError) -> str:
    found = (reason for kind, reason in _REASONS if isinstance(fault, kind))
    return next(found, f"读写失败（{fault.strerror}）")


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = " ".join(text.split())
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"
