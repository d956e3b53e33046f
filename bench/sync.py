"""Orders a second: the engine, beside a bare httpx loop that only makes the same posts."""

import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

import erp
import store
from bench.erp import TOKEN, null_erp
from bench.orders import KEY, orders
from bot.cadence import CronCadence
from bot.clock import SystemClock
from commands.desk import Desk
from commands.domain.distributors import Distributor, ErpPace
from commands.domain.documents import Document, to_json
from commands.domain.ids import idempotency_key
from commands.domain.windows import deliver_at
from commands.engine import Engine
from commands.ports import Incoming

IN_FLIGHT = 16


@dataclass(frozen=True, slots=True)
class Rate:
    name: str
    orders: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.orders / self.seconds


async def bare(url: str, documents: Sequence[Document]) -> Rate:
    """What httpx alone can do: the same posts, as many in flight, nothing stored."""
    waiting = iter(documents)
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    limits = httpx.Limits(max_connections=IN_FLIGHT)

    async def worker(client: httpx.AsyncClient) -> None:
        for document in waiting:
            body = json.dumps(to_json(document))
            key = {"Idempotency-Key": idempotency_key(KEY, document.id)}
            answer = await client.post(f"{url}/orders", content=body, headers=key)
            answer.raise_for_status()

    async with httpx.AsyncClient(headers=headers, limits=limits, trust_env=False) as client:
        begun = time.perf_counter()
        await asyncio.gather(*(worker(client) for _ in range(IN_FLIGHT)))
        return Rate("bare httpx loop", len(documents), time.perf_counter() - begun)


async def engine(url: str, documents: Sequence[Document], database: str) -> Rate:
    """The whole way: claimed, sent, settled, with history, until each is synced."""
    async with store.open(database) as ledgers:
        await ledgers.migrate()
        desk = _desk(url, ledgers)
        await _take_in(desk, documents)
        running = Engine(desk)
        task = asyncio.create_task(running.run())
        begun = time.perf_counter()
        while await ledgers.ledger.next_due(KEY) is not None:
            await asyncio.sleep(0.05)
        seconds = time.perf_counter() - begun
        running.stop()
        await task
        await desk.erp.close()
        return Rate("orderwatch, SQLite", len(documents), seconds)


def _desk(url: str, ledgers: store.Store) -> Desk:
    pace = ErpPace(concurrency=IN_FLIGHT)
    zone = ZoneInfo("UTC")
    settings = erp.ErpSettings("rest", url, TOKEN, concurrency=IN_FLIGHT)
    return Desk(
        distributor=Distributor(KEY, "Bench", zone, "* * * * *", "T0", "C0", erp=pace),
        ledger=ledgers.ledger,
        people=ledgers.people,
        alerts=ledgers.alerts,
        connections=ledgers.connections,
        erp=erp.connect(settings),
        clock=SystemClock(),
        cadence=CronCadence("* * * * *", zone),
    )


async def _take_in(desk: Desk, documents: Sequence[Document]) -> None:
    now = datetime.now(UTC)
    due = now - timedelta(minutes=1)
    for start in range(0, len(documents), 1000):
        incoming = [
            Incoming(one, due, deliver_at(one, None, desk.distributor.zone))
            for one in documents[start : start + 1000]
        ]
        await desk.ledger.take_in(incoming, now)


async def measure(count: int = 3000) -> list[Rate]:
    """Both in turn against the same ERP; the bare loop twice, to see how steady the machine is."""
    async with null_erp() as url:
        with tempfile.TemporaryDirectory() as folder:
            database = f"sqlite:///{Path(folder) / 'bench.db'}"
            return [
                await bare(url, list(orders(count, first=1_000_000))),
                await engine(url, list(orders(count)), database),
                await bare(url, list(orders(count, first=2_000_000))),
            ]
