"""Delivering notifications: a direct message for each alert to whoever wants one.

It is posted once and edited when the alert has ended. Called by the crier after the cards and the
lines; a few at a time, so that many people do not keep the channel waiting.
"""

import logging
from datetime import timedelta
from typing import Final

from commands.desk import Desk
from commands.domain.alerts import Alert, AlertPicture
from commands.domain.notices import Notice
from commands.domain.people import Permission
from commands.ports import Delivery, Gone, Messenger, NotAllowed, NotNow, Posted
from commands.waits import Waits

log = logging.getLogger("orderwatch.alerts")

LOOKED_AT: Final = 200
AT_ONCE: Final = 5
LASTS: Final = timedelta(minutes=1)
"""How long a picture of what did not change meanwhile is good enough."""


class Notifier:
    """One distributor's."""

    def __init__(self, desk: Desk, messenger: Messenger, waits: Waits) -> None:
        self._desk = desk
        self._messenger = messenger
        self._waits = waits
        self._of: tuple[int, int] | None = None
        self._drawn: AlertPicture | None = None

    async def deliver(self) -> bool:
        """Deliver a few. Whether there are more that could go at once."""
        waiting = await self._desk.notices.waiting(self._desk.distributor.key, LOOKED_AT)
        able = [one for one in waiting if self._may(one)]
        for notice in able[:AT_ONCE]:
            if self._may(notice):
                with self._waits.apart(_name(notice)):
                    await self._deliver(notice)
        return len(able) > AT_ONCE

    def _may(self, notice: Notice) -> bool:
        return not (self._waits.waiting(notice.person) or self._waits.waiting(_name(notice)))

    async def _deliver(self, notice: Notice) -> None:
        own = self._desk.distributor
        alert = await self._desk.alerts.load(own.key, notice.alert_id)
        if alert is None or not await wanted(self._desk, notice, alert):
            await self._desk.notices.done(notice, self._desk.clock.now())
            return
        picture = await self._picture(alert)
        await self._delivered(notice, alert, await self._messenger.notify(notice, alert, picture))

    async def _picture(self, alert: Alert) -> AlertPicture:
        """All who are told of an alert at once are told the same: it is drawn once."""
        now, of = self._desk.clock.now(), (alert.id, alert.change)
        if self._of != of or self._drawn is None or now - self._drawn.as_of > LASTS:
            key = self._desk.distributor.key
            self._of, self._drawn = of, await self._desk.alerts.picture(key, alert, now)
        return self._drawn

    async def _delivered(self, notice: Notice, alert: Alert, delivery: Delivery) -> None:
        now = self._desk.clock.now()
        match delivery:
            case NotNow(wait):
                self._waits.wait(notice.person, wait)
            case Posted() if notice.ts is None and alert.closed_at is None:
                await self._desk.notices.sent(notice, delivery, now)
            case Posted():
                await self._desk.notices.done(notice, now)
            case Gone() | NotAllowed():
                log.warning("a notification was given up: %s", type(delivery).__name__)
                await self._desk.notices.done(notice, now)


async def wanted(desk: Desk, notice: Notice, alert: Alert) -> bool:
    """Asked at the moment of telling. What was posted is brought to its end in any case."""
    if notice.ts is not None:
        return True
    if alert.closed_at is not None:
        return False
    key, now = desk.distributor.key, desk.clock.now()
    actor = await desk.people.actor(key, notice.person)
    choice = await desk.notices.choice(key, notice.person)
    return Permission.NOTIFICATIONS in actor.permissions and not choice.pausing(now)


def _name(notice: Notice) -> str:
    """Of what waits alone."""
    return f"notice {notice.id}"
