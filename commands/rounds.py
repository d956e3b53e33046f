"""A loop that goes its rounds: it looks, rests as long as nothing is due, and is woken by news.

Used by the mailman and by `bot.reports.poster`, whose work is all in rows.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

GLANCE: Final = timedelta(seconds=5)
"""The longest rest: other processes write rows too."""

SHORTEST: Final = 0.05
"""Seconds between two looks at least, so that bursts of news become one."""

Look = Callable[[], Awaitable[timedelta]]
"""Does what is due; returns how long nothing more will be."""


async def go(look: Look, news: asyncio.Event, log: logging.Logger, what: str) -> None:
    """Until cancelled. A round that fails is written down, and gone again."""
    while True:
        news.clear()
        rest = GLANCE
        try:
            rest = min(await look(), GLANCE)
        except Exception as trouble:
            log.warning("%s wait: %s", what, type(trouble).__name__)
            log.debug("the trouble was", exc_info=trouble)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(rest.total_seconds(), SHORTEST)):
                await news.wait()
