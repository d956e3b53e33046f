"""Many orders at once, by every way to them: asked, begun, told how far it is, undone."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from commands.domain.batches import UNDO_FOR
from commands.domain.ids import OrderId
from commands.domain.lifecycle import State, Synced
from commands.domain.people import Permission
from store.batches import SqlBatches
from tests.bot.listeners.town import DANA, ELI, OPERATOR, Town, buttons, controls, said, town
from tests.commands.works import KEY, order

Json = dict[str, Any]
SURE = {"sure": ["sure"], "why": "keyed_in"}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, paced=False) as found:
        found.shop.gateway.catalogue.set_item("NW-024", active=False)
        await found.grant(DANA)
        yield found


async def refused(place: Town, *numbers: int) -> None:
    await place.shop.send(*(order(number, sku="NW-024") for number in numbers))
    for number in numbers:
        await place.shop.until(number, State.FAILED)


async def select(place: Town, who: str, *numbers: int) -> None:
    await place.open_home(who)
    await place.tick(who, *map(str, numbers))
    await place.until_home(who, f"{len(numbers)} selected")


async def states(place: Town, *numbers: int) -> list[State]:
    return [(await place.shop.order(number)).standing.state for number in numbers]


# --- from the Orders page ------------------------------------------------------------------------


async def test_what_is_ticked_is_sent_again_and_told_as_it_goes(place: Town) -> None:
    await refused(place, 1, 2, 3)
    await select(place, DANA, 1, 3)
    place.shop.gateway.catalogue.set_item("NW-024", active=True)
    await place.choose(DANA, "Actions", "Retry sync")
    asked = await place.until_view(DANA, "Send 2 orders again?")
    assert asked["submit"]["text"] == "Send 2"
    await place.submit(DANA)
    await place.until_view(DANA, "All 2 are in the ERP")
    assert await states(place, 1, 2, 3) == [State.SYNCED, State.FAILED, State.SYNCED]
    await place.until_home(DANA, "None selected")
    await place.until_home(DANA, "All 2 are in the ERP")


async def test_what_fails_again_is_counted(place: Town) -> None:
    await refused(place, 1, 2)
    await select(place, DANA, 1, 2)
    await place.choose(DANA, "Actions", "Retry sync")
    await place.until_view(DANA, "Send 2 orders again?")
    await place.submit(DANA)
    await place.until_view(DANA, "2 failed again · 0 left")


async def test_one_alone_is_not_asked_about(place: Town) -> None:
    await refused(place, 1)
    await select(place, DANA, 1)
    place.shop.gateway.catalogue.set_item("NW-024", active=True)
    await place.choose(DANA, "Actions", "Retry sync")
    await place.shop.until(1, State.SYNCED)
    await place.until_view(DANA, "Order 1 is in the ERP")
    await place.until_home(DANA, "No failed orders")


async def test_nothing_ticked_is_said(place: Town) -> None:
    await refused(place, 1, 2)
    await place.open_home(DANA)
    for deed in ("Retry sync", "Mark as synced"):
        await place.choose(DANA, "Actions", deed)
        view = await place.until_view(DANA, "Nothing is selected")
        await place.do("close", DANA, view_id=view["id"])


async def test_what_is_left_alone_is_said_before_and_after(place: Town) -> None:
    await place.grant(ELI)
    await refused(place, 1, 2, 3)
    # A card of one order that comes after the answer has the same button.
    await place.until_card("3 orders are not in the ERP")
    await place.type(ELI, "/orders show 3")
    await place.until_private(ELI, "order 3")
    await place.press(ELI, "Key in by hand")
    await place.until_private(ELI, "yours to key in")
    await select(place, DANA, 1, 2, 3)
    await place.choose(DANA, "Actions", "Retry sync")
    view = await place.until_view(DANA, "Send 2 orders again?")
    assert "1 being keyed in by somebody else" in said(view)
    await place.submit(DANA)
    view = await place.until_view(DANA, "2 orders go to the ERP again")
    assert "1 being keyed in by somebody else" in said(view)
    assert await states(place, 3) == [State.FAILED]


async def test_other_ticks_than_those_shown_are_asked_about_again(place: Town) -> None:
    await refused(place, 1, 2, 3)
    await select(place, DANA, 1, 2)
    await place.choose(DANA, "Actions", "Retry sync")
    await place.until_view(DANA, "Send 2 orders again?")
    home = await place.home(DANA)
    [block] = [one for one in home["blocks"] if one["block_id"].endswith(".3")]
    at = {"block_id": block["block_id"], "action_id": "tick"}
    container = {"type": "view", "view_id": home["id"]}
    await place.do("action", DANA, container=container, **at, value=["ticked"])
    await place.until_home(DANA, "3 selected")
    await place.submit(DANA)
    view = await place.until_view(DANA, "Other orders are selected by now")
    assert view["submit"]["text"] == "Send 3"
    assert await states(place, 1, 2, 3) == [State.FAILED] * 3
    await place.submit(DANA)
    await place.until_view(DANA, "3 orders go to the ERP again")


async def test_while_the_erp_is_down_they_are_first_in_line(place: Town) -> None:
    await refused(place, 1, 2)
    place.shop.gateway.switches.down = True
    await place.shop.send(order(9), order(10))
    await place.until_card("not answer")
    await select(place, DANA, 1, 2)
    await place.choose(DANA, "Actions", "Retry sync")
    await place.until_view(DANA, "Send 2 orders again?")
    await place.submit(DANA)
    await place.until_view(DANA, "The ERP does not take orders at the moment")
    place.shop.gateway.catalogue.set_item("NW-024", active=True)
    place.shop.gateway.switches.down = False
    await place.until_view(DANA, "All 2 are in the ERP")


# --- mark as synced ------------------------------------------------------------------------------


async def mark(place: Town, *numbers: int, **state: Any) -> None:
    await select(place, DANA, *numbers)
    await place.choose(DANA, "Actions", "Mark as synced")
    await place.until_view(DANA, f"Mark {len(numbers)} orders as synced?")
    await place.submit(DANA, **{**SURE, **state})


async def test_many_are_marked_only_with_the_tick(place: Town) -> None:
    await refused(place, 1, 2)
    await mark(place, 1, 2, sure=[])
    assert await states(place, 1, 2) == [State.FAILED] * 2
    view = (await place.views(DANA))[-1]
    assert view["errors"]
    await place.submit(DANA, **SURE)
    await place.until_view(DANA, "2 orders are marked as synced")
    assert await states(place, 1, 2) == [State.SYNCED] * 2


async def test_without_the_tick_the_server_refuses_as_well(place: Town) -> None:
    """Slack's client keeps an empty required field back; somebody else may not."""
    await refused(place, 1, 2)
    await select(place, DANA, 1, 2)
    await place.choose(DANA, "Actions", "Mark as synced")
    view = await place.until_view(DANA, "Mark 2 orders as synced?")
    values = {"why": {"why": {"selected_option": {"value": "keyed_in"}}}}
    shown = {
        "id": view["id"],
        "type": "modal",
        "callback_id": "mark_many",
        "private_metadata": '{"selection":1,"turn":2}',
        "state": {"values": values},
    }
    person = {"id": DANA, "team_id": "T000000001"}
    done = await place.forge({"type": "view_submission", "user": person, "view": shown})
    assert "sure" in done["payload"]["errors"]
    assert await states(place, 1, 2) == [State.FAILED] * 2


