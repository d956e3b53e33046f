"""Retry all: one statement for all orders that an alert's message showed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.history import By, what
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import RetryAsked, State
from commands.ports import Retried
from store.alert_book import bump
from store.changes import write_events
from store.rows import Row, Values
from store.tables import alerts, orders

_FAILED = State.FAILED.value


async def retry_alert(
    connection: AsyncConnection,
    distributor: DistributorKey,
    alert_id: int,
    by: By,
    now: datetime,
) -> Retried:
    """Queue the alert's failed orders, due now. Held ones and later arrivals are left alone."""
    shown = await _shown(connection, distributor, alert_id)
    if shown is None:
        return Retried(0, 0, 0)
    left = await _left_alone(connection, alert_id, shown)
    moved = await _queue(connection, alert_id, shown, by, now)
    await write_events(connection, [_event(row.seq, by, now) for row in moved])
    await bump(connection, {alert_id} if moved else set())
    return Retried(queued=len(moved), held=left.held, later=left.later)


async def _shown(
    connection: AsyncConnection, distributor: DistributorKey, alert_id: int
) -> int | None:
    """The change that the alert's message shows; the row is kept from changing meanwhile."""
    a = alerts.c
    found = await connection.execute(
        sa.select(a.shown).where(a.id == alert_id, a.distributor == distributor).with_for_update()
    )
    return found.scalar_one_or_none()


async def _left_alone(connection: AsyncConnection, alert_id: int, shown: int) -> Row:
    o = orders.c
    held = o.held_by.is_not(None)
    later = sa.and_(o.held_by.is_(None), o.joined > shown)
    found = await connection.execute(
        sa.select(
            sa.func.count().filter(held).label("held"),
            sa.func.count().filter(later).label("later"),
        ).where(o.alert_id == alert_id, o.state == _FAILED)
    )
    return found.one()


async def _queue(
    connection: AsyncConnection, alert_id: int, shown: int, by: By, now: datetime
) -> list[Row]:
    """As `lifecycle.on(failed, RetryAsked)`; a test holds the two together."""
    o = orders.c
    statement = (
        sa.update(orders)
        .where(o.alert_id == alert_id, o.state == _FAILED, o.held_by.is_(None), o.joined <= shown)
        .values(
            state=State.QUEUED.value,
            version=o.version + 1,
            next_at=now,
            asked=True,
            attempt=None,
            look_after=None,
            absences=0,
            acted_by=by.person,
            acted_at=now,
        )
        .returning(o.seq)
    )
    return list((await connection.execute(statement)).all())


def _event(seq: int, by: By, now: datetime) -> Values:
    return {
        "order_seq": seq,
        "at": now,
        "what": what(RetryAsked),
        "source": by.source.value,
        "person": by.person,
        "before": _FAILED,
        "after": State.QUEUED.value,
    }
