"""Saying what waits to be said: lines in the threads of alerts, and direct messages to people.

Called by the crier after the cards. Each is a row that is done once it was said, or cannot be.
"""

import logging

from commands.desk import Desk
from commands.domain.alerts import ALOUD, OF_ITS_ALERT, Alert, AlertPicture, Mention, MentionKind
from commands.ports import Messenger, NotNow, Posted
from commands.waits import CHANNEL, Waits

log = logging.getLogger("orderwatch.alerts")


class Lines:
    """One distributor's."""

    def __init__(self, desk: Desk, messenger: Messenger, waits: Waits) -> None:
        self._desk = desk
        self._messenger = messenger
        self._waits = waits

    async def say_all(self) -> None:
        own, now = self._desk.distributor, self._desk.clock.now()
        waiting = await self._desk.alerts.mentions(own.key, now)
        # What everybody is to hear does not wait for what stands in a thread.
        for mention in sorted(waiting, key=lambda one: one.kind not in ALOUD):
            name = f"{mention.kind} {mention.id}"
            if not (self._waits.waiting(mention.to or CHANNEL) or self._waits.waiting(name)):
                with self._waits.apart(name):
                    await self._say(mention)

    async def _say(self, mention: Mention) -> None:
        alert = await self._alert_of(mention)
        if mention.to is None and (alert is None or alert.ts is None):
            await self._wait_for_its_message(mention, alert)
            return
        picture = await self._picture_of(mention, alert)
        if picture and alert and _stale(mention, alert, picture):
            await self._done(mention)
            return
        delivery = await self._messenger.tell(mention, alert, picture)
        if isinstance(delivery, NotNow):
            self._waits.wait(mention.to or CHANNEL, delivery.wait)
            return
        if not isinstance(delivery, Posted):
            log.warning("a %s could not be delivered: %s", mention.kind, type(delivery).__name__)
        await self._done(mention)

    async def _alert_of(self, mention: Mention) -> Alert | None:
        if mention.alert_id is None:
            return None
        return await self._desk.alerts.load(self._desk.distributor.key, mention.alert_id)

    async def _picture_of(self, mention: Mention, alert: Alert | None) -> AlertPicture | None:
        if alert is None or mention.kind not in OF_ITS_ALERT:
            return None
        own, now = self._desk.distributor, self._desk.clock.now()
        return await self._desk.alerts.picture(own.key, alert, now)

    async def _wait_for_its_message(self, mention: Mention, alert: Alert | None) -> None:
        """A thread needs its parent; one that ended before it was ever posted has no thread."""
        if alert is None or alert.closed_at is not None:
            await self._done(mention)

    async def _done(self, mention: Mention) -> None:
        assert mention.id is not None, "it was loaded from its row"
        await self._desk.alerts.mentioned(mention.id, self._desk.clock.now())


def _stale(mention: Mention, alert: Alert, picture: AlertPicture) -> bool:
    """Whether it is true no more: what waited while Slack was down need not be told one by one."""
    over = picture.over or alert.closed_at is not None
    match mention.kind:
        case MentionKind.UNATTENDED:
            return over or alert.taken_by is not None
        case MentionKind.ENDED:
            return not over and alert.ended_at is None
        case kind:
            return over and kind in ALOUD