async def test_the_erp_is_asked_for_each_and_undo_takes_all_back(place: Town) -> None:
    await refused(place, 1, 2, 3)
    reference = await keyed_in(place, 2)
    await mark(place, 1, 2, 3)
    view = await place.until_view(DANA, "2 not there")
    assert "1 found in the ERP" in said(view)
    assert "Not in the ERP:  1 ,  3" in said(view)
    assert (await place.shop.order(2)).standing.reference == reference
    await place.until_home(DANA, "3 orders are marked as synced")
    await place.press_in_view(DANA, "Undo")
    await place.until_view(DANA, "3 under Failed again")
    assert await states(place, 1, 2, 3) == [State.FAILED] * 3
    home = await place.until_home(DANA, "Undone: 3 orders")
    assert "Undo" not in buttons(home)


async def keyed_in(place: Town, number: int) -> str:
    place.shop.gateway.catalogue.set_item("NW-024", active=True)
    answer = await place.erp.send((await place.shop.order(number)).document)
    place.shop.gateway.catalogue.set_item("NW-024", active=False)
    return str(answer.reference)  # type: ignore[union-attr]


async def test_undo_stands_in_the_home_for_ten_minutes(place: Town) -> None:
    await refused(place, 1, 2)
    await mark(place, 1, 2)
    await place.until_view(DANA, "2 orders are marked as synced")
    await place.until_home(DANA, "2 orders are marked as synced")
    await place.press_at_home(DANA, "Undo")
    await place.until_home(DANA, "Undone: 2 orders")
    assert await states(place, 1, 2) == [State.FAILED] * 2


async def test_after_ten_minutes_undo_says_so_and_changes_nothing(place: Town) -> None:
    await refused(place, 1, 2)
    await mark(place, 1, 2)
    await place.until_view(DANA, "not there")
    place.shop.clock.ahead += UNDO_FOR + timedelta(seconds=1)
    await place.press_in_view(DANA, "Undo")
    await place.until_view(DANA, "Too late to undo all at once")
    assert [(await place.shop.order(one)).standing.synced for one in (1, 2)] == [Synced.MANUAL] * 2


