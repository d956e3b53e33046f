"""Who asks the ERP beside the engine is bound by the connection as the orders are."""

import asyncio
from dataclasses import replace
from typing import cast

import pytest

from commands.beside import Beside
from commands.domain.answers import Documents, Lookup, LookupTrouble
from commands.domain.connection import Line
from commands.domain.failures import Code
from commands.domain.ids import OrderId
from commands.domain.lifecycle import State
from commands.engine import Engine
from commands.intake import confirmed_by_shop
from commands.ports import Erp
from tests.commands.works import Works, order


class Gauged:
    """The real adapter, which counts how many look-ups are out."""

    def __init__(self, erp: Erp) -> None:
        self._erp = erp
        self.out = self.most = 0

    async def find(self, order_id: OrderId) -> Lookup:
        self.out += 1
        self.most = max(self.most, self.out)
        try:
            # Long enough that all who may would meet.
            await asyncio.sleep(0.05)
            return await self._erp.find(order_id)
        finally:
            self.out -= 1

    def __getattr__(self, name: str) -> object:
        return getattr(self._erp, name)


def beside(shop: Works, engine: Engine) -> Beside:
    erp = Beside(shop.desk.erp, engine)
    shop.desk = replace(shop.desk, erp=erp)
    return erp


async def test_a_look_up_takes_a_place_of_the_connection(shop: Works) -> None:
    gauged = Gauged(shop.desk.erp)
    async with shop.at_work() as engine:
        asked = Beside(cast("Erp", gauged), engine)
        await shop.send(order(1))
        await shop.until(1, State.SYNCED)
        found = await asyncio.gather(*(asked.find(OrderId("1")) for _ in range(12)))
    assert all(isinstance(one, Documents) and len(one.found) == 1 for one in found)
    assert gauged.most == shop.desk.distributor.erp.concurrency


async def test_while_the_key_is_refused_nobody_asks(shop: Works) -> None:
    """The shop may say what it likes: it does not lock the account."""
    async with shop.at_work() as engine:
        beside(shop, engine)
        shop.gateway.switch({"forbidden": True})
        await shop.send(order(1), order(2))
        await shop.until(1, State.FAILED)
        met = len(shop.gateway.requests)
        for _ in range(30):
            await confirmed_by_shop(shop.desk, OrderId("1"), "SO-1")
        assert len(shop.gateway.requests) == met
        answer = await shop.desk.erp.find(OrderId("1"))
    assert isinstance(answer, LookupTrouble)
    assert answer.failure.code is Code.FORBIDDEN


async def test_a_key_that_a_look_up_finds_refused_stops_the_line(shop: Works) -> None:
    async with shop.at_work() as engine:
        asked = beside(shop, engine)
        shop.gateway.switch({"forbidden": True})
        assert isinstance(await asked.find(OrderId("1")), LookupTrouble)
        assert engine.line.line is Line.STOPPED
        met = len(shop.gateway.requests)
        assert isinstance(await asked.find(OrderId("1")), LookupTrouble)
    assert len(shop.gateway.requests) == met


async def test_only_the_engine_sends(shop: Works) -> None:
    async with shop.at_work() as engine:
        asked = beside(shop, engine)
        with pytest.raises(PermissionError):
            await asked.send(order(1))
        with pytest.raises(PermissionError):
            await asked.resume(order(1), "SO-1")
    assert not shop.gateway.requests
