"""kill -9 in the middle of import and sync: the same numbers in the end, nothing twice."""

import pytest

from tests.scenarios.northwind import ORDERS, REFUSED, TAKEN, Orders
from tests.scenarios.office import Office

PART = 600
"""Lines that are in the pipe: a chunk of 500 of them goes into the database, the others wait."""
CHUNK = 500

pytestmark = pytest.mark.timeout(400)


async def dies_when_the_erp_holds(desk: Office, orders: int) -> None:
    books = desk.box.erp.books
    async with desk.at_work() as (bot, _):
        with desk.killing(bot, lambda: len(books.documents) >= orders):
            assert await bot.process.wait() == -9
    assert len(books.documents) < TAKEN


async def test_the_bot_dies_again_and_again(desk: Office, data: Orders) -> None:
    lines = data.lines()
    assert (await desk.does("migrate")).code == 0
    async with desk.ticks_pass():
        async with desk.importing_from_a_pipe() as pipe:
            await pipe.feed(lines[:PART])
            await dies_when_the_erp_holds(desk, 1)
            await dies_when_the_erp_holds(desk, 150)
            await pipe.feed(lines[PART:])
            assert (await pipe.result()).startswith(f"{ORDERS} orders: {ORDERS} created")
        await dies_when_the_erp_holds(desk, 400)
        await ends_in_the_same_numbers(desk, data)
    # Each time the ERP had just taken an order, and nobody was left to hear of it.
    assert len(looked_up(desk)) >= 3


def looked_up(desk: Office) -> set[str]:
    return {seen.external_id for seen in desk.box.erp.requests if seen.method == "GET"}


async def test_the_import_dies_half_way(desk: Office, data: Orders) -> None:
    lines = data.lines()
    async with desk.at_work() as (_, door), desk.ticks_pass():
        async with desk.importing_from_a_pipe() as pipe:
            await pipe.feed(lines[:PART])
            await door.has(CHUNK)
            await pipe.kill()
        assert len(await door.orders()) == CHUNK
    path = data.write_jsonl(desk.folder / "orders.jsonl")
    ended = await desk.does("import", path.name)
    left = ORDERS - CHUNK
    assert ended.out == (
        f"{ORDERS} orders: {left} created, 0 updated, {CHUNK} unchanged, 0 refused\n"
    )
    async with desk.ticks_pass():
        await ends_in_the_same_numbers(desk, data)


async def ends_in_the_same_numbers(desk: Office, data: Orders) -> None:
    async with desk.at_work() as (bot, door):
        counts = await door.settled(ORDERS)
        assert counts == {"successful": TAKEN, "failed": REFUSED}
        card = await desk.alert_says(f"Failed: {REFUSED} orders")
        assert await bot.stop() == 0
    assert [message.ts for message in desk.alerts()] == [card.ts]
    assert set(desk.box.erp.holdings()) == data.taken
    assert [len(held) for held in desk.box.erp.holdings().values()] == [1] * TAKEN
    assert desk.rate_limited() == []
    assert desk.complaints() == []
