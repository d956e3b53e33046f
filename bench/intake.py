"""Orders a second coming in: by the API and by `orderwatch import`, beside bare inserts of them.

The real command in a process of its own, with the local Slack beside it. Nothing is due while it is
measured, so that sending takes no part.
"""

import asyncio
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg
import httpx

from bench.orders import KEY, orders
from bench.printing import figure, ratio, table
from bench.servers import MakeUrl
from commands.domain.documents import to_json
from sandbox.product import environment
from sandbox.serve import Box, SandboxOptions, running

AT_ONCE: Final = 500
USUAL: Final = 20_000
LARGE: Final = 100_000
PATIENCE: Final = 300.0
ROOT: Final = Path(__file__).parents[1]
SHOP: Final = "bench-shop-token-long-enough"
SETTINGS: Final = f"""\
[distributors.{KEY}]
name = "Bench"
timezone = "UTC"
slack_team = "T000000001"
alert_channel = "C000000002"
api_token = "env:SHOP"
cadence = "0 0 1 1 *"

[distributors.{KEY}.erp]
kind = "rest"
url = "{{erp}}"
token = "env:ERP_KEY"
"""
PLAIN: Final = "CREATE TABLE plain (id TEXT PRIMARY KEY, body TEXT NOT NULL)"

Bodies = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody at a shell in a folder, with settings and a database."""

    folder: Path
    database: str
    box: Box

    async def starts(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            cwd=self.folder,
            env=environment(os.environ) | self._own(),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )

    async def does(self, *arguments: str) -> None:
        process = await self.starts(*arguments)
        _, told = await process.communicate()
        if process.returncode:
            raise RuntimeError(told.decode())

    @asynccontextmanager
    async def runs(self) -> AsyncIterator[str]:
        """`orderwatch run`, and its address."""
        process = await self.starts("run", "--migrate")
        assert process.stderr is not None
        try:
            async for line in process.stderr:
                if b"listening on " in line:
                    break
            reading = asyncio.create_task(process.stderr.read())
            yield line.decode().split("listening on ")[1].strip()
        finally:
            process.terminate()
            await process.wait()
            await reading

    def _own(self) -> dict[str, str]:
        return {
            "PYTHONPATH": str(ROOT),
            "NO_PROXY": "127.0.0.1",
            "DATABASE_URL": self.database,
            "LISTEN": "127.0.0.1:0",
            "SHOP": SHOP,
            "ERP_KEY": self.box.erp_token,
            "SLACK_API_URL": self.box.slack_api_url,
            "SLACK_BOT_TOKEN": self.box.bot_token,
            "SLACK_APP_TOKEN": self.box.app_token,
        }


async def measure(name: str, make: MakeUrl, count: int) -> None:
    """Print one table. Each way begins with an empty database."""
    bodies = [(one.id, json.dumps(to_json(one))) for one in orders(count)]
    bare = await _bare(make(), bodies)
    async with running(SandboxOptions()) as box:
        with tempfile.TemporaryDirectory(prefix="orderwatch-bench-") as folder:
            (Path(folder) / "orderwatch.toml").write_text(SETTINGS.format(erp=box.erp_url))
            api = await _by_api(Operator(Path(folder), make(), box), bodies)
            imported = await _by_import(Operator(Path(folder), make(), box), bodies)
    ways = {"bare inserts": bare, "API, arrays of 500": api, "orderwatch import": imported}
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
    headers = {"Authorization": f"Bearer {SHOP}", "Content-Type": "application/json"}
    async with (
        operator.runs() as url,
        httpx.AsyncClient(headers=headers, trust_env=False, timeout=PATIENCE) as client,
    ):
        begun = time.perf_counter()
        for start in range(0, len(bodies), AT_ONCE):
            array = ",".join(body for _, body in bodies[start : start + AT_ONCE])
            answer = await client.post(f"{url}/api/v1/orders", content=f"[{array}]")
            answer.raise_for_status()
        return time.perf_counter() - begun


async def _by_import(operator: Operator, bodies: Bodies) -> float:
    """The whole command, its start included."""
    file = operator.folder / "orders.jsonl"
    file.write_text("".join(f"{body}\n" for _, body in bodies))
    await operator.does("migrate")
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
