"""Many orders at once: what a statement does to them is what the table of transitions says."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest
import sqlalchemy as sa

import store as stores
from commands.domain.batches import (
    IN_DOUBT,
    UNDO_FOR,
    Asked,
    Batch,
    Progress,
    Ticked,
    Work,
    left_alone,
    work_of,
)
from commands.domain.connection import Connection, Line
from commands.domain.failures import Code, Failure
from commands.domain.history import person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import (
    Hold,
    HoldAsked,
    Marked,
    Reason,
    Refusal,
    ReopenAsked,
    RetryAsked,
    Standing,
    State,
    Status,
    Synced,
    Why,
    on,
)
from commands.selections import Moved, NoSuchSelection
from store import batch_work
from store.filters import Filters
from store.rows import standing_values
from store.tables import order_events, orders
from tests.domain.standings import STANDINGS
from tests.store.making import (
    DANA,
    EMIL,
    HOUR,
    INACTIVE,
    MINUTE,
    NORTH,
    NOW,
    SOUTH,
    accept_all,
    loaded,
    queue,
    refuse_all,
)

ASKED: tuple[Asked, ...] = (RetryAsked(DANA), Marked(DANA, why=Why.NOT_NEEDED))
HOLDS = (None, Hold(DANA, NOW - MINUTE, NOW + MINUTE), Hold(EMIL, NOW - MINUTE, NOW + MINUTE))
HOLDABLE = {State.QUEUED, State.FAILED}


def every_standing() -> list[Standing]:
    """Each state with all that a statement might forget: holds, delays, drafts, what was proved."""
    found = []
    for state, later, full in product(State, (False, True), (False, True)):
        plain = replace(STANDINGS[state], version=7, next_at=NOW + HOUR)
        if full:
            plain = replace(
                plain, accepted=True, draft=True, absences=2, proofs=2, waiting_since=NOW - HOUR,
                attempt="a", asked=not plain.asked, reference="SO-9", last_sent_at=NOW - HOUR,
            )  # fmt: skip
        plain = replace(plain, look_after=NOW + MINUTE if later else NOW - MINUTE)
        found += [replace(plain, hold=hold) for hold in HOLDS if state in HOLDABLE or not hold]
    return found


async def placed(store: stores.Store, standings: Sequence[Standing]) -> list[OrderId]:
    """Orders that stand so, whatever it would have taken to get there."""
    await queue(store, range(len(standings)))
    async with store.database.writing() as connection:
        for number, standing in enumerate(standings):
            await connection.execute(
                sa.update(orders)
                .where(orders.c.id == str(number))
                .values(**standing_values(standing))
            )
    return [OrderId(str(number)) for number in range(len(standings))]


async def gathered(store: stores.Store, numbers: Sequence[int | str]) -> Ticked:
    ids = [OrderId(str(number)) for number in numbers]
    return await store.batches.gather(NORTH, DANA, ids, NOW)


async def acted(store: stores.Store, ticked: Ticked, asked: Asked) -> Moved:
    outcome = await store.batches.act(NORTH, ticked.id, ticked.turn, asked, NOW)
    assert isinstance(outcome, Moved)
    return outcome


async def progress(store: stores.Store, batch: Batch) -> Progress:
    return await store.batches.progress(batch, NOW)


@pytest.mark.parametrize("asked", ASKED, ids=["retry", "mark"])
async def test_each_order_moves_as_the_table_says_or_stays_as_it_was(
    store: stores.Store, asked: Asked
) -> None:
    standings = every_standing()
    ids = await placed(store, standings)
    ticked = await gathered(store, ids)
    assert ticked.total == len(standings)
    moved = await acted(store, ticked, asked)
    told: dict[Reason, int] = {}
    for number, before in zip(ids, standings, strict=True):
        expected = on(before, asked, NOW)
        doubtful = isinstance(asked, Marked) and before.state in IN_DOUBT
        after = (await loaded(store, number)).standing
        if isinstance(expected, Refusal) or doubtful:
            assert after == before
            reason = expected.reason if isinstance(expected, Refusal) else Reason.OUTCOME_UNKNOWN
            told[reason] = told.get(reason, 0) + 1
        else:
            assert after == expected
    assert moved.left == told == left_alone(ticked.kinds, work_of(asked), NOW)
    assert moved.orders == len(standings) - sum(told.values())


@pytest.mark.parametrize("asked", ASKED, ids=["retry", "mark"])
async def test_each_order_gets_the_line_that_it_would_have_got_alone(
    store: stores.Store, asked: Asked
) -> None:
    standings = [one for one in every_standing() if one.state not in IN_DOUBT]
    ids = await placed(store, [*standings, *standings])
    alone, together = ids[: len(standings)], ids[len(standings) :]
    for number in alone:
        await store.ledger.apply(NORTH, number, asked, person(DANA), NOW)
    await acted(store, await gathered(store, together), asked)
    for one, other in zip(alone, together, strict=True):
        assert await last_line(store, one) == await last_line(store, other)


async def last_line(store: stores.Store, number: OrderId) -> tuple[object, ...]:
    columns = [one for one in order_events.c if one.name not in {"id", "order_seq"}]
    chosen = (
        sa.select(*columns)
        .join(orders, orders.c.seq == order_events.c.order_seq)
        .where(orders.c.id == number)
        .order_by(order_events.c.id.desc())
        .limit(1)
    )
    async with store.database.reading() as connection:
        return tuple((await connection.execute(chosen)).one())


async def test_only_what_was_shown_is_acted_on_and_only_once(store: stores.Store) -> None:
    await queue(store, [1, 2, 3])
    await refuse_all(store)
    ticked = await gathered(store, [1, 2])
    changed = await store.batches.act(NORTH, ticked.id, ticked.turn + 1, RetryAsked(DANA), NOW)
    assert changed == ticked
    first = await acted(store, ticked, RetryAsked(DANA))
    assert (first.orders, first.batch.work) == (2, Work.RETRY)
    again = await store.batches.act(NORTH, ticked.id, ticked.turn, Marked(DANA), NOW)
    assert again == first.batch
    assert (await loaded(store, 1)).standing.state is State.QUEUED
    assert (await loaded(store, 3)).standing.state is State.FAILED


async def test_a_selection_is_its_makers_alone(store: stores.Store) -> None:
    await queue(store, [1])
    await refuse_all(store)
    ticked = await gathered(store, [1])
    for key, who in ((NORTH, EMIL), (SOUTH, DANA)):
        asked = RetryAsked(who)
        nobody = await store.batches.act(key, ticked.id, ticked.turn, asked, NOW)
        assert nobody == NoSuchSelection()
        assert await store.batches.ticked(key, who, ticked.id) == NoSuchSelection()
        await store.batches.note_refusal(key, who, ticked.id, "retry", "LacksPermission", NOW)
    assert (await store.batches.ticked(NORTH, DANA, ticked.id)) == ticked
    assert len(await store.queries.history(NORTH, OrderId("1"))) == 3
    await store.batches.note_refusal(NORTH, DANA, ticked.id, "retry", "LacksPermission", NOW)
    last = (await store.queries.history(NORTH, OrderId("1")))[-1]
    assert (last.what, last.refused, last.by) == ("retry", "LacksPermission", person(DANA))


async def test_orders_of_others_are_not_gathered(store: stores.Store) -> None:
    await queue(store, [1])
    assert (await store.batches.gather(SOUTH, DANA, [OrderId("1")], NOW)).total == 0
    assert (await store.batches.gather(SOUTH, DANA, Filters(), NOW)).total == 0
    listed = Filters(status=Status.PENDING)
    assert (await store.batches.gather(NORTH, DANA, listed, NOW)).some == ("1",)


async def test_every_alert_counts_the_change(store: stores.Store) -> None:
    await queue(store, [1, 2])
    await refuse_all(store)
    await queue(store, [3])
    await refuse_all(store, Failure(Code.CREDIT_HOLD, "over the limit"))
    before = {one.id: one.change for one in await store.alerts.open(NORTH)}
    moved = await acted(store, await gathered(store, [1, 2, 3]), Marked(DANA))
    after = {one.id: one.change for one in await store.alerts.open(NORTH)}
    assert after == {one: change + 1 for one, change in before.items()}
    assert sorted(moved.alerts.values()) == [1, 2]
    assert moved.alerts.keys() == before.keys()


async def test_while_an_outage_lasts_what_nobody_was_told_of_comes_to_its_alert(
    store: stores.Store,
) -> None:
    await queue(store, [1])
    await refuse_all(store, INACTIVE)
    [own] = await store.alerts.open(NORTH)
    down = Connection(line=Line.DOWN, version=1, failure=Failure(Code.ERP_DOWN, "no"))
    assert await store.connections.save(NORTH, Connection(), down, NOW)
    await queue(store, [2])
    await acted(store, await gathered(store, [1, 2]), Marked(DANA))
    outage = next(one for one in await store.alerts.open(NORTH) if one.id != own.id)
    homes = [(await loaded(store, number)).alert_id for number in (1, 2)]
    # The first had its own alert, unless nobody had seen that one yet.
    assert homes[1] == outage.id
    picture = await store.alerts.picture(NORTH, outage, NOW)
    assert picture.settled.manual == homes.count(outage.id)


async def test_what_is_retried_while_the_erp_is_away_comes_to_the_outage_as_one_by_one(
    store: stores.Store,
) -> None:
    await queue(store, [1, 2, 3])
    await refuse_all(store, INACTIVE)
    [own] = await store.alerts.open(NORTH)
    down = Connection(line=Line.DOWN, version=1, failure=Failure(Code.ERP_DOWN, "no"))
    assert await store.connections.save(NORTH, Connection(), down, NOW)
    await store.ledger.apply(NORTH, OrderId("3"), RetryAsked(DANA), person(DANA), NOW)
    await acted(store, await gathered(store, [1, 2]), RetryAsked(DANA))
    places = sa.select(orders.c.alert_id, orders.c.from_alert).order_by(orders.c.seq)
    async with store.database.reading() as connection:
        [one, two, alone] = (await connection.execute(places)).all()
    assert one == two == alone
    assert one.alert_id != one.from_alert == own.id


async def test_progress_is_counted_from_the_orders(store: stores.Store) -> None:
    await queue(store, range(1, 6))
    await refuse_all(store)
    hold = HoldAsked(EMIL, NOW + HOUR)
    await store.ledger.apply(NORTH, OrderId("5"), hold, person(EMIL), NOW)
    moved = await acted(store, await gathered(store, range(1, 6)), RetryAsked(DANA))
    assert (moved.orders, moved.left) == (4, {Reason.HELD_BY_OTHER: 1})
    seen = await progress(store, moved.batch)
    assert (seen.total, seen.done, seen.failed, seen.left) == (4, 0, 0, 4)
    claimed = await store.ledger.claim(NORTH, 1, HOUR, NOW)
    assert len(claimed) == 1
    await accept_all(store)
    seen = await progress(store, moved.batch)
    assert (seen.total, seen.done, seen.failed, seen.left, seen.over) == (4, 3, 0, 1, False)
    latest = await store.batches.latest(NORTH, DANA, NOW, NOW)
    assert latest == seen
    assert moved.batch.finished
    assert await store.batches.latest(NORTH, EMIL, NOW, NOW) is None
    assert await store.batches.latest(NORTH, DANA, NOW + MINUTE, NOW) is None


async def test_marks_are_undone_unless_somebody_touched_them_since(store: stores.Store) -> None:
    await queue(store, range(1, 4))
    await refuse_all(store)
    await queue(store, [4])
    moved = await acted(store, await gathered(store, range(1, 5)), Marked(DANA))
    assert moved.orders == 4
    await store.ledger.apply(NORTH, OrderId("2"), ReopenAsked(EMIL), person(EMIL), NOW)
    await store.ledger.apply(NORTH, OrderId("2"), Marked(EMIL), person(EMIL), NOW)
    undone = await store.batches.undo(NORTH, moved.batch, NOW + MINUTE)
    assert undone.orders == 3
    assert sum(undone.alerts.values()) >= 2
    states = [(await loaded(store, number)).standing for number in range(1, 5)]
    assert [one.state for one in states] == [
        State.FAILED, State.SYNCED, State.FAILED, State.FAILED,
    ]  # fmt: skip
    assert states[0].failure == INACTIVE
    assert all(one.next_at is None for one in states)
    assert (await store.batches.undo(NORTH, moved.batch, NOW + MINUTE)).orders == 0
    batch = await store.batches.ticked(NORTH, DANA, moved.batch.id)
    assert isinstance(batch, Batch)
    assert batch.undone_at == NOW + MINUTE
    assert batch.undo_until() == NOW + UNDO_FOR
    [alert] = [one for one in await store.alerts.open(NORTH) if one.cause.code == INACTIVE.code]
    assert (await store.alerts.picture(NORTH, alert, NOW)).open == 2


async def test_a_large_batch_is_reached_chunk_by_chunk_by_whoever_goes_on(
    store: stores.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_work, "CHUNK", 4)
    monkeypatch.setattr(batch_work, "REOPENED", 3)
    await queue(store, range(10))
    moved = await acted(store, await gathered(store, range(10)), Marked(DANA))
    assert (moved.orders, moved.batch.finished) == (10, False)
    seen = await progress(store, moved.batch)
    assert (seen.total, seen.done, seen.left) == (10, 4, 6)
    assert await store.batches.unfinished(NORTH, NOW) == []
    [found] = await store.batches.unfinished(NORTH, NOW + MINUTE)
    assert found == moved.batch
    assert await reached_in(store, found) == 2
    assert (await progress(store, found)).done == 10
    assert await store.batches.unfinished(NORTH, NOW + MINUTE) == []
    undone = await store.batches.undo(NORTH, found, NOW)
    assert (undone.orders, undone.batch.finished) == (10, False)
    assert (await progress(store, found)).failed == 3
    [found] = await store.batches.unfinished(NORTH, NOW + MINUTE)
    assert await reached_in(store, found) == 3
    assert (await progress(store, found)).failed == 10


async def reached_in(store: stores.Store, batch: Batch) -> int:
    """How many steps it takes to the end."""
    steps = 1
    while await store.batches.go_on(NORTH, batch, NOW):
        steps += 1
    return steps


async def test_what_the_erp_was_asked_for_is_told_apart(store: stores.Store) -> None:
    await queue(store, range(1, 4))
    await refuse_all(store)
    await placed(store, [STANDINGS[State.UNKNOWN]])
    moved = await acted(store, await gathered(store, range(4)), Marked(DANA))
    assert (moved.orders, moved.left) == (3, {Reason.OUTCOME_UNKNOWN: 1})
    waiting, more = await store.batches.unasked(NORTH, moved.batch, 0, 3)
    assert [one.id for one in waiting] == ["1", "2", "3"]
    assert more is not None
    rest, none = await store.batches.unasked(NORTH, moved.batch, more, 3)
    assert ([one.id for one in rest], none) == (["0"], None)
    await store.batches.answered(moved.batch, waiting[0], there=True)
    await store.batches.answered(moved.batch, waiting[1], there=False)
    left, _ = await store.batches.unasked(NORTH, moved.batch, 0, 10)
    assert [one.id for one in left] == ["3", "0"]
    seen = await progress(store, moved.batch)
    assert (seen.total, seen.there, seen.absent, seen.left) == (4, 1, 1, 1)
    assert await store.batches.unasked(SOUTH, moved.batch, 0, 10) == ([], None)
    await store.batches.undo(NORTH, moved.batch, NOW)
    assert await store.batches.unasked(NORTH, moved.batch, 0, 10) == ([], None)


async def test_old_selections_are_forgotten_with_their_ticks(store: stores.Store) -> None:
    await queue(store, [1])
    ticked = await gathered(store, [1])
    await store.batches.forget(NOW)
    assert await store.batches.ticked(NORTH, DANA, ticked.id) == ticked
    await store.batches.forget(NOW + MINUTE)
    assert await store.batches.ticked(NORTH, DANA, ticked.id) == NoSuchSelection()
    async with store.database.reading() as connection:
        assert await connection.scalar(sa.text("SELECT count(*) FROM ticks")) == 0


async def test_what_was_just_done_with_an_old_selection_is_kept(store: stores.Store) -> None:
    await queue(store, [1])
    await refuse_all(store)
    ticked = await gathered(store, [1])
    asked = RetryAsked(DANA)
    moved = await store.batches.act(NORTH, ticked.id, ticked.turn, asked, NOW + 2 * MINUTE)
    assert isinstance(moved, Moved)
    await store.batches.forget(NOW + MINUTE)
    assert await store.batches.ticked(NORTH, DANA, ticked.id) == moved.batch
    await store.batches.forget(NOW + 3 * MINUTE)
    assert await store.batches.ticked(NORTH, DANA, ticked.id) == NoSuchSelection()


async def test_the_history_tells_why_it_was_marked(store: stores.Store) -> None:
    await queue(store, [1])
    await acted(store, await gathered(store, [1]), Marked(DANA, why=Why.NOT_NEEDED))
    last = (await store.queries.history(NORTH, OrderId("1")))[-1]
    assert (last.what, last.message, last.after) == ("marked", "not needed", State.SYNCED)
    assert (await loaded(store, 1)).standing.synced is Synced.MANUAL
