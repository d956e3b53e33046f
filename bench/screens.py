"""What people wait for: a page, a search and the summary, as the number of orders grows."""

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from statistics import median
from typing import Final

import store
from bench.filling import examples, fill
from bench.orders import KEY
from bench.printing import ratio, table
from bench.servers import MakeUrl
from commands.domain.lifecycle import Status
from store.filters import Filters

ROUNDS: Final = 40
SIZES: Final = (10_000, 100_000)
LARGE: Final = (*SIZES, 1_000_000)

Call = Callable[[], Awaitable[object]]
Calls = dict[str, Call]
Times = list[list[float]]
"""At each size, the seconds of every call."""


async def measure(name: str, make: MakeUrl, sizes: Sequence[int]) -> None:
    """Print one table: each call's time at each size, and how much longer than at the first."""
    now = datetime.now(UTC)
    async with AsyncExitStack() as stack:
        asked = []
        for size in sizes:
            url = make()
            await store.migrations.upgrade(url)
            opened = await stack.enter_async_context(store.open(url))
            await fill(opened.database, size, now)
            await opened.fold_counts(KEY)
            asked.append(_calls(opened, size, now))
        _print(name, sizes, await _times(asked))


def _calls(opened: store.Store, size: int, now: datetime) -> Calls:
    queries, failed = opened.queries, Filters(status=Status.FAILED)

    def search(word: str) -> Call:
        return lambda: queries.lines(KEY, Filters(words=(word,)))

    return {
        "page of failed orders": lambda: queries.lines(KEY, failed),
        "tenth page of them": lambda: queries.lines(KEY, failed, 10),
        "a hundred by the API": lambda: queries.page(KEY, failed),
        "summary": lambda: queries.summary(KEY, now),
        **{f"search: {kind}": search(word) for kind, word in examples(size)},
    }


async def _times(asked: Sequence[Calls]) -> dict[str, Times]:
    """The seconds of each call at each size. Taken in turn, so that noise hurts each."""
    taken: dict[str, Times] = {name: [[] for _ in asked] for name in asked[0]}
    for _ in range(ROUNDS):
        for name, sizes in taken.items():
            for calls, times in zip(asked, sizes, strict=True):
                begun = time.perf_counter()
                await calls[name]()
                times.append(time.perf_counter() - begun)
    return taken


def _print(name: str, sizes: Sequence[int], taken: dict[str, Times]) -> None:
    head = ["", *(f"{size:,}" for size in sizes), *(f"at {size:,}" for size in sizes[1:])]
    rows = [
        [
            call,
            *(f"{median(each) * 1000:.1f} ms" for each in times),
            *(ratio(_longer(times[0], each)) for each in times[1:]),
        ]
        for call, times in taken.items()
    ]
    table(
        f"Screens on {name}, by the number of orders: medians of {ROUNDS} calls,\n"
        f"and how much longer than with {sizes[0]:,}, call by call.",
        head,
        rows,
    )


def _longer(few: Sequence[float], many: Sequence[float]) -> float:
    """The median of what each call took beside the one just before it."""
    return median(after / before for before, after in zip(few, many, strict=True))
