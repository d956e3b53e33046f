"""The time that every process on one database agrees on: the database's own.

`Store.clock` is the clock of every desk. Leases and due times are compared across processes, so on
PostgreSQL they go by the server's clock, whatever the machines' own clocks show.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from store.engine import Database

log = logging.getLogger("orderwatch.store")

AGAIN: Final = timedelta(seconds=30)
SAMPLES: Final = 3
WORTH_SAYING: Final = timedelta(seconds=5)


def ticking() -> float:
    """Seconds that nobody sets, counted on while the machine sleeps where the system can.

    A machine that wakes must find its leases run out.
    """
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class DatabaseClock:
    """Implements `commands.ports.Clock`. On SQLite it is this machine's clock.

    Between two measurements time goes by `ticking`: a wall clock that is set leaves it alone.
    """

    def __init__(self, database: Database, ticking: Callable[[], float] = ticking) -> None:
        self._database = database
        self._ticking = ticking
        self._zero: datetime | None = None

    def now(self) -> datetime:
        if self._zero is None:
            return datetime.now(UTC)
        return self._zero + timedelta(seconds=self._ticking())

    async def sleep(self, span: timedelta) -> None:
        await asyncio.sleep(max(0.0, span.total_seconds()))

    async def keep(self) -> None:
        """Measure again and again, until cancelled. A database that is gone changes nothing."""
        while True:
            await self.sleep(AGAIN)
            try:
                await self.measure()
            except Exception as trouble:  # noqa: BLE001 - whatever a driver raises
                log.debug("the database's clock was not read: %s", type(trouble).__name__)

    async def measure(self) -> None:
        """Read the database's clock. Raises what SQLAlchemy raises when it does not answer."""
        if self._database.shared:
            known = self._zero is not None
            _, self._zero = min([await self._sample() for _ in range(SAMPLES)])
            self._say(known=known)

    async def _sample(self) -> tuple[float, datetime]:
        """How long the answer took, and what the database's clock showed when `ticking` was 0."""
        async with self._database.reading() as connection:
            asked = self._ticking()
            shown = await connection.scalar(sa.select(sa.func.clock_timestamp()))
            took = self._ticking() - asked
        assert shown is not None
        return took, shown.astimezone(UTC) - timedelta(seconds=asked + took / 2)

    def _say(self, *, known: bool) -> None:
        apart = datetime.now(UTC) - self.now()
        if not known and abs(apart) > WORTH_SAYING:
            log.warning(
                "this machine's clock is %.0f s %s the database's, which is the one that counts",
                abs(apart).total_seconds(),
                "before" if apart > timedelta() else "behind",
            )
