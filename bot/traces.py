"""What already stands in Slack: every message of ours carries what it is about.

Asked by the sender before it posts something that may already stand there: because its row could
not be written after the post, because the connection was cut, or because an earlier process may
have posted it and died.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Self, TypeAlias

from bot.webapi import Answer, Busy, Declined, Said, Unheard, WebApi
from commands.domain.alerts import Alert, AlertPicture, Mention
from commands.domain.notices import Notice
from commands.ports import Clock, NotNow, Posted

ALERT: Final = "orderwatch_alert"
LINE: Final = "orderwatch_line"
NOTICE: Final = "orderwatch_notice"
REPORT: Final = "orderwatch_report"
LOOKED_AT: Final = 200
EARLY: Final = timedelta(hours=1)
"""Our clock and Slack's may differ by so much."""
KEPT: Final = 10_000
"""Posts of which it is remembered where they stand: many more than can wait for their row."""

Key: TypeAlias = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Trace:
    """What a message is about: the alert, line or notice with this number. `posting`: which of an
    alert's cards it is; `change`: what it shows.
    """

    kind: str
    number: int
    posting: int = 1
    change: int = 0

    @classmethod
    def of_alert(cls, alert: Alert, picture: AlertPicture, *, anew: bool = False) -> Self:
        return cls(ALERT, alert.id, alert.posting + anew, picture.seen)

    @classmethod
    def of_mention(cls, mention: Mention) -> Self:
        return cls(LINE, mention.id or 0)

    @classmethod
    def of_notice(cls, notice: Notice) -> Self:
        return cls(NOTICE, notice.id)

    @property
    def key(self) -> Key:
        return self.kind, self.number, self.posting

    @property
    def metadata(self) -> dict[str, Any]:
        """As Slack keeps it beside a message."""
        payload = {"number": self.number, "posting": self.posting, "change": self.change}
        return {"event_type": self.kind, "event_payload": payload}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is posted: a conversation, or a thread in it."""

    channel: str
    thread: str | None = None


@dataclass(slots=True)
class Traces:
    """Remembers what stands and what is in doubt, and looks for it. `bot_id`: whose messages are
    ours.
    """

    web: WebApi
    bot_id: str
    clock: Clock
    _began: datetime = field(init=False)
    _lost: set[Key] = field(default_factory=set)
    _looked: dict[Spot, datetime] = field(default_factory=dict)
    _stands: dict[tuple[Spot, Key], Posted] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._began = self.clock.now()

    def note(self, trace: Trace, *, lost: bool) -> None:
        """Posted, and the answer came or was lost."""
        if lost:
            self._lost.add(trace.key)
        else:
            self._lost.discard(trace.key)

    def stands(self, spot: Spot, trace: Trace) -> Posted | None:
        """Where it was posted or found before."""
        return self._stands.get((spot, trace.key))

    def keep(self, spot: Spot, trace: Trace, at: Posted) -> None:
        """It stands there, whether or not anybody can write that down."""
        self._keep(spot, trace.key, at)

    def drop(self, spot: Spot, trace: Trace) -> None:
        """It vanished."""
        self._stands.pop((spot, trace.key), None)

    def in_doubt(self, trace: Trace, since: datetime) -> bool:
        """Whether it may have been posted already, no earlier than `since`."""
        return trace.key in self._lost or since < self._began

    async def find(self, spot: Spot, trace: Trace, since: datetime) -> Posted | NotNow | None:
        """Where it stands. None: it does not, or it is not to be seen.

        What an earlier process left behind is read once for each spot; what we lost ourselves is
        looked for by itself.
        """
        unseen = trace.key in self._lost or since < self._looked.get(spot, self._began)
        wait = await self._look(spot, since) if unseen else None
        return wait or self.stands(spot, trace)

    async def _look(self, spot: Spot, since: datetime) -> NotNow | None:
        match await self._read(spot, since - EARLY):
            case Said(data):
                self._keep_all(spot, data.get("messages") or ())
                self._looked[spot] = min(since, self._looked.get(spot, since))
                return None
            case Declined():
                self._looked[spot] = since
                return None
            case Busy(wait) | Unheard(wait):
                return NotNow(wait)

    async def _read(self, spot: Spot, oldest: datetime) -> Answer:
        """One call: what was said there since then, of a channel the newest."""
        about: dict[str, Any] = {
            "channel": spot.channel,
            "oldest": f"{oldest.timestamp():.6f}",
            "limit": LOOKED_AT,
            "include_all_metadata": True,
        }
        client = self.web.client
        if spot.thread is None:
            return await self.web.ask(client.conversations_history(**about))
        return await self.web.ask(client.conversations_replies(ts=spot.thread, **about))

    def _keep_all(self, spot: Spot, messages: Iterable[Mapping[str, Any]]) -> None:
        for message in messages:
            # Any app may write any metadata: ours is what our own bot posted.
            key = _about(message.get("metadata")) if message.get("bot_id") == self.bot_id else None
            if key is not None:
                self._keep(spot, key, Posted(spot.channel, str(message.get("ts", ""))))

    def _keep(self, spot: Spot, key: Key, at: Posted) -> None:
        self._stands[spot, key] = at
        if len(self._stands) > KEPT:
            del self._stands[next(iter(self._stands))]


def _about(metadata: object) -> Key | None:
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    if not isinstance(metadata, dict) or not isinstance(payload, dict):
        return None
    kind, number = metadata.get("event_type"), payload.get("number")
    # Cards of an earlier version do not say which they are: they are the first.
    posting = payload.get("posting", 1)
    if not isinstance(kind, str) or not isinstance(number, int) or not isinstance(posting, int):
        return None
    return kind, number, posting
