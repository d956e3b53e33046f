"""The error table: each trouble provoked on a real Tryton, what came, and what it is taken for.

What Tryton would let pass, or say in words that cannot be told apart, is found by looking first:
then what came is an answer about a customer or a product, and nothing was created.
"""

import asyncio
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx
import pytest

from commands.domain.answers import (
    Answer,
    Declined,
    Documents,
    LookupTrouble,
    Postponed,
    Silence,
    Taken,
)
from commands.domain.connection import Connection, after
from commands.domain.connection import Line as State
from commands.domain.documents import Line
from commands.domain.failures import Code, Subject, SubjectKind
from sandbox.tryton import CLERK, Tryton
from sandbox.wire import CUT_AFTER, PASSED, Mishap, Plan, Wire, instead, rewritten
from tests.tryton.world import NOW, adapter, creates, first, looks, order, presses

pytestmark = pytest.mark.xdist_group("tryton")
"""What is in the table for `came`: status, and a pattern of the body."""


@dataclass(frozen=True)
class Row:
    """`made`: changes of the order; `by`: of the settings; `wire`: what goes wrong on the way."""

    name: str
    came: tuple[int, str]
    taken: tuple[type, Code, Subject | None]
    made: dict[str, Any] = field(default_factory=dict)
    by: dict[str, Any] = field(default_factory=dict)
    wire: Callable[[], Plan] | None = None
    left: int = 0


def item(code: str) -> Subject:
    return Subject(SubjectKind.ITEM, code)


def account(code: str) -> Subject:
    return Subject(SubjectKind.ACCOUNT, code)


def about(name: str) -> Subject:
    return Subject(SubjectKind.FIELD, name)


def with_line(sku: str = "A-1", quantity: str = "1", price: str = "1", **rest: Any) -> Any:
    line = Line(sku, Decimal(quantity), Decimal(price), **rest)
    return {"lines": (*order().lines, line)}


def sent_with(**changes: Any) -> Callable[[], Plan]:
    """The sale is created with other values than the bot's."""
    return lambda: first(creates, rewritten(lambda values: {**values, **changes}))


def first_line_with(**changes: Any) -> Mishap:
    def change(values: Any) -> Any:
        values["lines"][0][1][0].update(changes)
        return values

    return rewritten(change)


def dearer(values: Any) -> Any:
    """Each line a cent dearer, as something that reckons otherwise would have it."""
    [[_, lines]] = values["lines"]
    for line in lines:
        price = Decimal(line["unit_price"]["decimal"]) + Decimal("0.01")
        line["unit_price"]["decimal"] = str(price)
    return values


