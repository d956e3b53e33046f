"""The sandbox's Tryton: it knows what it was told, and it ends when it is asked to."""

from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from sandbox.tryton import Customer, Item, MasterData, running

DATA = MasterData(
    [Item("A-1"), Item("A-2", unit="Kilogram"), Item("A-9", active=False)],
    [Customer("BEAUR", "Café Beaurivage"), Customer("GONE", active=False)],
)


async def test_it_knows_what_it_was_told(tmp_path: Path) -> None:
    async with running(tmp_path, DATA) as tryton:
        items = await tryton.found("product.product", [], "code", "active")
        assert {one["code"]: bool(one["active"]) for one in items} == {
            "A-1": True,
            "A-2": True,
            "A-9": False,
            "FREIGHT": True,
        }
        await tryton.set_item("A-9", active=True)
        await tryton.set_customer("GONE", active=True)
        await tryton.set_customer("GONE", credit_limit_amount=Decimal(10))
        with pytest.raises(LookupError):
            await tryton.set_item("A-8", active=True)
        assert await tryton.sales() == []
        key = await tryton.new_key("orderwatch")
        assert await status(tryton.url, key) == 200
        await tryton.revoke_key(key)
        assert await status(tryton.url, key) == 401
        await tryton.stop()
        with pytest.raises(httpx.ConnectError):
            await tryton.party_count()
        await tryton.start()
        assert await tryton.party_count() == 3


async def status(url: str, key: str) -> int:
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=30) as client:
        return (await client.get(f"{url}/orderwatch/rest/model/sale.sale")).status_code
