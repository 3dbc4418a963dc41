"""The journal's file: SQLite in write-ahead mode, so that readers and two writers don't wait long.

Nothing outside this module sees SQLite: its errors become JournalError, whose message is one
Chinese line. Deleted turns are overwritten, not just unlinked. To change the tables, add a step to
`MIGRATIONS`: files of an older version take the steps they lack, newer files are refused.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.record import (
    Answered,
    Asked,
    Channel,
    Cited,
    Failed,
    Feedback,
    Record,
    State,
    Unanswered,
    Withdrawn,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.record import Entry

FILE = "journal.db"
BUSY_SECONDS = 5.0
"""How long a write waits for another process's write."""

MIGRATIONS = (
    """
    CREATE TABLE turn (
        id TEXT PRIMARY KEY, at TEXT NOT NULL, conversation TEXT NOT NULL, channel TEXT NOT NULL,
        question TEXT NOT NULL, earlier TEXT NOT NULL, state TEXT NOT NULL, answered_at TEXT,
        status TEXT, outcome TEXT, text TEXT, understood TEXT, citations TEXT, calculations TEXT,
        rules TEXT, policies TEXT, latency_ms REAL
    );
    CREATE INDEX turn_at ON turn (at);
    CREATE INDEX turn_unfinished ON turn (state) WHERE state = 'asked';
    CREATE TABLE feedback (
        turn TEXT PRIMARY KEY REFERENCES turn (id) ON DELETE CASCADE,
        at TEXT NOT NULL, thumb INTEGER NOT NULL, reason TEXT NOT NULL
    );
    CREATE TABLE unanswered (
        id TEXT PRIMARY KEY, at TEXT NOT NULL, question TEXT NOT NULL, need TEXT NOT NULL,
        note TEXT NOT NULL, turn TEXT
    );
    CREATE INDEX unanswered_at ON unanswered (at);
    """,
    """
    ALTER TABLE turn ADD COLUMN user TEXT NOT NULL DEFAULT '';
    ALTER TABLE unanswered ADD COLUMN user TEXT NOT NULL DEFAULT '';
    """,
)
"""The steps that bring an empty file to today's tables; the file's user_version counts them."""

_COLUMNS = (
    "turn.id, turn.at, conversation, channel, question, earlier, state, answered_at, status,"
    " outcome, text, understood, citations, calculations, rules, policies, latency_ms,"
    " feedback.at AS feedback_at, thumb, reason, user"
)
_LAST = "9999"


class JournalError(Exception):
    """The journal can't be read or written now; the message is one line for the user."""


class JournalDamagedError(JournalError):
    """The journal's file is no database any more."""


class JournalTooNewError(JournalError):
    """The journal's file was made by a newer version of the program."""


