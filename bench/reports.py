"""A report's CSV beside a bare loop of the driver into Python's csv.writer, and its memory.

Both read by the same statements in the same run. The bare loop stands in its driver's own thread or
event loop, makes no date and no cell safe, and writes to a file as well.
"""

import asyncio
import csv
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

import asyncpg
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite

import store
from bench.filling import fill
from bench.orders import KEY
from bench.printing import figure, ratio, table
from bench.servers import MakeUrl
from commands.domain.connection import Connection
from commands.domain.distributors import Distributor
from commands.domain.history import By, Source
from commands.domain.reports import Contents, Due, ReportSettings
from commands.outbox import Claim, Measures, ReportKind
from commands.report import LEASE
from sandbox.product import environment
from store.address import parse
from store.report_rows import CHUNK, SHOWN, groups

USUAL: Final = 100_000
LARGE: Final = 1_000_000
FEW: Final = 1000
ROUNDS: Final = 3
NOW: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
OWN: Final = Distributor(KEY, "Bench", ZoneInfo("America/Chicago"), "* * * * *", "T1", "C1")
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
EVERYTHING: Final = Measures(OWN, Contents.ALL, LONG_AGO, NOW)
ALL: Final = ReportSettings(contents=Contents.ALL, recipients=("bench@example.com",))
OPERATOR: Final = By(Source.OPERATOR)
SETTINGS: Final = f"""\
[distributors.{KEY}]
name = "Bench"
timezone = "America/Chicago"
slack_team = "T000000001"
alert_channel = "C000000002"
api_token = "env:SHOP"
[distributors.{KEY}.erp]
kind = "rest"
url = "http://127.0.0.1:9"
token = "unused-in-this-benchmark"
"""
ROOT: Final = Path(__file__).parents[1]

Loop = Callable[[Path], Awaitable[None]]


async def measure(name: str, make: MakeUrl, count: int) -> None:
    """Print one table for a database."""
    with tempfile.TemporaryDirectory(prefix="orderwatch-bench-") as made:
        folder = Path(made)
        async with _filled(make, count) as (url, opened):
            took = await _rounds(opened, url, folder / "report.csv")
            many = await _memory(folder, url)
        async with _filled(make, FEW) as (url, _):
            few = await _memory(folder, url)
    bare = median(took["a bare loop"])
    rows = [
        [what, f"{of:.2f}", ratio(of / bare), figure(count / of)]
        for what, of in ((name, median(seconds)) for name, seconds in took.items())
    ]
    table(
        f"A report of {count:,} rows on {name}, medians of {ROUNDS} rounds. Its process peaked at\n"
        f"{many:.0f} MB, and at {few:.0f} MB for a report of {FEW:,} rows.",
        ["", "seconds", "ratio", "rows/s"],
        rows,
    )


@asynccontextmanager
async def _filled(make: MakeUrl, count: int) -> AsyncIterator[tuple[str, store.Store]]:
    url = make()
    await store.migrations.upgrade(url)
    async with store.open(url) as opened:
        await fill(opened.database, count, NOW)
        await opened.reports.save(KEY, ALL, OPERATOR, NOW)
        # The last report was long ago: the next one holds every order.
        await opened.reports.claim_day(KEY, Due(LONG_AGO.date(), LONG_AGO), ALL, LEASE, LONG_AGO)
        yield url, opened


async def _rounds(opened: store.Store, url: str, out: Path) -> dict[str, list[float]]:
    bare = _bare_sqlite if url.startswith("sqlite") else _bare_postgres
    loops: dict[str, Loop] = {
        "a bare loop": lambda path: bare(url, path),
        "the report, to a file": lambda path: _to_file(opened, path),
        "the report, stored": lambda _: _stored(opened),
    }
    took: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(ROUNDS):
        for name, loop in loops.items():
            begun = time.perf_counter()
            await loop(out)
            took[name].append(time.perf_counter() - begun)
    return took


async def _to_file(opened: store.Store, out: Path) -> None:
    with out.open("wb") as file:

        async def sink(piece: bytes) -> None:
            await asyncio.to_thread(file.write, piece)

        await opened.reports.gather(EVERYTHING, sink)


async def _stored(opened: store.Store) -> None:
    asked = await opened.reports.ask(KEY, ReportKind.SENT, ALL, OPERATOR, LEASE, NOW)
    assert isinstance(asked, Claim)
    filing = await opened.reports.keep_file(asked, "report.csv", "text/csv")
    await opened.reports.gather(EVERYTHING, filing.write)
    await filing.close()


async def _memory(folder: Path, url: str) -> float:
    """Megabytes that `orderwatch report --out FILE` peaks at, a process of its own."""
    (folder / "orderwatch.toml").write_text(SETTINGS)
    return await asyncio.to_thread(_peak, folder, url)


def _peak(folder: Path, url: str) -> float:
    own = {"PYTHONPATH": str(ROOT), "DATABASE_URL": url, "SHOP": "bench-shop-token-long-enough"}
    process = subprocess.Popen(
        (sys.executable, "-m", "bot", "report", KEY, "--out", "report.csv"),
        cwd=folder,
        env=environment(os.environ) | own,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, "the command has failed"
    return used.ru_maxrss / 1024


def _statements(dialect: Dialect) -> Sequence[str]:
    """What the report reads, as text."""
    return [
        str(group.select(*SHOWN).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        for group in groups(EVERYTHING, Connection())
    ]


async def _bare_sqlite(url: str, out: Path) -> None:
    database = sqlite3.connect(parse(url).path)
    with out.open("w", newline="") as file:
        writer = csv.writer(file)
        for statement in _statements(sqlite.dialect()):
            for row in database.execute(statement):
                writer.writerow(row)
    database.close()


async def _bare_postgres(url: str, out: Path) -> None:
    database = await asyncpg.connect(url)
    with out.open("w", newline="") as file:
        writer = csv.writer(file)
        async with database.transaction():
            for statement in _statements(postgresql.dialect()):  # type: ignore[no-untyped-call]
                async for row in database.cursor(statement, prefetch=CHUNK):
                    writer.writerow(row)
    await database.close()
