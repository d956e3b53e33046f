"""Signs that processes leave for each other: until when Slack wants to be left alone, and when what
must not stop was last seen to go.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.ids import DistributorKey
from commands.watch import Stalled
from store.dialects import insert
from store.engine import Database
from store.rows import Values
from store.tables import LOOKABLE, SENDABLE, SENDING, orders, pauses, pulses


class Signs:
    """One row for each distributor and thing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pause(self, distributor: DistributorKey, what: str, until: datetime) -> None:
        """Slack asks to be left alone with `what`."""
        await self._put(pauses, {"distributor": distributor, "what": what, "until": until})

    async def paused(self, distributor: DistributorKey, now: datetime) -> dict[str, datetime]:
        """What Slack wants to be left alone with, and until when."""
        c = pauses.c
        chosen = sa.select(c.what, c.until).where(c.distributor == distributor, c.until > now)
        async with self._database.reading() as connection:
            return {row.what: row.until for row in await connection.execute(chosen)}

    async def beat(self, distributor: DistributorKey, what: str, now: datetime) -> None:
        """It goes."""
        await self._put(pulses, {"distributor": distributor, "what": what, "at": now})

    async def last_beat(self, distributor: DistributorKey, what: str) -> datetime | None:
        c = pulses.c
        chosen = sa.select(c.at).where(c.distributor == distributor, c.what == what)
        async with self._database.reading() as connection:
            found: datetime | None = await connection.scalar(chosen)
        return found

    async def stalled(self, distributor: DistributorKey, before: datetime) -> Stalled | None:
        """Orders that were due before then, and are still: to be sent, looked up, or given up."""
        o = orders.c
        # Each by its own index: together they would be a scan of all orders.
        counts = [
            sa.select(sa.func.count().label("n"), sa.func.min(o.next_at).label("since"))
            .where(o.distributor == distributor, where, o.next_at <= before)
            .select_from(orders)
            for where in (SENDABLE, LOOKABLE, SENDING)
        ]
        async with self._database.reading() as connection:
            found = [row for row in await connection.execute(sa.union_all(*counts)) if row.n]
        if not found:
            return None
        return Stalled(sum(row.n for row in found), min(row.since for row in found))

    async def _put(self, table: sa.Table, values: Values) -> None:
        async with self._database.writing() as connection:
            await _put(connection, table, values)


async def _put(connection: AsyncConnection, table: sa.Table, values: Values) -> None:
    keys = ["distributor", "what"]
    moved = {name: value for name, value in values.items() if name not in keys}
    await connection.execute(
        insert(connection, table)
        .values(values)
        .on_conflict_do_update(index_elements=keys, set_=moved)
    )
