"""The daily report's settings, and the reports: `commands.outbox.Reports` over SQL.

One row for each distributor and day says that it has its report, and who makes it until when. What
was made stands in the row and in its files until it is delivered.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.alerts import Mention
from commands.domain.digests import Digest
from commands.domain.history import By
from commands.domain.ids import DistributorKey
from commands.domain.people import PersonId
from commands.domain.reports import Contents, Due, ReportSettings
from commands.outbox import Claim, Draft, Made, Measures, Outlook, ReportKind, Sink, TooSoon
from store import connections, digests, mails, report_rows, report_settings
from store.dialects import insert
from store.engine import Database
from store.files import Files, Filing
from store.mentions import tell
from store.rows import Values
from store.tables import UNMADE, reports
from store.tables import report_settings as chosen_by

ASK_AGAIN: Final = timedelta(hours=1)
FIRST_SPAN: Final = timedelta(days=1)
"""How far back the first report of all orders looks."""


class SqlReports:
    """Implements `commands.outbox.Reports`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.files = Files(database)

    # --- settings --------------------------------------------------------------------------------

    async def settings(self, distributor: DistributorKey) -> ReportSettings:
        async with self._database.reading() as connection:
            return await report_settings.read(connection, distributor)

    async def save(
        self, distributor: DistributorKey, settings: ReportSettings, by: By, now: datetime
    ) -> ReportSettings:
        """Store the settings and who changed what; returns them as they stand now."""

        async def work(connection: AsyncConnection) -> ReportSettings:
            return await report_settings.change(connection, distributor, settings, by, now)

        return await self._database.write(work)

    async def since(self, distributor: DistributorKey, now: datetime) -> datetime:
        """When the last daily report was made; a day before `now` where there was none."""
        async with self._database.reading() as connection:
            return await _since(connection, distributor, now)

    async def outlook(self, distributor: DistributorKey, now: datetime) -> Outlook:
        """One statement: every process that keeps the clock asks it again and again."""
        r, own = reports.c, reports.c.distributor == distributor
        last = sa.select(sa.func.max(r.day)).where(own).scalar_subquery().label("last_day")
        left = sa.exists().where(own, UNMADE, r.lease_until <= now).label("left")
        there = sa.select(sa.literal(1)).subquery()
        joined = there.outerjoin(chosen_by, chosen_by.c.distributor == distributor)
        chosen = sa.select(chosen_by, last, left).select_from(joined)
        async with self._database.reading() as connection:
            row = (await connection.execute(chosen)).one()
        return Outlook(report_settings.settings_of(row), row.last_day, row.left)

    # --- who makes which report ------------------------------------------------------------------

    async def claim_day(
        self,
        distributor: DistributorKey,
        due: Due,
        settings: ReportSettings,
        lease: timedelta,
        now: datetime,
    ) -> Claim | None:
        """Take a day's report on, and the days it covers. None: another process has."""
        given = _new(distributor, ReportKind.DAILY, settings, lease, now)
        given |= {"day": due.day, "due_at": due.at}

        async def work(connection: AsyncConnection) -> Claim | None:
            since = await _since(connection, distributor, now)
            row = {**given, "since": since}
            once = insert(connection, reports).values(row).on_conflict_do_nothing()
            number = await connection.scalar(once.returning(reports.c.id))
            if number is None:
                return None
            await _cover(connection, number, row, due.covers, now)
            return replace(_claim({**row, "id": number}), due=due)

        return await self._database.write(work)

    async def claim_left(
        self, distributor: DistributorKey, lease: timedelta, now: datetime
    ) -> Claim | None:
        """Take on a report whose maker did not finish it in time."""
        r = reports.c
        left = (
            sa.select(reports)
            .where(r.distributor == distributor, UNMADE, r.lease_until <= now)
            .order_by(r.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        # It speaks of the moment at which it is made, and so can say that it is late.
        mine = {"attempt": secrets.token_hex(8), "lease_until": now + lease, "as_of": now}
        async with self._database.writing() as connection:
            row = (await connection.execute(left)).one_or_none()
            if row is None:
                return None
            await connection.execute(sa.update(reports).where(r.id == row.id).values(mine))
            covers = await _covered(connection, row.id)
        found = _claim({**row._mapping, **mine})  # noqa: SLF001 - SQLAlchemy's public name for it
        # One that a person asked for is left to be taken on from the beginning.
        claim = replace(found, again=found.kind is not ReportKind.ASKED)
        return replace(claim, due=Due(row.day, row.due_at, covers)) if row.day else claim

    async def ask(
        self,
        distributor: DistributorKey,
        kind: ReportKind,
        settings: ReportSettings,
        by: By,
        lease: timedelta,
        now: datetime,
    ) -> Claim | TooSoon:
        """A report out of turn, claimed for `lease`. By a person: at most one an hour."""
        given = _new(distributor, kind, settings, lease, now) | {"asked_by": by.person}

        async def work(connection: AsyncConnection) -> Claim | TooSoon:
            # Two presses at the same moment wait for each other here.
            await report_settings.locked(connection, distributor)
            last = await _asked(connection, distributor, by.person) if by.person else None
            if last is not None and now - last < ASK_AGAIN:
                return TooSoon(last + ASK_AGAIN)
            given["since"] = await _since(connection, distributor, now)
            stored = sa.insert(reports).values(given).returning(reports.c.id)
            return _claim({**given, "id": await connection.scalar(stored)})

        return await self._database.write(work)

    # --- making it -------------------------------------------------------------------------------

    async def gather(self, measures: Measures, sink: Sink) -> Digest:
        """Stream the report's CSV into `sink`, and count what it says beside, as of one moment."""
        async with self._database.snapshot() as connection:
            line = await connections.read(connection, measures.own.key)
            chosen = report_rows.groups(measures, line)
            listed = await report_rows.write(connection, measures, chosen, sink)
            return await digests.draw(connection, digests.Facts(measures, line, chosen, listed))

    async def keep_file(self, claim: Claim, name: str, mimetype: str) -> Filing:
        """Begin to store a file of the report anew."""
        return await self.files.begin(claim.id, name, mimetype)

    async def made(
        self,
        claim: Claim,
        made: Made,
        drafts: Sequence[Draft],
        telling: Sequence[Mention],
        now: datetime,
    ) -> bool:
        """It can be delivered: its mails, and whom to tell, are stored with it. False: somebody
        else has made it.
        """
        r = reports.c
        nowhere = None if claim.channel or claim.kind is ReportKind.ASKED else now
        drawn = {"post": made.post.full, "counts": made.post.counts}
        mine = sa.and_(r.id == claim.id, r.attempt == claim.attempt, UNMADE)
        done = sa.update(reports).where(mine).values(made_at=now, done_at=nowhere, **drawn)
        async with self._database.writing() as connection:
            if (await connection.execute(done)).rowcount == 0:
                return False
            await mails.store(connection, claim.distributor, drafts, now)
            await tell(connection, claim.distributor, telling, now)
        return True


def _new(
    distributor: DistributorKey,
    kind: ReportKind,
    settings: ReportSettings,
    lease: timedelta,
    now: datetime,
) -> Values:
    return {
        "distributor": distributor,
        "kind": kind.value,
        "contents": settings.contents.value,
        "recipients": json.dumps(settings.recipients),
        "channel": settings.channel,
        "attempt": secrets.token_hex(8),
        "lease_until": now + lease,
        "as_of": now,
        "asked_by": None,
    }


def _claim(values: Any) -> Claim:  # noqa: ANN401  # a row's mapping, or what it is made of
    return Claim(
        id=values["id"],
        distributor=values["distributor"],
        kind=ReportKind(values["kind"]),
        attempt=values["attempt"],
        as_of=values["as_of"],
        since=values["since"],
        contents=Contents(values["contents"]),
        recipients=tuple(json.loads(values["recipients"])),
        channel=values["channel"],
        asked_by=PersonId(values["asked_by"]) if values["asked_by"] else None,
    )


async def _since(
    connection: AsyncConnection, distributor: DistributorKey, now: datetime
) -> datetime:
    """When the last daily report was made."""
    r = reports.c
    last: datetime | None = await connection.scalar(
        sa.select(r.as_of)
        .where(r.distributor == distributor, r.day.is_not(None))
        .order_by(r.day.desc())
        .limit(1)
    )
    return last or now - FIRST_SPAN


async def _asked(
    connection: AsyncConnection, distributor: DistributorKey, person: PersonId
) -> datetime | None:
    r = reports.c
    last: datetime | None = await connection.scalar(
        sa.select(sa.func.max(r.as_of)).where(r.distributor == distributor, r.asked_by == person)
    )
    return last


async def _cover(
    connection: AsyncConnection, report: int, given: Values, days: Sequence[date], now: datetime
) -> None:
    """The days that were missed have their report as well: the one that stands for them."""
    done = {"covered_by": report, "made_at": now, "done_at": now}
    rows = [{**given, **done, "day": day} for day in days]
    if rows:
        await connection.execute(insert(connection, reports).on_conflict_do_nothing(), rows)


async def _covered(connection: AsyncConnection, report: int) -> tuple[date, ...]:
    r = reports.c
    days = sa.select(r.day).where(r.covered_by == report).order_by(r.day)
    return tuple(day for day in await connection.scalars(days) if day)
