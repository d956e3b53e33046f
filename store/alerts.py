"""Alerts and what they have to say: `commands.ports.Alerts` over SQL.

The cards are written down in `alert_cards`, pictures are drawn in `pictures`, and what somebody did
to an alert in `alert_deeds`; here stand the doors to them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from commands.domain.alerts import Alert, AlertPicture, Mention
from commands.domain.grouping import Trouble
from commands.domain.ids import DistributorKey
from commands.domain.people import PersonId
from commands.ports import Posted, Replaced, Shown
from store import alert_cards, alert_deeds, pictures
from store.alert_rows import alert_of, mention_of
from store.engine import Database
from store.rows import Select, mention_values
from store.tables import OPEN, STALE, UNSAID, alert_messages, alerts, mentions


class SqlAlerts:
    """Implements `commands.ports.Alerts`. `zones` decide what is due today."""

    def __init__(self, database: Database, zones: Mapping[DistributorKey, ZoneInfo]) -> None:
        self._database = database
        self._zones = zones

    # --- alerts ----------------------------------------------------------------------------------

    async def due(self, distributor: DistributorKey, now: datetime) -> list[Alert]:
        """Alerts whose message does not show the present state, or that are to be looked at by now,
        oldest first; open ones before those that were closed and are to be drawn anew.
        """
        a = alerts.c
        own = sa.select(alerts).where(a.distributor == distributor).order_by(a.id)
        news = own.where(OPEN, sa.or_(a.change > a.shown, a.again_at <= now))
        return [*await self._alerts(news), *await self._alerts(own.where(STALE))]

    async def channels(self, distributor: DistributorKey, closed_after: datetime) -> list[str]:
        """The channels where messages of alerts stand, without those closed before."""
        a, m = alerts.c, alert_messages.c
        kept = sa.and_(a.distributor == distributor, sa.or_(OPEN, a.closed_at > closed_after))
        present = sa.select(a.channel).where(kept, a.ts.is_not(None))
        before = sa.select(m.channel).join(alerts, a.id == m.alert_id).where(kept)
        async with self._database.reading() as connection:
            return sorted(await connection.scalars(present.union(before)))

    async def redraw(
        self, distributor: DistributorKey, channel: str, closed_after: datetime, now: datetime
    ) -> None:
        """Others read `channel` than when its messages were drawn: draw them anew at once, those of
        alerts closed before excepted.
        """
        a = alerts.c
        kept = sa.or_(OPEN, sa.and_(a.ts.is_not(None), a.closed_at > closed_after))
        where = sa.and_(a.distributor == distributor, alert_cards.standing_in(channel), kept)
        await self._write(sa.update(alerts).where(where).values(change=a.change + 1, moved_at=now))

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

    # --- what stands in Slack --------------------------------------------------------------------

    async def shown(self, alert: Alert, shown: Shown, telling: Sequence[Mention] = ()) -> bool:
        """Its message now shows what was true at change number `shown.seen`. False: another process
        has shown it since.
        """
        async with self._database.writing() as connection:
            return await alert_cards.shown(connection, alert, shown, telling)

    async def close(self, alert: Alert, now: datetime) -> None:
        """The last order of it is settled and its message says so.

        One that changed since its message was drawn stays open: it has something to say again.
        """
        a = alerts.c
        where = sa.and_(a.id == alert.id, OPEN, a.change == alert.change)
        async with self._database.writing() as connection:
            closed = await connection.execute(sa.update(alerts).where(where).values(closed_at=now))
            if closed.rowcount and alert.ts is None:
                # It will never have a card: nobody needs to wait for one to lead to.
                await alert_cards.tell_origins(connection, alert)

    async def former(self, alert: Alert) -> list[Posted]:
        """Where its cards stood before the present one."""
        async with self._database.reading() as connection:
            return await alert_cards.former(connection, alert)

    async def replaced(self, distributor: DistributorKey) -> list[Replaced]:
        """Cards that another has taken the place of, and that do not say so yet."""
        async with self._database.reading() as connection:
            return await alert_cards.replaced(connection, distributor)

    async def retired(self, replaced: Replaced, now: datetime) -> None:
        async with self._database.writing() as connection:
            await alert_cards.retired(connection, replaced, now)

    # --- what is done to it ----------------------------------------------------------------------

    async def take(
        self,
        distributor: DistributorKey,
        alert_id: int,
        person: PersonId,
        now: datetime,
        *,
        instead_of: PersonId | None = None,
    ) -> bool:
        """Somebody says `I have it`. False: no such open alert, or somebody else looks after it
        than the one it is to be taken from.
        """
        statement = alert_deeds.take(distributor, alert_id, person, now, instead_of)
        return await self._write(statement) > 0

    async def snooze(
        self,
        distributor: DistributorKey,
        alert_id: int,
        person: PersonId,
        now: datetime,
        *,
        until: datetime,
    ) -> bool:
        """Put it aside until then. False: no such open alert."""
        return await self._write(alert_deeds.snooze(distributor, alert_id, person, now, until)) > 0

    async def unattended(self, alert: Alert, telling: Sequence[Mention], now: datetime) -> bool:
        """Tell the admins that nobody has it, once. False: they were told, or somebody has it."""
        async with self._database.writing() as connection:
            if not (await connection.execute(alert_deeds.unattended(alert, now))).rowcount:
                return False
            await alert_cards.tell(connection, alert.distributor, telling, now)
            return True

    async def trouble(
        self,
        distributor: DistributorKey,
        trouble: Trouble,
        facts: Mapping[str, Any],
        now: datetime,
    ) -> None:
        """Something is wrong with Orderwatch itself: an alert, until it is over."""
        async with self._database.writing() as connection:
            await alert_deeds.trouble(connection, distributor, trouble, facts, now)

    async def trouble_over(
        self, distributor: DistributorKey, trouble: Trouble, now: datetime
    ) -> bool:
        """It is mended. False: there was none."""
        return await self._write(alert_deeds.trouble_over(distributor, trouble, now)) > 0

    # --- lines and direct messages ---------------------------------------------------------------

    async def mentions(self, distributor: DistributorKey, now: datetime) -> list[Mention]:
        """Lines for threads and direct messages that wait to be delivered, oldest first."""
        _ = now
        m = mentions.c
        chosen = sa.select(mentions).where(m.distributor == distributor, UNSAID).order_by(m.id)
        async with self._database.reading() as connection:
            return [mention_of(row) for row in await connection.execute(chosen)]

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
