"""Takes what lines in a thread say of orders away, once others read the channel. Called by the
messenger with the card above them. Their places stay: who acted and what came of it is in the
order's history.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from bot.pace import NO_WAIT
from bot.sender import EDIT, READ
from bot.traces import LINE
from bot.webapi import Answer, Busy, Declined, Said, Unheard, WebApi
from commands.ports import Posted

LEFT_OUT: Final = "Left out: people from outside can read this channel."
PAGE: Final = 100
Turn = Callable[[str], Awaitable[timedelta]]


@dataclass(slots=True)
class Hush:
    """`bot_id`: whose lines are ours. `turn`: how long until a method may be called; zero takes the
    turn.
    """

    web: WebApi
    bot_id: str
    turn: Turn
    _quiet: set[Posted] = field(default_factory=set)

    def spoken(self, parent: Posted) -> None:
        """Something was said in this thread."""
        self._quiet.discard(parent)

    async def thread(self, parent: Posted) -> timedelta:
        """Returns how long until the rest can be done; zero: nothing is left."""
        cursor = ""
        while parent not in self._quiet:
            if wait := await self.turn(READ):
                return wait
            match await self._page(parent, cursor):
                case Said(data):
                    if wait := await self._hush(data, parent.channel):
                        return wait
                    cursor = str((data.get("response_metadata") or {}).get("next_cursor") or "")
                    if not cursor:
                        self._quiet.add(parent)
                case Declined():
                    # No thread any more.
                    self._quiet.add(parent)
                case Busy(wait) | Unheard(wait):
                    return wait
        return NO_WAIT

    async def _page(self, parent: Posted, cursor: str) -> Answer:
        return await self.web.ask(
            self.web.client.conversations_replies(
                channel=parent.channel,
                ts=parent.ts,
                limit=PAGE,
                cursor=cursor or None,
                include_all_metadata=True,
            )
        )

    async def _hush(self, page: Mapping[str, Any], channel: str) -> timedelta:
        for ts in self._telling(page):
            if wait := await self.turn(EDIT):
                return wait
            edit = self.web.client.chat_update(channel=channel, ts=ts, text=LEFT_OUT, blocks=[])
            match await self.web.ask(edit):
                case Busy(wait) | Unheard(wait):
                    return wait
                case Said() | Declined():
                    pass
        return NO_WAIT

    def _telling(self, page: Mapping[str, Any]) -> Iterator[str]:
        """Our lines that say something."""
        for message in page.get("messages") or ():
            about = message.get("metadata") or {}
            ours = message.get("bot_id") == self.bot_id and about.get("event_type") == LINE
            if ours and message.get("text") != LEFT_OUT:
                yield str(message.get("ts", ""))
