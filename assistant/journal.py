"""The journal's writer: every turn is kept, and no answer waits for the disk.

`asked` and `answered` only put entries into a bounded queue; one thread writes all that has come
together in one transaction. A question is on its way to the disk while its answer is made;
`settle` then waits for it at most `PATIENCE_SECONDS`, so that a process killed after showing an
answer has left the question behind.

While the file can't be written (locked, full or read-only disk) one line is logged, answers go on,
and the writer tries again; what no longer fits into the queue is counted and the count logged. A
damaged file is moved aside and a new one begun.
"""

from __future__ import annotations

import atexit
import logging
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING

from assistant.journal_store import (
    FILE,
    JournalDamagedError,
    JournalError,
    JournalStore,
    JournalTooNewError,
    is_damaged,
    set_aside,
)

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.record import Entry

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.05
"""The longest an answer waits for its question to be on the disk."""
_CAPACITY = 2_000
_BATCH = 200
_PURGE_EVERY = timedelta(days=1)
_RETRY_SECONDS = (0.2, 1.0, 5.0, 30.0)
_CLOSE_SECONDS = 5.0
_LOOK_EVERY_SECONDS = 3600.0
_MOST_RENEWALS = 3

Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """Return a new id of a turn, a conversation or a note: 12 characters, not to be guessed."""
    return secrets.token_hex(6)


@dataclass(frozen=True, slots=True)
class Ticket:
    """An entry on its way to the disk, or a bare mark in the queue; `written` once it is there."""

    entry: Entry | None
    written: threading.Event = field(default_factory=threading.Event)


class Journal:
    """Writes entries to `<folder>/journal.db` and keeps them `days` days; 0 keeps nothing."""

    def __init__(
        self, folder: Path, days: int, capacity: int = _CAPACITY, clock: Clock = now
    ) -> None:
        """Start the writer, which first purges and marks what an earlier process left open."""
        self.path = folder / FILE
        self._days = days
        self._clock = clock
        self._queue: Queue[Ticket] = Queue(capacity)
        self._lost = 0
        self._failing = False
        self._closing = threading.Event()
        self._store: JournalStore | None = None
        self._purged: datetime | None = None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        if days or self.path.exists():
            self._thread.start()
            atexit.register(self.close)

    @property
    def is_kept(self) -> bool:
        """Tell whether anything is recorded at all."""
        return self._days > 0

    def put(self, entry: Entry) -> Ticket:
        """Hand an entry to the writer; returns at once, also when the entry can't be kept."""
        ticket = Ticket(entry)
        if not self.is_kept or self._closing.is_set():
            return ticket
        try:
            self._queue.put_nowait(ticket)
        except Full:
            self._lost += 1
        return ticket

    def settle(self, ticket: Ticket) -> None:
        """Wait until an entry is on the disk, at most `PATIENCE_SECONDS`; not while it fails."""
        if self.is_kept and not self._failing and not self._closing.is_set():
            ticket.written.wait(PATIENCE_SECONDS)

    def flush(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """Wait until what has been put so far is on the disk; tell whether it is."""
        if not self._thread.is_alive():
            return self._queue.empty()
        mark = Ticket(None)
        with suppress(Full):
            self._queue.put(mark, timeout=seconds)
            return mark.written.wait(seconds)
        return False

    def close(self) -> None:
        """Write what is left, a few seconds at most, and stop; nothing can be put any more."""
        atexit.unregister(self.close)
        if not self._closing.is_set() and self._thread.is_alive():
            self.flush(0 if self._failing else _CLOSE_SECONDS)
            self._closing.set()
            with suppress(Full):
                self._queue.put_nowait(Ticket(None))
            self._thread.join(_CLOSE_SECONDS)

    def _run(self) -> None:
        """Write batch after batch until told to stop; a batch that fails is tried again."""
        batch: list[Ticket] = []
        failures = 0
        while True:
            failures = 0 if self._keep(batch, failures) else failures + 1
            if not self.is_kept or (self._closing.is_set() and (failures or self._queue.empty())):
                break
            if failures:
                self._closing.wait(_RETRY_SECONDS[min(failures, len(_RETRY_SECONDS)) - 1])
            else:
                batch = self._take()
        self._lost += self._queue.qsize() + sum(ticket.entry is not None for ticket in batch)
        if self._failing and self._lost:
            logger.error("The journal could not be written: %d entries were lost.", self._lost)
        if self._store:
            self._store.close()

    def _take(self) -> list[Ticket]:
        """Return the tickets waiting, at least one unless it is time to look for old turns."""
        batch: list[Ticket] = []
        with suppress(Empty):
            batch.append(self._queue.get(timeout=_LOOK_EVERY_SECONDS))
            while len(batch) < _BATCH:
                batch.append(self._queue.get_nowait())
        return batch

    def _keep(self, batch: list[Ticket], failures: int) -> bool:
        """Write a batch; return False when it must be tried again."""
        try:
            self._write([ticket.entry for ticket in batch if ticket.entry])
        except JournalDamagedError as error:
            if failures < _MOST_RENEWALS:
                self._renew(error)
                return False
            return self._drop(batch, error)
        except JournalTooNewError as error:
            return self._drop(batch, error)
        except JournalError as error:
            self._fail(error)
            return False
        except Exception as error:  # noqa: BLE001 the writer outlives a defect in one entry
            return self._drop(batch, error)
        else:
            self._recover()
        for ticket in batch:
            ticket.written.set()
        return True

    def _write(self, entries: list[Entry]) -> None:
        if self._store is None:
            self._store = JournalStore(self.path)
            self._store.mark_interrupted()
        if entries:
            self._store.write(entries)
        moment = self._clock()
        if not self.is_kept:
            self._store.purge(moment + _PURGE_EVERY)
        elif self._purged is None or moment - self._purged >= _PURGE_EVERY:
            self._store.purge(moment - timedelta(days=self._days))
            self._purged = moment

    def _renew(self, error: JournalDamagedError) -> None:
        """Begin a new file for a damaged one; another process may have done so already."""
        if self._store:
            self._store.close()
            self._store = None
        if is_damaged(self.path):
            try:
                aside = set_aside(self.path, self._clock())
            except OSError as fault:
                self._fail(fault)
            else:
                logger.error("%s The damaged file is kept as %s; a new one is begun.", error, aside)

    def _fail(self, error: Exception) -> None:
        if not self._failing:
            logger.error("%s Turns are not recorded for now; trying again.", error)
        self._failing = True
        if self._store:
            self._store.close()
            self._store = None

    def _recover(self) -> None:
        if self._failing or self._lost:
            logger.warning("The journal is written again; %d entries were lost.", self._lost)
        self._failing, self._lost = False, 0

    def _drop(self, batch: list[Ticket], error: Exception) -> bool:
        """Give up what can't be written: the one entry at fault, after trying each by itself."""
        if len(batch) > 1 and not isinstance(error, JournalTooNewError):
            return all(self._keep([ticket], 0) for ticket in batch)
        self._lost += sum(ticket.entry is not None for ticket in batch)
        if not self._failing:
            logger.error("Turns can't be kept in the journal: %s", error)
        self._failing = True
        for ticket in batch:
            ticket.written.set()
        return True
