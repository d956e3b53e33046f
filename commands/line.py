"""The connection to one ERP as an engine knows it: what it heard, and what is stored for others.

Held by `commands.engine` alone. What an answer means for the connection says `domain.connection`;
this keeps the engine's copy and the stored one together.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace

from commands.desk import Desk
from commands.domain.answers import LookupTrouble, Sign
from commands.domain.connection import (
    Connection,
    Line,
    admits,
    after,
    brought_forward,
    probe_gap,
    reconciled,
    reopened,
    worth_storing,
)

log = logging.getLogger("orderwatch.engine")


class Wire:
    """One engine's end of the connection."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._now = Connection()
        self._stored = Connection()
        self._storing = asyncio.Lock()

    @property
    def connection(self) -> Connection:
        """As it is known here: newer than what is stored, or the same."""
        return self._now

    @property
    def line(self) -> Line:
        return self._now.line

    @property
    def works(self) -> bool:
        return self._now.line is Line.WORKING

    @property
    def closed(self) -> LookupTrouble | None:
        """Why nobody is to ask the ERP anything now; the probe is the engine's own."""
        known, now = self._now, self._desk.clock.now()
        if known.line is Line.WORKING or known.failure is None:
            return None
        if known.line is Line.LIMITED:
            wait = known.until - now if known.until and known.until > now else None
            return LookupTrouble(known.failure, wait) if wait else None
        return LookupTrouble(known.failure)

    def admits(self) -> int:
        """How many requests may be in flight now; 0: none."""
        return admits(self._now, self._concurrency, self._desk.clock.now(), asked=False)

    def hear(self, signs: Iterable[Sign]) -> None:
        """Take in what the ERP said. Stored by `store`, once it is worth it."""
        known, now = self._now, self._desk.clock.now()
        for sign in signs:
            known = after(known, sign, self._concurrency, now, self._desk.chance)
        if known.line is not self._now.line:
            log.info("%s: connection %s", self._desk.distributor.key, known.line)
        self._now = known

    async def greet(self) -> None:
        """Settings can only have changed by a restart: a broken connection is tried at once."""
        key, now = self._desk.distributor.key, self._desk.clock.now()
        stored = await self._desk.connections.load(key)
        sooner = brought_forward(stored, now)
        if sooner is not stored:
            await self._desk.connections.save(key, stored, sooner, now)
        await self.read()

    async def read(self) -> None:
        """Take over what others stored; our own warm-up is ours."""
        stored = await self._desk.connections.load(self._desk.distributor.key)
        if stored.version == self._stored.version:
            return
        self._stored = stored
        self._now = replace(stored, window=self._now.window)

    async def store(self) -> None:
        """Store what was heard, if others must know; where they were quicker, what of it counts."""
        # One at a time: what two had heard of together would count twice.
        async with self._storing:
            while worth_storing(self._stored, self._now):
                heard, since = self._now, self._stored
                if not await self._save(heard):
                    self._now = reconciled(heard, since, self._stored)

    async def reopen(self) -> None:
        """It says that it is well, and there is no order to prove it by."""
        await self._save(reopened(self._now, self._concurrency, self._desk.clock.now()))

    async def put_off(self) -> None:
        """One real order is the probe of a stopped connection; the next one is far off."""
        now = self._desk.clock.now()
        await self._save(replace(self._now, until=now + self._desk.distributor.erp.lease))

    async def take_probe(self) -> bool:
        """Whether the probe that is due is ours: whoever moves the time of the next makes it."""
        now = self._desk.clock.now()
        gap = probe_gap(self._now.probes, self._desk.chance)
        until = now + self._desk.distributor.erp.timeout + gap
        return await self._save(replace(self._now, until=until, version=self._now.version + 1))

    async def _save(self, wanted: Connection) -> bool:
        """False and the stored one taken over where another was quicker."""
        key, now, known = self._desk.distributor.key, self._desk.clock.now(), self._now
        fresh = replace(wanted, version=max(wanted.version, self._stored.version + 1))
        saved = await self._desk.connections.save(key, self._stored, fresh, now)
        self._stored = fresh if saved else await self._desk.connections.load(key)
        if self._now is known:
            self._now = self._stored
        elif not (saved and wanted is known):
            # The ERP said something meanwhile. After a mere storing it goes on from there.
            self._now = reconciled(self._now, known, self._stored)
        return saved

    @property
    def _concurrency(self) -> int:
        return self._desk.distributor.erp.concurrency
