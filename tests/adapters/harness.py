"""What the adapter suite asks of an ERP: a hand on the real system behind the adapter.

Whoever writes a new adapter writes one of these for it and names it in `harnesses/__init__.py`; the
suite is then run against it as it is. docs/erps/ tells how.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, Final, Protocol

from commands.domain.documents import Document, Line
from commands.domain.ids import DistributorKey, OrderId
from erp import ErpSettings
from sandbox.wire import Request

LONGEST_CODE: Final = 100
CUSTOMERS: Final = ("BEAUR", "Łódź-№7/ü", "K" * LONGEST_CODE)
SHAKY: Final = "SHAKY"
"""A customer whom a test may switch off, and back on."""

ITEMS: Final = (*(f"A-{number}" for number in range(1, 21)), "Ü-№1 / 50%", "I" * LONGEST_CODE)
"""Sold in whole units."""

BY_WEIGHT: Final = "W-1"
"""Sold with two decimals."""

GONE: Final = "G-1"
"""An item that a test may switch off, and back on."""

NEVER: Final = "N-404"
"""A code that the ERP does not know, neither of an item nor of a customer."""

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Held:
    """A document as the ERP holds it. `confirmed`: it will be delivered."""

    number: str | None
    account: str
    total: Decimal
    confirmed: bool


class Harness(Protocol):
    """One running ERP with the master data above, and no orders that a test knows of."""

    url: str

    def settings(self, url: str, *, drafts: bool = False) -> ErpSettings:
        """A connection to it by way of `url`. `drafts`: orders are left unconfirmed, where the
        kind can be told so.
        """
        ...

    def enters(self, request: Request) -> bool:
        """Whether this request would make a document."""
        ...

    def looks(self, request: Request) -> bool:
        """Whether it only looks for documents."""
        ...

    @property
    def error_in_200(self) -> bytes:
        """How this ERP, or one of its kind, tells an error inside a success."""
        ...

    async def set_item(self, code: str, *, active: bool) -> None: ...

    async def set_customer(self, code: str, *, active: bool) -> None: ...

    async def unlock(self) -> None:
        """Somebody lets a login in again that was locked after wrong keys."""
        ...

    async def block(self, document: Document) -> None:
        """Make the ERP begin this order and then refuse to finish it."""
        ...

    async def unblock(self, document: Document) -> None:
        """Somebody has mended what kept it."""
        ...

    async def confirm(self, document: Document) -> None:
        """Somebody at the ERP confirms what it holds of the order."""
        ...

    async def cancel(self, document: Document) -> None:
        """Somebody at the ERP cancels it."""
        ...

    async def held(self, order: OrderId) -> list[Held]:
        """All that the ERP holds under our id, cancelled documents included."""
        ...


Start = Callable[[Path], contextlib.AbstractAsyncContextManager[Harness]]
"""Starts an ERP in an empty folder."""


def order(**changes: Any) -> Document:
    """A small order that every ERP takes, with an id of its own."""
    fields: dict[str, Any] = {
        "id": OrderId(f"S-{next(_numbers)}"),
        "distributor": DistributorKey("lakeside"),
        "account_id": CUSTOMERS[0],
        "placed_at": datetime(2026, 3, 1, 9, tzinfo=UTC),
        "delivery_date": date(2026, 3, 3),
        "lines": (
            Line("A-1", Decimal(3), Decimal("1.15"), Decimal("0.50")),
            Line("A-2", Decimal(2), Decimal(4)),
        ),
        "freight": Decimal("12.50"),
    }
    return Document(**fields | changes)


def now() -> datetime:
    return datetime(2026, 3, 2, 12, tzinfo=UTC)


TIMEOUT: Final = timedelta(seconds=60)
"""Longer than a busy machine takes for the longest order."""
