"""The circuit breaker: a model that keeps failing is left alone for a while."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FAILURES = 3
_FIRST_REST, _LONGEST_REST = 30.0, 600.0


class Breaker:
    """Opens after three failures in a row; after a rest, twice as long each time, one call tries.

    Shared by all turns of a process.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._rest = _FIRST_REST
        self._closed_until: float | None = None

    def allows(self) -> bool:
        """Tell whether the model may be asked now; while it rests, one turn at a time tries it."""
        with self._lock:
            if self._closed_until is None:
                return True
            if self._clock() < self._closed_until:
                return False
            self._closed_until = self._clock() + self._rest
            return True

    def succeeded(self) -> None:
        """Note that the model answered."""
        with self._lock:
            self._failures, self._rest, self._closed_until = 0, _FIRST_REST, None

    def failed(self) -> None:
        """Note that the model failed."""
        with self._lock:
            self._failures += 1
            if self._failures < _FAILURES:
                return
            if self._failures > _FAILURES:
                self._rest = min(self._rest * 2, _LONGEST_REST)
            self._closed_until = self._clock() + self._rest
