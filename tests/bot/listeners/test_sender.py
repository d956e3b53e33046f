"""What leaves for Slack: at its pace, each message once, whoever speaks and whatever goes wrong."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from commands.alert import Crier
from commands.domain.alerts import Mention, MentionKind
from commands.domain.failures import CATALOGUE, Code, Kind
from commands.domain.history import person
from commands.domain.lifecycle import State
from commands.domain.people import Permission
from commands.ports import NotNow
from sandbox.erp.faults import refuse
from tests.bot.listeners.test_alert_life import cards, replies, settle, until_cards
from tests.bot.listeners.test_messenger import deliver, posted, refused, stored
from tests.bot.listeners.town import DANA, ORDERS, Town, said
from tests.commands.works import KEY, order

pytestmark = pytest.mark.usefixtures("dana_may")

Json = dict[str, Any]


def throttled(place: Town) -> list[Json]:
    return [one for one in place.box.slack.api.log if one["error"] == "ratelimited"]


async def test_what_slack_asks_is_obeyed_by_whoever_speaks_next(slow: Town) -> None:
    await refused(slow, 1)
    await slow.control(
        "POST", "faults", kind="ratelimited", method="chat.postMessage", retry_after=60
    )
    await slow.crier.deliver()
    asked = len(slow.calls("chat.postMessage"))
    successor = Crier(slow.shop.desk, slow.another_messenger())
    slow.shop.clock.ahead += timedelta(seconds=30)
    await successor.deliver()
    assert len(slow.calls("chat.postMessage")) == asked
    slow.shop.clock.ahead += timedelta(seconds=35)
    await successor.deliver()
    assert await posted(slow)


async def test_edits_that_slack_refuses_do_not_keep_a_first_card_waiting(slow: Town) -> None:
    await refused(slow, 1)
    await until_cards(slow, 1)
    await slow.control("POST", "faults", kind="ratelimited", method="chat.update", retry_after=60)
    await refused(slow, 2)
    await slow.crier.deliver()
    slow.shop.gateway.catalogue.set_customer("GONE", active=False)
    await slow.shop.send(order(3, account="GONE"))
    await slow.shop.until(3, State.FAILED)
    successor = Crier(slow.shop.desk, slow.another_messenger())
    await deliver(slow, lambda: _two(slow, successor))


async def _two(place: Town, crier: Crier) -> bool:
    await crier.deliver()
    return len(await cards(place)) == 2


async def test_a_lost_reminder_is_found_and_edited_and_not_posted_again(slow: Town) -> None:
    await refused(slow, 1, 2)
    await until_cards(slow, 1)
    slow.shop.clock.ahead += timedelta(hours=4)
    await slow.control("POST", "faults", kind="cut_after", method="chat.postMessage")
    await until_cards(slow, 2)
    await settle(slow)
    old, new = await cards(slow)
    assert "goes on in a newer message" in old["text"]
    assert "Failed: 2 orders" in said(new)
    posts = [one["args"]["channel"] for one in slow.calls("chat.postMessage")]
    assert posts.count(ORDERS) == 2


async def test_a_reminder_of_a_process_that_died_is_found_by_its_successor(slow: Town) -> None:
    await refused(slow, 1, 2)
    await until_cards(slow, 1)
    [alert] = await slow.shop.desk.alerts.open(KEY)
    slow.shop.clock.ahead += timedelta(hours=4)
    picture = await slow.shop.desk.alerts.picture(KEY, alert, slow.shop.clock.now())
    await slow.messenger.show(alert, picture, anew=True)
    slow.shop.clock.ahead += timedelta(minutes=5)
    successor = Crier(slow.shop.desk, slow.another_messenger())
    for _ in range(3):
        await successor.deliver()
        slow.shop.clock.ahead += timedelta(seconds=3)
    old, new = await cards(slow)
    assert "goes on in a newer message" in old["text"]
    assert "Failed: 2 orders" in said(new)


@dataclass
class Forgetful:
    """A port whose method `name` cannot write, the first three times."""

    port: Any
    name: str
    fails: int = 3

    def __getattr__(self, name: str) -> Any:
        if name == self.name and self.fails:
            self.fails -= 1
            return self._fail
        return getattr(self.port, name)

    async def _fail(self, *_: object) -> None:
        raise OSError


def forget(place: Town, port: str, name: str) -> Forgetful:
    """From now on, what the crier posts cannot be written down for a while."""
    desk = place.shop.desk
    forgetful = Forgetful(getattr(desk, port), name)
    instead: Json = {port: forgetful}
    place.crier = Crier(replace(desk, **instead), place.messenger)
    return forgetful


async def until_written(place: Town, forgetful: Forgetful) -> None:
    async def tried() -> bool:
        return not forgetful.fails

    await deliver(place, tried)
    place.shop.clock.ahead += timedelta(seconds=20)
    await settle(place)


@pytest.mark.parametrize("number", [1, 2], ids=["first card", "reminder"])
async def test_a_card_whose_row_cannot_be_written_is_posted_once(slow: Town, number: int) -> None:
    await refused(slow, 1, 2)
    if number > 1:
        await until_cards(slow, 1)
        slow.shop.clock.ahead += timedelta(hours=4)
    await until_written(slow, forget(slow, "alerts", "shown"))
    listed = await cards(slow)
    assert len(listed) == number
    [alert] = await slow.shop.desk.alerts.open(KEY)
    assert (alert.ts, alert.posting) == (listed[-1]["ts"], number)


async def test_a_line_whose_row_cannot_be_written_is_said_once(slow: Town) -> None:
    await refused(slow, 1, 2)
    [card] = await until_cards(slow, 1)
    await slow.press(DANA, "I have it")
    await until_written(slow, forget(slow, "alerts", "mentioned"))
    assert len(await replies(slow, card)) == 1
    assert await slow.shop.desk.alerts.mentions(KEY, slow.shop.clock.now()) == []


async def test_a_notification_whose_row_cannot_be_written_is_posted_once(slow: Town) -> None:
    await slow.grant(DANA, Permission.NOTIFICATIONS)
    await refused(slow, 1, 2)
    await until_written(slow, forget(slow, "notices", "sent"))
    assert len(await slow.dms(DANA)) == 1


async def test_what_was_posted_and_deleted_before_its_row_was_written_is_posted_anew(
    slow: Town,
) -> None:
    await refused(slow, 1, 2)
    forget(slow, "alerts", "shown").fails = 1
    [card] = await until_cards(slow, 1)
    await slow.slack.web.client.chat_delete(channel=ORDERS, ts=card["ts"])
    slow.shop.clock.ahead += timedelta(seconds=20)
    [anew] = await until_cards(slow, 1)
    assert anew["ts"] != card["ts"]


async def test_a_lost_post_that_was_found_is_not_posted_again_though_its_edit_has_to_wait(
    slow: Town,
) -> None:
    await refused(slow, 1, 2)
    await slow.control("POST", "faults", kind="cut_after", method="chat.postMessage")
    await slow.control("POST", "faults", kind="ratelimited", method="chat.update", retry_after=1)

    async def edited() -> bool:
        return any(not one["error"] for one in slow.calls("chat.update"))

    await deliver(slow, edited)
    await settle(slow)
    assert len(await cards(slow)) == 1


@pytest.mark.parametrize("fault", ["cut_after", "down", "broken"])
async def test_a_line_is_said_once(slow: Town, fault: str) -> None:
    await refused(slow, 1, 2)
    [card] = await until_cards(slow, 1)
    await slow.control("POST", "faults", kind=fault, method="chat.postMessage")
    await slow.press(DANA, "I have it")

    async def told() -> list[Json]:
        return await replies(slow, card)

    await deliver(slow, told)
    await settle(slow)
    assert len(await told()) == 1


async def test_lines_that_wait_after_a_restart_are_looked_for_in_one_call(slow: Town) -> None:
    await refused(slow, 1, 2)
    [card] = await until_cards(slow, 1)
    [alert] = await slow.shop.desk.alerts.open(KEY)
    now = slow.shop.clock.now()
    for number in range(5):
        facts = {"did": "retry", "by": DANA, "order": str(number), "at": now.isoformat()}
        line = Mention(MentionKind.ACTION, facts, alert_id=alert.id)
        await slow.shop.desk.alerts.mention(KEY, line, now)
    slow.shop.clock.ahead += timedelta(minutes=5)
    looked = len(slow.calls("conversations.replies"))
    successor = Crier(slow.shop.desk, slow.another_messenger())

    async def all_told() -> bool:
        await successor.deliver()
        return len(await replies(slow, card)) == 5

    await slow.until(all_told)
    assert len(slow.calls("conversations.replies")) == looked + 1


async def test_an_hour_without_slack_ends_with_the_final_state_in_few_messages(
    slow: Town,
) -> None:
    """One alert grows and stays, one comes and goes, one is new."""
    await refused(slow, 1, 2)
    await until_cards(slow, 1)
    await slow.control("POST", "faults", kind="down", method="*", count=None)
    catalogue = slow.shop.gateway.catalogue
    catalogue.set_customer("GONE", active=False)
    await slow.shop.send(order(90, account="GONE"))
    await slow.shop.until(90, State.FAILED)
    for minute in range(6):
        await refused(slow, 10 + minute)
        for _ in range(3):
            await slow.crier.deliver()
            slow.shop.clock.ahead += timedelta(minutes=10) / 3
    catalogue.set_customer("GONE", active=True)
    [gone] = [one for one in await slow.shop.desk.alerts.open(KEY) if one.ts is None]
    now = slow.shop.clock.now()
    await slow.shop.desk.ledger.retry_alert(KEY, gone.id, person(DANA), now, seen=99)
    slow.box.slack.api.log.clear()
    await slow.control("DELETE", "faults")

    async def true() -> bool:
        listed = await cards(slow)
        return "8 orders" in said(listed[0])

    await deliver(slow, true)
    await settle(slow)
    said_since = [
        one
        for one in slow.box.slack.api.log
        if one["method"] in {"chat.postMessage", "chat.update"}
    ]
    assert len(said_since) <= 4
    assert throttled(slow) == []


async def test_a_slack_that_is_away_is_told_in_the_log_once(
    slow: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await refused(slow, 1)
    await slow.control("POST", "faults", kind="down", method="chat.*", count=None)
    for _ in range(4):
        await slow.crier.deliver()
        slow.shop.clock.ahead += timedelta(seconds=10)
    await slow.control("DELETE", "faults")
    await deliver(slow, lambda: posted(slow))
    told = [line for line in caplog.messages if "Slack" in line and "answer" in line]
    assert told[0].startswith("Slack does not answer")
    assert told[1].startswith("Slack answers again")


async def test_many_alerts_are_posted_at_slacks_pace(slow: Town) -> None:
    """More than the strict stand-in takes at once."""
    codes = [code.value for code in Code if CATALOGUE[code].kind is Kind.NEEDS_FIX][3:12]
    slow.shop.gateway.faults = [refuse(code) for code in codes]
    await slow.shop.send(*(order(number) for number in range(len(codes))))
    for number in range(len(codes)):
        await slow.shop.until(number, State.FAILED)
    await until_cards(slow, len(codes))
    assert throttled(slow) == []


async def test_wait_is_what_a_post_is_told_while_slack_wants_to_be_left_alone(slow: Town) -> None:
    await refused(slow, 1)
    now = slow.shop.clock.now()
    await slow.signs.pause(KEY, ORDERS, now + timedelta(minutes=1))
    [alert] = await slow.shop.desk.alerts.due(KEY, now)
    picture = await slow.shop.desk.alerts.picture(KEY, alert, now)
    answer = await slow.another_messenger().show(alert, picture)
    assert isinstance(answer, NotNow)
    assert timedelta(seconds=50) < answer.wait <= timedelta(minutes=1)
    assert await stored(slow) == []
