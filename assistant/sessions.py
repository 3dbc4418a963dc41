"""Signed-in sessions and the brake on guessing passwords, both in the server's memory.

A session is a random token that only the browser holds: the server keeps its hash. A restart signs
everyone out.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SESSION_SECONDS = 12 * 3600
"""How long a session lasts: a long day at the desk."""
_MOST_SESSIONS = 10_000

WINDOW_SECONDS = 15 * 60
MOST_FAILURES = 5
"""Failures of one name from one address within the window; then it has to wait."""
_LIMITS = (MOST_FAILURES, 20, 60)
"""The same for a name at an address, an address, and a name wherever it comes from."""
_MOST_KEYS = 50_000

Seconds = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Session:
    """Who signed in, with which password's hash, and when it is over (monotonic seconds)."""

    name: str
    password_hash: str
    ends: float


class Sessions:
    """The sessions that are open; safe to use from several threads."""

    def __init__(self, clock: Seconds = time.monotonic) -> None:
        self._clock = clock
        self._open: dict[bytes, Session] = {}
        self._lock = threading.Lock()

    def begin(self, name: str, password_hash: str) -> str:
        """Return the token of a new session."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._forget_old()
            ends = self._clock() + SESSION_SECONDS
            self._open[_digest(token)] = Session(name, password_hash, ends)
        return token

    def find(self, token: str) -> Session | None:
        """Return the session of a token, None when there is none or it is over."""
        with self._lock:
            session = self._open.get(_digest(token))
        return session if session and session.ends > self._clock() else None

    def end(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._open.pop(_digest(token), None)

    def _forget_old(self) -> None:
        if len(self._open) >= _MOST_SESSIONS:
            self._open.pop(next(iter(self._open)))
        for key in [key for key, found in self._open.items() if found.ends <= self._clock()]:
            del self._open[key]


class Brake:
    """Counts tries to sign in; who has failed too often waits until the window is over.

    A try counts as a failure from its start, so that many at once are no way around the count.
    """

    def __init__(self, clock: Seconds = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[tuple[str, ...], list[float]] = {}
        self._lock = threading.Lock()

    def attempt(self, address: str, name: str) -> int:
        """Count a try and return 0, or return the seconds until another one is allowed."""
        with self._lock:
            wait = max(self._left(key, limit) for key, limit in _keys(address, name))
            if not wait:
                for key, limit in _keys(address, name):
                    recent = [*self._recent(key), self._clock()][-limit:]
                    self._failures.pop(key, None)
                    self._failures[key] = recent
            while len(self._failures) > _MOST_KEYS:
                del self._failures[next(iter(self._failures))]
        return wait

    def succeeded(self, address: str, name: str) -> None:
        """Take back the try that was right, and the failures of this name at this address."""
        with self._lock:
            for key, _ in _keys(address, name):
                self._failures[key] = self._recent(key)[:-1]
            del self._failures[_keys(address, name)[0][0]]

    def _recent(self, key: tuple[str, ...]) -> list[float]:
        since = self._clock() - WINDOW_SECONDS
        return [at for at in self._failures.get(key, ()) if at > since]

    def _left(self, key: tuple[str, ...], limit: int) -> int:
        recent = self._recent(key)
        if len(recent) < limit:
            return 0
        return int(recent[0] + WINDOW_SECONDS - self._clock()) + 1


def _keys(address: str, name: str) -> Sequence[tuple[tuple[str, ...], int]]:
    keys = (("both", address, name.casefold()), ("address", address), ("name", name.casefold()))
    return tuple(zip(keys, _LIMITS, strict=True))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
