"""The orders of a scenario, and an office to work on them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.northwind import Orders, northwind
from tests.scenarios.office import Office, office


@pytest.fixture
def data() -> Orders:
    return northwind()


@pytest.fixture
async def desk(tmp_path: Path, data: Orders) -> AsyncIterator[Office]:
    async with office(tmp_path, data) as one:
        yield one
