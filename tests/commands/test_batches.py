"""Many orders at once against a real ERP: retried, marked, looked up, undone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from commands.batches import (
    ManyRetried,
    ask_erp,
    mark_many,
    retry_many,
    take_up,
    undo,
    weigh,
)
from commands.desk import Denied
from commands.domain.alerts import MentionKind
from commands.domain.batches import UNDO_FOR, Batch, NoUndo, Progress, Ticked
from commands.domain.failures import Code
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Reason, State, Synced, Why
from commands.domain.people import Actor, Deed
from commands.reopen import Reopened, reopen
from commands.selections import Moved, NoSuchSelection, Undone
from sandbox.erp import answers, faults
from store import batch_work
from store.batches import SqlBatches
from tests.commands.works import ADA, KEY, Works, order, works

NUMBERS = range(1, 6)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Works]:
    """Five orders that the ERP refused; nothing is sent by itself."""
    async with works(tmp_path) as found:
        found.gateway.catalogue.set_item("NW-024", active=False)
        await found.send(*(order(number, sku="NW-024") for number in NUMBERS))
        async with found.at_work():
            for number in NUMBERS:
                await found.until(number, State.FAILED)
        yield found


async def ticked(shop: Works, numbers: Sequence[int] = NUMBERS) -> Ticked:
    assert isinstance(shop.desk.batches, SqlBatches)
    ids = [OrderId(str(number)) for number in numbers]
    return await shop.desk.batches.gather(KEY, shop.actor.person, ids, shop.clock.now())


async def marked(shop: Works, numbers: Sequence[int] = NUMBERS) -> Moved:
    found = await ticked(shop, numbers)
    moved = await mark_many(shop.desk, shop.actor, found.id, found.turn, Why.KEYED_IN)
    assert isinstance(moved, Moved)
    return moved


async def progress(shop: Works, batch: Batch) -> Progress:
    assert isinstance(shop.desk.batches, SqlBatches)
    return await shop.desk.batches.progress(batch, shop.clock.now())


async def test_what_is_retried_goes_and_is_told_in_its_alert(shop: Works) -> None:
    found = await ticked(shop)
    shop.gateway.catalogue.set_item("NW-024", active=True)
    outcome = await retry_many(shop.desk, shop.actor, found.id, found.turn)
    assert isinstance(outcome, ManyRetried)
    assert (outcome.moved.orders, outcome.moved.left) == (5, {})
    async with shop.at_work():
        for number in NUMBERS:
            await shop.until(number, State.SYNCED)
    seen = await progress(shop, outcome.moved.batch)
    assert (seen.done, seen.failed, seen.left) == (5, 0, 0)
    [line] = await shop.desk.alerts.mentions(KEY, shop.clock.now())
    assert line.kind is MentionKind.ACTION
    assert (line.facts["did"], line.facts["orders"]) == ("retry_all", 5)


async def test_without_the_permission_nothing_moves_and_each_order_knows_who_asked(
    shop: Works,
) -> None:
    found, nobody = await ticked(shop), replace(shop.actor, permissions=frozenset())
    deeds = (
        weigh(shop.desk, nobody, Deed.RETRY, found.id),
        retry_many(shop.desk, nobody, found.id, found.turn),
        mark_many(shop.desk, nobody, found.id, found.turn, Why.KEYED_IN),
        undo(shop.desk, nobody, found.id),
        reopen(shop.desk, nobody, OrderId("1")),
    )
    for deed in deeds:
        assert isinstance(await deed, Denied)
    for number in NUMBERS:
        assert (await shop.order(number)).standing.state is State.FAILED


async def test_a_selection_of_somebody_else_is_none(shop: Works) -> None:
    found = await ticked(shop)
    other = Actor(ADA, KEY, permissions=shop.actor.permissions)
    assert await weigh(shop.desk, other, Deed.RETRY, found.id) == NoSuchSelection()
    assert await retry_many(shop.desk, other, found.id, found.turn) == NoSuchSelection()
    moved = await marked(shop)
    assert await undo(shop.desk, other, moved.batch.id) == NoSuchSelection()


async def test_pressing_twice_does_it_once(shop: Works) -> None:
    found = await ticked(shop)
    first = await retry_many(shop.desk, shop.actor, found.id, found.turn)
    assert isinstance(first, ManyRetried)
    again = await retry_many(shop.desk, shop.actor, found.id, found.turn)
    assert again == replace(first.moved.batch, finished=True)


async def test_marked_orders_get_their_numbers_from_the_erp(shop: Works) -> None:
    numbers = {number: await keyed_in(shop, number) for number in (1, 2)}
    moved = await marked(shop)
    assert moved.orders == 5
    assert await ask_erp(shop.desk, moved.batch) is None
    seen = await progress(shop, moved.batch)
    assert (seen.done, seen.there, seen.absent) == (5, 2, 3)
    for number, reference in numbers.items():
        assert (await shop.order(number)).standing.reference == reference
    assert [(await shop.order(number)).standing.synced for number in NUMBERS] == [Synced.MANUAL] * 5


async def keyed_in(shop: Works, number: int, **changes: object) -> str:
    """A clerk types the order into the ERP; its number there."""
    shop.gateway.catalogue.set_item("NW-024", active=True)
    document = replace((await shop.order(number)).document, **changes)  # type: ignore[arg-type]
    answer = await shop.desk.erp.send(document)
    shop.gateway.catalogue.set_item("NW-024", active=False)
    return str(answer.reference)  # type: ignore[union-attr]


async def test_what_the_erp_has_of_somebody_else_goes_to_a_person(shop: Works) -> None:
    await keyed_in(shop, 1, account_id="TOMSP")
    moved = await marked(shop, (1, 2))
    assert await ask_erp(shop.desk, moved.batch) is None
    standing = (await shop.order(1)).standing
    assert standing.failure
    assert (standing.state, standing.failure.code) == (State.FAILED, Code.DUPLICATE)
    seen = await progress(shop, moved.batch)
    assert (seen.done, seen.failed, seen.absent) == (1, 1, 1)


async def test_while_the_erp_is_down_they_are_marked_and_not_checked(shop: Works) -> None:
    shop.gateway.switches.down = True
    moved = await marked(shop)
    trouble = await ask_erp(shop.desk, moved.batch)
    assert trouble
    assert trouble.code is Code.ERP_DOWN
    seen = await progress(shop, moved.batch)
    assert (seen.done, seen.there, seen.absent, seen.unasked) == (5, 0, 0, 5)


async def test_what_is_in_doubt_is_marked_only_once_it_is_found(tmp_path: Path) -> None:
    async with works(tmp_path) as shop:
        await in_doubt(shop, 1, 2)
        # Of the first the ERP has a document, of the second it has none.
        await keyed_in(shop, 1)
        moved = await marked(shop, (1, 2))
        assert (moved.orders, moved.left) == (0, {Reason.OUTCOME_UNKNOWN: 2})
        assert (await progress(shop, moved.batch)).left == 2
        assert await ask_erp(shop.desk, moved.batch) is None
        states = [(await shop.order(number)).standing.state for number in (1, 2)]
        assert states == [State.SYNCED, State.UNKNOWN]
        seen = await progress(shop, moved.batch)
        assert (seen.done, seen.left, seen.there) == (1, 1, 1)


async def in_doubt(shop: Works, *numbers: int) -> None:
    """Orders whose lease ran out: whether the ERP has them is not known."""
    await shop.send(*(order(number) for number in numbers))
    now = shop.clock.now()
    await shop.desk.ledger.claim(KEY, len(numbers), timedelta(0), now)
    await shop.sweep()
    for number in numbers:
        assert (await shop.order(number)).standing.state is State.UNKNOWN


async def test_marks_are_undone_for_ten_minutes_and_nothing_is_sent(shop: Works) -> None:
    moved = await marked(shop)
    outcome = await undo(shop.desk, shop.actor, moved.batch.id)
    assert isinstance(outcome, Undone)
    assert outcome.orders == 5
    assert await undo(shop.desk, shop.actor, moved.batch.id) is NoUndo.UNDONE_ALREADY
    posts = [shop.posts(number) for number in NUMBERS]
    async with shop.at_work():
        for number in NUMBERS:
            failed = await shop.until(number, State.FAILED)
            assert failed.standing.failure
            assert failed.standing.failure.code is Code.INACTIVE_ITEM
    assert [shop.posts(number) for number in NUMBERS] == posts


async def test_what_the_erp_took_is_not_sent_again_by_marking_and_undoing(tmp_path: Path) -> None:
    async with works(tmp_path) as shop:
        shop.gateway.faults = [faults.unconfirmed()]
        await shop.send(order(1))
        async with shop.at_work():
            await shop.until(1, State.SENT)
        moved = await marked(shop, (1,))
        assert isinstance(await undo(shop.desk, shop.actor, moved.batch.id), Undone)
        # The copy that answers look-ups lags behind.
        shop.gateway.schedules.load(
            "look_up", [faults.instead("replica", answers.document([]))] * 9
        )
        found = await ticked(shop, (1,))
        assert isinstance(
            await retry_many(shop.desk, shop.actor, found.id, found.turn), ManyRetried
        )
        async with shop.at_work():
            doubted = await shop.until(1, State.UNKNOWN)
        assert shop.posts(1) == 1
        assert doubted.standing.accepted


async def test_what_was_seen_before_an_undo_says_nothing_about_what_is_there_now(
    shop: Works,
) -> None:
    """Changed content meanwhile: the document that was found is the old order's."""
    await keyed_in(shop, 1)
    shop.gateway.schedules.load("look_up", [faults.slow(0.6)] * 2)
    moved = await marked(shop, (1,))
    asking = asyncio.create_task(ask_erp(shop.desk, moved.batch))
    await asyncio.sleep(0.2)
    assert isinstance(await undo(shop.desk, shop.actor, moved.batch.id), Undone)
    await asking
    assert (await shop.order(1)).standing.state is State.FAILED


