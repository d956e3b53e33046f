"""The whole service as a process, against the local Slack and the simulated ERP."""

import asyncio
import contextlib
import json
import signal
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from sandbox.serve import Box, SandboxOptions, running
from tests.bot.running import Operator, shop, slack_of
from tests.bot.test_api import order

SHOP, ERP_SHOP = "canary-shop-token-123", "canary-erp-token-4567"
CONFIG = """
[distributors.northwind]
name = "Northwind Traders"
timezone = "America/Chicago"
slack_team = "T000000001"
alert_channel = "C000000002"
admins = ["U000000001"]
api_token = "env:SHOP"
erp_api_token = "env:ERP_SHOP"
cadence = "* * * * *"
[distributors.northwind.alerts]
group_wait = "0s"
[distributors.northwind.erp]
kind = "rest"
url = "{erp}"
token = "env:ERP_KEY"
settle = "1s"
lookup_gap = "1s"
timeout = "1s"
"""


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    async with running(SandboxOptions(erp_token="canary-erp-key-89")) as box:
        yield box


@pytest.fixture
def operator(tmp_path: Path, box: Box) -> Operator:
    one = Operator(
        tmp_path,
        {
            "SHOP": SHOP,
            "ERP_SHOP": ERP_SHOP,
            "ERP_KEY": box.erp_token,
            **slack_of(box),
        },
    )
    one.write(CONFIG.format(erp=box.erp_url))
    return one


def grocery(number: str, **more: object) -> dict[str, object]:
    customer = {"account_id": "VINET", "account_name": "Canary Foods", "contact": "Canary Paul"}
    line = {"sku": "CANARY-1", "description": "Canary seed", "quantity": 1, "unit_price": 1}
    return {**order(number), **customer, "notes": "canary notes", "lines": [line], **more}


async def until_status(client: httpx.AsyncClient, number: str, status: str) -> dict[str, object]:
    """Wait for what the API says of an order."""
    async with asyncio.timeout(100):
        while True:
            shown: dict[str, object] = (await client.get(f"/api/v1/orders/{number}")).json()
            if shown["status"] == status:
                return shown
            await asyncio.sleep(0.2)


async def test_it_runs_syncs_and_stops(box: Box, operator: Operator) -> None:
    async with operator.running("--migrate") as bot:
        url = await bot.url()
        await bot.says("speaking in workspace T000000001")
        async with shop(url, SHOP) as client:
            assert (await client.get("/readyz")).status_code == 200
            assert (await client.post("/slack/events", content=b"{}")).status_code == 404
            second = await operator.does("run")
            assert second.code == 1
            assert second.lines[-1].startswith("orderwatch: another `orderwatch run` uses")
        assert await bot.stop() == 0
        assert "Traceback" not in "".join(bot.log)


async def test_without_its_workspace_orders_are_synced_all_the_same(
    box: Box, operator: Operator
) -> None:
    operator.write(CONFIG.format(erp=box.erp_url).replace("T000000001", "T0OTHER"))
    async with operator.running("--migrate") as bot:
        await bot.says("northwind has no Slack: its workspace is T0OTHER")
        async with shop(await bot.url(), SHOP) as client:
            assert (await client.get("/healthz")).status_code == 200
        assert await bot.stop(signal.SIGINT) == 0


async def test_a_token_that_slack_does_not_know_ends_it(operator: Operator) -> None:
    operator.environ["SLACK_BOT_TOKEN"] = "xoxb-nobodys"
    ended = await operator.does("run", "--migrate")
    assert ended.code == 1
    assert "SLACK_BOT_TOKEN is not one Slack knows" in ended.lines[-1]
    assert "xoxb-nobodys" not in ended.err


async def due_now(operator: Operator, *orders: dict[str, object]) -> None:
    """Import orders, and let the tick they wait for be past."""
    (operator.folder / "orders.jsonl").write_text("\n".join(json.dumps(one) for one in orders))
    assert (await operator.does("migrate")).code == 0
    assert (await operator.does("import", "orders.jsonl")).code == 0
    with contextlib.closing(sqlite3.connect(operator.folder / "orderwatch.db")) as database:
        database.execute("UPDATE orders SET next_at = received_at")
        database.commit()


async def test_killed_in_the_middle_it_ends_with_each_order_in_the_erp_once(
    box: Box, operator: Operator
) -> None:
    await due_now(operator, *(grocery(str(number)) for number in range(200)))
    async with operator.running() as bot:
        await bot.url()
        async with asyncio.timeout(60):
            while len(box.erp.holdings()) < 5:
                await asyncio.sleep(0.01)
        await bot.stop(signal.SIGKILL)
    assert len(box.erp.holdings()) < 200
    async with operator.running() as bot, shop(await bot.url(), SHOP) as client:
        for number in range(200):
            await until_status(client, str(number), "successful")
        assert await bot.stop() == 0
    assert [len(held) for held in box.erp.holdings().values()] == [1] * 200


async def test_the_log_says_nothing_that_is_not_its_business(box: Box, operator: Operator) -> None:
    box.erp.catalogue.set_item("CANARY-1", active=False)
    await due_now(operator, grocery("1"), grocery("2"), grocery("3"))
    box.erp.switch({"cut_connection": True})
    async with operator.running("--log-level", "DEBUG") as bot:
        await bot.says("speaking in workspace")
        async with shop(await bot.url(), SHOP) as client:
            await until_attempted(client)
            box.erp.switch({"cut_connection": False})
            await client.post("/api/v1/orders", json=[grocery("4", freight="canary"), {"id": 1}])
            await client.post("/api/v1/orders", content=b'{"canary')
            await client.get("/api/v1/orders/canary", headers={"Authorization": "Bearer canary"})
            confirmation = {"order_id": "1", "erp_reference": "canary-number"}
            await client.post("/api/v1/erp/confirmations", json=confirmation)
            shown = await until_status(client, "1", "failed")
            assert "CANARY-1" in str(shown["error"])
            metrics = (await client.get("/metrics")).text
        assert await bot.stop() == 0
    text = "".join(bot.log).lower() + metrics.lower()
    assert "canary" not in text
    for secret in (box.bot_token, box.app_token, "vinet"):
        assert secret.lower() not in text


async def until_attempted(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(60):
        while not any(
            one["attempts"] for one in (await client.get("/api/v1/orders")).json()["orders"]
        ):
            await asyncio.sleep(0.05)


async def test_the_doctor_where_all_is_well_and_where_it_is_not(
    box: Box, operator: Operator
) -> None:
    assert (await operator.does("migrate")).code == 0
    operator.environ |= {"SMTP_URL": box.smtp_url, "MAIL_FROM": "orders@northwind.example"}
    ended = await operator.does("check")
    assert [line for line in ended.out.splitlines() if not line.startswith("✓ ok")] == []
    assert ended.code == 0
    assert "anary" not in ended.out
    operator.environ["ERP_KEY"] = "wrong-canary"
    text = CONFIG.format(erp=box.erp_url)
    operator.write(text.replace("C000000002", "C0NOWHERE"))
    ended = await operator.does("check")
    assert ended.code == 1
    wrong = [line for line in ended.out.splitlines() if line.startswith("✗ wrong")]
    assert [line.partition(": ")[0] for line in wrong] == [
        "✗ wrong  Slack of northwind",
        "✗ wrong  ERP of northwind",
    ]
    assert "anary" not in ended.out
