"""How a distributor's orders stand, in numbers. Called by `store.queries`; scans no whole table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.failures import Code
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import STATUS, State, Status, Synced
from store.tables import counts, orders

WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of orders. `codes`: the failed ones by code, most first. `week`: those received in
    the last seven days by state; `week_by_hand`: marked as synced among them.
    """

    as_of: datetime
    states: Mapping[State, int] = field(default_factory=dict)
    codes: Mapping[Code, int] = field(default_factory=dict)
    held: int = 0
    week: Mapping[State, int] = field(default_factory=dict)
    week_by_hand: int = 0

    def of(self, status: Status) -> int:
        return sum(n for state, n in self.states.items() if STATUS[state] is status)


async def summary(
    connection: AsyncConnection, distributor: DistributorKey, now: datetime
) -> Summary:
    """Everything that `/orders` alone answers with."""
    return Summary(
        as_of=now,
        states=await states(connection, distributor),
        codes=await _codes(connection, distributor),
        held=await _held(connection, distributor),
        week=await _week(connection, distributor, now),
        week_by_hand=await _by_hand(connection, distributor, now),
    )


async def states(connection: AsyncConnection, distributor: DistributorKey) -> dict[State, int]:
    c = counts.c
    rows = await connection.execute(
        sa.select(c.state, sa.func.sum(c.n).label("n"))
        .where(c.distributor == distributor)
        .group_by(c.state)
    )
    return {State(row.state): int(row.n) for row in rows}


async def _codes(connection: AsyncConnection, distributor: DistributorKey) -> dict[Code, int]:
    o, n = orders.c, sa.func.count().label("n")
    rows = await connection.execute(
        sa.select(o.failure_code, n)
        .where(o.distributor == distributor, sa.text("state = 'failed'"))
        .group_by(o.failure_code)
        .order_by(n.desc(), o.failure_code)
    )
    return {Code(row.failure_code): row.n for row in rows if row.failure_code}


async def _held(connection: AsyncConnection, distributor: DistributorKey) -> int:
    o = orders.c
    # Any name is more than none: said so, the index of held orders is the better one.
    chosen = sa.select(sa.func.count()).where(o.distributor == distributor, o.held_by > "")
    return int(await connection.scalar(chosen) or 0)


async def _week(
    connection: AsyncConnection, distributor: DistributorKey, now: datetime
) -> dict[State, int]:
    o = orders.c
    rows = await connection.execute(
        sa.select(o.state, sa.func.count().label("n"))
        .where(o.distributor == distributor, o.received_at >= now - WEEK)
        .group_by(o.state)
    )
    return {State(row.state): row.n for row in rows}


async def _by_hand(connection: AsyncConnection, distributor: DistributorKey, now: datetime) -> int:
    o = orders.c
    chosen = sa.select(sa.func.count()).where(
        o.distributor == distributor,
        o.received_at >= now - WEEK,
        o.state == State.SYNCED.value,
        o.synced == Synced.MANUAL.value,
    )
    return int(await connection.scalar(chosen) or 0)
