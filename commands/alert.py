"""Delivering alerts: rows become messages. Called by the composition root, one crier a distributor.

The rows were written with the changes they tell of; what is said here is said at least once, and
the message ends by showing the final state whatever Slack did meanwhile. When something is posted,
edited or told aloud, `domain.pacing` decides.
"""

import asyncio
import contextlib
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from commands.desk import Desk, admins_of
from commands.domain.alerts import Alert, AlertPicture, Mention, MentionKind
from commands.domain.pacing import (
    Edit,
    Post,
    Silent,
    next_look,
    not_before,
    soonest,
    step,
    tell,
    unattended,
)
from commands.lines import Lines
from commands.notifying import Notifier
from commands.ports import Delivery, Gone, Messenger, NotAllowed, NotNow, Posted, Replaced, Shown
from commands.waits import CHANNEL, Waits

log = logging.getLogger("orderwatch.alerts")

GLANCE: Final = timedelta(seconds=1)
SHORTEST: Final = 0.05
"""Seconds between two looks at most as often: bursts of changes become one picture."""

AFTER_REFUSAL: Final = timedelta(minutes=5)


class Crier:
    """Keeps a distributor's messages true. `run` ends only by being cancelled."""

    def __init__(self, desk: Desk, messenger: Messenger) -> None:
        self._desk = desk
        self._messenger = messenger
        self._news = asyncio.Event()
        self._waits = Waits(desk.clock)
        self._lines = Lines(desk, messenger, self._waits)
        self._notifier = Notifier(desk, messenger, self._waits)
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
        moments = await self._show_all()
        await self._retire()
        await self._lines.say_all()
        if await self._notifier.deliver():
            return timedelta(0)
        # One resting moment longer than any event would need: others write rows too.
        return soonest(moments, self._now(), GLANCE)

    async def _due(self) -> list[Alert]:
        if self._waits.waiting(CHANNEL):
            return []
        now = self._now()
        waiting = await self._desk.alerts.due(self._desk.distributor.key, now)
        return [one for one in waiting if not self._waits.waiting(_name(one))]

    # --- the message -----------------------------------------------------------------------------

    async def _show_all(self) -> list[datetime]:
        """Returns when those that are not due yet will be."""
        moments = []
        for alert in await self._due():
            with self._waits.apart(_name(alert)):
                if moment := await self._show(alert):
                    moments.append(moment)
        return moments

    async def _show(self, alert: Alert) -> datetime | None:
        """Bring one message up to date; returns when, if it is not time yet."""
        if self._waits.waiting(CHANNEL):
            return None
        now, pace = self._now(), self._desk.distributor.alerts
        if now < (moment := not_before(alert, pace)):
            return moment
        picture = await self._desk.alerts.picture(self._desk.distributor.key, alert, now)
        match step(alert, picture, pace):
            case Silent():
                await self._close(alert, picture)
            case Edit():
                await self._edit(alert, picture)
            case Post(why):
                log.debug("alert %d: a new card, %s", alert.id, why)
                await self._post(alert, picture, before=_place(alert))
        return None

    async def _edit(self, alert: Alert, picture: AlertPicture) -> None:
        delivery = await self._messenger.show(alert, picture)
        gone, shut = isinstance(delivery, Gone), self._left_behind(alert, delivery)
        if not (gone or shut):
            await self._delivered(alert, picture, delivery)
        elif picture.over or alert.closed_at is not None:
            await self._delivered(alert, picture, _place(alert) or delivery)
        elif shut:
            await self._post(alert, picture, before=_place(alert))
        else:
            # Somebody deleted it: what is still open must be seen again.
            await self._post(replace(alert, link=None), picture, before=None)

    def _left_behind(self, alert: Alert, delivery: Delivery) -> bool:
        """Its card stands where we may not speak any more, and alerts go to another channel now."""
        elsewhere = alert.channel != self._desk.distributor.alert_channel
        return elsewhere and isinstance(delivery, NotAllowed)

    async def _post(self, alert: Alert, picture: AlertPicture, before: Posted | None) -> None:
        if alert.announced_at is None:
            await self._desk.notices.announce(alert, picture.as_of, mail=self._desk.mails)
            alert = replace(alert, announced_at=picture.as_of)
        delivery = await self._messenger.show(alert, picture, anew=True)
        await self._delivered(alert, picture, delivery, anew=True, before=before)

    async def _delivered(
        self,
        alert: Alert,
        picture: AlertPicture,
        delivery: Delivery,
        *,
        anew: bool = False,
        before: Posted | None = None,
    ) -> None:
        if not isinstance(delivery, Posted):
            await self._not_delivered(alert, delivery)
            return
        if delivery.channel == self._desk.distributor.alert_channel:
            self._admins_know.clear()
        shown = self._shown(alert, picture, delivery, anew=anew, before=before)
        aloud = shown.told.aloud
        telling = [Mention(aloud, {}, alert_id=alert.id)] if aloud else []
        if not await self._desk.alerts.shown(alert, shown, telling):
            log.warning("alert %d: another process has shown it meanwhile", alert.id)
            return
        if unattended(alert, picture, self._desk.distributor.alerts):
            await self._call_admins(alert)
        if picture.final:
            await self._close(alert, picture)

    def _shown(
        self,
        alert: Alert,
        picture: AlertPicture,
        message: Posted,
        *,
        anew: bool,
        before: Posted | None,
    ) -> Shown:
        own = self._desk.distributor
        stands = replace(alert, posted_at=picture.as_of) if anew else alert
        return Shown(
            message=message,
            seen=picture.seen,
            at=picture.as_of,
            told=tell(alert, picture, posted=anew),
            again_at=next_look(stands, picture, own.alerts, own.zone),
            size=picture.open,
            anew=anew,
            replaces=before,
        )

    async def _close(self, alert: Alert, picture: AlertPicture) -> None:
        # With the change that was counted: an order that joined meanwhile keeps it open.
        await self._desk.alerts.close(replace(alert, change=picture.seen), self._now())

    async def _not_delivered(self, alert: Alert, delivery: NotNow | NotAllowed | Gone) -> None:
        match delivery:
            case NotNow(wait):
                self._waits.wait(CHANNEL, wait)
            case NotAllowed(error):
                self._waits.wait(_name(alert), AFTER_REFUSAL)
                await self._tell_admins(alert, error)
            case Gone():
                log.warning("alert %d: its message vanished twice", alert.id)

    async def _retire(self) -> None:
        """Let former cards lead to the present ones."""
        for one in await self._desk.alerts.replaced(self._desk.distributor.key):
            name = f"former card {one.id}"
            if self._waits.waiting(CHANNEL):
                return
            if not self._waits.waiting(name):
                with self._waits.apart(name):
                    await self._retire_one(one)

    async def _retire_one(self, replaced: Replaced) -> None:
        delivery = await self._messenger.retire(replaced)
        if isinstance(delivery, NotNow):
            self._waits.wait(CHANNEL, delivery.wait)
            return
        await self._desk.alerts.retired(replaced, self._now())

    # --- the admins ------------------------------------------------------------------------------

    async def _tell_admins(self, alert: Alert, error: str) -> None:
        """The alert channel cannot be written to."""
        if error in self._admins_know:
            return
        self._admins_know.add(error)
        facts = {"channel": self._desk.distributor.alert_channel, "error": error}
        for admin in await admins_of(self._desk):
            mention = Mention(MentionKind.CHANNEL_UNFIT, facts, to=admin, alert_id=alert.id)
            await self._desk.alerts.mention(self._desk.distributor.key, mention, self._now())

    async def _call_admins(self, alert: Alert) -> None:
        """Nobody has it."""
        telling = [
            Mention(MentionKind.UNATTENDED, {}, to=admin, alert_id=alert.id)
            for admin in await admins_of(self._desk)
        ]
        await self._desk.alerts.unattended(alert, telling, self._now())

    def _now(self) -> datetime:
        return self._desk.clock.now()


def _name(alert: Alert) -> str:
    """Of what waits alone."""
    return f"alert {alert.id}"


def _place(alert: Alert) -> Posted | None:
    """Where its card stands."""
    return Posted(alert.channel, alert.ts) if alert.channel and alert.ts else None
