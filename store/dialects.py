"""The few statements that SQLite and PostgreSQL spell differently."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def insert(connection: AsyncConnection, table: sa.Table) -> Any:  # noqa: ANN401
    """An INSERT that knows ON CONFLICT; both databases have it, each in its own class."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


class Unsought(FunctionElement[Any]):
    """A column by whose value rows are to be sorted out, but not to be found.

    SQLite knows no statistics of a value that arrives as a parameter: it would take a range of this
    column for the narrowest way to the rows, and then sort all of them.
    """

    name = "unsought"
    inherit_cache = True

    def __init__(self, column: sa.ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(Unsought)
def _plain(element: Unsought, compiler: SQLCompiler, **about: Any) -> str:  # noqa: ANN401
    return compiler.process(element.clauses, **about)


@compiles(Unsought, "sqlite")
def _unsought(element: Unsought, compiler: SQLCompiler, **about: Any) -> str:  # noqa: ANN401
    return f"+{compiler.process(element.clauses, **about)}"
