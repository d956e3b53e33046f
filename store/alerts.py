"""Alerts and what they have to say: `commands.ports.Alerts` over SQL."""

import json
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from commands.domain.alerts import Alert, AlertPicture, Mention, MentionKind
from commands.domain.failures import Code
from commands.domain.grouping import Cause, CauseKind
from commands.domain.ids import DistributorKey
from commands.domain.people import PersonId
from commands.ports import Posted
from store import pictures
from store.engine import Database
from store.rows import Row, Select, mention_values
from store.tables import OPEN, STALE, UNSAID, alerts, mentions


class SqlAlerts:
    """Implements `commands.ports.Alerts`. `zones` decide what is due today."""

    def __init__(self, database: Database, zones: Mapping[DistributorKey, ZoneInfo]) -> None:
        self._database = database
        self._zones = zones

    async def due(self, distributor: DistributorKey, now: datetime) -> list[Alert]:
        """Alerts whose message does not show the present state, oldest first, open ones before
        those that were closed and are to be drawn anew.
        """
        _ = now
        a = alerts.c
        own = sa.select(alerts).where(a.distributor == distributor).order_by(a.id)
        news = await self._alerts(own.where(OPEN, a.change > a.shown))
        return [*news, *await self._alerts(own.where(STALE))]

    async def channels(self, distributor: DistributorKey, closed_after: datetime) -> list[str]:
        """The channels where messages of alerts stand, without those closed before."""
        a = alerts.c
        chosen = sa.select(a.channel).where(
            a.distributor == distributor,
            a.ts.is_not(None),
            sa.or_(OPEN, a.closed_at > closed_after),
        )
        async with self._database.reading() as connection:
            return list(await connection.scalars(chosen.distinct().order_by(a.channel)))

    async def redraw(
        self, distributor: DistributorKey, channel: str, closed_after: datetime, now: datetime
    ) -> None:
        """Others read `channel` than when its messages were drawn: draw them anew at once, those of
        alerts closed before excepted.
        """
        a = alerts.c
        # One that is being posted at this moment has no message yet, and shows what others read.
        here = sa.or_(a.channel == channel, a.ts.is_(None))
        kept = sa.or_(OPEN, sa.and_(a.ts.is_not(None), a.closed_at > closed_after))
        statement = sa.update(alerts).where(a.distributor == distributor, here, kept)
        await self._write(statement.values(change=a.change + 1, moved_at=now))

    async def open(self, distributor: DistributorKey) -> list[Alert]:
        """All open alerts, oldest first."""
        a = alerts.c
        chosen = sa.select(alerts).where(a.distributor == distributor, OPEN).order_by(a.id)
        return await self._alerts(chosen)

    async def load(self, distributor: DistributorKey, alert_id: int) -> Alert | None:
        a = alerts.c
        chosen = sa.select(alerts).where(a.distributor == distributor, a.id == alert_id)
        found = await self._alerts(chosen)
        return found[0] if found else None

    async def _alerts(self, chosen: Select) -> list[Alert]:
        async with self._database.reading() as connection:
            return [alert_of(row) for row in await connection.execute(chosen)]

    async def picture(
        self, distributor: DistributorKey, alert: Alert, now: datetime
    ) -> AlertPicture:
        """What its message is to show, counted from the orders as they are."""
        zone = self._zones.get(distributor, ZoneInfo("UTC"))
        async with self._database.reading() as connection:
            return await pictures.draw(connection, distributor, alert.id, zone, now)

    async def shown(self, alert: Alert, message: Posted, seen: int, now: datetime) -> None:
        """Its message now shows what was true at change number `seen`."""
        a = alerts.c
        # Two deliveries may cross: what was shown later stays.
        where = sa.and_(a.id == alert.id, a.shown <= seen)
        values = {"shown": seen, "shown_at": now, "channel": message.channel, "ts": message.ts}
        await self._write(sa.update(alerts).where(where).values(values))

    async def close(self, alert: Alert, now: datetime) -> None:
        """The last order of it is settled and its message says so.

        One that changed since its message was drawn stays open: it has something to say again.
        """
        a = alerts.c
        where = sa.and_(a.id == alert.id, OPEN, a.change == alert.change)
        await self._write(sa.update(alerts).where(where).values(closed_at=now))

    async def take(
        self, distributor: DistributorKey, alert_id: int, person: PersonId, now: datetime
    ) -> bool:
        """Somebody says `I have it`. False: no such open alert, or it is theirs already."""
        a = alerts.c
        statement = (
            sa.update(alerts)
            .where(a.id == alert_id, a.distributor == distributor, OPEN)
            .where(sa.or_(a.taken_by.is_(None), a.taken_by != person))
            .values(taken_by=person, taken_at=now, change=a.change + 1)
        )
        return await self._write(statement) > 0

    async def mentions(self, distributor: DistributorKey, now: datetime) -> list[Mention]:
        """Lines for threads and direct messages that wait to be delivered, oldest first."""
        _ = now
        m = mentions.c
        chosen = sa.select(mentions).where(m.distributor == distributor, UNSAID).order_by(m.id)
        async with self._database.reading() as connection:
            return [_mention_of(row) for row in await connection.execute(chosen)]

    async def mention(self, distributor: DistributorKey, mention: Mention, now: datetime) -> None:
        """Queue a line or a direct message."""
        await self._write(sa.insert(mentions).values(mention_values(distributor, mention, now)))

    async def mentioned(self, mention_id: int, now: datetime) -> None:
        """It is delivered, or given up."""
        where = mentions.c.id == mention_id
        await self._write(sa.update(mentions).where(where).values(done_at=now))

    async def tried(self, mention_id: int) -> None:
        """It could not be delivered this time."""
        m = mentions.c
        await self._write(sa.update(mentions).where(m.id == mention_id).values(tries=m.tries + 1))

    async def _write(self, statement: sa.Insert | sa.Update) -> int:
        async with self._database.writing() as connection:
            return (await connection.execute(statement)).rowcount


def alert_of(row: Row) -> Alert:
    return Alert(
        id=row.id,
        distributor=DistributorKey(row.distributor),
        cause=Cause(CauseKind(row.kind), Code(row.code) if row.code else None),
        opened_at=row.opened_at,
        change=row.change,
        shown=row.shown,
        shown_at=row.shown_at,
        channel=row.channel,
        ts=row.ts,
        moved_at=row.moved_at,
        taken_by=PersonId(row.taken_by) if row.taken_by else None,
        taken_at=row.taken_at,
        ended_at=row.ended_at,
        closed_at=row.closed_at,
    )


def _mention_of(row: Row) -> Mention:
    return Mention(
        kind=MentionKind(row.kind),
        facts=json.loads(row.facts),
        to=PersonId(row.to) if row.to else None,
        alert_id=row.alert_id,
        id=row.id,
        tries=row.tries,
    )
