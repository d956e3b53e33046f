"""Delivering alerts: rows become messages. Called by the composition root, one crier a distributor.

The rows were written with the changes they tell of; what is said here is said at least once, and
the message ends by showing the final state whatever Slack did meanwhile.
"""

import asyncio
import contextlib
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from commands.desk import Desk, admins_of
from commands.domain.alerts import Alert, AlertPicture, Mention, MentionKind
from commands.domain.pacing import due_at, soonest
from commands.ports import Delivery, Gone, Messenger, NotAllowed, NotNow, Posted

log = logging.getLogger("orderwatch.alerts")

GLANCE: Final = timedelta(seconds=1)
SHORTEST: Final = 0.05
"""Seconds between two looks at most as often: bursts of changes become one picture."""

AFTER_REFUSAL: Final = timedelta(minutes=5)


CHANNEL: Final = "channel"
"""The alert channel among those who may ask us to wait; the others are people."""


class Crier:
    """Keeps a distributor's messages true. `run` ends only by being cancelled."""

    def __init__(self, desk: Desk, messenger: Messenger) -> None:
        self._desk = desk
        self._messenger = messenger
        self._news = asyncio.Event()
        self._pauses: dict[str, datetime] = {}
        self._refused: dict[int, datetime] = {}
        self._admins_know: set[str] = set()

    def wake(self) -> None:
        """Something changed."""
        self._news.set()

    async def run(self) -> None:
        while True:
            self._news.clear()
            try:
                rest = await self.deliver()
            except Exception as trouble:
                log.warning("alerts wait: %s", type(trouble).__name__)
                log.debug("the trouble was", exc_info=trouble)
                rest = GLANCE
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(rest.total_seconds(), SHORTEST)):
                    await self._news.wait()

    async def deliver(self) -> timedelta:
        """Say what is due to be said. Returns how long nothing more will be."""
        now = self._desk.clock.now()
        moments = [await self._show(alert) for alert in await self._due(now)]
        await self._say_all(now)
        # One resting moment longer than any event would need: others write rows too.
        return soonest([one for one in moments if one], self._desk.clock.now(), GLANCE)

    def _paused(self, whom: str) -> bool:
        """Whether Slack asked to wait with messages to this person or to the channel."""
        until = self._pauses.get(whom)
        return until is not None and self._desk.clock.now() < until

    def _pause(self, whom: str, wait: timedelta) -> None:
        self._pauses[whom] = self._desk.clock.now() + wait

    async def _due(self, now: datetime) -> list[Alert]:
        if self._paused(CHANNEL):
            return []
        waiting = await self._desk.alerts.due(self._desk.distributor.key, now)
        return [one for one in waiting if self._refused.get(one.id, now) <= now]

    # --- messages --------------------------------------------------------------------------------

    async def _show(self, alert: Alert) -> datetime | None:
        """Bring one message up to date; returns when, if it is not time yet."""
        if self._paused(CHANNEL):
            return None
        now, pace = self._desk.clock.now(), self._desk.distributor.alerts
        if alert.ts is None and now < (first := due_at(alert, pace, 0)):
            return first
        picture = await self._desk.alerts.picture(self._desk.distributor.key, alert, now)
        if alert.ts is None and picture.over:
            await self._close(alert, picture, now)
            return None
        if now < (next_edit := due_at(alert, pace, picture.total)):
            return next_edit
        await self._deliver(alert, picture)
        return None

    async def _deliver(self, alert: Alert, picture: AlertPicture) -> None:
        delivery = await self._messenger.show(alert, picture)
        if isinstance(delivery, Gone):
            delivery = await self._gone(alert, picture)
        if isinstance(delivery, Posted):
            await self._shown(alert, picture, delivery)
        else:
            await self._not_delivered(alert, delivery)

    async def _gone(self, alert: Alert, picture: AlertPicture) -> Delivery:
        """Somebody deleted it: what is still open must be seen again."""
        if alert.closed_at is not None and alert.channel and alert.ts:
            return Posted(alert.channel, alert.ts)
        return await self._messenger.show(replace(alert, ts=None), picture)

    async def _shown(self, alert: Alert, picture: AlertPicture, posted: Posted) -> None:
        now = self._desk.clock.now()
        self._admins_know.clear()
        await self._desk.alerts.shown(alert, posted, picture.seen, now)
        if picture.over:
            await self._close(alert, picture, now)

    async def _close(self, alert: Alert, picture: AlertPicture, now: datetime) -> None:
        # With the change that was counted: an order that joined meanwhile keeps it open.
        await self._desk.alerts.close(replace(alert, change=picture.seen), now)

    async def _not_delivered(self, alert: Alert, delivery: Delivery) -> None:
        now = self._desk.clock.now()
        match delivery:
            case NotNow(wait):
                self._pause(CHANNEL, wait)
            case NotAllowed(error):
                self._refused[alert.id] = now + AFTER_REFUSAL
                await self._tell_admins(alert, error)
            case Posted() | Gone():
                log.warning("alert %d: its message vanished twice", alert.id)

    async def _tell_admins(self, alert: Alert, error: str) -> None:
        if error in self._admins_know:
            return
        self._admins_know.add(error)
        key, now = self._desk.distributor.key, self._desk.clock.now()
        facts = {"channel": self._desk.distributor.alert_channel, "error": error}
        for admin in await admins_of(self._desk):
            mention = Mention(MentionKind.CHANNEL_UNFIT, facts, to=admin, alert_id=alert.id)
            await self._desk.alerts.mention(key, mention, now)

    # --- lines and direct messages ---------------------------------------------------------------

    async def _say_all(self, now: datetime) -> None:
        for mention in await self._desk.alerts.mentions(self._desk.distributor.key, now):
            if not self._paused(mention.to or CHANNEL):
                await self._say(mention)

    async def _say(self, mention: Mention) -> None:
        alert = await self._alert_of(mention)
        if mention.to is None and (alert is None or alert.ts is None):
            await self._wait_for_its_message(mention, alert)
            return
        now = self._desk.clock.now()
        delivery = await self._messenger.tell(mention, alert)
        if isinstance(delivery, NotNow):
            self._pause(mention.to or CHANNEL, delivery.wait)
            return
        if not isinstance(delivery, Posted):
            log.warning("a %s could not be delivered: %s", mention.kind, type(delivery).__name__)
        await self._done(mention, now)

    async def _alert_of(self, mention: Mention) -> Alert | None:
        if mention.alert_id is None:
            return None
        return await self._desk.alerts.load(self._desk.distributor.key, mention.alert_id)

    async def _wait_for_its_message(self, mention: Mention, alert: Alert | None) -> None:
        """A thread needs its parent; one that ended before it was ever posted has no thread."""
        if alert is None or alert.closed_at is not None:
            await self._done(mention, self._desk.clock.now())

    async def _done(self, mention: Mention, now: datetime) -> None:
        assert mention.id is not None, "it was loaded from its row"
        await self._desk.alerts.mentioned(mention.id, now)
