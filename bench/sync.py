"""Orders a second: the engine, beside bare httpx loops that only make the same posts."""

import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count as counting
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

import erp
import store
from bench.erp import TOKEN, null_erp
from bench.orders import KEY, orders
from bot.cadence import Cadence
from bot.clock import SystemClock
from commands.desk import Desk
from commands.domain.distributors import Distributor, ErpPace
from commands.domain.documents import Document, to_json
from commands.domain.ids import idempotency_key
from commands.domain.lifecycle import State
from commands.domain.windows import deliver_at
from commands.engine import Engine
from commands.ports import Incoming
from erp.carriers import USUAL
from store.summaries import states

IN_FLIGHT = 16
LOOK_EVERY = 0.25


@dataclass(frozen=True, slots=True)
class Rate:
    """`sending`: the most rows seen claimed at once, where there are rows."""

    name: str
    orders: int
    seconds: float
    sending: int | None = None

    @property
    def per_second(self) -> float:
        return self.orders / self.seconds


async def bare(
    name: str, url: str, documents: Sequence[Document], transport: httpx.AsyncBaseTransport | None
) -> Rate:
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

    async with httpx.AsyncClient(
        transport=transport, headers=headers, limits=limits, trust_env=False
    ) as client:
        begun = time.perf_counter()
        await asyncio.gather(*(worker(client) for _ in range(IN_FLIGHT)))
        return Rate(name, len(documents), time.perf_counter() - begun)


async def engine(
    name: str, settings: erp.ErpSettings, documents: Sequence[Document], database: str
) -> Rate:
    """The whole way: claimed, sent, settled, with history, until each is synced."""
    await store.migrations.upgrade(database)
    async with store.open(database) as ledgers:
        desk = _desk(settings, ledgers)
        await _take_in(desk, documents)
        stored = [0.0]
        running = Engine(desk, told=lambda: stored.append(time.perf_counter()))
        begun = time.perf_counter()
        task = asyncio.create_task(running.run())
        sending = await _synced(ledgers, len(documents))
        # The last batch was stored then; we look only now and then, so as not to be in the way.
        seconds = stored[-1] - begun
        running.stop()
        await task
        await desk.erp.close()
        return Rate(name, len(documents), seconds, sending)


async def _synced(ledgers: store.Store, count: int) -> int:
    """Wait until all are; the most that were seen `sending` meanwhile."""
    most, synced = 0, 0
    while synced < count:
        await asyncio.sleep(LOOK_EVERY)
        async with ledgers.database.reading() as connection:
            standing = await states(connection, KEY)
        synced = standing.get(State.SYNCED, 0)
        most = max(most, standing.get(State.SENDING, 0))
    return most


def _desk(settings: erp.ErpSettings, ledgers: store.Store) -> Desk:
    pace = ErpPace(concurrency=settings.concurrency, timeout=settings.timeout)
    zone = ZoneInfo("UTC")
    return Desk(
        distributor=Distributor(KEY, "Bench", zone, "* * * * *", "T0", "C0", erp=pace),
        ledger=ledgers.ledger,
        people=ledgers.people,
        alerts=ledgers.alerts,
        notices=ledgers.notices,
        connections=ledgers.connections,
        batches=ledgers.batches,
        erp=erp.connect(settings),
        clock=SystemClock(),
        cadence=Cadence("* * * * *", zone),
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


async def measure(count: int = 4000, rounds: int = 5) -> list[list[Rate]]:
    """In each round all in turn against the same ERP, so that a busy machine hurts each alike."""
    first = counting(1, count)
    async with null_erp() as url:
        settings = erp.ErpSettings("rest", url, TOKEN, concurrency=IN_FLIGHT)
        with tempfile.TemporaryDirectory() as folder:
            return [
                [
                    await bare("bare httpx loop", url, list(orders(count, next(first))), None),
                    await bare(
                        "bare loop, our carrier",
                        url,
                        list(orders(count, next(first))),
                        USUAL.open(settings),
                    ),
                    await engine(
                        "orderwatch, SQLite",
                        settings,
                        list(orders(count, next(first))),
                        f"sqlite:///{Path(folder) / f'{number}.db'}",
                    ),
                ]
                for number in range(rounds)
            ]
