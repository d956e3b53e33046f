"""What an alert's message says of an order is gone as soon as others can read it, whatever happens
at that moment.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.audience import Audience, NotKnown, OurOwn
from bot.hush import LEFT_OUT
from bot.onlookers import REMEMBERED, Onlookers
from commands.alert import Crier
from commands.domain.lifecycle import State
from commands.domain.people import Standing
from sandbox.slack.faults import Fault
from store.profiles import Profile
from tests.bot.listeners.test_messenger import NAME, deliver, posted, refused, stored
from tests.bot.listeners.town import DANA, GUS, ORDERS, Town
from tests.commands.works import KEY

Json = dict[str, Any]


@dataclass(slots=True)
class Another:
    """Another process before the same database, which Slack tells nothing."""

    crier: Crier
    onlookers: Onlookers


def another(place: Town) -> Another:
    desk = place.shop.desk
    audience = Audience(place.slack.web, place.front.identity, place.shop.clock)
    return Another(Crier(desk, place.another_messenger(audience)), Onlookers(desk, audience))


def deaf(place: Town) -> None:
    """No event is heard from now on: as if the bot were down."""
    place.front.audience._hears.clear()


async def guest_comes(place: Town) -> None:
    await place.control("POST", f"channels/{ORDERS}/members", user=GUS)


async def card_posted(place: Town, *numbers: int) -> None:
    await refused(place, *numbers)
    await deliver(place, lambda: posted(place))
    assert NAME in str(await stored(place))


async def ours(place: Town) -> str:
    """All that the bot says there to everybody, lines in threads included."""
    return str([one for one in await stored(place) if one.get("metadata")])


async def until_counts(place: Town, crier: Crier | None = None) -> None:
    """Wait until nothing of the order is to be read, while the crier works."""

    async def counts() -> bool:
        await (crier or place.crier).deliver()
        place.shop.clock.ahead += timedelta(seconds=2)
        return NAME not in await ours(place)

    await place.until(counts)


@pytest.mark.parametrize("how", ["guest", "shared", "member becomes guest"])
async def test_a_channel_that_others_come_to_read_loses_what_it_showed(
    slow: Town, how: str
) -> None:
    await card_posted(slow, 1)
    match how:
        case "guest":
            await guest_comes(slow)
        case "shared":
            await slow.control("POST", f"channels/{ORDERS}/share", team="T000000009")
        case _:
            await slow.control("PATCH", f"people/{DANA}", is_restricted=True)
    await until_counts(slow)


async def test_it_is_shown_again_when_they_have_gone(slow: Town) -> None:
    await card_posted(slow, 1)
    await guest_comes(slow)
    await until_counts(slow)
    await slow.control("DELETE", f"channels/{ORDERS}/members/{GUS}")

    async def whole() -> bool:
        return NAME in await ours(slow)

    await deliver(slow, whole)


async def test_nor_does_it_stay_because_slack_is_busy_in_that_moment(slow: Town) -> None:
    await card_posted(slow, 1)
    await slow.control(
        "POST", "faults", kind="ratelimited", method="conversations.members", retry_after=1
    )
    await guest_comes(slow)
    await until_counts(slow)


async def test_nor_because_slack_refuses_the_edit_again_and_again(slow: Town) -> None:
    await card_posted(slow, 1)
    await slow.control(
        "POST", "faults", kind="ratelimited", method="chat.update", retry_after=1, count=15
    )
    await guest_comes(slow)
    await until_counts(slow)


@pytest.mark.parametrize("edit", ["goes", "is refused at first"])
async def test_who_comes_while_the_card_is_being_posted_does_not_keep_it(
    slow: Town, edit: str
) -> None:
    await refused(slow, 1)
    await slow.control("POST", "faults", kind="slow", method="chat.postMessage", seconds=60)
    turn = slow.front.audience.turn
    posting = asyncio.create_task(slow.crier.deliver())

    async def on_its_way() -> bool:
        return bool(slow.calls("conversations.members"))

    await slow.until(on_its_way)
    await guest_comes(slow)

    async def told() -> bool:
        return slow.front.audience.turn > turn

    await slow.until(told)
    faults = slow.box.slack.api.faults
    faults.clear()
    if edit != "goes":
        faults.ordered.append(Fault("ratelimited", "chat.update"))
    await posting
    if edit == "goes":
        assert NAME not in await ours(slow)
    await until_counts(slow)


async def test_who_came_while_the_bot_was_down_is_seen_at_the_start(slow: Town) -> None:
    await card_posted(slow, 1)
    deaf(slow)
    await guest_comes(slow)
    slow.shop.clock.ahead += timedelta(minutes=1)
    later = another(slow)
    await later.onlookers.look()
    await until_counts(slow, later.crier)


async def test_who_became_a_guest_while_the_bot_was_down_is_seen_too(slow: Town) -> None:
    await card_posted(slow, 1)
    deaf(slow)
    await slow.control("PATCH", f"people/{DANA}", is_restricted=True)
    await slow.front.drain()
    identity = slow.front.identity
    known = Profile(identity.team, DANA, Standing.MEMBER, slow.shop.clock.now())
    await identity.profiles.save(known)
    slow.shop.clock.ahead += timedelta(minutes=1)
    later = another(slow)
    await later.onlookers.look()
    await until_counts(slow, later.crier)


async def test_who_came_without_being_told_of_is_seen_some_minutes_later(slow: Town) -> None:
    await card_posted(slow, 1)
    deaf(slow)
    await guest_comes(slow)
    slow.shop.clock.ahead += timedelta(minutes=6)
    await slow.onlookers.look()
    await until_counts(slow)


async def test_the_process_that_speaks_believes_the_one_that_was_told(slow: Town) -> None:
    speaker = another(slow)
    await refused(slow, 1)

    async def full() -> bool:
        await speaker.crier.deliver()
        slow.shop.clock.ahead += timedelta(seconds=1)
        return NAME in await ours(slow)

    await slow.until(full)
    await guest_comes(slow)
    await until_counts(slow, speaker.crier)


async def closed(place: Town, number: int) -> bool:
    found = await place.shop.order(number)
    assert found.alert_id
    alert = await place.shop.desk.alerts.load(KEY, found.alert_id)
    return bool(alert and alert.closed_at)


async def solved(place: Town) -> None:
    await place.grant(DANA)
    place.shop.gateway.catalogue.set_item("NW-024", active=True)
    await place.press(DANA, "Retry sync")
    await place.shop.until(1, State.SYNCED)
    await deliver(place, lambda: closed(place, 1))
    assert NAME in await ours(place)


async def test_what_was_solved_some_days_ago_loses_the_customers_name_as_well(slow: Town) -> None:
    await card_posted(slow, 1)
    await solved(slow)
    await guest_comes(slow)
    await until_counts(slow)
    assert await closed(slow, 1)
    assert await slow.shop.desk.alerts.due(KEY, slow.shop.clock.now()) == []


async def test_a_solved_card_that_somebody_deleted_does_not_come_back(slow: Town) -> None:
    await card_posted(slow, 1)
    await solved(slow)
    for message in await stored(slow):
        if message.get("metadata"):
            await slow.slack.web.client.chat_delete(channel=ORDERS, ts=message["ts"])
    await guest_comes(slow)

    await slow.until(lambda: slow.shop.desk.alerts.due(KEY, slow.shop.clock.now()))
    await slow.crier.deliver()
    assert await slow.shop.desk.alerts.due(KEY, slow.shop.clock.now()) == []
    assert await ours(slow) == "[]"


async def test_what_was_solved_long_ago_is_left_alone(slow: Town) -> None:
    await card_posted(slow, 1)
    await solved(slow)
    slow.shop.clock.ahead += REMEMBERED + timedelta(hours=1)
    await guest_comes(slow)
    later = another(slow)
    await later.onlookers.look()
    assert await slow.shop.desk.alerts.due(KEY, slow.shop.clock.now()) == []


async def test_lines_in_the_thread_name_no_order_any_more(slow: Town) -> None:
    await card_posted(slow, 8123)
    await slow.grant(DANA)
    await slow.press(DANA, "Key in by hand")

    async def line() -> bool:
        return "keys order 8123 in" in await ours(slow)

    await deliver(slow, line)
    await guest_comes(slow)
    await until_counts(slow)
    said = await ours(slow)
    assert "8123" not in said
    assert LEFT_OUT in said
    edits = len(slow.calls("chat.update"))
    await slow.shop.desk.alerts.redraw(KEY, ORDERS, slow.shop.clock.now(), slow.shop.clock.now())
    await slow.crier.deliver()
    assert len(slow.calls("chat.update")) == edits + 1


async def crowd(place: Town, patch: pytest.MonkeyPatch) -> Audience:
    """Many come that nobody knows; somebody else looks who reads the channel, in small pages."""
    await place.onlookers.look()
    deaf(place)
    patch.setattr("bot.audience.PAGE", 1)
    patch.setattr("bot.audience.LISTED_FROM", 2)
    for number in range(26):
        made = await place.control("POST", "people", kind="member", real_name=f"Kim {number}")
        await place.control("POST", f"channels/{ORDERS}/members", user=made["id"])
    audience = Audience(place.slack.web, place.front.identity, place.shop.clock)
    place.shop.clock.ahead += timedelta(minutes=1)
    place.box.slack.api.log.clear()
    return audience


async def until_known(place: Town, audience: Audience) -> None:
    async def known() -> bool:
        fit = await audience.of(ORDERS)
        place.box.clock.advance(5)
        return isinstance(fit, OurOwn)

    await place.until(known)


async def test_a_list_of_everybody_that_slack_interrupts_is_gone_on_with(
    slow: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    audience = await crowd(slow, monkeypatch)
    await until_known(slow, audience)
    asked = [one["args"].get("cursor") for one in slow.calls("users.list") if not one["error"]]
    assert len(asked) > 10
    assert len(asked) == len(set(asked))
    assert any(one["error"] == "ratelimited" for one in slow.calls("users.list"))


async def test_a_list_whose_place_slack_has_forgotten_begins_anew(
    slow: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    audience = await crowd(slow, monkeypatch)
    assert isinstance(await audience.of(ORDERS), NotKnown)
    assert audience._listing
    await slow.control(
        "POST", "faults", kind="refused", method="users.list", error="invalid_cursor"
    )
    slow.box.clock.advance(60)
    assert isinstance(await audience.of(ORDERS), NotKnown)
    await until_known(slow, audience)
