"""Orders a second into a real Tryton: the engine, beside a bare client that makes the same calls.

Each order is created, quoted and confirmed. Tryton is what takes the time; the ratio shows what the
bot adds to it. Called by `topics`.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Final

import httpx

import erp
from bench.orders import orders
from bench.printing import table
from bench.sync import Rate, engine
from commands.domain.documents import Document, Line
from erp.tryton.sales import FIELDS
from sandbox.tryton import Customer, Item, MasterData, Tryton, running
from sandbox.tryton.hand import CONTEXT, Json

COUNT: Final = 40
ROUNDS: Final = 3
IN_FLIGHT: Final = 4
DATA: Final = MasterData(
    [Item(f"SKU-{number:03}") for number in range(77)],
    [Customer(f"C{number:03}") for number in range(97)],
)


async def measure() -> None:
    with tempfile.TemporaryDirectory(prefix="orderwatch-bench-") as folder:
        async with running(Path(folder) / "tryton", DATA) as server:
            rounds = [await _round(server, folder, number) for number in range(ROUNDS)]
    title = (
        f"Sync into a real Tryton, {IN_FLIGHT} requests in flight, {ROUNDS} rounds of {COUNT} "
        "orders each.\nMedians; the ratio is to the bare client of a round."
    )
    table(title, ("", "orders/s", "ratio"), [_row(rounds, at) for at in range(2)])


def _row(rounds: Sequence[Sequence[Rate]], at: int) -> tuple[str, str, str]:
    speeds = [one[at].per_second for one in rounds]
    ratios = [one[at].per_second / one[0].per_second for one in rounds]
    return rounds[0][at].name, f"{median(speeds):.1f}", f"{median(ratios):.2f}x"


async def _round(server: Tryton, folder: str, number: int) -> list[Rate]:
    first = 1 + number * 2 * COUNT
    settings = erp.ErpSettings(
        "tryton",
        server.url,
        server.key,
        timeout=timedelta(seconds=60),
        concurrency=IN_FLIGHT,
        database=server.database,
    )
    database = f"sqlite:///{Path(folder) / f'{number}.db'}"
    return [
        await _bare(server, list(orders(COUNT, first))),
        await engine("orderwatch, SQLite", settings, list(orders(COUNT, first + COUNT)), database),
    ]


async def _bare(server: Tryton, documents: Sequence[Document]) -> Rate:
    """The same calls, as many in flight, nothing looked at and nothing stored."""
    book = await _book(server)
    waiting = iter([_values(book, document) for document in documents])

    async def worker(client: httpx.AsyncClient) -> None:
        for values in waiting:
            made = await _call(client, "sale.sale", values)
            for button in ("quote", "confirm"):
                await _call(client, f"sale.sale/{made['id']}/{button}", {})

    async with httpx.AsyncClient(
        base_url=f"{server.url}/{server.database}/rest/model/",
        headers={"Authorization": f"Bearer {server.key}", **CONTEXT},
        trust_env=False,
        timeout=60,
    ) as client:
        begun = time.perf_counter()
        await asyncio.gather(*(worker(client) for _ in range(IN_FLIGHT)))
        return Rate("bare httpx client", len(documents), time.perf_counter() - begun)


async def _call(client: httpx.AsyncClient, path: str, values: Json) -> Json:
    answer = await client.post(path, params={"f": list(FIELDS)}, json=values)
    answer.raise_for_status()
    told: Json = answer.json()
    return told


@dataclass(frozen=True, slots=True)
class _Book:
    """Ids by code: customers with their address, products with their unit."""

    customers: dict[str, tuple[int, int]]
    products: dict[str, tuple[int, int]]


async def _book(server: Tryton) -> _Book:
    customers = await server.found("party.party", [["code", "!=", None]], "code", "addresses")
    products = await server.found("product.product", [], "code", "sale_uom")
    return _Book(
        {one["code"]: (one["id"], one["addresses"][0]) for one in customers if one["addresses"]},
        {one["code"]: (one["id"], one["sale_uom"]) for one in products},
    )


def _values(book: _Book, document: Document) -> Json:
    customer, address = book.customers[document.account_id]
    freight = Line("FREIGHT", Decimal(1), document.freight)
    return {
        "party": customer,
        "invoice_address": address,
        "shipment_address": address,
        "reference": document.id,
        "lines": [["create", [_line(book, one) for one in (*document.lines, freight)]]],
    }


def _line(book: _Book, line: Line) -> Json:
    product, unit = book.products[line.sku]
    price = {"__class__": "Decimal", "decimal": str(line.unit_price)}
    told = {"product": product, "unit": unit, "quantity": float(line.quantity)}
    return {**told, "unit_price": price, "description": line.description}
