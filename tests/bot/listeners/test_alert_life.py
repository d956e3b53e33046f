"""The life of an alert in its channel: reminded of, put aside, taken over, grown, ended; and clicks
that come too late.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from commands.domain.alerts import Alert
from commands.domain.grouping import Trouble
from commands.domain.history import person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import RetryAsked, State
from tests.bot.listeners.test_messenger import deliver, refused, stored
from tests.bot.listeners.town import ADA, DANA, ELI, ORDERS, Town, buttons, controls, said, town
from tests.commands.works import KEY, order

pytestmark = pytest.mark.usefixtures("dana_may")

Json = dict[str, Any]
HOUR = timedelta(hours=1)
REPEAT = 4 * HOUR


async def cards(place: Town) -> list[Json]:
    """What stands in the channel itself, oldest first; no replies of threads."""
    return [one for one in await stored(place) if not _reply(one) and not one["seen_only_by"]]


async def replies(place: Town, card: Json) -> list[Json]:
    return [one for one in await stored(place) if _reply(one) and one["thread_ts"] == card["ts"]]


async def aloud(place: Town) -> list[str]:
    """What was told aloud, from threads."""
    return [one["text"] for one in await stored(place) if one.get("subtype") == "thread_broadcast"]


def _reply(message: Json) -> bool:
    return bool(message.get("thread_ts", message["ts"]) != message["ts"])


def links(shown: object) -> list[str]:
    """Every link in it."""
    if isinstance(shown, dict):
        here = [shown["url"]] if shown.get("type") == "link" else []
        return here + [found for inner in shown.values() for found in links(inner)]
    if isinstance(shown, list):
        return [found for inner in shown for found in links(inner)]
    return []


def leads_to(card: Json) -> str:
    return f"/archives/{ORDERS}/p{card['ts'].replace('.', '')}"


async def the_alert(place: Town) -> Alert:
    [alert] = await place.shop.desk.alerts.open(KEY)
    return alert


async def until_cards(place: Town, number: int) -> list[Json]:
    """Deliver until so many cards stand there; all of them."""

    async def told() -> list[Json] | None:
        found = await cards(place)
        return found if len(found) == number else None

    await deliver(place, told)
    found: list[Json] = await place.until(told)
    return found


async def settle(place: Town) -> None:
    """Deliver until nothing is left to be said at this moment."""
    for _ in range(4):
        await place.crier.deliver()
        place.shop.clock.ahead += timedelta(seconds=3)


async def choose(place: Town, who: str, label: str, channel: str = ORDERS) -> Json:
    """An option of the menu of the latest message that has it."""
    for message in reversed(await place.messages(who, channel)):
        for block, element in controls(message["blocks"]):
            for option in element.get("options", ()):
                if option["text"]["text"] == label:
                    container = {"type": "message", "channel": channel, "ts": message["ts"]}
                    at = {"block_id": block["block_id"], "action_id": element["action_id"]}
                    value = option["value"]
                    return await place.do("action", who, container=container, value=value, **at)
    raise AssertionError(f"{who} sees no {label!r}")


# --- posted anew ---------------------------------------------------------------------------------


async def test_a_reminder_is_a_new_card_and_the_old_one_leads_to_it(slow: Town) -> None:
    await refused(slow, 1, 2)
    [first] = await until_cards(slow, 1)
    slow.shop.clock.ahead += REPEAT
    await until_cards(slow, 2)
    await settle(slow)
    old, new = await cards(slow)
    assert old["ts"] == first["ts"]
    assert "goes on in a newer message" in old["text"]
    assert leads_to(new) in links(old["blocks"])[0]
    assert buttons(old) == []
    assert "Failed: 2 orders" in said(new)
    assert leads_to(old) in links(new["blocks"])[0]
    assert "Retry all" in buttons(new)


async def test_what_is_done_afterwards_stands_in_the_new_thread(slow: Town) -> None:
    await refused(slow, 1, 2)
    [first] = await until_cards(slow, 1)
    await slow.press(DANA, "I have it")
    await slow.until_private(DANA, "You have it")
    await settle(slow)
    slow.shop.clock.ahead += REPEAT
    _, new = await until_cards(slow, 2)
    assert "has it" in said(new)
    await choose(slow, DANA, "Snooze for 1 hour")
    await slow.until_private(DANA, "Put aside until")
    await settle(slow)
    assert [one["text"] for one in await replies(slow, first)] == ["Looks after this"]
    assert [one["text"] for one in await replies(slow, new)] == ["Put this aside"]


async def test_a_failure_on_a_later_day_is_a_new_card(tmp_path: Path) -> None:
    async with town(tmp_path, crying=False) as place:
        await refused(place, 1)
        await until_cards(place, 1)
        own = place.shop.desk.distributor
        now = place.shop.clock.now().astimezone(own.zone)
        tomorrow = now.replace(hour=0, minute=5) + timedelta(days=1)
        # No reminder comes in between: somebody has put it aside.
        alert = await the_alert(place)
        await place.shop.desk.alerts.snooze(KEY, alert.id, DANA, now, until=now)
        place.shop.clock.ahead += tomorrow - now
        await refused(place, 2)
        _, new = await until_cards(place, 2)
        assert "2 orders" in said(new)


async def test_a_deleted_message_of_what_is_still_open_is_posted_anew_without_a_dead_link(
    slow: Town,
) -> None:
    await refused(slow, 1)
    [first] = await until_cards(slow, 1)
    await slow.slack.web.client.chat_delete(channel=ORDERS, ts=first["ts"])
    await refused(slow, 2)
    [second] = await until_cards(slow, 1)
    assert second["ts"] != first["ts"]
    await settle(slow)
    assert links((await cards(slow))[0]["blocks"]) == []


async def test_a_deleted_message_of_what_is_solved_stays_deleted(slow: Town) -> None:
    await refused(slow, 1)
    [first] = await until_cards(slow, 1)
    await slow.slack.web.client.chat_delete(channel=ORDERS, ts=first["ts"])
    await mended(slow, 1)
    await settle(slow)
    assert await cards(slow) == []
    assert await slow.shop.desk.alerts.open(KEY) == []


async def mended(place: Town, *numbers: int) -> None:
    """The item is sold again, and Dana has retried."""
    place.shop.gateway.catalogue.set_item("NW-024", active=True)
    for number in numbers:
        await place.type(DANA, f"/orders retry {number}")
        await place.shop.until(number, State.SYNCED)


# --- put aside -----------------------------------------------------------------------------------


async def test_put_aside_it_shows_until_when_and_by_whom_and_comes_back(slow: Town) -> None:
    await refused(slow, 1, 2)
    await until_cards(slow, 1)
    await choose(slow, DANA, "Snooze for 4 hours")
    await slow.until_private(DANA, "no reminders meanwhile")
    await settle(slow)
    [card] = await cards(slow)
    assert "snoozed until" in said(card)
    assert DANA in said(card)
    slow.shop.clock.ahead += 3 * HOUR
    await settle(slow)
    assert len(await cards(slow)) == 1
    slow.shop.clock.ahead += HOUR
    _, back = await until_cards(slow, 2)
    assert "snoozed" not in said(back)


async def test_an_order_due_today_breaks_it(slow: Town) -> None:
    await refused(slow, 1)
    await until_cards(slow, 1)
    await choose(slow, DANA, "Snooze for 4 hours")
    await slow.until_private(DANA, "no reminders meanwhile")
    await settle(slow)
    await due_today(slow, 2)
    _, back = await until_cards(slow, 2)
    assert "1 delivers today" in said(back)
    assert "snoozed" not in said(back)


async def due_today(place: Town, number: int) -> None:
    """Another order that fails, to be delivered before this day ends."""
    zone = place.shop.desk.distributor.zone
    if place.shop.clock.now().astimezone(zone).hour == 23:
        place.shop.clock.ahead += timedelta(hours=2)  # too little is left of this day
    now = place.shop.clock.now().astimezone(zone)
    late = now.replace(hour=23, minute=58)
    await place.shop.send(replace(order(number, sku="NW-024"), deliver_by=late))
    await place.shop.until(number, State.FAILED)


async def test_a_snooze_can_be_ended_before_its_time(slow: Town) -> None:
    await refused(slow, 1, 2)
    await until_cards(slow, 1)
    await choose(slow, DANA, "Snooze for 1 hour")
    await slow.until_private(DANA, "no reminders meanwhile")
    await settle(slow)
    await choose(slow, DANA, "End the snooze")
    await slow.until_private(DANA, "The snooze is over")
    _, back = await until_cards(slow, 2)
    assert "snoozed" not in said(back)


# --- taken ---------------------------------------------------------------------------------------


async def test_of_two_who_press_at_once_one_has_it_and_the_other_is_told_who(slow: Town) -> None:
    await slow.grant(ELI)
    await refused(slow, 1, 2)
    await until_cards(slow, 1)
    await slow.press(DANA, "I have it")
    await slow.until_private(DANA, "You have it")
    await slow.press(ELI, "I have it")
    told = await slow.until_private(ELI, "has it since")
    assert DANA in told
    assert (await the_alert(slow)).taken_by == DANA
    await slow.press(ELI, "Take it over")
    assert DANA in await slow.until_private(ELI, "You have it")
    assert (await the_alert(slow)).taken_by == ELI


async def test_what_nobody_has_is_told_to_every_admin_once(slow: Town) -> None:
    await refused(slow, 1, 2)
    await until_cards(slow, 1)
    slow.shop.clock.ahead += REPEAT

    async def told() -> list[Json]:
        return [one for one in await slow.dms(ADA) if "Nobody has it" in said(one)]

    await deliver(slow, told)
    slow.shop.clock.ahead += REPEAT
    await settle(slow)
    [message] = await told()
    assert "2 orders are not in the ERP" in said(message)
    assert links(message["blocks"])


async def test_what_somebody_has_is_not_told_to_the_admins(slow: Town) -> None:
    await refused(slow, 1)
    await until_cards(slow, 1)
    await choose(slow, DANA, "I have it")
    await slow.until_private(DANA, "You have it")
    slow.shop.clock.ahead += 2 * REPEAT
    await settle(slow)
    assert [one for one in await slow.dms(ADA) if "Nobody has it" in said(one)] == []


# --- aloud ---------------------------------------------------------------------------------------


async def test_growth_urgency_and_the_end_are_heard_once_each(slow: Town) -> None:
    await refused(slow, 1)
    await until_cards(slow, 1)
    await due_today(slow, 2)
    await settle(slow)
    assert await aloud(slow) == [
        "Due today: 1 of 2 orders that are not in the ERP. 1 delivers today, first truck 23:58."
    ]
    await refused(slow, *range(3, 12))
    await settle(slow)
    await settle(slow)
    assert [one.split(".")[0] for one in (await aloud(slow))[1:]] == [
        "Grown: 11 orders are not in the ERP"
    ]
    slow.shop.gateway.catalogue.set_item("NW-024", active=True)
    await slow.press(DANA, "Retry all")
    for number in range(1, 12):
        await slow.shop.until(number, State.SYNCED)
    await settle(slow)
    await settle(slow)
    assert (await aloud(slow))[2:] == ["Solved: all 11 orders are in the ERP."]
    [card] = await cards(slow)
    assert buttons(card) == []
    assert "11 sent again" in said(card)


async def test_the_end_of_one_order_is_an_edit(slow: Town) -> None:
    await refused(slow, 1)
    await until_cards(slow, 1)
    await mended(slow, 1)
    await settle(slow)
    assert await aloud(slow) == []
    assert "Solved" in said((await cards(slow))[0])


async def test_news_that_is_none_any_more_is_not_told(slow: Town) -> None:
    """Slack is away while an alert grows and ends: what is left to say is its end."""
    await refused(slow, 1)
    await until_cards(slow, 1)
    await slow.control("POST", "faults", kind="down", method="chat.*", count=None)
    await refused(slow, *range(2, 30))
    await settle(slow)
    slow.shop.gateway.catalogue.set_item("NW-024", active=True)
    for number in range(1, 30):
        event, now = RetryAsked(DANA), slow.shop.clock.now()
        await slow.shop.desk.ledger.apply(KEY, OrderId(str(number)), event, person(DANA), now)
    for number in range(1, 30):
        await slow.shop.until(number, State.SYNCED)
    await slow.control("DELETE", "faults")

    async def told() -> bool:
        return len(await aloud(slow)) == 1

    await deliver(slow, told)
    await settle(slow)
    assert await aloud(slow) == ["Solved: all 29 orders are in the ERP."]


# --- a click behind the facts --------------------------------------------------------------------


async def test_retry_all_sends_what_was_shown_and_not_what_joined_since(slow: Town) -> None:
    await refused(slow, 1, 2)
    await until_cards(slow, 1)
    await refused(slow, 3)
    slow.shop.gateway.catalogue.set_item("NW-024", active=True)
    await slow.press(DANA, "Retry all")
    await slow.until_private(DANA, "2 orders go to the ERP again")
    await slow.until_private(DANA, "1 came in later")
    await slow.shop.until(2, State.SYNCED)
    assert (await slow.shop.order(3)).standing.state is State.FAILED


async def test_a_click_on_what_is_solved_says_by_whom_and_when(slow: Town) -> None:
    """The card still shows its buttons: Slack refuses the edit."""
    await slow.grant(ELI)
    await refused(slow, 1, 2)
    await until_cards(slow, 1)
    slow.shop.gateway.catalogue.set_item("NW-024", active=True)
    await slow.press(DANA, "Retry all")
    for number in (1, 2):
        await slow.shop.until(number, State.SYNCED)
    await slow.press(ELI, "Retry all")
    told = await slow.until_private(ELI, "Nothing was sent again")
    assert "2 sent again" in told
    assert DANA in told
    assert slow.shop.posts(1) == 2


async def test_i_have_it_on_a_closed_alert_says_how_it_ended(slow: Town) -> None:
    await refused(slow, 1, 2)
    [card] = await until_cards(slow, 1)
    pressed = next(
        (block["block_id"], element["action_id"])
        for block, element in controls(card["blocks"])
        if element.get("text", {}).get("text") == "I have it"
    )
    await mended(slow, 1, 2)
    alert = await the_alert(slow)
    await slow.shop.desk.alerts.close(alert, slow.shop.clock.now())
    container = {"type": "message", "channel": ORDERS, "ts": card["ts"]}
    await slow.do("action", DANA, container=container, block_id=pressed[0], action_id=pressed[1])
    told = await slow.until_private(DANA, "it was solved at")
    assert "2 sent again" in told


# --- an outage, a trouble ------------------------------------------------------------------------


async def test_an_outage_ends_with_what_is_left_linked(slow: Town) -> None:
    slow.shop.gateway.catalogue.set_item("NW-024", active=False)
    slow.shop.gateway.switch({"down": True})
    await slow.shop.send(order(1), order(2), order(3, sku="NW-024"))

    async def waiting() -> bool:
        listed = await cards(slow)
        return bool(listed) and "3 orders wait" in said(listed[-1])

    await deliver(slow, waiting)
    slow.shop.gateway.switch({"down": False})
    await slow.shop.until(1, State.SYNCED)
    await slow.shop.until(3, State.FAILED)

    async def told() -> list[str]:
        return [one for one in await aloud(slow) if "ERP is back" in one]

    await deliver(slow, told)
    [heard] = await told()
    assert "2 of 3 orders are in. 1 needs you." in heard
    await settle(slow)
    await settle(slow)
    outage, left = await cards(slow)
    assert buttons(outage) == []
    assert "2 went by themselves" in said(outage)
    assert leads_to(left) in links(outage["blocks"])[0]


async def test_a_trouble_of_our_own_is_an_alert_and_solved_when_it_is_over(slow: Town) -> None:
    alerts, now = slow.shop.desk.alerts, slow.shop.clock.now()
    await alerts.trouble(
        KEY, Trouble.REPORT_NOT_SENT, {"day": "2026-11-24", "why": "no route"}, now
    )
    [card] = await until_cards(slow, 1)
    assert "the daily report of 2026-11-24 was not sent" in said(card)
    assert "no route" in said(card)
    assert buttons(card) == ["I have it"]
    await alerts.trouble_over(KEY, Trouble.REPORT_NOT_SENT, now)
    await settle(slow)
    [card] = await cards(slow)
    assert "Solved: the daily report was sent" in said(card)
    assert await alerts.open(KEY) == []
