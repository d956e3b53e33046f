"""The same posts as jobs of procrastinate on PostgreSQL, beside the engine on both databases.

In each round all in turn, against the same ERP and the same server, so that a busy machine hurts
each alike. A job carries its order and posts it, through httpx as it comes; nothing is looked up,
compared or told to anybody.
"""

import json
import time
from collections.abc import Sequence
from itertools import count as counting
from statistics import median
from typing import Final

import httpx
import procrastinate
from procrastinate.types import JSONDict

import erp
from bench import sync
from bench.erp import TOKEN, null_erp
from bench.orders import KEY, orders
from bench.printing import figure, ratio, table
from bench.servers import MakeUrl
from bench.sync import IN_FLIGHT, Rate
from commands.domain.documents import Document, to_json
from commands.domain.ids import idempotency_key

ROUNDS: Final = 5
ORDERS: Final = 4000


async def jobs(name: str, url: str, documents: Sequence[Document], database: str) -> Rate:
    """Each order a job, stored before the clock runs; the worker ends when all are done."""
    connector = procrastinate.PsycopgConnector(conninfo=database, max_size=IN_FLIGHT + 4)
    app = procrastinate.App(connector=connector)
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    limits = httpx.Limits(max_connections=IN_FLIGHT)
    async with (
        app.open_async(),
        httpx.AsyncClient(headers=headers, limits=limits, trust_env=False) as client,
    ):
        await app.schema_manager.apply_schema_async()

        @app.task(name="post")
        async def post(order: str, body: str) -> None:
            key = {"Idempotency-Key": order}
            (await client.post(f"{url}/orders", content=body, headers=key)).raise_for_status()

        await post.batch_defer_async(*(_arguments(one) for one in documents))
        begun = time.perf_counter()
        await app.run_worker_async(
            concurrency=IN_FLIGHT, wait=False, install_signal_handlers=False, listen_notify=False
        )
        return Rate(name, len(documents), time.perf_counter() - begun)


def _arguments(document: Document) -> JSONDict:
    body = json.dumps(to_json(document))
    return {"order": idempotency_key(KEY, document.id), "body": body}


async def measure(sqlite: MakeUrl, postgres: MakeUrl) -> None:
    """Print one table: medians, and the ratios of each round to both it is compared with."""
    first = counting(1, ORDERS)

    def some() -> list[Document]:
        return list(orders(ORDERS, next(first)))

    async with null_erp() as url:
        settings = erp.ErpSettings("rest", url, TOKEN, concurrency=IN_FLIGHT)
        rounds = [
            [
                await sync.bare("bare httpx loop", url, some(), None),
                await jobs("procrastinate, PostgreSQL", url, some(), postgres()),
                await sync.engine("orderwatch, PostgreSQL", settings, some(), postgres()),
                await sync.engine("orderwatch, SQLite", settings, some(), sqlite()),
            ]
            for _ in range(ROUNDS)
        ]
    table(
        f"The same posts as jobs, {IN_FLIGHT} in flight: {ROUNDS} rounds of {ORDERS:,} orders.\n"
        "Medians; the ratios are to the bare loop and to procrastinate of the same round.",
        ["", "orders/s", "to the bare loop", "to procrastinate", "most sending"],
        [_row([one[at] for one in rounds], rounds) for at in range(len(rounds[0]))],
    )


def _row(rates: Sequence[Rate], rounds: Sequence[Sequence[Rate]]) -> list[str]:
    speeds = [rate.per_second for rate in rates]
    ratios = [
        [speed / one[at].per_second for speed, one in zip(speeds, rounds, strict=True)]
        for at in (0, 1)
    ]
    sending = max((rate.sending or 0 for rate in rates), default=0)
    return [
        rates[0].name,
        figure(median(speeds)),
        *(ratio(median(each)) for each in ratios),
        figure(sending) if sending else "-",
    ]
