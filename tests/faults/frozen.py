"""The ports of one bot process with trouble around them: calls that take a moment, fail, or come
back late. Inside are the real adapter and the real store; `play` gives the orders.
"""

import asyncio
import contextlib
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from sqlalchemy.exc import OperationalError

from commands.domain.answers import Answer, CannotTell, Healthy, Lookup, Unhealthy
from commands.domain.documents import Document
from commands.domain.ids import OrderId
from commands.ports import Erp
from tests.faults.course import Plot, Stall
from tests.faults.virtual_time import VirtualLoop

T = TypeVar("T")

MOMENT: Final = 0.03
"""Seconds that a call of the database takes at most, on either side of its transaction."""

NEXT_CALL_WITHIN: Final = 90.0
"""A worker frozen until the next call wakes at last after this."""

TOGETHER: Final = 0.01


@dataclass(slots=True)
class Troubles:
    """What is wrong with the database just now, for one process.

    `gone`: calls fail before they begin. `answer_lost`: they fail after their commit. `late_claim`:
    seconds that the next claim comes back late. `dead`: the process is no more.
    """

    gone: int = 0
    answer_lost: int = 0
    late_claim: float = 0.0
    dead: bool = False


class TroubledPort:
    """A port of the store, each call with a moment before it and sometimes after."""

    def __init__(self, port: object, troubles: Troubles, chance: random.Random) -> None:
        self._port = port
        self._troubles = troubles
        self._chance = chance

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        real = getattr(self._port, name)

        async def call(*args: object, **named: object) -> Any:
            return await self._call(name, lambda: real(*args, **named))

        return call

    async def _call(self, name: str, real: Callable[[], Awaitable[Any]]) -> Any:
        await self._moment()
        if self._troubles.gone or self._troubles.dead:
            raise _unreachable("database is locked")
        answer = await real()
        if self._troubles.answer_lost:
            raise _unreachable("disk I/O error")
        if name in {"claim", "settle_and_claim"} and answer:
            late, self._troubles.late_claim = self._troubles.late_claim, 0.0
            await asyncio.sleep(late)
        if self._chance.random() < 0.3:
            await self._moment()
        return answer

    async def _moment(self) -> None:
        await asyncio.sleep(self._chance.uniform(0.0, MOMENT))


def _unreachable(words: str) -> OperationalError:
    return OperationalError("a statement", {}, Exception(words))


@dataclass(slots=True)
class Floor:
    """What all workers share: who is frozen when, and how often each order left or was found."""

    plots: dict[int, Plot]
    sent: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    looked: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    found: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    calm: bool = False

    def stall(self, order: OrderId) -> Stall:
        """How the worker that sends this order now is frozen; counts the call."""
        turn, self.sent[order] = self.sent[order], self.sent[order] + 1
        return self._nth(self.plots[int(order)].stalls, turn)

    def look_stall(self, order: OrderId) -> Stall:
        turn, self.looked[order] = self.looked[order], self.looked[order] + 1
        return self._nth(self.plots[int(order)].look_stalls, turn)

    def _nth(self, stalls: tuple[Stall, ...], turn: int) -> Stall:
        return stalls[turn] if turn < len(stalls) and not self.calm else Stall()

    async def tell(self) -> None:
        """Something was sent, or found."""
        async with self.news:
            self.news.notify_all()

    async def until(self, told: Callable[[], bool]) -> None:
        """Until it is told so, or nobody will."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(NEXT_CALL_WITHIN), self.news:
                await self.news.wait_for(told)


class FrozenErp:
    """The real adapter in the hands of workers that fall asleep. Implements `Erp`."""

    def __init__(self, erp: Erp, floor: Floor) -> None:
        self._erp = erp
        self._floor = floor

    async def send(self, document: Document) -> Answer:
        return await self._enter(document, lambda: self._erp.send(document))

    async def resume(self, document: Document, reference: str | None) -> Answer:
        return await self._enter(document, lambda: self._erp.resume(document, reference))

    async def find(self, order: OrderId) -> Lookup:
        stall = self._floor.look_stall(order)
        found = await self._out(lambda: self._erp.find(order))
        self._floor.found[order] += 1
        await self._floor.tell()
        await asyncio.sleep(stall.after + TOGETHER)
        return found

    async def find_number(self, reference: str) -> Lookup | CannotTell:
        return await self._out(lambda: self._erp.find_number(reference))

    async def examine(self) -> tuple[str, ...]:
        return await self._erp.examine()

    async def health(self) -> Healthy | Unhealthy:
        return await self._out(self._erp.health)

    async def close(self) -> None:
        await self._erp.close()

    async def _enter(self, document: Document, call: Callable[[], Awaitable[Answer]]) -> Answer:
        stall = self._floor.stall(document.id)
        floor, order = self._floor, document.id
        known, found = floor.sent[order], floor.found[order]
        await asyncio.sleep(stall.before)
        await floor.tell()
        answer = await self._out(call)
        if stall.till_next:
            await floor.until(lambda: floor.sent[order] > known)
        if stall.till_look:
            await floor.until(lambda: floor.found[order] > found)
        await asyncio.sleep(stall.after)
        return answer

    async def _out(self, call: Callable[[], Awaitable[T]]) -> T:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.talking += 1
        try:
            return await call()
        finally:
            loop.talking -= 1
