"""A real Tryton."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from commands.domain.documents import Document
from commands.domain.ids import OrderId
from erp import ErpSettings
from sandbox.tryton import DATABASE, Customer, Item, MasterData, Tryton, running
from sandbox.wire import Request
from tests.adapters.harness import (
    BY_WEIGHT,
    CUSTOMERS,
    GONE,
    ITEMS,
    SHAKY,
    TIMEOUT,
    Harness,
    Held,
)

DATA = MasterData(
    [*(Item(code) for code in (*ITEMS, GONE)), Item(BY_WEIGHT, unit="Kilogram")],
    [Customer(code) for code in (*CUSTOMERS, SHAKY)],
)
SALES = f"/{DATABASE}/rest/model/sale.sale"


@dataclass(slots=True)
class TrytonHarness:
    server: Tryton
    url: str

    def settings(self, url: str, *, drafts: bool = False) -> ErpSettings:
        return ErpSettings(
            "tryton",
            url,
            self.server.key,
            timeout=TIMEOUT,
            database=self.server.database,
            confirm=not drafts,
        )

    def enters(self, request: Request) -> bool:
        return (request.method, request.path) == ("POST", SALES)

    def looks(self, request: Request) -> bool:
        return (request.method, request.path) == ("GET", SALES)

    @property
    def error_in_200(self) -> bytes:
        return json.dumps({"id": 1, "error": ["UserError", ["no such item", ""]]}).encode()

    async def set_item(self, code: str, *, active: bool) -> None:
        await self.server.set_item(code, active=active)

    async def set_customer(self, code: str, *, active: bool) -> None:
        await self.server.set_customer(code, active=active)

    async def unlock(self) -> None:
        """Wrong keys lock nothing here: only passwords do."""

    async def block(self, document: Document) -> None:
        await self.server.set_customer(document.account_id, credit_limit_amount=Decimal(1))

    async def unblock(self, document: Document) -> None:
        await self.server.set_customer(document.account_id, credit_limit_amount=None)

    async def confirm(self, document: Document) -> None:
        for one in await self.server.sales(document.id):
            await self.server.press("sale.sale", one.id, "quote")
            await self.server.press("sale.sale", one.id, "confirm")

    async def cancel(self, document: Document) -> None:
        for one in await self.server.sales(document.id):
            await self.server.press("sale.sale", one.id, "cancel")

    async def held(self, order: OrderId) -> list[Held]:
        finished = {"confirmed", "processing", "done"}
        return [
            Held(one.number, one.party, one.total, one.state in finished)
            for one in await self.server.sales(order)
        ]


@contextlib.asynccontextmanager
async def started(folder: Path) -> AsyncIterator[Harness]:
    async with running(folder, DATA) as server:
        yield TrytonHarness(server, server.url)
