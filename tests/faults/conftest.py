"""One database on PostgreSQL for all runs of a session: they come one after another."""

from collections.abc import Iterator

import pytest

from tests.databases import PostgresDatabases
from tests.faults.grounds import PostgresGround, on_postgres


@pytest.fixture(scope="session")
def postgres_ground(postgres: PostgresDatabases) -> Iterator[PostgresGround]:
    with postgres.ready() as url, on_postgres(url) as ground:
        yield ground
