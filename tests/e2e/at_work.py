"""Northwind at work: the sandbox, the ERP and the real bot, as the demo runs them, but in a hurry.

The browser tests of the main job and the screenshots enter `northwind`.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from sandbox.data import DISTRIBUTOR
from sandbox.product import SETTINGS, Product
from sandbox.serve import Box, SandboxOptions
from sandbox.staging import at_work

HURRIED = (sys.executable, "-m", "tests.e2e.hurried")
PACE = SETTINGS.replace('"2s"', '"1s"')
SOLD, DISCONTINUED = "PRD-101", "BEV-702"
PRODUCTS = {
    SOLD: {"description": "Roma tomatoes", "unit": "25 lb case", "unit_price": "28.50"},
    DISCONTINUED: {"description": "Hibiscus cooler", "unit": "24 x 12 oz", "unit_price": "33.60"},
}

Json = dict[str, Any]


def order(number: str, sku: str = SOLD, **changes: object) -> Json:
    """An order of Green Fork for tomorrow, of two cases."""
    now = datetime.now(UTC)
    given: Json = {
        "id": number,
        "distributor": DISTRIBUTOR,
        "account_id": "GREEN",
        "account_name": "Green Fork",
        "contact": "Maya Lindqvist",
        "phone": "312-555-0118",
        "placed_at": now.isoformat(),
        "delivery_date": (now + timedelta(days=2)).date().isoformat(),
        "currency": "USD",
        "lines": [{"sku": sku, "quantity": 2, **PRODUCTS[sku]}],
    }
    return {**given, **changes}


@dataclass(frozen=True, slots=True)
class Northwind:
    """The stand-ins in this process, and the bot as a process of its own."""

    box: Box
    bot: Product

    def pass_time(self, span: timedelta) -> None:
        """For the bot and for Slack alike."""
        self.box.clock.travel(span.total_seconds())

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.box.clock.wall(), UTC)

    async def shown(self, number: str) -> Json:
        """An order as the shop's own API shows it."""
        headers = {"Authorization": f"Bearer {self.bot.api_token}"}
        async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=30) as shop:
            answer = await shop.get(f"{self.bot.url}/api/v1/orders/{number}")
        shown: Json = answer.json()
        return shown

    async def keyed_in(self, given: Json) -> str:
        """A clerk types an order into the ERP itself; the ERP's number of it."""
        key = f"{DISTRIBUTOR}/{given['id']}"
        headers = {"Authorization": f"Bearer {self.box.erp_token}", "Idempotency-Key": key}
        async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=30) as erp:
            answer = await erp.post(f"{self.box.erp_url}/orders", json=given)
        return str(answer.json()["reference"])

    def in_the_erp(self) -> dict[str, int]:
        """How often the ERP holds each order, by its own books."""
        return {number: len(held) for number, held in self.box.erp.holdings().items()}


@contextlib.asynccontextmanager
async def northwind(options: SandboxOptions, settings: str = PACE) -> AsyncIterator[Northwind]:
    """Everything up, the bot listening to Slack; nobody has a permission yet."""
    command = (*HURRIED, "run", "--migrate")
    async with at_work(options, command, settings) as (box, bot):
        await bot.ready()
        async with asyncio.timeout(30):
            while not box.slack.sockets.open:
                await asyncio.sleep(0.05)
        yield Northwind(box, bot)
