"""Selections, what is done with one at once, and how far that is.

Ticks are rows: they survive pages, restarts and other processes, and one statement acts on many.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.batches import IN_DOUBT, Asked, Batch, Progress, Ticked
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import STATUS, State, Status
from commands.domain.people import PersonId
from commands.ports import Order
from commands.selections import Moved, NoSuchSelection, Undone
from store import batch_work, bulk
from store.batch_work import batch_of, ticked_in
from store.dialects import insert
from store.engine import Database
from store.filters import Filters, narrowed
from store.rows import ORDER, Row, Select, order_of
from store.tables import UNFINISHED, orders, selections, ticks

NAMED: Final = 3
"""How many of a selection are told by name."""
MISSING: Final = 10
NOTED: Final = 1000

_o, _s, _t = orders.c, selections.c, ticks.c
_ASKED_FOR: Final = [State.SYNCED.value, *sorted(state.value for state in IN_DOUBT)]


class SqlBatches:
    """The selections of every distributor's people. Implements `commands.selections.Batches`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def gather(
        self,
        distributor: DistributorKey,
        person: PersonId,
        filters: Filters | Sequence[OrderId],
        now: datetime,
    ) -> Ticked:
        """A new selection of all orders of a list, or of these."""
        if isinstance(filters, Filters):
            found = narrowed((_o.seq,), distributor, filters)
        else:
            found = sa.select(_o.seq).where(_o.distributor == distributor, _o.id.in_(filters))
        async with self._database.writing() as connection:
            number = await make(connection, distributor, person, now)
            await fill(connection, number, found)
            return await _ticked(connection, number, 0, person)

    async def ticked(
        self, distributor: DistributorKey, person: PersonId, selection: int
    ) -> Ticked | Batch | NoSuchSelection:
        async with self._database.reading() as connection:
            row = await _selection(connection, distributor, person, selection)
            return await _as_it_is(connection, row)

    async def act(
        self, distributor: DistributorKey, selection: int, turn: int, asked: Asked, now: datetime
    ) -> Moved | Ticked | Batch | NoSuchSelection:
        async def work(connection: AsyncConnection) -> Moved | Ticked | Batch | NoSuchSelection:
            row = await _selection(connection, distributor, asked.by, selection, lock=True)
            if row is None or row.work or row.turn != turn:
                return await _as_it_is(connection, row)
            return await batch_work.begin(connection, row, asked, now)

        return await self._database.write(work)

    async def note_refusal(
        self,
        distributor: DistributorKey,
        person: PersonId,
        selection: int,
        what: str,
        reason: str,
        now: datetime,
    ) -> None:
        async with self._database.writing() as connection:
            row = await _selection(connection, distributor, person, selection, lock=True)
            # What was done with it is done: only ticked orders can still be asked for.
            if row is None or row.work is not None:
                return
            # Whoever may not must not be able to fill the histories of a hundred thousand.
            some = sa.select(_t.order_seq).where(_t.selection == selection)
            which = _o.seq.in_(some.order_by(_t.order_seq).limit(NOTED))
            await connection.execute(bulk.refused_all(which, person, what, reason, now))

    async def undo(self, distributor: DistributorKey, batch: Batch, now: datetime) -> Undone:
        async def work(connection: AsyncConnection) -> Undone:
            row = await _selection(connection, distributor, batch.by, batch.id, lock=True)
            if row is None or row.undone_at is not None:
                return Undone(batch, 0, {})
            return await batch_work.undo(connection, distributor, batch_of(row), now)

        return await self._database.write(work)

    async def go_on(self, distributor: DistributorKey, batch: Batch, now: datetime) -> bool:
        async def work(connection: AsyncConnection) -> bool:
            row = await _selection(connection, distributor, batch.by, batch.id, lock=True)
            if row is None or row.work is None or row.finished_at is not None:
                return False
            found = batch_of(row)
            return await batch_work.reach(connection, distributor, found, row.reached, now)

        return await self._database.write(work)

    async def unfinished(self, distributor: DistributorKey, before: datetime) -> list[Batch]:
        chosen = sa.select(selections).where(
            _s.distributor == distributor, UNFINISHED, _s.worked_at < before
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(chosen.order_by(_s.id))
            return [batch_of(row) for row in rows]

    async def unasked(
        self, distributor: DistributorKey, batch: Batch, after: int, limit: int
    ) -> tuple[list[Order], int | None]:
        kept = sa.exists().where(_s.id == _t.selection, _s.undone_at.is_(None))
        further = (
            sa.select(_t.order_seq)
            .where(_t.selection == batch.id, _t.order_seq > after, _t.there.is_(None), kept)
            .order_by(_t.order_seq)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            seqs = list(await connection.scalars(further))
            # By their places: the synced ones alone may be all that the distributor ever had.
            to_ask = sa.and_(_o.distributor == distributor, _o.state.in_(_ASKED_FOR))
            chosen = sa.select(*ORDER).where(_o.seq.in_(seqs), to_ask).order_by(_o.seq)
            found = [order_of(row) for row in await connection.execute(chosen)]
        return found, seqs[-1] if len(seqs) == limit else None

    async def answered(self, batch: Batch, order: Order, *, there: bool) -> None:
        o, document = orders.c, order.document
        seq = sa.select(o.seq).where(o.distributor == document.distributor, o.id == document.id)
        async with self._database.writing() as connection:
            await connection.execute(
                sa.update(ticks)
                .where(_t.selection == batch.id, _t.order_seq == seq.scalar_subquery())
                .values(there=there)
            )

    # --- what screens read -----------------------------------------------------------------------

    async def progress(self, batch: Batch, now: datetime) -> Progress:
        """How far it is, counted from its orders."""
        async with self._database.reading() as connection:
            return await _progress(connection, batch, now)

    async def latest(
        self, distributor: DistributorKey, person: PersonId, since: datetime, now: datetime
    ) -> Progress | None:
        """The last thing that a person did to many at once, if it was since then."""
        chosen = (
            sa.select(selections)
            .where(_s.distributor == distributor, _s.person == person, _s.worked_at >= since)
            .order_by(_s.worked_at.desc(), _s.id.desc())
            .limit(1)
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(chosen)).one_or_none()
            return None if row is None else await _progress(connection, batch_of(row), now)

    async def forget(self, before: datetime) -> None:
        """Drop selections that nobody has touched since, with their ticks; none that is at work."""
        old = sa.func.coalesce(_s.worked_at, _s.made_at, type_=_s.made_at.type) < before
        over = sa.or_(_s.work.is_(None), _s.finished_at.is_not(None))
        async with self._database.writing() as connection:
            gone = sa.delete(selections).where(_s.made_at < before, old, over)
            await connection.execute(gone)


# --- selections ----------------------------------------------------------------------------------


async def make(
    connection: AsyncConnection, distributor: DistributorKey, person: PersonId, now: datetime
) -> int:
    """A new selection without ticks."""
    values = {"distributor": distributor, "person": person, "made_at": now, "turn": 0, "reached": 0}
    made = sa.insert(selections).values(values).returning(_s.id)
    return int((await connection.execute(made)).scalar_one())


async def fill(connection: AsyncConnection, selection: int, found: Select) -> None:
    """Tick these orders too; `found` selects their places."""
    seq = found.subquery().c.seq
    # The condition tells SQLite where the SELECT ends.
    chosen = sa.select(sa.literal(selection, _s.id.type), seq).where(sa.true())
    ticked = insert(connection, ticks).from_select(["selection", "order_seq"], chosen)
    await connection.execute(ticked.on_conflict_do_nothing())


async def _selection(
    connection: AsyncConnection,
    distributor: DistributorKey,
    person: PersonId,
    selection: int,
    *,
    lock: bool = False,
) -> Row | None:
    chosen = sa.select(selections).where(
        _s.id == selection, _s.distributor == distributor, _s.person == person
    )
    rows = await connection.execute(chosen.with_for_update() if lock else chosen)
    return rows.one_or_none()


async def _as_it_is(
    connection: AsyncConnection, row: Row | None
) -> Ticked | Batch | NoSuchSelection:
    if row is None:
        return NoSuchSelection()
    if row.work:
        return batch_of(row)
    return await _ticked(connection, row.id, row.turn, PersonId(row.person))


async def _ticked(
    connection: AsyncConnection, selection: int, turn: int, person: PersonId
) -> Ticked:
    some = sa.select(_o.id).where(ticked_in(selection)).order_by(_o.seq).limit(NAMED)
    named = tuple(OrderId(one) for one in await connection.scalars(some))
    return Ticked(
        selection, turn, await bulk.kinds(connection, ticked_in(selection), person), named
    )


# --- how far one is ------------------------------------------------------------------------------


async def _progress(connection: AsyncConnection, batch: Batch, now: datetime) -> Progress:
    n, synced = sa.func.count, _o.state == State.SYNCED.value
    # What the work has not reached yet is left, wherever it stands.
    reached = _t.order_seq <= _s.reached
    state = sa.case((reached, _o.state), else_=State.QUEUED.value).label("state")
    chosen = (
        sa.select(
            state,
            n().label("n"),
            n().filter(_t.there.is_(True), synced).label("there"),
            n().filter(_t.there.is_(False), synced).label("absent"),
        )
        .join(ticks, _t.order_seq == _o.seq)
        .join(selections, _s.id == _t.selection)
        .where(_t.selection == batch.id)
        .group_by(state)
    )
    rows = (await connection.execute(chosen)).all()
    seen: Counter[Status] = Counter()
    for row in rows:
        seen[STATUS[State(row.state)]] += row.n
    there, absent = (int(sum(getattr(row, name) for row in rows)) for name in ("there", "absent"))
    missing = await _missing(connection, batch) if absent else ()
    return Progress(batch, now, dict(seen), there, absent, missing)


async def _missing(connection: AsyncConnection, batch: Batch) -> tuple[OrderId, ...]:
    """The first that the ERP does not have."""
    chosen = (
        sa.select(_o.id)
        .join(ticks, _t.order_seq == _o.seq)
        .where(_t.selection == batch.id, _t.there.is_(False), _o.state == State.SYNCED.value)
        .order_by(_o.seq)
        .limit(MISSING)
    )
    return tuple(OrderId(one) for one in await connection.scalars(chosen))
