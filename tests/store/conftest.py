"""The store under test: on each database there is, made by the migrations."""

from collections.abc import AsyncIterator

import pytest

import store as stores
from tests.store.making import ZONES


@pytest.fixture
def url(database: str) -> str:
    """The address of the database that `store` is."""
    return database


@pytest.fixture
async def store(url: str) -> AsyncIterator[stores.Store]:
    async with stores.open(url, ZONES) as opened:
        yield opened
