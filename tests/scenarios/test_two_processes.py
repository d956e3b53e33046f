"""Two bots on one PostgreSQL share the work; one is killed half-way, and the other does the rest.

`SHARED_ORDERS=5000` for as many orders.
"""

import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import store as stores
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import State
from sandbox.erp import faults
from sandbox.serve import Box, running
from sandbox.slack.messages import Message
from store.tables import alerts, order_events, orders, shares
from tests.bot.running import Operator, Running, shop, slack_of
from tests.databases import PostgresDatabases
from tests.patience import patient
from tests.scenarios.northwind import made

ORDERS = int(os.environ.get("SHARED_ORDERS", "1500"))
PATIENCE = 60 + ORDERS / 20
PLACES = 8
LEASE = timedelta(seconds=2 * 1 + 15)
NORTH = DistributorKey("northwind")
CLOCK = "clock of northwind: this process has it"
ALERTS = "alerts of northwind: this process has it"
CHANNEL = "C000000002"
CONFIG = f"""
[distributors.northwind]
name = "Northwind Traders"
timezone = "America/Chicago"
slack_team = "T000000001"
alert_channel = "{CHANNEL}"
admins = ["U000000001"]
api_token = "env:SHOP"
cadence = "0 0 29 2 *"
[distributors.northwind.alerts]
group_wait = "0s"
[distributors.northwind.erp]
kind = "rest"
url = "ERP_URL"
token = "env:ERP_KEY"
concurrency = {PLACES}
timeout = "1s"
settle = "1s"
lookup_gap = "1s"
"""
pytestmark = pytest.mark.timeout(60 + 3 * PATIENCE)


@dataclass
class World:
    operator: Operator
    box: Box
    store: stores.Store

    async def ask(self, question: sa.Select[Any]) -> Any:
        async with self.store.database.reading() as connection:
            return await connection.scalar(question)

    async def until(self, orders: int) -> tuple[int, int]:
        """Waits until the ERP holds so many; the most calls that the rows ever allowed, the most
        orders that were `sending`.
        """
        allowed = sending = 0
        async with asyncio.timeout(PATIENCE):
            while len(self.box.erp.holdings()) < orders:
                allowed = max(allowed, await self.ask(sa.select(sa.func.sum(shares.c.held))) or 0)
                sending = max(sending, await self.ask(_count(State.SENDING)))
                await asyncio.sleep(0.02)
        return allowed, sending


def _count(state: State) -> sa.Select[Any]:
    return sa.select(sa.func.count()).where(orders.c.state == state.value)


@pytest.fixture
async def world(tmp_path: Path, postgres: PostgresDatabases) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        url = stack.enter_context(postgres.ready())
        box = await stack.enter_async_context(running(patient(erp_token="erp-token-of-the-two")))
        box.erp.options.honour_key = False
        around = {
            "DATABASE_URL": url,
            "SHOP": "shop-token-of-the-two",
            "ERP_KEY": box.erp_token,
            **slack_of(box),
        }
        operator = Operator(tmp_path, around)
        operator.write(CONFIG.replace("ERP_URL", box.erp_url))
        store = await stack.enter_async_context(stores.open(url))
        yield World(operator, box, store)


async def fill(world: World, orders: int = ORDERS, **more: str) -> None:
    """The orders come in; they wait for a tick that is far off."""
    plain = made().orders
    lines = [
        json.dumps({**plain[number % len(plain)], "id": f"N{number}", **more})
        for number in range(orders)
    ]
    (world.operator.folder / "orders.jsonl").write_text("\n".join(lines))
    assert (await world.operator.does("import", "orders.jsonl")).code == 0


async def tick(world: World) -> None:
    """The tick that they wait for is past."""
    async with world.store.database.writing() as connection:
        await connection.execute(sa.update(orders).values(next_at=orders.c.received_at))


async def sent_by(bot: Running) -> int:
    """How many requests this process made to enter an order."""
    async with shop(await bot.url(), "nobody") as client:
        figures = (await client.get("/metrics")).text
    found = re.findall(r"sync_attempts_total{.*} ([0-9.]+)", figures)
    return sum(int(float(one)) for one in found)


