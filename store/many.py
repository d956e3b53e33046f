"""Many rows in one parameter, so that one statement moves or adds all of them.

Used by `carry` and `changes`, for the statements that run for every few orders. Sent row by row,
each row would wake SQLite's thread, or be a message of its own to the server.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from store.rows import Values

ROWS: Final = "rows"
"""The name of the parameter."""

Columns = tuple[tuple[str, sa.Column[Any]], ...]
"""Each under the name that the statement knows it by."""


def from_rows(columns: Columns, dialect: Dialect) -> sa.FromClause:
    """What `packed` made of such rows, to be selected from. Rows are objects on a server and arrays
    on SQLite, as each reads them best.
    """
    parameter = sa.bindparam(ROWS, type_=sa.Text())
    if dialect.name == "sqlite":
        each = sa.func.json_each(parameter).table_valued("value")
        chosen = [
            sa.func.json_extract(each.c.value, f"$[{at}]").label(name)
            for at, (name, _) in enumerate(columns)
        ]
        return sa.select(*chosen).subquery("given")
    typed = [sa.column(name, _bare(column.type)) for name, column in columns]
    records = sa.func.json_to_recordset(sa.cast(parameter, sa.JSON()))
    return records.table_valued(*typed, name="given").render_derived(with_types=True)


def packed(columns: Columns, rows: Sequence[Values], connection: AsyncConnection) -> Values:
    """These rows as the parameter."""
    dialect = connection.dialect
    bound = [(name, _bound(column, dialect)) for name, column in columns]
    if dialect.name == "sqlite":
        listed: list[Any] = [[bind(row[name]) for name, bind in bound] for row in rows]
    else:
        listed = [{name: bind(row[name]) for name, bind in bound} for row in rows]
    return {ROWS: json.dumps(listed, default=_plain, separators=(",", ":"))}


def _bare(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    """The type without its collation, which belongs to what is stored."""
    return sa.Text() if isinstance(kind, sa.Text) else kind


@cache
def _bound(column: sa.Column[Any], dialect: Dialect) -> Callable[[Any], Any]:
    """What the column's type makes of a value on its way to the database."""
    bind = column.type.dialect_impl(dialect).bind_processor(dialect)
    return bind or _as_it_is


def _as_it_is(value: Any) -> Any:  # noqa: ANN401  # whatever a column holds
    return value


def _plain(value: object) -> str:
    """What JSON has no word for, in the database's own."""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
