"""The workers of one engine: as many as the connection has places for this process.

Each worker is one call that may be out. Processes come and go, and the connection's places are
shared out anew: the crew grows when places are granted, and shrinks as calls end.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final, Generic, TypeVar

from commands.desk import Desk
from commands.ports import Share

Job = TypeVar("Job")
T = TypeVar("T")

ASK_EVERY: Final = timedelta(seconds=2)
SPARE: Final = timedelta(seconds=10)
"""How long a process may stand still before its places go to others, beyond the longest call."""

FAREWELL: Final = 1.0


URGENT, USUAL = 0, 1


@dataclass(frozen=True, slots=True)
class _Errand:
    """A call for somebody who waits for what comes of it."""

    call: Callable[[], Awaitable[Any]]
    done: "asyncio.Future[Any]"

    async def run(self) -> None:
        if self.done.done():
            return
        try:
            answer = await self.call()
        except Exception as trouble:  # noqa: BLE001  # it belongs to whoever waits
            if not self.done.done():
                self.done.set_exception(trouble)
        else:
            if not self.done.done():
                self.done.set_result(answer)


class NoPlaceError(Exception):
    """The places are other processes' by now."""


class Crew(Generic[Job]):
    """Hands jobs to workers. `do` must not raise."""

    def __init__(self, desk: Desk, do: Callable[[Job], Awaitable[None]]) -> None:
        self._desk = desk
        self._do = do
        self._turns = count()
        self._jobs: asyncio.PriorityQueue[tuple[int, int, Job | _Errand]] = asyncio.PriorityQueue()
        self._workers: set[asyncio.Task[None]] = set()
        self._busy: set[asyncio.Task[None]] = set()
        self._share = Share(0, 0, None)
        self._asked: datetime | None = None

    @property
    def size(self) -> int:
        """How many calls may be out at once."""
        return min(len(self._workers), self._share.fair)

    def put(self, job: Job) -> None:
        self._jobs.put_nowait((USUAL, next(self._turns), job))

    async def lend(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call in the first place that is free, for somebody who waits for it.

        Raises NoPlaceError, and whatever the call raises.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put_nowait((URGENT, next(self._turns), _Errand(self._in_place(call), done)))
        return await done

    def _in_place(self, call: Callable[[], Awaitable[T]]) -> Callable[[], Awaitable[T]]:
        async def made() -> T:
            if not self.may_call():
                raise NoPlaceError
            return await call()

        return made

    def may_call(self) -> bool:
        """Whether the places are still ours for a whole call: looked at before the first byte."""
        until = self._share.until
        longest = self._desk.distributor.erp.timeout
        return until is None or self._desk.clock.now() + longest < until

    async def adjust(self) -> None:
        """Ask for this process's share now and then, and follow it."""
        now = self._desk.clock.now()
        if self._asked and timedelta(0) <= now - self._asked < ASK_EVERY:
            return
        pace = self._desk.distributor.erp
        until = now + pace.timeout + SPARE
        self._share = await self._desk.processes.share(
            self._desk.distributor.key, pace.concurrency, len(self._workers), until, now
        )
        # After it came: one that could not be had is asked for again at once.
        self._asked = now
        self._grow()
        self._shrink()

    def _grow(self) -> None:
        for _ in range(self._share.granted - len(self._workers)):
            self._workers.add(asyncio.create_task(self._work()))

    def _shrink(self) -> None:
        """Those without a job go at once, the others when their call has ended."""
        idle = list(self._workers - self._busy)
        for worker in idle[: max(0, len(self._workers) - self._share.fair)]:
            worker.cancel()
            self._workers.discard(worker)

    async def _work(self) -> None:
        me = asyncio.current_task()
        assert me is not None
        while len(self._workers) <= self._share.fair:
            _, _, job = await self._jobs.get()
            self._busy.add(me)
            await (job.run() if isinstance(job, _Errand) else self._do(job))
            self._busy.discard(me)
        self._workers.discard(me)

    async def dismiss(self) -> None:
        """End all workers, whatever they do, and give the places back."""
        workers = [*self._workers]
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        with contextlib.suppress(Exception):
            async with asyncio.timeout(FAREWELL):
                await self._desk.processes.leave(self._desk.distributor.key)
