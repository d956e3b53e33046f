"""An outage and its alert: opened when a connection breaks, counted down when it is mended.

Called by `store.connections` within the transaction that stores the connection; the conditions are
`store.alerts`' too, so that message and bookkeeping speak of the same orders.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.connection import Connection
from commands.domain.failures import CATALOGUE, STOPPING, Code
from commands.domain.grouping import Cause, CauseKind
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import State
from store.alert_book import AlertBook, bump, owned_code
from store.changes import OUTAGE_KEY
from store.tables import OPEN, alerts, orders

Chosen = sa.ColumnElement[bool]
OWNED = [code.value for code in CATALOGUE if owned_code(code)]
STOPPED = sorted(code.value for code in STOPPING)


def waiting(distributor: DistributorKey, now: datetime) -> Chosen:
    """The orders that an outage keeps: due or tried, of unknown outcome, failed because of it."""
    o = orders.c
    queued = sa.and_(
        o.state == State.QUEUED.value,
        sa.or_(o.next_at <= now, o.failure_code.is_not(None), o.held_by.is_not(None)),
    )
    failed = sa.and_(o.state == State.FAILED.value, o.failure_code.in_(OWNED))
    in_doubt = o.state.in_(
        [State.SENDING.value, State.UNKNOWN.value, State.PENDING_VERIFICATION.value]
    )
    return sa.and_(o.distributor == distributor, sa.or_(queued, failed, in_doubt))


def unclaimed(outage: int) -> Chosen:
    """Orders that no other alert has: one that was told of elsewhere is not told of twice."""
    elsewhere = sa.exists().where(
        alerts.c.id == orders.c.alert_id, alerts.c.id != outage, alerts.c.closed_at.is_(None)
    )
    return sa.not_(elsewhere)


async def follow(
    connection: AsyncConnection,
    distributor: DistributorKey,
    before: Connection,
    after: Connection,
    now: datetime,
) -> None:
    """Bring the outage's alert to where the connection stands."""
    if after.broken:
        await _last(connection, distributor, after, now)
    elif before.broken:
        await _end(connection, distributor, now)


async def _last(
    connection: AsyncConnection, distributor: DistributorKey, after: Connection, now: datetime
) -> None:
    book = await AlertBook.read(connection, distributor)
    new = book.outage is None
    code = after.failure.code if after.failure else Code.ERP_DOWN
    await book.ensure(connection, {Cause(CauseKind.OUTAGE, code)}, now)
    outage = book.open[OUTAGE_KEY]
    await connection.execute(
        sa.update(alerts).where(alerts.c.id == outage).values(code=code.value, ended_at=None)
    )
    numbers = await bump(connection, {outage})
    if new:
        await _adopt(connection, distributor, outage, numbers[outage], now)


async def _adopt(
    connection: AsyncConnection,
    distributor: DistributorKey,
    outage: int,
    number: int,
    now: datetime,
) -> None:
    """The first orders that met the trouble opened alerts nobody has seen yet: they come along."""
    a, o = alerts.c, orders.c
    unseen = sa.select(a.id).where(a.distributor == distributor, OPEN, a.shown == 0, a.id != outage)
    await connection.execute(
        sa.update(orders)
        .where(o.alert_id.in_(unseen), waiting(distributor, now))
        .values(alert_id=outage, alerted_at=now, joined=number)
    )
    empty = sa.not_(sa.exists().where(o.alert_id == a.id))
    await connection.execute(sa.update(alerts).where(a.id.in_(unseen), empty).values(closed_at=now))


async def _end(connection: AsyncConnection, distributor: DistributorKey, now: datetime) -> None:
    """It works again: whoever waited is stamped, so that the message can count them down."""
    book = await AlertBook.read(connection, distributor)
    if book.outage is None:
        return
    outage = book.outage
    await connection.execute(sa.update(alerts).where(alerts.c.id == outage).values(ended_at=now))
    numbers = await bump(connection, {outage})
    await connection.execute(
        sa.update(orders)
        .where(waiting(distributor, now), unclaimed(outage))
        .values(alert_id=outage, alerted_at=now, joined=numbers[outage])
    )
    await _hand_over(connection, book, outage, now)


async def _hand_over(
    connection: AsyncConnection, book: AlertBook, outage: int, now: datetime
) -> None:
    """What met a wrong key or address does not go by itself: it needs an alert of its own."""
    o = orders.c
    stopped = sa.and_(
        o.alert_id == outage, o.state == State.FAILED.value, o.failure_code.in_(STOPPED)
    )
    codes = (await connection.scalars(sa.select(o.failure_code).where(stopped).distinct())).all()
    causes = {Cause.failure(Code(code)) for code in codes if code}
    await book.ensure(connection, causes, now)
    for one in sorted(causes, key=lambda cause: cause.key):
        home = book.open[one.key]
        numbers = await bump(connection, {home})
        await connection.execute(
            sa.update(orders)
            .where(stopped, o.failure_code == one.code)
            .values(alert_id=home, alerted_at=now, joined=numbers[home])
        )
