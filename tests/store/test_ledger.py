"""The ledger: intake, claims, settlements and single events, on a real database."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

import store as stores
from commands.domain.documents import Line
from commands.domain.history import ERP, person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import (
    HoldAsked,
    Marked,
    Reason,
    Refusal,
    RetryAsked,
    State,
    on,
)
from commands.ports import (
    Applied,
    Created,
    NoSuchOrder,
    NotTaken,
    Unchanged,
    Updated,
)
from tests.store.making import (
    DANA,
    EMIL,
    HOUR,
    LEASE,
    MINUTE,
    NORTH,
    NOW,
    SECOND,
    SOUTH,
    accept_all,
    attempt,
    claim_all,
    document,
    incoming,
    loaded,
    queue,
    refuse_all,
    shown,
)

MORE = document(lines=(Line("NW-001", Decimal(1), Decimal(2)),))


async def test_what_is_stored_comes_back_whole(store: stores.Store) -> None:
    odd = document("a/ü’%", notes="\x00 <b>", account_name="V\x00ins", extra={"x": {"y": 1}})
    await store.ledger.take_in([incoming(odd)], NOW)
    order = await store.ledger.load(NORTH, odd.id)
    assert order is not None
    assert order.document == odd
    assert (order.received_at, order.deliver_at) == (NOW, NOW + 20 * HOUR)
    assert (order.standing.state, order.standing.next_at) == (State.QUEUED, NOW)


async def test_the_same_order_again_is_unchanged(store: stores.Store) -> None:
    twice = document(
        lines=(Line("NW-024", Decimal("12.0"), Decimal(14), description="Guaraná Fantástica"),)
    )
    answers = [
        await store.ledger.take_in([incoming(one)], NOW) for one in (document(), document(), twice)
    ]
    assert answers == [
        [Created(OrderId("1"))],
        [Unchanged(OrderId("1"))],
        [Unchanged(OrderId("1"))],
    ]
    assert [line.what for line in await store.queries.history(NORTH, OrderId("1"))] == ["received"]


async def test_changed_content_is_taken_while_it_waits(store: stores.Store) -> None:
    await queue(store, [1])
    assert await store.ledger.take_in([incoming(MORE)], NOW) == [Updated(OrderId("1"))]
    order = await loaded(store)
    assert order.document.lines == MORE.lines
    [line] = (await store.queries.lines(NORTH)).lines
    assert line.total == MORE.total


async def test_changed_content_comes_too_late_for_a_synced_order(store: stores.Store) -> None:
    await queue(store, [1])
    await accept_all(store)
    answer = await store.ledger.take_in([incoming(MORE)], NOW)
    assert answer == [NotTaken(OrderId("1"), Reason.ALREADY_SYNCED)]
    assert (await loaded(store)).document == document()


async def test_answers_come_in_the_order_asked_also_for_an_id_that_comes_twice(
    store: stores.Store,
) -> None:
    mixed = [
        incoming(one) for one in (document(2), document(1), document(1, SOUTH), MORE, document(2))
    ]
    answers = await store.ledger.take_in(mixed, NOW)
    one, two = OrderId("1"), OrderId("2")
    assert answers == [Created(two), Created(one), Created(one), Updated(one), Unchanged(two)]


async def test_ids_are_of_their_distributor_alone(store: stores.Store) -> None:
    await queue(store, [1])
    assert await store.ledger.load(SOUTH, OrderId("1")) is None
    retry = RetryAsked(DANA)
    assert isinstance(
        await store.ledger.apply(SOUTH, OrderId("1"), retry, person(DANA), NOW), NoSuchOrder
    )
    assert await store.ledger.claim(SOUTH, 10, LEASE, NOW) == []


async def test_claims_go_by_who_waits_then_by_delivery(store: stores.Store) -> None:
    hours = {1: 9, 2: 5, 3: 7, 4: 1}
    await store.ledger.take_in(
        [incoming(document(n), NOW, NOW + h * HOUR) for n, h in hours.items()], NOW
    )
    await store.ledger.apply(NORTH, OrderId("1"), RetryAsked(DANA), person(DANA), NOW)
    hold = HoldAsked(EMIL, NOW + HOUR)
    await store.ledger.apply(NORTH, OrderId("4"), hold, person(EMIL), NOW)
    first, second = await claim_all(store, limit=2), await claim_all(store)
    assert [one.id for one in first] == ["1", "2"]
    assert [one.id for one in second] == ["3"]
    assert len({attempt(one) for one in first + second}) == 3
    assert await claim_all(store) == []


async def test_what_is_claimed_is_what_is_stored(store: stores.Store) -> None:
    await queue(store, [1])
    [order] = await claim_all(store)
    assert order == await loaded(store)
    assert (order.standing.state, order.standing.attempts) == (State.SENDING, 1)
    assert order.standing.next_at == NOW + LEASE


async def test_not_yet_due_is_not_claimed_and_the_engine_learns_when(store: stores.Store) -> None:
    assert await store.ledger.next_due(NORTH) is None
    await queue(store, [1], due_at=NOW + 5 * MINUTE)
    assert await claim_all(store) == []
    assert await store.ledger.next_due(NORTH) == NOW + 5 * MINUTE


async def test_of_two_people_at_once_one_is_refused(store: stores.Store) -> None:
    await queue(store, [1])
    asks = [
        store.ledger.apply(NORTH, OrderId("1"), Marked(who), person(who), NOW)
        for who in (DANA, EMIL)
    ]
    outcomes = await asyncio.gather(*asks)
    assert sorted(type(one).__name__ for one in outcomes) == ["Applied", "Refusal"]
    [first, second] = (await store.queries.history(NORTH, OrderId("1")))[1:]
    assert (first.refused, second.refused) == (None, "already_synced")


async def test_two_processes_do_not_lose_a_change(store: stores.Store, url: str) -> None:
    await queue(store, range(1, 21))
    async with stores.open(url) as other:
        marks = [
            one.ledger.apply(NORTH, OrderId(str(n)), Marked(who), person(who), NOW)
            for n in range(1, 21)
            for one, who in ((store, DANA), (other, EMIL))
        ]
        outcomes = await asyncio.gather(*marks)
    assert sum(isinstance(one, Applied) for one in outcomes) == 20
    assert sum(isinstance(one, Refusal) for one in outcomes) == 20


async def test_two_engines_never_claim_the_same(store: stores.Store, url: str) -> None:
    await queue(store, range(1, 41))
    async with stores.open(url) as other:
        rounds = [
            one.ledger.claim(NORTH, 3, LEASE, NOW) for _ in range(7) for one in (store, other)
        ]
        claimed = [order.id for orders in await asyncio.gather(*rounds) for order in orders]
    assert len(claimed) == len(set(claimed)) == 40


async def test_notes_move_nothing(store: stores.Store) -> None:
    await queue(store, [1])
    one = OrderId("1")
    await store.ledger.note_refusal(NORTH, one, "retry", "LacksPermission", person(DANA), NOW)
    assert await store.ledger.note_evidence(
        NORTH, one, "confirmation_reported", "as SO-1", ERP, NOW
    )
    assert not await store.ledger.note_evidence(NORTH, OrderId("2"), "x", "y", ERP, NOW)
    _, refusal, evidence = await store.queries.history(NORTH, one)
    assert (refusal.what, refusal.refused, refusal.by) == ("retry", "LacksPermission", person(DANA))
    assert (evidence.message, evidence.before, evidence.after) == (
        "as SO-1",
        State.QUEUED,
        State.QUEUED,
    )
    last = await store.queries.last_change(NORTH, one)
    assert last is not None


async def test_an_erp_number_leads_to_its_order(store: stores.Store) -> None:
    await queue(store, [1])
    await accept_all(store)
    assert await store.ledger.referenced(NORTH, "SO-1") == "1"
    assert await store.ledger.referenced(SOUTH, "SO-1") is None


async def test_the_bulk_retry_is_as_the_table_says(store: stores.Store) -> None:
    await queue(store, range(1, 6))
    failed = [await loaded(store, one.id) for one in await refuse_all(store)]
    [alert] = await store.alerts.due(NORTH, NOW)
    hold = HoldAsked(EMIL, NOW + HOUR)
    await store.ledger.apply(NORTH, OrderId("1"), hold, person(EMIL), NOW)
    await show(store)
    await queue(store, [6])
    await refuse_all(store)
    later = NOW + MINUTE
    done = await store.ledger.retry_alert(NORTH, alert.id, person(DANA), later)
    assert (done.queued, done.held, done.later) == (4, 1, 1)
    for one in failed[1:]:
        after = on(one.standing, RetryAsked(DANA), later)
        assert (await loaded(store, one.id)).standing == after
        told = await store.queries.last_change(NORTH, one.id)
        assert told
        assert (told.what, told.by, told.before) == ("retry_asked", person(DANA), State.FAILED)
    again = await store.ledger.retry_alert(NORTH, alert.id, person(DANA), later)
    assert again.queued == 0
    assert await store.ledger.retry_alert(SOUTH, alert.id, person(DANA), later) == replace(
        done, queued=0, held=0, later=0
    )


async def show(store: stores.Store) -> None:
    for alert in await store.alerts.due(NORTH, NOW):
        picture = await store.alerts.picture(NORTH, alert, NOW)
        await store.alerts.shown(alert, shown(picture.seen))


@pytest.mark.parametrize("wait", [timedelta(0), SECOND])
async def test_a_naive_moment_is_refused(store: stores.Store, wait: timedelta) -> None:
    with pytest.raises(Exception, match="zone"):
        await queue(store, [1], now=(NOW + wait).replace(tzinfo=None))
