"""Opening a database: its address, its file, its lock, its schema."""

import sqlite3
from pathlib import Path
from stat import S_IMODE

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import store as stores
from store import migrations
from store.engine import DatabaseInUseError, DatabaseUrlError, connect, parse, sole
from store.tables import metadata, orders
from tests.store.making import NORTH, NOW, accept_all, queue


async def test_the_migrations_make_the_tables_as_they_are_declared(
    store: stores.Store,
) -> None:
    def differences(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"include_object": _comparable})
        return list(compare_metadata(context, metadata))

    async with store.database.reading() as connection:
        assert await connection.run_sync(differences) == []


def _comparable(_thing: object, name: str | None, *_more: object) -> bool:
    # It sorts downwards, which no database tells back in words that can be compared.
    return name != "ix_orders_claim"


async def test_every_declared_index_exists(store: stores.Store, url: str) -> None:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as raw:
        rows = raw.execute("SELECT name FROM sqlite_master WHERE type = 'index'").fetchall()
    raw.close()
    declared = {index.name for table in metadata.tables.values() for index in table.indexes}
    assert declared <= {name for (name,) in rows}


async def test_the_schema_version_is_told(url: str) -> None:
    assert await migrations.current(url) is None
    await migrations.upgrade(url)
    await migrations.upgrade(url)
    assert await migrations.current(url) == migrations.head()
    async with stores.open(url) as opened:
        assert await opened.schema_version() == migrations.head()
        await opened.ping()


async def test_the_file_is_its_owners_alone(store: stores.Store, url: str, tmp_path: Path) -> None:
    await queue(store, [1])
    with sole(url):
        files = list(tmp_path.iterdir())  # noqa: ASYNC240
    assert {file.suffix for file in files} >= {".db", ".db-wal", ".lock"}
    assert {S_IMODE(file.stat().st_mode) for file in files} == {0o600}


async def test_a_second_run_is_refused_and_others_work_beside_it(
    store: stores.Store, url: str
) -> None:
    with sole(url):
        with pytest.raises(DatabaseInUseError, match="another `orderwatch run`"), sole(url):
            pytest.fail("two at once")
        async with stores.open(url) as beside:
            await queue(beside, [1])
    with sole(url):
        pass


async def test_an_error_inside_is_not_taken_for_a_second_run(url: str) -> None:
    with pytest.raises(BlockingIOError), sole(url):
        raise BlockingIOError


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense", "is not a URL"),
        ("mysql://localhost/x", "sqlite or postgresql"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:////nowhere/at/all.db", "no folder"),
    ],
)
def test_a_wrong_address_is_one_clear_sentence(address: str, words: str) -> None:
    with pytest.raises(DatabaseUrlError, match=words):
        connect(address)


def test_a_file_that_cannot_be_opened_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUrlError, match="directory"):
        connect(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_a_postgresql_address_is_taken_with_its_socket(scheme: str) -> None:
    url = parse(f"{scheme}:///orders?host=/run/sockets")
    assert url.drivername == "postgresql+asyncpg"
    assert url.query["host"] == "/run/sockets"


async def test_what_happened_cannot_be_changed(store: stores.Store, url: str) -> None:
    await queue(store, [1])
    for deed in ("UPDATE order_events SET what = 'x'", "DELETE FROM order_events"):
        with pytest.raises(sa.exc.IntegrityError, match="never changed"):
            async with store.database.writing() as connection:
                await connection.execute(sa.text(deed))


async def test_errors_hide_what_was_stored(store: stores.Store) -> None:
    secret = "4111-1111"
    with pytest.raises(sa.exc.SQLAlchemyError) as raised:
        async with store.database.writing() as connection:
            await connection.execute(sa.insert(orders).values(account_name=secret))
    assert secret not in str(raised.value)


async def test_a_reader_does_not_wait_for_the_writer(store: stores.Store) -> None:
    await queue(store, [1])
    async with store.database.writing() as connection:
        await connection.execute(sa.update(orders).values(account_name="nobody sees this yet"))
        [line] = (await store.queries.lines(NORTH)).lines
        assert line.account_name == "Vins et alcools Chevalier"


async def test_counts_are_kept_with_the_orders(store: stores.Store) -> None:
    await queue(store, range(1, 11))
    await accept_all(store, NOW)
    async with store.database.reading() as connection:
        rows = await connection.execute(
            sa.select(orders.c.state, sa.func.count().label("orders")).group_by("state")
        )
        true = {row.state: row.orders for row in rows}
    summary = await store.queries.summary(NORTH, NOW)
    assert {state.value: n for state, n in summary.states.items() if n} == true
