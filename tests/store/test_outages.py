"""While a connection is broken its orders have one alert; when it works again they count down."""

from dataclasses import replace
from datetime import datetime

import pytest

import store as stores
from commands.domain.alerts import Alert, Moved
from commands.domain.connection import Connection, Line
from commands.domain.failures import Code, Failure
from commands.domain.grouping import Cause, CauseKind
from commands.domain.history import BOT, person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import (
    Deferred,
    Event,
    HoldAsked,
    LookupFailed,
    Marked,
    OutcomeUnknown,
    Refused,
    RetryAsked,
)
from commands.domain.pacing import Told
from commands.ports import Settlement
from store import outages
from tests.store.making import (
    DANA,
    DOWN,
    HOUR,
    INACTIVE,
    LEASE,
    MINUTE,
    NORTH,
    NOW,
    PACE,
    accept_all,
    attempt,
    claim_all,
    queue,
    refuse_all,
    shown,
)

AUTH = Failure(Code.AUTH, "wrong key")


async def turn(
    store: stores.Store, line: Line, failure: Failure | None = None, now: datetime = NOW
) -> Connection:
    before = await store.connections.load(NORTH)
    after = replace(
        before, line=line, failure=failure, version=before.version + 1, since=now, last_asked=now
    )
    assert await store.connections.save(NORTH, before, after, now)
    return after


async def outage(store: stores.Store) -> Alert:
    alerts = await store.alerts.open(NORTH)
    [alert] = [one for one in alerts if one.cause.kind is CauseKind.OUTAGE]
    return alert


async def test_a_connection_is_kept_and_a_lost_race_told(store: stores.Store) -> None:
    assert await store.connections.load(NORTH) == Connection()
    down = await turn(store, Line.DOWN, DOWN)
    assert await store.connections.load(NORTH) == down
    assert not await store.connections.save(NORTH, Connection(), replace(down, version=9), NOW)
    assert await store.connections.load(NORTH) == down


async def test_an_outage_has_one_alert_that_counts_all_who_wait(store: stores.Store) -> None:
    await queue(store, range(1, 11))
    sent = await claim_all(store, limit=1)
    silent = OutcomeUnknown(attempt(sent[0]), DOWN, NOW + HOUR)
    await turn(store, Line.DOWN, DOWN)
    await store.ledger.settle(NORTH, [Settlement(sent[0], silent)], BOT, NOW)
    await queue(store, [11], due_at=NOW + MINUTE)
    hold = HoldAsked(DANA, NOW + HOUR)
    await store.ledger.apply(NORTH, OrderId("2"), hold, person(DANA), NOW)
    alert = await outage(store)
    drawn = await store.alerts.picture(NORTH, alert, NOW)
    assert (drawn.total, drawn.open, drawn.held, drawn.in_doubt) == (10, 9, 1, 1)
    assert (drawn.since, drawn.last_looked, alert.cause.code) == (NOW, NOW, Code.ERP_DOWN)
    await store.ledger.apply(NORTH, OrderId("2"), Marked(DANA), person(DANA), NOW)
    drawn = await store.alerts.picture(NORTH, alert, NOW)
    assert (drawn.total, drawn.held, drawn.settled.manual) == (10, 0, 1)


async def test_what_the_outage_explains_opens_no_alert_of_its_own(store: stores.Store) -> None:
    await queue(store, [1, 2, 3])
    claimed = await claim_all(store)
    await turn(store, Line.DOWN, DOWN)
    events: list[Event] = [
        Deferred(attempt(claimed[0]), DOWN, NOW + HOUR, patience=-MINUTE),
        OutcomeUnknown(attempt(claimed[1]), DOWN, NOW + HOUR),
        Deferred(attempt(claimed[2]), DOWN, NOW + HOUR, patience=20 * MINUTE),
    ]
    pairs = zip(claimed, events, strict=True)
    await store.ledger.settle(NORTH, [Settlement(*pair) for pair in pairs], BOT, NOW)
    assert await store.ledger.sweep(NORTH, PACE, NOW + 40 * MINUTE) == 2
    [alert] = await store.alerts.open(NORTH)
    drawn = await store.alerts.picture(NORTH, alert, NOW)
    assert (drawn.open, drawn.in_doubt) == (3, 1)


async def test_the_first_refusals_of_a_wrong_key_come_along(store: stores.Store) -> None:
    await queue(store, [1, 2])
    await refuse_all(store, AUTH)
    [own] = await store.alerts.open(NORTH)
    await turn(store, Line.STOPPED, AUTH)
    [alert] = await store.alerts.open(NORTH)
    assert (alert.id != own.id, alert.cause.kind) == (True, CauseKind.OUTAGE)
    assert (await store.alerts.picture(NORTH, alert, NOW)).open == 2


async def refused_and_shown(store: stores.Store) -> Alert:
    await queue(store, [1, 2])
    await refuse_all(store)
    [own] = await store.alerts.due(NORTH, NOW)
    await store.alerts.shown(own, shown(own.change))
    return own


async def test_what_is_retried_while_the_erp_is_away_belongs_to_the_outage_alone(
    store: stores.Store,
) -> None:
    own = await refused_and_shown(store)
    await queue(store, [3])
    await turn(store, Line.DOWN, DOWN)
    await store.ledger.apply(NORTH, OrderId("1"), RetryAsked(DANA), person(DANA), NOW)
    await store.ledger.retry_alert(NORTH, own.id, person(DANA), NOW)
    drawn = await store.alerts.picture(NORTH, await outage(store), NOW)
    assert (drawn.total, drawn.open) == (3, 3)
    left = await store.alerts.picture(NORTH, own, NOW)
    assert (left.over, left.moved[0].cause.kind, left.gone) == (True, CauseKind.OUTAGE, 2)
    assert own.id in {one.id for one in await store.alerts.due(NORTH, NOW)}


