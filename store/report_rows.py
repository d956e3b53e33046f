"""The rows of a report, streamed: which orders, in which order, as lines of CSV.

Called by `store.reports`. The orders of each status come together, the failed ones first, each in
the order they were received: so every statement walks an index, and nothing is ever sorted.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.connection import Connection
from commands.domain.lifecycle import State
from commands.domain.reports import Contents
from commands.domain.sheets import RowLike, Sheet, Status
from commands.outbox import Measures, Sink
from store.rows import Row, Select
from store.tables import SENDABLE, orders

CHUNK: Final = 2000
"""Rows that are held at a time."""

Chosen = sa.ColumnElement[bool]
_o = orders.c
# As the drivers give them: a million rows would pay for each step in between.
SHOWN: Final = (
    _o.id,
    sa.type_coerce(_o.account_id, sa.Text).label("account_id"),
    sa.type_coerce(_o.delivery_date, sa.Text).label("delivery_date"),
    sa.type_coerce(_o.placed_at, sa.Text).label("placed_at"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """The orders that a report calls by one status, as far as they stand in one state."""

    status: Status
    where: Chosen
    by: sa.ColumnElement[object] = _o.seq

    def select(self, *columns: sa.ColumnElement[Any]) -> Select:
        return sa.select(*columns).where(self.where).order_by(self.by)


def groups(measures: Measures, line: Connection) -> list[Group]:
    """What a report lists. `line`: how the ERP's connection stands."""
    stuck = _stuck(measures, line)
    found = [
        Group(Status.FAILED, _in(measures, State.FAILED)),
        Group(Status.PENDING_VERIFICATION, _in(measures, State.PENDING_VERIFICATION)),
        Group(Status.QUEUED, sa.and_(_in(measures, State.QUEUED), stuck)),
    ]
    if measures.contents is Contents.ALL:
        found += _others(measures, stuck)
    return found


def _others(measures: Measures, stuck: Chosen) -> Iterator[Group]:
    """What is on its way or waits, and what came since the last report and is in the ERP."""
    yield Group(Status.PENDING, sa.and_(_in(measures, State.QUEUED), sa.not_(stuck)))
    for state in (State.SENDING, State.SENT, State.UNKNOWN):
        yield Group(Status.PENDING, _in(measures, state))
    news = sa.and_(_in(measures, State.SYNCED), _o.received_at > measures.since)
    yield Group(Status.SUCCESSFUL, news, _o.received_at)


def _in(measures: Measures, state: State) -> Chosen:
    return sa.and_(_o.distributor == measures.own.key, _o.state == state.value)


def _stuck(measures: Measures, line: Connection) -> Chosen:
    """Due for long and never tried. While the ERP is away, what is queued merely waits for it."""
    if line.broken:
        return sa.false()
    since: datetime = measures.as_of - measures.own.stuck_after
    return sa.and_(SENDABLE, _o.next_at <= since, _o.attempts == 0)


async def write(
    connection: AsyncConnection, measures: Measures, chosen: Sequence[Group], sink: Sink
) -> Counter[Status]:
    """The whole CSV into `sink`; how many rows there are of each status."""
    sheet, listed = Sheet(measures.own.name, measures.own.zone), Counter[Status]()
    read = _read_text if connection.dialect.name == "sqlite" else _read
    await sink(sheet.head())
    for group in chosen:
        async for rows in _chunks(connection, group.select(*SHOWN)):
            listed[group.status] += len(rows)
            # Aside: so many lines at once would hold up everybody else.
            await sink(await asyncio.to_thread(_lines, sheet, read(rows), group.status))
    return listed


def _lines(sheet: Sheet, rows: Iterable[RowLike], status: Status) -> bytes:
    return sheet.lines(rows, status)


def _read(rows: Iterable[Row]) -> Iterable[RowLike]:
    return rows


def _read_text(rows: Iterable[Row]) -> Iterator[RowLike]:
    """SQLite holds moments as text, in UTC."""
    read = datetime.fromisoformat
    for order, account, delivery, placed_at in rows:
        yield order, account, delivery, read(f"{placed_at}+00:00")


async def _chunks(connection: AsyncConnection, chosen: Select) -> AsyncIterator[Sequence[Row]]:
    """Rows as they come from the database, which keeps the others."""
    result = await connection.stream(chosen.execution_options(yield_per=CHUNK))
    async for rows in result.partitions():
        yield rows
