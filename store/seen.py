"""Which of Slack's payloads have been taken already, by whichever process. Called by `bot`.

Slack sends an event again when it was not answered in time, and whoever overheard a signed request
may send it again: neither is to have a second effect, after a restart or at another process either.
"""

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from store.dialects import insert
from store.engine import Database
from store.tables import payloads

KEPT: Final = timedelta(hours=1)
"""A signature counts for five minutes; an event comes again for about six."""


class Seen:
    """Implements what `bot.listeners` asks of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def first(self, name: str, now: datetime) -> bool:
        """Whether this payload is met for the first time; from now on it is known."""
        async with self._database.writing() as connection:
            added = await connection.execute(
                insert(connection, payloads)
                .values(name=name, at=now)
                .on_conflict_do_nothing(index_elements=["name"])
            )
            return bool(added.rowcount)

    async def forget(self, now: datetime) -> None:
        """Those that cannot come again any more."""
        async with self._database.writing() as connection:
            await connection.execute(sa.delete(payloads).where(payloads.c.at < now - KEPT))
