"""Several processes on one PostgreSQL: who does what only one may do, and the places they share."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta

import pytest

from commands.ports import Share
from store.clock import DatabaseClock, ticking
from store.engine import Database, connect
from store.processes import ManyProcesses, OneProcess, clock_of
from tests.databases import PostgresDatabases
from tests.store.making import MINUTE, NORTH, NOW, SECOND, SOUTH

PLACES = 4


@pytest.fixture
def url(postgres: PostgresDatabases) -> Iterator[str]:
    with postgres.ready() as made:
        yield made


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = connect(url)
    yield opened
    await opened.close()


@contextlib.asynccontextmanager
async def living(database: Database) -> AsyncIterator[ManyProcesses]:
    """A process as long as the block lasts; then its session ends, as it does by kill -9."""
    process = ManyProcesses(database)
    line = asyncio.create_task(process.keep())
    try:
        await process.share(SOUTH, 1, 0, NOW + MINUTE, NOW)
        yield process
    finally:
        line.cancel()
        await asyncio.gather(line, return_exceptions=True)


async def true(told: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not told():
            await asyncio.sleep(0.02)


async def forever() -> None:
    await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def meanwhile(*works: Awaitable[None]) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_one_holds_the_clock_and_another_takes_over_when_it_dies(database: Database) -> None:
    clock = clock_of(NORTH)
    async with living(database) as second:
        async with (
            living(database) as first,
            meanwhile(first.while_mine(clock, forever)),
        ):
            await true(lambda: first.leads(NORTH))
            assert not first.leads(SOUTH)
            waiting = asyncio.create_task(second.while_mine(clock, forever))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(true(lambda: second.leads(NORTH)), 1.5)
        await true(lambda: second.leads(NORTH))
        waiting.cancel()


async def test_a_duty_is_cancelled_when_its_line_is_lost_and_begun_anew(database: Database) -> None:
    begun, ended = [], []

    async def duty() -> None:
        begun.append(1)
        try:
            await forever()
        finally:
            ended.append(1)

    async with living(database) as process, meanwhile(process.while_mine("a duty", duty)):
        await true(lambda: len(begun) == 1)
        async with database.reading() as connection:
            await connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            )
        await true(lambda: (len(begun), len(ended)) == (2, 1))


async def test_only_so_many_have_a_seat(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    sitting: list[int] = []

    def sits(number: int) -> Callable[[], Awaitable[None]]:
        async def duty() -> None:
            sitting.append(number)
            try:
                await forever()
            finally:
                sitting.remove(number)

        return duty

    async with contextlib.AsyncExitStack() as stack:
        fellows = [await stack.enter_async_context(living(database)) for _ in range(3)]
        tasks = [
            asyncio.create_task(one.while_mine("socket", sits(number), seats=2))
            for number, one in enumerate(fellows)
        ]
        await true(lambda: "socket: other processes have all 2; running without" in caplog.text)
        await true(lambda: len(sitting) == 2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def ask(process: ManyProcesses, busy: int, ahead: timedelta = timedelta(0)) -> Share:
    now = NOW + ahead
    return await process.share(NORTH, PLACES, busy, now + MINUTE, now)


async def test_places_are_given_up_before_they_are_taken(database: Database) -> None:
    async with living(database) as first:
        assert (await ask(first, 0)).granted == PLACES
        async with living(database) as second:
            assert (await ask(second, 0)).granted == 0
            shrinking = await ask(first, PLACES)
            assert (shrinking.granted, shrinking.fair) == (PLACES, 2)
            assert (await ask(second, 0)).granted == 0
            assert (await ask(first, 3)).granted == 3
            assert (await ask(second, 0)).granted == 1
            assert (await ask(first, 2)).granted == 2
            assert (await ask(second, 1)).granted == 2
        # It died: what it had is free at once.
        assert (await ask(first, 2)).granted == PLACES


async def test_one_that_says_nothing_for_long_loses_its_places(database: Database) -> None:
    async with living(database) as first, living(database) as second:
        await ask(first, PLACES)
        assert (await ask(second, 0)).granted == 0
        assert (await ask(second, 0, 2 * MINUTE)).granted == PLACES


async def test_one_that_stops_gives_its_places_back(database: Database) -> None:
    async with living(database) as first, living(database) as second:
        await ask(first, PLACES)
        await first.leave(NORTH)
        assert (await ask(second, 0)).granted == PLACES


async def test_more_processes_than_places(database: Database) -> None:
    async with contextlib.AsyncExitStack() as stack:
        fellows = [await stack.enter_async_context(living(database)) for _ in range(6)]
        for one in fellows:
            await ask(one, 0)
        busy = dict.fromkeys(fellows, 0)
        for _ in range(3):
            for one in fellows:
                share = await ask(one, busy[one])
                assert sum(busy.values()) - busy[one] + share.granted <= PLACES
                busy[one] = min(share.granted, share.fair)
        assert sorted(busy.values()) == [0, 0, 1, 1, 1, 1]


async def test_where_one_process_runs_everything_is_its_own() -> None:
    alone, done = OneProcess(), []

    async def duty() -> None:
        done.append(1)

    await alone.while_mine("anything", duty)
    assert (await alone.share(NORTH, PLACES, 0, NOW, NOW)).granted == PLACES
    assert alone.leads(NORTH)
    assert done


async def test_machines_whose_clocks_differ_go_by_the_databases(database: Database) -> None:
    here, there = DatabaseClock(database), DatabaseClock(database, lambda: ticking() * 1 + 5000)
    await here.measure()
    await there.measure()
    assert abs(here.now() - there.now()) < 5 * SECOND
