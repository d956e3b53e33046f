"""What an alert's message shows, counted from the orders as they are. Called by `store.alerts`.

A few statements for any number of orders, within one read transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.alerts import AlertPicture, Moved, OrderLine
from commands.domain.grouping import CauseKind
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import State, Synced
from commands.domain.people import PersonId
from commands.domain.windows import next_midnight
from store import connections, endings, outages, subjects
from store.alert_rows import cause_of
from store.columns import Moment
from store.rows import LINE, Row, Select, line_of
from store.tables import alerts, orders

NEXT: Final = 3
_o = orders.c
_SYNCED: Final = _o.state == State.SYNCED.value
Chosen = sa.ColumnElement[bool]
Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """An alert's orders, as conditions. `of`: all that it ever told of; `mine`: those that still
    stand in it; `moved`: those that have another alert by now; `stuck`: still with its cause, those
    that are keyed in by hand apart.
    """

    of: Chosen
    mine: Chosen
    moved: Chosen
    stuck: Chosen

    @classmethod
    def by(cls, alert: Row, distributor: DistributorKey, now: datetime) -> Self:
        mine: Chosen = _o.alert_id == alert.id
        lasting = _lasting(alert)
        if lasting:
            mine = sa.or_(mine, outages.waiting(distributor, now))
        moved = sa.and_(_o.from_alert == alert.id, sa.not_(sa.func.coalesce(mine, sa.false())))
        of = sa.or_(mine, _o.from_alert == alert.id)
        return cls(of, mine, moved, sa.and_(mine, is_open(alert, lasting=lasting)))

    @property
    def trying(self) -> Chosen:
        """On their way: neither still in trouble nor keyed in by hand nor done."""
        return sa.and_(self.mine, sa.not_(self.stuck), _o.held_by.is_(None), sa.not_(_SYNCED))


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
    if row.kind == CauseKind.TROUBLE.value:
        return _of_trouble(row, now)
    parts = Parts.by(row, distributor, now)
    counted = (await connection.execute(_count(row, parts, zone, now))).one()
    top, more = await _subjects(connection, row, parts.stuck)
    return AlertPicture(
        as_of=now,
        seen=row.change,
        subjects=top,
        more_subjects=more,
        next=await _next(connection, parts.stuck, now),
        one=await _one(connection, parts.of) if counted.total == 1 else None,
        settled=await endings.settled(connection, parts.of, counted),
        asked_by=await _askers(connection, parts.trying) if counted.trying else (),
        moved=await _moved(connection, parts.moved) if counted.gone else (),
        **{name: getattr(counted, name) for name in _NUMBERS},
        **await _looked(connection, distributor, row),
    )


_NUMBERS: Final = (
    *("total", "open", "trying", "held", "in_doubt", "today", "overdue", "first_today"),
    *("new_today", "woken", "later"),
)


def _of_trouble(alert: Row, now: datetime) -> AlertPicture:
    lasts = alert.ended_at is None
    return AlertPicture(now, alert.change, 0, 0, since=alert.opened_at, troubled=lasts)


async def _subjects(connection: AsyncConnection, alert: Row, stuck: Chosen) -> subjects.Largest:
    if alert.kind != CauseKind.FAILURE.value:
        # An old failure's item says nothing about why the order waits now.
        return (), 0
    return await subjects.largest(connection, stuck)


def _lasting(alert: Row) -> bool:
    return alert.kind == CauseKind.OUTAGE.value and alert.ended_at is None and not alert.closed_at


def is_open(alert: Row, *, lasting: bool) -> Chosen:
    """The alert's orders that still have its cause, those keyed in by hand apart."""
    match CauseKind(alert.kind):
        case CauseKind.FAILURE:
            same = sa.and_(_o.state == State.FAILED.value, _o.failure_code == alert.code)
        case CauseKind.PENDING_VERIFICATION:
            same = _o.state == State.PENDING_VERIFICATION.value
        case CauseKind.QUEUED:
            same = _o.state == State.QUEUED.value
        case CauseKind.OUTAGE if lasting:
            same = _o.state.not_in([State.SYNCED.value, State.SENT.value])
        case CauseKind.OUTAGE:
            same = _o.state.in_([State.FAILED.value, State.PENDING_VERIFICATION.value])
        case CauseKind.TROUBLE:
            same = sa.false()
    return sa.and_(_o.held_by.is_(None), same)


