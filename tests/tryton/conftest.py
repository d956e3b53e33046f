"""One real Tryton for all of these tests that need no other, and the adapter in front of it.

They share one event loop, because a server belongs to the loop that started it.
"""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.tryton import Customer, Item, MasterData, Tryton, running
from sandbox.wire import Wire, wired

HERE = Path(__file__).parent
DATA = MasterData(
    [
        *(Item(f"A-{number}") for number in range(1, 21)),
        Item("W-1", unit="Kilogram"),
        Item("GONE", active=False),
        Item("KEPT", salable=False),
        Item("SHIP"),
    ],
    [
        Customer("BEAUR", "Café Beaurivage"),
        Customer("ZAYTN"),
        Customer("GONE", active=False),
        Customer("HARBR", credit_limit=Decimal(10)),
        Customer("NOMAD"),
        Customer("RULED"),
    ],
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The mark stands here and not in each file: a forgotten one would lose its server."""
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("asyncio"):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tryton(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tryton]:
    async with running(tmp_path_factory.mktemp("tryton"), DATA) as server:
        for one in await server.found("party.party", [["code", "=", "NOMAD"]], "addresses"):
            for address in one["addresses"]:
                await server.write("party.address", address, {"active": False})
        rule = await server.create("account.tax.rule", {"name": "Abroad", "kind": "sale"})
        await server.set_customer("RULED", customer_tax_rule=rule["id"])
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def wire(tryton: Tryton) -> AsyncIterator[Wire]:
    async with wired(tryton.url) as made:
        yield made
