"""Orders a second coming in: by the API and by `orderwatch import`, beside bare inserts of them.

The real command in a process of its own, with the local Slack beside it. Nothing is due while it is
measured, so that sending takes no part.
"""

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import asyncpg

from bench.command import NEVER, Operator
from bench.orders import orders
from bench.printing import figure, ratio, table
from bench.servers import MakeUrl
from commands.domain.documents import to_json
from sandbox.serve import SandboxOptions, running

AT_ONCE: Final = 500
USUAL: Final = 20_000
LARGE: Final = 100_000
PLAIN: Final = "CREATE TABLE plain (id TEXT PRIMARY KEY, body TEXT NOT NULL)"

Bodies = Sequence[tuple[str, str]]


async def measure(name: str, make: MakeUrl, count: int) -> None:
    """Print one table. Each way begins with an empty database."""
    bodies = [(one.id, json.dumps(to_json(one))) for one in orders(count)]
    bare = await _bare(make(), bodies)
    async with running(SandboxOptions()) as box:
        with tempfile.TemporaryDirectory(prefix="orderwatch-bench-") as folder:
            operators = [Operator(Path(folder), make(), box) for _ in range(2)]
            operators[0].write(NEVER, box.erp_url)
            api = await _by_api(operators[0], bodies)
            start, imported = await _by_import(operators[1], bodies)
    ways = {
        "bare inserts": bare,
        "API, arrays of 500": api,
        "orderwatch import": imported,
        "the same without its start": imported - start,
    }
    table(
        f"Intake of {count:,} orders on {name}: how fast, beside bare inserts of the same texts\n"
        f"into a plain table, {AT_ONCE} in a transaction.",
        ["", "orders/s", "ratio", "seconds"],
        [
            [way, figure(count / seconds), ratio(bare / seconds), f"{seconds:.1f}"]
            for way, seconds in ways.items()
        ],
    )


async def _by_api(operator: Operator, bodies: Bodies) -> float:
    """A shop that sends array after array, over one connection."""
    async with operator.runs() as serving, serving.shop() as client:
        begun = time.perf_counter()
        for array in arrays(bodies):
            (await client.post("/api/v1/orders", content=array)).raise_for_status()
        return time.perf_counter() - begun


def arrays(bodies: Bodies) -> Iterator[str]:
    for start in range(0, len(bodies), AT_ONCE):
        yield f"[{','.join(body for _, body in bodies[start : start + AT_ONCE])}]"


async def _by_import(operator: Operator, bodies: Bodies) -> tuple[float, float]:
    """Seconds of the whole command without any order, and with all."""
    await operator.does("migrate")
    return await _imported(operator, ()), await _imported(operator, bodies)


async def _imported(operator: Operator, bodies: Bodies) -> float:
    file = operator.folder / "orders.jsonl"
    file.write_text("".join(f"{body}\n" for _, body in bodies))
    begun = time.perf_counter()
    await operator.does("import", str(file))
    return time.perf_counter() - begun


async def _bare(url: str, bodies: Bodies) -> float:
    if url.startswith("sqlite"):
        return await asyncio.to_thread(_bare_sqlite, url.removeprefix("sqlite:///"), bodies)
    return await _bare_postgres(url, bodies)


def _bare_sqlite(path: str, bodies: Bodies) -> float:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(PLAIN)
    begun = time.perf_counter()
    for start in range(0, len(bodies), AT_ONCE):
        with connection:
            connection.executemany("INSERT INTO plain VALUES (?, ?)", bodies[start:][:AT_ONCE])
    seconds = time.perf_counter() - begun
    connection.close()
    return seconds


async def _bare_postgres(url: str, bodies: Bodies) -> float:
    connection = await asyncpg.connect(url)
    await connection.execute(PLAIN)
    begun = time.perf_counter()
    for start in range(0, len(bodies), AT_ONCE):
        await connection.executemany("INSERT INTO plain VALUES ($1, $2)", bodies[start:][:AT_ONCE])
    seconds = time.perf_counter() - begun
    await connection.close()
    return seconds
