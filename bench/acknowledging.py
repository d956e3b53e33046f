"""How soon Slack gets its answer, beside a bare Bolt app, while the bot sends as fast as it can."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import store
from bench.command import ALWAYS, Operator, Serving
from bench.erp import TOKEN, null_erp
from bench.filling import fill
from bench.knocking import Round
from bench.memory import sent
from bench.printing import figure, ratio, table
from bench.servers import MakeUrl
from sandbox.product import environment
from sandbox.serve import Box, SandboxOptions, running, slack_options

ORDERS: Final = 100_000
USUAL: Final = 2_000
LARGE: Final = 10_000
RATE: Final = 25.0
"""Requests a second to each of the two: more than a whole company presses."""
SETTLED: Final = 100
"""Requests before it is measured: what is made only once is not counted."""
TEAM: Final = "T000000001"


async def measure(make: MakeUrl, requests: int) -> None:
    """Print one table: both answers' times, and how many orders went meanwhile."""
    url = make()
    await store.migrations.upgrade(url)
    async with store.open(url) as opened:
        await fill(opened.database, ORDERS, datetime.now(UTC), queued=True)
        async with _both(url) as (box, serving, bare):
            told = _round(box, (bare, serving.url), SETTLED)
            await _knocking(told)
            before, begun = await sent(opened), asyncio.get_running_loop().time()
            times = await _knocking(_round(box, told.urls, requests))
            lasted = asyncio.get_running_loop().time() - begun
            speed = (await sent(opened) - before) / lasted
    _print(times, speed)


def _round(box: Box, urls: tuple[str, ...], requests: int) -> Round:
    person, channel = box.people["dana"], box.channels["orders"]
    return Round(urls, box.signing_secret, requests, RATE, TEAM, person, channel)


@asynccontextmanager
async def _both(database: str) -> AsyncIterator[tuple[Box, Serving, str]]:
    """The bot, told of Slack's deeds over HTTP, and the bare app."""
    options = SandboxOptions(erp_token=TOKEN, slack=slack_options(paced=False))
    async with null_erp() as erp_url, running(options) as box:
        with tempfile.TemporaryDirectory(prefix="orderwatch-bench-") as folder:
            operator = Operator(Path(folder), database, box, over_http=True)
            operator.write(ALWAYS, erp_url)
            async with operator.runs() as serving, _bare(box) as bare:
                yield box, serving, bare


@asynccontextmanager
async def _bare(box: Box) -> AsyncIterator[str]:
    own = {"SLACK_BOT_TOKEN": box.bot_token, "SLACK_SIGNING_SECRET": box.signing_secret}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.bare_bolt", box.slack_api_url),
        env=environment(os.environ) | own,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


async def _knocking(told: Round) -> list[list[float]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.knocking"),
        env=environment(os.environ),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(str(told).encode())
    if process.returncode:
        raise RuntimeError("the requests could not be sent")
    times: list[list[float]] = json.loads(output)
    return times


def _print(times: Sequence[Sequence[float]], speed: float) -> None:
    last = [_last(one) for one in times]
    rows = [
        [name, _ms(median(one)), _ms(late), _ms(max(one)), ratio(late / last[0])]
        for name, one, late in zip(("a bare Bolt app", "Orderwatch"), times, last, strict=True)
    ]
    table(
        f"From signed request to answer, {len(times[0]):,} each at {RATE:.0f} a second, with\n"
        f"{ORDERS:,} orders on SQLite, of which {figure(speed)} a second were sent meanwhile.",
        ["", "median", "99 of 100", "most", "ratio of 99"],
        rows,
    )


def _last(times: Sequence[float]) -> float:
    return quantiles(times, n=100)[-1]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
