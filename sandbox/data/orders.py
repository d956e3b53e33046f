"""Orders as a shop would send them, drawn by a seed and dated around a given day.

`demo` sends them to the product. Most are fine; the rest fail in the ERP for four reasons, in
numbers that make both a group and single cards.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from sandbox.data.customers import Customer, Standing, customers
from sandbox.data.products import Product, products

DISTRIBUTOR: Final = "northwind"
ZONE: Final = ZoneInfo("America/Chicago")
FIRST_ID: Final = 70_412
HOW_MANY: Final = 60
DISCONTINUED: Final = 13
CREDIT_HOLD: Final = 3
PLACED_WITHIN: Final = timedelta(hours=36)
NOTES: Final = (
    "Back door, ring twice",
    "No substitutions, please",
    "Deliver before the lunch rush",
    "Call Íñigo if the gate is shut",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What an order shall be like; at most one of these makes it fail."""

    standing: Standing = "good"
    discontinued: bool = False
    price_invalid: bool = False


FINE: Final = Shape()


def orders(today: date, seed: int = 1, *, now: datetime | None = None) -> list[dict[str, Any]]:
    """The first load, oldest first; nothing is placed after `now`, by default 6:00 of `today`."""
    random = Random(seed)  # noqa: S311  # a demo is to be the same each time
    latest = now or datetime.combine(today, time(6), ZONE)
    moments = sorted(latest - PLACED_WITHIN * random.random() for _ in range(HOW_MANY))
    shapes = _shapes(random)
    return [
        _order(random, FIRST_ID + number, shape, today, placed)
        for number, (shape, placed) in enumerate(zip(shapes, moments, strict=True))
    ]


def later_orders(clock: Callable[[], datetime], seed: int = 1) -> Iterator[dict[str, Any]]:
    """Without end, what trickles in afterwards, placed when it is drawn: mostly fine."""
    random = Random(f"later {seed}")  # noqa: S311  # as above
    number = FIRST_ID + HOW_MANY
    while True:
        shape = Shape(discontinued=True) if random.random() < 0.1 else FINE
        now = clock().astimezone(ZONE)
        yield _order(random, number, shape, now.date(), now)
        number += 1


def _shapes(random: Random) -> list[Shape]:
    shapes = [Shape(discontinued=True)] * DISCONTINUED
    shapes += [Shape(standing="credit_hold")] * CREDIT_HOLD
    shapes += [Shape(standing="unknown"), Shape(price_invalid=True)]
    shapes += [FINE] * (HOW_MANY - len(shapes))
    random.shuffle(shapes)
    return shapes


def _order(
    random: Random, number: int, shape: Shape, today: date, placed: datetime
) -> dict[str, Any]:
    customer = random.choice([one for one in customers() if one.standing == shape.standing])
    delivery = today + timedelta(days=random.choices(range(-1, 4), (1, 5, 8, 4, 2))[0])
    chance = random.random()
    return {
        "id": str(number),
        "distributor": DISTRIBUTOR,
        "account_id": customer.account_id,
        "account_name": customer.name,
        "contact": customer.contact,
        "phone": customer.phone,
        "placed_at": placed.replace(microsecond=0).isoformat(),
        "delivery_date": delivery.isoformat(),
        "currency": "USD",
        "freight": random.choice(("0.00", "12.50", "18.00")),
        "po_number": f"PO-{random.randrange(1000, 9999)}" if chance < 0.3 else None,
        "notes": random.choice(NOTES) if chance > 0.75 else None,
        "ship_to": _ship_to(customer),
        "lines": _lines(random, shape),
    }


def _ship_to(customer: Customer) -> dict[str, str]:
    return {
        "name": customer.name,
        "address": customer.address,
        "city": customer.city,
        "region": "IL",
        "postal_code": customer.postal_code,
        "country": "USA",
    }


def _lines(random: Random, shape: Shape) -> list[dict[str, Any]]:
    listed = products()
    chosen = random.sample([one for one in listed if not one.discontinued], random.randint(1, 6))
    if shape.discontinued:
        gone = [one for one in listed if one.discontinued]
        chosen[random.randrange(len(chosen))] = random.choices(gone, (6, 4, 2, 2))[0]
    lines = [_line(random, product) for product in chosen]
    if shape.price_invalid:
        lines[0]["unit_price"] = "0.00"
    return lines


def _line(random: Random, product: Product) -> dict[str, Any]:
    return {
        "sku": product.sku,
        "description": product.description,
        "unit": product.unit,
        "quantity": random.choices((1, 2, 3, 4, 6, 10), (8, 6, 3, 2, 1, 1))[0],
        "unit_price": str(product.price),
        "discount": str(random.choices((Decimal("0.00"), Decimal("0.05")), (9, 1))[0]),
    }
