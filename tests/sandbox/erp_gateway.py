"""A running ERP with a client that speaks to it as a product would; for the tests beside it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx

from sandbox.erp.server import running
from sandbox.erp.setup import Options
from sandbox.erp.state import ErpState

TOKEN = "erp-token-of-the-test"
CONTROL = "control-token-of-the-test"


def make_order(order_id: str = "1001", **changes: Any) -> dict[str, Any]:
    order: dict[str, Any] = {
        "id": order_id,
        "distributor": "lakeside",
        "account_id": "BEAUR",
        "account_name": "Café Beaurivage",
        "placed_at": "2026-03-01T09:00:00-06:00",
        "delivery_date": "2026-03-02",
        "currency": "USD",
        "freight": "12.50",
        "lines": [
            {"sku": "A-1", "unit": "case", "quantity": 3, "unit_price": "1.15", "discount": "0.50"},
            {"sku": "A-2", "unit": "case", "quantity": "2.5", "unit_price": 4},
        ],
    }
    return order | changes


def key_of(order: dict[str, Any]) -> str:
    return f"{quote(order['distributor'], safe='')}/{quote(order['id'], safe='')}"


@dataclass(slots=True)
class Gateway:
    """The state to set and judge by, and the wire to go in by."""

    state: ErpState
    client: httpx.AsyncClient

    async def post(self, order: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        order = make_order() if order is None else order
        sent = {"Idempotency-Key": key_of(order)} | headers
        return await self.client.post("/orders", json=order, headers=sent)

    async def look_up(self, external_id: str = "1001") -> list[dict[str, str]]:
        answer = await self.client.get("/orders", params={"external_id": external_id})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, str]] = answer.json()
        return found

    async def control(self, **orders: Any) -> httpx.Response:
        return await self.client.post(
            "/control", json=orders, headers={"X-Sandbox-Control": CONTROL}
        )


def new_state(**options: Any) -> ErpState:
    return ErpState(
        token=TOKEN,
        clock=lambda: datetime.now(UTC),
        control_token=CONTROL,
        options=Options(**options),
    )


@contextlib.asynccontextmanager
async def gateway(state: ErpState | None = None, token: str = TOKEN) -> AsyncIterator[Gateway]:
    state = state or new_state()
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        running(state) as url,
        httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=30) as client,
    ):
        yield Gateway(state, client)
