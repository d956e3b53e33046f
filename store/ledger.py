"""The ledger of orders: `commands.ports.Ledger` over SQL. Opened by `store.open`.

Each method is one transaction. The work is done in `intake`, `claims`, `settling`, `sweeps` and
`bulk`; here stand the single order and the doors to the rest.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.history import BOT, By, Source
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import Event, Refusal, on
from commands.ports import (
    Applied,
    Incoming,
    LostRace,
    NoSuchOrder,
    Order,
    Retried,
    Settlement,
    Sweep,
    Taken,
)
from store import bulk, claims, forgetting, intake, notes, settling, sweeps
from store.carry import Cargo, carry_out
from store.changes import LOCKED, Change, event_values, write_events
from store.engine import Database
from store.rows import ORDER, Row, order_of, standing_of
from store.tables import orders


class SqlLedger:
    """The orders of every distributor. Implements `commands.ports.Ledger`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take_in(self, incoming: Sequence[Incoming], now: datetime) -> list[Taken]:
        """Store new and changed content, at best a thousand at once; answers in the order asked."""
        # Another process may store one of these orders in the same moment: then it is known.
        return await self._database.write(
            lambda connection: intake.take_in(connection, incoming, now)
        )

    async def load(self, distributor: DistributorKey, order: OrderId) -> Order | None:
        chosen = sa.select(*ORDER).where(orders.c.distributor == distributor, orders.c.id == order)
        async with self._database.reading() as connection:
            row = (await connection.execute(chosen)).one_or_none()
        return order_of(row) if row else None

    async def apply(
        self,
        distributor: DistributorKey,
        order: OrderId,
        event: Event,
        by: By,
        now: datetime,
        *,
        seen: int | None = None,
    ) -> Applied | Refusal | NoSuchOrder | LostRace:
        """One event on one order. A refusal of a person is written down too."""

        async def work(connection: AsyncConnection) -> Applied | Refusal | NoSuchOrder | LostRace:
            row = await _row(connection, distributor, order)
            if row is None:
                return NoSuchOrder()
            if seen is not None and row.version != seen:
                return LostRace(standing_of(row))
            return await _apply(connection, distributor, row, event, by, now)

        return await self._database.write(work)

    async def note_refusal(
        self,
        distributor: DistributorKey,
        order: OrderId,
        what: str,
        reason: str,
        by: By,
        now: datetime,
    ) -> None:
        line = {"what": what, "refused": reason}
        async with self._database.writing() as connection:
            await notes.write(connection, distributor, order, line, by, now)

    async def note_evidence(
        self,
        distributor: DistributorKey,
        order: OrderId,
        what: str,
        words: str,
        by: By,
        now: datetime,
    ) -> bool:
        line = {"what": what, "message": words}
        async with self._database.writing() as connection:
            return await notes.write(connection, distributor, order, line, by, now)

    async def hurry_lookup(
        self, distributor: DistributorKey, order: OrderId, now: datetime
    ) -> None:
        async with self._database.writing() as connection:
            await claims.hurry_lookup(connection, distributor, order, now)

    async def referenced(self, distributor: DistributorKey, reference: str) -> OrderId | None:
        o = orders.c
        chosen = sa.select(o.id).where(o.distributor == distributor, o.reference == reference)
        async with self._database.reading() as connection:
            found = await connection.scalar(chosen.order_by(o.seq).limit(1))
        return OrderId(found) if found is not None else None

    async def claim(
        self, distributor: DistributorKey, limit: int, lease: timedelta, now: datetime
    ) -> list[Order]:
        async def work(connection: AsyncConnection) -> list[Order]:
            cargo = Cargo(connection, distributor, BOT, now)
            claimed = await claims.claim(cargo, limit, lease)
            await cargo.deliver()
            return claimed

        return await self._database.write(work)

    async def claim_lookups(
        self, distributor: DistributorKey, limit: int, lease: timedelta, now: datetime
    ) -> list[Order]:
        return await self._database.write(
            lambda connection: claims.claim_lookups(connection, distributor, limit, lease, now)
        )

    async def settle(
        self,
        distributor: DistributorKey,
        settlements: Sequence[Settlement],
        by: By,
        now: datetime,
    ) -> list[Applied | Refusal | LostRace]:
        async def work(connection: AsyncConnection) -> list[Applied | Refusal | LostRace]:
            cargo = Cargo(connection, distributor, by, now)
            verdicts = await settling.settle(cargo, settlements)
            await cargo.deliver()
            return verdicts

        return await self._database.write(work)

    async def settle_and_claim(
        self,
        distributor: DistributorKey,
        settlements: Sequence[Settlement],
        by: By,
        limit: int,
        lease: timedelta,
        now: datetime,
    ) -> list[Order]:
        async def work(connection: AsyncConnection) -> list[Order]:
            cargo = Cargo(connection, distributor, by, now)
            await settling.settle(cargo, settlements)
            claimed = await claims.claim(cargo, limit, lease) if limit else []
            await cargo.deliver()
            return claimed

        return await self._database.write(work)

    async def sweep(self, distributor: DistributorKey, pace: Sweep, now: datetime) -> int:
        return await sweeps.sweep(self._database, distributor, pace, now)

    async def retry_alert(
        self,
        distributor: DistributorKey,
        alert_id: int,
        by: By,
        now: datetime,
        *,
        seen: int | None = None,
    ) -> Retried:
        return await self._database.write(
            lambda connection: bulk.retry_alert(connection, distributor, alert_id, by, now, seen)
        )

    async def next_due(self, distributor: DistributorKey) -> datetime | None:
        async with self._database.reading() as connection:
            return await claims.next_due(connection, distributor)

    async def forget(self, distributor: DistributorKey, before: datetime, now: datetime) -> int:
        return await forgetting.forget(self._database, distributor, before, now)


async def _row(
    connection: AsyncConnection, distributor: DistributorKey, order: OrderId
) -> Row | None:
    rows = await connection.execute(LOCKED, {"distributor": distributor, "ids": [order]})
    return rows.one_or_none()


async def _apply(
    connection: AsyncConnection,
    distributor: DistributorKey,
    row: Row,
    event: Event,
    by: By,
    now: datetime,
) -> Applied | Refusal | LostRace:
    before = standing_of(row)
    after = on(before, event, now)
    if isinstance(after, Refusal):
        if by.source in {Source.PERSON, Source.OPERATOR}:
            line = event_values(row.seq, event, before, before, by, now, after.reason)
            await write_events(connection, [line])
        return after
    await carry_out(connection, distributor, [Change(row, event, before, after)], by, now)
    return Applied(before, after)
