"""Those with Order Sync Notification: a direct message for each alert, posted once, edited at its
end; each person's own way and pause.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from commands.domain.lifecycle import State
from commands.domain.notices import Choice, Way
from commands.domain.people import Permission
from tests.bot.listeners.test_alert_life import choose, due_today, links, mended, settle
from tests.bot.listeners.test_messenger import deliver, refused
from tests.bot.listeners.town import ADA, DANA, ELI, GUS, OPERATOR, Town, buttons, said, town
from tests.commands.works import KEY, order

Json = dict[str, Any]


@pytest.fixture
async def slow(tmp_path: Path) -> AsyncIterator[Town]:
    """The crier does not run by itself: the test says when. Dana may act and is notified."""
    async with town(tmp_path, crying=False) as found:
        await found.grant(DANA)
        await found.grant(DANA, Permission.NOTIFICATIONS)
        yield found


async def told(place: Town, who: str) -> list[Json]:
    """The notifications in a person's direct messages."""
    return [one for one in await place.dms(who) if _is_notice(one)]


def _is_notice(message: Json) -> bool:
    return bool((message.get("metadata") or {}).get("event_type") == "orderwatch_notice")


async def until_told(place: Town, who: str) -> Json:
    await deliver(place, lambda: told(place, who))
    [message] = await told(place, who)
    return message


async def test_a_notification_is_posted_once_and_edited_at_the_end(slow: Town) -> None:
    await refused(slow, 1, 2)
    message = await until_told(slow, DANA)
    assert "Failed: 2 orders are not in the ERP" in said(message)
    assert "Inactive item" in said(message)
    assert "/archives/" in links(message["blocks"])[0]
    assert buttons(message) == ["Details", "Notifications"]
    await refused(slow, 3)
    await settle(slow)
    assert await told(slow, DANA) == [message]
    await mended(slow, 1, 2, 3)
    await settle(slow)
    await settle(slow)
    [ended] = await told(slow, DANA)
    assert ended["ts"] == message["ts"]
    assert "Solved" in said(ended)
    assert buttons(ended) == []


async def test_only_who_has_the_permission_at_that_moment_is_told(slow: Town) -> None:
    await slow.grant(ELI, Permission.NOTIFICATIONS)
    await refused(slow, 1)
    alert = (await slow.shop.desk.alerts.open(KEY))[0]
    now = slow.shop.clock.now()
    assert await slow.shop.desk.notices.announce(alert, now, mail=False)
    people = slow.shop.desk.people
    await people.set_permission(KEY, ELI, Permission.NOTIFICATIONS, OPERATOR, now, granted=False)
    await until_told(slow, DANA)
    assert await told(slow, ELI) == []
    assert await told(slow, ADA) == []
    assert await slow.shop.desk.notices.waiting(KEY, 9) == []


@pytest.mark.parametrize("kind", ["guest", "deactivated"])
async def test_who_is_no_full_member_any_more_is_told_nothing(slow: Town, kind: str) -> None:
    await slow.grant(GUS, Permission.NOTIFICATIONS)
    if kind == "deactivated":
        await slow.control("PATCH", f"people/{GUS}", is_restricted=False, deleted=True)
    await refused(slow, 1)
    await until_told(slow, DANA)
    await settle(slow)
    assert await slow.shop.desk.notices.waiting(KEY, 9) == []
    ours = [one["args"] for one in slow.calls("conversations.open")]
    assert GUS not in str(ours)


async def test_an_alert_that_was_over_before_it_was_told_notifies_nobody(slow: Town) -> None:
    await refused(slow, 1)
    await mended(slow, 1)
    await settle(slow)
    assert await told(slow, DANA) == []


async def test_where_the_channel_cannot_be_written_to_people_are_notified_all_the_same(
    slow: Town,
) -> None:
    await slow.control("DELETE", f"channels/C000000002/members/{slow.box.bot_user}")
    await refused(slow, 1)
    message = await until_told(slow, DANA)
    assert links(message["blocks"]) == []


