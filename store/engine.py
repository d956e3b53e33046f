"""Opens the database named by DATABASE_URL and hands out connections that read or write.

Called by `store.open`, the migrations and `bot.cli` (`sole`). All that differs between databases
in opening them stands here.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from store import errands
from store.address import Address, DatabaseUrlError, parse

T = TypeVar("T")

CLASHES: Final = 3
"""How often a transaction is done again before its trouble is told."""

ONLY_OWNER: Final = 0o600
PRAGMAS: Final = (
    # First, because the others may have to wait for a lock themselves.
    "PRAGMA busy_timeout = 15000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -8000",
)
SESSION: Final = {
    "application_name": "orderwatch",
    "timezone": "UTC",
    # Our statements are short: compiling one takes longer than running it.
    "jit": "off",
    # A process that stands still must not keep rows locked, nor one whose machine is gone.
    "idle_in_transaction_session_timeout": "30s",
    "lock_timeout": "15s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""Of a session on PostgreSQL."""

FRESH: Final = 1.0
"""Seconds after its last use for which a connection is trusted unasked."""

USED: Final = "orderwatch_used"


class DatabaseInUseError(RuntimeError):
    """Another `orderwatch run` holds this database."""


class Database:
    """One database: `reading()` and `writing()` give a connection inside a transaction.

    `shared`: any number of processes may `run` on it.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(writes=True)
        self.shared = engine.url.get_backend_name() != "sqlite"
        # SQLite has one writer. Waiting here is fair and wakes at once; its own wait polls.
        self._turn: asyncio.Lock | None = None if self.shared else asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A snapshot; on SQLite it neither waits for the writer nor holds it up."""
        async with self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """Reading that takes its time: every statement sees the same moment."""
        async with self.engine.connect() as plain:
            level = {"isolation_level": "REPEATABLE READ"} if self.shared else {}
            connection = await plain.execution_options(**level)
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write; committed at the end, rolled back by an exception."""
        async with self._turn or nullcontext(), self._writer.begin() as connection:
            yield connection

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do `work` in a transaction, and again where another process came in its way."""
        for _ in range(CLASHES):
            try:
                async with self.writing() as connection:
                    return await work(connection)
            except DBAPIError as error:
                if not clashed(error):
                    raise
        async with self.writing() as connection:
            return await work(connection)

    async def close(self) -> None:
        await self.engine.dispose()


def clashed(error: DBAPIError) -> bool:
    """Whether the same may go through the next time: a deadlock, or a row that is there by now."""
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, IntegrityError) or state in {"40P01", "40001"}


def connect(url: str, deadline: float | None = 60.0) -> Database:
    """Open the database. Nothing is read yet; a missing SQLite file is created for its owner only.

    `deadline`: seconds for one statement on a server. Raises DatabaseUrlError.
    """
    address = parse(url)
    return Database(_sqlite(address) if address.is_sqlite else _postgresql(address, deadline))


def _create(path: Path) -> None:
    """Make the file before SQLite does: it would let everyone read it."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, ONLY_OWNER))
    except OSError as error:
        raise DatabaseUrlError(f"DATABASE_URL: {path}: {error.strerror}") from None


def _sqlite(address: Address) -> AsyncEngine:
    _create(address.path)
    engine = create_async_engine(
        address.url, hide_parameters=True, connect_args={"async_creator_fn": errands.connect}
    )
    sa.event.listen(engine.sync_engine, "connect", _on_connect)
    sa.event.listen(engine.sync_engine, "begin", _on_begin)
    return engine


def _postgresql(address: Address, deadline: float | None) -> AsyncEngine:
    told: dict[str, Any] = {"command_timeout": deadline, "server_settings": SESSION}
    if address.tls is not None:
        told["ssl"] = address.tls
    engine = create_async_engine(
        address.url,
        hide_parameters=True,
        # Few connections, used often: each has to learn every statement for itself.
        pool_use_lifo=True,
        connect_args=told,
    )
    sa.event.listen(engine.sync_engine, "checkin", _on_checkin)
    sa.event.listen(engine.sync_engine, "checkout", _on_checkout(engine.dialect))
    return engine


def _on_checkin(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[USED] = time.monotonic()


def _on_checkout(dialect: sa.Dialect) -> Callable[[Any, ConnectionPoolEntry, object], None]:
    """Asks a connection that lay idle whether it still holds. Asking each time, as the pool would,
    takes as long as most transactions; what is lost in between is told to whoever uses it.
    """

    def check(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401
        idle = time.monotonic() - record.info.get(USED, time.monotonic())
        if idle > FRESH and not _holds(dialect, connection):
            raise InvalidatePoolError

    return check


def _holds(dialect: sa.Dialect, connection: Any) -> bool:  # noqa: ANN401
    try:
        return bool(dialect.do_ping(connection))
    except dialect.loaded_dbapi.Error as error:
        if dialect.is_disconnect(error, connection, None):
            return False
        raise


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
    address = parse(url)
    if not address.is_sqlite:
        yield
        return
    lock = _lock(address.path)
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
