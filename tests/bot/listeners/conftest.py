from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.listeners.town import Town, town


@pytest.fixture(params=["socket", "http"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """The town in each of the two modes."""
    async with town(tmp_path, http=request.param == "http") as found:
        yield found


@pytest.fixture
async def sockets(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path) as found:
        yield found
