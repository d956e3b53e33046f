"""What holds of a SQLite file alone: its rights, its lock, readers beside the writer."""

from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest
import sqlalchemy as sa

import store as stores
from store import migrations
from store.address import DatabaseUrlError
from store.engine import DatabaseInUseError, connect, sole
from store.tables import orders
from tests.databases import SqliteFiles
from tests.store.making import NORTH, queue


async def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/orderwatch.db"
    await migrations.upgrade(url)
    async with stores.open(url) as store:
        await queue(store, [1])
        with sole(url):
            rights = {
                file.suffix: S_IMODE(file.stat().st_mode)
                for file in tmp_path.iterdir()  # noqa: ASYNC240
            }
    assert rights.keys() >= {".db", ".db-wal", ".lock"}
    assert set(rights.values()) == {0o600}


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


def test_a_file_that_cannot_be_opened_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUrlError, match="directory"):
        connect(f"sqlite:///{tmp_path}")


async def test_a_reader_does_not_wait_for_the_writer(store: stores.Store) -> None:
    await queue(store, [1])
    async with store.database.writing() as connection:
        await connection.execute(sa.update(orders).values(account_name="nobody sees this yet"))
        [line] = (await store.queries.lines(NORTH)).lines
        assert line.account_name == "Vins et alcools Chevalier"


@pytest.fixture
def url(sqlite: SqliteFiles) -> Iterator[str]:
    """Not the one of the other tests: that one may be of another database."""
    with sqlite.ready() as made:
        yield made
