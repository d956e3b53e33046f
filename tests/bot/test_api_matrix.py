"""Who may do what by the API: every call that it describes, with every kind of token."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx
import pytest

from commands.domain.ids import DistributorKey, OrderId
from tests.bot.making import NORTH, TOKENS, Place
from tests.bot.test_api import ORDERS, order, send


class Token(StrEnum):
    NONE = "none"
    NOBODYS = "nobody's"
    SHOPS = "the shop's"
    ERPS = "the ERP's"
    ANOTHERS = "another shop's"


HEADERS = {
    Token.NONE: None,
    Token.NOBODYS: "Bearer a-token-of-nobody-at-all",
    Token.SHOPS: f"Bearer {TOKENS['NORTH_SHOP']}",
    Token.ERPS: f"Bearer {TOKENS['NORTH_CONFIRMS']}",
    Token.ANOTHERS: f"Bearer {TOKENS['SOUTH_SHOP']}",
}


@dataclass(frozen=True)
class Call:
    """One call, and the status that each kind of token gets."""

    method: str
    path: str
    statuses: tuple[int, int, int, int, int]
    body: Any = None

    def wanted(self, token: Token) -> int:
        return self.statuses[list(Token).index(token)]


CALLS = (
    Call("post", ORDERS, (401, 401, 200, 403, 200), [order(account_name="Changed")]),
    Call("get", ORDERS, (401, 401, 200, 403, 200)),
    Call("get", f"{ORDERS}/{{id}}", (401, 401, 200, 403, 404)),
    Call(
        "post",
        "/api/v1/erp/confirmations",
        (401, 401, 200, 200, 404),
        {"order_id": "10248", "erp_reference": "SO-1"},
    ),
    Call("get", "/healthz", (200,) * 5),
    Call("get", "/readyz", (200,) * 5),
    Call("get", "/metrics", (200,) * 5),
)


async def test_every_call_has_a_case(place: Place) -> None:
    async with httpx.AsyncClient(base_url=place.url) as one:
        described = (await one.get("/api/openapi.json")).json()["paths"]
    told = {(method, path) for path, methods in described.items() for method in methods}
    assert {(one.method, one.path) for one in CALLS} >= told
    assert any(path.startswith(ORDERS) for _, path in told)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.method} {call.path}")
async def test_each_token_opens_its_own_doors_alone(place: Place, call: Call) -> None:
    await send(place, order())
    for token in sorted(Token, key=lambda one: one is Token.SHOPS):
        answer = await ask(place, call, token)
        assert answer.status_code == call.wanted(token), token
        assert token is Token.SHOPS or "Vins" not in answer.text
        changed = call.body and call.path == ORDERS and token is Token.SHOPS
        name = "Changed" if changed else "Vins et alcools Chevalier"
        assert (await found(place, NORTH)).document.account_name == name, token


async def ask(place: Place, call: Call, token: Token) -> httpx.Response:
    header = HEADERS[token]
    given = {"Authorization": header} if header else {}
    async with httpx.AsyncClient(base_url=place.url, headers=given) as one:
        return await one.request(call.method, call.path.format(id="10248"), json=call.body)


async def found(place: Place, key: DistributorKey) -> Any:
    order_ = await place.store.ledger.load(key, OrderId("10248"))
    assert order_ is not None
    return order_
