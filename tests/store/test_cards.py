"""What stands in Slack of an alert, what people did to it, and what its card cannot know."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

import store as stores
from commands.domain.alerts import Alert, AlertPicture, Mention, MentionKind
from commands.domain.connection import Line
from commands.domain.grouping import Cause, CauseKind, Trouble
from commands.domain.pacing import Told
from commands.ports import Posted, Replaced
from tests.store.making import (
    DANA,
    DOWN,
    EMIL,
    HOUR,
    MINUTE,
    NORTH,
    NOW,
    SECOND,
    SOUTH,
    document,
    incoming,
    queue,
    refuse_all,
    shown,
)
from tests.store.test_outages import turn

FIRST, SECOND_CARD = Posted("C1", "1.1"), Posted("C1", "2.2", "https://slack/2")


async def refused(store: stores.Store, *numbers: int) -> Alert:
    await queue(store, numbers or [1])
    await refuse_all(store)
    [alert] = await store.alerts.open(NORTH)
    return alert


async def again(store: stores.Store, alert: Alert) -> Alert:
    found = await store.alerts.load(NORTH, alert.id)
    assert found
    return found


async def posted(store: stores.Store, *numbers: int) -> Alert:
    alert = await refused(store, *numbers)
    assert await store.alerts.shown(alert, shown(alert.change, anew=True))
    return await again(store, alert)


async def test_a_new_card_takes_the_place_of_the_one_before(store: stores.Store) -> None:
    alert = await posted(store)
    assert (alert.posting, alert.posted_at, alert.posted_seen) == (1, NOW, alert.change)
    card = shown(alert.change, NOW + HOUR, message=SECOND_CARD, anew=True, replaces=FIRST)
    assert await store.alerts.shown(alert, card)
    now = await again(store, alert)
    assert (now.posting, now.ts, now.posted_at, now.link) == (
        2,
        "2.2",
        NOW + HOUR,
        SECOND_CARD.link,
    )
    assert await store.alerts.former(now) == [FIRST]
    [left] = await store.alerts.replaced(NORTH)
    assert left == Replaced(left.id, FIRST, SECOND_CARD)
    await store.alerts.retired(left, NOW)
    assert await store.alerts.replaced(NORTH) == []
    assert await store.alerts.former(now) == [FIRST]


async def test_the_next_card_leads_back_to_the_one_before(store: stores.Store) -> None:
    alert = await posted(store)
    await store.alerts.shown(alert, shown(alert.change, message=SECOND_CARD))
    linked = await again(store, alert)
    third = Posted("C1", "3.3", "https://slack/3")
    await store.alerts.shown(
        linked, shown(alert.change, message=third, anew=True, replaces=SECOND_CARD)
    )
    assert (await again(store, alert)).earlier == SECOND_CARD.link


async def test_of_two_processes_one_posts_the_card_and_tells_the_news(store: stores.Store) -> None:
    alert = await posted(store)
    grew = [Mention(MentionKind.GREW, {}, alert_id=alert.id)]
    told = Told(size=30, urgent=True, ended=False)
    card = shown(alert.change, NOW, anew=True, replaces=FIRST, told=told)
    assert await store.alerts.shown(alert, card, grew)
    assert not await store.alerts.shown(alert, card, grew)
    assert not await store.alerts.shown(alert, shown(alert.change - 1), grew)
    assert len(await store.alerts.mentions(NORTH, NOW)) == 1
    now = await again(store, alert)
    assert (now.posting, now.told_size, now.urgent) == (2, 30, True)


async def test_it_is_due_again_when_time_alone_makes_it_wrong(store: stores.Store) -> None:
    alert = await refused(store)
    await store.alerts.shown(alert, shown(alert.change, again_at=NOW + HOUR))
    assert await store.alerts.due(NORTH, NOW + HOUR - SECOND) == []
    assert len(await store.alerts.due(NORTH, NOW + HOUR)) == 1


async def test_former_cards_are_looked_after_where_others_come_to_read(
    store: stores.Store,
) -> None:
    alert = await posted(store)
    elsewhere = Posted("C2", "2.2")
    card = shown(alert.change, message=elsewhere, anew=True, replaces=FIRST)
    await store.alerts.shown(alert, card)
    assert await store.alerts.channels(NORTH, NOW) == ["C1", "C2"]
    await store.alerts.redraw(NORTH, "C1", NOW, NOW + MINUTE)
    assert (await again(store, alert)).moved_at == NOW + MINUTE


# --- taken, put aside ----------------------------------------------------------------------------


async def test_of_two_who_press_at_once_one_has_it(store: stores.Store) -> None:
    alert = await posted(store)
    assert await store.alerts.take(NORTH, alert.id, DANA, NOW)
    assert not await store.alerts.take(NORTH, alert.id, EMIL, NOW)
    assert (await again(store, alert)).taken_by == DANA
    assert await store.alerts.take(NORTH, alert.id, EMIL, NOW, instead_of=DANA)
    assert not await store.alerts.take(NORTH, alert.id, EMIL, NOW, instead_of=DANA)
    assert not await store.alerts.take(NORTH, alert.id, EMIL, NOW, instead_of=EMIL)


async def test_put_aside_until_a_card_is_posted(store: stores.Store) -> None:
    alert = await posted(store)
    assert not await store.alerts.snooze(SOUTH, alert.id, DANA, NOW, until=NOW + HOUR)
    assert await store.alerts.snooze(NORTH, alert.id, DANA, NOW, until=NOW + HOUR)
    aside = await again(store, alert)
    assert aside.snooze is not None
    assert (aside.snooze.by, aside.snooze.until, aside.snooze.seen) == (DANA, NOW + HOUR, 1)
    assert aside.change > alert.change
    later = NOW + MINUTE
    card = shown(aside.change, later, message=SECOND_CARD, anew=True, replaces=FIRST)
    await store.alerts.shown(aside, card)
    back = await again(store, alert)
    assert back.snooze is not None
    assert back.snooze.until == later


async def test_that_nobody_has_it_is_told_once(store: stores.Store) -> None:
    alert = await posted(store)
    call = [Mention(MentionKind.UNATTENDED, {}, to=EMIL, alert_id=alert.id)]
    assert await store.alerts.unattended(alert, call, NOW)
    assert not await store.alerts.unattended(alert, call, NOW)
    assert len(await store.alerts.mentions(NORTH, NOW)) == 1


async def test_that_nobody_has_it_is_not_told_when_somebody_has(store: stores.Store) -> None:
    alert = await posted(store)
    await store.alerts.take(NORTH, alert.id, DANA, NOW)
    assert not await store.alerts.unattended(alert, [], NOW)


# --- what is new ---------------------------------------------------------------------------------


async def come(store: stores.Store, number: int, now: datetime, deliver_at: datetime) -> None:
    await store.ledger.take_in([incoming(document(number), now, deliver_at)], now)
    await refuse_all(store, now=now)


async def drawn(store: stores.Store, alert: Alert, now: datetime) -> AlertPicture:
    return await store.alerts.picture(NORTH, alert, now)


TONIGHT, TOMORROW = NOW + 10 * HOUR, NOW + 24 * HOUR


async def test_an_order_due_today_that_came_after_the_card_is_new(store: stores.Store) -> None:
    await come(store, 1, NOW, TONIGHT)
    [alert] = await store.alerts.open(NORTH)
    assert (await drawn(store, alert, NOW)).new_today == 0
    await store.alerts.shown(alert, shown(alert.change, anew=True))
    assert (await drawn(store, alert, NOW)).new_today == 0
    await come(store, 2, NOW, TOMORROW)
    assert (await drawn(store, alert, NOW)).new_today == 0
    await come(store, 3, NOW, TONIGHT)
    found = await drawn(store, alert, NOW)
    assert (found.today, found.new_today, found.woken) == (2, 1, 0)


async def test_what_comes_while_it_is_put_aside_wakes_it(store: stores.Store) -> None:
    await come(store, 1, NOW, TONIGHT)
    [alert] = await store.alerts.open(NORTH)
    await store.alerts.shown(alert, shown(alert.change, anew=True))
    await come(store, 2, NOW, TONIGHT)
    await store.alerts.snooze(NORTH, alert.id, DANA, NOW, until=NOW + HOUR)
    # The second had come, but the message did not show it yet: nobody put it aside knowingly.
    assert (await drawn(store, alert, NOW)).woken == 1


async def test_what_only_waits_for_the_erp_wakes_it_too(store: stores.Store) -> None:
    await queue(store, [1])
    await turn(store, Line.DOWN, DOWN)
    [alert] = await store.alerts.open(NORTH)
    await store.alerts.shown(alert, shown(alert.change, anew=True))
    await store.alerts.snooze(NORTH, alert.id, DANA, NOW, until=NOW + 9 * HOUR)
    later = NOW + HOUR
    await store.ledger.take_in([incoming(document(2), later, TONIGHT)], later)
    found = await drawn(store, alert, later)
    assert (found.open, found.new_today, found.woken) == (2, 1, 1)


async def test_a_failure_on_a_later_day_is_told_apart(store: stores.Store) -> None:
    alert = await posted(store)
    midnight = NOW + 18 * HOUR
    await come(store, 2, midnight - SECOND, midnight + 99 * HOUR)
    assert (await drawn(store, alert, midnight)).later is None
    await come(store, 3, midnight + HOUR, midnight + 99 * HOUR)
    await come(store, 4, midnight + 2 * HOUR, midnight + 99 * HOUR)
    assert (await drawn(store, alert, midnight + 3 * HOUR)).later == midnight + HOUR


# --- troubles ------------------------------------------------------------------------------------


async def the_trouble(store: stores.Store) -> Alert:
    [found] = await store.alerts.open(NORTH)
    assert found.cause == Cause.of_trouble(Trouble.NO_TICK)
    return found


async def test_a_trouble_is_one_alert_until_it_is_over(store: stores.Store) -> None:
    facts: dict[str, Any] = {"due": NOW.isoformat()}
    for _ in range(2):
        await store.alerts.trouble(NORTH, Trouble.NO_TICK, facts, NOW)
    alert = await the_trouble(store)
    assert (alert.facts, alert.change) == (facts, 1)
    lasting = await drawn(store, alert, NOW)
    assert (lasting.troubled, lasting.over, lasting.needs_somebody) == (True, False, True)
    assert not await store.alerts.trouble_over(SOUTH, Trouble.NO_TICK, NOW)
    assert not await store.alerts.trouble_over(NORTH, Trouble.QUEUE_STANDS, NOW)
    assert await store.alerts.trouble_over(NORTH, Trouble.NO_TICK, NOW + MINUTE)
    assert not await store.alerts.trouble_over(NORTH, Trouble.NO_TICK, NOW + MINUTE)
    over = await the_trouble(store)
    assert (over.ended_at, (await drawn(store, over, NOW)).over) == (NOW + MINUTE, True)


async def test_a_trouble_that_comes_back_goes_on_with_its_alert(store: stores.Store) -> None:
    await store.alerts.trouble(NORTH, Trouble.NO_TICK, {}, NOW)
    await store.alerts.trouble_over(NORTH, Trouble.NO_TICK, NOW)
    alert = await the_trouble(store)
    told = Told(size=0, urgent=False, ended=True)
    await store.alerts.shown(alert, shown(alert.change, anew=True, told=told))
    await store.alerts.trouble(NORTH, Trouble.NO_TICK, {}, NOW)
    back = await the_trouble(store)
    assert (back.id, back.ended_at, back.anew, back.ended_told) == (alert.id, None, True, False)


async def test_a_trouble_is_not_taken_for_an_alert_that_an_outage_has_emptied(
    store: stores.Store,
) -> None:
    await store.alerts.trouble(NORTH, Trouble.NO_TICK, {}, NOW)
    await queue(store, [1])
    await turn(store, Line.DOWN, DOWN)
    kinds = {one.cause.kind for one in await store.alerts.open(NORTH)}
    assert kinds == {CauseKind.TROUBLE, CauseKind.OUTAGE}


@pytest.mark.parametrize("age", [timedelta(0), HOUR])
async def test_signs_are_kept_for_whoever_comes_next(store: stores.Store, age: timedelta) -> None:
    await store.signs.pause(NORTH, "C1", NOW + MINUTE)
    await store.signs.pause(NORTH, "C1", NOW + 2 * MINUTE)
    known = await store.signs.paused(NORTH, NOW + age)
    assert known == ({} if age else {"C1": NOW + 2 * MINUTE})
    assert await store.signs.last_beat(NORTH, "tick") is None
    for moment in (NOW, NOW + age):
        await store.signs.beat(NORTH, "tick", moment)
    assert await store.signs.last_beat(NORTH, "tick") == NOW + age
    assert await store.signs.last_beat(SOUTH, "tick") is None


async def test_another_shows_the_same_alert_later_and_keeps_its_place(store: stores.Store) -> None:
    alert = await posted(store)
    assert await store.alerts.shown(alert, shown(alert.change, NOW + MINUTE))
    found = await again(store, alert)
    assert replace(found, shown_at=NOW, size=0) == replace(alert, size=0)
