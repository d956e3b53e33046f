"""What came of attempts and look-ups: stored once, and late answers kept as evidence."""

from datetime import timedelta

import store as stores
from commands.domain.failures import Code, Failure
from commands.domain.history import BOT, ERP, person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import (
    Absent,
    Accepted,
    Confirmed,
    Deferred,
    Found,
    LeaseRanOut,
    OutcomeUnknown,
    Refusal,
    Refused,
    RetryAsked,
    State,
    Synced,
    on,
)
from commands.ports import (
    Applied,
    LostRace,
    Settlement,
)
from store.columns import storable
from tests.store.making import (
    DANA,
    DOWN,
    INACTIVE,
    LEASE,
    NORTH,
    NOW,
    PACE,
    SECOND,
    accept_all,
    attempt,
    claim_all,
    loaded,
    queue,
    settle,
)


async def test_an_answer_is_settled_and_told(store: stores.Store) -> None:
    await queue(store, [1])
    [order] = await accept_all(store)
    stored = (await loaded(store)).standing
    assert (stored.state, stored.reference, stored.synced) == (State.SYNCED, "SO-1", Synced.AUTO)
    history = await store.queries.history(NORTH, OrderId("1"))
    assert [line.what for line in history] == ["received", "claimed", "accepted"]
    assert history[-1].attempt == attempt(order)
    assert history[-1].reference == "SO-1"


async def test_an_answer_after_its_lease_is_evidence(store: stores.Store) -> None:
    await queue(store, [1])
    [order] = await claim_all(store)
    late = NOW + LEASE + SECOND
    assert await store.ledger.sweep(NORTH, PACE, late) == 1
    assert (await loaded(store)).standing.state is State.UNKNOWN
    event = Accepted(attempt(order), "SO-9", confirmed=True, look_at=late)
    [verdict] = await store.ledger.settle(NORTH, [Settlement(order, event)], BOT, late)
    assert isinstance(verdict, Applied)
    assert (verdict.after.state, verdict.after.synced) == (State.SYNCED, Synced.FOUND)
    history = await store.queries.history(NORTH, OrderId("1"))
    assert [line.what for line in history][-2:] == ["lease_ran_out", "late_answer"]


async def test_a_second_number_of_a_late_answer_raises_duplicate(store: stores.Store) -> None:
    await queue(store, [1])
    [order] = await claim_all(store)
    await store.ledger.apply(NORTH, OrderId("1"), Confirmed("SO-1"), ERP, NOW)
    event = Accepted(attempt(order), "SO-2", confirmed=True, look_at=NOW)
    [verdict] = await store.ledger.settle(NORTH, [Settlement(order, event)], BOT, NOW)
    assert isinstance(verdict, Applied)
    assert verdict.after.failure
    assert verdict.after.failure.references == ("SO-1", "SO-2")


async def test_a_late_refusal_is_written_down_and_moves_nothing(store: stores.Store) -> None:
    await queue(store, [1])
    [order] = await claim_all(store)
    late = NOW + LEASE + SECOND
    await store.ledger.sweep(NORTH, PACE, late)
    event = Refused(attempt(order), INACTIVE)
    [verdict] = await store.ledger.settle(NORTH, [Settlement(order, event)], BOT, late)
    assert isinstance(verdict, Refusal)
    [*_, last] = await store.queries.history(NORTH, OrderId("1"))
    assert (last.what, last.refused) == ("refused", "other_attempt")
    assert last.code is INACTIVE.code


async def test_an_absence_seen_before_the_order_moved_on_proves_nothing(
    store: stores.Store,
) -> None:
    await queue(store, [1])
    [order] = await claim_all(store)
    silence = OutcomeUnknown(attempt(order), DOWN, NOW)
    await store.ledger.settle(NORTH, [Settlement(order, silence)], BOT, NOW)
    [looked] = await store.ledger.claim_lookups(NORTH, 10, LEASE, NOW)
    assert await store.ledger.claim_lookups(NORTH, 10, LEASE, NOW) == []
    await store.ledger.apply(NORTH, OrderId("1"), RetryAsked(DANA), person(DANA), NOW)
    [verdict] = await store.ledger.settle(NORTH, [Settlement(looked, Absent(NOW))], BOT, NOW)
    assert isinstance(verdict, LostRace)
    assert (await loaded(store)).standing.absences == 0