@pytest.mark.parametrize("fault", ["cut_after", "down", "ratelimited"])
async def test_it_is_not_posted_twice_whatever_slack_does(slow: Town, fault: str) -> None:
    await refused(slow, 1)

    async def carded() -> bool:
        alert = (await slow.shop.desk.alerts.open(KEY))[0]
        return bool(alert.ts)

    await slow.control(
        "POST", "faults", kind="ratelimited", method="conversations.open", retry_after=5
    )
    await deliver(slow, carded)
    await slow.control("POST", "faults", kind=fault, method="chat.postMessage")
    await until_told(slow, DANA)
    await settle(slow)
    assert len(await told(slow, DANA)) == 1
    assert await slow.shop.desk.notices.waiting(KEY, 9) == []


async def test_a_process_that_died_after_posting_does_not_post_again(slow: Town) -> None:
    await refused(slow, 1)
    alerts, notices = slow.shop.desk.alerts, slow.shop.desk.notices
    alert = (await alerts.open(KEY))[0]
    now = slow.shop.clock.now()
    await notices.announce(alert, now, mail=False)
    [notice] = await notices.waiting(KEY, 9)
    picture = await alerts.picture(KEY, alert, now)
    await slow.messenger.notify(notice, alert, picture)
    slow.shop.clock.ahead += slow.shop.desk.distributor.alerts.repeat_interval
    await slow.another_messenger().notify(notice, alert, picture)
    assert len(await told(slow, DANA)) == 1


# --- each person's own choice --------------------------------------------------------------------


async def choice(place: Town, who: Any = DANA) -> Choice:
    return await place.shop.desk.notices.choice(KEY, who)


async def dm_of(place: Town, who: str) -> str:
    await refused(place, 1)
    await until_told(place, who)
    return await place.dm(who)


async def test_a_person_pauses_in_the_direct_message_itself(slow: Town) -> None:
    dm = await dm_of(slow, DANA)
    await choose(slow, DANA, "Pause until 6:00 in the morning", dm)
    await slow.until_private(DANA, "Your notifications are paused until", dm)
    assert (await choice(slow)).pausing(slow.shop.clock.now())
    slow.shop.gateway.catalogue.set_customer("GONE", active=False)
    await slow.shop.send(order(2, account="GONE"))
    await slow.shop.until(2, State.FAILED)
    await settle(slow)
    assert len(await told(slow, DANA)) == 1


async def test_a_person_chooses_the_way_and_the_pause_in_a_modal(slow: Town) -> None:
    dm = await dm_of(slow, DANA)
    await slow.press(DANA, "Notifications", dm)
    view = await slow.until_view(DANA, "You are told of each alert once")
    assert "E-mail is not set up here" in said(view) or "E-mail is not set up" in str(view)
    await slow.submit(DANA, way="both", pause_for="1h")
    await slow.until_view(DANA, "Your notifications are paused until")
    chosen = await choice(slow)
    assert chosen.way is Way.BOTH
    assert chosen.pausing(slow.shop.clock.now())


async def test_whoever_is_not_notified_has_nothing_to_choose(slow: Town) -> None:
    dm = await dm_of(slow, DANA)
    people, now = slow.shop.desk.people, slow.shop.clock.now()
    await people.set_permission(KEY, DANA, Permission.NOTIFICATIONS, OPERATOR, now, granted=False)
    await slow.press(DANA, "Notifications", dm)
    await slow.until_view(DANA, "You need the permission Order Sync Notification")
    await choose(slow, DANA, "Pause until I resume", dm)
    await slow.until_private(DANA, "You need the permission Order Sync Notification", dm)
    assert await choice(slow) == Choice()


async def test_many_people_do_not_keep_the_channel_waiting(slow: Town) -> None:
    for number in range(12):
        added = await slow.control("POST", "people", real_name=f"Clerk {number}")
        await slow.grant(added["id"], Permission.NOTIFICATIONS)
    await refused(slow, 1)
    await slow.crier.deliver()
    assert len(await slow.shop.desk.notices.waiting(KEY, 99)) >= 8
    await due_today(slow, 2)
    await deliver(slow, lambda: _all_told(slow))
    posts = [one["args"]["channel"] for one in slow.calls("chat.postMessage")]
    assert posts.count("C000000002") >= 1
    assert len([one for one in posts if one.startswith("D")]) == 13


async def _all_told(place: Town) -> bool:
    return not await place.shop.desk.notices.waiting(KEY, 99)
