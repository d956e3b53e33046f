"""Alerts are written with the changes that cause them, and their messages count what is."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

import store as stores
from commands.domain.alerts import Alert, AlertPicture, Mention, MentionKind, Moved
from commands.domain.documents import Line
from commands.domain.failures import Code, Failure, Subject, SubjectKind
from commands.domain.grouping import Cause, CauseKind
from commands.domain.history import BOT, person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import (
    Accepted,
    HoldAsked,
    LookupFailed,
    Marked,
    OutcomeUnknown,
    ReopenAsked,
)
from commands.ports import Posted, Settlement
from store.alert_book import AlertBook, bump
from tests.store.making import (
    DANA,
    DOWN,
    EMIL,
    HOUR,
    INACTIVE,
    MINUTE,
    NORTH,
    NOW,
    PACE,
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

CREDIT = Failure(Code.CREDIT_HOLD, "over the limit", Subject(SubjectKind.ACCOUNT, "VINET"))


async def the_alert(store: stores.Store) -> Alert:
    [alert] = await store.alerts.open(NORTH)
    return alert


async def picture(store: stores.Store, alert: Alert) -> AlertPicture:
    return await store.alerts.picture(NORTH, alert, NOW)


async def show(store: stores.Store, alert: Alert) -> Alert:
    seen = (await picture(store, alert)).seen
    await store.alerts.shown(alert, shown(seen))
    found = await store.alerts.load(NORTH, alert.id)
    assert found
    return found


async def test_refused_orders_share_one_alert(store: stores.Store) -> None:
    await queue(store, range(1, 268))
    assert await store.alerts.due(NORTH, NOW) == []
    await refuse_all(store)
    [alert] = await store.alerts.due(NORTH, NOW)
    assert alert.cause == Cause.failure(Code.INACTIVE_ITEM)
    drawn = await picture(store, alert)
    assert (drawn.total, drawn.open, drawn.seen) == (267, 267, alert.change)
    assert drawn.subjects[0].orders == 267
    assert drawn.subjects[0].label == "Guaraná Fantástica"
    assert drawn.one is None
    assert (await show(store, alert)).shown == alert.change
    assert await store.alerts.due(NORTH, NOW) == []


async def test_one_order_is_told_whole(store: stores.Store) -> None:
    await queue(store, [1])
    await refuse_all(store, CREDIT)
    drawn = await picture(store, await the_alert(store))
    assert drawn.one is not None
    assert (drawn.one.id, drawn.one.failure) == ("1", CREDIT)
    assert drawn.subjects[0].label == "Vins et alcools Chevalier"


async def test_the_largest_subjects_come_first_and_the_rest_is_counted(
    store: stores.Store,
) -> None:
    items = [5, 4, 3, *[1] * 11]
    number = 0
    for item, orders in enumerate(items):
        line = Line(f"NW-{item}", Decimal(1), Decimal(1))
        batch = [document(number + n, lines=(line,)) for n in range(orders)]
        number += orders
        await store.ledger.take_in([incoming(one) for one in batch], NOW)
        subject = Subject(SubjectKind.ITEM, f"NW-{item}")
        await refuse_all(store, replace(INACTIVE, subject=subject))
    drawn = await picture(store, await the_alert(store))
    shown = [(one.subject.value, one.orders) for one in drawn.subjects if one.subject]
    assert shown[:3] == [("NW-0", 5), ("NW-1", 4), ("NW-2", 3)]
    assert len(shown) == 12
    assert drawn.more_subjects == len(items) - 12


async def test_the_message_counts_down_and_names_who(store: stores.Store) -> None:
    await queue(store, range(1, 6))
    await refuse_all(store)
    alert = await show(store, await the_alert(store))
    await store.ledger.apply(NORTH, OrderId("1"), Marked(EMIL), person(EMIL), NOW)
    hold = HoldAsked(DANA, NOW + HOUR)
    await store.ledger.apply(NORTH, OrderId("2"), hold, person(DANA), NOW)
    await store.ledger.retry_alert(NORTH, alert.id, person(DANA), NOW + MINUTE)
    drawn = await picture(store, alert)
    assert (drawn.total, drawn.open, drawn.held, drawn.trying) == (5, 0, 1, 3)
    assert (drawn.settled.keyed_in, drawn.settled.hands, drawn.asked_by) == (1, (EMIL,), (DANA,))
    await accept_all(store, NOW + MINUTE)
    drawn = await picture(store, alert)
    assert (drawn.trying, drawn.settled.auto, drawn.over) == (0, 3, False)
    assert (drawn.settled.retried, drawn.settled.people) == (3, (DANA,))
    assert [one.id for one in await store.alerts.due(NORTH, NOW)] == [alert.id]


async def test_an_alert_that_changed_since_it_was_drawn_is_not_closed(
    store: stores.Store,
) -> None:
    await queue(store, [1])
    await refuse_all(store)
    alert = await show(store, await the_alert(store))
    await store.ledger.apply(NORTH, OrderId("1"), Marked(EMIL), person(EMIL), NOW)
    over = await picture(store, alert)
    assert over.over
    await store.ledger.apply(NORTH, OrderId("1"), ReopenAsked(EMIL), person(EMIL), NOW)
    await store.alerts.close(replace(alert, change=over.seen), NOW)
    assert (await the_alert(store)).id == alert.id


async def test_after_the_end_the_same_cause_is_a_new_alert(store: stores.Store) -> None:
    await queue(store, [1])
    await refuse_all(store)
    first = await show(store, await the_alert(store))
    await store.ledger.apply(NORTH, OrderId("1"), Marked(EMIL), person(EMIL), NOW)
    await store.alerts.close(replace(first, change=(await picture(store, first)).seen), NOW)
    assert await store.alerts.open(NORTH) == []
    await queue(store, [2])
    await refuse_all(store)
    second = await the_alert(store)
    assert second.id != first.id
    assert (await picture(store, second)).total == 1


async def test_another_reason_moves_the_order_to_its_alert(store: stores.Store) -> None:
    await queue(store, [1, 2])
    await refuse_all(store)
    first = await show(store, await the_alert(store))
    await store.ledger.retry_alert(NORTH, first.id, person(DANA), NOW)
    await refuse_all(store, CREDIT)
    alerts = {one.cause.code: one for one in await store.alerts.due(NORTH, NOW)}
    assert set(alerts) == {Code.INACTIVE_ITEM, Code.CREDIT_HOLD}
    left = await picture(store, alerts[Code.INACTIVE_ITEM])
    assert (left.over, left.total, left.gone) == (True, 2, 2)
    assert left.moved == (Moved(Cause.failure(Code.CREDIT_HOLD), 2, told=False),)
    assert (await picture(store, alerts[Code.CREDIT_HOLD])).open == 2


async def moved_on(store: stores.Store) -> tuple[Alert, Alert]:
    """An alert that was told of, and the one that all its orders have gone to."""
    await queue(store, [1, 2])
    await refuse_all(store)
    first = await show(store, await the_alert(store))
    await store.ledger.retry_alert(NORTH, first.id, person(DANA), NOW)
    await refuse_all(store, CREDIT)
    [_, second] = await store.alerts.open(NORTH)
    await show(store, first)
    return first, second


@pytest.mark.parametrize("how", ["posted", "never posted"])
async def test_an_alert_waits_for_what_it_is_to_lead_to(store: stores.Store, how: str) -> None:
    first, second = await moved_on(store)
    drawn = await picture(store, first)
    assert (drawn.over, drawn.final) == (True, False)
    due = {one.id for one in await store.alerts.due(NORTH, NOW)}
    assert due == {second.id}
    if how == "posted":
        there = Posted("C1", "2.2", "https://slack/2")
        await store.alerts.shown(second, shown(second.change, message=there, anew=True))
    else:
        for number in ("1", "2"):
            await store.ledger.apply(NORTH, OrderId(number), Marked(EMIL), person(EMIL), NOW)
        changed = await store.alerts.load(NORTH, second.id)
        assert changed
        await store.alerts.close(changed, NOW)
    assert first.id in {one.id for one in await store.alerts.due(NORTH, NOW)}
    drawn = await picture(store, first)
    assert drawn.final
    assert [one.link for one in drawn.moved] == ([there.link] if how == "posted" else [])


async def test_what_moved_on_and_was_settled_there_counts_for_both(store: stores.Store) -> None:
    await queue(store, [1, 2])
    await refuse_all(store)
    first = await show(store, await the_alert(store))
    await store.ledger.retry_alert(NORTH, first.id, person(DANA), NOW)
    await refuse_all(store, CREDIT)
    await store.ledger.apply(NORTH, OrderId("1"), Marked(EMIL), person(EMIL), NOW)
    drawn = await picture(store, first)
    assert (drawn.settled.manual, drawn.gone, drawn.over) == (1, 1, True)


async def test_one_refused_again_is_not_retried_before_it_was_shown(store: stores.Store) -> None:
    await queue(store, [1])
    await refuse_all(store)
    alert = await show(store, await the_alert(store))
    for queued in (1, 0):
        done = await store.ledger.retry_alert(NORTH, alert.id, person(DANA), NOW)
        assert done.queued == queued
        await refuse_all(store)
    await show(store, alert)
    assert (await store.ledger.retry_alert(NORTH, alert.id, person(DANA), NOW)).queued == 1


async def test_today_is_the_distributors_day(store: stores.Store) -> None:
    # Noon in UTC is six in the morning in Chicago, whose day lasts until six in UTC.
    due = {1: -HOUR, 2: 2 * HOUR, 3: 17 * HOUR, 4: 18 * HOUR}
    await store.ledger.take_in(
        [incoming(document(n), NOW, NOW + wait) for n, wait in due.items()], NOW
    )
    await refuse_all(store)
    drawn = await picture(store, await the_alert(store))
    assert (drawn.overdue, drawn.today, drawn.first_today) == (1, 2, NOW + 2 * HOUR)
    assert [one.id for one in drawn.next] == ["2", "3", "4"]


async def test_orders_that_were_due_long_ago_share_the_alert_queued(store: stores.Store) -> None:
    await queue(store, range(1, 4))
    late = NOW + 31 * MINUTE
    assert await store.ledger.sweep(NORTH, PACE, late) == 3
    assert await store.ledger.sweep(NORTH, PACE, late) == 0
    alert = await the_alert(store)
    assert alert.cause == Cause(CauseKind.QUEUED)
    assert (await picture(store, alert)).open == 3
    await claim_all(store, late)
    drawn = await picture(store, alert)
    assert (drawn.open, drawn.trying) == (0, 3)


async def test_unconfirmed_for_too_long_shares_an_alert(store: stores.Store) -> None:
    await queue(store, [1, 2])
    one, two = await claim_all(store)
    taken = Accepted(attempt(one), "SO-1", confirmed=False, look_at=NOW + HOUR)
    silent = OutcomeUnknown(attempt(two), DOWN, NOW + HOUR)
    await store.ledger.settle(NORTH, [Settlement(one, taken), Settlement(two, silent)], BOT, NOW)
    assert await store.ledger.sweep(NORTH, PACE, NOW + 30 * MINUTE) == 2
    alert = await the_alert(store)
    assert alert.cause == Cause(CauseKind.PENDING_VERIFICATION)
    assert (await picture(store, alert)).in_doubt == 2


async def test_what_cannot_be_seen_changes_no_card(store: stores.Store) -> None:
    await queue(store, [1, 2])
    claimed = await claim_all(store)
    silent = [Settlement(one, OutcomeUnknown(attempt(one), DOWN, NOW)) for one in claimed]
    await store.ledger.settle(NORTH, silent, BOT, NOW)
    late = NOW + 30 * MINUTE
    await store.ledger.sweep(NORTH, PACE, late)
    alert = await show(store, await the_alert(store))
    looked = await store.ledger.claim_lookups(NORTH, 10, MINUTE, late + MINUTE)
    failed = [Settlement(one, LookupFailed(late + HOUR)) for one in looked]
    await store.ledger.settle(NORTH, failed, BOT, late)
    assert len(looked) == 2
    assert await store.alerts.due(NORTH, NOW) == []
    await store.ledger.apply(NORTH, OrderId("1"), Marked(EMIL), person(EMIL), late)
    [due] = await store.alerts.due(NORTH, NOW)
    assert due.change == alert.change + 1


async def test_i_have_it(store: stores.Store) -> None:
    await queue(store, [1])
    await refuse_all(store)
    alert = await show(store, await the_alert(store))
    assert not await store.alerts.take(SOUTH, alert.id, DANA, NOW)
    assert await store.alerts.take(NORTH, alert.id, DANA, NOW)
    assert not await store.alerts.take(NORTH, alert.id, DANA, NOW)
    [due] = await store.alerts.due(NORTH, NOW)
    assert (due.taken_by, due.taken_at) == (DANA, NOW)


async def test_lines_wait_until_they_are_said(store: stores.Store) -> None:
    line = Mention(MentionKind.CHOOSE_PEOPLE, {"orders": 3}, to=DANA)
    for _ in range(2):
        await store.alerts.mention(NORTH, line, NOW)
    first, second = await store.alerts.mentions(NORTH, NOW)
    assert first.id
    assert replace(first, id=None, queued_at=None) == line
    await store.alerts.tried(first.id)
    await store.alerts.mentioned(first.id, NOW)
    assert await store.alerts.mentions(NORTH, NOW) == [second]
    assert await store.alerts.mentions(SOUTH, NOW) == []


async def test_an_order_knows_its_alert(store: stores.Store) -> None:
    await queue(store, [1])
    await refuse_all(store)
    alert = await the_alert(store)
    assert (await loaded(store)).alert_id == alert.id
    assert await store.alerts.load(SOUTH, alert.id) is None


async def test_an_alert_is_not_closed_while_an_order_is_about_to_join_it(
    store: stores.Store,
) -> None:
    await queue(store, [1])
    await refuse_all(store)
    alert = await show(store, await the_alert(store))
    async with store.database.writing() as connection:
        book = await AlertBook.read(connection, NORTH)
        closing = asyncio.create_task(store.alerts.close(alert, NOW))
        # It has to wait; where it does not, a moment is plenty.
        await asyncio.wait({closing}, timeout=0.3)
        assert await bump(connection, set(book.open.values())) == {alert.id: alert.change + 1}
    await closing
    assert (await the_alert(store)).id == alert.id


async def test_messages_of_a_channel_are_drawn_anew_for_its_new_readers(
    store: stores.Store,
) -> None:
    await queue(store, [1])
    await refuse_all(store)
    alert = await show(store, await the_alert(store))
    # Somebody comes while it is being drawn: what it then shows is not the last word.
    seen = (await picture(store, alert)).seen
    await store.alerts.redraw(NORTH, "C1", NOW, NOW + MINUTE)
    await store.alerts.redraw(NORTH, "C2", NOW, NOW + HOUR)
    await store.alerts.redraw(SOUTH, "C1", NOW, NOW + HOUR)
    await store.alerts.shown(alert, shown(seen))
    [due] = await store.alerts.due(NORTH, NOW)
    assert (due.id, due.moved_at) == (alert.id, NOW + MINUTE)


async def test_an_alert_that_is_being_posted_is_among_them(store: stores.Store) -> None:
    await queue(store, [1])
    await refuse_all(store)
    alert = await the_alert(store)
    await store.alerts.redraw(NORTH, "C1", NOW, NOW)
    await store.alerts.shown(alert, shown(alert.change))
    assert [one.id for one in await store.alerts.due(NORTH, NOW)] == [alert.id]


async def test_closed_alerts_are_drawn_anew_where_they_are_young_and_stay_closed(
    store: stores.Store,
) -> None:
    await queue(store, [1])
    await refuse_all(store)
    alert = await show(store, await the_alert(store))
    await store.alerts.close(alert, NOW)
    assert await store.alerts.channels(NORTH, NOW) == []
    assert await store.alerts.channels(NORTH, NOW - HOUR) == ["C1"]
    await store.alerts.redraw(NORTH, "C1", NOW, NOW)
    assert await store.alerts.due(NORTH, NOW) == []
    await store.alerts.redraw(NORTH, "C1", NOW - HOUR, NOW)
    [due] = await store.alerts.due(NORTH, NOW)
    again = await show(store, due)
    assert again.closed_at == NOW
    assert await store.alerts.due(NORTH, NOW) == []
