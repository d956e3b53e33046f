"""The one way by which messages leave: at Slack's pace, each of them once. Used by the messenger
for alerts and by the poster for reports, which share the channel and so its pace.

What was posted is edited when it is to be posted again, and a post whose answer was lost is looked
for first, by the metadata that every message of ours carries. What Slack asks us to wait for is
written down, so that whoever speaks next obeys it too.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bot.blocks.message import Message
from bot.pace import NO_WAIT, Pace
from bot.traces import Spot, Trace, Traces
from bot.webapi import Answer, Busy, Declined, Said, Unheard, WebApi
from commands.domain.ids import DistributorKey
from commands.domain.people import PersonId
from commands.ports import Clock, Delivery, Gone, NotAllowed, NotNow, Posted
from store.signs import Signs

log = logging.getLogger("orderwatch.slack")

SHORT: Final = timedelta(seconds=2)
"""A wait of this length is waited here; a longer one is for whoever asked to plan with."""

EDIT, OPEN, READ = "chat.update", "conversations.open", "conversations.history"
"""Methods of which Slack takes few a minute."""

VANISHED: Final = frozenset(
    {
        *("message_not_found", "cant_update_message", "edit_window_closed"),
        *("thread_not_found", "cannot_reply_to_message"),
    }
)
MISDRAWN: Final = frozenset(
    {
        *("invalid_blocks", "invalid_blocks_format", "invalid_arguments"),
        *("msg_blocks_too_long", "msg_too_long"),
    }
)
"""Our own mistake in a card: its sentence alone is better than silence."""


class Sender:
    """One distributor's. Raises nothing that Slack may do. `bot_id`: whose messages are ours."""

    def __init__(
        self, web: WebApi, bot_id: str, clock: Clock, signs: Signs, distributor: DistributorKey
    ) -> None:
        self.web = web
        self.bot_id = bot_id
        self._clock = clock
        self._signs = signs
        self._distributor = distributor
        self._pace = Pace(clock.now())
        self._traces = Traces(web, bot_id, clock)
        self._conversations: dict[PersonId, str] = {}
        self._recalled = False

    # --- messages --------------------------------------------------------------------------------

    async def post(
        self,
        spot: Spot,
        message: Message,
        trace: Trace,
        since: datetime,
        *,
        aloud: bool = False,
    ) -> Delivery:
        """Post once. `since`: no earlier process can have posted it before. `aloud`: a line of a
        thread that the channel is to hear.
        """
        if earlier := self._traces.stands(spot, trace):
            return await self._edit_earlier(spot, earlier, message, trace)
        if self._traces.in_doubt(trace, since):
            if wait := await self.turn(READ):
                return NotNow(wait)
            match await self._traces.find(spot, trace, since):
                case Posted() as earlier:
                    self._traces.note(trace, lost=False)
                    return await self._edit_earlier(spot, earlier, message, trace)
                case NotNow(wait):
                    await self._hold(READ, wait)
                    return NotNow(wait)
                case None:
                    pass
        return await self._post(spot, message, trace, aloud=aloud)

    async def edit(
        self, at: Posted, message: Message, trace: Trace | None = None, *, plainer: bool = True
    ) -> Delivery:
        """Change what stands there; to the text alone, where Slack refuses the blocks and it may be
        `plainer`.
        """
        if wait := await self.turn(EDIT):
            return NotNow(wait)
        answer = await self._update(at, message, trace)
        if plainer and isinstance(answer, Declined) and answer.error in MISDRAWN:
            log.error("%s: misdrawn: %s", trace.key if trace else "a line", answer.error)
            answer = await self._update(at, Message(message.text, []), trace)
        return await self._delivery(answer, at.channel, EDIT, at)

    async def conversation(self, person: PersonId) -> str | NotNow | NotAllowed:
        """The direct messages with a person."""
        if person in self._conversations:
            return self._conversations[person]
        if wait := await self.turn(OPEN):
            return NotNow(wait)
        match await self.web.ask(self.web.client.conversations_open(users=[person])):
            case Said(data):
                channel = str((data.get("channel") or {}).get("id", ""))
                self._conversations[person] = channel
                return channel
            case Declined(error):
                return NotAllowed(error)
            case Busy(wait):
                await self._hold(OPEN, wait)
                return NotNow(wait)
            case Unheard(wait):
                return NotNow(wait)

    async def link(self, at: Posted) -> str | None:
        """What leads to a message; None: Slack does not say."""
        call = self.web.client.chat_getPermalink(channel=at.channel, message_ts=at.ts)
        match await self.web.ask(call):
            case Said(data):
                return str(data.get("permalink") or "") or None
            case Declined() | Busy() | Unheard():
                return None

    # --- turns -----------------------------------------------------------------------------------

    async def turn(self, method: str) -> timedelta:
        """How long until `method` may be called; zero takes the turn."""
        await self._recall()
        wait = self._pace.call(method, self._clock.now())
        if NO_WAIT < wait <= SHORT:
            await self._clock.sleep(wait)
            wait = self._pace.call(method, self._clock.now())
        return wait

    async def _turn_to_post(self, channel: str) -> timedelta:
        await self._recall()
        wait = self._pace.post(channel, self._clock.now())
        if NO_WAIT < wait <= SHORT:
            await self._clock.sleep(wait)
            wait = self._pace.post(channel, self._clock.now())
        return wait

    async def _recall(self) -> None:
        """What Slack asked of the process that spoke before us."""
        if self._recalled:
            return
        for what, until in (await self._signs.paused(self._distributor, self._clock.now())).items():
            self._pace.hold(what, until)
        self._recalled = True

    async def _hold(self, what: str, wait: timedelta) -> None:
        until = self._clock.now() + wait
        self._pace.hold(what, until)
        await self._signs.pause(self._distributor, what, until)

    # --- the wire --------------------------------------------------------------------------------

    async def _edit_earlier(
        self, spot: Spot, earlier: Posted, message: Message, trace: Trace
    ) -> Delivery:
        """Its row does not know yet that it stands; what vanished may be posted again."""
        delivery = await self.edit(earlier, message, trace)
        if isinstance(delivery, Gone):
            self._traces.drop(spot, trace)
        return delivery

    async def _post(self, spot: Spot, message: Message, trace: Trace, *, aloud: bool) -> Delivery:
        if wait := await self._turn_to_post(spot.channel):
            return NotNow(wait)
        answer = await self._send(spot, message, trace, aloud=aloud)
        if isinstance(answer, Declined) and answer.error in MISDRAWN:
            log.error("%s: misdrawn: %s", trace.key, answer.error)
            answer = await self._send(spot, Message(message.text, []), trace, aloud=aloud)
        self._traces.note(trace, lost=isinstance(answer, Unheard))
        delivery = await self._delivery(answer, spot.channel, spot.channel)
        if isinstance(delivery, Posted):
            self._traces.keep(spot, trace, delivery)
        return delivery

    async def _send(self, spot: Spot, message: Message, trace: Trace, *, aloud: bool) -> Answer:
        return await self.web.ask(
            self.web.client.chat_postMessage(
                channel=spot.channel,
                text=message.text,
                blocks=message.blocks or None,
                thread_ts=spot.thread,
                reply_broadcast=aloud or None,
                metadata=trace.metadata,
                unfurl_links=False,
                unfurl_media=False,
            )
        )

    async def _update(self, at: Posted, message: Message, trace: Trace | None) -> Answer:
        return await self.web.ask(
            self.web.client.chat_update(
                channel=at.channel,
                ts=at.ts,
                text=message.text,
                blocks=message.blocks,
                metadata=trace.metadata if trace else None,
            )
        )

    async def _delivery(
        self, answer: Answer, channel: str, what: str, at: Posted | None = None
    ) -> Delivery:
        match answer:
            case Said(data):
                return at or _posted(data, channel)
            case Declined(error):
                return Gone(error) if error in VANISHED else NotAllowed(error)
            case Busy(wait):
                await self._hold(what, wait)
                return NotNow(wait)
            case Unheard(wait):
                return NotNow(wait)


def _posted(data: Mapping[str, Any], channel: str) -> Posted:
    return Posted(str(data.get("channel") or channel), str(data.get("ts", "")))