async def test_what_was_retried_just_before_goes_to_the_outage_too(store: stores.Store) -> None:
    own = await refused_and_shown(store)
    await store.ledger.retry_alert(NORTH, own.id, person(DANA), NOW)
    await turn(store, Line.DOWN, DOWN)
    drawn = await store.alerts.picture(NORTH, await outage(store), NOW)
    assert drawn.open == 2
    assert (await store.alerts.picture(NORTH, own, NOW)).gone == 2


async def test_what_is_unconfirmed_is_the_outages_while_it_lasts(store: stores.Store) -> None:
    await queue(store, [1])
    [one] = await claim_all(store)
    silent = OutcomeUnknown(attempt(one), DOWN, NOW + HOUR)
    await store.ledger.settle(NORTH, [Settlement(one, silent)], BOT, NOW)
    assert await store.ledger.sweep(NORTH, PACE, NOW + HOUR) == 1
    [unconfirmed] = await store.alerts.open(NORTH)
    await store.alerts.shown(unconfirmed, shown(unconfirmed.change))
    await turn(store, Line.DOWN, DOWN, NOW + HOUR)
    assert (await store.alerts.picture(NORTH, unconfirmed, NOW + HOUR)).gone == 1
    drawn = await store.alerts.picture(NORTH, await outage(store), NOW + HOUR)
    assert (drawn.open, drawn.in_doubt) == (1, 1)
    await turn(store, Line.WORKING, now=NOW + HOUR)
    [looked] = await store.ledger.claim_lookups(NORTH, 9, LEASE, NOW + 2 * HOUR)
    await store.ledger.settle(
        NORTH, [Settlement(looked, LookupFailed(NOW + 3 * HOUR))], BOT, NOW + 2 * HOUR
    )
    counts = {
        one.cause.kind: (await store.alerts.picture(NORTH, one, NOW)).open
        for one in await store.alerts.open(NORTH)
    }
    assert counts == {CauseKind.PENDING_VERIFICATION: 1, CauseKind.OUTAGE: 0}


async def test_after_the_outage_its_message_counts_down(store: stores.Store) -> None:
    await queue(store, range(1, 6))
    await turn(store, Line.DOWN, DOWN)
    alert = await outage(store)
    await turn(store, Line.WORKING)
    drawn = await store.alerts.picture(NORTH, alert, NOW)
    assert (drawn.total, drawn.open, drawn.trying, drawn.over) == (5, 0, 5, False)
    await queue(store, [6])
    await accept_all(store)
    drawn = await store.alerts.picture(NORTH, alert, NOW)
    assert (drawn.total, drawn.settled.auto, drawn.over) == (5, 5, True)


async def test_who_waited_is_stamped_some_at_a_time(
    store: stores.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outages, "AT_ONCE", 2)
    await queue(store, range(1, 6))
    await turn(store, Line.DOWN, DOWN)
    await turn(store, Line.WORKING)
    drawn = await store.alerts.picture(NORTH, await outage(store), NOW)
    assert (drawn.total, drawn.trying) == (5, 5)


async def test_what_is_left_goes_to_its_own_cause(store: stores.Store) -> None:
    await queue(store, [1, 2])
    await turn(store, Line.DOWN, DOWN)
    await turn(store, Line.WORKING)
    await refuse_all(store, INACTIVE)
    drawn = await store.alerts.picture(NORTH, await outage(store), NOW)
    assert (drawn.total, drawn.over) == (2, True)
    assert drawn.moved == (Moved(Cause.failure(Code.INACTIVE_ITEM), 2, told=False),)
    codes = {one.cause.code for one in await store.alerts.open(NORTH)}
    assert Code.INACTIVE_ITEM in codes


async def test_what_met_a_wrong_key_has_its_own_alert_afterwards(store: stores.Store) -> None:
    await queue(store, [1, 2])
    claimed = await claim_all(store, limit=1)
    await turn(store, Line.STOPPED, AUTH)
    await store.ledger.settle(
        NORTH, [Settlement(claimed[0], Refused(attempt(claimed[0]), AUTH))], BOT, NOW
    )
    await turn(store, Line.WORKING)
    counts = {
        one.cause.kind: (await store.alerts.picture(NORTH, one, NOW)).total
        for one in await store.alerts.open(NORTH)
    }
    assert counts == {CauseKind.OUTAGE: 2, CauseKind.FAILURE: 1}


async def test_nothing_is_called_stuck_while_the_erp_is_away(store: stores.Store) -> None:
    await queue(store, [1])
    await turn(store, Line.DOWN, DOWN)
    assert await store.ledger.sweep(NORTH, PACE, NOW + HOUR) == 0


async def test_a_second_break_goes_on_with_the_same_message(store: stores.Store) -> None:
    await queue(store, [1])
    await turn(store, Line.DOWN, DOWN)
    first = await outage(store)
    await turn(store, Line.WORKING)
    await turn(store, Line.STOPPED, AUTH)
    second = await outage(store)
    assert (second.id, second.cause.code) == (first.id, Code.AUTH)
    assert second.change > first.change
    assert (await store.alerts.picture(NORTH, second, NOW)).open == 1


async def test_where_the_end_was_told_a_second_break_is_worth_a_new_card(
    store: stores.Store,
) -> None:
    await queue(store, [1])
    await turn(store, Line.DOWN, DOWN)
    alert = await outage(store)
    await turn(store, Line.WORKING)
    told = Told(size=1, urgent=False, ended=True)
    await store.alerts.shown(alert, shown(alert.change + 1, told=told))
    await turn(store, Line.DOWN, DOWN)
    again = await outage(store)
    assert (again.id, again.anew, again.ended_told) == (alert.id, True, False)
