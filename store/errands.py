"""SQLite's own thread, asked once for each statement. `store.engine` connects by `connect`.

aiosqlite asks its thread four times for a query: for a cursor, for the query, for its rows, and to
close the cursor. Each time two threads wait for each other, which costs more than most queries.
Here a statement brings its first rows along, and a cursor lives on only while there are more; a
BEGIN goes along with the first statement of its transaction.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, Final, Self

import aiosqlite

Row = tuple[Any, ...]

FIRST_ROWS: Final = 500
"""What a query brings along at once. The rest stays in the database until it is asked for."""


class Cursor:
    """One statement at a time; what SQLAlchemy uses of aiosqlite's cursor."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._rows: list[Row] = []
        self._rest: sqlite3.Cursor | None = None
        self.description: tuple[Any, ...] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Row = ()) -> Self:
        await self.close()
        if statement.startswith("BEGIN"):
            self.description = None
            self._connection.begin(statement)
            return self
        await self._connection.ask(self._execute, statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Iterable[Row]) -> Self:
        await self.close()
        await self._connection.ask(self._executemany, statement, parameters)
        return self

    async def fetchone(self) -> Row | None:
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> list[Row]:
        wanted = self.arraysize if size is None else size
        if len(self._rows) < wanted and self._rest is not None:
            await self._connection.ask(self._fetch, max(wanted, FIRST_ROWS))
        rows, self._rows = self._rows[:wanted], self._rows[wanted:]
        return rows

    async def fetchall(self) -> list[Row]:
        if self._rest is not None:
            await self._connection.ask(self._fetch, None)
        rows, self._rows = self._rows, []
        return rows

    async def __aiter__(self) -> AsyncIterator[Row]:
        while rows := await self.fetchmany(FIRST_ROWS):
            for row in rows:
                yield row

    async def close(self) -> None:
        self._rows = []
        if self._rest is not None:
            rest, self._rest = self._rest, None
            await self._connection.ask(rest.close)

    # --- in SQLite's thread ----------------------------------------------------------------------

    def _execute(self, statement: str, parameters: Row) -> None:
        self._rest = self._connection.own.execute(statement, parameters)
        self.description = self._rest.description
        self._fetch(FIRST_ROWS)

    def _executemany(self, statement: str, parameters: Iterable[Row]) -> None:
        self._rest = self._connection.own.executemany(statement, parameters)
        self.description = None
        self._fetch(1)

    def _fetch(self, most: int | None) -> None:
        cursor = self._rest
        assert cursor is not None
        rows = cursor.fetchall() if most is None else cursor.fetchmany(most)
        self._rows += rows
        # Counted by SQLite only when a statement has come to its end.
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        if most is None or len(rows) < most:
            cursor.close()
            self._rest = None


class Connection(aiosqlite.Connection):
    """aiosqlite's connection, with its thread, and cursors that ask it once."""

    _begin: str | None = None
    """A transaction that was begun, as far as its user knows."""

    @property
    def own(self) -> sqlite3.Connection:
        """Python's own connection, for use in its thread."""
        return self._conn

    async def ask(self, errand: Callable[..., None], *arguments: object) -> None:
        """Have `errand` done in the connection's thread."""
        begin, self._begin = self._begin, None
        if begin is not None:
            errand, arguments = self._in_transaction, (begin, errand, *arguments)
        await self._execute(errand, *arguments)  # type: ignore[no-untyped-call]

    def begin(self, statement: str) -> None:
        """Begin a transaction with the next errand."""
        self._begin = statement

    async def commit(self) -> None:
        if self._begin is None:
            await super().commit()
        self._begin = None

    async def rollback(self) -> None:
        if self._begin is None:
            await super().rollback()
        self._begin = None

    def _in_transaction(self, begin: str, errand: Callable[..., None], *arguments: object) -> None:
        self.own.execute(begin)
        errand(*arguments)

    def cursor(self) -> Cursor:  # type: ignore[override]
        return Cursor(self)


def connect(database: str, **arguments: Any) -> Connection:  # noqa: ANN401
    """Connect as `sqlite3.connect` does, in a thread of its own that ends with the process."""
    connection = Connection(lambda: sqlite3.connect(database, **arguments), FIRST_ROWS)
    connection._thread.daemon = True  # noqa: SLF001  # as SQLAlchemy does with aiosqlite's
    return connection
