"""What a sale looks like in Tryton, and how few requests it takes to enter one."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from commands.domain.answers import Declined, Documents, DocumentStatus, ErpDocument, Taken
from commands.domain.documents import Address, Document, Line
from commands.domain.failures import Code
from sandbox.tryton import Line as Held
from sandbox.tryton import Tryton
from sandbox.wire import Wire
from tests.tryton.world import adapter, creates, order

pytestmark = [pytest.mark.xdist_group("tryton"), pytest.mark.timeout(300)]


async def test_a_sale_is_entered_quoted_and_confirmed(tryton: Tryton, wire: Wire) -> None:
    mine = order()
    async with adapter(tryton, wire) as erp:
        answer = await erp.send(mine)
        found = await erp.find(mine.id)
        by_number = await erp.find_number(str(getattr(answer, "reference", None)))
    assert isinstance(answer, Taken)
    [sale] = await tryton.sales(mine.id)
    assert answer == Taken(sale.number, confirmed=True)
    assert (sale.reference, sale.state, sale.party) == (mine.id, "confirmed", "BEAUR")
    assert sale.total == mine.total == Decimal("22.23")
    document = ErpDocument(
        sale.number, DocumentStatus.CONFIRMED, mine.id, "BEAUR", Decimal("22.23")
    )
    assert found == by_number == Documents((document,))


async def test_lines_and_freight(tryton: Tryton, wire: Wire) -> None:
    mine = order(
        lines=(
            Line("A-1", Decimal(3), Decimal("1.15"), Decimal("0.50"), "Café, crème", "24 x 1"),
            Line("W-1", Decimal("2.25"), Decimal(4), unit="Kilogram"),
        )
    )
    async with adapter(tryton, wire) as erp:
        assert isinstance(await erp.send(mine), Taken)
    [sale] = await tryton.sales(mine.id)
    assert sale.lines == (
        Held("A-1", "Café, crème", "24 x 1; 1.15 less 50 %", Decimal(3), "u", Decimal("0.5751"),
             Decimal("1.73"), 0),
        Held("W-1", "", "", Decimal("2.25"), "kg", Decimal("4.0000"), Decimal("9.00"), 0),
        Held("FREIGHT", "", "", Decimal(1), "u", Decimal("12.5000"), Decimal("12.50"), 0),
    )  # fmt: skip


async def test_no_freight_is_no_line_and_it_may_have_another_code(
    tryton: Tryton, wire: Wire
) -> None:
    without, other = order(freight=Decimal(0)), order()
    async with adapter(tryton, wire, freight_item="SHIP") as erp:
        assert isinstance(await erp.send(without), Taken)
        assert isinstance(await erp.send(other), Taken)
    [first], [second] = await tryton.sales(without.id), await tryton.sales(other.id)
    assert [line.code for line in first.lines] == ["A-1", "A-2"]
    assert [line.code for line in second.lines] == ["A-1", "A-2", "SHIP"]


async def test_a_unit_that_is_mapped(tryton: Tryton, wire: Wire) -> None:
    mine = order(lines=(Line("W-1", Decimal(250), Decimal("0.02"), unit="g"),))
    async with adapter(tryton, wire, units={"g": "Gram"}) as erp:
        assert isinstance(await erp.send(mine), Taken)
    [sale] = await tryton.sales(mine.id)
    assert [(line.quantity, line.unit) for line in sale.lines[:1]] == [(Decimal(250), "g")]


async def test_what_tryton_has_no_field_for_is_in_its_comment(tryton: Tryton, wire: Wire) -> None:
    mine = order(
        delivery_date=date(2026, 3, 9),
        deliver_by=datetime(2026, 3, 9, 7, 30, tzinfo=UTC),
        po_number="4711",
        contact="Noémie Lacroix",
        phone="312-555-0101",
        notes="Back door\r\nring twice\t!",
        ship_to=Address("Café Beaurivage", "412 Willow St", "Chicago", None, "60610", "USA"),
    )
    async with adapter(tryton, wire) as erp:
        assert isinstance(await erp.send(mine), Taken)
    [sale] = await tryton.found(
        "sale.sale", [["reference", "=", mine.id]], "comment", "description", "shipping_date"
    )
    assert sale["description"] == "PO 4711"
    assert sale["comment"].splitlines() == [
        "Deliver 2026-03-09, by 2026-03-09 07:30 +0000",
        "Ordered by: Noémie Lacroix, 312-555-0101",
        "Ship to: Café Beaurivage, 412 Willow St, Chicago, 60610, USA",
        "Notes: Back door",
        "ring twice !",
    ]


@pytest.mark.parametrize(
    ("placed", "due", "told"),
    [
        (date(1996, 7, 4), date(1996, 8, 1), True),
        (date(2199, 1, 1), date(2199, 1, 1), True),
        (date(2026, 3, 3), date(2026, 3, 2), False),
    ],
)
async def test_any_day_is_legal(
    tryton: Tryton, wire: Wire, placed: date, due: date, *, told: bool
) -> None:
    noon = datetime(placed.year, placed.month, placed.day, 12, tzinfo=UTC)
    mine = order(placed_at=noon, delivery_date=due)
    async with adapter(tryton, wire) as erp:
        assert isinstance(await erp.send(mine), Taken)
    asked = ("sale_date", "shipping_date")
    [sale] = await tryton.found("sale.sale", [["reference", "=", mine.id]], *asked)
    days = {name: sale[name] and (sale[name]["year"], sale[name]["day"]) for name in asked}
    assert days["sale_date"] == (placed.year, placed.day)
    assert days["shipping_date"] == ((due.year, due.day) if told else None)


async def test_what_a_form_would_fill_in_is_sent(tryton: Tryton, wire: Wire) -> None:
    term = await tryton.create(
        "account.invoice.payment_term",
        {"name": "30 days", "lines": [["create", [{"type": "remainder"}]]]},
    )
    await tryton.set_customer(
        "ZAYTN", customer_payment_term=term["id"], sale_invoice_method="manual"
    )
    mine = order(account_id="ZAYTN")
    async with adapter(tryton, wire) as erp:
        assert isinstance(await erp.send(mine), Taken)
    [sale] = await tryton.found(
        "sale.sale",
        [["reference", "=", mine.id]],
        *("payment_term", "invoice_method", "invoice_address", "shipment_address", "warehouse"),
    )
    assert (sale["payment_term"], sale["invoice_method"]) == (term["id"], "manual")
    assert None not in {sale["invoice_address"], sale["shipment_address"], sale["warehouse"]}


async def test_taxes_are_on_the_lines_and_not_in_the_total(tryton: Tryton, wire: Wire) -> None:
    accounts = await tryton.found("account.account", [["closed", "!=", True]], "type")
    account = next(one["id"] for one in accounts if one["type"])
    rate = {"type": "percentage", "rate": Decimal("0.1")}
    booked = {"invoice_account": account, "credit_note_account": account}
    tax = await tryton.create(
        "account.tax", {"name": "Tax", "description": "Tax", **rate, **booked}
    )
    [category] = await tryton.found("product.category", [], "name")
    await tryton.write(
        "product.category", category["id"], {"customer_taxes": [["add", [tax["id"]]]]}
    )
    mine = order()
    try:
        async with adapter(tryton, wire) as erp:
            assert isinstance(await erp.send(mine), Taken)
    finally:
        taken_off = {"customer_taxes": [["remove", [tax["id"]]]]}
        await tryton.write("product.category", category["id"], taken_off)
    [sale] = await tryton.sales(mine.id)
    assert {line.taxes for line in sale.lines} == {1}
    assert sale.total == mine.total
    [told] = await tryton.found("sale.sale", [["id", "=", sale.id]], "total_amount", "tax_amount")
    assert told["tax_amount"] > 0
    assert told["total_amount"] == sale.total + told["tax_amount"]


async def test_unconfirmed_it_stays_a_draft_until_somebody_confirms_it(
    tryton: Tryton, wire: Wire
) -> None:
    mine = order()
    async with adapter(tryton, wire, confirm=False) as erp:
        assert await erp.send(mine) == Taken(None, confirmed=False)
        [sale] = await tryton.sales(mine.id)
        assert (sale.state, sale.number) == ("draft", None)
        assert await one(erp, mine) == (None, DocumentStatus.RECEIVED, False)
        await tryton.press("sale.sale", sale.id, "quote")
        [quoted] = await tryton.sales(mine.id)
        assert await one(erp, mine) == (quoted.number, DocumentStatus.RECEIVED, False)
        await tryton.press("sale.sale", sale.id, "confirm")
        assert await one(erp, mine) == (quoted.number, DocumentStatus.CONFIRMED, False)


async def test_every_state_is_seen(tryton: Tryton, wire: Wire) -> None:
    mine = order()
    async with adapter(tryton, wire) as erp, adapter(tryton, wire, confirm=False) as drafting:
        await drafting.send(mine)
        [sale] = await tryton.sales(mine.id)
        assert await one(erp, mine) == (None, DocumentStatus.RECEIVED, True)
        await tryton.press("sale.sale", sale.id, "quote")
        assert (await one(erp, mine))[1:] == (DocumentStatus.RECEIVED, True)
        await tryton.press("sale.sale", sale.id, "confirm")
        await tryton.press("sale.sale", sale.id, "process")
        [processing] = await tryton.sales(mine.id)
        assert processing.state == "processing"
        assert (await one(erp, mine))[1:] == (DocumentStatus.CONFIRMED, False)
        other = order()
        await drafting.send(other)
        [sale] = await tryton.sales(other.id)
        await tryton.press("sale.sale", sale.id, "cancel")
        assert (await one(erp, other))[1:] == (DocumentStatus.CANCELLED, False)


async def one(erp: Any, document: Document) -> tuple[str | None, DocumentStatus, bool]:
    found = await erp.find(document.id)
    assert isinstance(found, Documents)
    [document_] = found.found
    return document_.reference, document_.status, document_.draft


# --- how many requests ---------------------------------------------------------------------------


def paths(wire: Wire) -> list[str]:
    """Model and button of each request."""
    return [f"{one.request.method} {one.request.path.partition('/model/')[2]}" for one in wire.log]


async def test_what_is_known_is_not_asked_for_again(tryton: Tryton, wire: Wire) -> None:
    async with adapter(tryton, wire) as erp:
        await erp.send(order())
        cold = paths(wire)
        wire.log.clear()
        await erp.send(order(lines=order().lines[::-1]))
        warm = paths(wire)
        wire.log.clear()
        await erp.send(order(account_id="ZAYTN", lines=(Line("A-3", Decimal(1), Decimal(1)),)))
        partly = paths(wire)
    assert cold[:5] == [
        "POST res.user/get_preferences",
        "GET company.company",
        "POST sale.line/fields_get",
        "GET party.party",
        "GET product.product",
    ]
    assert [path.partition(" ")[2].rpartition("/")[2] for path in warm] == [
        *("sale.sale", "quote", "confirm"),
    ]
    assert partly[:3] == ["GET party.party", "GET product.product", "POST sale.sale"]


async def test_all_items_of_an_order_are_asked_for_at_once(tryton: Tryton, wire: Wire) -> None:
    lines = tuple(Line(f"A-{number}", Decimal(1), Decimal(1)) for number in range(1, 21))
    async with adapter(tryton, wire) as erp:
        assert isinstance(await erp.send(order(lines=lines)), Taken)
    assert paths(wire).count("GET product.product") == 1


async def test_the_retry_after_an_item_was_mended_goes_at_once(tryton: Tryton, wire: Wire) -> None:
    """What was found inactive is asked for afresh, and what was found beside it need not be."""
    mine = order(lines=(*order().lines, Line("GONE", Decimal(1), Decimal(1))))
    async with adapter(tryton, wire) as erp:
        refused = await erp.send(mine)
        assert isinstance(refused, Declined)
        assert refused.failure.code is Code.INACTIVE_ITEM
        await tryton.set_item("GONE", active=True)
        try:
            assert isinstance(await erp.send(mine), Taken)
        finally:
            await tryton.set_item("GONE", active=False)
    assert sum(creates(one.request) for one in wire.log) == 1


async def test_a_retry_of_something_that_was_found_well_asks_afresh_too(
    tryton: Tryton, wire: Wire
) -> None:
    """The unit was mended, or the address: what a refusal was about is not believed any longer."""
    mine = order(lines=(Line("A-1", Decimal("0.5"), Decimal(1)),))
    async with adapter(tryton, wire) as erp:
        await erp.send(replace(mine, lines=(Line("A-1", Decimal(1), Decimal(1)),)))
        wire.log.clear()
        await erp.send(mine)
        await erp.send(mine)
    assert paths(wire).count("GET product.product") == 1


async def test_no_time_left_after_looking_is_certain(tryton: Tryton, wire: Wire) -> None:
    """Whoever slept through the deadline between two requests sends nothing any more."""
    mine = order()
    async with adapter(tryton, wire) as erp:
        erp._client._span = -1.0
        answer = await erp.send(mine)
    assert not isinstance(answer, Taken)
    assert await tryton.sales(mine.id) == []
    assert wire.log == []
