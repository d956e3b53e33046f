"""What screens, the API and the details view read. Nothing here changes anything.

Called by `bot` through `Store.queries`. Lists are read by key (a cursor that new orders do not
move) or by page number, always newest first.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from commands.domain.alerts import OrderLine
from commands.domain.failures import Code
from commands.domain.history import By, Entry, PeopleEntry, Source
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import State
from commands.domain.people import PersonId
from commands.ports import Order
from store import narrowings, outages
from store.engine import Database
from store.filters import (
    Filters,
    condition,
    counted_states,
    cursor_seq,
    cursor_text,
    deliveries,
    narrowed,
    newest,
)
from store.narrowings import Narrowings
from store.rows import LINE, ORDER, Row, Select, line_of, order_of
from store.summaries import Summary, summary
from store.tables import connections, counts, order_events, orders, people_events


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, newest first; `cursor` begins the next page, None: there is none."""

    orders: tuple[Order, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows of a screen's list, and how many there are in all."""

    lines: tuple[OrderLine, ...]
    total: int


class Queries:
    """The questions of the screens, each one short read transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def _all(self, chosen: Select) -> list[Row]:
        async with self._database.reading() as connection:
            return list((await connection.execute(chosen)).all())

    async def order(self, distributor: DistributorKey, order: OrderId) -> Order | None:
        o = orders.c
        rows = await self._all(sa.select(*ORDER).where(o.distributor == distributor, o.id == order))
        return order_of(rows[0]) if rows else None

    async def history(self, distributor: DistributorKey, order: OrderId) -> list[Entry]:
        """All that happened to an order, oldest first."""
        o, e = orders.c, order_events.c
        chosen = (
            sa.select(order_events)
            .join(orders, o.seq == e.order_seq)
            .where(o.distributor == distributor, o.id == order)
            .order_by(e.id)
        )
        return [_entry(row) for row in await self._all(chosen)]

    async def page(
        self,
        distributor: DistributorKey,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page:
        """Whole orders, newest received first, stable under inserts. Raises BadCursorError."""
        before = cursor_seq(cursor)
        rows = await self._all(newest(ORDER, distributor, filters, before, limit + 1))
        shown = rows[:limit]
        more = cursor_text(shown[-1].seq) if len(rows) > limit else None
        # Hundreds of orders with many lines: read beside the event loop.
        return Page(await asyncio.to_thread(_orders, shown), more)

    async def lines(
        self,
        distributor: DistributorKey,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        number: int = 1,
        size: int = 20,
        *,
        next_from: datetime | None = None,
    ) -> Lines:
        """Page `number` (from 1) of a screen's list and the total: newest first, or by delivery as
        seen from the moment `next_from`.
        """
        skip = (number - 1) * size
        if next_from is None:
            chosen = newest(LINE, distributor, filters, None, size, skip)
        else:
            chosen = deliveries(LINE, distributor, filters, next_from, size, skip)
        rows = await self._all(chosen)
        return Lines(tuple(line_of(row) for row in rows), await self.count(distributor, filters))

    async def narrowings(self, distributor: DistributorKey, filters: Filters) -> Narrowings:
        """The items, fields and customers of a list, those of most orders first."""
        where = condition(distributor, filters)
        async with self._database.reading() as connection:
            return await narrowings.largest(connection, where)

    async def count(self, distributor: DistributorKey, filters: Filters) -> int:
        """How many orders a list has. By state, and failed ones by code, nothing is scanned."""
        states = counted_states(filters)
        if states is not None:
            c = counts.c
            chosen = sa.select(sa.func.coalesce(sa.func.sum(c.n), 0)).where(
                c.distributor == distributor,
                c.state.in_([state.value for state in states]),
                *([c.code == filters.code.value] if filters.code else []),
            )
        else:
            chosen = sa.select(sa.func.count()).select_from(
                narrowed((orders.c.seq,), distributor, filters).subquery()
            )
        return int((await self._all(chosen))[0][0])

    async def summary(self, distributor: DistributorKey, now: datetime) -> Summary:
        """How the distributor's orders stand now, and the last seven days."""
        async with self._database.reading() as connection:
            return await summary(connection, distributor, now)

    async def waiting_next(
        self, distributor: DistributorKey, now: datetime, limit: int = 20
    ) -> tuple[OrderLine, ...]:
        """What is keyed in by hand while the ERP is away: the held ones, then what could be.

        Among each the next deliveries come first.
        """
        o = orders.c
        holdable = o.state.in_([State.QUEUED.value, State.FAILED.value])
        late = sa.case((o.deliver_at < now, 1), else_=0)
        chosen = (
            sa.select(*LINE)
            .where(outages.waiting(distributor, now), holdable)
            .order_by(o.held_by.is_(None), late, o.deliver_at, o.seq)
            .limit(limit)
        )
        return tuple(line_of(row) for row in await self._all(chosen))

    async def people_history(
        self, distributor: DistributorKey, person: PersonId | None = None, limit: int = 100
    ) -> list[PeopleEntry]:
        """Grants, revocations, requests and refusals, newest first."""
        p = people_events.c
        chosen = sa.select(people_events).where(p.distributor == distributor)
        if person is not None:
            chosen = chosen.where(p.person == person)
        rows = await self._all(chosen.order_by(p.id.desc()).limit(limit))
        return [_people_entry(row) for row in rows]

    async def people_changes(
        self, distributor: DistributorKey, person: PersonId | None = None
    ) -> int:
        """How long that history is."""
        p = people_events.c
        chosen = sa.select(sa.func.count()).where(p.distributor == distributor)
        if person is not None:
            chosen = chosen.where(p.person == person)
        return int((await self._all(chosen))[0][0])

    async def known(
        self, distributor: DistributorKey, ids: Collection[OrderId]
    ) -> frozenset[OrderId]:
        """Which of these orders there are."""
        chosen = sa.select(orders.c.id).where(
            orders.c.distributor == distributor, orders.c.id.in_(ids)
        )
        return frozenset(OrderId(row.id) for row in await self._all(chosen))

    async def pulse(self, distributor: DistributorKey) -> tuple[int, ...]:
        """Changes whenever something changed that a screen shows: costs nothing to ask."""
        newest = [
            sa.select(sa.func.max(order_events.c.id)).scalar_subquery(),
            sa.select(sa.func.max(people_events.c.id)).scalar_subquery(),
            sa.select(connections.c.version)
            .where(connections.c.distributor == distributor)
            .scalar_subquery(),
        ]
        return tuple(int(one or 0) for one in (await self._all(sa.select(*newest)))[0])

    async def last_change(self, distributor: DistributorKey, order: OrderId) -> Entry | None:
        """The latest change of an order that took place, for `already synced by Dana at 14:02`."""
        o, e = orders.c, order_events.c
        chosen = (
            sa.select(order_events)
            .join(orders, o.seq == e.order_seq)
            .where(o.distributor == distributor, o.id == order, e.refused.is_(None))
            .order_by(e.id.desc())
            .limit(1)
        )
        rows = await self._all(chosen)
        return _entry(rows[0]) if rows else None


def _entry(row: Row) -> Entry:
    return Entry(
        at=row.at,
        what=row.what,
        by=By(Source(row.source), PersonId(row.person) if row.person else None),
        before=State(row.before) if row.before else None,
        after=State(row.after),
        attempt=row.attempt,
        code=Code(row.code) if row.code else None,
        message=row.message,
        reference=row.reference,
        refused=row.refused,
    )


def _people_entry(row: Row) -> PeopleEntry:
    by = By(Source(row.source), PersonId(row.by) if row.by else None)
    return PeopleEntry(row.at, PersonId(row.person), row.what, row.detail, by)


def _orders(rows: Sequence[Row]) -> tuple[Order, ...]:
    return tuple(order_of(row) for row in rows)
