"""Works through a batch: as many orders in each transaction as nobody has to wait for.

The first transaction makes the intention durable, so that what a crash leaves over is found and
reached later. Called by `store.batches`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.batches import (
    IN_DOUBT,
    Asked,
    Batch,
    Kind,
    Work,
    left_alone,
    refusal,
    work_of,
)
from commands.domain.history import person
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import Marked, Refusal, ReopenAsked, State, Synced, Why, on
from commands.domain.people import PersonId
from commands.selections import Moved, Undone
from store import bulk
from store.carry import carry_out
from store.changes import CHANGING, Change
from store.rows import Row, Select, Values, standing_of
from store.tables import looks, orders, selections, ticks

CHUNK: Final = 2000
REOPENED: Final = 500
"""Orders of a transaction that reopens: each goes by the table of transitions itself."""

Chosen = sa.ColumnElement[bool]
_o, _s, _t = orders.c, selections.c, ticks.c


def batch_of(row: Row) -> Batch:
    """The batch of a selection that something was done with."""
    return Batch(
        row.id,
        Work(row.work),
        PersonId(row.person),
        row.worked_at,
        Why(row.why) if row.why else None,
        row.undone_at,
        finished=row.finished_at is not None,
    )


def ticked_in(selection: int) -> Chosen:
    return _o.seq.in_(sa.select(_t.order_seq).where(_t.selection == selection))


async def begin(connection: AsyncConnection, row: Row, asked: Asked, now: datetime) -> Moved:
    """Do this with a selection, whose row the caller holds."""
    which, distributor = ticked_in(row.id), DistributorKey(row.distributor)
    found = await bulk.kinds(connection, which, asked.by)
    alerts = await bulk.by_alert(connection, bulk.may_move(which, asked, now))
    left = left_alone(found, work_of(asked), now)
    batch = await _hand_over(connection, row.id, asked, now)
    finished = not await reach(connection, distributor, batch, 0, now)
    orders_ = sum(found.values()) - sum(left.values())
    return Moved(replace(batch, finished=finished), orders_, left, alerts)


async def _hand_over(
    connection: AsyncConnection, selection: int, asked: Asked, now: datetime
) -> Batch:
    """From now on it is a batch, and whoever made it ticks anew."""
    why = asked.why if isinstance(asked, Marked) else None
    batch = Batch(selection, work_of(asked), asked.by, now, why)
    await connection.execute(
        sa.update(selections)
        .where(_s.id == selection)
        .values(work=batch.work.value, why=why, worked_at=now, turn=_s.turn + 1)
    )
    emptied = {"selection": None, "drawn": looks.c.drawn + 1}
    await connection.execute(sa.update(looks).where(looks.c.selection == selection).values(emptied))
    return batch


async def reach(
    connection: AsyncConnection,
    distributor: DistributorKey,
    batch: Batch,
    after: int,
    now: datetime,
) -> bool:
    """The next orders of a batch, in their places after `after`. False: there are no others."""
    size = CHUNK if batch.undone_at is None else REOPENED
    further = sa.select(_t.order_seq).where(_t.selection == batch.id, _t.order_seq > after)
    chunk = further.order_by(_t.order_seq).limit(size).subquery().c.order_seq
    n, last = (await connection.execute(sa.select(sa.func.count(), sa.func.max(chunk)))).one()
    if n:
        ours = _o.seq.in_(further.where(_t.order_seq <= last))
        step = _move if batch.undone_at is None else _reopen
        await step(connection, distributor, batch, ours, now)
    done: Values = {"reached": last or after, "finished_at": now if n < size else None}
    await connection.execute(sa.update(selections).where(_s.id == batch.id).values(done))
    return bool(n == size)


async def _move(
    connection: AsyncConnection,
    distributor: DistributorKey,
    batch: Batch,
    which: Chosen,
    now: datetime,
) -> None:
    asked = batch.asked
    # All marks of a batch bear its own moment: by that they are known when it is undone.
    now = batch.at if batch.work is Work.MARK else now
    await bulk.hold(connection, which)
    found = await bulk.kinds(connection, which, asked.by)
    # What is in doubt is not refused yet: the ERP is asked for each of them first.
    certain = {kind: n for kind, n in found.items() if not _doubtful(kind, asked)}
    await bulk.write_refusals(connection, which, certain, asked, now)
    await _drop(connection, batch.id, which, certain, asked, now)
    await bulk.move(connection, distributor, which, asked, now)


def _doubtful(kind: Kind, asked: Asked) -> bool:
    return isinstance(asked, Marked) and kind.state in IN_DOUBT


async def _drop(
    connection: AsyncConnection,
    selection: int,
    which: Chosen,
    found: Mapping[Kind, int],
    asked: Asked,
    now: datetime,
) -> None:
    """A batch is counted by its ticks: those of orders that are left alone go."""
    alone = [bulk.of_kind(kind, asked.by) for kind in found if refusal(kind, work_of(asked), now)]
    if alone:
        seqs = sa.select(_o.seq).where(which, sa.or_(*alone))
        gone = sa.delete(ticks).where(_t.selection == selection, _t.order_seq.in_(seqs))
        await connection.execute(gone)


# --- undoing -------------------------------------------------------------------------------------


async def undo(
    connection: AsyncConnection, distributor: DistributorKey, batch: Batch, now: datetime
) -> Undone:
    """Take a batch of marks back; the caller holds its row."""
    which = sa.and_(ticked_in(batch.id), _as_marked(batch))
    alerts = await bulk.by_alert(connection, which)
    found = await bulk.kinds(connection, which, batch.by)
    undone = sa.update(selections).where(_s.id == batch.id).values(undone_at=now, reached=0)
    await connection.execute(undone)
    back = replace(batch, undone_at=now, finished=False)
    finished = not await reach(connection, distributor, back, 0, now)
    return Undone(replace(back, finished=finished), sum(found.values()), alerts)


def _as_marked(batch: Batch) -> Chosen:
    """What an order looks like that this batch marked and nobody has touched since."""
    return sa.and_(
        _o.state == State.SYNCED.value,
        _o.synced == Synced.MANUAL.value,
        _o.settled_by == batch.by,
        _o.settled_at == batch.at,
    )


async def _reopen(
    connection: AsyncConnection,
    distributor: DistributorKey,
    batch: Batch,
    which: Chosen,
    now: datetime,
) -> None:
    chosen: Select = sa.select(*CHANGING).where(which, _as_marked(batch)).order_by(_o.seq)
    rows = await connection.execute(chosen.with_for_update(of=orders))
    changes = [change for row in rows if (change := _reopened(row, batch.by, now))]
    await carry_out(connection, distributor, changes, person(batch.by), now)


def _reopened(row: Row, who: PersonId, now: datetime) -> Change | None:
    before, event = standing_of(row), ReopenAsked(who)
    after = on(before, event, now)
    return None if isinstance(after, Refusal) else Change(row, event, before, after)