async def test_a_lookup_waits_for_its_settle_delay(store: stores.Store) -> None:
    await queue(store, [1])
    [order] = await claim_all(store)
    silence = OutcomeUnknown(attempt(order), DOWN, NOW + 10 * SECOND)
    await store.ledger.settle(NORTH, [Settlement(order, silence)], BOT, NOW)
    await store.ledger.hurry_lookup(NORTH, OrderId("1"), NOW)
    assert await store.ledger.claim_lookups(NORTH, 10, LEASE, NOW + 9 * SECOND) == []
    assert len(await store.ledger.claim_lookups(NORTH, 10, LEASE, NOW + 10 * SECOND)) == 1


async def test_a_batch_of_many_settles_together(store: stores.Store) -> None:
    await queue(store, range(1, 301))
    claimed = await claim_all(store)
    verdicts = await store.ledger.settle(
        NORTH, [Settlement(one, Refused(attempt(one), INACTIVE)) for one in claimed], BOT, NOW
    )
    assert [one.after.version for one in verdicts if isinstance(one, Applied)] == [2] * 300
    assert (await store.queries.summary(NORTH, NOW)).states == {
        State.QUEUED: 0,
        State.SENDING: 0,
        State.FAILED: 300,
    }


async def test_an_order_that_a_late_answer_settles_is_not_claimed_beside_it(
    store: stores.Store,
) -> None:
    await queue(store, [1, 2])
    claimed = await claim_all(store)
    waits = [Deferred(attempt(one), DOWN, NOW, timedelta(hours=1)) for one in claimed]
    await settle(store, list(zip(claimed, waits, strict=True)))
    answer = Accepted(attempt(claimed[0]), "SO-1", confirmed=True, look_at=NOW)
    late = [Settlement(claimed[0], answer)]
    again = await store.ledger.settle_and_claim(NORTH, late, BOT, 10, LEASE, NOW)
    assert [one.id for one in again] == [claimed[1].id]
    stored = await store.ledger.load(NORTH, claimed[0].id)
    assert stored is not None
    assert (stored.standing.state, stored.standing.synced) == (State.SYNCED, Synced.FOUND)


async def test_a_lease_that_ran_out_is_as_the_table_says(store: stores.Store) -> None:
    await queue(store, [1])
    [order] = await claim_all(store)
    late = NOW + LEASE + SECOND
    await store.ledger.sweep(NORTH, PACE, late)
    expected = on(order.standing, LeaseRanOut(late + PACE.settle), late)
    assert (await loaded(store)).standing == expected


async def test_two_answers_about_one_order_in_one_batch_both_count(store: stores.Store) -> None:
    """A frozen worker's late answer and the look-up of the same order are stored together."""
    await queue(store, [1])
    [order] = await claim_all(store)
    late = NOW + LEASE + SECOND
    assert await store.ledger.sweep(NORTH, PACE, late) == 1
    later = late + PACE.settle
    [looked] = await store.ledger.claim_lookups(NORTH, 1, LEASE, later)
    found = Settlement(looked, Found("SO-1", confirmed=True, look_at=later))
    answer = Settlement(order, Accepted(attempt(order), "SO-1", confirmed=True, look_at=later))
    verdicts = await store.ledger.settle(NORTH, [found, answer], BOT, later)
    assert isinstance(verdicts[0], Applied)
    assert isinstance(verdicts[1], Refusal)
    stored = (await loaded(store)).standing
    assert (stored.state, stored.reference) == (State.SYNCED, "SO-1")


AWKWARD = (
    'A "quoted" \\back\\slash',
    "one\nline\r\nand\tanother",
    "注文 \U0001f6d2 \u202eright to left",
    "$[0] {} [] null ' -- :rows %s",
    "NUL \0 and a lone \ud800",
)
"""What goes into one parameter comes out of it as it was, or as any database can hold it."""


async def test_words_of_any_kind_come_back_as_they_went(store: stores.Store) -> None:
    await queue(store, list(range(1, len(AWKWARD) + 1)))
    claimed = await claim_all(store)
    at = NOW + timedelta(microseconds=123457)
    answers = [
        Refused(attempt(one), Failure(Code.REJECTED, words))
        for one, words in zip(claimed, AWKWARD, strict=True)
    ]
    pairs = [Settlement(*pair) for pair in zip(claimed, answers, strict=True)]
    await store.ledger.settle(NORTH, pairs, BOT, at)
    for one, words in zip(claimed, AWKWARD, strict=True):
        stored = await store.ledger.load(NORTH, one.id)
        assert stored is not None
        assert stored.standing.failure is not None
        assert stored.standing.failure.message == storable(words)
        line = (await store.queries.history(NORTH, one.id))[-1]
        assert (line.message, line.at) == (storable(words), at)
