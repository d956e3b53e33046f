"""Slack as the alerts see it: `commands.ports.Messenger`. One for each distributor, made by the
composition root and called by its crier.

What may be said where is decided here, by who reads it; how it leaves is the sender's.
"""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.audience import Audience, Closed, NotKnown, OurOwn, Outsiders
from bot.blocks import alert_card, alert_news, notices, plain, thread
from bot.blocks.message import Message
from bot.hush import Hush
from bot.identity import FRESH
from bot.pace import NO_WAIT
from bot.sender import Sender
from bot.traces import Spot, Trace
from bot.webapi import Busy, Unheard
from commands.desk import Desk, admins_of
from commands.domain.alerts import ALOUD, Alert, AlertPicture, Mention, MentionKind
from commands.domain.distributors import Distributor
from commands.domain.notices import Notice
from commands.domain.people import PersonId, Standing
from commands.ports import Delivery, Gone, NotAllowed, NotNow, Posted, Replaced

LONG_AGO = timedelta(days=1)


class SlackMessenger:
    """Posts, edits and tells. Raises nothing that Slack may do."""

    def __init__(self, desk: Desk, audience: Audience, sender: Sender) -> None:
        self._desk = desk
        self._audience = audience
        self._sender = sender
        self._told: set[tuple[str, Outsiders]] = set()
        self._hush = Hush(sender.web, sender.bot_id, sender.turn)
        # One message at a time: an edit that was drawn earlier must not come last.
        self._turn = asyncio.Lock()

    # --- alerts ----------------------------------------------------------------------------------

    async def show(self, alert: Alert, picture: AlertPicture, *, anew: bool = False) -> Delivery:
        """Post the alert's message, or edit the one it has: counts alone where outsiders read."""
        async with self._turn:
            before = self._audience.turn
            delivery = await self._show(alert, picture, anew=anew or alert.ts is None)
            while isinstance(delivery, Posted) and before != self._audience.turn:
                # Somebody may have come while it was on its way.
                before, shown = self._audience.turn, delivery
                delivery = await self._show(_standing(alert, shown, anew=anew), picture)
                if not isinstance(delivery, Posted):
                    # It stands there nevertheless; the crier is to come back for the rest.
                    now = self._now()
                    await self._desk.alerts.redraw(self._own.key, shown.channel, now, now)
                    return shown
            return delivery

    async def _show(self, alert: Alert, picture: AlertPicture, *, anew: bool = False) -> Delivery:
        stands = Posted(alert.channel, alert.ts) if alert.channel and alert.ts else None
        trace = Trace.of_alert(alert, picture, anew=anew)
        since = alert.posted_at or alert.opened_at
        if anew:
            alert = _posted_anew(alert, picture)
        channel = self._own.alert_channel if anew or stands is None else stands.channel
        fit = await self._audience.of(channel, alert.moved_at or alert.opened_at)
        match fit:
            case NotKnown(wait):
                return NotNow(wait)
            case Closed(error):
                return NotAllowed(error)
            case OurOwn():
                self._told = {one for one in self._told if one[0] != channel}
            case Outsiders():
                await self._tell_admins(channel, fit)
        card = self._card(alert, picture, outsiders=isinstance(fit, Outsiders))
        if anew or stands is None:
            return await self._linked(await self._sender.post(Spot(channel), card, trace, since))
        delivery = await self._sender.edit(stands, card, trace)
        if isinstance(delivery, Posted) and isinstance(fit, Outsiders):
            wait = await self._hush_threads(alert, delivery)
            return NotNow(wait) if wait else delivery
        return delivery if alert.link else await self._linked(delivery)

    def _card(self, alert: Alert, picture: AlertPicture, *, outsiders: bool) -> Message:
        draw = alert_card.alert_counts_message if outsiders else alert_card.alert_message
        now, otherwise = self._now(), plain.of_alert(alert, picture)
        drawing = partial(draw, self._own, alert, picture, now)
        return plain.drawn(f"alert {alert.id}", drawing, otherwise)

    async def _linked(self, delivery: Delivery) -> Delivery:
        """With what leads to it: other messages will."""
        if not isinstance(delivery, Posted):
            return delivery
        return replace(delivery, link=await self._sender.link(delivery))

    async def _hush_threads(self, alert: Alert, present: Posted) -> timedelta:
        """What lines in its threads say of orders, under its former cards as well."""
        for parent in (present, *await self._desk.alerts.former(alert)):
            if wait := await self._hush.thread(parent):
                return wait
        return NO_WAIT

    async def retire(self, replaced: Replaced) -> Delivery:
        """Make a former card a line that leads to the present one."""
        present = replaced.by
        line = alert_news.goes_on(present.link or await self._sender.link(present))
        return await self._sender.edit(replaced.message, line)

    # --- lines -----------------------------------------------------------------------------------

    async def tell(
        self, mention: Mention, alert: Alert | None, picture: AlertPicture | None = None
    ) -> Delivery:
        """Post a line in the alert's thread, or a direct message."""
        if mention.to is not None:
            drawing = partial(self._direct_message, mention, alert, picture)
            message = plain.drawn(f"a {mention.kind}", drawing, plain.of_line(alert))
            return await self._tell_person(mention.to, message, Trace.of_mention(mention), mention)
        if alert is None or alert.channel is None or alert.ts is None:
            return Gone()
        return await self._tell_thread(mention, Posted(alert.channel, alert.ts), alert, picture)

    async def _tell_thread(
        self, mention: Mention, parent: Posted, alert: Alert, picture: AlertPicture | None
    ) -> Delivery:
        match await self._audience.of(parent.channel):
            case NotKnown(wait):
                return NotNow(wait)
            case Closed(error):
                return NotAllowed(error)
            case Outsiders():
                if picture is None:
                    # Lines name orders and people; the counts in the parent say enough.
                    return Gone()
                draw = partial(alert_news.aloud_counts, mention.kind)
                drawing = partial(draw, self._own, alert, picture, self._now())
            case OurOwn():
                drawing = partial(self._line, mention, alert, picture)
        line = plain.drawn(f"a {mention.kind}", drawing, plain.of_line(alert))
        self._hush.spoken(parent)
        spot, since = Spot(parent.channel, parent.ts), self._since(mention)
        trace, aloud = Trace.of_mention(mention), mention.kind in ALOUD
        return await self._sender.post(spot, line, trace, since, aloud=aloud)

    def _line(self, mention: Mention, alert: Alert, picture: AlertPicture | None) -> Message:
        if picture is None:
            return thread.thread_line(mention, self._own, self._now())
        return alert_news.aloud(mention.kind, self._own, alert, picture, self._now())

    def _since(self, mention: Mention) -> datetime:
        return mention.queued_at or self._now() - LONG_AGO

    # --- direct messages -------------------------------------------------------------------------

    def _direct_message(
        self, mention: Mention, alert: Alert | None, picture: AlertPicture | None
    ) -> Message:
        if alert is None or picture is None:
            return thread.direct_message(mention, self._own)
        return alert_news.unattended(self._own, alert, picture, self._now())

    async def _tell_person(
        self, person: PersonId, message: Message, trace: Trace, mention: Mention
    ) -> Delivery:
        match await self._conversation(person):
            case str(channel):
                since = self._since(mention)
                return await self._sender.post(Spot(channel), message, trace, since)
            case delivery:
                return delivery

    async def notify(self, notice: Notice, alert: Alert, picture: AlertPicture) -> Delivery:
        """Post a notification as a direct message, or edit the one it is."""
        drawing = partial(notices.notice_message, self._own, alert, picture, self._now())
        message = plain.drawn(f"notice {notice.id}", drawing, plain.of_alert(alert, picture))
        trace = Trace.of_notice(notice)
        match await self._conversation(notice.person):
            case str(channel) if notice.ts is not None:
                return await self._sender.edit(Posted(channel, notice.ts), message, trace)
            case str(channel):
                return await self._sender.post(Spot(channel), message, trace, notice.queued_at)
            case delivery:
                return delivery

    async def _conversation(self, person: PersonId) -> str | NotNow | NotAllowed:
        """Only with whoever is a full member at this moment."""
        match await self._audience.identity.look(person, FRESH):
            case Busy(wait) | Unheard(wait):
                return NotNow(wait)
            case Standing.MEMBER:
                return await self._sender.conversation(person)
            case standing:
                return NotAllowed(f"recipient_is_{standing}")

    # --- outsiders -------------------------------------------------------------------------------

    async def _tell_admins(self, channel: str, fit: Outsiders) -> None:
        if (channel, fit) in self._told:
            return
        self._told.add((channel, fit))
        error = "shared_channel" if fit.shared else "outsiders"
        facts = {"channel": channel, "error": error, "people": list(fit.people)}
        for admin in await admins_of(self._desk):
            mention = Mention(MentionKind.CHANNEL_UNFIT, facts, to=admin)
            await self._desk.alerts.mention(self._own.key, mention, self._now())

    @property
    def _own(self) -> Distributor:
        return self._desk.distributor

    def _now(self) -> datetime:
        return self._desk.clock.now()


def _posted_anew(alert: Alert, picture: AlertPicture) -> Alert:
    """The alert as its new card shows it: whatever put it aside ends with the card."""
    snooze = alert.snooze
    if snooze and alert.snoozing(picture.as_of):
        snooze = replace(snooze, until=picture.as_of)
    earlier = alert.link or alert.earlier
    return replace(alert, posting=alert.posting + 1, earlier=earlier, link=None, snooze=snooze)


def _standing(alert: Alert, at: Posted, *, anew: bool) -> Alert:
    """The alert with the message that it has by now."""
    posting = alert.posting + (anew or alert.ts is None)
    return replace(alert, channel=at.channel, ts=at.ts, link=at.link, posting=posting)
