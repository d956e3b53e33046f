"""Lines of an order's history that change nothing: refused attempts of people, things heard."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.history import By
from commands.domain.ids import DistributorKey, OrderId
from store.changes import write_events
from store.rows import Values
from store.tables import orders


async def write(
    connection: AsyncConnection,
    distributor: DistributorKey,
    order: OrderId,
    line: Values,
    by: By,
    now: datetime,
) -> bool:
    """Add a line to the history. False: no such order, and nothing is written."""
    o = orders.c
    chosen = sa.select(o.seq, o.state).where(o.distributor == distributor, o.id == order)
    row = (await connection.execute(chosen)).one_or_none()
    if row is None:
        return False
    beside = {"before": row.state, "after": row.state, "source": by.source.value}
    line = {"order_seq": row.seq, "at": now, "person": by.person, **beside, **line}
    await write_events(connection, [line])
    return True