class JournalStore:
    """An open journal, for one thread; `write` and `purge` are whole or not at all."""

    def __init__(self, path: Path, migrations: Sequence[str] = MIGRATIONS) -> None:
        """Open the file, making or bringing up its tables; raise JournalError."""
        self.path = path
        with _told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(path, BUSY_SECONDS, isolation_level=None)
        try:
            with _told(path):
                _prepare(self._connection, path, migrations)
        except JournalError:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def write(self, entries: Sequence[Entry]) -> None:
        """Keep the entries; once this returns they outlive the process and a power cut."""
        with self._transaction() as execute:
            for entry in entries:
                _write(execute, entry)

    def mark_interrupted(self) -> int:
        """Mark the turns that no process finished; one still under way overwrites the mark."""
        with self._transaction() as execute:
            marked = execute("UPDATE turn SET state = 'interrupted' WHERE state = 'asked'", ())
            return int(marked.rowcount)

    def purge(self, before: datetime) -> int:
        """Delete what was recorded before a time, also from the file's free pages."""
        time = _time(before)
        with self._transaction() as execute:
            gone = execute("DELETE FROM turn WHERE at < ?", (time,)).rowcount
            gone += execute("DELETE FROM unanswered WHERE at < ?", (time,)).rowcount
        if gone:
            with _told(self.path):
                self._connection.execute("PRAGMA incremental_vacuum").fetchall()
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return int(gone)

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with _told(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection.execute
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise


def read_records(
    path: Path,
    since: datetime | None = None,
    until: datetime | None = None,
    channel: Channel | None = None,
    most: int = -1,
    user: str | None = None,
) -> tuple[Record, ...]:
    """Return the turns asked from `since` on and before `until`, latest first; raise JournalError.

    `most` bounds how many (-1: all), `user` whose. A journal that isn't there has none.
    """
    query = (
        f"SELECT {_COLUMNS} FROM turn LEFT JOIN feedback ON feedback.turn = turn.id"  # noqa: S608
        " WHERE turn.at >= ? AND turn.at < ? AND (? IS NULL OR channel = ?)"
        " AND (? IS NULL OR user = ?)"
        " ORDER BY turn.at DESC, turn.id LIMIT ?"
    )
    rows = _read(path, query, (*_span(since, until), channel, channel, user, user, most))
    return tuple(map(_record, rows))


def read_record(path: Path, beginning: str) -> tuple[Record, ...]:
    """Return the turns whose id begins so, at most two: none, the one meant, or not enough."""
    query = (
        f"SELECT {_COLUMNS} FROM turn LEFT JOIN feedback ON feedback.turn = turn.id"  # noqa: S608
        " WHERE substr(turn.id, 1, ?) = ? ORDER BY turn.id LIMIT 2"
    )
    return tuple(map(_record, _read(path, query, (len(beginning), beginning))))


def read_unanswered(
    path: Path, since: datetime | None = None, until: datetime | None = None
) -> tuple[Unanswered, ...]:
    """Return what the desk could not answer, latest first; raise JournalError."""
    query = "SELECT * FROM unanswered WHERE at >= ? AND at < ? ORDER BY at DESC, id"
    rows = _read(path, query, _span(since, until))
    return tuple(Unanswered(**{**row, "at": _moment(row["at"])}) for row in map(dict, rows))


def set_aside(path: Path, now: datetime) -> Path:
    """Move a damaged journal out of the way, all its files; return its new name."""
    aside = path.with_name(f"{path.stem}-damaged-{now:%Y%m%dT%H%M%S%f}{path.suffix}")
    for ending in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{aside}{ending}")
    return aside


def is_damaged(path: Path) -> bool:
    """Tell whether the file, opened anew, is no sound database: the last word before moving it."""
    try:
        with closing(sqlite3.connect(path, BUSY_SECONDS)) as connection:
            said = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        return False
    except sqlite3.DatabaseError:
        return True
    return bool(said[0] != "ok")


def _prepare(connection: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    if _version(connection) == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")  # another process may be at it
    try:
        version = _version(connection)
        if version > len(migrations):
            raise JournalTooNewError(
                f"问答记录“{path}”的格式版本是 {version}，本程序只认到 {len(migrations)}。"
                "请升级程序，或换一个数据文件夹。"
            )
        for step in migrations[version:]:
            for statement in filter(str.strip, step.split(";")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _write(execute: Any, entry: Entry) -> None:
    match entry:
        case Asked():
            execute(
                "INSERT OR IGNORE INTO turn (id, at, conversation, channel, question, earlier,"
                " user, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'asked')",
                (entry.id, _time(entry.at), entry.conversation, entry.channel, entry.question,
                 _json(entry.earlier), entry.user),
            )  # fmt: skip
        case Answered():
            execute(
                "UPDATE turn SET state = 'done', answered_at = ?, status = ?, outcome = ?,"
                " text = ?, understood = ?, citations = ?, calculations = ?, rules = ?,"
                " policies = ?, latency_ms = ? WHERE id = ?",
                (_time(entry.at), entry.status, entry.outcome, entry.text, entry.understood,
                 _json([asdict(cited) for cited in entry.citations]), entry.calculations,
                 entry.rules, entry.policies, entry.latency_ms, entry.id),
            )  # fmt: skip
        case Failed():
            execute("UPDATE turn SET state = 'failed' WHERE id = ?", (entry.id,))
        case Feedback():
            execute(
                "INSERT INTO feedback (turn, at, thumb, reason)"
                " SELECT id, ?, ?, ? FROM turn WHERE id = ?"
                " ON CONFLICT (turn) DO UPDATE SET at = excluded.at, reason = CASE"
                " WHEN excluded.reason = '' AND excluded.thumb = thumb THEN reason"
                " ELSE excluded.reason END, thumb = excluded.thumb",
                (_time(entry.at), entry.thumb, entry.reason, entry.id),
            )
        case Unanswered():
            execute(
                "INSERT OR IGNORE INTO unanswered (id, at, question, need, note, turn, user)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (entry.id, _time(entry.at), entry.question, entry.need, entry.note, entry.turn,
                 entry.user),
            )  # fmt: skip
        case Withdrawn():
            execute("DELETE FROM unanswered WHERE id = ? AND user = ?", (entry.id, entry.user))


def _read(path: Path, query: str, values: tuple[Any, ...]) -> list[sqlite3.Row]:
    """Run a query on a connection that can't write."""
    if not path.is_file() or not path.stat().st_size:
        return []
    if _is_old(path):
        JournalStore(path).close()
    with _told(path), closing(sqlite3.connect(_read_only(path), BUSY_SECONDS, uri=True)) as opened:
        opened.row_factory = sqlite3.Row
        if not _version(opened):
            return []
        return opened.execute(query, values).fetchall()


def _is_old(path: Path) -> bool:
    """Tell whether a file lacks steps of `MIGRATIONS`."""
    with _told(path), closing(sqlite3.connect(_read_only(path), BUSY_SECONDS, uri=True)) as opened:
        return 0 < _version(opened) < len(MIGRATIONS)


def _read_only(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"


def _record(row: sqlite3.Row) -> Record:
    asked = Asked(
        row["id"], _moment(row["at"]), row["conversation"], Channel(row["channel"]),
        row["question"], tuple(json.loads(row["earlier"])), row["user"],
    )  # fmt: skip
    feedback = None
    if row["feedback_at"]:
        at = _moment(row["feedback_at"])
        feedback = Feedback(row["id"], at, row["thumb"], row["reason"])
    return Record(asked, State(row["state"]), _answered(row), feedback)


def _answered(row: sqlite3.Row) -> Answered | None:
    if not row["answered_at"]:
        return None
    names = ("status", "outcome", "text", "understood", "calculations", "rules", "policies")
    return Answered(
        id=row["id"],
        at=_moment(row["answered_at"]),
        citations=tuple(Cited(**values) for values in json.loads(row["citations"])),
        latency_ms=row["latency_ms"],
        **{name: row[name] for name in names},
    )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the file system and SQLite say into one line for the user."""
    try:
        yield
    except OSError as error:
        raise JournalError(
            f"问答记录“{path}”无法打开：{error.strerror}。请检查路径和权限。"
        ) from error
    except sqlite3.OperationalError as error:
        raise JournalError(
            f"问答记录“{path}”暂时不能读写（{error}）。请检查磁盘空间和权限。"
        ) from error
    except sqlite3.DatabaseError as error:
        raise JournalDamagedError(f"问答记录“{path}”已损坏（{error}）。") from error


def _span(since: datetime | None, until: datetime | None) -> tuple[str, str]:
    return _time(since) if since else "", _time(until) if until else _LAST


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
