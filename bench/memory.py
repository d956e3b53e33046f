"""How much memory the real service holds while it sends as fast as it can from a long queue."""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx

import store
from bench.command import ALWAYS, Operator, Serving
from bench.erp import TOKEN, null_erp
from bench.filling import fill
from bench.intake import AT_ONCE, arrays
from bench.orders import KEY, orders
from bench.printing import figure, table
from bench.servers import MakeUrl
from commands.domain.documents import to_json
from commands.domain.lifecycle import State
from sandbox.serve import SandboxOptions, running
from store.summaries import states

USUAL: Final = 100_000
LARGE: Final = 1_000_000
SECONDS: Final = 10.0
LARGE_SECONDS: Final = 60.0
LOOK_EVERY: Final = 0.1

Row = list[str]


async def measure(make: MakeUrl, count: int, seconds: float) -> None:
    """Print one table: what the process holds, and what it did meanwhile."""
    url = make()
    await store.migrations.upgrade(url)
    async with store.open(url) as opened:
        await fill(opened.database, count, datetime.now(UTC), queued=True)
        async with _serving(url) as serving:
            rows = [["at the start", "-", _megabytes(serving.pid, "VmRSS"), _peak(serving.pid)]]
            rows.append(await _sending(opened, serving, seconds))
            rows.append(await _sending_and_taking_in(opened, serving, seconds))
    table(
        f"Resident memory of `orderwatch run` with {count:,} orders queued on SQLite.",
        ["", "orders sent/s", "most in MB", "most ever"],
        rows,
    )


@asynccontextmanager
async def _serving(database: str) -> AsyncIterator[Serving]:
    async with null_erp() as erp_url, running(SandboxOptions(erp_token=TOKEN)) as box:
        with tempfile.TemporaryDirectory(prefix="orderwatch-bench-") as folder:
            operator = Operator(Path(folder), database, box)
            operator.write(ALWAYS, erp_url)
            async with operator.runs() as serving:
                yield serving


async def _sending(opened: store.Store, serving: Serving, seconds: float) -> Row:
    speed, most = await _watched(opened, serving, seconds)
    return ["sending", figure(speed), most, _peak(serving.pid)]


async def _sending_and_taking_in(opened: store.Store, serving: Serving, seconds: float) -> Row:
    async with serving.shop() as shop:
        sending = asyncio.create_task(_shop(shop))
        speed, most = await _watched(opened, serving, seconds)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    name = f"sending, and taking in {AT_ONCE} at once"
    return [name, figure(speed), most, _peak(serving.pid)]


async def _shop(shop: httpx.AsyncClient) -> None:
    first = 1
    while True:
        made = [(f"N-{one.id}", to_json(one)) for one in orders(AT_ONCE, first)]
        bodies = [(name, json.dumps({**body, "id": name})) for name, body in made]
        for array in arrays(bodies):
            (await shop.post("/api/v1/orders", content=array)).raise_for_status()
        first += AT_ONCE


async def _watched(opened: store.Store, serving: Serving, seconds: float) -> tuple[float, str]:
    """Orders sent a second, and the most memory that was seen."""
    before, begun, most = await sent(opened), time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        await asyncio.sleep(LOOK_EVERY)
        most = max(most, _kilobytes(serving.pid, "VmRSS"))
    lasted = time.perf_counter() - begun
    return (await sent(opened) - before) / lasted, figure(most / 1024)


async def sent(opened: store.Store) -> int:
    """How many orders are in the ERP."""
    async with opened.database.reading() as connection:
        return (await states(connection, KEY)).get(State.SYNCED, 0)


def _peak(pid: int) -> str:
    return _megabytes(pid, "VmHWM")


def _megabytes(pid: int, name: str) -> str:
    return figure(_kilobytes(pid, name) / 1024)


def _kilobytes(pid: int, name: str) -> int:
    """A line of what the kernel tells of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))
