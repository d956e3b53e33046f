"""The other surfaces: `/orders`, groups and their selections, pages, details, the App Home."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from commands.domain.lifecycle import State
from commands.domain.people import Permission, PersonId, Role
from tests.bot.listeners.town import ADA, DANA, ELI, GUS, Town, buttons, said, town
from tests.commands.works import KEY, order

Json = dict[str, Any]
NAME = "Vins et alcools Chevalier"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, paced=False) as found:
        found.shop.gateway.catalogue.set_item("NW-024", active=False)
        yield found


async def refused(place: Town, *numbers: int) -> None:
    await place.shop.send(*(order(number, sku="NW-024") for number in numbers))
    for number in numbers:
        await place.shop.until(number, State.FAILED)


async def picked(place: Town, who: str) -> Json:
    """The select of the uppermost modal: its first option."""
    view = (await place.views(who))[-1]
    for block in view["blocks"]:
        element = block.get("element") or block.get("accessory") or {}
        if element.get("action_id") == "pick":
            options: list[Json] = element.get("options") or [
                one for group in element["option_groups"] for one in group["options"]
            ]
            return options[0]
    raise AssertionError("no selection")


# --- /orders -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("/orders", "1"),
        ("/orders help", "/orders"),
        ("/orders failed", NAME),
        ("/orders failed code:inactive_item", NAME),
        ("/orders failed code:credit_hold", "No"),
        ("/orders pending", "No"),
        ("/orders show 7", NAME),
        ("/orders show 8", "no"),
        ("/orders history 7", "refused it"),
        ("/orders history 8", "no such order"),
        ("/orders status", "ERP"),
        ("/orders fialed", "failed"),
    ],
)
async def test_what_is_typed_is_answered_to_the_asker(place: Town, typed: str, words: str) -> None:
    await refused(place, 7)
    await place.type(ELI, typed)
    await place.until_private(ELI, words)
    assert not await place.private(DANA)


async def test_an_admin_manages_people_by_typing(place: Town) -> None:
    people = place.shop.desk.people

    async def may(who: PersonId) -> bool:
        return Permission.ACTIONS in (await people.actor(KEY, who)).permissions

    await place.type(ADA, "/orders people grant @dana actions")
    await place.until(lambda: may(DANA))
    await place.type(ADA, "/orders people revoke @dana actions")

    async def revoked() -> bool:
        return not await may(DANA)

    await place.until(revoked)
    await place.type(ADA, "/orders people admin @dana")

    async def leads() -> bool:
        return (await people.actor(KEY, DANA)).role is Role.ADMIN

    await place.until(leads)
    await place.type(ADA, "/orders people")
    await place.until_private(ADA, DANA)


async def test_an_employee_manages_nobody_and_a_guest_is_given_nothing(place: Town) -> None:
    await place.type(DANA, "/orders people grant @dana actions")
    await place.until_private(DANA, "admin")
    await place.type(ADA, "/orders people grant @gus actions")
    await place.until_private(ADA, GUS)
    for who in (DANA, GUS):
        assert not (await place.shop.desk.people.actor(KEY, who)).permissions


async def test_a_retry_that_is_typed_says_how_it_ended(place: Town) -> None:
    await place.grant(DANA)
    await refused(place, 7)
    place.shop.gateway.catalogue.set_item("NW-024", active=True)
    await place.type(DANA, "/orders retry 7")
    await place.shop.until(7, State.SYNCED)
    await place.until_private(DANA, "in the ERP")


async def test_mark_synced_that_is_typed_opens_its_modal(place: Town) -> None:
    await place.grant(DANA)
    await refused(place, 7)
    await place.type(DANA, "/orders mark-synced 7")
    await until_form(place)
    await place.submit(DANA, why="not_needed")
    await place.shop.until(7, State.SYNCED)


async def until_form(place: Town) -> None:
    """Dana has the form to mark an order as synced before her."""

    async def form() -> bool:
        views = await place.views(DANA)
        return bool(views) and any(block.get("block_id") == "why" for block in views[-1]["blocks"])

    await place.until(form)


async def test_a_long_list_pages_in_place(place: Town) -> None:
    await refused(place, *range(1, 26))
    await place.type(DANA, "/orders failed")
    await place.until_private(DANA, NAME)
    before = len(await place.private(DANA))
    label = next(one for one in reversed(await _labels(place, DANA)) if one != "Details")
    await place.press(DANA, label)

    async def second() -> bool:
        shown = await place.private(DANA)
        return len(shown) == before and "21" in shown[-1]

    await place.until(second)


async def _labels(place: Town, who: str) -> list[str]:
    listed = [one for one in await place.messages(who) if one["ephemeral"]]
    return buttons(listed[-1])


# --- groups --------------------------------------------------------------------------------------


async def _has_pick(place: Town, who: str) -> bool:
    shown = await place.views(who)
    return bool(shown) and any(block.get("block_id") == "pick" for block in shown[-1]["blocks"])


async def test_details_of_a_group_lead_to_the_details_of_one(place: Town) -> None:
    await refused(place, 1, 2, 3)
    await place.until_card("3 orders")
    await place.press(ELI, "Details")
    await place.until_view(ELI, NAME)
    await place.press_in_view(ELI, "Details")
    await place.until_view(ELI, "NW-024")
    assert len(await place.views(ELI)) == 2


async def test_one_takes_an_alert_on(place: Town) -> None:
    await place.grant(DANA)
    await refused(place, 1, 2)
    await place.until_card("2 orders")
    await place.press(DANA, "I have it")

    async def shown() -> bool:
        return DANA in said((await place.messages(ADA))[0])

    await place.until(shown)


async def test_during_an_outage_an_order_is_chosen_keyed_in_and_not_sent_afterwards(
    place: Town,
) -> None:
    await place.grant(DANA)
    place.shop.gateway.switches.down = True
    await place.shop.send(*(order(number) for number in range(1, 6)))
    await place.until_card("not answer")
    await place.press(DANA, "Key in by hand")
    await place.until(lambda: _has_pick(place, DANA))
    chosen = await picked(place, DANA)
    await place.submit(DANA, pick=chosen["value"])
    await place.until_view(DANA, "VINET")
    number = int(chosen["value"])
    held = (await place.shop.order(number)).standing.hold
    assert held
    assert held.by == DANA
    place.shop.gateway.switches.down = False
    place.shop.desk.wake()
    for other in set(range(1, 6)) - {number}:
        await place.shop.until(other, State.SYNCED)
    assert (await place.shop.order(number)).standing.state is not State.SYNCED
    assert place.shop.posts(number) <= 1, "at most the request that met the outage"


# --- details -------------------------------------------------------------------------------------


async def test_a_retry_from_the_details_answers_on_top_and_mends_what_is_behind(
    place: Town,
) -> None:
    await place.grant(DANA)
    await refused(place, 7)
    await place.until_card("7")
    place.shop.gateway.catalogue.set_item("NW-024", active=True)
    await place.press(DANA, "Details")
    await place.until_view(DANA, "NW-024")
    await place.press_in_view(DANA, "Retry sync")
    await place.until_view(DANA, "in the ERP")

    async def behind() -> bool:
        shown = await place.views(DANA)
        return len(shown) == 2 and "Retry sync" not in buttons(shown[0])

    await place.until(behind)


async def test_without_the_permission_the_details_say_so_on_top_and_offer_to_ask(
    place: Town,
) -> None:
    await refused(place, 7)
    await place.until_card("7")
    await place.press(ELI, "Details")
    view = await place.until_view(ELI, "NW-024")
    assert "Order Sync Actions" in said(view)
    await place.press_in_view(ELI, "Ask for it")
    await place.until(lambda: place.dms(ADA))


# --- the App Home --------------------------------------------------------------------------------


async def test_the_home_shows_the_failed_orders_and_leads_to_one(place: Town) -> None:
    await refused(place, 7)
    await place.do("open_home", DANA)
    home = await place.until(lambda: place.home(DANA))
    assert NAME in said(home)
    await place.press_at_home(DANA, "Details")
    await place.until_view(DANA, "NW-024")


async def test_an_admin_grants_from_the_home_while_nobody_may(place: Town) -> None:
    await place.do("open_home", ADA)
    home = await place.until(lambda: place.home(ADA))
    labels = [one for one in buttons(home) if "ction" in one or "Grant" in one]
    assert labels, buttons(home)
    state = {"choose_person": {"choose_person": DANA}}
    await place.press_at_home(ADA, labels[0], state)

    async def seen() -> bool:
        return DANA in said(await place.home(ADA))

    await place.until(seen)
    assert (await place.shop.desk.people.actor(KEY, DANA)).permissions


async def test_an_outsiders_home_holds_nothing_of_an_order(place: Town) -> None:
    await refused(place, 7)
    await place.do("open_home", GUS)
    home = await place.until(lambda: place.home(GUS))
    assert NAME not in said(home)
    assert buttons(home) == []
