"""Every database that Orderwatch knows, made anew for each test: empty, or with its tables.

The migrations run once a session; each test gets a copy of what they made.
"""

import asyncio
import contextlib
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Final, Protocol

from store import migrations
from tests.postgres import Postgres

DATABASES: Final = ("sqlite", "postgres")
"""The names of the fixtures, which are those of the databases."""


class Made(Protocol):
    """Makes databases; each goes when its block ends."""

    def empty(self) -> contextlib.AbstractContextManager[str]:
        """The address of a database without tables."""
        ...

    def ready(self) -> contextlib.AbstractContextManager[str]:
        """The address of a database with the tables."""
        ...


class SqliteFiles:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = count(1)

    @contextlib.contextmanager
    def empty(self) -> Iterator[str]:
        yield f"sqlite:///{self._new()}"

    @contextlib.contextmanager
    def ready(self) -> Iterator[str]:
        path = self._new()
        shutil.copy(self._template, path)
        yield f"sqlite:///{path}"

    def _new(self) -> Path:
        folder = self._folder / str(next(self._names))
        folder.mkdir()
        return folder / "orderwatch.db"

    @cached_property
    def _template(self) -> Path:
        path = self._new()
        _migrate(f"sqlite:///{path}")
        return path


class PostgresDatabases:
    def __init__(self, server: Postgres) -> None:
        self._server = server

    @contextlib.contextmanager
    def empty(self) -> Iterator[str]:
        with self._made() as url:
            yield url

    @contextlib.contextmanager
    def ready(self) -> Iterator[str]:
        with self._made(self._template) as url:
            yield url

    @contextlib.contextmanager
    def _made(self, *template: str) -> Iterator[str]:
        name = self._server.create(*template)
        try:
            yield self._server.url(name)
        finally:
            self._server.drop(name)

    @cached_property
    def _template(self) -> str:
        name = self._server.create()
        _migrate(self._server.url(name))
        return name


def _migrate(url: str) -> None:
    # Aside: a test that asks for a database may stand in an event loop already.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(lambda: asyncio.run(migrations.upgrade(url))).result()
