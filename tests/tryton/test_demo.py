"""`make demo ERP=tryton`: the demo's orders in a real Tryton, its page with the switches it has."""

import asyncio
from typing import Any, Final

import httpx
import pytest

from sandbox.demo import SCENES, play
from tests.e2e.at_work import HURRIED

pytestmark = [pytest.mark.xdist_group("demo on tryton"), pytest.mark.timeout(600)]

ADA: Final = "U000000001"
PATIENCE: Final = 300


async def test_the_demo_on_tryton() -> None:
    said: asyncio.Queue[str] = asyncio.Queue()
    stopped = asyncio.Event()
    scene, command = SCENES["tryton"], (*HURRIED, "run", "--migrate")
    demo = asyncio.create_task(play(0, command, stopped, said.put_nowait, print, scene))
    first = (await first_of(said.get(), demo)).splitlines()[0]
    name, _, url = first.rpartition(" ")
    assert name == "Orderwatch demo:"
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as page:
        alerts = await alerts_of(page, 3)
        assert any("inactive item" in text for text in alerts)
        assert any("unknown customer" in text for text in alerts)
        view = (await page.get("/erp/view")).json()
        assert view["about"].startswith("A real Tryton")
        assert "unconfirmed" not in view["switches"]
        assert {one["status"] for one in view["orders"]} >= {"confirmed"}
        own = {"Origin": url}
        refused = await page.post("/erp/switches", json={"down": True})
        assert refused.status_code == 403
        unknown = await page.post("/erp/switches", json={"unconfirmed": True}, headers=own)
        assert unknown.json()["ok"] is False
        for switch in ("sell_discontinued", "down", "slow"):
            turned = await page.post("/erp/switches", json={switch: True}, headers=own)
            assert turned.json() == {"ok": True}
        assert (await page.get("/erp/view")).json()["switches"]["down"] is True
    stopped.set()
    await asyncio.wait_for(demo, 60)


async def first_of(coming: Any, demo: asyncio.Task[None]) -> str:
    """What it says, or why it ended."""
    waiting = asyncio.ensure_future(coming)
    async with asyncio.timeout(PATIENCE):
        await asyncio.wait({waiting, demo}, return_when=asyncio.FIRST_COMPLETED)
    if not waiting.done():
        demo.result()
    return str(waiting.result())


async def alerts_of(page: httpx.AsyncClient, count: int) -> list[str]:
    query = {"as": ADA, "channel": "C000000002"}
    async with asyncio.timeout(PATIENCE):
        while True:
            shown = (await page.get("/desk/messages", params=query)).json()["messages"]
            if len(shown) >= count:
                return [one["text"].lower() for one in shown]
            await asyncio.sleep(0.2)
