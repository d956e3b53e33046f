"""Many seeds, on several processes at once. Called by `python -m tests.faults --soak COUNT`; the
tests take a seed at a time.
"""

import contextlib
import multiprocessing
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from multiprocessing.queues import SimpleQueue

from tests.databases import PostgresDatabases
from tests.faults.breakages import without
from tests.faults.grounds import SQLITE, Ground, PostgresGround
from tests.faults.trial import replaying, trial
from tests.postgres import serving

_here: Ground = SQLITE
"""What the seeds of this process run on; a worker of a soak is told when it begins."""


def soak(pool: Executor, seeds: range, guard: str | None = None) -> int:
    """Run the seeds, tell of each that is wrong, then of all; 1 when any is."""
    began, failed = time.monotonic(), 0
    for words in pool.map(partial(judged, guard=guard), seeds, chunksize=5):
        if words:
            failed += 1
            sys.stdout.write(f"{words}\n")
            sys.stdout.flush()
    spent = time.monotonic() - began
    sys.stdout.write(f"{len(seeds)} seeds, {failed} wrong, {spent:.0f} s\n")
    return 1 if failed else 0


def judged(seed: int, ground: Ground | None = None, guard: str | None = None) -> str:
    """What is wrong with a seed, in words; empty: nothing."""
    stands_on = ground or _here
    try:
        with without(guard) if guard else contextlib.nullcontext():
            verdict = trial(seed, stands_on)
    except Exception as trouble:  # noqa: BLE001  # one broken run must not end the others
        return f"seed {seed}: {trouble!r}\n{replaying(seed, stands_on.flag)}"
    return str(verdict) if verdict.wrongs else ""


@contextlib.contextmanager
def workers(processes: int, *, postgres: bool) -> Iterator[Executor]:
    """So many processes; on PostgreSQL each has a database of its own on one server."""
    apart = multiprocessing.get_context("spawn")
    if not postgres:
        with ProcessPoolExecutor(processes, apart) as pool:
            yield pool
        return
    with contextlib.ExitStack() as made:
        databases = PostgresDatabases(made.enter_context(serving()))
        urls: SimpleQueue[str] = apart.SimpleQueue()
        for _ in range(processes):
            urls.put(made.enter_context(databases.ready()))
        with ProcessPoolExecutor(processes, apart, _settle_on, (urls,)) as pool:
            yield pool


def _settle_on(urls: "SimpleQueue[str]") -> None:
    global _here  # noqa: PLW0603  # a worker has no other place to keep what it is told once
    _here = PostgresGround(urls.get())
