"""One alert or line that cannot be drawn, or that Slack refuses, silences no other."""

from dataclasses import dataclass
from typing import Any

import pytest

from bot.blocks import plain
from bot.blocks.message import Message
from bot.messenger import SlackMessenger
from commands.alert import Crier
from commands.domain.alerts import Alert, AlertPicture, Mention, MentionKind
from commands.domain.lifecycle import State
from commands.domain.notices import Notice
from commands.ports import Delivery, Replaced
from tests.bot.listeners.test_messenger import deliver, refused, stored
from tests.bot.listeners.town import ADA, Town, said
from tests.commands.works import KEY, order


async def two_alerts(place: Town) -> None:
    await refused(place, 1)
    place.shop.gateway.catalogue.set_customer("GONE", active=False)
    await place.shop.send(order(2, account="GONE"))
    await place.shop.until(2, State.FAILED)


async def says(place: Town, words: str) -> bool:
    return any(words in said(one) for one in await stored(place))


@pytest.mark.parametrize("error", ["restricted_action", "message_limit_of_somebody_else"])
async def test_what_slack_refuses_keeps_no_other_alert_waiting(slow: Town, error: str) -> None:
    await two_alerts(slow)
    await slow.control("POST", "faults", kind="refused", method="chat.postMessage", error=error)

    async def second() -> bool:
        return await says(slow, "Inactive customer")

    await deliver(slow, second)

    async def first() -> bool:
        return await says(slow, "Inactive item")

    await deliver(slow, first)


@dataclass
class Stumbling:
    """A messenger that stumbles over the first alert, and over whatever is said of it."""

    messenger: SlackMessenger
    number: int

    def _walk(self, number: int | None) -> None:
        if number == self.number:
            raise LookupError("a card that nobody thought of")

    async def show(self, alert: Alert, picture: AlertPicture, *, anew: bool = False) -> Delivery:
        self._walk(alert.id)
        return await self.messenger.show(alert, picture, anew=anew)

    async def retire(self, replaced: Replaced) -> Delivery:
        return await self.messenger.retire(replaced)

    async def tell(
        self, mention: Mention, alert: Alert | None, picture: AlertPicture | None = None
    ) -> Delivery:
        self._walk(mention.alert_id)
        return await self.messenger.tell(mention, alert, picture)

    async def notify(self, notice: Notice, alert: Alert, picture: AlertPicture) -> Delivery:
        self._walk(notice.alert_id)
        return await self.messenger.notify(notice, alert, picture)


async def test_whatever_goes_wrong_with_one_the_others_are_told(
    slow: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await two_alerts(slow)
    first, _ = await slow.shop.desk.alerts.open(KEY)
    now = slow.shop.clock.now()
    for about in (first.id, None):
        mention = Mention(MentionKind.CHOOSE_PEOPLE, {}, to=ADA, alert_id=about)
        await slow.shop.desk.alerts.mention(KEY, mention, now)
    slow.crier = Crier(slow.shop.desk, Stumbling(slow.messenger, first.id))

    async def others() -> bool:
        return await says(slow, "Inactive customer") and "choose people" in str(await slow.dms(ADA))

    await deliver(slow, others)
    assert not await says(slow, "Inactive item")
    assert len(await slow.shop.desk.alerts.mentions(KEY, now)) == 1
    assert f"alert {first.id} waits: LookupError" in caplog.messages


def test_what_cannot_be_drawn_is_told_plainly() -> None:
    def draw() -> Message:
        raise ZeroDivisionError

    otherwise: Any = plain.of_line(None)
    assert plain.drawn("a card", draw, otherwise) == otherwise
    assert otherwise.text == "Orderwatch has something for you. /orders shows the rest."
