"""What an alert's message shows, counted from the orders as they are. Called by `store.alerts`.

A few statements for any number of orders, within one read transaction.
"""

from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.alerts import AlertPicture, OrderLine, Settled, SubjectCount
from commands.domain.grouping import CauseKind
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import State, Synced
from commands.domain.people import PersonId
from store import connections, outages, subjects
from store.rows import LINE, Row, Select, line_of
from store.tables import alerts, orders

NEXT: Final = 3
Chosen = sa.ColumnElement[bool]
Given = dict[str, Any]


async def draw(
    connection: AsyncConnection,
    distributor: DistributorKey,
    alert_id: int,
    zone: ZoneInfo,
    now: datetime,
) -> AlertPicture:
    """The picture of one alert. `zone` decides which deliveries are today's."""
    # First of all the change: what comes in between is then counted again, never overlooked.
    row = (await connection.execute(sa.select(alerts).where(alerts.c.id == alert_id))).one()
    of, lasting = orders.c.alert_id == alert_id, _lasting(row)
    if lasting:
        kept = sa.and_(outages.waiting(distributor, now), outages.unclaimed(alert_id))
        of = sa.or_(of, kept)
    stuck = is_open(row, lasting=lasting)
    counted = (await connection.execute(_count(of, stuck, zone, now))).one()
    top, more = await _subjects(connection, row, sa.and_(of, stuck))
    return AlertPicture(
        as_of=now,
        seen=row.change,
        subjects=top,
        more_subjects=more,
        next=await _next(connection, sa.and_(of, stuck), now),
        one=await _one(connection, of) if counted.total == 1 else None,
        settled=await _settled(connection, of, counted),
        asked_by=await _people(connection, of, _trying(stuck)) if counted.trying else (),
        **_numbers(counted),
        **await _looked(connection, distributor, row),
    )


async def _subjects(
    connection: AsyncConnection, alert: Row, stuck: Chosen
) -> tuple[tuple[SubjectCount, ...], int]:
    if alert.kind != CauseKind.FAILURE.value:
        # An old failure's item says nothing about why the order waits now.
        return (), 0
    return await subjects.largest(connection, stuck)


def _lasting(alert: Row) -> bool:
    return alert.kind == CauseKind.OUTAGE.value and alert.ended_at is None and not alert.closed_at


def is_open(alert: Row, *, lasting: bool) -> Chosen:
    """The alert's orders that still have its cause, those keyed in by hand apart."""
    o = orders.c
    free = o.held_by.is_(None)
    match CauseKind(alert.kind):
        case CauseKind.FAILURE:
            same = sa.and_(o.state == State.FAILED.value, o.failure_code == alert.code)
        case CauseKind.PENDING_VERIFICATION:
            same = o.state == State.PENDING_VERIFICATION.value
        case CauseKind.QUEUED:
            same = o.state == State.QUEUED.value
        case CauseKind.OUTAGE if lasting:
            same = o.state.not_in([State.SYNCED.value, State.SENT.value])
        case CauseKind.OUTAGE:
            same = o.state.in_([State.FAILED.value, State.PENDING_VERIFICATION.value])
    return sa.and_(free, same)


def _count(of: Chosen, stuck: Chosen, zone: ZoneInfo, now: datetime) -> Select:
    o, n = orders.c, sa.func.count
    synced, held = o.state == State.SYNCED.value, o.held_by.is_not(None)
    doubt = o.state.in_([State.UNKNOWN.value, State.PENDING_VERIFICATION.value])
    today = sa.and_(stuck, o.deliver_at >= now, o.deliver_at < _midnight(now, zone))
    return sa.select(
        n().label("total"),
        n().filter(stuck).label("open"),
        n().filter(_trying(stuck)).label("trying"),
        n().filter(held).label("held"),
        n().filter(doubt).label("in_doubt"),
        n().filter(today).label("today"),
        n().filter(stuck, o.deliver_at < now).label("overdue"),
        sa.func.min(sa.case((today, o.deliver_at))).label("first_today"),
        n().filter(synced, o.synced == Synced.AUTO.value).label("auto"),
        n().filter(synced, o.synced == Synced.FOUND.value).label("found"),
        n().filter(synced, o.synced == Synced.MANUAL.value).label("manual"),
        sa.func.max(sa.case((synced, o.settled_at))).label("last_at"),
    ).where(of)


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=zone)


def _numbers(counted: Row) -> Given:
    names = ("total", "open", "trying", "held", "in_doubt", "today", "overdue", "first_today")
    return {name: getattr(counted, name) for name in names}


def _trying(stuck: Chosen) -> Chosen:
    """On their way: neither still in trouble nor keyed in by hand nor done."""
    o = orders.c
    return sa.and_(sa.not_(stuck), o.held_by.is_(None), o.state != State.SYNCED.value)


async def _people(connection: AsyncConnection, of: Chosen, which: Chosen) -> tuple[PersonId, ...]:
    """Who last did something for these orders, most recent first."""
    o = orders.c
    found = await connection.scalars(
        sa.select(o.acted_by)
        .where(of, which, o.acted_by.is_not(None))
        .group_by(o.acted_by)
        .order_by(sa.func.max(o.acted_at).desc())
    )
    return tuple(PersonId(one) for one in found if one)


async def _settled(connection: AsyncConnection, of: Chosen, counted: Row) -> Settled:
    if not counted.auto + counted.found + counted.manual:
        return Settled()
    return Settled(
        auto=counted.auto,
        found=counted.found,
        manual=counted.manual,
        people=await _people(connection, of, orders.c.state == State.SYNCED.value),
        last_at=counted.last_at,
    )


async def _next(connection: AsyncConnection, stuck: Chosen, now: datetime) -> tuple[OrderLine, ...]:
    """The next deliveries; what is overdue comes after what can still be in time."""
    o = orders.c
    late = sa.case((o.deliver_at < now, 1), else_=0)
    rows = await connection.execute(
        sa.select(*LINE).where(stuck).order_by(late, o.deliver_at, o.seq).limit(NEXT)
    )
    return tuple(line_of(row) for row in rows)


async def _one(connection: AsyncConnection, of: Chosen) -> OrderLine | None:
    row = (await connection.execute(sa.select(*LINE).where(of).limit(1))).one_or_none()
    return line_of(row) if row else None


async def _looked(connection: AsyncConnection, distributor: DistributorKey, alert: Row) -> Given:
    """Since when, and when the ERP was last asked; an outage began when the connection broke."""
    line = await connections.read(connection, distributor)
    since = line.since if _lasting(alert) and line.broken else None
    return {"since": since or alert.opened_at, "last_looked": line.last_asked}
