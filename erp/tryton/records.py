"""Customers, products, units and currencies as an order needs them, read from Tryton's JSON.

Read by `masterdata`, used by `sale`. A reader gives None where an entry is not of the known shape.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeVar

from erp.tryton.calls import Json, decimal_of
from erp.tryton.prices import Pricing

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Customer:
    """A party. What a form fills in when a person chooses it, we have to send."""

    id: int
    code: str
    active: bool
    invoice_address: int | None
    delivery_address: int | None
    payment_term: int | None
    invoice_method: str | None
    shipment_method: str | None
    tax_rule: bool

    @property
    def well(self) -> bool:
        """Whether it can be ordered for."""
        return self.active and self.invoice_address is not None and not self.tax_rule


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure; its code is its name. `digits`: decimals of a quantity."""

    id: int
    code: str
    digits: int
    category: int

    @property
    def well(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Product:
    """`unit`: the one it is sold in. `category`: the units it may be counted in."""

    id: int
    code: str
    active: bool
    salable: bool
    unit: Unit | None
    category: int
    taxes: tuple[int, ...]

    @property
    def well(self) -> bool:
        """Whether it can be ordered."""
        return self.active and self.salable


@dataclass(frozen=True, slots=True)
class Currency:
    """`step`: the smallest amount that there is of it."""

    id: int
    code: str
    step: Decimal

    @property
    def well(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Company:
    """The company of the key's user. `digits`: decimals that a unit price may have."""

    id: int
    currency: Currency
    digits: int

    def pricing(self, currency: Currency) -> Pricing:
        return Pricing(self.digits, currency.step)


CUSTOMER: Final = (
    *("code", "active", "addresses.invoice", "addresses.delivery", "customer_payment_term"),
    *("customer_tax_rule", "sale_invoice_method", "sale_shipment_method"),
)
UNIT: Final = ("name", "digits", "category")
PRODUCT: Final = (
    *("code", "active", "template.active", "salable", "default_uom_category"),
    *(f"sale_uom.{name}" for name in UNIT),
    "account_category.customer_taxes_used",
)
CURRENCY: Final = ("code", "rounding")


def shaped(read: Callable[[Json], T]) -> Callable[[Json], T | None]:
    """A reader that gives None for whatever it cannot read."""

    def reader(entry: Json) -> T | None:
        try:
            return read(entry)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None

    return reader


@shaped
def customer(entry: Json) -> Customer:
    addresses = entry["addresses"]
    return Customer(
        id=_id(entry["id"]),
        code=str(entry["code"]),
        active=bool(entry["active"]),
        invoice_address=_address(addresses, "invoice"),
        delivery_address=_address(addresses, "delivery"),
        payment_term=_perhaps(entry["customer_payment_term"]),
        invoice_method=entry["sale_invoice_method"],
        shipment_method=entry["sale_shipment_method"],
        tax_rule=entry["customer_tax_rule"] is not None,
    )


@shaped
def product(entry: Json) -> Product:
    sold_in, category = entry["sale_uom"], entry["account_category"]
    return Product(
        id=_id(entry["id"]),
        code=str(entry["code"]),
        active=bool(entry["active"]) and bool(entry["template"]["active"]),
        salable=bool(entry["salable"]) and sold_in is not None,
        unit=_unit(sold_in) if sold_in else None,
        category=_id(entry["default_uom_category"]),
        taxes=tuple(map(_id, category["customer_taxes_used"])) if category else (),
    )


@shaped
def unit(entry: Json) -> Unit:
    return _unit(entry)


@shaped
def currency(entry: Json) -> Currency:
    step = decimal_of(entry["rounding"])
    if step is None or step <= 0:
        raise ValueError(entry["rounding"])
    return Currency(_id(entry["id"]), str(entry["code"]), step)


def _unit(entry: Json) -> Unit:
    return Unit(_id(entry["id"]), str(entry["name"]), _id(entry["digits"]), _id(entry["category"]))


def _address(addresses: list[Mapping[str, Any]], use: str) -> int | None:
    """As Tryton's own forms choose it: the one for this use, else the first."""
    chosen = [one for one in addresses if one[use]] or addresses
    return _id(chosen[0]["id"]) if chosen else None


def _perhaps(value: object) -> int | None:
    return None if value is None else _id(value)


def _id(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value
