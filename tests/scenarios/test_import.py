"""The main job, whole: 830 orders from a file, an ERP that refuses 267 of them, one alert."""

from typing import Any

import pytest

from sandbox.slack.messages import Message
from tests.scenarios.northwind import ORDERS, REFUSED, TAKEN, Orders
from tests.scenarios.office import Door, Office, until

ADA = "U000000001"
STANDING = frozenset(
    {"status", "state", "error", "erp_reference", "attempts", "received_at", "held_by"}
)
CREATED = f"{ORDERS} orders: {ORDERS} created, 0 updated, 0 unchanged, 0 refused\n"
UNCHANGED = f"{ORDERS} orders: 0 created, 0 updated, {ORDERS} unchanged, 0 refused\n"


# It waits for the tick of a whole minute.
@pytest.mark.timeout(400)
async def test_what_the_erp_takes_goes_in_once_and_the_rest_is_one_alert(
    desk: Office, data: Orders
) -> None:
    path = data.write_jsonl(desk.folder / "orders.jsonl")
    async with desk.at_work() as (bot, door):
        assert (await desk.does("import", path.name)).out == CREATED
        counts = await door.settled(ORDERS)
        assert counts == {"successful": TAKEN, "failed": REFUSED}
        await refused_for_their_item(door, data)
        card = await desk.alert_says(f"Failed: {REFUSED} orders")
        assert [len(held) for held in desk.box.erp.holdings().values()] == [1] * TAKEN
        assert set(desk.box.erp.holdings()) == data.taken
        lists_the_items(card, data)
        await details_list_them_all(desk, card)

        posts = len(desk.box.erp.requests)
        assert (await desk.does("import", path.name)).out == UNCHANGED
        async with desk.ticks_pass():
            assert await door.settled(ORDERS) == counts
        assert len(desk.box.erp.requests) == posts
        assert await bot.stop() == 0
    assert [message.ts for message in desk.alerts()] == [card.ts]
    assert len(desk.posted()) == 1
    # In its thread, perhaps that it has grown tenfold.
    assert len(desk.spoken("chat.postMessage")) <= 3
    # Two or three; a machine that is busy with other things takes longer, and edits more often.
    assert len(desk.spoken("chat.update")) <= 30
    assert desk.rate_limited() == []
    assert desk.complaints() == []


async def refused_for_their_item(door: Door, data: Orders) -> None:
    failed = [one for one in await door.orders() if one["status"] == "failed"]
    assert {one["id"] for one in failed}.isdisjoint(data.taken)
    assert {one["error"]["code"] for one in failed} == {"inactive_item"}
    told = [one["error"]["subject"] for one in failed]
    assert {item: told.count(item) for item in told} == data.held_up_by


def lists_the_items(card: Message, data: Orders) -> None:
    """The worst three by name, the others by number."""
    assert "10 inactive items" in card.text
    shown = str(card.blocks)
    for item, orders in data.held_up_by.most_common(3):
        assert item in shown
        assert f"{orders} orders" in shown
    assert "and 7 more" in shown


async def details_list_them_all(desk: Office, card: Message) -> None:
    views = desk.box.slack.workspace.views
    await desk.press(card, "Details", ADA)
    await until(lambda: f"of {REFUSED}, " in str([view.blocks for view in views.stack(ADA)]))


async def test_a_csv_holds_the_same_orders(desk: Office, data: Orders) -> None:
    path = data.write_jsonl(desk.folder / "orders.jsonl")
    same = data.write_csv(desk.folder / "orders.csv")
    assert (await desk.does("migrate")).code == 0
    assert (await desk.does("import", path.name)).out == CREATED
    assert (await desk.does("import", same.name)).out == UNCHANGED
    from_jsonl = await contents(desk)
    desk.environ["DATABASE_URL"] = f"sqlite:///{desk.folder}/fresh.db"
    assert (await desk.does("migrate")).code == 0
    assert (await desk.does("import", same.name)).out == CREATED
    assert await contents(desk) == from_jsonl


async def contents(desk: Office) -> dict[str, dict[str, Any]]:
    """What the API tells of each order, where it stands left out."""
    async with desk.at_work() as (bot, door):
        shown = await door.orders()
        for one in shown[::50]:
            alone = await door.order(one["id"])
            assert {**alone, **dict.fromkeys(STANDING)} == {**one, **dict.fromkeys(STANDING)}
        assert await bot.stop() == 0
    return {
        one["id"]: {name: value for name, value in one.items() if name not in STANDING}
        for one in shown
    }
