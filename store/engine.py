"""Opens the database named by DATABASE_URL and hands out connections that read or write.

Called by `store.open`, the migrations and `bot.cli` (`sole`). All that differs between databases
in opening them stands here.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
ONLY_OWNER: Final = 0o600
PRAGMAS: Final = (
    # First, because the others may have to wait for a lock themselves.
    "PRAGMA busy_timeout = 15000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -32000",
)


class DatabaseUrlError(ValueError):
    """DATABASE_URL cannot be used; the message says what would be right."""


class DatabaseInUseError(RuntimeError):
    """Another `orderwatch run` holds this database."""


class Database:
    """One database: `reading()` and `writing()` give a connection inside a transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(writes=True)
        # SQLite has one writer. Waiting here is fair and wakes at once; its own wait polls.
        self._turn: asyncio.Lock | None = asyncio.Lock() if is_sqlite(engine.url) else None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A snapshot; on SQLite it neither waits for the writer nor holds it up."""
        async with self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write; committed at the end, rolled back by an exception."""
        async with self._turn or nullcontext(), self._writer.begin() as connection:
            yield connection

    async def close(self) -> None:
        await self.engine.dispose()


def connect(url: str) -> Database:
    """Open the database. Nothing is read yet; a missing SQLite file is created for its owner only.

    Raises DatabaseUrlError.
    """
    parsed = parse(url)
    if is_sqlite(parsed):
        return Database(_sqlite(parsed))
    try:
        return Database(create_async_engine(parsed, hide_parameters=True, pool_pre_ping=True))
    except ModuleNotFoundError as missing:
        raise DatabaseUrlError(
            f"DATABASE_URL: {missing.name}, which talks to PostgreSQL, is not installed"
        ) from None


def parse(url: str) -> URL:
    """DATABASE_URL with the driver we use. Raises DatabaseUrlError."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUrlError(
            "DATABASE_URL is not a URL: as sqlite:///orderwatch.db or postgresql://host/name"
        ) from None
    driver = DRIVERS.get(parsed.drivername)
    if driver is None:
        raise DatabaseUrlError(
            f"DATABASE_URL begins with {parsed.drivername}: sqlite or postgresql would be right"
        )
    if driver == DRIVERS["sqlite"]:
        _check_path(parsed)
    return parsed.set(drivername=driver)


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _check_path(url: URL) -> None:
    name = url.database
    if not name or name == ":memory:" or name.startswith("file:"):
        raise DatabaseUrlError("DATABASE_URL names no file: as sqlite:///orderwatch.db")
    folder = Path(name).parent
    if not folder.is_dir():
        raise DatabaseUrlError(f"DATABASE_URL: there is no folder {folder}")


def _path(url: URL) -> Path:
    assert url.database
    return Path(url.database)


def _create(path: Path) -> None:
    """Make the file before SQLite does: it would let everyone read it."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, ONLY_OWNER))
    except OSError as error:
        raise DatabaseUrlError(f"DATABASE_URL: {path}: {error.strerror}") from None


def _sqlite(url: URL) -> AsyncEngine:
    _create(_path(url))
    engine = create_async_engine(url, hide_parameters=True)
    sa.event.listen(engine.sync_engine, "connect", _on_connect)
    sa.event.listen(engine.sync_engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401
    # The driver would begin by itself, and only at the first write: too late to be IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _on_begin(connection: sa.Connection) -> None:
    # A deferred transaction that turns to writing half-way fails at once instead of waiting.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def sole(url: str) -> Iterator[None]:
    """Be the only `run` on a SQLite file. Import and report do not ask, so they work beside it.

    The lock goes with the process, however that ends. Raises DatabaseInUseError, DatabaseUrlError.
    """
    parsed = parse(url)
    if not is_sqlite(parsed):
        yield
        return
    lock = _lock(_path(parsed))
    try:
        yield
    finally:
        os.close(lock)


def _lock(path: Path) -> int:
    lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, ONLY_OWNER)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise DatabaseInUseError(
            f"another `orderwatch run` uses {path}: stop it, or use PostgreSQL for several"
        ) from None
    return lock
