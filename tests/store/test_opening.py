"""Opening a database: its address, its schema, what no statement can do to it."""

import ssl

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import store as stores
from store import migrations
from store.address import DatabaseUrlError, parse
from store.engine import connect
from store.tables import alerts, metadata, orders
from tests.databases import Made
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


async def test_every_declared_index_exists(store: stores.Store) -> None:
    def indexes(connection: sa.Connection) -> set[str | None]:
        found = sa.inspect(connection)
        return {one["name"] for table in metadata.tables for one in found.get_indexes(table)}

    declared = {index.name for table in metadata.tables.values() for index in table.indexes}
    async with store.database.reading() as connection:
        assert declared <= await connection.run_sync(indexes)


async def test_the_schema_version_is_told(databases: Made) -> None:
    with databases.empty() as url:
        assert await migrations.current(url) is None
        await migrations.upgrade(url)
        await migrations.upgrade(url)
        assert await migrations.current(url) == migrations.head()
        async with stores.open(url) as opened:
            assert await opened.schema_version() == migrations.head()
            await opened.ping()


async def test_what_stood_in_slack_before_is_the_first_card_of_its_alert(
    databases: Made,
) -> None:
    with databases.empty() as url:
        database = connect(url)
        async with database.writing() as connection:
            await connection.run_sync(
                lambda held: command.upgrade(migrations._config(held), "0001")
            )
            before = sa.table("alerts", *(sa.column(name, alerts.c[name].type) for name in BEFORE))
            await connection.execute(sa.insert(before).values(BEFORE))
        await database.close()
        await migrations.upgrade(url)
        async with stores.open(url) as opened:
            [alert] = await opened.alerts.due(NORTH, NOW)
            assert (alert.posting, alert.posted_at, alert.posted_seen) == (1, NOW, 3)
            assert alert.announced_at == NOW


BEFORE = {
    "distributor": NORTH, "cause_key": "queued", "kind": "queued", "opened_at": NOW,
    "change": 3, "shown": 3, "shown_at": NOW, "channel": "C1", "ts": "1.1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense", "is not a URL"),
        ("mysql://localhost/x", "sqlite or postgresql"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:////nowhere/at/all.db", "no folder"),
        ("postgresql://db/orders?sslmode=sometimes", "sslmode is one of disable, allow"),
        ("postgresql://db/orders?sslrootcert=/nowhere.pem", "No such file"),
        ("postgresql://db/orders?pool_size=5", "pool_size is not known; known are host"),
    ],
)
def test_a_wrong_address_is_one_clear_sentence(address: str, words: str) -> None:
    with pytest.raises(DatabaseUrlError, match=words):
        connect(address)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_a_postgresql_address_is_taken_with_its_socket(scheme: str) -> None:
    url = parse(f"{scheme}:///orders?host=/run/sockets").url
    assert url.drivername == "postgresql+asyncpg"
    assert url.query["host"] == "/run/sockets"


def test_tls_is_asked_for_in_the_words_that_everybody_knows() -> None:
    asked = "postgresql://db.example.com/orders?sslmode="
    assert parse(asked.removesuffix("?sslmode=")).tls is None
    assert parse(f"{asked}require").tls == "require"
    full = parse(f"{asked}verify-full")
    assert isinstance(full.tls, ssl.SSLContext)
    assert (full.tls.check_hostname, full.tls.verify_mode) == (True, ssl.CERT_REQUIRED)
    assert not full.url.query, "the driver knows no sslmode"
    anybody = parse(f"{asked}verify-ca").tls
    assert isinstance(anybody, ssl.SSLContext)
    assert (anybody.check_hostname, anybody.verify_mode) == (False, ssl.CERT_REQUIRED)


async def test_what_happened_cannot_be_changed(store: stores.Store) -> None:
    await queue(store, [1])
    for deed in ("UPDATE order_events SET what = 'x'", "DELETE FROM order_events"):
        with pytest.raises(sa.exc.DBAPIError, match="never changed"):
            async with store.database.writing() as connection:
                await connection.execute(sa.text(deed))


async def test_errors_hide_what_was_stored(store: stores.Store) -> None:
    secret = "4111-1111"
    with pytest.raises(sa.exc.SQLAlchemyError) as raised:
        async with store.database.writing() as connection:
            await connection.execute(sa.insert(orders).values(account_name=secret))
    assert secret not in str(raised.value)


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
