"""Takes new and changed orders in: a thousand in a handful of statements.

Called through `store.ledger` by the API and by `orderwatch import`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.history import SHOP
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import ContentChanged, Refusal, State, on
from commands.ports import Created, Incoming, NotTaken, Taken, Unchanged, Updated
from store.alert_book import AlertBook, bump
from store.carry import carry_out
from store.changes import LOCKED, Change
from store.rows import Row, Values, content_values, new_values, standing_of
from store.tables import order_events, orders

Ask = tuple[int, Incoming]
Key = tuple[DistributorKey, OrderId]
RECEIVED = "received"
"""The first line of every order's history."""


async def take_in(
    connection: AsyncConnection, incoming: Sequence[Incoming], now: datetime
) -> list[Taken]:
    """Store what is new or changed; answers in the order asked."""
    answers: dict[int, Taken] = {}
    for batch in _batches(incoming):
        distributor = batch[0][1].document.distributor
        answers.update(await _take_batch(connection, distributor, batch, now))
    return [answers[index] for index in range(len(incoming))]


def _batches(incoming: Sequence[Incoming]) -> list[list[Ask]]:
    """By distributor; an id that comes again waits for a later batch, and so meets the first."""
    seen: dict[Key, int] = {}
    keyed: list[tuple[int, DistributorKey, Ask]] = []
    for index, one in enumerate(incoming):
        document = one.document
        turn = seen.get((document.distributor, document.id), 0)
        seen[document.distributor, document.id] = turn + 1
        keyed.append((turn, document.distributor, (index, one)))
    keyed.sort(key=lambda item: item[:2])
    return [[ask for *_, ask in group] for _, group in groupby(keyed, key=lambda item: item[:2])]


async def _take_batch(
    connection: AsyncConnection, distributor: DistributorKey, batch: list[Ask], now: datetime
) -> dict[int, Taken]:
    known = await _known(connection, distributor, [one.document.id for _, one in batch])
    answers: dict[int, Taken] = {}
    fresh: list[Values] = []
    changes: list[Change] = []
    for index, one in batch:
        digest = one.document.digest
        row = known.get(one.document.id)
        if row is None:
            fresh.append(new_values(one, digest, now))
            answers[index] = Created(one.document.id)
        else:
            answers[index] = _meet(row, one, digest, now, changes)
    await _insert(connection, distributor, fresh, now)
    await carry_out(connection, distributor, changes, SHOP, now)
    return answers


async def _known(
    connection: AsyncConnection, distributor: DistributorKey, ids: list[OrderId]
) -> Mapping[str, Row]:
    rows = await connection.execute(LOCKED, {"distributor": distributor, "ids": ids})
    return {row.id: row for row in rows}


def _meet(row: Row, one: Incoming, digest: str, now: datetime, changes: list[Change]) -> Taken:
    """An order that is known already: the same, changed in time, or too late."""
    document = one.document
    if row.digest == digest:
        return Unchanged(document.id)
    before = standing_of(row)
    event = ContentChanged(one.due_at)
    after = on(before, event, now)
    if isinstance(after, Refusal):
        return NotTaken(document.id, after.reason)
    content = content_values(document, one.deliver_at, digest)
    changes.append(Change(row, event, before, after, content))
    return Updated(document.id)


async def _insert(
    connection: AsyncConnection, distributor: DistributorKey, fresh: list[Values], now: datetime
) -> None:
    if not fresh:
        return
    await connection.execute(sa.insert(orders), fresh)
    await connection.execute(_received(distributor, [row["id"] for row in fresh], now))
    # What comes in during an outage joins those that wait.
    book = await AlertBook.read(connection, distributor)
    await bump(connection, {book.outage})


def _received(distributor: DistributorKey, ids: list[str], now: datetime) -> sa.Insert:
    columns = ["order_seq", "at", "what", "source", "after"]
    chosen = sa.select(
        orders.c.seq,
        sa.bindparam("at", now, order_events.c.at.type),
        sa.literal(RECEIVED),
        sa.literal(SHOP.source.value),
        sa.literal(State.QUEUED.value),
    ).where(orders.c.distributor == distributor, orders.c.id.in_(ids))
    return sa.insert(order_events).from_select(columns, chosen.order_by(orders.c.seq))
