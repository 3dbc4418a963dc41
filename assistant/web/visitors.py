"""How much one visitor may ask for, so that nobody has to wait for somebody else's script."""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

AT_ONCE, AT_ONCE_EACH = 16, 4
"""Answers made at the same time, for everybody and for one address; further ones wait."""
SAVED, A_SECOND = 240.0, 2.0
"""Answers an address may ask for in one go, and how many it regains each second."""
_MOST_KNOWN = 10_000


class TooManyError(Exception):
    """One address asks for more than its share; in `seconds` it has regained enough."""

    def __init__(self, address: str, seconds: int) -> None:
        super().__init__(address)
        self.seconds = seconds


@dataclass(slots=True)
class _Account:
    left: float
    since: float
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE_EACH))


class Visitors:
    """Keeps an account for each address; the ones not seen for longest are forgotten.

    An address first waits for one of its own places, so its queue never fills everybody's.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._accounts: OrderedDict[str, _Account] = OrderedDict()
        self._places = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def admitted(self, address: str, answers: int = 1) -> AsyncIterator[None]:
        """Hold a place while `answers` are made; raises TooManyError when the share is used up."""
        account = self._charged(address, answers)
        async with account.places, self._places:
            yield

    def _charged(self, address: str, answers: int) -> _Account:
        now = self._clock()
        account = self._accounts.setdefault(address, _Account(SAVED, now))
        self._accounts.move_to_end(address)
        while len(self._accounts) > _MOST_KNOWN:
            self._accounts.popitem(last=False)
        account.left = min(SAVED, account.left + (now - account.since) * A_SECOND)
        account.since = now
        if account.left < answers:
            raise TooManyError(address, math.ceil((answers - account.left) / A_SECOND))
        account.left -= answers
        return account
