"""What time alone brings: leases run out, confirmations overdue, patience ended, orders stuck.

Called through the ledger by the engine's clock. Each chunk is a transaction of its own, so that a
long sweep does not hold up the orders that go.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.alerts import Mention, MentionKind
from commands.domain.failures import CATALOGUE, Kind
from commands.domain.grouping import Cause, CauseKind
from commands.domain.history import BOT
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import (
    ConfirmationOverdue,
    Event,
    HoldRanOut,
    LeaseRanOut,
    PatienceEnded,
    Refusal,
    on,
)
from commands.ports import Sweep
from store.alert_book import AlertBook, bump
from store.carry import carry_out
from store.changes import CHANGING, Change
from store.engine import Database
from store.outages import lasting_outage
from store.rows import Select, mention_values, standing_of
from store.tables import HELD, SENDING, UNCONFIRMED, UNTRIED, WAITING, mentions, orders

CHUNK: Final = 500
ASK_HOLDER_EVERY: Final = timedelta(hours=1)
TRANSIENT: Final = [code.value for code, entry in CATALOGUE.items() if entry.kind is Kind.TRANSIENT]
Chosen = sa.ColumnElement[bool]


async def sweep(database: Database, distributor: DistributorKey, pace: Sweep, now: datetime) -> int:
    """Carry out all that time has brought; returns how many orders changed."""
    moves, since, moved = _moves(pace, now), now - pace.stuck_after, 0
    stuck = _stuck_rows(distributor, since).where(sa.not_(lasting_outage(distributor)))
    *due, some_stuck = await _any(
        database, *(_due(distributor, where) for where, _ in moves), stuck
    )
    for (where, event), some in zip(moves, due, strict=True):
        moved += await _repeat(database, distributor, where, event, now) if some else 0
    return moved + (await _stuck(database, distributor, since, now) if some_stuck else 0)


async def _any(database: Database, *chosen: Select) -> Sequence[bool]:
    """Whether there is any of each. Most sweeps find nothing: they cost one statement, and do not
    stand in the way of those who write.
    """
    asked = (one.exists().label(f"any_{number}") for number, one in enumerate(chosen))
    async with database.reading() as connection:
        return (await connection.execute(sa.select(*asked))).one()


def _moves(pace: Sweep, now: datetime) -> list[tuple[Chosen, Event]]:
    return [
        (_lease_over(now), LeaseRanOut(now + pace.settle)),
        (_overdue(now - pace.confirm_within), ConfirmationOverdue(now + pace.settle)),
        (_out_of_patience(now - pace.patience), PatienceEnded()),
        (_hold_over(now), HoldRanOut(now + ASK_HOLDER_EVERY)),
    ]


def _hold_over(now: datetime) -> Chosen:
    return sa.and_(HELD, orders.c.held_until <= now)


def _lease_over(now: datetime) -> Chosen:
    return sa.and_(SENDING, orders.c.next_at <= now)


def _overdue(since: datetime) -> Chosen:
    o = orders.c
    # What a look-up found was perhaps never sent by us: then it counts from when it came.
    never = sa.and_(o.last_sent_at.is_(None), o.received_at <= since)
    return sa.and_(UNCONFIRMED, sa.or_(o.last_sent_at <= since, never))


def _out_of_patience(since: datetime) -> Chosen:
    o = orders.c
    return sa.and_(
        WAITING, o.waiting_since <= since, o.asked.is_(False), o.failure_code.in_(TRANSIENT)
    )


async def _repeat(
    database: Database, distributor: DistributorKey, where: Chosen, event: Event, now: datetime
) -> int:
    moved, more = 0, True
    while more:
        async with database.writing() as connection:
            count = await _move_chunk(connection, distributor, where, event, now)
        moved, more = moved + count, count == CHUNK
    return moved


def _due(distributor: DistributorKey, where: Chosen) -> Select:
    return (
        sa.select(*CHANGING)
        .where(orders.c.distributor == distributor, where)
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
    )


async def _move_chunk(
    connection: AsyncConnection,
    distributor: DistributorKey,
    where: Chosen,
    event: Event,
    now: datetime,
) -> int:
    rows = await connection.execute(_due(distributor, where))
    standings = [(row, standing_of(row)) for row in rows]
    changes = [
        Change(row, event, before, after)
        for row, before in standings
        if not isinstance(after := on(before, event, now), Refusal)
    ]
    await carry_out(connection, distributor, changes, BOT, now)
    await _ask_holders(connection, distributor, changes, now)
    return len(changes)


async def _ask_holders(
    connection: AsyncConnection,
    distributor: DistributorKey,
    changes: Sequence[Change],
    now: datetime,
) -> None:
    """Whoever held an order for too long is asked directly, in the change's own transaction."""
    asked = [
        Mention(MentionKind.HOLD_RUN_OUT, {"order": change.row.id}, to=change.before.hold.by)
        for change in changes
        if isinstance(change.event, HoldRanOut) and change.before.hold
    ]
    if asked:
        await connection.execute(
            sa.insert(mentions), [mention_values(distributor, one, now) for one in asked]
        )


async def _stuck(
    database: Database, distributor: DistributorKey, since: datetime, now: datetime
) -> int:
    """Orders that were due long ago and never tried belong to the alert `Queued`.

    Their standing does not change, so there is no event: only their alert.
    """
    moved, more = 0, True
    while more:
        async with database.writing() as connection:
            count = await _stuck_chunk(connection, distributor, since, now)
        moved, more = moved + count, count == CHUNK
    return moved


async def _stuck_chunk(
    connection: AsyncConnection, distributor: DistributorKey, since: datetime, now: datetime
) -> int:
    book = await AlertBook.read(connection, distributor)
    if book.outage is not None:
        return 0
    seqs = (await connection.scalars(_stuck_rows(distributor, since))).all()
    if not seqs:
        return 0
    queued = Cause(CauseKind.QUEUED)
    await book.ensure(connection, {queued}, now)
    alert_id = book.open[queued.key]
    numbers = await bump(connection, {alert_id})
    await connection.execute(
        sa.update(orders)
        .where(orders.c.seq.in_(seqs))
        .values(
            alert_id=alert_id,
            alerted_at=now,
            joined=numbers[alert_id],
        )
    )
    return len(seqs)


def _stuck_rows(distributor: DistributorKey, since: datetime) -> Select:
    # An alert stays open as long as an order in it is not synced: whatever has one is told of.
    o = orders.c
    return (
        sa.select(o.seq)
        .where(o.distributor == distributor, UNTRIED, o.next_at <= since)
        .limit(CHUNK)
        .with_for_update(skip_locked=True, of=orders)
    )
