"""A real Tryton as the demo's page shows it: what it holds, and switches for its troubles.

The troubles are the wire's, between the bot and Tryton; what is sold is set in Tryton itself. The
routes are mounted in place of the simulated ERP's.
"""

import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.data import customers, products
from sandbox.erp.desk import is_own_page
from sandbox.tryton.masterdata import Customer, Item, MasterData
from sandbox.tryton.names import DATABASE
from sandbox.tryton.server import Tryton
from sandbox.wire import CUT_AFTER, PASSED, Mishap, Wire, cut_during, instead, page, slow
from sandbox.wire import Request as Sent

MOST_SHOWN: Final = 200
SHOWN: Final = ("reference", "number", "state", "party.code", "untaxed_amount", "create_date")
ABOUT: Final = (
    "A real Tryton, over a line whose troubles can be switched on. Nothing here is Slack."
)
STATES: Final = {
    "draft": "received",
    "quotation": "received",
    "cancelled": "cancelled",
}
"""As the page knows them; all others are confirmed."""

AT_ALL: Final[dict[str, Mishap]] = {
    "forbidden": page(403),
    "rate_limited": instead(429, retry_after="5"),
    "slow": slow(3),
}
AT_SALES: Final[dict[str, Mishap]] = {
    "late_commit": cut_during(1),
    "cut_connection": CUT_AFTER,
}
"""Troubles of a request, the strongest first, and those of one that enters a sale."""

ENTERS: Final = f"/{DATABASE}/rest/model/sale.sale"


def master_data() -> MasterData:
    """The demo's own: nobody has entered one customer, and one may owe nothing."""
    known = [
        Customer(
            one.account_id,
            one.name,
            credit_limit=Decimal(0) if one.standing == "credit_hold" else None,
        )
        for one in customers()
        if one.standing != "unknown"
    ]
    items = [Item(one.sku, one.description, one.price, not one.discontinued) for one in products()]
    return MasterData(items, known)


class Desk:
    """Handlers over one Tryton; errors are `{"ok": false, "error": words}`."""

    def __init__(self, server: Tryton, wire: Wire) -> None:
        self._server = server
        self._wire = wire
        self._on = dict.fromkeys(("down", *AT_ALL, *AT_SALES, "sell_discontinued"), False)
        wire.plan = self._plan

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/view", self.view, methods=["GET"]),
            Route("/switches", self.switch, methods=["POST"]),
        ]

    async def view(self, request: Request) -> Response:
        """What the page shows; the sales newest first."""
        del request
        sales = await self._server.found("sale.sale", [], *SHOWN)
        newest = sorted(sales, key=lambda one: int(one["id"]), reverse=True)
        return JSONResponse(
            {
                "about": ABOUT,
                "switches": self._on,
                "orders": [_row(one) for one in newest[:MOST_SHOWN]],
                "count": len(sales),
                "requests": len(self._wire.log),
            }
        )

    async def switch(self, request: Request) -> Response:
        """`{"down": true}`: turns one or several switches."""
        if not is_own_page(request):
            return _no("not from this page", 403)
        changes = json.loads(await request.body() or b"null")
        if not isinstance(changes, dict) or not changes.keys() <= self._on.keys():
            return _no("Tryton has no such switch", 422)
        for name, value in changes.items():
            await self._turn(name, on=value is True)
        return JSONResponse({"ok": True})

    async def _turn(self, name: str, *, on: bool) -> None:
        was, self._on[name] = self._on[name], on
        turns: dict[str, Callable[[bool], Awaitable[None]]] = {
            "down": self._cut_off,
            "sell_discontinued": self._sell,
        }
        if was != on and name in turns:
            await turns[name](on)

    async def _cut_off(self, down: bool) -> None:  # noqa: FBT001  # the switch's position
        if down:
            self._wire.disconnect()
        else:
            await self._wire.connect()

    async def _sell(self, on: bool) -> None:  # noqa: FBT001  # the switch's position
        for one in products():
            if one.discontinued:
                await self._server.set_item(one.sku, active=on)

    def _plan(self, request: Sent) -> Mishap:
        troubles = [mishap for name, mishap in AT_ALL.items() if self._on[name]]
        if (request.method, request.path) == ("POST", ENTERS):
            troubles += [mishap for name, mishap in AT_SALES.items() if self._on[name]]
        return next(iter(troubles), PASSED)


def _row(sale: dict[str, Any]) -> dict[str, str | None]:
    made = sale["create_date"]
    date = "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z".format(**made)
    return {
        # The page tells its rows apart by this.
        "reference": sale["number"] or f"({sale['id']})",
        "external_id": sale["reference"],
        "account_id": sale["party"]["code"],
        "status": STATES.get(sale["state"], "confirmed"),
        "total": str(sale["untaxed_amount"]),
        "received_at": date,
    }


def _no(error: str, status: int) -> Response:
    return JSONResponse({"ok": False, "error": error}, status)
