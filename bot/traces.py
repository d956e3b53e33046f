"""Finding a post whose answer was lost: every message of ours carries what it is about.

Called by the messenger before it posts something that may already stand in the channel: because the
connection was cut after the post, or because this process began after the alert did.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Self

from bot.webapi import Answer, Busy, Declined, Said, Unheard, WebApi
from commands.domain.alerts import Alert, AlertPicture, Mention
from commands.ports import Clock, NotNow, Posted

ALERT: Final = "orderwatch_alert"
LINE: Final = "orderwatch_line"
LOOKED_AT: Final = 100
EARLY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Trace:
    """What a message is about: the alert or mention with this number, at this change."""

    kind: str
    number: int
    change: int = 0

    @classmethod
    def of_alert(cls, alert: Alert, picture: AlertPicture) -> Self:
        return cls(ALERT, alert.id, picture.seen)

    @classmethod
    def of_mention(cls, mention: Mention) -> Self:
        return cls(LINE, mention.id or 0)

    @property
    def metadata(self) -> dict[str, Any]:
        """As Slack keeps it beside a message."""
        payload = {"number": self.number, "change": self.change}
        return {"event_type": self.kind, "event_payload": payload}


@dataclass(slots=True)
class Traces:
    """Remembers which posts are in doubt, and looks for them. `bot_id`: whose messages are ours."""

    web: WebApi
    bot_id: str
    clock: Clock
    _began: datetime = field(init=False)
    _lost: set[tuple[str, int]] = field(default_factory=set)
    _sought: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._began = self.clock.now()

    def note(self, trace: Trace, *, lost: bool) -> None:
        """Posted, and the answer came or was lost."""
        key = (trace.kind, trace.number)
        if lost:
            self._lost.add(key)
        else:
            self._lost.discard(key)

    def in_doubt(self, trace: Trace, opened_at: datetime | None) -> bool:
        """Whether it may have been posted already. `opened_at` None: as old as it may be."""
        key = (trace.kind, trace.number)
        if key in self._lost:
            return True
        ended_before_us = (
            opened_at < self._began
            if opened_at is not None
            else self.clock.now() - self._began < EARLY
        )
        return ended_before_us and key not in self._sought

    async def find(self, channel: str, trace: Trace, since: datetime) -> Posted | NotNow | None:
        """The message in the channel, posted after `since`. None: not there, or not to be seen."""
        answer = await self.web.ask(
            self.web.client.conversations_history(
                channel=channel,
                oldest=f"{(since - EARLY).timestamp():.6f}",
                limit=LOOKED_AT,
                include_all_metadata=True,
            )
        )
        return self._among(answer, channel, trace)

    async def find_reply(self, parent: Posted, trace: Trace) -> Posted | NotNow | None:
        """The same in a thread."""
        answer = await self.web.ask(
            self.web.client.conversations_replies(
                channel=parent.channel,
                ts=parent.ts,
                limit=LOOKED_AT,
                include_all_metadata=True,
            )
        )
        return self._among(answer, parent.channel, trace)

    def _among(self, answer: Answer, channel: str, trace: Trace) -> Posted | NotNow | None:
        match answer:
            case Said(data):
                self._sought.add((trace.kind, trace.number))
                return self._ours(data.get("messages") or (), channel, trace)
            case Declined():
                self._sought.add((trace.kind, trace.number))
                return None
            case Busy(wait) | Unheard(wait):
                return NotNow(wait)

    def _ours(
        self, messages: Iterable[Mapping[str, Any]], channel: str, trace: Trace
    ) -> Posted | None:
        for message in messages:
            # Any app may write any metadata: ours is what our own bot posted.
            ours = message.get("bot_id") == self.bot_id
            if ours and _about(message.get("metadata"), trace):
                return Posted(channel, str(message.get("ts", "")))
        return None


def _about(metadata: object, trace: Trace) -> bool:
    if not isinstance(metadata, dict) or metadata.get("event_type") != trace.kind:
        return False
    payload = metadata.get("event_payload")
    return isinstance(payload, dict) and payload.get("number") == trace.number