async def holder(*bots: Running, duty: str = CLOCK) -> Running:
    """The one that has the duty."""
    async with asyncio.timeout(60):
        while True:
            for bot in bots:
                if any(duty in line for line in bot.log):
                    return bot
            await asyncio.sleep(0.1)


async def both_have_places(world: World) -> None:
    async with asyncio.timeout(60):
        while await world.ask(sa.select(sa.func.min(shares.c.held))) != PLACES // 2:
            await asyncio.sleep(0.1)


async def test_killed_half_way_the_other_does_the_rest(world: World) -> None:
    await fill(world)
    async with world.operator.running() as one, world.operator.running() as other:
        first = await holder(one, other)
        second = other if first is one else one
        await both_have_places(world)
        # Each looks when it looks: nobody is to be through with all before the other begins.
        world.box.erp.faults = [faults.slow(0.5)] * (4 * PLACES)
        await tick(world)
        allowed, sending = await world.until(ORDERS // 2)
        both = await sent_by(first), await sent_by(second)
        first.process.kill()
        killed_at = await world.ask(sa.select(sa.func.clock_timestamp()))
        await second.says(CLOCK)
        more, _ = await world.until(ORDERS)
        async with asyncio.timeout(PATIENCE):
            while await world.ask(_count(State.SYNCED)) < ORDERS:
                await asyncio.sleep(0.1)
        assert await second.stop() == 0
        log = "".join(second.log)
    assert min(both) > 0, "both had a part in it"
    assert max(allowed, more) <= PLACES
    assert sending <= 2 * PLACES
    assert [len(held) for held in world.box.erp.holdings().values()] == [1] * ORDERS
    assert await _taken_over(world, killed_at)
    assert "Traceback" not in log


async def _taken_over(world: World, killed_at: datetime) -> bool:
    """What the killed one had out was looked up within half a minute of the end of its lease."""
    e = order_events.c
    late = sa.select(sa.func.count()).where(
        e.what == "lease_ran_out", e.at > killed_at + LEASE + timedelta(seconds=30)
    )
    return bool(await world.ask(late) == 0)


async def test_what_the_killed_one_posted_is_not_posted_again_by_the_one_that_stood_by(
    world: World,
) -> None:
    world.box.erp.catalogue.set_customer("NOBODY", active=False)
    async with world.operator.running() as one, world.operator.running() as other:
        first = await holder(one, other, duty=ALERTS)
        second = other if first is one else one
        await second.says("speaking in workspace")
        await fill(world, orders=1, account_id="NOBODY")
        world.box.slack.workspace.on_change.append(lambda *_: _kill_once_posted(world, first))
        await tick(world)
        assert await first.process.wait() == -signal.SIGKILL
        await second.says(ALERTS)
        async with asyncio.timeout(PATIENCE):
            while not await world.ask(sa.select(sa.func.count(alerts.c.ts))):
                await asyncio.sleep(0.1)
        assert await second.stop() == 0
    assert len(_cards(world)) == 1


def _cards(world: World) -> list[Message]:
    return [
        one
        for one in world.box.slack.workspace.conversations[CHANNEL].timeline()
        if one.metadata and one.metadata["event_type"] == "orderwatch_alert"
    ]


def _kill_once_posted(world: World, bot: Running) -> None:
    """Within the post, so that it dies before it can write down that the card stands."""
    if _cards(world) and bot.process.returncode is None:
        bot.process.kill()


async def test_one_that_stops_is_followed_by_the_other(world: World) -> None:
    async with world.operator.running() as one, world.operator.running() as other:
        first = await holder(one, other)
        second = other if first is one else one
        assert await first.stop() == 0
        await second.says(CLOCK)
        await second.says(ALERTS)
        async with asyncio.timeout(PATIENCE):
            while not _posts(world):
                await asyncio.sleep(0.1)
        # It gives its places back as it goes; where it has no time for that, the other finds out.
        async with asyncio.timeout(PATIENCE):
            while await world.ask(sa.select(sa.func.count(shares.c.process.distinct()))) != 1:
                await asyncio.sleep(0.1)
        assert await second.stop() == 0
    assert _posts(world) == 1, "the first admin is told once to choose people"


def _posts(world: World) -> int:
    return sum(one["method"] == "chat.postMessage" for one in world.box.slack.api.log)
