"""A clock that somebody else leads: this machine's, moved forward by what comes in on a pipe.

Each line is a number of seconds: how far ahead of this machine's clock the time is from then on.
Whoever sleeps by it is woken when it has moved far enough. A pipe has one writer, the parent of
this process: nobody else can move the time, and an installed Orderwatch has no such module.
"""

import asyncio
import contextlib
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Self


class LedClock:
    """Implements `commands.ports.Clock`."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._moved = asyncio.Event()

    @classmethod
    def by_stdin(cls) -> Self:
        """Led by what comes in on the standard input: the first line says where it begins."""
        clock = cls()
        clock.follow([sys.stdin.readline()])
        threading.Thread(target=clock.follow, args=(sys.stdin,), daemon=True).start()
        return clock

    def follow(self, lines: Iterable[str]) -> None:
        """Go where the lines say. What is no number is nothing."""
        for line in lines:
            with contextlib.suppress(ValueError, OverflowError):
                self._ahead = timedelta(seconds=float(line))
                self._wake()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    async def sleep(self, span: timedelta) -> None:
        """Until the time has come, by passing or by being moved."""
        self._loop = asyncio.get_running_loop()
        until = self.now() + span
        while (left := (until - self.now()).total_seconds()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._moved.wait()

    def _wake(self) -> None:
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._pulse)

    def _pulse(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()
