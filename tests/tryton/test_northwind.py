"""Northwind orders into a real Tryton, by the real command: what it sells goes in, the rest is one
alert, and once its items are sold again, `Retry all` brings in what is left.

All 830 orders take some minutes; NORTHWIND_ORDERS=830 asks for them. By default it is every
seventh, of which a third names something discontinued, as it is in the whole.
"""

import asyncio
import contextlib
import csv
import os
from collections import Counter
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio

from bot.wire import read_order
from commands.domain.documents import Document
from sandbox.tryton import Customer, Item, MasterData, Tryton, running
from tests.scenarios.northwind import BESIDE, ORDERS, Orders, northwind
from tests.scenarios.office import CHANNEL, CONFIG, Door, Office, before, until

pytestmark = [pytest.mark.xdist_group("northwind on tryton"), pytest.mark.timeout(1200)]

SHARE: Final = max(1, ORDERS // int(os.environ.get("NORTHWIND_ORDERS", "120")))
ADA: Final = "U000000001"
SETTINGS: Final = """
[distributors.northwind.erp]
kind = "tryton"
url = "ERP_URL"
database = "orderwatch"
token = "env:ERP_KEY"
timeout = "60s"
settle = "1s"
lookup_gap = "1s"
"""


def some() -> Orders:
    """Every so manieth of the orders, and what is discontinued among their items."""
    every = northwind()
    return Orders(every.orders[::SHARE], every.discontinued)


def known_to_tryton(data: Orders) -> MasterData:
    items = {line["sku"] for order in data.orders for line in order["lines"]} | data.discontinued
    customers = {order["account_id"]: order["account_name"] for order in data.orders}
    if (BESIDE / "customers.csv").exists():
        with (BESIDE / "customers.csv").open(encoding="utf-8", newline="") as file:
            customers |= {row["account_id"]: row["name"] for row in csv.DictReader(file)}
        with (BESIDE / "products.csv").open(encoding="utf-8", newline="") as file:
            items |= {row["sku"] for row in csv.DictReader(file)}
    return MasterData(
        [Item(sku, active=sku not in data.discontinued) for sku in sorted(items)],
        [Customer(code, name) for code, name in sorted(customers.items())],
    )


@pytest_asyncio.fixture(loop_scope="session")
async def data() -> Orders:
    return some()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path, data: Orders) -> AsyncIterator[tuple[Office, Tryton]]:
    async with (
        running(tmp_path / "tryton", known_to_tryton(data)) as server,
        before() as (box, secrets),
    ):
        one = Office(tmp_path, {**secrets, "ERP_KEY": server.key}, box=box)
        one.write(CONFIG + SETTINGS.replace("ERP_URL", server.url))
        yield one, server


async def test_what_is_sold_goes_in_and_the_rest_when_it_is_sold_again(
    desk: tuple[Office, Tryton], data: Orders
) -> None:
    office, tryton = desk
    count, taken = len(data.orders), len(data.taken)
    path = data.write_jsonl(office.folder / "orders.jsonl")
    async with office.at_work() as (bot, door), office.ticks_pass():
        assert f"{count} created" in (await office.does("import", path.name)).out
        assert await door.settled(count) == {"successful": taken, "failed": count - taken}
        await refused_for_their_item(door, data)
        await holds(tryton, data, data.taken)

        card = await office.alert_says(f"Failed: {count - taken} orders")
        await office.say(f"/orders people grant <@{ADA}> actions", ADA)
        await granted(office)
        await asyncio.gather(*(tryton.set_item(sku, active=True) for sku in data.discontinued))
        await office.press(card, "Retry all", ADA)
        assert await all_in(door, count) == {"successful": count}
        await holds(tryton, data, frozenset(order["id"] for order in data.orders))
        await office.alert_says("Solved:")
        assert await bot.stop() == 0
    assert [message.ts for message in office.alerts()] == [card.ts], "one alert for it all"
    assert office.complaints() == []


async def refused_for_their_item(door: Door, data: Orders) -> None:
    failed = [one for one in await door.orders() if one["status"] == "failed"]
    assert {one["id"] for one in failed}.isdisjoint(data.taken)
    assert {one["error"]["code"] for one in failed} <= {"inactive_item"}
    assert Counter(one["error"]["subject"] for one in failed) == data.held_up_by


async def holds(tryton: Tryton, data: Orders, numbers: frozenset[str]) -> None:
    """Tryton has these orders and no others, each once, of this customer and with this total."""
    sales = await tryton.sales()
    assert Counter(sale.reference for sale in sales) == Counter(numbers)
    held = {sale.reference: (sale.party, sale.total, sale.state) for sale in sales}
    assert held == {
        order["id"]: (order["account_id"], total(order), "confirmed")
        for order in data.orders
        if order["id"] in numbers
    }


def total(order: dict[str, Any]) -> Decimal:
    document = read_order(order)
    assert isinstance(document, Document)
    return document.total


async def granted(office: Office) -> None:
    """Until Ada may act: she is told so."""
    channel = office.box.slack.workspace.conversations[CHANNEL]
    await until(lambda: any("granted." in one.text for one in channel.timeline(ADA)))


async def all_in(door: Door, count: int) -> Counter[str]:
    """How the orders stand as soon as none is pending or failed, or nothing moves any more."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(600):
            while (counts := await door.counts())["successful"] < count:
                await asyncio.sleep(0.3)
            return counts
    return await door.counts()
