"""What time takes away: personal data of old orders; and the counts, folded together."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

import store as stores
from commands.domain.documents import Address
from commands.domain.ids import OrderId
from commands.ports import Unchanged
from store.tables import arrivals, counts, orders
from tests.store.making import (
    HOUR,
    NORTH,
    NOW,
    SOUTH,
    accept_all,
    document,
    incoming,
    loaded,
    queue,
    refuse_all,
)

DAY = timedelta(days=1)
PERSONAL = document(
    1,
    contact="Paul Henriot",
    phone="26.47.15.10",
    notes="ring twice",
    ship_to=Address("Vins", "59 rue de l'Abbaye", "Reims"),
    extra={"email": "paul@example.com"},
)


async def test_old_synced_orders_lose_whom_they_name_and_keep_their_figures(
    store: stores.Store,
) -> None:
    await store.ledger.take_in([incoming(PERSONAL)], NOW)
    await accept_all(store)
    before = await store.queries.history(NORTH, OrderId("1"))
    assert await store.ledger.forget(NORTH, NOW - HOUR, NOW + DAY) == 0
    assert await store.ledger.forget(SOUTH, NOW, NOW + DAY) == 0
    assert await store.ledger.forget(NORTH, NOW, NOW + DAY) == 1
    assert await store.ledger.forget(NORTH, NOW, NOW + DAY) == 0
    kept = await loaded(store)
    plain = replace(PERSONAL, contact=None, phone=None, notes=None, ship_to=None, extra={})
    assert kept.document == plain
    assert kept.document.total == PERSONAL.total
    assert await store.queries.history(NORTH, OrderId("1")) == before
    async with store.database.reading() as connection:
        body = await connection.scalar(sa.select(orders.c.body))
    assert body
    assert not any(word in body for word in ("Henriot", "Abbaye", "paul@", "26.47", "twice"))


async def test_the_same_order_sent_again_brings_nothing_back(store: stores.Store) -> None:
    await store.ledger.take_in([incoming(PERSONAL)], NOW)
    await accept_all(store)
    await store.ledger.forget(NORTH, NOW, NOW + DAY)
    again = await store.ledger.take_in([incoming(PERSONAL)], NOW + DAY)
    assert again == [Unchanged(OrderId("1"))]
    assert (await loaded(store)).document.contact is None


async def test_what_is_not_synced_is_never_forgotten(store: stores.Store) -> None:
    await store.ledger.take_in([incoming(PERSONAL)], NOW)
    await refuse_all(store)
    assert await store.ledger.forget(NORTH, NOW + DAY, NOW + DAY) == 0
    assert (await loaded(store)).document == PERSONAL


async def test_more_than_a_chunk_is_forgotten(store: stores.Store) -> None:
    await queue(store, range(1200))
    await accept_all(store)
    await accept_all(store)
    assert await store.ledger.forget(NORTH, NOW, NOW + DAY) == 1200


async def test_folded_counts_say_the_same(store: stores.Store) -> None:
    for number in range(1, 6):
        await queue(store, [number])
    await accept_all(store)
    before = await store.queries.summary(NORTH, NOW)
    await store.fold_counts(SOUTH)
    await store.fold_counts(NORTH)
    assert await store.queries.summary(NORTH, NOW) == before
    async with store.database.reading() as connection:
        for table in (counts, arrivals):
            assert (await connection.scalars(sa.select(table.c.lot).distinct())).all() == [0]


async def test_what_is_counted_while_it_is_folded_is_kept(store: stores.Store, url: str) -> None:
    if not store.database.shared:
        return
    await queue(store, [1])
    async with stores.open(url) as other, other.database.writing() as connection:
        await connection.execute(sa.update(orders).values(state="failed"))
        await store.fold_counts(NORTH)
    await store.fold_counts(NORTH)
    states = (await store.queries.summary(NORTH, NOW)).states
    assert {state.value: n for state, n in states.items() if n} == {"failed": 1}
