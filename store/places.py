"""A connection's places, shared out among the processes: no more calls are out than it has.

Called by `store.processes`. Each process has a row that says how many calls it may have out, and
until when; together the rows never hold more than there are places. Who needs to give some back
does so as its calls end, and only then others take them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.ids import DistributorKey
from commands.ports import Share
from store.tables import shares

LIFE: Final = 1_330_795_589
"""The first number of the lock that says that a process lives; the second is its own."""

_TURN: Final = sa.select(
    sa.func.pg_advisory_xact_lock(
        sa.func.hashtextextended(sa.literal("orderwatch places ") + sa.bindparam("distributor"), 0)
    )
)
_LIVING: Final = sa.text(
    "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND classid::bigint = :life AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a process has: `busy` calls that may be out at this moment."""

    process: int
    busy: int
    until: datetime


async def share(
    connection: AsyncConnection,
    distributor: DistributorKey,
    places: int,
    mine: Place,
    now: datetime,
) -> Share:
    """What the process has from now until `mine.until`."""
    await connection.execute(_TURN, {"distributor": distributor})
    others = await _others(connection, distributor, mine.process, now)
    fair = fair_share(places, mine.process, others)
    free = places - sum(others.values())
    granted = max(mine.busy, min(fair, free))
    await _write(connection, distributor, mine, granted)
    return Share(granted, fair, mine.until)


def fair_share(places: int, process: int, others: dict[int, int]) -> int:
    """The same for all; what does not divide goes to those with the lowest numbers."""
    rank = sum(other < process for other in others)
    each, rest = divmod(places, len(others) + 1)
    return each + (rank < rest)


async def _others(
    connection: AsyncConnection, distributor: DistributorKey, process: int, now: datetime
) -> dict[int, int]:
    """The other processes that live, each with what it holds. The dead leave their places."""
    s = shares.c
    living = (await connection.scalars(_LIVING, {"life": LIFE})).all()
    gone = sa.or_(s.until <= now, s.process.not_in(living))
    await connection.execute(
        sa.delete(shares).where(s.distributor == distributor, s.process != process, gone)
    )
    rows = await connection.execute(
        sa.select(s.process, s.held).where(s.distributor == distributor, s.process != process)
    )
    return {row.process: row.held for row in rows}


async def _write(
    connection: AsyncConnection, distributor: DistributorKey, mine: Place, held: int
) -> None:
    values = {"held": held, "until": mine.until}
    await connection.execute(
        insert(shares)
        .values(distributor=distributor, process=mine.process, **values)
        .on_conflict_do_update(index_elements=["distributor", "process"], set_=values)
    )


async def leave(connection: AsyncConnection, distributor: DistributorKey, process: int) -> None:
    """The process stops: its places are free at once."""
    s = shares.c
    await connection.execute(
        sa.delete(shares).where(s.distributor == distributor, s.process == process)
    )