async def test_what_was_reopened_is_not_sent_for_changed_content(shop: Works) -> None:
    moved = await marked(shop, (1,))
    assert isinstance(await undo(shop.desk, shop.actor, moved.batch.id), Undone)
    shop.gateway.catalogue.set_item("NW-024", active=True)
    posts = shop.posts(1)
    await shop.send(replace(order(1, sku="NW-024"), notes="Ring at the back door"))
    async with shop.at_work():
        await shop.send(order(9))
        await shop.until(9, State.SYNCED)
    changed = await shop.order(1)
    assert (changed.standing.state, shop.posts(1)) == (State.FAILED, posts)
    assert changed.document.notes == "Ring at the back door"


async def test_after_ten_minutes_each_is_reopened_by_itself(shop: Works) -> None:
    moved = await marked(shop)
    shop.clock.ahead = UNDO_FOR + timedelta(seconds=5)
    assert await undo(shop.desk, shop.actor, moved.batch.id) is NoUndo.TOO_LATE
    assert await reopen(shop.desk, shop.actor, OrderId("1")) == Reopened(OrderId("1"))
    assert (await shop.order(1)).standing.state is State.FAILED
    again = await reopen(shop.desk, shop.actor, OrderId("1"))
    assert getattr(again, "reason", None) is Reason.NOT_MANUAL


async def test_a_retry_is_not_undone(shop: Works) -> None:
    found = await ticked(shop)
    await retry_many(shop.desk, shop.actor, found.id, found.turn)
    assert await undo(shop.desk, shop.actor, found.id) is NoUndo.NOT_MARKED


async def test_what_a_dead_process_left_behind_is_finished(
    shop: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_work, "CHUNK", 2)
    moved = await marked(shop)
    assert (await progress(shop, moved.batch)).done == 2
    await take_up(shop.desk)
    assert (await progress(shop, moved.batch)).done == 2, "its process may be at it still"
    shop.clock.ahead = timedelta(minutes=1)
    await take_up(shop.desk)
    assert (await progress(shop, moved.batch)).done == 5
