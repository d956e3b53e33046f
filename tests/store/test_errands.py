"""Cursors that ask SQLite's thread once: all rows arrive, in pieces where pieces were asked for."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from store.engine import Database, connect
from store.errands import FIRST_ROWS, Connection

MANY = 3 * FIRST_ROWS + 7
numbers = sa.Table("numbers", sa.MetaData(), sa.Column("n", sa.Integer, primary_key=True))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = connect(f"sqlite:///{tmp_path}/numbers.db")
    async with opened.writing() as connection:
        await connection.execute(sa.schema.CreateTable(numbers))
        await connection.execute(sa.insert(numbers), [{"n": n} for n in range(MANY)])
    yield opened
    await opened.close()


@pytest.mark.parametrize("count", [0, 1, FIRST_ROWS - 1, FIRST_ROWS, FIRST_ROWS + 1, MANY])
async def test_every_row_arrives_once_and_in_order(database: Database, count: int) -> None:
    chosen = sa.select(numbers.c.n).where(numbers.c.n < count).order_by(numbers.c.n)
    async with database.reading() as connection:
        assert list(await connection.scalars(chosen)) == list(range(count))
        streamed = await connection.stream_scalars(chosen)
        assert [n async for n in streamed] == list(range(count))


async def test_a_stream_takes_no_more_than_it_is_asked_for(database: Database) -> None:
    async with database.reading() as connection:
        streamed = await connection.stream(sa.select(numbers.c.n).order_by(numbers.c.n))
        first = await streamed.fetchmany(3)
        assert [row.n for row in first] == [0, 1, 2]
        assert (await streamed.fetchone()) == (3,)
        rest = [row.n for piece in [await streamed.fetchall()] for row in piece]
    assert rest == list(range(4, MANY))


async def test_a_stream_that_is_left_holds_nothing_up(database: Database) -> None:
    async with database.reading() as connection:
        async for _ in await connection.stream(sa.select(numbers.c.n)):
            break
    async with database.writing() as connection:
        await connection.execute(sa.schema.DropTable(numbers))


async def test_changed_rows_are_counted(database: Database) -> None:
    n = numbers.c.n
    async with database.writing() as connection:
        moved = await connection.execute(sa.update(numbers).where(n >= 7).values(n=n + MANY))
        assert moved.rowcount == MANY - 7
        returned = await connection.execute(sa.delete(numbers).where(n < 5).returning(n))
        assert sorted(returned.scalars()) == [0, 1, 2, 3, 4]
        each = sa.update(numbers).where(n == sa.bindparam("old")).values(n=sa.bindparam("new"))
        done = await connection.execute(
            each, [{"old": 5, "new": -5}, {"old": 6, "new": -6}, {"old": 0, "new": 1}]
        )
        assert done.rowcount == 2


async def test_a_statement_that_fails_leaves_the_connection_usable(database: Database) -> None:
    async with database.writing() as connection:
        async with connection.begin_nested():
            with pytest.raises(IntegrityError):
                await connection.execute(sa.insert(numbers), [{"n": MANY}, {"n": 1}])
        with pytest.raises(OperationalError):
            await connection.execute(sa.text("SELECT nothing FROM nowhere"))
        assert await connection.scalar(sa.select(sa.func.count()).select_from(numbers)) is not None


async def test_a_writer_that_is_cancelled_lets_go_of_the_database(database: Database) -> None:
    slow = sa.text(
        "WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM c WHERE x < 300000)"
        " SELECT count(*) FROM c"
    )
    begun = asyncio.Event()

    async def work() -> None:
        async with database.writing() as connection:
            await connection.execute(sa.delete(numbers))
            begun.set()
            await connection.execute(slow)

    task = asyncio.create_task(work())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(10), database.writing() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(numbers)) == MANY


async def test_the_store_connects_so(database: Database) -> None:
    async with database.reading() as connection:
        raw = await connection.get_raw_connection()
        assert isinstance(raw.driver_connection, Connection)


async def test_a_transaction_begins_with_its_first_statement(database: Database) -> None:
    asked: list[str] = []
    async with database.writing() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert isinstance(raw, Connection)
        await raw.set_trace_callback(asked.append)
        await connection.execute(sa.insert(numbers).values(n=MANY))
        assert raw.in_transaction
    assert [line.split()[0] for line in asked] == ["BEGIN", "INSERT", "COMMIT"]
    assert not raw.in_transaction


async def test_a_transaction_without_a_statement_asks_nothing(database: Database) -> None:
    async with database.writing() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
    assert isinstance(raw, Connection)
    async with database.writing() as connection:
        with pytest.raises(IntegrityError):
            await connection.execute(sa.insert(numbers).values(n=1))
        await connection.rollback()
    assert not raw.in_transaction
    async with database.reading() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(numbers)) == MANY
