"""The order as the gateway reads it: strict, decimals only. Called for each `POST /orders`.

A gateway that waved bad orders through would flatter whoever sends them, so every field that the
contract names is checked here; unknown keys are ignored, as the contract says.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

CENT: Final = Decimal("0.01")
DECIMAL_TEXT: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)
DISTRIBUTOR: Final = re.compile(r"[a-z0-9-]+", re.ASCII)
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
MOST_LINES: Final = 5_000


class RefusedError(Exception):
    """The gateway will not take this order; `code` and the subject go into the problem document."""

    def __init__(self, code: str, detail: str, **subject: str | int) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.subject = subject


@dataclass(frozen=True, slots=True)
class Line:
    """One order line; `unit` is empty when the shop told none."""

    number: int
    sku: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal

    @property
    def total(self) -> Decimal:
        net = self.quantity * self.unit_price * (1 - self.discount)
        return net.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Order:
    """What the ERP keeps of an order; `present` names the optional fields that were filled."""

    id: str
    distributor: str
    account_id: str
    delivery_date: date
    freight: Decimal
    lines: tuple[Line, ...]
    present: frozenset[str]

    @property
    def total(self) -> Decimal:
        return sum((line.total for line in self.lines), self.freight)


def read(body: bytes) -> Order:
    """The order in a request body. Raises RefusedError."""
    raw = _parse(body)
    return Order(
        id=_identifier(raw, "id"),
        distributor=_distributor(raw),
        account_id=_identifier(raw, "account_id"),
        delivery_date=_delivery(raw),
        freight=_decimal(raw, "freight", "freight", default=Decimal(0)),
        lines=_lines(raw),
        present=frozenset(key for key, value in raw.items() if value not in (None, "")),
    )


def _parse(body: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise RefusedError("rejected", f"the body is not JSON: {error}") from None
    if not isinstance(raw, dict):
        raise RefusedError("rejected", "the body is not a JSON object")
    _moment(raw, "placed_at", required=True)
    _moment(raw, "deliver_by", required=False)
    return raw


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _text(raw: dict[str, Any], key: str, *, field: str, **subject: int) -> str:
    value = raw.get(key)
    if value is None or value == "":
        raise RefusedError("mandatory_field", f"{field} is missing", field=field, **subject)
    if not isinstance(value, str):
        raise RefusedError("rejected", f"{field} is not text", field=field, **subject)
    return value


def _identifier(raw: dict[str, Any], key: str) -> str:
    value = _text(raw, key, field=key)
    if len(value) > 100 or value != value.strip() or CONTROL.search(value):
        raise RefusedError("rejected", f"{key} is no identifier", field=key)
    return value


def _distributor(raw: dict[str, Any]) -> str:
    value = _text(raw, "distributor", field="distributor")
    if not DISTRIBUTOR.fullmatch(value):
        raise RefusedError("rejected", "distributor is no key", field="distributor")
    return value


def _delivery(raw: dict[str, Any]) -> date:
    value = _text(raw, "delivery_date", field="delivery_date")
    try:
        day = date.fromisoformat(value) if DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None:
        raise RefusedError("rejected", "delivery_date is no YYYY-MM-DD", field="delivery_date")
    return day


def _moment(raw: dict[str, Any], key: str, *, required: bool) -> None:
    if not required and raw.get(key) is None:
        return
    value = _text(raw, key, field=key)
    try:
        zoned = datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        zoned = False
    if not zoned:
        raise RefusedError("rejected", f"{key} is no date and time with a zone", field=key)


def _lines(raw: dict[str, Any]) -> tuple[Line, ...]:
    lines = raw.get("lines")
    if not isinstance(lines, list) or not lines:
        raise RefusedError("mandatory_field", "the order has no lines", field="lines")
    if len(lines) > MOST_LINES:
        raise RefusedError("too_large", f"more than {MOST_LINES} lines", field="lines")
    return tuple(_line(number, line) for number, line in enumerate(lines, start=1))


def _line(number: int, raw: object) -> Line:
    if not isinstance(raw, dict):
        raise RefusedError("rejected", f"line {number} is not an object", line=number)
    sku = _text(raw, "sku", field="sku", line=number)
    unit = raw.get("unit")
    return Line(
        number=number,
        sku=sku,
        unit=unit if isinstance(unit, str) else "",
        quantity=_bounded(raw, "quantity", number, "rejected", lambda value: value > 0),
        unit_price=_bounded(raw, "unit_price", number, "price_invalid", lambda value: value >= 0),
        discount=_discount(raw, number),
    )


def _bounded(
    raw: dict[str, Any], key: str, number: int, code: str, fits: Callable[[Decimal], bool]
) -> Decimal:
    value = _decimal(raw, key, key, line=number)
    if not fits(value):
        subject: dict[str, str | int] = {"field": key, "line": number, "item": raw["sku"]}
        raise RefusedError(code, f"{key} {value} of line {number} cannot be", **subject)
    return value


def _discount(raw: dict[str, Any], number: int) -> Decimal:
    value = _decimal(raw, "discount", "discount", default=Decimal(0), line=number)
    if not 0 <= value <= 1:
        raise RefusedError("price_invalid", "discount is no fraction", field="discount")
    return value


def _decimal(
    raw: dict[str, Any], key: str, field: str, *, default: Decimal | None = None, **subject: int
) -> Decimal:
    value = raw.get(key)
    if value is None and default is not None:
        return default
    if value is None or value == "":
        raise RefusedError("mandatory_field", f"{field} is missing", field=field, **subject)
    number = _exact(value)
    if number is None:
        raise RefusedError("rejected", f"{field} is no decimal", field=field, **subject)
    return number


def _exact(value: object) -> Decimal | None:
    """At most 12 digits before and 6 after the point, however it was written; else None."""
    if isinstance(value, str) and DECIMAL_TEXT.fullmatch(value):
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    if abs(number) >= 10**12 or number.adjusted() < -1_000:
        return None
    return number if number == number.quantize(Decimal("0.000001")) else None