async def test_a_permission_revoked_meanwhile_stops_what_is_submitted_and_undone(
    place: Town,
) -> None:
    await refused(place, 1, 2, 3, 4)
    await mark(place, 3, 4)
    await place.until_view(DANA, "not there")
    await place.do("close", DANA, view_id=(await place.views(DANA))[-1]["id"])
    await select(place, DANA, 1, 2)
    await place.choose(DANA, "Actions", "Retry sync")
    await place.until_view(DANA, "Send 2 orders again?")
    now = place.shop.clock.now()
    await place.shop.desk.people.set_permission(
        KEY, DANA, Permission.ACTIONS, OPERATOR, now, granted=False
    )
    await place.submit(DANA)
    await place.until_view(DANA, "You need the permission Order Sync Actions")
    assert await states(place, 1, 2, 3, 4) == [State.FAILED, State.FAILED] + [State.SYNCED] * 2
    last = (await place.front.screens.history((await place.shop.order(1)).id))[-1]
    assert (last.what, last.refused, last.by.person) == ("retry", "LacksPermission", DANA)
    await place.do("close", DANA, view_id=(await place.views(DANA))[-1]["id"])
    await place.press_at_home(DANA, "Undo")
    await place.until_view(DANA, "You need the permission Order Sync Actions")
    assert await states(place, 3, 4) == [State.SYNCED] * 2


# --- an alert's orders ---------------------------------------------------------------------------


async def test_a_groups_mark_as_synced_opens_a_selection_and_acts_on_that_alone(
    place: Town,
) -> None:
    await refused(place, 1, 2, 3)
    await place.until_card("3 orders")
    await place.press(DANA, "Mark as synced")
    await place.until_view(DANA, "None selected")
    await place.tick(DANA, "1", "2")
    await place.until_view(DANA, "2 selected")
    await place.choose(DANA, "Actions", "Mark as synced")
    await place.until_view(DANA, "Mark 2 orders as synced?")
    await place.submit(DANA, **SURE)
    await place.until_view(DANA, "2 orders are marked as synced")
    assert await states(place, 1, 2, 3) == [State.SYNCED, State.SYNCED, State.FAILED]

    async def beneath() -> bool:
        return "None selected" in said((await place.views(DANA))[0])

    await place.until(beneath)


async def test_one_ticked_in_an_alert_leads_to_its_form(place: Town) -> None:
    await refused(place, 1, 2)
    await place.until_card("2 orders")
    await place.press(DANA, "Mark as synced")
    await place.until_view(DANA, "None selected")
    await place.tick(DANA, "2")
    await place.until_view(DANA, "1 selected")
    await place.choose(DANA, "Actions", "Mark as synced")
    await place.until_view(DANA, "ERP order number")
    await place.submit(DANA, why="not_needed")
    await place.shop.until(2, State.SYNCED)
    assert await states(place, 1) == [State.FAILED]


async def test_an_alerts_orders_are_narrowed_by_item_and_by_customer(place: Town) -> None:
    place.shop.gateway.catalogue.set_item("NW-002", active=False)
    await refused(place, 1, 2)
    await place.shop.send(order(3, sku="NW-002"), order(4, sku="NW-024", account="TOMSP"))
    for number in (3, 4):
        await place.shop.until(number, State.FAILED)
    await place.until_card("4 orders")
    await place.press(DANA, "Details")
    await place.until_view(DANA, "1–4 of 4")
    await place.choose(DANA, "By item or customer", "NW-002")
    assert boxes(await place.until_view(DANA, "1–1 of 1")) == ["3"]
    await place.choose(DANA, "By item or customer", "TOMSP")
    view = await place.until_view(DANA, "1–1 of 1")
    await place.until(lambda: _shows(place, "4"))
    await place.choose(DANA, "By item or customer", "NW-024")
    await place.until_view(DANA, "1–3 of 3")
    await place.press_in_view(DANA, "Select this page")
    view = await place.until_view(DANA, "3 selected")
    await place.choose(DANA, "By item or customer", "All orders")
    view = await place.until_view(DANA, "1–4 of 4")
    assert "3 selected" in said(view)


async def _shows(place: Town, number: str) -> bool:
    return boxes((await place.views(DANA))[-1]) == [number]


def boxes(shown: Json) -> list[str]:
    return [
        block["block_id"].rsplit(".", 1)[1]
        for block, element in controls(shown["blocks"])
        if element["type"] == "checkboxes"
    ]


