"""Another alert channel in the settings, while cards stand in the one before."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from commands.alert import Crier
from commands.domain.failures import Code
from commands.domain.lifecycle import State
from sandbox.erp.faults import refuse
from tests.bot.listeners.test_alert_life import cards, until_cards
from tests.bot.listeners.test_messenger import deliver, refused, stored
from tests.bot.listeners.town import ADA, DANA, GUS, ORDERS, TASTINGS, Town, said
from tests.commands.works import KEY, order

pytestmark = pytest.mark.usefixtures("dana_may")

Json = dict[str, Any]


async def invited(place: Town) -> None:
    """The bot reads the other channel, and nobody from outside does."""
    await place.control("DELETE", f"channels/{TASTINGS}/members/{GUS}")
    await place.control("POST", f"channels/{TASTINGS}/members", user=place.box.bot_user)


async def archived(place: Town, channel: str) -> None:
    await place.control("PATCH", f"channels/{channel}", is_archived=True)


def move(place: Town) -> None:
    """Begin anew with the other channel in the settings."""
    shop = place.shop
    own = replace(shop.desk.distributor, alert_channel=TASTINGS)
    shop.desk = replace(shop.desk, distributor=own)
    place.crier = Crier(shop.desk, place.another_messenger())


async def open_alerts(place: Town) -> int:
    return len(await place.shop.desk.alerts.open(KEY))


async def told_unfit(place: Town) -> list[Json]:
    """What Ada was told of the channel."""
    return [one for one in await place.dms(ADA) if "alert channel needs you" in said(one)]


async def time_passes(place: Town) -> None:
    """Long enough for whatever is tried again after a refusal."""
    for _ in range(6):
        await place.crier.deliver()
        place.shop.clock.ahead += timedelta(minutes=6)


async def test_what_is_still_open_is_posted_in_the_new_channel(slow: Town) -> None:
    await refused(slow, 1)
    await until_cards(slow, 1)
    await invited(slow)
    await archived(slow, ORDERS)
    move(slow)
    await refused(slow, 2)

    async def anew() -> bool:
        return any("2 orders" in said(one) for one in await stored(slow, TASTINGS))

    await deliver(slow, anew)
    await time_passes(slow)
    assert len([one for one in await stored(slow, TASTINGS) if one.get("metadata")]) == 1
    assert await told_unfit(slow) == []


async def test_what_is_over_by_then_ends_without_a_word(slow: Town) -> None:
    await refused(slow, 1)
    await until_cards(slow, 1)
    slow.shop.gateway.catalogue.set_item("NW-024", active=True)
    await slow.press(DANA, "Retry sync")
    await slow.shop.until(1, State.SYNCED)
    await invited(slow)
    await archived(slow, ORDERS)
    move(slow)

    async def ended() -> bool:
        return not await open_alerts(slow)

    await deliver(slow, ended)
    assert [one for one in await stored(slow, TASTINGS) if one.get("metadata")] == []
    assert await told_unfit(slow) == []


async def test_a_new_channel_that_is_closed_is_told_once_however_long_the_old_one_goes_on(
    slow: Town,
) -> None:
    await refused(slow, 1)
    await until_cards(slow, 1)
    await archived(slow, TASTINGS)
    move(slow)
    slow.shop.gateway.faults = [refuse(Code.CREDIT_HOLD.value)]
    await slow.shop.send(order(2))
    await slow.shop.until(2, State.FAILED)
    for number in range(10, 14):
        await refused(slow, number)
        await slow.crier.deliver()
        slow.shop.clock.ahead += timedelta(minutes=6)
    assert "5 orders" in said((await cards(slow))[0])
    [told] = await told_unfit(slow)
    assert TASTINGS in str(told["blocks"])


async def test_outsiders_in_the_old_channel_are_told_of_once_however_long_the_new_one_goes_on(
    slow: Town,
) -> None:
    await refused(slow, 1)
    await until_cards(slow, 1)
    await invited(slow)
    await slow.control("POST", f"channels/{ORDERS}/members", user=GUS)
    move(slow)
    for number in range(10, 13):
        slow.shop.gateway.faults = [refuse(Code.CREDIT_HOLD.value)]
        await slow.shop.send(order(number))
        await slow.shop.until(number, State.FAILED)
        await refused(slow, number + 10)
        for _ in range(2):
            await slow.crier.deliver()
            slow.shop.clock.ahead += timedelta(minutes=6)
    assert any("3 orders" in said(one) for one in await stored(slow, TASTINGS))
    [told] = await told_unfit(slow)
    assert ORDERS in str(told["blocks"])
