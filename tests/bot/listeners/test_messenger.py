"""Alerts in Slack: once, edited in place, at its pace; counts alone where outsiders read."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.first_admins import appoint
from commands.domain.lifecycle import State
from tests.bot.listeners.town import ADA, DANA, GUS, ORDERS, Town, buttons, said, town
from tests.commands.works import order

Json = dict[str, Any]
NAME = "Vins et alcools Chevalier"


async def refused(place: Town, *numbers: int) -> None:
    place.shop.gateway.catalogue.set_item("NW-024", active=False)
    await place.shop.send(*(order(number, sku="NW-024") for number in numbers))
    for number in numbers:
        await place.shop.until(number, State.FAILED)


async def stored(place: Town, channel: str = ORDERS) -> list[Json]:
    answer = await place.control("GET", f"channels/{channel}/messages")
    listed: list[Json] = answer["messages"]
    return listed


async def deliver(place: Town, until: Callable[[], Awaitable[object]]) -> None:
    """Let the crier try, and time pass, until it is so."""

    async def told() -> object:
        await place.crier.deliver()
        place.shop.clock.ahead += timedelta(seconds=10)
        return await until()

    await place.until(told)


async def posted(place: Town) -> bool:
    return bool(await stored(place))


async def test_an_alert_is_posted_once_and_edited_afterwards(slow: Town) -> None:
    await refused(slow, 1)
    await deliver(slow, lambda: posted(slow))
    await refused(slow, 2, 3)

    async def three() -> bool:
        return "3 orders" in said((await stored(slow))[0])

    await deliver(slow, three)
    (card,) = await stored(slow)
    assert card["metadata"]["event_type"] == "orderwatch_alert"
    call = slow.calls("chat.postMessage")[0]["args"]
    assert call["unfurl_links"] in {False, "0", "false"}
    assert call["unfurl_media"] in {False, "0", "false"}


@pytest.mark.parametrize("fault", ["cut_after", "down", "unavailable", "broken", "ratelimited"])
async def test_a_post_whose_answer_is_lost_is_not_posted_twice(slow: Town, fault: str) -> None:
    await refused(slow, 1)
    await slow.control("POST", "faults", kind=fault, method="chat.postMessage")
    alert = (await slow.shop.desk.alerts.due(slow.shop.desk.distributor.key, now(slow)))[0]

    async def shown() -> bool:
        found = await slow.shop.desk.alerts.load(alert.distributor, alert.id)
        return bool(found and found.ts)

    await deliver(slow, shown)
    assert len(await stored(slow)) == 1
    assert len(slow.calls("chat.postMessage")) == (1 if fault == "cut_after" else 2)


def now(place: Town) -> Any:
    return place.shop.clock.now()


async def test_a_process_that_died_after_posting_does_not_post_again(tmp_path: Path) -> None:
    async with town(tmp_path, crying=False) as place:
        await refused(place, 1)
        key = place.shop.desk.distributor.key
        alert = (await place.shop.desk.alerts.due(key, now(place)))[0]
        picture = await place.shop.desk.alerts.picture(key, alert, now(place))
        await place.messenger.show(alert, picture)
        # Died before the row was written: another process begins, later than the alert.
        place.shop.clock.ahead += timedelta(minutes=1)

        await place.another_messenger().show(alert, picture)
        assert len(await stored(place)) == 1


async def test_a_message_that_was_deleted_is_posted_anew(slow: Town) -> None:
    await refused(slow, 1)
    await deliver(slow, lambda: posted(slow))
    ts = (await stored(slow))[0]["ts"]
    await slow.slack.web.client.chat_delete(channel=ORDERS, ts=ts)
    await refused(slow, 2)

    async def anew() -> bool:
        return any(one["ts"] != ts and "2 orders" in said(one) for one in await stored(slow))

    await deliver(slow, anew)


@pytest.mark.parametrize("trouble", ["archived", "removed"])
async def test_a_channel_that_is_closed_is_told_to_the_admins_directly(
    slow: Town, trouble: str
) -> None:
    if trouble == "archived":
        await slow.control("PATCH", f"channels/{ORDERS}", is_archived=True)
    else:
        await slow.control("DELETE", f"channels/{ORDERS}/members/{slow.box.bot_user}")
    await refused(slow, 1)

    async def told() -> list[Json]:
        return [one for one in await slow.dms(ADA) if "alert channel needs you" in said(one)]

    await deliver(slow, told)
    assert await stored(slow) == [] or NAME not in str(await stored(slow))


@pytest.mark.parametrize("how", ["guest", "shared"])
async def test_where_outsiders_read_only_counts_are_posted(slow: Town, how: str) -> None:
    if how == "guest":
        await slow.control("POST", f"channels/{ORDERS}/members", user=GUS)
    else:
        await slow.control("POST", f"channels/{ORDERS}/share", team="T000000009")
    await refused(slow, 1)

    async def told() -> list[Json]:
        return [one for one in await slow.dms(ADA) if "only counts" in said(one)]

    await deliver(slow, told)
    ours = [one for one in await stored(slow) if one.get("bot_id")]
    assert len(ours) == 1
    assert NAME not in str(ours)
    assert "VINET" not in str(ours)
    assert buttons(ours[0]) == []
    assert len(await told()) == 1


async def test_while_slack_is_down_nothing_is_lost(slow: Town) -> None:
    await slow.control("POST", "faults", kind="down", method="*", count=None)
    await refused(slow, 1)
    for _ in range(3):
        await slow.crier.deliver()
        slow.shop.clock.ahead += timedelta(seconds=10)
    await slow.control("DELETE", "faults")
    await deliver(slow, lambda: posted(slow))
    assert len(await stored(slow)) == 1


async def test_retry_after_is_obeyed(slow: Town) -> None:
    await refused(slow, 1)
    await slow.control(
        "POST", "faults", kind="ratelimited", method="chat.postMessage", retry_after=60
    )
    await slow.crier.deliver()
    calls = len(slow.calls("chat.postMessage"))
    slow.shop.clock.ahead += timedelta(seconds=30)
    await slow.crier.deliver()
    assert len(slow.calls("chat.postMessage")) == calls
    slow.shop.clock.ahead += timedelta(seconds=35)
    await slow.crier.deliver()
    assert await posted(slow)


async def test_a_misdrawn_card_is_at_least_its_sentence(slow: Town) -> None:
    await refused(slow, 1)
    await slow.control(
        "POST", "faults", kind="refused", method="chat.postMessage", error="invalid_blocks"
    )
    await deliver(slow, lambda: posted(slow))
    (card,) = await stored(slow)
    assert not card.get("blocks")
    assert "1" in card["text"]


async def test_nobody_but_members_gets_a_direct_message(slow: Town) -> None:
    await slow.control("PATCH", f"people/{ADA}", deleted=True)
    await slow.control("DELETE", f"channels/{ORDERS}/members/{slow.box.bot_user}")
    await refused(slow, 1)
    for _ in range(3):
        await slow.crier.deliver()
        slow.shop.clock.ahead += timedelta(seconds=10)
    assert slow.calls("conversations.open") == []


async def _demote(place: Town) -> None:
    """As before anybody was appointed."""
    database = place.shop.desk.ledger._database  # type: ignore[attr-defined]
    async with database.writing() as connection:
        await connection.exec_driver_sql("DELETE FROM people")


async def test_on_the_first_day_the_admins_are_asked_once_to_choose(sockets: Town) -> None:
    desk = sockets.shop.desk
    await _demote(sockets)
    await appoint(desk, sockets.front.identity)
    await appoint(desk, sockets.front.identity)

    async def told() -> list[Json]:
        return [one for one in await sockets.dms(ADA) if "choose people" in said(one)]

    await sockets.until(told)
    assert len(await told()) == 1
    dm = await sockets.dm(ADA)
    (message,) = await sockets.messages(ADA, dm)
    for label in buttons(message)[:1]:
        at = next(
            (block["block_id"], element["action_id"])
            for block in message["blocks"]
            for element in block.get("elements", ())
            if element.get("text", {}).get("text") == label
        )
        container = {"type": "message", "channel": dm, "ts": message["ts"]}
        state = {"choose_person": {"choose_person": DANA}}
        await sockets.do(
            "action", ADA, container=container, block_id=at[0], action_id=at[1], state=state
        )

    async def granted() -> bool:
        return bool((await desk.people.actor(desk.distributor.key, DANA)).permissions)

    await sockets.until(granted)
