"""The clock of the sandbox: moved forward for everybody, and never back."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.product import Product, Surroundings
from tests.sandbox.slack_world import DANA, ORDERS, world

DAY = 86_400
READS = ["sh", "-c", 'while read line; do echo "$line"; done']


async def test_it_moves_for_slack_the_erp_and_the_mailbox_alike() -> None:
    async with world(frozen=True) as w:
        before = w.box.clock.now()
        answer = await w.do("clock", DANA, seconds=DAY)
        assert answer["now"] == before + DAY
        assert (await w.see("state", DANA))["now"] == before + DAY
        moved = datetime.fromtimestamp(before + DAY, UTC)
        assert w.box.erp.clock() == moved
        assert w.box.mailbox._clock() == moved
        sent = await w.do("send", DANA, channel=ORDERS, text="tomorrow")
        assert float(sent["ts"]) >= before + DAY


@pytest.mark.parametrize("seconds", [-1, 0, 10**9, "soon", None])
async def test_it_goes_forward_only_and_not_for_ever(seconds: object) -> None:
    async with world(frozen=True) as w:
        before = w.box.clock.now()
        answer = await w.do("clock", DANA, seconds=seconds)
        assert "forward only" in answer["message"]
        assert w.box.clock.now() == before


async def test_what_slack_alone_skips_nobody_else_does() -> None:
    async with world(frozen=True) as w:
        wall = w.box.clock.wall()
        w.box.clock.advance(60)
        assert (w.box.clock.wall(), w.box.clock.now()) == (wall, wall + 60)


async def test_the_product_is_told_the_time_at_its_start_and_at_each_move(tmp_path: Path) -> None:
    async with world() as w:
        nothing = Surroundings(*(["http://127.0.0.1"] * 7))
        product = Product(tmp_path, nothing, READS, clock=w.box.clock)
        await product.launch()
        w.box.clock.travel(3600)
        async with asyncio.timeout(20):
            while len(told := product.tail().split()) < 2:
                await asyncio.sleep(0.05)
        await product.stop()
    assert [round(float(line)) for line in told] == [0, 3600]
