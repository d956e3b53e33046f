"""The store under test: a real database, made by the migrations."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import store as stores
from store import migrations
from tests.store.making import ZONES

DATABASES = ["sqlite"]
"""Every test of the store runs on each of these."""


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    assert request.param == "sqlite"
    return f"sqlite:///{tmp_path}/orderwatch.db"


@pytest.fixture
async def store(url: str) -> AsyncIterator[stores.Store]:
    await migrations.upgrade(url)
    async with stores.open(url, ZONES) as opened:
        yield opened
