"""Column types that keep their promise on every database: moments, exact decimals, clean text.

Used by `store.tables` only.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A 64-bit number; SQLite numbers rows by itself only under the name INTEGER."""

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text compared byte by byte, so that a range finds what begins with a word."""


class NaiveMomentError(ValueError):
    """A moment without a zone came to the store: nobody could say when it was."""


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite holds it as text that sorts by time."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        _ = dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveMomentError("a moment needs a zone before it is stored")
        return _in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        _ = dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        # An order for the last evening of the year 9999 must not hurt its neighbours.
        return LATEST if value.year > 1 else EARLIEST


class Exact(TypeDecorator[Decimal]):
    """A decimal that never becomes a float: text on SQLite, numeric elsewhere. Not for sorting."""

    impl = sa.Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:  # noqa: ANN401
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ANN401
        _ = dialect
        return None if value is None else Decimal(value)


class Words(TypeDecorator[str]):
    """Text from outside: what no database can hold (NUL, lone surrogates) is replaced."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        _ = dialect
        return value if value is None else storable(value)


def storable(text: str) -> str:
    """The text as every database can hold it."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
