"""The main job through the front door: pressed, typed and submitted, in both modes."""

from commands.domain.lifecycle import State
from commands.domain.people import Permission
from tests.bot.listeners.town import ADA, DANA, ELI, GUS, Town, buttons, said
from tests.commands.works import order

REFUSED_ITEM = "NW-024"


async def refused(place: Town, number: int = 10248) -> None:
    """An order that the ERP refuses, and its card."""
    place.shop.gateway.catalogue.set_item(REFUSED_ITEM, active=False)
    await place.shop.send(order(number, sku=REFUSED_ITEM))
    await place.shop.until(number, State.FAILED)


def repaired(place: Town) -> None:
    place.shop.gateway.catalogue.set_item(REFUSED_ITEM, active=True)


async def test_without_the_permission_one_is_told_asks_for_it_gets_it_and_retries(
    place: Town,
) -> None:
    await refused(place)
    card = await place.until_card("10248")
    assert "Retry sync" in buttons(card)

    assert (await place.press(DANA, "Retry sync"))["ok"]
    told = await place.until_private(DANA, "Order Sync Actions")
    assert ADA in told
    assert not await place.private(ELI)
    assert (await place.shop.order(10248)).standing.state is State.FAILED

    await place.press(DANA, "Ask for it")
    dm = await place.dm(ADA)
    await place.until(lambda: place.messages(ADA, dm))
    assert (await place.press(ADA, "Grant", dm))["ok"]

    async def granted() -> bool:
        actor = await place.shop.desk.people.actor(place.shop.desk.distributor.key, DANA)
        return Permission.ACTIONS in actor.permissions

    await place.until(granted)
    repaired(place)
    await place.press(DANA, "Retry sync")
    await place.shop.until(10248, State.SYNCED)

    async def solved() -> bool:
        shown = (await place.messages(ADA))[0]
        return not buttons(shown) and DANA in said(shown)

    await place.until(solved)
    assert place.shop.posts(10248) == 2


async def test_a_retry_that_is_refused_again_says_so(sockets: Town) -> None:
    await refused(sockets)
    await sockets.grant(DANA)
    await sockets.until_card("10248")
    await sockets.press(DANA, "Retry sync")
    await sockets.until_private(DANA, "efused again")


async def test_retry_all_retries_what_the_card_shows(place: Town) -> None:
    await place.grant(DANA)
    for number in (1, 2, 3):
        await refused(place, number)
    await place.until_card("3 orders")
    repaired(place)
    await place.press(DANA, "Retry all")
    for number in (1, 2, 3):
        await place.shop.until(number, State.SYNCED)


async def test_an_order_is_marked_as_synced_in_a_modal(place: Town) -> None:
    await place.grant(DANA)
    await refused(place)
    await place.until_card("10248")
    await place.press(DANA, "Mark as synced")
    await place.until_view(DANA, "10248")
    answer = await place.submit(DANA, why="keyed_in", reference="SO-77")
    assert answer["ok"], answer
    view = await place.until_view(DANA, "SO-77")
    assert (await place.shop.order(10248)).standing.state is State.FAILED
    assert "anyway" in str(view)
    await place.submit(DANA, why="keyed_in", reference="SO-77", anyway=["anyway"])
    await place.shop.until(10248, State.SYNCED)
    assert place.shop.posts(10248) == 1


async def test_an_order_is_held_keyed_in_and_released(sockets: Town) -> None:
    await sockets.grant(DANA)
    await refused(sockets)
    await sockets.until_card("10248")
    await sockets.press(DANA, "Key in by hand")
    told = await sockets.until_private(DANA, "NW-024")
    assert "VINET" in told
    held = (await sockets.shop.order(10248)).standing
    assert held.hold
    assert held.hold.by == DANA

    async def released() -> bool:
        card = (await sockets.messages(DANA))[0]
        return "Release" in buttons(card)

    await sockets.until(released)
    await sockets.press(DANA, "Release")

    async def free() -> bool:
        return (await sockets.shop.order(10248)).standing.hold is None

    await sockets.until(free)


async def test_details_open_and_ask_the_erp(place: Town) -> None:
    await refused(place)
    await place.until_card("10248")
    await place.press(ELI, "Details")
    await place.until_view(ELI, "NW-024")
    await place.press_in_view(ELI, "Check the ERP")
    await place.until_view(ELI, "no document")


async def test_a_guest_gets_nothing(sockets: Town) -> None:
    await refused(sockets)
    await sockets.type(GUS, "/orders failed", channel="C000000003")
    told = await sockets.until_private(GUS, "", channel="C000000003")
    assert "10248" not in told
    await sockets.do("open_home", GUS)
    home = await sockets.until(lambda: sockets.home(GUS))
    assert "10248" not in said(home)
