"""The simulated ERP behind the REST contract."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from commands.domain.documents import Document
from commands.domain.ids import OrderId
from erp import ErpSettings
from sandbox.erp import faults
from sandbox.erp.catalogue import Customer, Item
from sandbox.erp.server import running
from sandbox.erp.setup import Options
from sandbox.erp.state import ErpState
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
    now,
)

TOKEN = "a-token-for-the-suite"


@dataclass(slots=True)
class RestHarness:
    state: ErpState
    url: str

    def settings(self, url: str, *, drafts: bool = False) -> ErpSettings:
        self.state.switch({"unconfirmed": drafts})
        return ErpSettings("rest", url, TOKEN, timeout=TIMEOUT)

    def enters(self, request: Request) -> bool:
        return request.method == "POST"

    def looks(self, request: Request) -> bool:
        return request.method == "GET" and request.path.endswith("/orders")

    @property
    def error_in_200(self) -> bytes:
        told = {"status": 422, "code": "unknown_item", "detail": "no such item", "item": "A-1"}
        return json.dumps(told).encode()

    async def set_item(self, code: str, *, active: bool) -> None:
        self.state.catalogue.set_item(code, active=active)

    async def set_customer(self, code: str, *, active: bool) -> None:
        self.state.catalogue.set_customer(code, active=active)

    async def unlock(self) -> None:
        self.state.wrong_tokens = 0

    async def block(self, document: Document) -> None:
        self.state.schedules.by_order[document.id] = [
            faults.partial("over the limit"),
            *[faults.refuse("partial", "over the limit", reference=self._draft()) for _ in "12"],
        ]

    def _draft(self) -> str:
        """The number that the next document gets."""
        return f"SO-{len(self.state.books.documents) + 1}"

    async def unblock(self, document: Document) -> None:
        self.state.schedules.by_order.pop(document.id, None)

    async def confirm(self, document: Document) -> None:
        self.state.confirm(document.id)

    async def cancel(self, document: Document) -> None:
        self.state.cancel(document.id)

    async def held(self, order: OrderId) -> list[Held]:
        self.state.settle()
        return [
            Held(
                one.reference,
                one.account_id,
                one.total,
                one.status == "confirmed" and not one.draft,
            )
            for one in self.state.books.by_external.get(order, [])
        ]


@contextlib.asynccontextmanager
async def started(folder: Path) -> AsyncIterator[Harness]:
    del folder
    state = ErpState(token=TOKEN, clock=now, options=Options(honour_key=False, lockout=True))
    state.catalogue.know(
        [Customer(code) for code in (*CUSTOMERS, SHAKY)],
        [Item(code) for code in (*ITEMS, BY_WEIGHT, GONE)],
    )
    async with running(state) as url:
        yield RestHarness(state, url)
