"""The processes that work on one database: who lives, who does what only one may do.

Each holds a session of its own open, its line. Locks on it say that the process lives and which
duties are its; when the process dies, however that is, the database ends the session, and the
duties go to another. Opened by `store.open`, kept by `bot.service`.
"""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.desk import Alone
from commands.domain.ids import DistributorKey
from commands.ports import Share
from store import places
from store.engine import Database

log = logging.getLogger("orderwatch.processes")

GLANCE: Final = timedelta(seconds=1)
SILENT: Final = timedelta(seconds=5)
"""Longer without an answer, and the line counts as lost: long before the database gives it up."""

DUTY: Final = 1_330_795_588
"""The first number of our advisory locks; another program on the same database has others."""

LINE_LOST: Final = "the line to the database is lost"
Duty = Callable[[], Awaitable[None]]


def clock_of(distributor: DistributorKey) -> str:
    """The name of the duty that sweeps and ticks for a distributor."""
    return f"clock of {distributor}"


class Processes(Protocol):
    """One process among those that share its database; more than `commands.ports.Processes`."""

    async def share(
        self, distributor: DistributorKey, places: int, busy: int, until: datetime, now: datetime
    ) -> Share: ...

    async def leave(self, distributor: DistributorKey) -> None: ...

    def leads(self, distributor: DistributorKey) -> bool: ...

    async def keep(self) -> None:
        """Hold the line, until cancelled."""
        ...

    async def while_mine(self, name: str, duty: Duty, seats: int = 1) -> None:
        """Do a duty whenever it is this process's, until cancelled or until it ends by itself.

        At most `seats` processes have it at a time. It is cancelled when it is lost.
        """
        ...


class OneProcess(Alone):
    """SQLite has one `run`: every duty is its own."""

    async def keep(self) -> None:
        await asyncio.Event().wait()

    async def while_mine(self, name: str, duty: Duty, seats: int = 1) -> None:
        _ = name, seats
        await duty()


@dataclass(slots=True)
class _Want:
    """A duty somebody waits for: its seats, the one that is ours, and what follows from it."""

    seats: int
    mine: int | None = None
    told: bool = False
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def give(self, seat: int | None) -> None:
        async with self.changed:
            self.mine = seat
            self.changed.notify_all()

    async def until(self, *, mine: bool) -> None:
        async with self.changed:
            await self.changed.wait_for(lambda: (self.mine is not None) is mine)


class ManyProcesses:
    """PostgreSQL: any number of processes. `number` is drawn anew by each."""

    def __init__(self, database: Database) -> None:
        self.number = secrets.randbelow(2**31)
        self._database = database
        self._wants: dict[str, _Want] = {}
        self._alive = asyncio.Event()

    # --- the connection's places -----------------------------------------------------------------

    async def share(
        self, distributor: DistributorKey, places_: int, busy: int, until: datetime, now: datetime
    ) -> Share:
        """How many calls this process may have out. Raises TimeoutError while the line is lost."""
        async with asyncio.timeout(SILENT.total_seconds()):
            await self._alive.wait()
        async with self._database.writing() as connection:
            mine = places.Place(self.number, busy, until)
            return await places.share(connection, distributor, places_, mine, now)

    async def leave(self, distributor: DistributorKey) -> None:
        async with self._database.writing() as connection:
            await places.leave(connection, distributor, self.number)

    # --- duties ----------------------------------------------------------------------------------

    def leads(self, distributor: DistributorKey) -> bool:
        want = self._wants.get(clock_of(distributor))
        return want is not None and want.mine is not None

    async def while_mine(self, name: str, duty: Duty, seats: int = 1) -> None:
        want = self._wants.setdefault(name, _Want(seats))
        while True:
            await want.until(mine=True)
            log.info("%s: this process has it", name)
            if await _until_lost(want, duty):
                return
            log.warning("%s: lost", name)

    # --- the line --------------------------------------------------------------------------------

    async def keep(self) -> None:
        """Hold the line, until cancelled; a lost one is made anew."""
        while True:
            try:
                await self._hold()
            except Exception as trouble:  # noqa: BLE001 - whatever a driver raises
                log.warning("%s: %s", LINE_LOST, type(trouble).__name__)
            finally:
                await self._lose()
            await asyncio.sleep(GLANCE.total_seconds())

    async def _hold(self) -> None:
        async with self._database.engine.connect() as plain:
            line = await plain.execution_options(isolation_level="AUTOCOMMIT")
            try:
                await self._say_alive(line)
                while True:
                    async with asyncio.timeout(SILENT.total_seconds()):
                        await self._look(line)
                    await asyncio.sleep(GLANCE.total_seconds())
            finally:
                # Back in the pool it would keep the locks.
                await line.invalidate()

    async def _say_alive(self, line: AsyncConnection) -> None:
        async with asyncio.timeout(SILENT.total_seconds()):
            await line.execute(_LOCK, {"first": places.LIFE, "second": self.number})
        self._alive.set()

    async def _look(self, line: AsyncConnection) -> None:
        """Ask for the duties that are not ours yet; the question shows that the line holds."""
        await line.execute(sa.select(1))
        for name, want in list(self._wants.items()):
            if want.mine is None:
                await self._ask(line, name, want)

    async def _ask(self, line: AsyncConnection, name: str, want: _Want) -> None:
        for seat in range(want.seats):
            asked = {"first": DUTY, "second": _number(f"{name} {seat}")}
            if await line.scalar(_TRY, asked):
                await want.give(seat)
                return
        if want.seats > 1 and not want.told:
            want.told = True
            log.warning(
                "%s: other processes have all %d; running without, until one is free",
                name,
                want.seats,
            )

    async def _lose(self) -> None:
        self._alive.clear()
        for want in self._wants.values():
            await want.give(None)


_LOCK: Final = sa.select(
    sa.func.pg_advisory_lock(
        sa.bindparam("first", type_=sa.Integer), sa.bindparam("second", type_=sa.Integer)
    )
)
_TRY: Final = sa.select(
    sa.func.pg_try_advisory_lock(
        sa.bindparam("first", type_=sa.Integer), sa.bindparam("second", type_=sa.Integer)
    )
)


def _number(name: str) -> int:
    """The second number of a lock: 31 bits of a name's digest."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) >> 1


async def _until_lost(want: _Want, duty: Duty) -> bool:
    """Whether the duty came to its own end; else it was lost, and cancelled. Raises its errors."""
    working = asyncio.ensure_future(duty())
    lost = asyncio.ensure_future(want.until(mine=False))
    try:
        await asyncio.wait((working, lost), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
            return True
        return False
    finally:
        working.cancel()
        lost.cancel()
        await asyncio.gather(working, lost, return_exceptions=True)
