"""Reports on their way into Slack: how far each has come. Called by `bot.reports.poster`.

Each step is stored when it is done, so that another process goes on where one died.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from commands.domain.alerts import Mention
from commands.domain.ids import DistributorKey
from commands.domain.people import PersonId
from store.engine import Database
from store.mentions import tell
from store.rows import Row
from store.tables import UNDONE, reports


@dataclass(frozen=True, slots=True)
class Posting:
    """A report to be posted: in `channel`, or directly to `to`.

    `post`, `counts`: the message as JSON, in full and for outsiders. `posted_in`, `ts`: where it
    stands, once it does. `filed_at`: when its files were put into the thread; `picture`: which of
    them it is to show. `day`: of a daily one.
    """

    id: int
    made_at: datetime
    post: str
    counts: str
    channel: str | None = None
    to: PersonId | None = None
    posted_in: str | None = None
    ts: str | None = None
    filed_at: datetime | None = None
    picture: str | None = None
    day: date | None = None


class Postings:
    """The reports that Slack does not show yet as they are to stand there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, distributor: DistributorKey) -> list[Posting]:
        """Oldest first."""
        r = reports.c
        chosen = sa.select(reports).where(r.distributor == distributor, UNDONE).order_by(r.id)
        async with self._database.reading() as connection:
            return [_posting(row) for row in await connection.execute(chosen)]

    async def posted(self, posting: Posting, channel: str, ts: str) -> None:
        """Its message stands there."""
        await self._write(posting, posted_in=channel, ts=ts)

    async def filed(self, posting: Posting, picture: str | None, now: datetime) -> None:
        """Its files are in the thread."""
        await self._write(posting, filed_at=now, picture=picture)

    async def done(
        self,
        distributor: DistributorKey,
        posting: Posting,
        now: datetime,
        telling: Sequence[Mention] = (),
    ) -> None:
        """Nothing is left to do, or it cannot be done; `telling`: who is to know of it."""
        r = reports.c
        ended = sa.update(reports).where(r.id == posting.id, UNDONE).values(done_at=now)
        async with self._database.writing() as connection:
            if (await connection.execute(ended)).rowcount:
                await tell(connection, distributor, telling, now)

    async def _write(self, posting: Posting, **values: object) -> None:
        own = reports.c.id == posting.id
        async with self._database.writing() as connection:
            await connection.execute(sa.update(reports).where(own).values(**values))


def _posting(row: Row) -> Posting:
    return Posting(
        id=row.id,
        made_at=row.made_at,
        post=row.post,
        counts=row.counts,
        channel=row.channel,
        to=PersonId(row.asked_by) if row.asked_by else None,
        posted_in=row.posted_in,
        ts=row.ts,
        filed_at=row.filed_at,
        picture=row.picture,
        day=row.day,
    )
