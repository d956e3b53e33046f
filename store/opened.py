"""The open store: everything the composition root hands to the verbs and the screens."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from commands.domain.ids import DistributorKey
from store import counting, migrations
from store.alerts import SqlAlerts
from store.batches import SqlBatches
from store.clock import DatabaseClock
from store.connections import SqlConnections
from store.engine import Database, connect
from store.ledger import SqlLedger
from store.looks import Looks
from store.mails import SqlMails
from store.notices import SqlNotices
from store.people import SqlPeople
from store.postings import Postings
from store.processes import ManyProcesses, OneProcess, Processes
from store.profiles import Profiles
from store.queries import Queries
from store.reports import SqlReports
from store.seen import Seen
from store.signs import Signs

FILES_KEPT: Final = timedelta(days=14)
MAILS_KEPT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Store:
    """One open database: the ports of the core, and what screens read."""

    database: Database
    ledger: SqlLedger
    people: SqlPeople
    alerts: SqlAlerts
    notices: SqlNotices
    signs: Signs
    connections: SqlConnections
    batches: SqlBatches
    looks: Looks
    reports: SqlReports
    postings: Postings
    mails: SqlMails
    profiles: Profiles
    queries: Queries
    seen: Seen
    clock: DatabaseClock
    processes: Processes

    async def schema_version(self) -> str | None:
        """The schema version of the database; None: it is empty."""
        return await migrations.version(self.database)

    async def fold_counts(self, distributor: DistributorKey) -> None:
        """Keep the counts of orders few. For whoever holds the clock, every few seconds."""
        await counting.fold(self.database, distributor)

    async def forget_papers(self, now: datetime) -> None:
        """Throw away what old reports and mails said; that there were any stays."""
        await self.reports.files.forget(now - FILES_KEPT)
        await self.mails.forget(now - MAILS_KEPT)

    async def ping(self) -> None:
        """Ask the database anything. Raises what SQLAlchemy raises when it does not answer."""
        async with self.database.reading() as connection:
            await connection.execute(sa.select(sa.literal(1)))


@asynccontextmanager
async def open_store(
    url: str, zones: Mapping[DistributorKey, ZoneInfo] | None = None
) -> AsyncIterator[Store]:
    """Open the database named by `url`. `zones`: each distributor's, for what is due today.

    Raises DatabaseUrlError. The schema is not checked here.
    """
    database = connect(url)
    try:
        yield Store(
            database=database,
            ledger=SqlLedger(database),
            people=SqlPeople(database),
            alerts=SqlAlerts(database, zones or {}),
            notices=SqlNotices(database),
            signs=Signs(database),
            connections=SqlConnections(database),
            batches=SqlBatches(database),
            looks=Looks(database),
            reports=SqlReports(database),
            postings=Postings(database),
            mails=SqlMails(database),
            profiles=Profiles(database),
            queries=Queries(database),
            seen=Seen(database),
            clock=DatabaseClock(database),
            processes=ManyProcesses(database) if database.shared else OneProcess(),
        )
    finally:
        await database.close()
