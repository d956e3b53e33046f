"""A unit price that gives our amount, wherever there is one, and no other than the nearest."""

from decimal import ROUND_HALF_EVEN, Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from commands.domain.documents import Line
from erp.tryton.prices import Part, Pricing
from tests.scenarios.northwind import made, northwind

USUAL = Pricing(4, Decimal("0.01"))
PRICES = st.decimals(0, 10_000, places=6)
QUANTITIES = st.decimals("0.000001", 10_000, places=6)
DISCOUNTS = st.decimals(0, 1, places=4)
PRICINGS = st.builds(
    Pricing,
    st.integers(0, 6),
    st.sampled_from([Decimal("0.01"), Decimal("0.05"), Decimal(1), Decimal("0.001")]),
)
LINES = st.builds(Line, st.just("A-1"), QUANTITIES, PRICES, DISCOUNTS)


@given(PRICINGS, LINES)
@example(USUAL, Line("A-1", Decimal(110), Decimal("88.09"), Decimal("0.25")))
def test_it_gives_our_amount_or_there_is_none(pricing: Pricing, line: Line) -> None:
    parts = pricing.parts(line)
    if parts:
        prices = [one.price for one in parts]
        assert prices == [round(one, pricing.digits) for one in prices], "as Tryton takes them"
        assert sum(one.quantity for one in parts) == line.quantity
        assert sum(pricing.amount(one.quantity, one.price) for one in parts) == line.total


def test_one_piece_of_many_takes_what_is_left_of_the_amount() -> None:
    line = Line("A-1", Decimal(110), Decimal("88.09"), Decimal("0.25"))
    assert USUAL.parts(line) == [
        Part(Decimal(109), Decimal("66.0675")),
        Part(Decimal(1), Decimal("66.07")),
    ]


def test_what_is_left_must_look_like_a_price() -> None:
    assert USUAL.parts(Line("A-1", Decimal(1000), Decimal("0.123456"))) == []


@given(LINES)
@example(Line("A-1", Decimal(3), Decimal("1.15"), Decimal("0.5")))
@example(Line("A-1", Decimal(1000), Decimal("0.123456")))
def test_no_price_is_missed(line: Line) -> None:
    """Held against every price that could come near: for whole quantities they can be counted."""
    line = Line(line.sku, Decimal(max(1, int(line.quantity))), line.unit_price, line.discount)
    even = (line.total / line.quantity).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)
    around = [even + Decimal(step) / 10_000 for step in range(-60, 61)]
    fits = [one for one in around if USUAL.amount(line.quantity, one) == line.total]
    price = USUAL.unit_price(line)
    assert (price is None) is (not fits)
    if price is not None:
        net = line.unit_price * (1 - line.discount)
        assert abs(price - net) <= min(abs(one - net) for one in fits) + Decimal("0.00005")


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "written"),
    [
        ("12", "14.00", "0", "14"),
        ("3", "1.15", "0.50", "0.5751"),
        ("10", "18.40", "0.15", "15.64"),
        ("1", "0.125", "0", "0.1251"),
        ("12", "12.34", "1", "0"),
    ],
)
def test_the_price_that_people_expect(
    quantity: str, price: str, discount: str, written: str
) -> None:
    line = Line("A-1", Decimal(quantity), Decimal(price), Decimal(discount))
    assert USUAL.unit_price(line) == Decimal(written)


def test_every_line_of_the_scenarios_has_one() -> None:
    for data in (northwind(), made()):
        for order in data.orders:
            for told in order["lines"]:
                line = Line(
                    told["sku"],
                    Decimal(str(told["quantity"])),
                    Decimal(told["unit_price"]),
                    Decimal(told["discount"]),
                )
                assert USUAL.parts(line), (order["id"], line)
