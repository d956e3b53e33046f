"""What stands in Slack of an alert, written down: the present card and those before it.

Called by `store.alerts`, each function within a transaction of its own.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.alerts import Alert, Mention
from commands.domain.ids import DistributorKey
from commands.ports import Posted, Replaced, Shown
from store.alert_book import bump
from store.rows import Row, Values, mention_values
from store.tables import UNRETIRED, alert_messages, alerts, mentions, orders

Chosen = sa.ColumnElement[bool]


async def shown(
    connection: AsyncConnection, alert: Alert, what: Shown, telling: Sequence[Mention]
) -> bool:
    """Store what the message shows now; what is told with it goes into the same transaction."""
    a = alerts.c
    # Two deliveries may cross: what was shown later stays, and nothing is told twice.
    where = sa.and_(a.id == alert.id, a.shown <= what.seen, a.posting == alert.posting)
    values = {**_present(what), **(_anew(alert, what) if what.anew else {})}
    if not (await connection.execute(sa.update(alerts).where(where).values(values))).rowcount:
        return False
    if what.anew:
        await tell_origins(connection, alert)
    if what.replaces is not None:
        await connection.execute(sa.insert(alert_messages).values(_former(alert, what.replaces)))
    await tell(connection, alert.distributor, telling, what.at)
    return True


async def tell_origins(connection: AsyncConnection, alert: Alert) -> None:
    """Alerts that its orders came from lead to its card: those are to be drawn anew."""
    o = orders.c
    origins = sa.select(o.from_alert).where(o.alert_id == alert.id, o.from_alert.is_not(None))
    found = await connection.scalars(origins.distinct())
    await bump(connection, set(found))


def _present(what: Shown) -> Values:
    return {
        "shown": what.seen,
        "shown_at": what.at,
        "size": what.size,
        "channel": what.message.channel,
        "ts": what.message.ts,
        **({"link": what.message.link} if what.message.link else {}),
        "again_at": what.again_at,
        "told_size": what.told.size,
        "urgent": what.told.urgent,
        "ended_told": what.told.ended,
    }


def _anew(alert: Alert, what: Shown) -> Values:
    """Of a card that was posted. Whatever put the alert aside ends with it."""
    a = alerts.c
    return {
        "posting": a.posting + 1,
        "posted_at": what.at,
        "posted_seen": what.seen,
        "link": what.message.link,
        "earlier": alert.link if what.replaces else alert.earlier,
        "anew": False,
        "snoozed_until": sa.case((a.snoozed_until > what.at, what.at), else_=a.snoozed_until),
    }


def _former(alert: Alert, place: Posted) -> Values:
    return {
        "distributor": alert.distributor,
        "alert_id": alert.id,
        "channel": place.channel,
        "ts": place.ts,
    }


async def former(connection: AsyncConnection, alert: Alert) -> list[Posted]:
    m = alert_messages.c
    chosen = sa.select(m.channel, m.ts).where(m.alert_id == alert.id).order_by(m.id)
    return [Posted(row.channel, row.ts) for row in await connection.execute(chosen)]


async def replaced(connection: AsyncConnection, distributor: DistributorKey) -> list[Replaced]:
    a, m = alerts.c, alert_messages.c
    chosen = (
        sa.select(m.id, m.channel, m.ts, a.channel.label("by_channel"), a.ts.label("by_ts"), a.link)
        .join(alerts, a.id == m.alert_id)
        .where(m.distributor == distributor, UNRETIRED)
        .order_by(m.id)
    )
    return [_replaced(row) for row in await connection.execute(chosen)]


def _replaced(row: Row) -> Replaced:
    by = Posted(row.by_channel, row.by_ts, row.link)
    return Replaced(row.id, Posted(row.channel, row.ts), by)


async def retired(connection: AsyncConnection, one: Replaced, now: datetime) -> None:
    where = alert_messages.c.id == one.id
    await connection.execute(sa.update(alert_messages).where(where).values(retired_at=now))


async def tell(
    connection: AsyncConnection,
    distributor: DistributorKey,
    telling: Sequence[Mention],
    now: datetime,
) -> None:
    if telling:
        values = [mention_values(distributor, one, now) for one in telling]
        await connection.execute(sa.insert(mentions), values)


def standing_in(channel: str) -> Chosen:
    """Alerts of which something stands in this channel, or is being posted there right now."""
    a, m = alerts.c, alert_messages.c
    before = sa.exists().where(m.alert_id == a.id, m.channel == channel)
    return sa.or_(a.channel == channel, a.ts.is_(None), before)
