"""Slack as the alerts see it: `commands.ports.Messenger`. One for each distributor, made by the
composition root and called by its crier.

A post whose answer was lost is looked for in the channel before it is posted again, by the
metadata that every message of ours carries.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.audience import Audience, Closed, NotKnown, OurOwn, Outsiders
from bot.blocks import alert_card, thread
from bot.blocks.message import Message
from bot.hush import Hush
from bot.identity import FRESH
from bot.pace import NO_WAIT, Pace
from bot.traces import Trace, Traces
from bot.webapi import Answer, Busy, Declined, Said, Unheard, WebApi
from commands.desk import Desk, admins_of
from commands.domain.alerts import Alert, AlertPicture, Mention, MentionKind
from commands.domain.distributors import Distributor
from commands.domain.people import PersonId, Standing
from commands.ports import Delivery, Gone, NotAllowed, NotNow, Posted

log = logging.getLogger("orderwatch.slack")

SHORT: Final = timedelta(seconds=2)
"""A wait of this length is waited here; a longer one is the crier's to plan with."""

VANISHED: Final = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found"}
)
MISDRAWN: Final = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
)
"""Our own mistake in a card: its sentence alone is better than silence."""


class SlackMessenger:
    """Posts, edits and tells, at Slack's pace. Raises nothing that Slack may do."""

    def __init__(self, desk: Desk, web: WebApi, audience: Audience, bot_id: str) -> None:
        self._desk = desk
        self._web = web
        self._audience = audience
        self._pace = Pace()
        self._traces = Traces(web, bot_id, desk.clock)
        self._dms: dict[PersonId, str] = {}
        self._told: set[Outsiders] = set()
        self._hush = Hush(web, bot_id, self._turn_to_edit)
        # One message at a time: an edit that was drawn earlier must not come last.
        self._turn = asyncio.Lock()

    # --- alerts ----------------------------------------------------------------------------------

    async def show(self, alert: Alert, picture: AlertPicture) -> Delivery:
        """Post the alert's message, or edit the one it has: counts alone where outsiders read."""
        async with self._turn:
            before = self._audience.turn
            delivery = await self._show(alert, picture)
            while isinstance(delivery, Posted) and before != self._audience.turn:
                # Somebody may have come while it was on its way.
                before, shown = self._audience.turn, delivery
                delivery = await self._show(_standing(alert, shown), picture)
                if not isinstance(delivery, Posted):
                    # It stands there nevertheless; the crier is to come back for the rest.
                    now = self._now()
                    await self._desk.alerts.redraw(self._own.key, shown.channel, now, now)
                    return shown
            return delivery

    async def _show(self, alert: Alert, picture: AlertPicture) -> Delivery:
        channel = alert.channel if alert.ts and alert.channel else self._own.alert_channel
        fit = await self._audience.of(channel, alert.moved_at or alert.opened_at)
        match fit:
            case NotKnown(wait):
                return NotNow(wait)
            case Closed(error):
                return NotAllowed(error)
            case OurOwn():
                self._told.clear()
                card = alert_card.alert_message(self._own, alert, picture, self._now())
            case Outsiders():
                await self._tell_admins(channel, fit)
                card = alert_card.alert_counts_message(self._own, alert, picture, self._now())
        delivery = await self._put(channel, alert, card, Trace.of_alert(alert, picture))
        if alert.ts and isinstance(delivery, Posted) and isinstance(fit, Outsiders):
            wait = await self._hush.thread(delivery)
            return NotNow(wait) if wait else delivery
        return delivery

    async def _put(self, channel: str, alert: Alert, card: Message, trace: Trace) -> Delivery:
        if alert.ts:
            return await self._edit(Posted(channel, alert.ts), card, trace)
        return await self._post_once(channel, card, trace, alert)

    async def _post_once(self, channel: str, card: Message, trace: Trace, alert: Alert) -> Delivery:
        if self._traces.in_doubt(trace, alert.opened_at):
            match await self._traces.find(channel, trace, alert.opened_at):
                case Posted() as earlier:
                    return await self._edit(earlier, card, trace)
                case NotNow() as later:
                    return later
                case None:
                    pass
        return await self._post(channel, card, trace)

    async def _edit(self, at: Posted, card: Message, trace: Trace) -> Delivery:
        if wait := await self._turn_to_edit():
            return NotNow(wait)
        answer = await self._update(at, card.text, card.blocks, trace)
        if isinstance(answer, Declined) and answer.error in MISDRAWN:
            log.error("alert %s: its card is misdrawn: %s", trace.number, answer.error)
            answer = await self._update(at, card.text, [], trace)
        return self._delivery(answer, at.channel, at)

    async def _update(
        self, at: Posted, text: str, blocks: list[dict[str, Any]], trace: Trace
    ) -> Answer:
        return await self._web.ask(
            self._web.client.chat_update(
                channel=at.channel, ts=at.ts, text=text, blocks=blocks, metadata=trace.metadata
            )
        )

    # --- lines and direct messages ---------------------------------------------------------------

    async def tell(self, mention: Mention, alert: Alert | None) -> Delivery:
        """Post a line in the alert's thread, or a direct message."""
        if mention.to is not None:
            return await self._tell_person(mention.to, mention)
        if alert is None or alert.channel is None or alert.ts is None:
            return Gone()
        return await self._tell_thread(mention, Posted(alert.channel, alert.ts))

    async def _tell_thread(self, mention: Mention, parent: Posted) -> Delivery:
        match await self._audience.of(parent.channel):
            case NotKnown(wait):
                return NotNow(wait)
            case Closed(error):
                return NotAllowed(error)
            case Outsiders():
                # Lines name orders and people; the counts in the parent say enough.
                return Gone()
            case OurOwn():
                pass
        trace = Trace.of_mention(mention)
        if self._traces.in_doubt(trace, None):
            found = await self._traces.find_reply(parent, trace)
            if found is not None:
                return found
        line = thread.thread_line(mention, self._own, self._now())
        self._hush.spoken(parent)
        return await self._post(parent.channel, line, trace, parent.ts)

    async def _tell_person(self, person: PersonId, mention: Mention) -> Delivery:
        match await self._audience.identity.look(person, FRESH):
            case Busy(wait) | Unheard(wait):
                return NotNow(wait)
            case Standing.MEMBER:
                pass
            case standing:
                return NotAllowed(f"recipient_is_{standing}")
        match await self._dm(person):
            case str(channel):
                message = thread.direct_message(mention, self._own)
                return await self._post(channel, message, Trace.of_mention(mention))
            case delivery:
                return delivery

    async def _dm(self, person: PersonId) -> str | NotNow | NotAllowed:
        if person in self._dms:
            return self._dms[person]
        match await self._web.ask(self._web.client.conversations_open(users=[person])):
            case Said(data):
                channel = str((data.get("channel") or {}).get("id", ""))
                self._dms[person] = channel
                return channel
            case Declined(error):
                return NotAllowed(error)
            case Busy(wait) | Unheard(wait):
                return NotNow(wait)

    # --- the wire --------------------------------------------------------------------------------

    async def _post(
        self, channel: str, message: Message, trace: Trace, parent: str | None = None
    ) -> Delivery:
        if wait := await self._turn_to_post(channel):
            return NotNow(wait)
        answer = await self._send(channel, message.text, message.blocks, trace, parent)
        if isinstance(answer, Declined) and answer.error in MISDRAWN:
            log.error("%s %s: misdrawn: %s", trace.kind, trace.number, answer.error)
            answer = await self._send(channel, message.text, [], trace, parent)
        self._traces.note(trace, lost=isinstance(answer, Unheard))
        return self._delivery(answer, channel)

    async def _send(
        self,
        channel: str,
        text: str,
        blocks: list[dict[str, Any]],
        trace: Trace,
        parent: str | None,
    ) -> Answer:
        return await self._web.ask(
            self._web.client.chat_postMessage(
                channel=channel,
                text=text,
                blocks=blocks or None,
                thread_ts=parent,
                metadata=trace.metadata,
                unfurl_links=False,
                unfurl_media=False,
            )
        )

    def _delivery(self, answer: Answer, channel: str, at: Posted | None = None) -> Delivery:
        match answer:
            case Said(data):
                return at or _posted(data, channel)
            case Declined(error):
                return Gone() if error in VANISHED else NotAllowed(error)
            case Busy(wait):
                self._pace.hold(channel, self._now() + wait)
                return NotNow(wait)
            case Unheard(wait):
                return NotNow(wait)

    async def _turn_to_post(self, channel: str) -> timedelta:
        wait = self._pace.post(channel, self._now())
        if NO_WAIT < wait <= SHORT:
            await self._desk.clock.sleep(wait)
            wait = self._pace.post(channel, self._now())
        return wait

    async def _turn_to_edit(self) -> timedelta:
        wait = self._pace.edit(self._now())
        if NO_WAIT < wait <= SHORT:
            await self._desk.clock.sleep(wait)
            wait = self._pace.edit(self._now())
        return wait

    # --- outsiders -------------------------------------------------------------------------------

    async def _tell_admins(self, channel: str, fit: Outsiders) -> None:
        if fit in self._told:
            return
        self._told.add(fit)
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


def _standing(alert: Alert, at: Posted) -> Alert:
    """The alert with the message that it has by now."""
    return replace(alert, channel=at.channel, ts=at.ts)


def _posted(data: Mapping[str, Any], channel: str) -> Posted:
    return Posted(str(data.get("channel") or channel), str(data.get("ts", "")))
