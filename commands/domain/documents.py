"""What a customer ordered: the content of an order, apart from where it stands.

Intake builds a Document from what the shop sent; the store keeps its JSON; an ERP adapter sends it.
Money and quantities are decimals throughout.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any, Final, TypeVar

from commands.domain.ids import DistributorKey, OrderId

T = TypeVar("T")

CENT: Final = Decimal("0.01")
EXACT: Final = Context(prec=80, rounding=ROUND_HALF_UP)
"""Wide enough that no order's figures are rounded but where we say so."""


@dataclass(frozen=True, slots=True)
class Line:
    """One order line. `discount` is a fraction of the line (0.05 is five per cent)."""

    sku: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = Decimal(0)
    description: str | None = None
    unit: str | None = None

    @property
    def total(self) -> Decimal:
        with localcontext(EXACT):
            gross = self.quantity * self.unit_price * (1 - self.discount)
            return gross.quantize(CENT)


@dataclass(frozen=True, slots=True)
class Address:
    name: str | None = None
    address: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """An order as the shop sent it. `extra` holds the keys we do not know: kept and ignored."""

    id: OrderId
    distributor: DistributorKey
    account_id: str
    placed_at: datetime
    delivery_date: date
    lines: tuple[Line, ...]
    account_name: str | None = None
    contact: str | None = None
    phone: str | None = None
    deliver_by: datetime | None = None
    currency: str | None = None
    freight: Decimal = Decimal(0)
    po_number: str | None = None
    notes: str | None = None
    ship_to: Address | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    # Worked out once. Not arguments, so that a changed copy has none of them.
    _text: str | None = field(default=None, init=False, repr=False, compare=False)
    _total: Decimal | None = field(default=None, init=False, repr=False, compare=False)
    _digest: str | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def text(self) -> str:
        """The order schema as JSON, for the database and for ERPs that take it as it is. ASCII, so
        that whatever the shop put into it can be kept and comes back whole.
        """
        if self._text is not None:
            return self._text
        return self._kept("_text", json.dumps(to_json(self), separators=(",", ":")))

    @property
    def total(self) -> Decimal:
        """The sum of the lines, each rounded to the cent, and the freight."""
        if self._total is not None:
            return self._total
        with localcontext(EXACT):
            total = sum((line.total for line in self.lines), Decimal(0)) + self.freight
        return self._kept("_total", total)

    @property
    def digest(self) -> str:
        """Equal for equal content: 12 equals 12.0, and an unknown key makes no difference."""
        if self._digest is not None:
            return self._digest
        known = {key: value for key, value in to_json(self).items() if key not in self.extra}
        text = json.dumps(known, sort_keys=True)
        return self._kept("_digest", hashlib.sha256(text.encode()).hexdigest())

    def prepare(self) -> None:
        """Work out now what storing it asks for; for whoever is beside the event loop."""
        _ = self.text, self.total, self.digest

    def _kept(self, name: str, value: T) -> T:
        object.__setattr__(self, name, value)
        return value


KNOWN: Final = frozenset(
    field_.name for field_ in fields(Document) if field_.init and field_.name != "extra"
)
"""The keys of the order schema. A shop may have keys of the other names as well."""


def impersonal(document: Document) -> Document:
    """What stays of an order when whoever placed it is forgotten: account, items, figures, dates.

    Keys we do not know may hold anything about a person, and go.
    """
    return replace(document, contact=None, phone=None, notes=None, ship_to=None, extra={})


def plain(number: Decimal) -> str:
    """A decimal without exponent and without idle zeros: 12.0 gives `12`, 14.00 gives `14`."""
    text = f"{number.normalize():f}"
    return "0" if text == "-0" else text


def money(amount: Decimal) -> str:
    """An amount with at least two places, for people and for the ERP: `14.00`, `0.125`."""
    cents = amount.quantize(CENT, context=EXACT)
    return f"{cents if cents == amount else amount:f}"


def to_json(document: Document) -> dict[str, Any]:
    """The order schema as JSON values; decimals as strings, moments as ISO 8601 with their zone."""
    return {
        **document.extra,
        "id": document.id,
        "distributor": document.distributor,
        "account_id": document.account_id,
        "account_name": document.account_name,
        "contact": document.contact,
        "phone": document.phone,
        "placed_at": document.placed_at.isoformat(),
        "delivery_date": document.delivery_date.isoformat(),
        "deliver_by": document.deliver_by.isoformat() if document.deliver_by else None,
        "currency": document.currency,
        "freight": money(document.freight),
        "po_number": document.po_number,
        "notes": document.notes,
        "ship_to": _address_json(document.ship_to),
        "lines": [_line_json(line) for line in document.lines],
    }


def from_json(data: Mapping[str, Any]) -> Document:
    """Read back what `to_json` wrote. It trusts its input: what strangers send is checked before.

    Raises KeyError or ValueError when the data is not of that shape.
    """
    return Document(
        id=OrderId(data["id"]),
        distributor=DistributorKey(data["distributor"]),
        account_id=data["account_id"],
        account_name=data.get("account_name"),
        contact=data.get("contact"),
        phone=data.get("phone"),
        placed_at=datetime.fromisoformat(data["placed_at"]),
        delivery_date=date.fromisoformat(data["delivery_date"]),
        deliver_by=datetime.fromisoformat(data["deliver_by"]) if data.get("deliver_by") else None,
        currency=data.get("currency"),
        freight=Decimal(data.get("freight") or 0),
        po_number=data.get("po_number"),
        notes=data.get("notes"),
        ship_to=Address(**data["ship_to"]) if data.get("ship_to") else None,
        lines=tuple(_line(line) for line in data["lines"]),
        extra={key: value for key, value in data.items() if key not in KNOWN},
    )


def read(text: str) -> Document:
    """Read back a `Document.text`, which it keeps. Raises as `from_json` does."""
    document = from_json(json.loads(text))
    object.__setattr__(document, "_text", text)
    return document


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "description": line.description,
        "unit": line.unit,
        "quantity": plain(line.quantity),
        "unit_price": money(line.unit_price),
        "discount": money(line.discount),
    }


def _line(data: Mapping[str, Any]) -> Line:
    return Line(
        sku=data["sku"],
        description=data.get("description"),
        unit=data.get("unit"),
        quantity=Decimal(data["quantity"]),
        unit_price=Decimal(data["unit_price"]),
        discount=Decimal(data["discount"]),
    )


def _address_json(address: Address | None) -> dict[str, str | None] | None:
    if address is None:
        return None
    return {name: getattr(address, name) for name in Address.__dataclass_fields__}
