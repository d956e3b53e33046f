"""The HTTP side under test: a real server, a real database, the real adapter, a simulated ERP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import store as stores
from bot.api import Doors, build
from bot.api.callers import Callers
from bot.metrics import Metrics
from bot.serving import bind, serving
from bot.settings import Settings, load
from bot.settings_environment import Listen
from sandbox.erp.server import running
from sandbox.erp.state import ErpState
from store import migrations
from tests.bot.making import CONFIG, TOKENS, Place, StoppedClock, desk_of


@pytest.fixture
async def gateway() -> AsyncIterator[tuple[ErpState, str]]:
    state = ErpState(token=TOKENS["NORTH_ERP"], clock=lambda: datetime.now(UTC))
    async with running(state, 0) as url:
        yield state, url


@pytest.fixture
def settings(tmp_path: Path, gateway: tuple[ErpState, str]) -> Settings:
    config = tmp_path / "orderwatch.toml"
    config.write_text(CONFIG.format(erp=gateway[1]))
    database = f"sqlite:///{tmp_path}/orderwatch.db"
    return load({**TOKENS, "ORDERWATCH_CONFIG": str(config), "DATABASE_URL": database})


@pytest.fixture
async def place(settings: Settings, gateway: tuple[ErpState, str]) -> AsyncIterator[Place]:
    await migrations.upgrade(settings.database_url)
    clock, metrics = StoppedClock(), Metrics()
    async with stores.open(settings.database_url) as store:
        desks = {key: desk_of(settings, key, store, clock, metrics) for key in settings.accounts}
        place = Place(settings, store, desks, clock, gateway[0], metrics)
        doors = Doors(desks, Callers.of(settings.accounts.values()), store, metrics)
        bound = bind(Listen("127.0.0.1", 0))
        place.url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        async with serving(build(doors), bound):
            yield place
        for desk in desks.values():
            await desk.erp.close()
