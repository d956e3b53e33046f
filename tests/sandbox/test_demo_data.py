"""The demo's data keeps its promises whatever the day and the seed."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.data import DISTRIBUTOR, customers, erp_catalogue, later_orders, orders, products
from sandbox.erp.orders import RefusedError, read

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
SEEDS = st.integers(0, 1_000_000)


def _verdict(order: dict[str, object]) -> str:
    try:
        erp_catalogue().judge(read(json.dumps(order).encode()))
    except RefusedError as refused:
        return refused.code
    return "taken"


@settings(max_examples=15, deadline=None)
@given(DAYS, SEEDS)
def test_every_load_has_a_group_and_single_failures_and_is_mostly_fine(
    today: date, seed: int
) -> None:
    verdicts = Counter(_verdict(order) for order in orders(today, seed))
    assert verdicts == {
        "taken": 42,
        "inactive_item": 13,
        "credit_hold": 3,
        "unknown_customer": 1,
        "price_invalid": 1,
    }


@settings(max_examples=15, deadline=None)
@given(DAYS, SEEDS)
def test_orders_are_dated_around_today(today: date, seed: int) -> None:
    now = datetime(today.year, today.month, today.day, 15, tzinfo=UTC)
    for order in orders(today, seed, now=now):
        placed = datetime.fromisoformat(order["placed_at"])
        assert now - timedelta(hours=36, seconds=1) <= placed <= now
        days = (date.fromisoformat(order["delivery_date"]) - today).days
        assert -1 <= days <= 3


def test_the_same_seed_gives_the_same_orders_and_ids_are_unique() -> None:
    today = date(2026, 3, 1)
    first = orders(today, 7)
    later = list(islice(later_orders(lambda: NOW, 7), 50))
    assert first == orders(today, 7)
    assert first != orders(today, 8)
    assert later == list(islice(later_orders(lambda: NOW, 7), 50))
    assert len({order["id"] for order in first + later}) == len(first) + len(later)
    assert {order["distributor"] for order in first + later} == {DISTRIBUTOR}


def test_later_orders_are_mostly_fine() -> None:
    later = list(islice(later_orders(lambda: NOW, 1), 200))
    verdicts = Counter(_verdict(order) for order in later)
    assert {order["placed_at"] for order in later} == {"2026-03-01T21:00:00-06:00"}
    assert verdicts["taken"] > 150
    assert verdicts.keys() == {"taken", "inactive_item"}


def test_customers_write_in_several_scripts() -> None:
    names = "".join(customer.name for customer in customers())
    assert any("\u4e00" <= letter <= "\u9fff" for letter in names), "Chinese"
    assert any("\u0600" <= letter <= "\u06ff" for letter in names), "right to left"
    assert "é" in names
    assert "&" in names
    assert len({customer.account_id for customer in customers()}) == len(customers()) == 25


def test_products_have_prices_and_some_are_discontinued() -> None:
    assert len({product.sku for product in products()}) == len(products()) == 40
    assert all(product.price > Decimal(1) for product in products())
    assert sum(product.discontinued for product in products()) == 4
