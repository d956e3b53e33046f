"""All tables but that of the sync, one after the other. Called by `python -m bench`.

BENCH_LARGE=1 measures with a million orders, and takes some ten minutes instead of two.
"""

import asyncio
import os

from bench import acknowledging, intake, jobs, memory, reports, screens, servers, tryton


def measure() -> None:
    large = os.environ.get("BENCH_LARGE", "") not in {"", "0"}
    print()
    asyncio.run(tryton.measure())
    with servers.sqlite() as sqlite, servers.postgres() as postgres:
        asyncio.run(jobs.measure(sqlite, postgres))
        for name, make in (("SQLite", sqlite), ("PostgreSQL", postgres)):
            asyncio.run(screens.measure(name, make, screens.LARGE if large else screens.SIZES))
        for name, make in (("SQLite", sqlite), ("PostgreSQL", postgres)):
            asyncio.run(reports.measure(name, make, reports.LARGE if large else reports.USUAL))
        for name, make in (("SQLite", sqlite), ("PostgreSQL", postgres)):
            asyncio.run(intake.measure(name, make, intake.LARGE if large else intake.USUAL))
        knocks = acknowledging.LARGE if large else acknowledging.USUAL
        asyncio.run(acknowledging.measure(sqlite, knocks))
        if large:
            asyncio.run(memory.measure(sqlite, memory.LARGE, memory.LARGE_SECONDS))
        else:
            asyncio.run(memory.measure(sqlite, memory.USUAL, memory.SECONDS))