TABLE = [
    # --- looked at first: nothing was created ---
    Row("unknown customer", (200, r"^\[\]$"), (Declined, Code.UNKNOWN_CUSTOMER, account("NOBODY")),
        made={"account_id": "NOBODY"}),
    Row("inactive customer", (200, r'"active": (0|false)'),
        (Declined, Code.INACTIVE_CUSTOMER, account("GONE")), made={"account_id": "GONE"}),
    Row("customer without an address", (200, r'"addresses": \[\]'),
        (Declined, Code.MANDATORY_FIELD, about("address")), made={"account_id": "NOMAD"}),
    Row("customer with a tax rule", (200, r'"customer_tax_rule": [1-9{]'),
        (Declined, Code.REJECTED, account("RULED")), made={"account_id": "RULED"}),
    Row("unknown item", (200, r"^\[\{"), (Declined, Code.UNKNOWN_ITEM, item("N-404")),
        made=with_line("N-404")),
    Row("inactive item", (200, r'"active": (0|false)'),
        (Declined, Code.INACTIVE_ITEM, item("GONE")), made=with_line("GONE")),
    Row("item that is not for sale", (200, r'"salable": (0|false)'),
        (Declined, Code.INACTIVE_ITEM, item("KEPT")), made=with_line("KEPT")),
    Row("no item for freight", (200, r"^\[\{"), (Declined, Code.UNKNOWN_ITEM, item("NOFREIGHT")),
        by={"freight_item": "NOFREIGHT"}),
    Row("half a unit", (200, r'"digits": 0'), (Declined, Code.UOM_INVALID, item("A-1")),
        made=with_line("A-1", "2.5")),
    Row("thousandths of a kilogram", (200, r'"digits": 2'),
        (Declined, Code.UOM_INVALID, item("W-1")), made=with_line("W-1", "0.125")),
    Row("unit of another kind", (200, r'"Kilogram"'), (Declined, Code.UOM_INVALID, item("A-1")),
        made=with_line("A-1", unit="sack"), by={"units": {"sack": "Kilogram"}}),
    Row("unit that Tryton has not", (200, r"^\[\]$"), (Declined, Code.UOM_INVALID, item("A-1")),
        made=with_line("A-1", unit="sack"), by={"units": {"sack": "Sack"}}),
    Row("amount that no price gives", (200, r""), (Declined, Code.PRICE_INVALID, item("A-1")),
        made=with_line("A-1", "1000", "0.123456")),
    Row("freight of less than a cent", (200, r""), (Declined, Code.PRICE_INVALID, item("FREIGHT")),
        made={"freight": Decimal("12.505")}),
    Row("unknown currency", (200, r"^\[\]$"), (Declined, Code.REJECTED, about("currency")),
        made={"currency": "XTS"}),
    # --- refused when it was created: rolled back ---
    Row("more decimals than the unit has", (400, r"number of digits .* for field ..Quantity"),
        (Declined, Code.REJECTED, None),
        wire=lambda: first(creates, first_line_with(quantity=2.5))),
    Row("product that does not exist", (400, r"field ..Product.* is not valid"),
        (Declined, Code.REJECTED, None),
        wire=lambda: first(creates, first_line_with(product=9999))),
    Row("field that is required", (400, r"A value is required for field ..Unit Price"),
        (Declined, Code.MANDATORY_FIELD, about("Unit Price")),
        wire=lambda: first(creates, first_line_with(unit_price=None))),
    Row("company of somebody else", (400, r"You are not allowed to create records"),
        (Declined, Code.REJECTED, None), wire=sent_with(company=None)),
    Row("unknown field", (500, r"<title>500 Internal"), (Declined, Code.REJECTED, None),
        wire=sent_with(nofield="x")),
    Row("no JSON", (400, r"Unable to read JSON"), (Silence, Code.TIMEOUT, None),
        wire=lambda: first(creates, Mishap("broken", rewrite=lambda _body: b"{"))),
    Row("more than it takes at once", (413, r"<title>413"), (Declined, Code.TOO_LARGE, None),
        wire=sent_with(comment="x" * (3 << 20))),
    Row("another total", (204, r"^$"), (Declined, Code.PRICE_INVALID, None),
        wire=lambda: first(creates, rewritten(dearer))),
    # --- refused later: the draft stands ---
    Row("credit limit", (400, r"will exceed their \$10.00 credit limit"),
        (Declined, Code.PARTIAL, None), made={"account_id": "HARBR"}, left=1),
    Row("quotation refused", (400, r"you must enter an invoice address"),
        (Declined, Code.PARTIAL, None), wire=sent_with(invoice_address=None), left=1),
    # --- the connection ---
    Row("wrong key", (401, r"<title>401 Unauthorized"), (Declined, Code.AUTH, None),
        by={"token": "k" * 40}),
    Row("wrong database", (404, r"<title>404 Not Found"), (Declined, Code.MISCONFIGURED, None),
        by={"database": "elsewhere"}),
    Row("cut after sending", (200, r'"state": "draft"'), (Silence, Code.TIMEOUT, None),
        wire=lambda: first(creates, CUT_AFTER), left=1),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
async def test_the_table(tryton: Tryton, wire: Wire, row: Row) -> None:
    mine = order(**row.made)
    wire.plan = row.wire() if row.wire else wire.plan
    async with adapter(tryton, wire, **row.by) as erp:
        answer = await erp.send(mine)
    came(wire, *row.came)
    taken(answer, *row.taken)
    assert len(await tryton.sales(mine.id)) == row.left


def came(wire: Wire, status: int, pattern: str) -> None:
    """The server said so to one of the last requests."""
    replies = [one.reply for one in wire.log if one.reply is not None]
    said = [one.body.decode("utf-8", "replace") for one in replies if one.status == status]
    assert any(re.search(pattern, text) for text in said), [
        (one.status, one.body[:300]) for one in replies
    ]


def taken(answer: Answer, kind: type, code: Code, subject: Subject | None) -> None:
    assert isinstance(answer, kind), answer
    assert not isinstance(answer, Taken)
    assert (answer.failure.code, answer.failure.subject) == (code, subject)
    assert answer.failure.message


# --- troubles that are not one order's -----------------------------------------------------------


async def test_a_user_without_the_right(tryton: Tryton, wire: Wire) -> None:
    mine = order()
    async with adapter(tryton, wire, token=tryton.outsider) as erp:
        taken(await erp.send(mine), Declined, Code.FORBIDDEN, None)
        came(wire, 400, r"You are not allowed to access ..Sale")
        found = await erp.find(mine.id)
    assert not isinstance(found, Documents)
    assert found.failure.code is Code.FORBIDDEN
    assert await tryton.sales(mine.id) == []


async def test_a_key_that_was_revoked(tryton: Tryton, wire: Wire) -> None:
    key = await tryton.new_key(CLERK)
    async with adapter(tryton, wire, token=key) as erp:
        assert isinstance(await erp.send(order()), Taken)
        await tryton.revoke_key(key)
        taken(await erp.send(order()), Declined, Code.AUTH, None)


async def test_a_login_that_is_locked_does_not_lock_the_key(tryton: Tryton, wire: Wire) -> None:
    """Wrong passwords, as somebody at Tryton's own client may type them."""
    assert [await log_in(tryton, "wrong") for _ in range(3)][-1] == 429
    assert await log_in(tryton, "Nor7hwind-traders-sandbox") == 429, "the right one as well"
    async with adapter(tryton, wire) as erp:
        assert isinstance(await erp.send(order()), Taken)


async def log_in(tryton: Tryton, password: str) -> int:
    asked = {
        "id": 1,
        "method": "common.db.login",
        "params": [CLERK, {"password": password}],
    }
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        return (await client.post(f"{tryton.url}/{tryton.database}/rpc/", json=asked)).status_code


async def test_an_unknown_field_is_no_outage(tryton: Tryton, wire: Wire) -> None:
    """It is our mistake: each such order fails, and the connection goes on."""
    bad = rewritten(lambda values: {**values, "nofield": "x"})
    wire.plan = lambda request: bad if creates(request) else PASSED
    connection, source = Connection(), random.Random(1)
    async with adapter(tryton, wire) as erp:
        for _ in range(4):
            connection = after(connection, await erp.send(order()), 4, NOW, source)
    assert connection.line is State.WORKING


async def test_a_look_up_that_is_our_mistake_is_no_outage_either(
    tryton: Tryton, wire: Wire
) -> None:
    async with adapter(tryton, wire) as erp:
        wire.plan = sent_with(nofield="x")()
        await erp.send(order())
        [own] = [one.reply for one in wire.log if one.reply and one.reply.status == 500]
        again = instead(500, own.body, content_type=own.headers["content-type"])
        wire.plan = lambda request: again if looks(request) else PASSED
        found = await erp.find(order().id)
    assert isinstance(found, LookupTrouble)
    assert found.failure.code is Code.REJECTED


async def test_a_server_that_was_stopped(tryton: Tryton, wire: Wire) -> None:
    mine = order()
    wire.disconnect()
    async with adapter(tryton, wire) as erp:
        answer = await erp.send(mine)
        assert isinstance(answer, Postponed)
        assert (answer.failure.code, answer.reached) == (Code.ERP_DOWN, False)
        await wire.connect()
        assert isinstance(await erp.send(mine), Taken)


# --- what is mended is gone on with --------------------------------------------------------------


async def test_a_refused_quotation_is_named_by_the_drafts_id_and_resumed(
    tryton: Tryton, wire: Wire
) -> None:
    mine = order()
    wire.plan = sent_with(invoice_address=None)()
    async with adapter(tryton, wire) as erp:
        answer = await erp.send(mine)
        [draft] = await tryton.sales(mine.id)
        assert isinstance(answer, Declined)
        assert f"the draft with id {draft.id}" in answer.failure.message
        assert answer.failure.references == ()
        addresses = await tryton.found("party.party", [["code", "=", "BEAUR"]], "addresses")
        address = addresses[0]["addresses"][0]
        await tryton.write("sale.sale", draft.id, {"invoice_address": address})
        finished = await erp.resume(mine, None)
        assert isinstance(finished, Taken)
        assert finished.confirmed
    [sale] = await tryton.sales(mine.id)
    assert (sale.number, sale.state) == (finished.reference, "confirmed")


@pytest.mark.parametrize("button", ["quote", "confirm"])
async def test_whoever_was_quicker_has_finished_it(tryton: Tryton, wire: Wire, button: str) -> None:
    """A worker that slept through its lease presses what another has pressed already."""
    mine, awake = order(), asyncio.Event()
    wire.plan = first(presses(button), Mishap("held", until=awake))
    async with adapter(tryton, wire) as slow, adapter(tryton, wire) as quick:
        late = asyncio.create_task(slow.send(mine))
        await _held(wire, button)
        taken_first = await quick.resume(mine, None)
        awake.set()
        assert await late == taken_first
    came(wire, 400, rf"You can not call ..{button}")
    assert [one.state for one in await tryton.sales(mine.id)] == ["confirmed"]


@pytest.mark.parametrize("button", ["quote", "confirm"])
async def test_a_mistake_at_a_button_leaves_a_draft(
    tryton: Tryton, wire: Wire, button: str
) -> None:
    broken = Mishap("rewritten", rewrite=lambda _body: b'{"nothing": "of the kind"}')
    mine = order()
    wire.plan = first(presses(button), broken)
    async with adapter(tryton, wire) as erp:
        answer = await erp.send(mine)
        came(wire, 500, r"<title>500")
        taken(answer, Declined, Code.PARTIAL, None)
        assert isinstance(await erp.resume(mine, None), Taken)
    assert [one.state for one in await tryton.sales(mine.id)] == ["confirmed"]


async def _held(wire: Wire, button: str) -> None:
    """Until the request to press it is on the wire."""
    async with asyncio.timeout(60):
        while not any(map(presses(button), wire.waiting)):  # the other's pace
            await asyncio.sleep(0.01)


async def test_looks_are_only_looks(tryton: Tryton, wire: Wire) -> None:
    mine = order()
    async with adapter(tryton, wire) as erp:
        await erp.send(mine)
        wire.log.clear()
        await erp.find(mine.id)
        await erp.find_number("1")
        await erp.health()
    assert all(looks(one.request) for one in wire.log)
