"""For every test: nothing of the surrounding environment, nothing beyond loopback.

And the databases: a test that takes `database` runs on each of them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import DATABASES, Made, PostgresDatabases, SqliteFiles
from tests.postgres import serving

# The suite's examples are few and the same in each run, so that it fails for a change and never by
# chance; many new ones on demand: HYPOTHESIS_PROFILE=long pytest …
settings.register_profile(
    "suite",
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "long", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

LONGEST = ("scenarios", "faults", "e2e", "bot")
"""Folders whose tests take longest: begun first, so that no worker is left with them at the end."""

_FOREIGN = ("ORDERWATCH_", "SLACK_", "DATABASE_URL", "SMTP_", "MAIL_FROM", "LISTEN", "DEMO_PORT")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several workers share the tests, those of a module stay together, for what they share;
    a test may name another group.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return LONGEST.index(folder) if folder in LONGEST else len(LONGEST)


@pytest.fixture(autouse=True)
def scrubbed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own Slack token or database must never be met by a test."""
    for name in list(os.environ):
        if name.startswith(_FOREIGN) or name.lower() in _PROXIES:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresDatabases]:
    """One server for the session, started by the first test that needs it."""
    with serving() as server:
        yield PostgresDatabases(server)


@pytest.fixture(params=DATABASES)
def databases(request: pytest.FixtureRequest) -> Made:
    """Each database there is: gives a test its own, empty or with the tables."""
    made: Made = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def database(databases: Made) -> Iterator[str]:
    """The address of a new database with the tables."""
    with databases.ready() as url:
        yield url
