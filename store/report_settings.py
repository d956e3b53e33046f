"""How a distributor has set its daily report, and who changed what. Called by `store.reports`."""

import json
from dataclasses import replace
from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.history import By
from commands.domain.ids import DistributorKey
from commands.domain.reports import Contents, ReportSettings
from store.dialects import insert
from store.rows import Row, Values
from store.tables import report_settings, report_settings_events


async def read(
    connection: AsyncConnection, distributor: DistributorKey, *, lock: bool = False
) -> ReportSettings:
    chosen = sa.select(report_settings).where(report_settings.c.distributor == distributor)
    row = (await connection.execute(chosen.with_for_update() if lock else chosen)).one_or_none()
    return settings_of(row) if row else ReportSettings()


async def locked(connection: AsyncConnection, distributor: DistributorKey) -> ReportSettings:
    """The settings, which nobody else changes before the transaction ends."""
    plain = {**_plain(ReportSettings()), "distributor": distributor}
    there = insert(connection, report_settings).values(plain).on_conflict_do_nothing()
    await connection.execute(there)
    return await read(connection, distributor, lock=True)


def settings_of(row: Row) -> ReportSettings:
    """The settings of a row; of one that is not there, those of whoever chose nothing."""
    if row.at is None:
        return ReportSettings()
    return ReportSettings(
        at=time.fromisoformat(row.at),
        contents=Contents(row.contents),
        recipients=tuple(json.loads(row.recipients)),
        channel=row.channel,
        on_since=row.on_since,
        changed_at=row.changed_at,
    )


def _dated(before: ReportSettings, after: ReportSettings, now: datetime) -> ReportSettings:
    """The new settings with the moments that follow from the change."""
    on_since = before.on_since if before.on else now
    return replace(after, on_since=on_since if after.on else None, changed_at=now)


def _plain(settings: ReportSettings) -> Values:
    """What a person chooses."""
    return {
        "at": f"{settings.at:%H:%M}",
        "contents": settings.contents.value,
        "recipients": json.dumps(settings.recipients),
        "channel": settings.channel,
    }


async def change(
    connection: AsyncConnection,
    distributor: DistributorKey,
    settings: ReportSettings,
    by: By,
    now: datetime,
) -> ReportSettings:
    """Store the settings and who changed what; returns them as they stand now."""
    before = await locked(connection, distributor)
    after = _dated(before, settings, now)
    if _plain(before) == _plain(after):
        return before
    await _write(connection, distributor, before, after, by, now)
    return after


async def _write(
    connection: AsyncConnection,
    distributor: DistributorKey,
    before: ReportSettings,
    after: ReportSettings,
    by: By,
    now: datetime,
) -> None:
    dates = {"on_since": after.on_since, "changed_at": after.changed_at}
    own = report_settings.c.distributor == distributor
    await connection.execute(sa.update(report_settings).where(own).values(_plain(after) | dates))
    await connection.execute(
        sa.insert(report_settings_events).values(
            distributor=distributor,
            at=now,
            source=by.source.value,
            by=by.person,
            before=json.dumps(_plain(before)),
            after=json.dumps(_plain(after)),
        )
    )
