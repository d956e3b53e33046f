from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.listeners.town import DANA, Town, town


@pytest.fixture(params=["socket", "http"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """The town in each of the two modes."""
    async with town(tmp_path, http=request.param == "http") as found:
        yield found


@pytest.fixture
async def sockets(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path) as found:
        yield found


@pytest.fixture
async def slow(tmp_path: Path) -> AsyncIterator[Town]:
    """The crier does not run by itself: the test says when."""
    async with town(tmp_path, crying=False) as found:
        yield found


@pytest.fixture
async def dana_may(slow: Town) -> None:
    """Act on the orders of a slow town."""
    await slow.grant(DANA)
