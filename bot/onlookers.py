"""Keeps the alerts' messages fit for whoever reads them now. Run by the Slack side.

What a message shows is decided when it is drawn. When others come to read its channel, here its row
is marked, and the crier draws it anew however long Slack makes that take. Looked at once at the
start and again every few minutes, for an event may have been missed.
"""

import asyncio
import contextlib
import logging
from datetime import timedelta
from typing import Final

from bot.audience import KEEP, Audience, Closed, NotKnown, OurOwn, Outsiders
from commands.desk import Desk

log = logging.getLogger("orderwatch.slack")

REMEMBERED: Final = timedelta(days=7)
"""How long a message of a closed alert is still looked after."""

AFTER_TROUBLE: Final = timedelta(seconds=5)


class Onlookers:
    """One distributor's channels. `run` ends only by being cancelled."""

    def __init__(self, desk: Desk, audience: Audience) -> None:
        self._desk = desk
        self._audience = audience
        self._moved = asyncio.Event()
        # What this process saw last. Until it has seen any, a channel counts as our own: then
        # nothing is to be done for one that is.
        self._outside: dict[str, bool] = {}
        audience.hear(self._moved.set)

    async def run(self) -> None:
        while True:
            self._moved.clear()
            try:
                rest = await self.look()
            except Exception as trouble:
                log.warning("who reads the channels is not known: %s", type(trouble).__name__)
                log.debug("the trouble was", exc_info=trouble)
                rest = AFTER_TROUBLE
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(rest.total_seconds()):
                    await self._moved.wait()

    async def look(self) -> timedelta:
        """Ask who reads each channel. Returns when to look again."""
        own, now = self._desk.distributor, self._desk.clock.now()
        standing = await self._desk.alerts.channels(own.key, now - REMEMBERED)
        return min([await self._see(channel) for channel in {own.alert_channel, *standing}])

    async def _see(self, channel: str) -> timedelta:
        match await self._audience.of(channel, self._desk.clock.now()):
            case NotKnown(wait):
                return min(wait, KEEP)
            case Closed():
                return KEEP
            case Outsiders():
                await self._seen(channel, outside=True)
                return KEEP
            case OurOwn():
                await self._seen(channel, outside=False)
                return KEEP

    async def _seen(self, channel: str, *, outside: bool) -> None:
        if outside is self._outside.get(channel, False):
            return
        now = self._desk.clock.now()
        # What is closed was hidden once, and need not be seen again.
        since = now - REMEMBERED if outside else now
        await self._desk.alerts.redraw(self._desk.distributor.key, channel, since, now)
        self._outside[channel] = outside
        self._desk.wake()
