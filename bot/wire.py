"""The order as it travels: what the shop may send, checked, and made a Document.

Called by the HTTP API and by `orderwatch import`. Numbers are read exactly, unknown keys are kept,
and what is wrong is said with the field and what was expected there.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NoReturn

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.wire_fields import (
    Currency,
    Day,
    Discount,
    LongText,
    Moment,
    Money,
    Name,
    Notes,
    OrderIdText,
    Quantity,
    ShortText,
    keepable,
)
from commands.domain.documents import Address, Document, Line
from commands.domain.ids import BadIdError, DistributorKey, OrderId, order_id

MOST_LINES: Final = 5_000
MOST_TOLD: Final = 5
"""How many wrong fields of one order are named; more would only repeat themselves."""


class NotJsonError(ValueError):
    """The text is not JSON, or JSON that nobody needs: NaN, or nested without end."""


class OrderError(ValueError):
    """An order that cannot be taken; the message names the field and what was expected."""


class LineIn(BaseModel):
    """One order line."""

    model_config = ConfigDict(extra="ignore")

    sku: Name
    description: LongText | None = None
    unit: ShortText | None = None
    quantity: Quantity
    unit_price: Money
    discount: Discount | None = None


class AddressIn(BaseModel):
    """Where the order is delivered."""

    model_config = ConfigDict(extra="ignore")

    name: ShortText | None = None
    address: LongText | None = None
    city: ShortText | None = None
    region: ShortText | None = None
    postal_code: ShortText | None = None
    country: ShortText | None = None


class OrderIn(BaseModel):
    """An order as a shop sends it; unknown keys are kept and ignored."""

    model_config = ConfigDict(extra="allow", title="Order")

    id: OrderIdText
    distributor: Name
    account_id: Name
    account_name: ShortText | None = None
    contact: ShortText | None = None
    phone: ShortText | None = None
    placed_at: Moment
    delivery_date: Day
    deliver_by: Moment | None = None
    currency: Currency | None = None
    freight: Money | None = None
    po_number: ShortText | None = None
    notes: Notes | None = None
    ship_to: AddressIn | None = None
    lines: list[LineIn] = Field(min_length=1, max_length=MOST_LINES)


@dataclass(frozen=True, slots=True)
class Bad:
    """An order that is refused before it reaches the ledger. `id`: where it could be read."""

    id: OrderId | None
    detail: str


def read_json(text: str | bytes) -> object:
    """Parse JSON with exact decimals. Raises NotJsonError."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotJsonError(_why_not_json(error)) from None


def _no_constant(name: str) -> NoReturn:
    raise NotJsonError(f"{name} is not a JSON number")


def _why_not_json(error: Exception) -> str:
    match error:
        case NotJsonError():
            return str(error)
        case json.JSONDecodeError(msg=why, lineno=line, colno=column):
            return f"{why} at line {line}, column {column}"
        case UnicodeDecodeError():
            return "it is not UTF-8"
        case RecursionError():
            return "it is nested too deep"
        case _:
            return "a number in it has too many digits"


def read_order(data: object, distributor: DistributorKey | None = None) -> Document | Bad:
    """One order from parsed JSON. `distributor`: whose it must be; None: whosever it says."""
    if not isinstance(data, dict):
        return Bad(None, "expected an object with the order's fields")
    try:
        document = _document(OrderIn.model_validate(data))
    except ValidationError as error:
        return Bad(_readable_id(data), _told(error))
    except OrderError as error:
        return Bad(_readable_id(data), str(error))
    if distributor is not None and document.distributor != distributor:
        return Bad(document.id, f'distributor: expected "{distributor}", whose token this is')
    return document


def _document(order: OrderIn) -> Document:
    extra = dict(order.model_extra or {})
    return Document(
        id=order_id(order.id),
        distributor=DistributorKey(order.distributor),
        account_id=order.account_id,
        account_name=order.account_name,
        contact=order.contact,
        phone=order.phone,
        placed_at=order.placed_at,
        delivery_date=order.delivery_date,
        deliver_by=order.deliver_by,
        currency=order.currency,
        freight=order.freight or Decimal(0),
        po_number=order.po_number,
        notes=order.notes,
        ship_to=Address(**dict(order.ship_to)) if order.ship_to else None,
        lines=tuple(_line(line) for line in order.lines),
        extra={_key(key): _keep(key, value) for key, value in extra.items()},
    )


def _line(line: LineIn) -> Line:
    return Line(
        sku=line.sku,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount or Decimal(0),
        description=line.description,
        unit=line.unit,
    )


def _key(key: str) -> str:
    return str(_keep("an unknown key", key))


def _keep(key: str, value: object) -> object:
    try:
        return keepable(value)
    except ValueError as error:
        raise OrderError(f"{ascii(key)[1:-1][:60]}: {error}") from None


def _readable_id(data: Mapping[str, Any]) -> OrderId | None:
    try:
        return order_id(data["id"]) if isinstance(data.get("id"), str) else None
    except BadIdError:
        return None


_WORDS: Final = {
    "missing": "is required",
    "too_short": "expected at least one line",
    "too_long": f"expected at most {MOST_LINES} lines",
    "list_type": "expected a list of lines",
    "model_type": "expected an object",
    "model_attributes_type": "expected an object",
}


def _told(error: ValidationError) -> str:
    wrong = error.errors(include_url=False, include_context=False, include_input=False)
    told = [f"{_path(one['loc'])}: {_WORDS.get(one['type'], one['msg'])}" for one in wrong]
    more = len(told) - MOST_TOLD
    return "; ".join(told[:MOST_TOLD]) + (f"; and {more} more" if more > 0 else "")


def _path(loc: tuple[int | str, ...]) -> str:
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")
