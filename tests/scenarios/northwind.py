"""830 orders of a food distributor that still sells what its ERP has discontinued.

The Northwind sample orders where they lie beside the checkout, else orders of the same make: ten
discontinued items, and 267 orders that name one. Used by the scenarios.
"""

import csv
import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import chain, repeat
from pathlib import Path
from random import Random
from typing import Any, Final

Json = dict[str, Any]

BESIDE: Final = Path(__file__).parents[3] / "shared" / "data" / "northwind"
ORDERS: Final = 830
REFUSED: Final = 267
TAKEN: Final = ORDERS - REFUSED
FIRST_ID: Final = 10_248
ITEMS: Final = 77
GONE: Final = (1, 2, 5, 9, 17, 24, 28, 29, 42, 53)
SHARES: Final = (47, 42, 38, 33, 29, 26, 24, 17, 7, 4)
"""How many of the refused orders each discontinued item holds up."""

PLACES: Final = (
    ("Café Beaurivage", "12, rue de l'Église", "Orléans", "France"),
    ("Bäckerei Körner & Söhne", "Lindenstraße 4", "Köln", "Germany"),
    ("Señor Maíz, Taquería", "Avda. de la Constitución 2222", "México D.F.", "Mexico"),
    ('The "Blue Door"', "Fauntleroy Circus", "London", "UK"),
    ("Łódź Delikatesy", "ul. Filtrowa 68", "Warszawa", "Poland"),
)


@dataclass(frozen=True)
class Orders:
    """`orders` as the shop sends them, `discontinued` the items that the ERP refuses."""

    orders: tuple[Json, ...]
    discontinued: frozenset[str]

    @cached_property
    def held_up_by(self) -> Counter[str]:
        """How many orders each discontinued item holds up: the first one an order names."""
        return Counter(item for order in self.orders if (item := self._refused_for(order)))

    @cached_property
    def taken(self) -> frozenset[str]:
        """The ids of the orders that the ERP takes."""
        return frozenset(one["id"] for one in self.orders if not self._refused_for(one))

    def _refused_for(self, order: Json) -> str | None:
        skus = (line["sku"] for line in order["lines"])
        return next((sku for sku in skus if sku in self.discontinued), None)

    def lines(self) -> list[str]:
        """The orders as lines of a `.jsonl` file."""
        return [json.dumps(one, ensure_ascii=False) + "\n" for one in self.orders]

    def write_jsonl(self, path: Path) -> Path:
        path.write_text("".join(self.lines()), encoding="utf-8")
        return path

    def write_csv(self, path: Path) -> Path:
        """One row an order line; what concerns the whole order is repeated in each."""
        rows = [row for order in self.orders for row in _rows(order)]
        columns = list(dict.fromkeys(chain.from_iterable(rows)))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
        return path


def northwind() -> Orders:
    return _beside(BESIDE) if (BESIDE / "orders.jsonl").exists() else made()


def _beside(folder: Path) -> Orders:
    with (folder / "orders.jsonl").open(encoding="utf-8") as file:
        orders = tuple(json.loads(line) for line in file)
    with (folder / "products.csv").open(encoding="utf-8", newline="") as file:
        gone = frozenset(row["sku"] for row in csv.DictReader(file) if row["discontinued"] == "1")
    return Orders(orders, gone)


def made() -> Orders:
    """Orders of the same make, the same ones at every call."""
    chance = Random(830)
    causes: list[int | None] = [
        item for item, share in zip(GONE, SHARES, strict=True) for item in repeat(item, share)
    ]
    causes += repeat(None, ORDERS - len(causes))
    chance.shuffle(causes)
    orders = (_order(number, cause, chance) for number, cause in enumerate(causes))
    return Orders(tuple(orders), frozenset(map(_sku, GONE)))


def _order(number: int, cause: int | None, chance: Random) -> Json:
    customer = chance.randrange(91)
    name, street, city, country = PLACES[customer % len(PLACES)]
    day = date(1996, 7, 4) + timedelta(days=number * 4 // 5)
    address = {"name": name, "address": street, "city": city, "region": None}
    sold = [item for item in range(1, ITEMS + 1) if item not in GONE]
    items = chance.sample(sold, chance.randint(1, 4)) + ([cause] if cause else [])
    return {
        "id": str(FIRST_ID + number),
        "distributor": "northwind",
        "account_id": f"CU{customer:03d}",
        "account_name": name,
        "placed_at": f"{day}T09:00:00Z",
        "delivery_date": str(day + timedelta(days=28)),
        "currency": "USD",
        "freight": f"{chance.randrange(20_000) / 100:.2f}",
        "ship_to": address | {"postal_code": f"{chance.randrange(10**5):05d}", "country": country},
        "lines": [_line(item, chance) for item in items],
    }


def _line(item: int, chance: Random) -> Json:
    return {
        "sku": _sku(item),
        "description": f"Crème № {item}",
        "unit": "24 - 12 oz bottles",
        "quantity": chance.randint(1, 120),
        "unit_price": f"{chance.randrange(200, 26_000) / 100:.2f}",
        "discount": chance.choice(("0.00", "0.05", "0.25")),
    }


def _sku(item: int) -> str:
    return f"NW-{item:03d}"


def _rows(order: Json) -> list[Json]:
    head = {name: value for name, value in order.items() if name not in {"ship_to", "lines"}}
    head |= {f"ship_to_{name}": value for name, value in order["ship_to"].items()}
    return [
        head | {f"line_{name}": value for name, value in line.items()} for line in order["lines"]
    ]
