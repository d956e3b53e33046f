"""An alert is a row first: whenever the bot dies, the message it left is the one that is edited."""

import pytest

from sandbox.slack.messages import Message
from tests.scenarios.northwind import Json, Orders
from tests.scenarios.office import Door, Office, until

FIRST, MORE = 20, 10

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def refused(data: Orders) -> list[Json]:
    """Orders that the ERP refuses."""
    return [one for one in data.orders if one["id"] not in data.taken]


def mended(orders: list[Json], data: Orders) -> list[Json]:
    """The same orders with other items in place of those that are gone."""
    return [
        one
        | {
            "lines": [
                line | ({"sku": "NW-003"} if line["sku"] in data.discontinued else {})
                for line in one["lines"]
            ]
        }
        for one in orders
    ]


async def brings(desk: Office, orders: list[Json], outcome: str) -> None:
    path = Orders(tuple(orders), frozenset()).write_jsonl(desk.folder / "some.jsonl")
    ended = await desk.does("import", path.name)
    assert f"{len(orders)} {outcome}" in ended.out


async def dies_when_slack_stores(desk: Office, words: str) -> Message:
    """The bot posts or edits the alert's message to begin so, and never hears that it did."""
    async with desk.at_work() as (bot, _):
        with desk.killing(bot, lambda: any(one.text.startswith(words) for one in desk.alerts())):
            assert await bot.process.wait() == -9
    (message,) = desk.alerts()
    return message


async def settled(desk: Office, door: Door, orders: int, words: str) -> Message:
    await door.settled(orders)
    return await desk.alert_says(words)


async def test_a_post_whose_answer_nobody_heard_is_found_and_edited(
    desk: Office, refused: list[Json]
) -> None:
    assert (await desk.does("migrate")).code == 0
    await brings(desk, refused[:FIRST], "created")
    async with desk.ticks_pass():
        left = await dies_when_slack_stores(desk, "Failed")
        async with desk.at_work() as (bot, door):
            card = await settled(desk, door, FIRST, f"Failed: {FIRST} orders")
            assert await bot.stop() == 0
    assert [one.ts for one in desk.alerts()] == [card.ts] == [left.ts]
    assert len(desk.posted()) == 1
    assert desk.complaints() == []


async def test_what_happened_meanwhile_is_an_edit_of_the_same_message(
    desk: Office, data: Orders, refused: list[Json]
) -> None:
    assert (await desk.does("migrate")).code == 0
    await brings(desk, refused[:FIRST], "created")
    async with desk.ticks_pass():
        async with desk.at_work() as (bot, door):
            first = await settled(desk, door, FIRST, f"Failed: {FIRST} orders")
            await bot.stop()
        await brings(desk, refused[FIRST : FIRST + MORE], "created")
        left = await dies_when_slack_stores(desk, f"Failed: {FIRST + MORE} orders")
        await brings(desk, mended(refused[: FIRST + MORE], data), "updated")
        async with desk.at_work() as (bot, door):
            assert await door.settled(FIRST + MORE) == {"successful": FIRST + MORE}
            card = await desk.alert_says("Solved")
            assert await bot.stop() == 0
    assert [one.ts for one in desk.alerts()] == [card.ts] == [left.ts] == [first.ts]
    assert not [block for block in card.blocks if block["type"] == "actions"]
    assert len(desk.posted()) == 1
    assert [len(held) for held in desk.box.erp.holdings().values()] == [1] * (FIRST + MORE)
    assert desk.complaints() == []


async def test_two_alerts_do_not_take_each_others_message(
    desk: Office, refused: list[Json]
) -> None:
    """Both are in doubt after the restart: each finds its own."""
    desk.box.erp.catalogue.set_customer("NOBODY", active=False)
    assert (await desk.does("migrate")).code == 0
    inactive = [one | {"id": f"i{one['id']}", "account_id": "NOBODY"} for one in refused[:FIRST]]
    await brings(desk, [*refused[:FIRST], *inactive], "created")
    async with desk.ticks_pass():
        left = await dies_when_slack_stores(desk, "Failed")
        async with desk.at_work() as (bot, door):
            await door.settled(2 * FIRST)
            told = f"Failed: {FIRST} orders"
            await until(lambda: [one.text.startswith(told) for one in desk.alerts()] == [True] * 2)
            assert await bot.stop() == 0
    assert left.ts in [one.ts for one in desk.alerts()]
    assert len({one.text for one in desk.alerts()}) == len(desk.alerts()) == 2
    assert len(desk.posted()) == 2
    assert desk.complaints() == []