def _count(alert: Row, parts: Parts, zone: ZoneInfo, now: datetime) -> Select:
    n, stuck = sa.func.count, parts.stuck
    doubt = _o.state.in_([State.UNKNOWN.value, State.PENDING_VERIFICATION.value])
    today = sa.and_(stuck, _o.deliver_at >= now, _o.deliver_at < next_midnight(now, zone))
    return sa.select(
        n().label("total"),
        n().filter(stuck).label("open"),
        n().filter(parts.trying).label("trying"),
        n().filter(parts.mine, _o.held_by.is_not(None)).label("held"),
        n().filter(parts.mine, doubt).label("in_doubt"),
        n().filter(parts.moved, sa.not_(_SYNCED)).label("gone"),
        n().filter(today).label("today"),
        n().filter(stuck, _o.deliver_at < now).label("overdue"),
        sa.func.min(sa.case((today, _o.deliver_at))).label("first_today"),
        n().filter(today, _since(alert, alert.posted_seen, alert.posted_at)).label("new_today"),
        n().filter(today, _since(alert, alert.snoozed_seen, alert.snoozed_at)).label("woken"),
        _later(alert, stuck, zone).label("later"),
        n().filter(_SYNCED, _o.synced == Synced.AUTO.value).label("auto"),
        n().filter(_SYNCED, _o.synced == Synced.FOUND.value).label("found"),
        n().filter(_SYNCED, _o.synced == Synced.MANUAL.value).label("manual"),
        sa.func.max(sa.case((_SYNCED, _o.settled_at))).label("last_at"),
    ).where(parts.of)


def _since(alert: Row, seen: int | None, at: datetime | None) -> Chosen:
    """What joined after change `seen`; what only waits for the ERP is told by when it came."""
    if at is None:
        return sa.false()
    joined = sa.and_(_o.alert_id == alert.id, _o.joined > (seen or 0))
    came = sa.and_(_o.alert_id.is_distinct_from(alert.id), _o.received_at > at)
    return sa.or_(joined, came)


def _later(alert: Row, stuck: Chosen, zone: ZoneInfo) -> sa.ColumnElement[datetime | None]:
    """When the first came on a later day than the card."""
    if alert.posted_at is None:
        return sa.cast(sa.null(), Moment)
    came = sa.case((_o.alert_id == alert.id, _o.alerted_at), else_=_o.received_at)
    day_after = next_midnight(alert.posted_at, zone)
    return sa.func.min(sa.case((sa.and_(stuck, came >= day_after), came)))


async def _askers(connection: AsyncConnection, which: Chosen) -> tuple[PersonId, ...]:
    return await endings.persons(connection, _o.acted_by, _o.acted_at, which)


async def _moved(connection: AsyncConnection, moved: Chosen) -> tuple[Moved, ...]:
    """By the alert that they stand in now, most first."""
    a, n = alerts.c, sa.func.count().label("n")
    about = (a.id, a.kind, a.code, a.link, a.ts, a.closed_at)
    rows = await connection.execute(
        sa.select(*about, n)
        .select_from(orders.join(alerts, a.id == _o.alert_id))
        .where(moved, sa.not_(_SYNCED))
        .group_by(*about)
        .order_by(n.desc(), a.id)
    )
    return tuple(Moved(cause_of(row), row.n, row.link, told=_told(row)) for row in rows)


def _told(alert: Row) -> bool:
    """Whether its card stands there, or never will."""
    return alert.ts is not None or alert.closed_at is not None


async def _next(connection: AsyncConnection, stuck: Chosen, now: datetime) -> tuple[OrderLine, ...]:
    """The next deliveries; what is overdue comes after what can still be in time."""
    late = sa.case((_o.deliver_at < now, 1), else_=0)
    rows = await connection.execute(
        sa.select(*LINE).where(stuck).order_by(late, _o.deliver_at, _o.seq).limit(NEXT)
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
