"""Every test here is run against every kind of ERP that there is a harness for.

One event loop for all of them, because a server belongs to the loop that started it.
"""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from commands.ports import Erp
from erp import KINDS, connect
from sandbox.wire import Wire, wired
from tests.adapters.harness import Harness, now
from tests.adapters.harnesses import HARNESSES

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("asyncio"):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=KINDS)
async def harness(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Harness]:
    """A kind without a harness fails here: an adapter that is not put to the test is none."""
    kind: str = request.param
    async with HARNESSES[kind](tmp_path_factory.mktemp(kind)) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def wire(harness: Harness) -> AsyncIterator[Wire]:
    """Between the adapter and its ERP."""
    async with wired(harness.url) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def erp(harness: Harness, wire: Wire) -> AsyncIterator[Erp]:
    """The adapter under test."""
    async with connected(harness, wire) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def drafting(harness: Harness, wire: Wire) -> AsyncIterator[Erp]:
    """The same, told to leave its orders unconfirmed."""
    async with connected(harness, wire, drafts=True) as made:
        yield made


@contextlib.asynccontextmanager
async def connected(harness: Harness, wire: Wire, *, drafts: bool = False) -> AsyncIterator[Erp]:
    made = connect(harness.settings(wire.url, drafts=drafts), now)
    try:
        yield made
    finally:
        await made.close()
