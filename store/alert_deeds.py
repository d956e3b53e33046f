"""What is done to an alert: taken on, put aside, told of; and troubles of Orderwatch's own.

Called by `store.alerts`. Each is one conditional statement, and losing its race is normal.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.alerts import Alert
from commands.domain.grouping import Cause, Trouble
from commands.domain.ids import DistributorKey
from commands.domain.people import PersonId
from store.alert_book import AlertBook
from store.tables import OPEN, alerts

_a = alerts.c


def _open(distributor: DistributorKey, alert_id: int) -> sa.Update:
    mine = sa.and_(_a.id == alert_id, _a.distributor == distributor, OPEN)
    return sa.update(alerts).where(mine)


def take(
    distributor: DistributorKey,
    alert_id: int,
    person: PersonId,
    now: datetime,
    instead_of: PersonId | None,
) -> sa.Update:
    """Only from the one whom the person saw: of two who press at once one gets it."""
    theirs = _a.taken_by.is_(None) if instead_of is None else _a.taken_by == instead_of
    return (
        _open(distributor, alert_id)
        .where(theirs, sa.or_(_a.taken_by.is_(None), _a.taken_by != person))
        .values(taken_by=person, taken_at=now, change=_a.change + 1)
    )


def snooze(
    distributor: DistributorKey, alert_id: int, person: PersonId, now: datetime, until: datetime
) -> sa.Update:
    """What its message shows is known to whoever puts it aside; what comes later is new."""
    return _open(distributor, alert_id).values(
        snoozed_by=person,
        snoozed_at=now,
        snoozed_until=until,
        snoozed_seen=_a.shown,
        change=_a.change + 1,
    )


def unattended(alert: Alert, now: datetime) -> sa.Update:
    nobody = sa.and_(_a.taken_by.is_(None), _a.unattended_at.is_(None))
    return _open(alert.distributor, alert.id).where(nobody).values(unattended_at=now)


async def trouble(
    connection: AsyncConnection,
    distributor: DistributorKey,
    trouble: Trouble,
    facts: Mapping[str, Any],
    now: datetime,
) -> None:
    """Open its alert; one that is open already is told what it is now, if that is news."""
    cause, told = Cause.of_trouble(trouble), json.dumps(dict(facts), sort_keys=True)
    book = await AlertBook.read(connection, distributor)
    await book.ensure(connection, {cause}, now)
    news = sa.or_(_a.facts.is_(None), _a.facts != told, _a.ended_at.is_not(None))
    await connection.execute(
        _open(distributor, book.open[cause.key])
        .where(news)
        .values(
            facts=told,
            change=_a.change + 1,
            # It was told that it is over: that it is not is worth a new card.
            anew=sa.or_(_a.anew, sa.and_(_a.ended_at.is_not(None), _a.ended_told)),
            ended_told=sa.and_(_a.ended_told, _a.ended_at.is_(None)),
            ended_at=None,
        )
    )


def trouble_over(distributor: DistributorKey, trouble: Trouble, now: datetime) -> sa.Update:
    key = Cause.of_trouble(trouble).key
    return (
        sa.update(alerts)
        .where(_a.distributor == distributor, _a.cause_key == key, OPEN, _a.ended_at.is_(None))
        .values(ended_at=now, change=_a.change + 1)
    )
