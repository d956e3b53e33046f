"""The Orders page in the App Home: what it lists, what is ticked, and that it stays true."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.homes import A_DAY_LATER, ASK_AGAIN, OPEN_FOR
from commands.domain.lifecycle import State
from commands.domain.people import Role
from store.looks import Place
from tests.bot.listeners.town import (
    ADA,
    DANA,
    ELI,
    GUS,
    OPERATOR,
    Town,
    buttons,
    controls,
    said,
    town,
)
from tests.commands.works import KEY, order

Json = dict[str, Any]
NAME = "Vins et alcools Chevalier"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, crying=False, paced=False) as found:
        found.shop.gateway.catalogue.set_item("NW-024", active=False)
        await found.grant(DANA)
        yield found


async def refused(place: Town, *numbers: int) -> None:
    await place.shop.send(*(order(number, sku="NW-024") for number in numbers))
    for number in numbers:
        await place.shop.until(number, State.FAILED)


def ticked(shown: Json) -> set[str]:
    """The orders whose boxes are ticked when it is drawn."""
    return {
        block["block_id"].rsplit(".", 1)[1]
        for block, element in controls(shown["blocks"])
        if element["type"] == "checkboxes" and element.get("initial_options")
    }


def listed(shown: Json) -> list[str]:
    return [
        block["block_id"].rsplit(".", 1)[1]
        for block, element in controls(shown["blocks"])
        if element["type"] == "checkboxes"
    ]


async def test_it_lists_by_status_and_says_which(place: Town) -> None:
    await refused(place, 7)
    await place.shop.send(order(8))
    await place.shop.until(8, State.SYNCED)
    home = await place.open_home(DANA)
    assert "✓ Failed (1)" in buttons(home)
    assert listed(home) == ["7"]
    await place.press_at_home(DANA, "Successful (1)")
    home = await place.until_home(DANA, "Successful: 1 order")
    assert listed(home) == [], "what is in the ERP cannot be ticked"
    await place.press_at_home(DANA, "All (2)")
    home = await place.until_home(DANA, "All: 2 orders")
    assert listed(home) == ["7"]
    await place.press_at_home(DANA, "Pending (0)")
    await place.until_home(DANA, "No pending orders")


@pytest.mark.parametrize("words", ["7", "VINET", "vins et", "item:NW-024", "code:inactive_item"])
async def test_it_finds_what_is_searched_for(place: Town, words: str) -> None:
    await refused(place, 7)
    await place.open_home(DANA)
    await place.search(DANA, words)
    assert listed(await place.until_home(DANA, "1 order found")) == ["7"]
    await place.search(DANA, "nobody")
    await place.until_home(DANA, "No failed orders found for ")
    await place.press_at_home(DANA, "Clear search")
    assert listed(await place.until_home(DANA, "found for", gone=True)) == ["7"]


async def test_a_search_that_cannot_be_read_finds_nothing_and_says_why(place: Town) -> None:
    await refused(place, 7)
    await place.open_home(DANA)
    await place.search(DANA, "code:inactive_itm")
    home = await place.until_home(DANA, "code:inactive_item?")
    assert listed(home) == []
    assert "Select all" not in " ".join(buttons(home))


async def test_what_is_typed_is_searched_for_as_it_is(place: Town) -> None:
    await place.open_home(DANA)
    await place.search(DANA, "<!channel> & &amp; *x*")
    await place.until_home(DANA, "<!channel> & &amp; *x*")


async def test_ticks_outlive_pages_and_are_counted(place: Town) -> None:
    await refused(place, *range(1, 26))
    home = await place.open_home(DANA)
    first = listed(home)[:2]
    await place.tick(DANA, *first)
    await place.until_home(DANA, "2 selected")
    await place.press_at_home(DANA, "Next")
    home = await place.until_home(DANA, "21–25 of 25")
    assert "2 selected, 2 of them not on this page" in said(home)
    await place.tick(DANA, listed(home)[0])
    await place.until_home(DANA, "3 selected")
    await place.press_at_home(DANA, "Previous")
    home = await place.until_home(DANA, "1–20 of 25")
    assert ticked(home) == set(first)
    await place.tick(DANA, first[0], on=False)
    await place.until_home(DANA, "2 selected, 1 of them not on this page")
    await place.press_at_home(DANA, "Clear selection")
    assert ticked(await place.until_home(DANA, "None selected")) == set()


async def test_a_page_or_all_that_match_are_ticked_at_once(place: Town) -> None:
    await refused(place, *range(1, 26))
    await place.open_home(DANA)
    await place.press_at_home(DANA, "Select this page")
    assert len(ticked(await place.until_home(DANA, "20 selected"))) == 20
    await place.press_at_home(DANA, "Select all 25 that match")
    home = await place.until_home(DANA, "25 selected, 5 of them not on this page")
    assert not [one for one in buttons(home) if one.startswith("Select all")]


async def test_many_boxes_ticked_in_a_moment_all_count(place: Town) -> None:
    await refused(place, *range(1, 13))
    home = await place.open_home(DANA)
    for one in listed(home):
        await place.tick(DANA, one)
    home = await place.until_home(DANA, "12 selected")
    # A box ticked between two reads of one drawing stands in the next.
    await place.until_home(DANA, "of them not on this page", gone=True)
    assert len(ticked(await place.home(DANA))) == len(listed(home)) == 12


async def test_each_has_a_selection_of_their_own(place: Town) -> None:
    await place.grant(ELI)
    await refused(place, 7)
    await place.open_home(DANA)
    await place.open_home(ELI)
    await place.tick(DANA, "7")
    await place.until_home(DANA, "1 selected")
    assert "None selected" in said(await place.home(ELI))


async def test_who_may_not_act_has_no_boxes_and_is_told_what_is_missing(place: Town) -> None:
    await refused(place, 7)
    home = await place.open_home(ELI)
    assert listed(home) == []
    assert NAME in said(home)
    assert "Order Sync Actions" in said(home)
    assert ADA in said(home)
    assert "Ask for it" in buttons(home)


async def test_what_others_do_is_shown_where_a_home_is_open(place: Town) -> None:
    await refused(place, 7)
    await place.open_home(DANA)
    await place.open_home(ELI)
    place.shop.gateway.catalogue.set_item("NW-024", active=True)
    await place.type(DANA, "/orders retry 7")
    await place.shop.until(7, State.SYNCED)
    await place.until_home(ELI, "No failed orders")
    await place.until_home(DANA, "No failed orders")


async def test_a_home_that_was_never_opened_is_not_published(place: Town) -> None:
    await place.open_home(DANA)
    await refused(place, 7)
    await place.until_home(DANA, NAME)
    published = {one["args"]["user_id"] for one in place.calls("views.publish")}
    assert published == {DANA}


async def test_turning_to_the_messages_closes_the_home(place: Town) -> None:
    await place.open_home(DANA)
    event = {"type": "app_home_opened", "user": DANA, "tab": "messages", "channel": "D1"}
    body = {"type": "event_callback", "event_id": "Ev9", "team_id": "T000000001", "event": event}
    await place.forge(body, "events_api")
    await place.front.drain()
    looks, now = place.front.screens.looks, place.shop.clock.now()
    assert await looks.open_since(KEY, Place.HOME, now - OPEN_FOR) == []


async def test_whoever_comes_back_the_next_day_begins_with_the_failed_orders(place: Town) -> None:
    await refused(place, 7)
    await place.open_home(DANA)
    await place.tick(DANA, "7")
    await place.until_home(DANA, "1 selected")
    await place.press_at_home(DANA, "Pending (0)")
    await place.until_home(DANA, "No pending orders")
    place.shop.clock.ahead += A_DAY_LATER + timedelta(seconds=1)
    await place.open_home(DANA)
    assert "None selected" in said(await place.until_home(DANA, "✓ Failed (1)"))


async def test_it_holds_nothing_of_an_order_for_an_outsider(place: Town) -> None:
    await refused(place, 7)
    await place.do("open_home", GUS)
    home = await place.until(lambda: place.home(GUS))
    assert NAME not in said(home)
    assert buttons(home) == []


async def test_an_admin_opens_people_from_it(place: Town) -> None:
    await place.open_home(ADA)
    await place.press_at_home(ADA, "People and permissions")
    shown = await place.until_view(ADA, "Order Sync Actions")
    assert DANA in said(shown)
    assert "People and permissions" not in buttons(await place.open_home(ELI))


async def test_while_nobody_may_act_it_says_so_first(place: Town) -> None:
    now = place.shop.clock.now()
    await place.shop.desk.people.withdraw(KEY, DANA, "test", OPERATOR, now)
    home = await place.open_home(ADA)
    assert "Nobody may retry orders yet" in said({"blocks": home["blocks"][:1]})
    assert "Grant Order Sync Actions" in buttons(home)
    home = await place.open_home(ELI)
    assert "Nobody may retry orders yet" in said({"blocks": home["blocks"][:1]})
    assert (await place.shop.desk.people.actor(KEY, ADA)).role is Role.ADMIN


NOT_SAID = "Slack does not say who you are just now"


async def unsaid(place: Town) -> None:
    """What is known of people is too old, and Slack has no time to say it anew."""
    place.shop.clock.ahead += timedelta(minutes=6)
    await place.control("POST", "faults", kind="ratelimited", method="users.info", count=None)


async def test_a_member_whom_slack_cannot_tell_is_no_outsider_and_sees_the_home_soon(
    place: Town,
) -> None:
    await unsaid(place)
    await place.do("open_home", DANA)
    assert "only for members" not in said(await place.until_home(DANA, NOT_SAID))
    await place.control("DELETE", "faults")
    place.shop.clock.ahead += ASK_AGAIN
    await place.until_home(DANA, "Orders of")


async def test_a_home_stays_as_it_is_while_slack_cannot_tell_whose_it_is(place: Town) -> None:
    await place.open_home(DANA)
    await unsaid(place)
    await refused(place, 7)

    async def asked() -> bool:
        known = place.front.homes._shown.get(DANA)
        return known is not None and known[0] is None

    await place.until(asked)
    await place.control("DELETE", "faults")

    async def shown() -> bool:
        place.shop.clock.ahead += ASK_AGAIN / 10
        return NAME in said(await place.home(DANA))

    await place.until(shown)
    views = [str(one["args"]["view"]) for one in place.calls("views.publish")]
    assert not any("only for members" in one or NOT_SAID in one for one in views)


async def test_a_question_of_a_member_whom_slack_cannot_tell_is_answered_so(place: Town) -> None:
    await unsaid(place)
    await place.type(DANA, "/orders failed")
    await place.until_private(DANA, NOT_SAID)
