"""The databases that benchmarks run on: SQLite files, and a PostgreSQL as careful as a real one.

The tests' PostgreSQL leaves out whatever would outlive a crash; measured, it would flatter.
"""

import asyncio
import contextlib
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Final

from store import migrations
from tests.postgres import (
    DATA,
    INITDB,
    PATIENCE,
    Postgres,
    _await_ready,
    _binaries,
    _folder,
    _root,
    _run,
)
from tests.postgres import NOBODY as UNPRIVILEGED

SETTINGS: Final = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
}
"""Beside these all is as PostgreSQL comes: `fsync` and `synchronous_commit` are on."""

MakeUrl = Callable[[], str]
"""Makes an empty database; its address."""


@contextlib.contextmanager
def sqlite() -> Iterator[MakeUrl]:
    """Files in a folder on the disk, which goes at the end."""
    numbers = count(1)
    with tempfile.TemporaryDirectory(prefix="orderwatch-bench-") as folder:
        yield lambda: f"sqlite:///{Path(folder) / f'{next(numbers)}.db'}"


@contextlib.contextmanager
def postgres() -> Iterator[MakeUrl]:
    """A server of our own on the disk, reached by a Unix socket, gone at the end."""
    with _folder() as folder, _folder() as beside:
        binaries = _binaries(beside)
        _run([binaries / "initdb", "-D", folder / DATA, *INITDB])
        with _process(binaries, folder):
            console = Postgres(binaries, folder)
            try:
                yield lambda: console.url(console.create())
            finally:
                console.close()


def migrated(make: MakeUrl) -> str:
    """A new database with the tables; its address."""
    url = make()
    asyncio.run(migrations.upgrade(url))
    return url


@contextlib.contextmanager
def _process(binaries: Path, folder: Path) -> Iterator[None]:
    settings = [word for pair in SETTINGS.items() for word in ("-c", "=".join(pair))]
    user = UNPRIVILEGED if _root() else None
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", folder / DATA, "-k", folder, *settings],
            stdout=log,
            stderr=log,
            user=user,
        )
    try:
        _await_ready(server, folder)
        yield
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(PATIENCE)
