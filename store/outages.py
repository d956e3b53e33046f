"""An outage and its alert: opened when a connection breaks, counted down when it is mended.

Called by `store.connections` within the transaction that stores the connection; the conditions are
`store.alerts`' too, so that message and bookkeeping speak of the same orders.
"""

from datetime import datetime
from functools import partial
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.connection import Connection
from commands.domain.failures import CATALOGUE, STOPPING, Code
from commands.domain.grouping import Cause, CauseKind
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import State
from store.alert_book import AlertBook, bump, owned_code
from store.changes import OUTAGE_KEY
from store.engine import Database
from store.rows import Values
from store.tables import OPEN, alerts, orders

Chosen = sa.ColumnElement[bool]
OWNED = [code.value for code in CATALOGUE if owned_code(code)]
STOPPED = sorted(code.value for code in STOPPING)
AT_ONCE: Final = 10_000
"""How many orders one transaction stamps before the one that ends an outage."""


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


def lasting_outage(distributor: DistributorKey) -> Chosen:
    """Whether an outage lasts, so that what waits is its alert's to tell of."""
    a = alerts.c
    here = sa.and_(a.distributor == distributor, a.cause_key == OUTAGE_KEY, OPEN)
    return sa.exists().where(here, a.ended_at.is_(None))


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
        sa.update(alerts).where(alerts.c.id == outage).values(code=code.value, **_broken_again())
    )
    numbers = await bump(connection, {outage})
    if new:
        await _adopt(connection, distributor, outage, numbers[outage], now)


def _broken_again() -> Values:
    """Where it was told aloud that the ERP is back, that it is not is worth a new card."""
    a = alerts.c
    return {
        "anew": sa.or_(a.anew, a.ended_told),
        "ended_told": False,
        "ended_at": None,
    }


async def _adopt(
    connection: AsyncConnection,
    distributor: DistributorKey,
    outage: int,
    number: int,
    now: datetime,
) -> None:
    """What other alerts told of, and now waits for the ERP, belongs to the outage alone."""
    a, o = alerts.c, orders.c
    others = sa.and_(a.distributor == distributor, OPEN, a.id != outage)
    found = await connection.scalars(
        sa.update(orders)
        .where(o.alert_id.in_(sa.select(a.id).where(others)), waiting(distributor, now))
        .values(alert_id=outage, alerted_at=now, joined=number, from_alert=o.alert_id)
        .returning(o.from_alert)
    )
    left = set(found)
    await bump(connection, left)
    # The first orders that met the trouble opened alerts nobody has seen yet: nobody needs to.
    empty = sa.and_(a.id.in_(left), sa.not_(sa.exists().where(o.alert_id == a.id)))
    await connection.execute(
        sa.update(alerts).where(others, a.shown == 0, empty).values(closed_at=now)
    )


async def gather(database: Database, distributor: DistributorKey, now: datetime) -> None:
    """Stamp who waits, so many at a time, before the transaction that ends the outage.

    A statement that stamps a million takes longer than a statement may, and then no outage would
    ever end.
    """
    while await database.write(partial(_gather_some, distributor=distributor, now=now)):
        pass


async def _gather_some(
    connection: AsyncConnection, distributor: DistributorKey, now: datetime
) -> bool:
    """Whether there may be more."""
    book = await AlertBook.read(connection, distributor)
    if book.outage is None:
        return False
    some = sa.select(orders.c.seq).where(_apart(distributor, book.outage, now)).limit(AT_ONCE)
    return await _stamp(connection, book.outage, orders.c.seq.in_(some), now) == AT_ONCE


async def _end(connection: AsyncConnection, distributor: DistributorKey, now: datetime) -> None:
    """It works again: whoever waited is stamped, so that the message can count them down."""
    book = await AlertBook.read(connection, distributor)
    if book.outage is None:
        return
    outage = book.outage
    await connection.execute(sa.update(alerts).where(alerts.c.id == outage).values(ended_at=now))
    await _stamp(connection, outage, _apart(distributor, outage, now), now)
    await _hand_over(connection, book, outage, now)


def _apart(distributor: DistributorKey, outage: int, now: datetime) -> Chosen:
    """Those who wait and are not stamped yet."""
    return sa.and_(waiting(distributor, now), orders.c.alert_id.is_distinct_from(outage))


async def _stamp(connection: AsyncConnection, outage: int, chosen: Chosen, now: datetime) -> int:
    numbers = await bump(connection, {outage})
    stamp = {"alert_id": outage, "alerted_at": now, "joined": numbers[outage]}
    stamped = await connection.execute(
        sa.update(orders).where(chosen).values(**stamp, from_alert=orders.c.alert_id)
    )
    return stamped.rowcount


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
            .values(alert_id=home, alerted_at=now, joined=numbers[home], from_alert=outage)
        )
