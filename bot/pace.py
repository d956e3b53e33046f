"""How fast the sender may speak: one queue for each conversation, one for each method of Slack's.

Slack takes about one post a second in a channel, and of most methods fifty calls a minute in a
workspace. Asking here is free; going over costs a pause for everybody. A process that begins has
nothing saved up, so that together with the one before it stays below as well.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

POST_GAP: Final = timedelta(seconds=1)
NO_WAIT: Final = timedelta(0)
LONGEST_HOLD: Final = timedelta(minutes=5)
"""No longer is Slack believed; a clock that was set back would make it years."""

SAVED: Final = 8
"""Calls of a method that may go at once after a quiet time."""

GAP: Final = timedelta(seconds=1.6)
"""Between two calls of a method in the long run. In any minute that makes SAVED and 38 more, and
one more where another process took over: below Slack's fifty, for somebody else may use the token.
"""

_TOLERANCE: Final = GAP * (SAVED - 1)


@dataclass(slots=True)
class Pace:
    """Hands out turns. Each method returns how long until one may go; zero takes the turn."""

    began: datetime
    _free: dict[str, datetime] = field(default_factory=dict)
    _spent: dict[str, datetime] = field(default_factory=dict)
    _held: dict[str, datetime] = field(default_factory=dict)

    def post(self, channel: str, now: datetime) -> timedelta:
        """A post into `channel`."""
        free = min(self._free.get(channel, self.began + POST_GAP), now + POST_GAP)
        if wait := self._wait(channel, free, now):
            return wait
        self._free[channel] = now + POST_GAP
        return NO_WAIT

    def call(self, method: str, now: datetime) -> timedelta:
        """A call of `method`, whatever it is about."""
        # When all calls so far would have gone, had each kept its distance.
        spent = min(self._spent.get(method, self.began + _TOLERANCE), now + _TOLERANCE + GAP)
        if wait := self._wait(method, spent - _TOLERANCE, now):
            return wait
        self._spent[method] = max(spent, now) + GAP
        return NO_WAIT

    def hold(self, what: str, until: datetime) -> None:
        """Slack asks to be left alone with this conversation, or this method."""
        self._held[what] = max(until, self._held.get(what, until))

    def _wait(self, what: str, free: datetime, now: datetime) -> timedelta:
        held = min(self._held.get(what, now), now + LONGEST_HOLD)
        return max(free - now, held - now, NO_WAIT)