async def test_select_all_that_match_of_an_alert_over_its_pages(place: Town) -> None:
    await refused(place, *range(1, 26))
    await place.until_card("25 orders")
    place.shop.gateway.catalogue.set_item("NW-024", active=True)
    await place.press(DANA, "Details")
    await place.until_view(DANA, "1–20 of 25")
    await place.press_in_view(DANA, "Select all 25 that match")
    await place.until_view(DANA, "25 selected")
    await place.choose(DANA, "Actions", "Retry sync")
    await place.until_view(DANA, "Send 25 orders again?")
    await place.submit(DANA)
    await place.until_view(DANA, "All 25 are in the ERP")


async def test_another_alerts_details_begin_anew(place: Town) -> None:
    await refused(place, 1, 2)
    await place.until_card("2 orders")
    await place.press(DANA, "Details")
    await place.until_view(DANA, "None selected")
    await place.tick(DANA, "1")
    view = await place.until_view(DANA, "1 selected")
    await place.do("close", DANA, view_id=view["id"])
    await place.press(DANA, "Details")
    await place.until_view(DANA, "None selected")


async def test_who_may_not_act_sees_an_alerts_orders_without_boxes(place: Town) -> None:
    await refused(place, 1, 2)
    await place.until_card("2 orders")
    await place.press(ELI, "Details")
    view = await place.until_view(ELI, "1–2 of 2")
    assert boxes(view) == []
    await place.do("close", ELI, view_id=view["id"])
    await place.press(ELI, "Mark as synced")
    await place.until_view(ELI, "Order Sync Actions")


# --- by typing -----------------------------------------------------------------------------------


async def test_retry_of_a_list_says_how_many_and_asks(place: Town) -> None:
    await refused(place, 1, 2, 3)
    await place.type(DANA, "/orders retry failed code:inactive_item")
    await place.until_private(DANA, "Send 3 orders again?")
    assert await states(place, 1, 2, 3) == [State.FAILED] * 3
    place.shop.gateway.catalogue.set_item("NW-024", active=True)
    before = len(await place.private(DANA))
    await place.press(DANA, "Send 3")
    await place.until_private(DANA, "All 3 are in the ERP")
    assert len(await place.private(DANA)) == before, "the answer takes the question's place"


async def test_retry_of_several_names_what_there_is_not(place: Town) -> None:
    await refused(place, 1, 2)
    await place.type(DANA, "/orders retry 1 2 nowhere")
    told = await place.until_private(DANA, "Send 2 orders again?")
    assert "No such order:" in told
    assert "nowhere" in told
    await place.press(DANA, "Cancel")
    await place.until_private(DANA, "Nothing was sent")
    assert await states(place, 1, 2) == [State.FAILED] * 2


async def test_retry_of_a_list_of_one_goes_at_once(place: Town) -> None:
    await refused(place, 1)
    place.shop.gateway.catalogue.set_item("NW-024", active=True)
    await place.type(DANA, "/orders retry failed")
    await place.shop.until(1, State.SYNCED)
    await place.until_private(DANA, "Order 1 is in the ERP")


async def test_retry_of_nothing_says_so(place: Town) -> None:
    await place.type(DANA, "/orders retry failed")
    await place.until_private(DANA, "Nothing to send")
    await place.type(DANA, "/orders retry 7 8")
    await place.until_private(DANA, "No such order")


async def test_who_may_not_is_not_even_asked(place: Town) -> None:
    await refused(place, 1, 2)
    await place.type(ELI, "/orders retry failed")
    told = await place.until_private(ELI, "Order Sync Actions")
    assert "Send" not in told


async def test_yes_pressed_twice_sends_once(place: Town) -> None:
    await refused(place, 1, 2)
    await place.type(DANA, "/orders retry failed")
    await place.until_private(DANA, "Send 2 orders again?")
    [message] = [one for one in await place.messages(DANA) if "Send 2" in buttons(one)]
    [(block, button)] = [
        (block, element)
        for block, element in controls(message["blocks"])
        if element["action_id"] == "send"
    ]
    at = {"block_id": block["block_id"], "action_id": "send"}
    container = {"type": "message", "channel": message["channel"], "ts": message["ts"]}
    for _ in range(2):
        await place.do("action", DANA, container=container, **at, value=button["value"])
    await place.until_private(DANA, "2 failed again")
    for number in (1, 2):
        entries = await place.front.screens.history((await place.shop.order(number)).id)
        assert [one.what for one in entries].count("retry_asked") == 1


async def test_who_may_not_send_anything_selects_nothing(place: Town) -> None:
    await refused(place, 1, 2)
    await place.type(ELI, "/orders retry failed")
    await place.until_private(ELI, "Order Sync Actions")
    batches = place.shop.desk.batches
    assert isinstance(batches, SqlBatches)
    first = await batches.gather(KEY, ELI, [OrderId("1")], place.shop.clock.now())
    assert first.id == 1, "no selection was made before"
