"""The kinds of field an order has, each with what is taken and what is told when it is not.

Used by the models in `bot.wire`. Text from outside stays text: nothing is trimmed or repaired, for
what people see must be what the shop sent.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Final

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from commands.domain.ids import LONGEST_ID, BadIdError, order_id

MOST_WHOLE_DIGITS: Final = 12
MOST_PLACES: Final = 6
YEARS: Final = range(1900, 3000)
DEEPEST: Final = 16
_DECIMAL: Final = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
# Control characters and line separators break headers and logs; surrogates cannot be encoded.
_DEAD: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


def _wrong(words: str) -> PydanticCustomError:
    return PydanticCustomError("expected", words)


# --- text ----------------------------------------------------------------------------------------


def _text(value: object, longest: int, allowed: str = "") -> str:
    if not isinstance(value, str):
        raise _wrong("expected text in quotes")
    if len(value) > longest:
        raise _wrong(f"expected at most {longest} characters")
    if any(unicodedata.category(char) in _DEAD and char not in allowed for char in value):
        raise _wrong("expected text without control characters")
    return value


def _required(longest: int) -> BeforeValidator:
    def check(value: object) -> str:
        text = _text(value, longest)
        if not text.strip():
            raise _wrong("expected text that is not empty")
        return text

    return BeforeValidator(check)


def _optional(longest: int, allowed: str = "") -> BeforeValidator:
    return BeforeValidator(lambda value: _text(value, longest, allowed))


def _order_id(value: object) -> str:
    if not isinstance(value, str):
        raise _wrong("expected text in quotes")
    try:
        return order_id(value)
    except BadIdError as error:
        raise _wrong(str(error)) from None


def _currency(value: object) -> str:
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise _wrong('expected three capital letters like "USD"')
    return value


# --- numbers -------------------------------------------------------------------------------------


def _number(value: object, words: str, fits: Callable[[Decimal], bool]) -> Decimal:
    number = _decimal(value)
    if number is None or not _short(number) or not fits(number):
        raise _wrong(
            f"expected {words}, at most {MOST_WHOLE_DIGITS} digits before "
            f"and {MOST_PLACES} after the point"
        )
    # 0.1250 and 0.125, 0 and -0 are the same number, and are to be the same content.
    return number.normalize() + 0


def _decimal(value: object) -> Decimal | None:
    """Exactly the number that was written; None for what is no number, or not a finite one."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        return None
    try:
        number = Decimal(value)
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def _short(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    whole = number.adjusted() + 1 if number else 0
    return isinstance(exponent, int) and exponent >= -MOST_PLACES and whole <= MOST_WHOLE_DIGITS


def _quantity(value: object) -> Decimal:
    return _number(value, "a number above zero", lambda number: number > 0)


def _money(value: object) -> Decimal:
    return _number(value, "an amount of zero or more", lambda number: number >= 0)


def _discount(value: object) -> Decimal:
    return _number(value, "a fraction from 0 to 1", lambda number: 0 <= number <= 1)


# --- days and moments ----------------------------------------------------------------------------


def _day(value: object) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            if day.year in YEARS:
                return day
    raise _wrong('expected a day like "2026-11-24"')


def _moment(value: object) -> datetime:
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value.upper())
        except ValueError:
            pass
        else:
            if moment.year in YEARS:
                return moment
    raise _wrong('expected a moment with its zone like "2026-11-24T09:00:00Z"')


# --- what is kept unread -------------------------------------------------------------------------


def keepable(value: object, depth: int = 0) -> object:
    """An unknown key's value, fit to be stored as JSON. Raises ValueError when it is not.

    A fraction becomes a float where that says the same number, else text: nothing is rounded.
    """
    if depth > DEEPEST:
        raise ValueError(f"expected at most {DEEPEST} levels")
    match value:
        case str():
            return _storable(value)
        case Decimal():
            return _json_number(value)
        case list():
            return [keepable(one, depth + 1) for one in value]
        case dict():
            return {_storable(key): keepable(one, depth + 1) for key, one in value.items()}
        case _:
            return value


def _storable(text: str) -> str:
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("expected text that can be stored")
    return text


def _json_number(number: Decimal) -> float | str:
    near = float(number)
    return near if Decimal(repr(near)) == number else str(number)


# --- the kinds -----------------------------------------------------------------------------------


def _schema(kind: str, **more: object) -> WithJsonSchema:
    return WithJsonSchema({"type": kind, **more})


_NUMBER: Final = {"pattern": r"^[0-9]{1,12}(\.[0-9]{1,6})?$"}


def _figure(words: str) -> WithJsonSchema:
    either = [{"type": "string", **_NUMBER}, {"type": "number"}]
    return WithJsonSchema({"anyOf": either, "description": words})


OrderIdText = Annotated[
    str, BeforeValidator(_order_id), _schema("string", minLength=1, maxLength=LONGEST_ID)
]
Name = Annotated[str, _required(100), _schema("string", minLength=1, maxLength=100)]
ShortText = Annotated[str, _optional(255), _schema("string", maxLength=255)]
LongText = Annotated[str, _optional(2000, "\n\r\t"), _schema("string", maxLength=2000)]
Notes = Annotated[str, _optional(10_000, "\n\r\t"), _schema("string", maxLength=10_000)]
Currency = Annotated[str, BeforeValidator(_currency), _schema("string", pattern="^[A-Z]{3}$")]
Quantity = Annotated[Decimal, BeforeValidator(_quantity), _figure("above zero")]
Money = Annotated[Decimal, BeforeValidator(_money), _figure("zero or more")]
Discount = Annotated[Decimal, BeforeValidator(_discount), _figure("a fraction, 0 to 1")]
Day = Annotated[date, BeforeValidator(_day), _schema("string", format="date")]
Moment = Annotated[datetime, BeforeValidator(_moment), _schema("string", format="date-time")]
Reference = Annotated[str, _required(100), _schema("string", minLength=1, maxLength=100)]
