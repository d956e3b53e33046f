"""Notifications by e-mail: a mail for each alert to whoever chose so. Run beside the crier, by
whoever speaks in the distributor's workspace, for it is Slack that knows the addresses.

The mail itself is the mailman's: here it is written and stored, once.
"""

import asyncio
import logging
from datetime import timedelta
from typing import Final

from commands import rounds
from commands.domain.notices import Notice
from commands.notifying import wanted
from commands.outbox import Addresses, Draft, MailKind, Office
from commands.ports import NotNow

log = logging.getLogger("orderwatch.mail")

AT_ONCE: Final = 50


class MailNotifier:
    """One distributor's. `run` ends only by being cancelled."""

    def __init__(self, office: Office, addresses: Addresses) -> None:
        self._office = office
        self._desk = office.desk
        self._addresses = addresses
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There may be a new alert."""
        self._news.set()

    async def run(self) -> None:
        await rounds.go(self.deliver, self._news, log, "notifications by e-mail")

    async def deliver(self) -> timedelta:
        """Write what is to be mailed. Returns how long to rest."""
        key = self._desk.distributor.key
        for notice in await self._desk.notices.to_mail(key, AT_ONCE):
            if wait := await self._attend(notice):
                return wait
        return rounds.GLANCE

    async def _attend(self, notice: Notice) -> timedelta | None:
        """As `_deliver`; one that cannot be written keeps no other waiting."""
        try:
            return await self._deliver(notice)
        except Exception as trouble:
            log.error("notice %d is not mailed: %s", notice.id, type(trouble).__name__)  # noqa: TRY400
            log.debug("the trouble was", exc_info=trouble)
            await self._desk.notices.directly(notice, self._desk.clock.now())
            return None

    async def _deliver(self, notice: Notice) -> timedelta | None:
        """Returns how long Slack wants to be left alone, if it does."""
        key, now = self._desk.distributor.key, self._desk.clock.now()
        alert = await self._desk.alerts.load(key, notice.alert_id)
        if alert is None or not await wanted(self._desk, notice, alert):
            await self._desk.notices.done(notice, now)
            return None
        match await self._addresses.address(notice.person):
            case NotNow(wait):
                return wait
            case None:
                # Nobody is to hear nothing because Slack does not tell their address.
                await self._desk.notices.directly(notice, now)
            case str(address):
                picture = await self._desk.alerts.picture(key, alert, now)
                letter = self._office.writer.notice(self._desk.distributor, alert, picture)
                draft = Draft(MailKind.NOTICE, address, letter, alert=alert.id)
                await self._office.mails.notify(key, notice, draft, now)
        return None
