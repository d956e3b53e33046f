"""From an order to the sale that Tryton is to create, or to what is wrong with it. Pure.

`adapter` gives the order and what it names; nothing is created unless all of it can be ordered.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from commands.domain.documents import Address, Document, Line, money, plain
from commands.domain.failures import Code, Failure, Subject, SubjectKind, clean
from erp.tryton.calls import Json
from erp.tryton.prices import Part
from erp.tryton.records import Company, Currency, Customer, Product, Unit


class UnfitError(Exception):
    """The order cannot be entered as things stand: `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Known:
    """What Tryton knows of all that the order names, by code; what is not there, it does not know.

    `freight`: the code of the product for freight. `mapped`: the order's units to Tryton's.
    """

    company: Company
    customers: Mapping[str, Customer]
    products: Mapping[str, Product]
    units: Mapping[str, Unit]
    currencies: Mapping[str, Currency]
    freight: str
    mapped: Mapping[str, str]


def codes_of(document: Document, freight: str) -> list[str]:
    """The products that an order names, that for its freight included."""
    return [*(line.sku for line in document.lines), *([freight] if document.freight else [])]


def units_of(document: Document, mapped: Mapping[str, str]) -> list[str]:
    """The units that the order's are mapped to."""
    return [mapped[line.unit] for line in document.lines if line.unit and line.unit in mapped]


def sale_of(document: Document, known: Known) -> Json:
    """The values of the new sale. Raises UnfitError with the first thing that is wrong.

    The day of the sale is told, or the confirmation would make it the day of the confirmation, and
    then refuse a shipping date before it: past dates are legal, and drafts may lie for days.
    """
    customer = _customer(document, known)
    currency = _currency(document, known)
    lines = [*_lines(document, known, currency), *_freight(document, known, currency)]
    ordered, due = document.placed_at.date(), document.delivery_date
    optional = {
        "payment_term": customer.payment_term,
        "invoice_method": customer.invoice_method,
        "shipment_method": customer.shipment_method,
        "shipping_date": due if due >= ordered else None,
    }
    return {
        "company": known.company.id,
        "currency": currency.id,
        "party": customer.id,
        "invoice_address": customer.invoice_address,
        "shipment_address": customer.delivery_address,
        "reference": document.id,
        "sale_date": ordered,
        "description": _tidy(f"PO {document.po_number}") if document.po_number else None,
        "comment": "\n".join(_comment(document)),
        **{name: value for name, value in optional.items() if value is not None},
        "lines": [["create", lines]],
    }


# --- what it names -------------------------------------------------------------------------------


def _customer(document: Document, known: Known) -> Customer:
    code = document.account_id
    customer = known.customers.get(code)
    if customer is None:
        raise _unfit(Code.UNKNOWN_CUSTOMER, f"Tryton has no customer {code}", account=code)
    if not customer.active:
        raise _unfit(Code.INACTIVE_CUSTOMER, f"{code} is not active in Tryton", account=code)
    if customer.invoice_address is None:
        words = f"{code} has no address in Tryton"
        raise _unfit(Code.MANDATORY_FIELD, words, field="address")
    if customer.tax_rule:
        words = f"{code} has a tax rule in Tryton, which only its own forms apply"
        raise _unfit(Code.REJECTED, words, account=code)
    return customer


def _currency(document: Document, known: Known) -> Currency:
    own, asked = known.company.currency, document.currency
    if asked is None or asked == own.code:
        return own
    if asked not in known.currencies:
        raise _unfit(Code.REJECTED, f"Tryton has no currency {asked}", field="currency")
    return known.currencies[asked]


def _product(code: str, known: Known) -> Product:
    product = known.products.get(code)
    if product is None:
        raise _unfit(Code.UNKNOWN_ITEM, f"Tryton has no product {code}", item=code)
    if not product.active:
        raise _unfit(Code.INACTIVE_ITEM, f"{code} is not active in Tryton", item=code)
    if not product.salable:
        raise _unfit(Code.INACTIVE_ITEM, f"{code} is not for sale in Tryton", item=code)
    return product


def _unit(line: Line, product: Product, known: Known) -> Unit:
    """The one that a mapping says, else the product's own: ours is packaging text."""
    name = known.mapped.get(line.unit or "")
    unit = product.unit if name is None else known.units.get(name)
    if unit is None:
        raise _unfit(Code.UOM_INVALID, f"Tryton has no unit {name}", item=line.sku)
    if unit.category != product.category:
        words = f"{line.sku} is not counted in {unit.code} in Tryton"
        raise _unfit(Code.UOM_INVALID, words, item=line.sku)
    return unit


# --- lines ---------------------------------------------------------------------------------------


def _lines(document: Document, known: Known, currency: Currency) -> Iterator[Json]:
    for line in document.lines:
        product = _product(line.sku, known)
        unit = _unit(line, product, known)
        _check_quantity(line, unit)
        for part in _parts(line, known.company, currency):
            yield {
                "product": product.id,
                "unit": unit.id,
                "quantity": float(part.quantity),
                "unit_price": part.price,
                "taxes": [["add", list(product.taxes)]],
                "description": _tidy(line.description) if line.description else None,
                "note": _tidy("; ".join(_note(line, unit))) or None,
            }


def _freight(document: Document, known: Known, currency: Currency) -> Iterator[Json]:
    if not document.freight:
        return
    product = _product(known.freight, known)
    assert product.unit is not None, "it is for sale"
    line = Line(known.freight, Decimal(1), document.freight)
    if line.total != document.freight:
        words = f"Tryton would enter the freight as {money(line.total)}, not {document.freight}"
        raise _unfit(Code.PRICE_INVALID, words, item=known.freight)
    [part] = _parts(line, known.company, currency)
    yield {
        "product": product.id,
        "unit": product.unit.id,
        "quantity": float(part.quantity),
        "unit_price": part.price,
        "taxes": [["add", list(product.taxes)]],
    }


def _check_quantity(line: Line, unit: Unit) -> None:
    """Tryton counts in binary floating point, and with as many decimals as the unit has."""
    asked = line.quantity
    if asked != round(asked, unit.digits) or Decimal(str(float(asked))) != asked:
        places = f"{unit.digits} decimals" if unit.digits else "whole numbers"
        words = f"Tryton counts {unit.code} in {places}, not {plain(asked)}"
        raise _unfit(Code.UOM_INVALID, words, item=line.sku)


def _parts(line: Line, company: Company, currency: Currency) -> list[Part]:
    pricing = company.pricing(currency)
    parts = pricing.parts(line)
    if not parts:
        nearest = money(pricing.nearest(line))
        words = f"Tryton would come to {nearest} for {line.sku}, not {money(line.total)}"
        raise _unfit(Code.PRICE_INVALID, words, item=line.sku)
    return parts


# --- words ---------------------------------------------------------------------------------------


def _note(line: Line, unit: Unit) -> Iterator[str]:
    """What was ordered and does not show in Tryton's own fields."""
    if line.unit and line.unit != unit.code:
        yield line.unit
    if line.discount:
        yield f"{money(line.unit_price)} less {plain(line.discount * 100)} %"


def _comment(document: Document) -> Iterator[str]:
    """What staff need, and what Tryton has no field for, or a record of its own."""
    yield f"Deliver {_due(document.delivery_date, document.deliver_by)}"
    told = {
        "Ordered by": ", ".join(filter(None, (document.contact, document.phone))),
        "Ship to": _address(document.ship_to),
        "Notes": document.notes,
    }
    yield from (f"{name}: {_tidy(value)}" for name, value in told.items() if value)


def _due(day: date, by: datetime | None) -> str:
    return f"{day}, by {by:%Y-%m-%d %H:%M %z}" if by else f"{day}"


def _address(address: Address | None) -> str:
    if address is None:
        return ""
    return ", ".join(filter(None, (getattr(address, name) for name in _ADDRESS)))


_ADDRESS: Final = tuple(Address.__dataclass_fields__)


def _tidy(text: str) -> str:
    """Without what a database may refuse to store: control characters, halves of characters."""
    return "".join(
        char if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"} else " "
        for char in text.replace("\r\n", "\n")
    ).strip()


def _unfit(code: Code, words: str, **subject: str) -> UnfitError:
    """`subject`: the item, account or field that it is about."""
    [(kind, value)] = subject.items()
    return UnfitError(Failure(code, clean(words), Subject(SubjectKind(kind), clean(value, 100))))
