"""The store under test: a real database, made by the migrations."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

import store as stores
from store import migrations
from tests.store.making import ZONES


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{folder}/orderwatch.db"


DATABASES: dict[str, Callable[[Path], str]] = {"sqlite": _sqlite}
"""Every test of the store runs on each of these: an address of an empty database."""


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return DATABASES[request.param](tmp_path)


@pytest.fixture
async def store(url: str) -> AsyncIterator[stores.Store]:
    await migrations.upgrade(url)
    async with stores.open(url, ZONES) as opened:
        yield opened
