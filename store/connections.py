"""The state of each ERP connection: `commands.ports.Connections` over SQL.

A change that breaks or mends it opens or ends the outage's alert in the same transaction.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.connection import Connection, Line
from commands.domain.failures import Code, Failure
from commands.domain.ids import DistributorKey
from store import outages
from store.dialects import insert
from store.engine import Database
from store.rows import Row, Values
from store.tables import connection_events, connections

_PLAIN = ("version", "since", "until", "streak", "probes", "window", "last_ok", "last_asked")


class SqlConnections:
    """Implements `commands.ports.Connections`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, distributor: DistributorKey) -> Connection:
        """How the connection stands; one that was never used works."""
        async with self._database.reading() as connection:
            return await read(connection, distributor)

    async def save(
        self, distributor: DistributorKey, before: Connection, after: Connection, now: datetime
    ) -> bool:
        """Store a change and what it means for the alerts. False: somebody else was quicker."""
        if before.broken and not after.broken:
            await outages.gather(self._database, distributor, now)

        async def work(connection: AsyncConnection) -> bool:
            if not await _store(connection, distributor, before, after):
                return False
            if _turned(before, after):
                await _write(connection, distributor, before, after, now)
            if before.broken or after.broken:
                await outages.follow(connection, distributor, before, after, now)
            return True

        return await self._database.write(work)


async def read(connection: AsyncConnection, distributor: DistributorKey) -> Connection:
    chosen = sa.select(connections).where(connections.c.distributor == distributor)
    row = (await connection.execute(chosen)).one_or_none()
    return _from(row) if row else Connection()


def _from(row: Row) -> Connection:
    failure = Failure(Code(row.failure_code), row.failure_message) if row.failure_code else None
    plain: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    return Connection(line=Line(row.line), failure=failure, **plain)


def _values(connection: Connection) -> Values:
    failure = connection.failure
    return {
        **{name: getattr(connection, name) for name in _PLAIN},
        "line": connection.line.value,
        "failure_code": failure.code.value if failure else None,
        "failure_message": failure.message if failure else None,
    }


async def _store(
    connection: AsyncConnection, distributor: DistributorKey, before: Connection, after: Connection
) -> bool:
    c = connections.c
    moved = await connection.execute(
        sa.update(connections)
        .where(c.distributor == distributor, c.version == before.version)
        .values(_values(after))
    )
    if moved.rowcount or before.version:
        return bool(moved.rowcount)
    added = await connection.execute(
        insert(connection, connections)
        .values(distributor=distributor, **_values(after))
        .on_conflict_do_nothing(index_elements=["distributor"])
    )
    return bool(added.rowcount)


def _code(connection: Connection) -> str | None:
    return connection.failure.code.value if connection.failure else None


def _turned(before: Connection, after: Connection) -> bool:
    return (before.line, _code(before)) != (after.line, _code(after))


async def _write(
    connection: AsyncConnection,
    distributor: DistributorKey,
    before: Connection,
    after: Connection,
    now: datetime,
) -> None:
    await connection.execute(
        sa.insert(connection_events).values(
            distributor=distributor,
            at=now,
            before=before.line.value,
            after=after.line.value,
            code=_code(after),
            message=after.failure.message if after.failure else None,
        )
    )
