"""Retry all: one statement for all orders that an alert's message showed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.history import By, what
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import RetryAsked, State
from commands.ports import Retried
from store.alert_book import bump
from store.changes import OUTAGE_KEY, write_events
from store.rows import Row, Values
from store.tables import OPEN, alerts, orders

_FAILED = State.FAILED.value


async def retry_alert(
    connection: AsyncConnection,
    distributor: DistributorKey,
    alert_id: int,
    by: By,
    now: datetime,
    seen: int | None = None,
) -> Retried:
    """Queue the alert's failed orders, due now. Held ones and later arrivals are left alone.

    `seen`: the change that the person saw, if it was an earlier one than the message shows now.
    """
    shown = await _shown(connection, distributor, alert_id)
    if shown is None:
        return Retried(0, 0, 0)
    shown = shown if seen is None else min(shown, seen)
    left = await _left_alone(connection, alert_id, shown)
    outage = await _outage(connection, distributor)
    moved = await _queue(connection, alert_id, shown, by, now)
    if outage is not None and outage != alert_id and moved:
        await _hand_over(connection, alert_id, outage, now)
    await write_events(connection, [_event(row.seq, by, now) for row in moved])
    await bump(connection, {alert_id} if moved else set())
    return Retried(queued=len(moved), held=left.held, later=left.later)


async def _outage(connection: AsyncConnection, distributor: DistributorKey) -> int | None:
    """The alert of an outage that lasts; it is kept from changing meanwhile."""
    a = alerts.c
    lasting = sa.and_(a.cause_key == OUTAGE_KEY, OPEN, a.ended_at.is_(None))
    found = await connection.execute(
        sa.select(a.id).where(a.distributor == distributor, lasting).with_for_update()
    )
    return found.scalar_one_or_none()


async def _hand_over(
    connection: AsyncConnection, alert_id: int, outage: int, now: datetime
) -> None:
    """What waits for a broken connection belongs to its alert alone."""
    o = orders.c
    numbers = await bump(connection, {outage})
    await connection.execute(
        sa.update(orders)
        .where(o.alert_id == alert_id, o.state == State.QUEUED.value)
        .values(alert_id=outage, alerted_at=now, joined=numbers[outage], from_alert=alert_id)
    )


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
