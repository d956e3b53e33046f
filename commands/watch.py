"""Nothing goes silent: looks whether the sync times come and whether the queue moves, and tells of
it by an alert when they do not. Run beside the crier, one watch a distributor.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from commands.desk import Desk
from commands.domain.connection import Connection, Line
from commands.domain.grouping import Trouble
from commands.domain.ids import DistributorKey

log = logging.getLogger("orderwatch.watch")

TICK: Final = "tick"
"""What beats each time the cadence ticks."""

EVERY: Final = timedelta(seconds=30)
LATE: Final = timedelta(minutes=5)
"""After so long a tick that was due will not come."""

SURE: Final = 90.0
"""Seconds for which something must look wrong to us. A machine that slept finds its clock far ahead
when it wakes, and its ticks only a moment later.
"""


@dataclass(frozen=True, slots=True)
class Stalled:
    """Orders that have long been due. `since`: when the first of them was."""

    orders: int
    since: datetime


class Signs(Protocol):
    """By which one sees whether it goes; `store.signs` has them."""

    async def last_beat(self, distributor: DistributorKey, what: str) -> datetime | None: ...

    async def stalled(self, distributor: DistributorKey, before: datetime) -> Stalled | None:
        """What was due before then, and is still."""
        ...


class Watch:
    """One distributor's. `run` ends only by being cancelled."""

    def __init__(
        self, desk: Desk, signs: Signs, ticking: Callable[[], float] = time.monotonic
    ) -> None:
        self._desk = desk
        self._signs = signs
        self._ticking = ticking
        self._began = desk.clock.now()
        self._wrong_since: dict[Trouble, float] = {}
        # What an earlier process told of may be over by now.
        self._perhaps_told = {Trouble.NO_TICK, Trouble.QUEUE_STANDS, Trouble.MAIL_NOT_SENT}

    async def run(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as trouble:
                log.warning("%s: not watched: %s", self._key, type(trouble).__name__)
                log.debug("the trouble was", exc_info=trouble)
            await self._desk.clock.sleep(EVERY)

    async def look(self) -> None:
        now = self._desk.clock.now()
        await self._judge(Trouble.NO_TICK, await self._late_tick(now))
        await self._judge(Trouble.QUEUE_STANDS, await self._standing_queue(now))
        if not self._desk.mails:
            # E-mail was switched off: there is no mailman who would say that it is over.
            await self._judge(Trouble.MAIL_NOT_SENT, None)

    async def _late_tick(self, now: datetime) -> Mapping[str, Any] | None:
        last = await self._signs.last_beat(self._key, TICK)
        # While nobody ran nothing could tick; what was missed is made up at the start.
        due = self._desk.cadence.after(max(last or self._began, self._began))
        return {"due": due.isoformat()} if now > due + LATE else None

    async def _standing_queue(self, now: datetime) -> Mapping[str, Any] | None:
        before = now - self._desk.distributor.stuck_after
        line = await self._desk.connections.load(self._key)
        if self._began > before or _at_work(line, before):
            return None
        stalled = await self._signs.stalled(self._key, before)
        if stalled is None:
            return None
        return {"orders": stalled.orders, "since": stalled.since.isoformat()}

    async def _judge(self, trouble: Trouble, facts: Mapping[str, Any] | None) -> None:
        now = self._desk.clock.now()
        if facts is None:
            self._wrong_since.pop(trouble, None)
            if trouble in self._perhaps_told:
                await self._desk.alerts.trouble_over(self._key, trouble, now)
                self._perhaps_told.discard(trouble)
            return
        since = self._wrong_since.setdefault(trouble, self._ticking())
        if self._ticking() - since >= SURE:
            self._perhaps_told.add(trouble)
            await self._desk.alerts.trouble(self._key, trouble, facts, now)

    @property
    def _key(self) -> DistributorKey:
        return self._desk.distributor.key


def _at_work(line: Connection, before: datetime) -> bool:
    """Whether there is a reason why nothing is sent, or something was a moment ago."""
    if line.broken or (line.line is Line.LIMITED and line.until and line.until > before):
        return True
    return line.last_asked is not None and line.last_asked > before
