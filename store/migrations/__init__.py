"""Brings the database to the current schema. Called by `orderwatch migrate`, `run` and `check`."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from store.engine import Database, connect


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The schema version that this program needs."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest
    return newest


async def upgrade(url: str) -> None:
    """Bring the database to the current schema, in one transaction. Raises DatabaseUrlError."""
    # To build an index of millions of rows takes what it takes.
    database = connect(url, deadline=None)
    try:
        async with database.writing() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await database.close()


def _upgrade(connection: sa.Connection) -> None:
    command.upgrade(_config(connection), "head")


async def current(url: str) -> str | None:
    """The schema version that the database has; None: it is empty. Raises DatabaseUrlError."""
    database = connect(url)
    try:
        return await version(database)
    finally:
        await database.close()


async def version(database: Database) -> str | None:
    """As `current`, of a database that is open."""
    async with database.reading() as connection:
        return await connection.run_sync(_current)


def _current(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
