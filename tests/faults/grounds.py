"""What a run stands on: a database, the same for each run, and each process's way to it.

Called by `plant`, and by whoever chooses a database for many runs: a file in memory for SQLite, one
database on a server for PostgreSQL, which is emptied between two runs.
"""

import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg
from sqlalchemy.engine import make_url

import store
from store.tables import metadata
from tests.faults.virtual_time import VirtualLoop
from tests.faults.wires import Line, Wires


@dataclass(frozen=True, slots=True)
class Way:
    """How one process gets to the database. `line` None: there is no wire that could be cut."""

    url: str
    line: Line | None = None


Ways = Callable[[], Way]


class Ground(Protocol):
    """`flag`: what chooses it on the command line."""

    flag: str

    def entered(self, loop: VirtualLoop) -> contextlib.AbstractAsyncContextManager[Ways]:
        """Empty, for one run; yields what gives each process its way."""
        ...


# --- SQLite --------------------------------------------------------------------------------------


class SqliteGround:
    """A file of its own for each run."""

    flag = ""

    def __init__(self) -> None:
        self._empty: bytes | None = None

    @contextlib.asynccontextmanager
    async def entered(self, loop: VirtualLoop) -> AsyncIterator[Ways]:
        _ = loop
        with tempfile.TemporaryDirectory(prefix="orderwatch-faults-", dir=memory()) as folder:
            if self._empty is None:
                self._empty = await _migrated(Path(folder) / "empty.db")
            path = Path(folder) / "orders.db"
            path.write_bytes(self._empty)
            yield lambda: Way(f"sqlite:///{path}")


async def _migrated(path: Path) -> bytes:
    """A database with the present schema and no order, made once for all runs."""
    await store.migrations.upgrade(f"sqlite:///{path}")
    return path.read_bytes()  # noqa: ASYNC240  # no time passes meanwhile


def memory() -> str | None:
    """Where files cost no disk, so that a commit costs no wait."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


SQLITE: Final = SqliteGround()


# --- PostgreSQL ----------------------------------------------------------------------------------

_BLOCKED: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND state = 'active' AND wait_event_type = 'Lock'"
)
_LIVING: Final = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)"
_OUT: Final = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_NUMBERS: Final = "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()"
AT_MOST: Final = 0.05
"""Real seconds that a session which was cut is waited for: one that is blocked may last longer."""


class PostgresGround:
    """One database with the tables on a server. Only one run at a time stands on it."""

    flag = " --postgres"

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._server = Path(str(self._url.query["host"]))
        self._beside = psycopg.connect(url, autocommit=True)
        # What happened is never changed, says the product's trigger; here it never happened.
        self._beside.execute("SET session_replication_role = replica")
        self._clear = self._cleaning()

    def close(self) -> None:
        self._beside.close()

    @contextlib.asynccontextmanager
    async def entered(self, loop: VirtualLoop) -> AsyncIterator[Ways]:
        self._beside.execute(self._clear)
        loop.wires = wires = Wires(self._all_blocked, self._ended)
        loop.outside = wires.at_work
        try:
            with tempfile.TemporaryDirectory(prefix="orderwatch-faults-", dir=memory()) as folder:
                yield self._ways(wires, Path(folder))
        finally:
            self._beside.execute(_OUT)

    def _ways(self, wires: Wires, folder: Path) -> Ways:
        names = count()

        def way() -> Way:
            door = folder / str(next(names))
            # The same server by another name, which tells whose connection it is.
            door.symlink_to(self._server)
            wires.lines[str(door)] = line = Line()
            url = self._url.update_query_dict({"host": str(door)})
            return Way(url.render_as_string(hide_password=False), line)

        return way

    def _cleaning(self) -> Any:
        """Rows deleted and numbers begun anew: for a few rows far quicker than to truncate."""
        tables = [table.name for table in reversed(metadata.sorted_tables)]
        numbers = [name for (name,) in self._beside.execute(_NUMBERS)]
        return ";".join(
            (
                *(f'DELETE FROM "{name}"' for name in tables),
                *(f"SELECT setval('{name}', 1, false)" for name in numbers),
            )
        )

    def _all_blocked(self, busy: int) -> bool:
        row = self._beside.execute(_BLOCKED).fetchone()
        return row is not None and row[0] >= busy

    def _ended(self, sessions: list[int]) -> None:
        until = time.monotonic() + AT_MOST
        while time.monotonic() < until:
            row = self._beside.execute(_LIVING, (sessions,)).fetchone()
            if row is not None and not row[0]:
                return
            time.sleep(0.0005)


@contextlib.contextmanager
def on_postgres(url: str) -> Iterator[PostgresGround]:
    """A ground on a database that has the tables."""
    ground = PostgresGround(url)
    try:
        yield ground
    finally:
        ground.close()
