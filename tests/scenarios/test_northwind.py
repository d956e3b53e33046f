"""The orders of the scenarios are what their numbers say, wherever they come from."""

from collections.abc import Callable

import pytest

from tests.scenarios.northwind import ORDERS, TAKEN, Orders, made, northwind


@pytest.mark.parametrize("source", [northwind, made])
def test_the_orders_are_those_of_the_scenarios(source: Callable[[], Orders]) -> None:
    data = source()
    assert len({one["id"] for one in data.orders}) == len(data.orders) == ORDERS
    assert len(data.taken) == TAKEN
    assert set(data.held_up_by) == data.discontinued
    assert len(data.discontinued) == 10


def test_orders_that_are_made_are_the_same_each_time() -> None:
    assert made() == made()
