"""Orders, moments and failures for the tests of the store."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import store as stores
from commands.domain.documents import Document, Line
from commands.domain.failures import Code, Failure, Subject, SubjectKind
from commands.domain.history import BOT
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import Accepted, Event, Refused
from commands.domain.pacing import Told
from commands.domain.people import PersonId
from commands.ports import Applied, Incoming, Order, Posted, Settlement, Shown, Sweep

NORTH = DistributorKey("northwind")
SOUTH = DistributorKey("southwind")
ZONES = {NORTH: ZoneInfo("America/Chicago"), SOUTH: ZoneInfo("UTC")}
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LEASE = timedelta(seconds=75)
DANA, EMIL = PersonId("U000000001"), PersonId("U000000002")
PACE = Sweep(
    confirm_within=30 * MINUTE, patience=30 * MINUTE, stuck_after=30 * MINUTE, settle=10 * SECOND
)
INACTIVE = Failure(Code.INACTIVE_ITEM, "item is off", Subject(SubjectKind.ITEM, "NW-024"))
DOWN = Failure(Code.ERP_DOWN, "no connection")


def document(
    number: int | str = 1, distributor: DistributorKey = NORTH, **changes: object
) -> Document:
    plain = Document(
        id=OrderId(str(number)),
        distributor=distributor,
        account_id="VINET",
        account_name="Vins et alcools Chevalier",
        placed_at=NOW - HOUR,
        delivery_date=date(2026, 11, 25),
        lines=(Line("NW-024", Decimal(12), Decimal("14.00"), description="Guaraná Fantástica"),),
        currency="USD",
        freight=Decimal("32.38"),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def incoming(
    content: Document, due_at: datetime = NOW, deliver_at: datetime = NOW + 20 * HOUR
) -> Incoming:
    return Incoming(content, due_at, deliver_at)


async def queue(
    store: stores.Store, numbers: Sequence[int], due_at: datetime = NOW, now: datetime = NOW
) -> None:
    """Take in plain orders with these ids."""
    await store.ledger.take_in([incoming(document(number), due_at) for number in numbers], now)


async def claim_all(store: stores.Store, now: datetime = NOW, limit: int = 1000) -> list[Order]:
    return await store.ledger.claim(NORTH, limit, LEASE, now)


async def refuse_all(
    store: stores.Store, failure: Failure = INACTIVE, now: datetime = NOW
) -> list[Order]:
    """Claim what is due, and have the ERP refuse it."""
    claimed = await claim_all(store, now)
    await settle(store, [(one, Refused(attempt(one), failure)) for one in claimed], now)
    return claimed


async def accept_all(store: stores.Store, now: datetime = NOW) -> list[Order]:
    claimed = await claim_all(store, now)
    await settle(
        store,
        [
            (one, Accepted(attempt(one), f"SO-{one.id}", confirmed=True, look_at=now))
            for one in claimed
        ],
        now,
    )
    return claimed


async def settle(
    store: stores.Store, pairs: Sequence[tuple[Order, Event]], now: datetime = NOW
) -> None:
    verdicts = await store.ledger.settle(NORTH, [Settlement(*pair) for pair in pairs], BOT, now)
    assert all(isinstance(one, Applied) for one in verdicts)


def attempt(order: Order) -> str:
    assert order.standing.attempt
    return order.standing.attempt


def shown(seen: int, now: datetime = NOW, at: str = "1.1", **changes: Any) -> Shown:
    """A card that was posted or edited, in C1."""
    plain = Shown(Posted("C1", at), seen, now, Told(size=1, urgent=False, ended=False))
    return replace(plain, **changes)


async def loaded(store: stores.Store, number: int | str = 1) -> Order:
    order = await store.ledger.load(NORTH, OrderId(str(number)))
    assert order
    return order
