"""What the tests on Tryton share: orders, a connection, and what the wire is told."""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, Final

from commands.domain.documents import Document, Line
from commands.domain.ids import DistributorKey, OrderId
from erp import ErpSettings, connect
from erp.tryton import TrytonErp
from sandbox.tryton import DATABASE, Tryton
from sandbox.wire import PASSED, Mishap, Plan, Request, Wire

NOW: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
SALES: Final = f"/{DATABASE}/rest/model/sale.sale"
_numbers = count(1)


def order(**changes: Any) -> Document:
    """An order of 22.23 with an id of its own."""
    fields: dict[str, Any] = {
        "id": OrderId(f"T-{next(_numbers)}"),
        "distributor": DistributorKey("lakeside"),
        "account_id": "BEAUR",
        "placed_at": datetime(2026, 3, 1, 9, tzinfo=UTC),
        "delivery_date": date(2026, 3, 3),
        "lines": (
            Line("A-1", Decimal(3), Decimal("1.15"), Decimal("0.50")),
            Line("A-2", Decimal(2), Decimal(4)),
        ),
        "freight": Decimal("12.50"),
    }
    return Document(**fields | changes)


def settings(server: Tryton, url: str, **changes: Any) -> ErpSettings:
    fields: dict[str, Any] = {
        "kind": "tryton",
        "url": url,
        "token": server.key,
        "database": server.database,
        "timeout": timedelta(seconds=60),
    }
    return ErpSettings(**fields | changes)


@contextlib.asynccontextmanager
async def adapter(server: Tryton, wire: Wire, **changes: Any) -> AsyncIterator[TrytonErp]:
    erp = connect(settings(server, wire.url, **changes), lambda: NOW)
    assert isinstance(erp, TrytonErp)
    try:
        yield erp
    finally:
        await erp.close()


def creates(request: Request) -> bool:
    return (request.method, request.path) == ("POST", SALES)


def presses(button: str) -> Callable[[Request], bool]:
    return lambda request: request.path.startswith(SALES) and request.path.endswith(f"/{button}")


def looks(request: Request) -> bool:
    return (request.method, request.path) == ("GET", SALES)


def first(chosen: Callable[[Request], bool], *mishaps: Mishap) -> Plan:
    """The first such requests meet these, one each; all else passes."""
    left = list(mishaps)

    def plan(request: Request) -> Mishap:
        return left.pop(0) if left and chosen(request) else PASSED

    return plan
