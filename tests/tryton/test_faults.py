"""The fault suite's judgement on a real Tryton: requests are cut before, while and after it acts,
the bot is killed, some orders are refused; nothing is lost, nothing is there twice.

A seed fixes what is drawn, not the order in which things come: here time is real.
"""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from commands.domain.ids import OrderId
from commands.domain.lifecycle import State
from sandbox.tryton import Tryton
from sandbox.wire import CUT_BEFORE, PASSED, Mishap, Plan, Request, Wire
from tests.faults.judging import wrongs
from tests.tryton.plant import KEY, documents, plant
from tests.tryton.world import creates, order, presses

pytestmark = [pytest.mark.xdist_group("tryton"), pytest.mark.timeout(600)]

ORDERS = 24


@pytest.mark.parametrize("seed", [1, 2])
async def test_none_is_lost_and_none_is_there_twice(
    tryton: Tryton, wire: Wire, tmp_path: Path, seed: int
) -> None:
    async with plant(tryton, wire, tmp_path, seed, documents(seed, ORDERS)) as bot:
        for _ in range(3):
            await asyncio.sleep(bot.chance.uniform(0.5, 3))
            await bot.kill()
        await bot.all_tried()
        await bot.mend()
        outcome = await bot.outcome(rested=await bot.to_rest())
    await tryton.set_item("GONE", active=False)
    await tryton.set_customer("HARBR", credit_limit_amount=Decimal(10))
    assert wrongs(outcome) == []
    assert len(outcome.orders) == ORDERS
    at_creates = [one.mishap.kind for one in wire.log if creates(one.request)]
    assert at_creates.count("cut during") > 3, "the wire has failed in earnest"


@pytest.mark.parametrize("button", ["quote", "confirm"])
async def test_a_draft_that_was_cut_off_is_finished_by_itself(
    tryton: Tryton, wire: Wire, tmp_path: Path, button: str
) -> None:
    """Nobody presses anything: what the bot began it goes on with, in the same document."""
    mine = [order(id=OrderId(f"{len(button)}{number}"), distributor=KEY) for number in range(3)]
    async with plant(tryton, wire, tmp_path, 1, mine) as bot:
        bot.well = True
        wire.plan = each_cut_once(presses(button))
        assert await bot.to_rest()
        outcome = await bot.outcome(rested=True)
    assert wrongs(outcome) == []
    assert {one.standing.state for one in outcome.orders.values()} == {State.SYNCED}
    assert sum(creates(one.request) for one in wire.log) == len(mine)


def each_cut_once(chosen: Callable[[Request], bool]) -> Plan:
    """Each such address is cut off the first time."""
    seen: set[str] = set()

    def plan(request: Request) -> Mishap:
        if not chosen(request) or request.path in seen:
            return PASSED
        seen.add(request.path)
        return CUT_BEFORE

    return plan
