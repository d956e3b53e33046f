"""Several engines on one connection: never more calls out than it takes, over all of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from commands.desk import Alone, Desk
from commands.domain.answers import Answer
from commands.domain.documents import Document
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import State
from commands.engine import Engine
from commands.ports import Erp
from sandbox.erp import faults
from store.engine import connect
from store.processes import ManyProcesses
from tests.commands.works import KEY, Works, order, works
from tests.databases import PostgresDatabases

ORDERS = range(1, 121)


@dataclass
class Gauge:
    """How many calls are out at this moment, and at most were."""

    out: int = 0
    most: int = 0


class Measured:
    """The real adapter, with a gauge in front that all engines share."""

    def __init__(self, erp: Erp, gauge: Gauge) -> None:
        self._erp = erp
        self._gauge = gauge

    async def send(self, document: Document) -> Answer:
        gauge = self._gauge
        gauge.out += 1
        gauge.most = max(gauge.most, gauge.out)
        try:
            # Long enough that calls of several engines would meet.
            await asyncio.sleep(0.02)
            return await self._erp.send(document)
        finally:
            gauge.out -= 1

    def __getattr__(self, name: str) -> object:
        return getattr(self._erp, name)


@contextlib.asynccontextmanager
async def fellow(desk: Desk, url: str, gauge: Gauge) -> AsyncIterator[Engine]:
    """An engine as in a process of its own, until the block ends."""
    database = connect(url)
    processes = ManyProcesses(database)
    erp = cast("Erp", Measured(desk.erp, gauge))
    engine = Engine(replace(desk, erp=erp, processes=processes))
    line, work = asyncio.create_task(processes.keep()), asyncio.create_task(engine.run())
    try:
        yield engine
    finally:
        engine.stop()
        await asyncio.wait_for(work, 20)
        line.cancel()
        await asyncio.gather(line, return_exceptions=True)
        await database.close()


async def synced(shop: Works, number: int) -> None:
    await shop.until(number, State.SYNCED)


async def test_no_more_calls_are_out_than_the_connection_takes(
    tmp_path: Path, postgres: PostgresDatabases
) -> None:
    gauge = Gauge()
    with postgres.ready() as url:
        async with works(tmp_path, database=url) as shop:
            shop.gateway.options.honour_key = False
            shop.gateway.faults = [faults.server_error(503), faults.lost_answer()]
            places = shop.desk.distributor.erp.concurrency
            await shop.send(*(order(number) for number in ORDERS))
            async with fellow(shop.desk, url, gauge):
                await synced(shop, ORDERS[10])
                async with fellow(shop.desk, url, gauge), fellow(shop.desk, url, gauge):
                    await synced(shop, ORDERS[60])
                for number in ORDERS:
                    await synced(shop, number)
            held = shop.gateway.holdings()
    assert gauge.most <= places
    assert [len(held[OrderId(str(number))]) for number in ORDERS] == [1] * len(ORDERS)


class Leaving(Alone):
    """One process alone, which notes when it gives its places back."""

    def __init__(self) -> None:
        self.left: list[DistributorKey] = []

    async def leave(self, distributor: DistributorKey) -> None:
        self.left.append(distributor)


async def test_an_engine_that_stops_gives_its_places_back(tmp_path: Path) -> None:
    async with works(tmp_path) as shop:
        leaving = Leaving()
        shop.desk = replace(shop.desk, processes=leaving)
        await shop.send(order(1))
        async with shop.at_work():
            await shop.until(1, State.SYNCED)
            assert leaving.left == []
        assert leaving.left == [KEY]
