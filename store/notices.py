"""Who is notified of which alert: `commands.ports.Notices` over SQL.

One row for each alert, person and way. Direct messages are taken from here by the crier, e-mails by
whoever sends mail.
"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.alerts import Alert
from commands.domain.history import person as by_person
from commands.domain.ids import DistributorKey
from commands.domain.notices import UNTIL_RESUMED, Choice, Notice, Way
from commands.domain.people import PersonId
from commands.ports import Posted
from store.alert_rows import notice_of
from store.dialects import insert
from store.engine import Database
from store.tables import OPEN, alerts, notices, people, people_events

CHOSEN: Final = "chose"
_n, _p, _a = notices.c, people.c, alerts.c


class SqlNotices:
    """Implements `commands.ports.Notices`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def announce(self, alert: Alert, now: datetime, *, mail: bool) -> bool:
        """Queue a notice for everyone who is to have one, once for each alert."""
        async with self._database.writing() as connection:
            first = sa.and_(_a.id == alert.id, OPEN, _a.announced_at.is_(None))
            marked = sa.update(alerts).where(first).values(announced_at=now)
            if not (await connection.execute(marked)).rowcount:
                return False
            for way in (Way.DIRECT, Way.EMAIL):
                await _queue(connection, alert, way, now, mail=mail)
            return True

    async def waiting(self, distributor: DistributorKey, limit: int) -> list[Notice]:
        """Direct messages to be posted, or to be edited because their alert has ended."""
        news = sa.or_(_n.sent_at.is_(None), _a.closed_at.is_not(None))
        chosen = (
            sa.select(notices)
            .join(alerts, _a.id == _n.alert_id)
            .where(_n.distributor == distributor, UNSAID_NOTICE, _n.way == Way.DIRECT.value, news)
            .order_by(_n.id)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [notice_of(row) for row in await connection.execute(chosen)]

    async def to_mail(self, distributor: DistributorKey, limit: int) -> list[Notice]:
        """Those to be told by e-mail."""
        mine = sa.and_(_n.distributor == distributor, UNSAID_NOTICE, _n.way == Way.EMAIL.value)
        chosen = sa.select(notices).where(mine).order_by(_n.id).limit(limit)
        async with self._database.reading() as connection:
            return [notice_of(row) for row in await connection.execute(chosen)]

    async def directly(self, notice: Notice, now: datetime) -> None:
        """It cannot be mailed: a direct message instead, if none was queued anyway."""
        copied = sa.select(
            _n.distributor,
            _n.alert_id,
            _n.person,
            sa.literal(Way.DIRECT.value),
            _n.queued_at,
        ).where(_n.id == notice.id, UNSAID_NOTICE)
        columns = ["distributor", "alert_id", "person", "way", "queued_at"]
        keys = [_n.alert_id, _n.person, _n.way]
        async with self._database.writing() as connection:
            await connection.execute(
                insert(connection, notices)
                .from_select(columns, copied)
                .on_conflict_do_nothing(index_elements=keys)
            )
            done = sa.update(notices).where(_n.id == notice.id).values(done_at=now)
            await connection.execute(done)

    async def sent(self, notice: Notice, message: Posted, now: datetime) -> None:
        values = {"channel": message.channel, "ts": message.ts, "sent_at": now}
        await self._update(notice, values)

    async def done(self, notice: Notice, now: datetime) -> None:
        await self._update(notice, {"done_at": now})

    async def choice(self, distributor: DistributorKey, person: PersonId) -> Choice:
        """What somebody chose; a direct message, where nothing was chosen."""
        mine = sa.and_(_p.distributor == distributor, _p.person == person)
        async with self._database.reading() as connection:
            chosen = sa.select(_p.way, _p.paused_until).where(mine)
            row = (await connection.execute(chosen)).one_or_none()
        return Choice(Way(row.way), row.paused_until) if row else Choice()

    async def choose(
        self, distributor: DistributorKey, person: PersonId, choice: Choice, now: datetime
    ) -> None:
        """Store a person's own choice, and who made it."""
        mine = sa.and_(_p.distributor == distributor, _p.person == person)
        values = {"way": choice.way.value, "paused_until": choice.paused_until}
        async with self._database.writing() as connection:
            await connection.execute(sa.update(people).where(mine).values(values))
            await _write_down(connection, distributor, person, choice, now)

    async def _update(self, notice: Notice, values: dict[str, object]) -> None:
        async with self._database.writing() as connection:
            where = _n.id == notice.id
            await connection.execute(sa.update(notices).where(where).values(values))


UNSAID_NOTICE: Final = sa.text("notices.done_at IS NULL")


async def _queue(
    connection: AsyncConnection, alert: Alert, way: Way, now: datetime, *, mail: bool
) -> None:
    """One statement for all who want it this way."""
    wanting = [way.value, Way.BOTH.value]
    if way is Way.DIRECT and not mail:
        # Nobody is to hear nothing because there is no mail here.
        wanting.append(Way.EMAIL.value)
    awake = sa.or_(_p.paused_until.is_(None), _p.paused_until <= now)
    chosen = sa.select(
        sa.literal(alert.distributor),
        sa.literal(alert.id),
        _p.person,
        sa.literal(way.value),
        sa.bindparam("now", now, _n.queued_at.type),
    ).where(
        _p.distributor == alert.distributor,
        _p.notifications.is_(True),
        _p.way.in_(wanting),
        awake,
        sa.true() if mail or way is Way.DIRECT else sa.false(),
    )
    columns = ["distributor", "alert_id", "person", "way", "queued_at"]
    await connection.execute(
        insert(connection, notices).from_select(columns, chosen.order_by(_p.person))
    )


async def _write_down(
    connection: AsyncConnection,
    distributor: DistributorKey,
    person: PersonId,
    choice: Choice,
    now: datetime,
) -> None:
    by = by_person(person)
    await connection.execute(
        sa.insert(people_events).values(
            distributor=distributor,
            person=person,
            at=now,
            what=CHOSEN,
            detail=_words(choice, now),
            source=by.source.value,
            by=person,
        )
    )


def _words(choice: Choice, now: datetime) -> str:
    if not choice.pausing(now) or choice.paused_until is None:
        return choice.way.value
    until = "resumed" if choice.paused_until == UNTIL_RESUMED else choice.paused_until.isoformat()
    return f"{choice.way}, paused until {until}"
