"""What is well is kept for a while, what is not is asked for each time."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from commands.domain.answers import LookupTrouble
from commands.domain.failures import Code
from erp.tryton import calls, records, shelf
from erp.tryton.shelf import Shelf
from erp.wire import Lost, Outcome, Reply
from tests.erp.world import NOW


def unit(name: str, digits: int = 0) -> dict[str, Any]:
    return {"id": len(name), "name": name, "digits": digits, "category": 1}


def customer(code: str, **changes: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": 1,
        "code": code,
        "active": 1,
        "addresses": [{"id": 7, "invoice": 0, "delivery": 0}],
        "customer_payment_term": None,
        "customer_tax_rule": None,
        "sale_invoice_method": None,
        "sale_shipment_method": None,
    }
    return entry | changes


class Asked:
    """A Tryton that has these; remembers what it was asked for."""

    def __init__(self, *entries: dict[str, Any], key: str = "code") -> None:
        self.entries = list(entries)
        self.key = key
        self.codes: list[list[str]] = []
        self.instead: Outcome | None = None

    async def __call__(self, codes: list[str], until: float) -> Outcome:
        del until
        self.codes.append(codes)
        found = [one for one in self.entries if one[self.key] in codes]
        return self.instead or Reply(200, json.dumps(found).encode())


def customers(asked: Asked) -> Shelf[records.Customer]:
    return Shelf(asked, records.customer, lambda: NOW)


async def test_what_is_well_is_asked_for_once() -> None:
    asked = Asked(customer("A"), customer("B"))
    kept = customers(asked)
    for _ in range(2):
        found = await kept.find(["A", "B", "A"], 0)
        assert not isinstance(found, LookupTrouble)
        assert set(found) == {"A", "B"}
    assert asked.codes == [["A", "B"]]


@pytest.mark.parametrize(
    "changes",
    [
        {"active": 0},
        {"active": False},
        {"addresses": []},
        {"customer_tax_rule": 3},
    ],
)
async def test_what_is_not_well_is_asked_for_each_time(changes: dict[str, Any]) -> None:
    asked = Asked(customer("A"), customer("B", **changes))
    kept = customers(asked)
    await kept.find(["A", "B", "C"], 0)
    await kept.find(["A", "B", "C"], 0)
    assert asked.codes == [["A", "B", "C"], ["B", "C"]]
    asked.entries[1] = customer("B")
    found = await kept.find(["B"], 0)
    assert not isinstance(found, LookupTrouble)
    assert found["B"].well


async def test_what_was_kept_is_forgotten_in_time_and_on_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment = [100.0]
    monkeypatch.setattr(shelf, "_clock", lambda: moment[0])
    asked = Asked(customer("A"))
    kept = customers(asked)
    await kept.find(["A"], 0)
    moment[0] += shelf.KEPT - 1
    await kept.find(["A"], 0)
    assert len(asked.codes) == 1
    moment[0] += 2
    await kept.find(["A"], 0)
    assert len(asked.codes) == 2
    kept.forget(["A", "B"])
    await kept.find(["A"], 0)
    assert len(asked.codes) == 3


async def test_of_several_with_one_code_the_one_that_is_well_counts() -> None:
    for entries in (
        [customer("A", active=0, id=1), customer("A", id=2)],
        [customer("A", id=2), customer("A", active=0, id=1)],
    ):
        found = await customers(Asked(*entries)).find(["A"], 0)
        assert not isinstance(found, LookupTrouble)
        assert found["A"].id == 2


@pytest.mark.parametrize(
    ("instead", "code"),
    [
        (Lost("cut"), Code.ERP_DOWN),
        (Reply(200, b"[{}]"), Code.ERP_DOWN),
        (Reply(200, b'[{"id": "x"}]'), Code.ERP_DOWN),
        (Reply(200, b'["x"]'), Code.ERP_DOWN),
        (Reply(200, b"{}"), Code.ERP_DOWN),
        (Reply(200, b"["), Code.ERP_DOWN),
        (Reply(401), Code.AUTH),
    ],
)
async def test_an_answer_that_is_none_says_nothing_about_what_there_is(
    instead: Outcome, code: Code
) -> None:
    asked = Asked(customer("A"))
    asked.instead = instead
    found = await customers(asked).find(["A"], 0)
    assert isinstance(found, LookupTrouble)
    assert found.failure.code is code


async def test_what_no_database_can_hold_is_not_asked_for() -> None:
    asked = Asked()
    assert await customers(asked).find(["a\0b", "\ud800"], 0) == {}
    assert asked.codes == []


def test_codes_are_asked_for_in_addresses_that_servers_take() -> None:
    codes = ["№" * 100 + str(number) for number in range(500)]
    asked = calls.batches(codes)
    assert [code for batch in asked for code in batch] == codes
    assert max(len(calls.encoded([("code", "in", batch)])) for batch in asked) < 7_000
    assert calls.batches([]) == []


Reader = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("read", "entry"),
    [
        (records.unit, unit("Unit") | {"digits": "2"}),
        (records.unit, {"id": 1}),
        (records.currency, {"id": 1, "code": "USD", "rounding": 0.01}),
        (
            records.currency,
            {"id": 1, "code": "USD", "rounding": {"__class__": "Decimal", "decimal": "0"}},
        ),
        (records.product, {"id": 1, "code": "A", "active": 1}),
        (records.customer, customer("A", addresses=None)),
    ],
)
def test_entries_of_another_shape_are_none(read: Reader, entry: dict[str, Any]) -> None:
    assert read(entry) is None
