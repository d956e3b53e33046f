"""Hands work to the engine: orders to send, orders to look up, and when the next is due.

The rows are locked, then each moves by the table in `lifecycle`: a claim cannot differ from it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import Claimed, Refusal, on
from commands.ports import Order
from store.carry import Cargo
from store.changes import CHANGING, Change
from store.columns import Moment
from store.dialects import Unsought
from store.rows import ORDER, Row, Select, Values, order_of, standing_of
from store.tables import LOOKABLE, LOOKED_UP, SENDABLE, SENDING, orders

_SELECTED = tuple(dict.fromkeys((*ORDER, *CHANGING)))


_o = orders.c
_MINE = _o.distributor == sa.bindparam("distributor")
_NOW = sa.bindparam("now", type_=Moment)
_DUE = _o.next_at <= _NOW
_ANY_DUE = (
    sa.select(sa.literal_column("1"))
    .select_from(other := orders.alias("other"))
    .where(other.c.distributor == sa.bindparam("distributor"), SENDABLE, other.c.next_at <= _NOW)
    .exists()
)
"""Asked first: many may wait for a later moment, and the way by delivery passes all of them."""

# Built once: these two are run for every few orders.
_TO_SEND: Final[Select] = (
    sa.select(*_SELECTED)
    .where(_MINE, SENDABLE, _ANY_DUE, Unsought(_o.next_at) <= _NOW)
    .order_by(_o.asked.desc(), _o.deliver_at, _o.seq)
    .limit(sa.bindparam("at_most", type_=sa.Integer))
    .with_for_update(skip_locked=True, of=orders)
)
_TO_LOOK: Final[Select] = (
    sa.select(*_SELECTED)
    .where(_MINE, LOOKABLE, _DUE, sa.or_(_o.look_after.is_(None), _o.look_after <= _NOW))
    .order_by(_o.asked.desc(), _o.next_at, _o.seq)
    .limit(sa.bindparam("at_most", type_=sa.Integer))
    .with_for_update(skip_locked=True, of=orders)
)


def _asked(distributor: DistributorKey, limit: int, now: datetime) -> Values:
    return {"distributor": distributor, "at_most": limit, "now": now}


async def claim(cargo: Cargo, limit: int, lease: timedelta) -> list[Order]:
    """Claim what is due: those a person waits for first, then by delivery. They are claimed once
    the cargo is delivered; what it changes already is left for the next time.
    """
    now = cargo.now
    rows = await cargo.connection.execute(_TO_SEND, _asked(cargo.distributor, limit, now))
    free = [row for row in rows if row not in cargo]
    changes = [change for row in free if (change := _claimed(row, now + lease, now))]
    cargo.add(changes)
    return [_order(change) for change in changes]


def _claimed(row: Row, lease_until: datetime, now: datetime) -> Change | None:
    before = standing_of(row)
    event = Claimed(uuid4().hex, lease_until)
    after = on(before, event, now)
    return None if isinstance(after, Refusal) else Change(row, event, before, after)


def _order(change: Change) -> Order:
    return order_of(change.row, change.after)


async def claim_lookups(
    connection: AsyncConnection,
    distributor: DistributorKey,
    limit: int,
    lease: timedelta,
    now: datetime,
) -> list[Order]:
    """Take look-ups that are due. Their `next_at` is put off, which is no event of the order."""
    rows = (await connection.execute(_TO_LOOK, _asked(distributor, limit, now))).all()
    if not rows:
        return []
    await connection.execute(
        sa.update(orders)
        .where(orders.c.seq.in_([row.seq for row in rows]))
        .values(next_at=now + lease, version=orders.c.version + 1)
    )
    return [_put_off(row, now + lease) for row in rows]


def _put_off(row: Row, until: datetime) -> Order:
    order = order_of(row)
    standing = replace(order.standing, next_at=until, version=order.standing.version + 1)
    return replace(order, standing=standing)


async def hurry_lookup(
    connection: AsyncConnection, distributor: DistributorKey, order: OrderId, now: datetime
) -> None:
    """Make an unconfirmed order's look-up due now, or when its settle delay is over."""
    o = orders.c
    held_back = sa.case((o.look_after > now, o.look_after), else_=now)
    await connection.execute(
        sa.update(orders)
        .where(o.distributor == distributor, o.id == order, LOOKED_UP)
        .values(next_at=held_back, version=o.version + 1)
    )


async def next_due(connection: AsyncConnection, distributor: DistributorKey) -> datetime | None:
    """The earliest moment at which there is something to send, look up, or call over."""
    earliest = [
        sa.select(sa.func.min(orders.c.next_at))
        .where(orders.c.distributor == distributor, where)
        .scalar_subquery()
        for where in (SENDABLE, LOOKABLE, SENDING)
    ]
    row = (await connection.execute(sa.select(*earliest))).one()
    return min((moment for moment in row if moment is not None), default=None)
