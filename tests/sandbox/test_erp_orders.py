"""The ERP's contract without faults: orders in, look-ups, refusals with code and subject."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.erp.catalogue import Customer, Item
from sandbox.erp.orders import RefusedError, read
from tests.sandbox.erp_gateway import gateway, make_order, new_state


def _line(**changes: Any) -> dict[str, Any]:
    line: dict[str, Any] = {"sku": "A-1", "quantity": 1, "unit_price": "2.00"}
    return {key: value for key, value in (line | changes).items() if value is not ...}


async def test_an_order_is_taken_and_found_by_both_numbers() -> None:
    async with gateway() as erp:
        answer = await erp.post()
        assert answer.status_code == 201
        assert answer.json() == {"reference": "SO-1", "confirmed": True}
        found = {
            "reference": "SO-1",
            "status": "confirmed",
            "external_id": "1001",
            "account_id": "BEAUR",
            "total": "24.23",
        }
        assert await erp.look_up() == [found]
        by_number = await erp.client.get("/orders", params={"reference": "SO-1"})
        assert by_number.json() == [found]
        assert await erp.look_up("1002") == []
        assert (await erp.client.get("/orders", params={"reference": "SO-9"})).json() == []
        assert (await erp.client.get("/health")).status_code == 200


async def test_the_key_is_honoured_unless_switched_off() -> None:
    async with gateway() as erp:
        first, again = await erp.post(), await erp.post()
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        erp.state.options.honour_key = False
        assert (await erp.post()).json()["reference"] == "SO-2"
        assert erp.state.holdings() == {"1001": ["SO-1", "SO-2"]}
        assert len(await erp.look_up()) == 2


@pytest.mark.parametrize(
    ("key", "code"),
    [("", "mandatory_field"), ("lakeside/1002", "rejected"), ("1001", "rejected"),
     ("other/1001", "rejected"), ("lakeside/1001/x", "rejected")],
)  # fmt: skip
async def test_a_key_of_another_order_is_refused(key: str, code: str) -> None:
    async with gateway() as erp:
        answer = await erp.post(None, **{"Idempotency-Key": key})
        assert (answer.json()["code"], answer.json()["field"]) == (code, "Idempotency-Key")
        assert erp.state.holdings() == {}


@pytest.mark.parametrize("query", ["", "external_id=1&reference=2", "limit=3", "external_id=1&a=b"])
async def test_a_look_up_wants_exactly_one_number(query: str) -> None:
    async with gateway() as erp:
        assert (await erp.client.get(f"/orders?{query}")).status_code == 400


async def test_a_gateway_may_tell_less() -> None:
    async with gateway(new_state(tells=frozenset(), by_number=False)) as erp:
        await erp.post()
        assert await erp.look_up() == [{"reference": "SO-1", "status": "confirmed"}]
        answer = await erp.client.get("/orders", params={"reference": "SO-1"})
        assert answer.status_code == 501


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (make_order(account_id="NEWLF"), {"code": "unknown_customer", "account": "NEWLF"}),
        (make_order(account_id="GONE"), {"code": "inactive_customer", "account": "GONE"}),
        (make_order(account_id="HARBR"), {"code": "credit_hold", "account": "HARBR"}),
        (make_order(lines=[_line(sku="Z")]), {"code": "unknown_item", "item": "Z", "line": 1}),
        (make_order(lines=[_line(), _line(sku="A-3")]),
         {"code": "inactive_item", "item": "A-3", "line": 2}),
        (make_order(lines=[_line(unit="box")]), {"code": "uom_invalid", "item": "A-1", "line": 1}),
        (make_order(lines=[_line(unit_price="0.99")]),
         {"code": "price_invalid", "item": "A-1", "line": 1}),
        (make_order(lines=[_line(quantity=6)]), {"code": "out_of_stock", "item": "A-1", "line": 1}),
        (make_order(delivery_date="2026-01-31"),
         {"code": "period_closed", "field": "delivery_date"}),
        (make_order(currency=None), {"code": "mandatory_field", "field": "currency"}),
    ],
)  # fmt: skip
async def test_each_refusal_has_its_code_and_subject(
    order: dict[str, Any], expected: dict[str, Any]
) -> None:
    state = new_state()
    state.catalogue.know(
        [Customer("BEAUR"), Customer("GONE", active=False), Customer("HARBR", credit_hold=True)],
        [Item("A-1", units=("case",), floor_price=Decimal(1), stock=Decimal(5)),
         Item("A-2"), Item("A-3", active=False)],
    )  # fmt: skip
    state.catalogue.closed_through = date(2026, 1, 31)
    state.catalogue.required = ("currency",)
    async with gateway(state) as erp:
        answer = await erp.post(order)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code >= 400
        assert answer.json().items() >= expected.items()
        assert erp.state.holdings() == {}
        assert (await erp.post(make_order("ok"))).status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": ""}, "id"), ({"id": "x" * 101}, "id"), ({"id": " 1"}, "id"), ({"id": 7}, "id"),
        ({"id": "a\nb"}, "id"), ({"distributor": "Lake Side"}, "distributor"),
        ({"account_id": None}, "account_id"), ({"placed_at": "2026-03-01T09:00:00"}, "placed_at"),
        ({"placed_at": "yesterday"}, "placed_at"), ({"deliver_by": "7:30"}, "deliver_by"),
        ({"delivery_date": "2026-3-1"}, "delivery_date"),
        ({"delivery_date": "2026-02-30"}, "delivery_date"),
        ({"freight": "ten"}, "freight"), ({"freight": True}, "freight"), ({"lines": []}, "lines"),
        ({"lines": [_line(quantity=0)]}, "quantity"), ({"lines": [_line(quantity=-1)]}, "quantity"),
        ({"lines": [_line(quantity=...)]}, "quantity"),
        ({"lines": [_line(quantity="1e3")]}, "quantity"),
        ({"lines": [_line(unit_price="0.0000001")]}, "unit_price"),
        ({"lines": [_line(unit_price=10**12)]}, "unit_price"),
        ({"lines": [_line(discount="1.5")]}, "discount"), ({"lines": [_line(sku="")]}, "sku"),
    ],
)  # fmt: skip
def test_a_bad_field_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read(_body(make_order(**change)))
    assert refused.value.subject["field"] == field


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"id": NaN}', b"\xff", b"[" * 100_000, b"1" * 5_000]
)
def test_what_is_no_order_is_refused(body: bytes) -> None:
    with pytest.raises(RefusedError):
        read(body)


def test_decimals_are_exact_whether_number_or_text() -> None:
    text = read(_body(make_order(lines=[_line(quantity="0.1", unit_price="0.3")], freight="0")))
    number = read(_body(make_order(lines=[_line(quantity=0.1, unit_price=0.3)], freight=0)))
    assert text.lines == number.lines
    assert text.lines[0].quantity == Decimal("0.1")
    assert text.total == Decimal("0.03")


@given(
    st.decimals(Decimal("0.000001"), Decimal(999999), places=6),
    st.decimals(Decimal(0), Decimal(999999), places=4),
    st.decimals(Decimal(0), Decimal(1), places=2),
)
def test_the_total_is_the_contracts_formula(
    quantity: Decimal, price: Decimal, discount: Decimal
) -> None:
    line = _line(quantity=f"{quantity:f}", unit_price=f"{price:f}", discount=f"{discount:f}")
    total = read(_body(make_order(lines=[line, line], freight="0.07"))).total
    exact = quantity * price * (1 - discount)
    assert abs((total - Decimal("0.07")) / 2 - exact) <= Decimal("0.005")
    assert total == round(total, 2)


ALLOWED = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=100
).filter(lambda text: text == text.strip())


@settings(max_examples=30, deadline=None)
@given(st.lists(ALLOWED, min_size=1, max_size=5, unique=True))
async def test_every_allowed_id_arrives_whole(ids: list[str]) -> None:
    async with gateway() as erp:
        for order_id in ids:
            assert (await erp.post(make_order(order_id))).status_code == 201
            [found] = await erp.look_up(order_id)
            assert found["external_id"] == order_id
        assert set(erp.state.holdings()) == set(ids)


def _body(order: dict[str, Any]) -> bytes:
    return json.dumps(order).encode()
