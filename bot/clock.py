"""Clocks. The composition root and the commands give one to whatever needs the time."""

import asyncio
from datetime import UTC, datetime, timedelta

from commands.ports import Clock
from store import Store


class SystemClock:
    """The one of this machine. Implements `commands.ports.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, span: timedelta) -> None:
        await asyncio.sleep(max(0.0, span.total_seconds()))


async def agreed(store: Store, own: Clock) -> Clock:
    """The clock to go by: `own`, or the database's where other machines share it.

    Raises what SQLAlchemy raises when the database does not answer.
    """
    if not store.database.shared:
        return own
    await store.clock.measure()
    return store.clock
