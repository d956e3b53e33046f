"""A storm: the ERP refuses everything for five reasons, and the bot is killed in the middle of it.

`STORM=10000` for as many orders. The strict sandbox counts what Slack would count: a post a second
in a channel, fifty edits a minute; whoever goes over is told so, and that stands in its log.
"""

import os
import re
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import httpx
import pytest

from sandbox.erp.catalogue import Item
from sandbox.slack.messages import Message
from tests.scenarios.northwind import Json, Orders
from tests.scenarios.office import CHANNEL, Door, Office, until

STORM = int(os.environ.get("STORM", "300"))
CAUSES = {
    "GONE": "Inactive item",
    "OUT": "Out of stock",
    "CHEAP": "Price not accepted",
    "OFF": "Inactive customer",
    "HOLD": "Credit hold",
}
PEOPLE = ("dana", "eli")

pytestmark = pytest.mark.timeout(400 + STORM / 5)


def orders() -> list[Json]:
    """The causes take turns; every order is due on its own day."""
    codes = list(CAUSES)
    return [_order(number, codes[number % len(codes)]) for number in range(STORM)]


def _order(number: int, code: str) -> Json:
    account = code if code in {"OFF", "HOLD"} else "GREEN"
    return {
        "id": f"S{number:05d}",
        "distributor": "northwind",
        "account_id": account,
        "account_name": "Green Fork",
        "placed_at": "2026-11-24T09:00:00Z",
        "delivery_date": str(date.today() + timedelta(days=3 + number % 60)),  # noqa: DTZ011
        "currency": "USD",
        "lines": [
            {
                "sku": "FINE" if account == code else code,
                "description": "Roma tomatoes",
                "unit": "case",
                "quantity": 2,
                "unit_price": "28.50",
            }
        ],
    }


@pytest.fixture
def stormy(desk: Office) -> Office:
    catalogue = desk.box.erp.catalogue
    catalogue.set_item("GONE", active=False)
    catalogue.items["OUT"] = Item("OUT", stock=Decimal(0))
    catalogue.items["CHEAP"] = Item("CHEAP", floor_price=Decimal(1000))
    catalogue.set_customer("OFF", active=False)
    catalogue.set_customer("HOLD", credit_hold=True)
    return desk


async def test_a_storm_ends_in_five_true_messages(stormy: Office) -> None:
    desk, asked, half = stormy, stormy.box.erp.requests, STORM // 2
    async with desk.at_work():
        await people_are_to_be_told(desk)
    async with desk.ticks_pass():
        async with desk.at_work() as (bot, _):
            # The first half is told of; in the midst of the second the bot dies.
            await comes_in(desk, orders()[:half])
            await until(lambda: len(desk.alerts()) == len(CAUSES))
            with desk.killing(bot, lambda: len(asked) >= STORM * 3 // 4):
                await comes_in(desk, orders()[half:])
                assert await bot.process.wait() == -9
        assert len({seen.external_id for seen in asked}) < STORM
        async with desk.at_work() as (bot, door):
            await ends_true(desk, door)
            assert await bot.stop() == 0
    assert desk.rate_limited() == []
    assert desk.complaints() == []


async def comes_in(desk: Office, some: list[Json]) -> None:
    path = Orders(tuple(some), frozenset()).write_jsonl(desk.folder / "storm.jsonl")
    assert f"{len(some)} created" in (await desk.does("import", path.name)).out.replace(",", "")


async def people_are_to_be_told(desk: Office) -> None:
    """Ada, the admin, lets two people have direct messages."""
    box = desk.box
    ada = box.people["ada"]
    await until(lambda: bool(box.slack.workspace.im(ada).messages))
    async with httpx.AsyncClient(headers=box.page_headers, trust_env=False) as page:
        for name in PEOPLE:
            text = f"/orders people grant <@{box.people[name]}> notifications"
            said = {"as": ada, "channel": CHANNEL, "text": text}
            assert (await page.post(f"{box.url}/desk/send", json=said)).json()["ok"]
    await until(lambda: all(told(desk, name) for name in PEOPLE))


def told(desk: Office, name: str) -> list[Message]:
    """What the app wrote to somebody."""
    return desk.box.slack.workspace.im(desk.box.people[name]).messages


async def ends_true(desk: Office, door: Door) -> None:
    assert await door.settled(STORM) == {"failed": STORM}
    each = STORM // len(CAUSES)
    true = sorted((cause, each) for cause in CAUSES.values())
    await until(lambda: sorted(map(says, desk.alerts())) == true)
    for name in PEOPLE:
        await until(partial(_knows, desk, name))
    assert desk.box.erp.holdings() == {}
    # Each alert has one message, and its thread no more than what happened: it began, it grew.
    assert len(desk.spoken("chat.postMessage")) <= 4 * len(CAUSES)


def _knows(desk: Office, name: str) -> bool:
    """Of each alert once: a direct message is posted as it begins, and edited when it is over."""
    return sorted(says(one)[0] for one in told(desk, name)[1:]) == sorted(CAUSES.values())


def says(message: Message) -> tuple[str, int]:
    """The cause and the number of orders of a card."""
    shown = str(message.blocks)
    cause = next((cause for cause in CAUSES.values() if cause in shown), shown)
    number = re.match(r"Failed: (\d[\d,]*) orders", message.text)
    return cause, int(number[1].replace(",", "")) if number else 0
