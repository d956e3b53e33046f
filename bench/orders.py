"""Orders to be sent in benchmarks: small, all different, all accepted."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from commands.domain.documents import Document, Line
from commands.domain.ids import DistributorKey, OrderId

KEY = DistributorKey("bench")


def orders(count: int, first: int = 1) -> Iterator[Document]:
    """`count` orders of three lines each."""
    for number in range(first, first + count):
        yield Document(
            id=OrderId(f"B-{number}"),
            distributor=KEY,
            account_id=f"C{number % 97:03}",
            account_name="A customer of middling length",
            placed_at=datetime(2026, 1, 5, 9, 0, tzinfo=UTC),
            delivery_date=date(2026, 1, 7),
            currency="USD",
            freight=Decimal("32.38"),
            lines=tuple(
                Line(f"SKU-{(number + at) % 77:03}", Decimal(at), Decimal("14.00"))
                for at in (1, 2, 3)
            ),
        )
