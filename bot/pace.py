"""How fast the messenger may speak: one queue for each channel, and one for edits.

Slack takes about one post a second in a channel and fifty edits a minute in a workspace. Asking is
free; going over costs a pause for everybody.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

POST_GAP: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(seconds=60)
EDITS_A_MINUTE: Final = 45
"""A few under Slack's fifty: somebody else may share the token."""

NO_WAIT: Final = timedelta(0)


@dataclass(slots=True)
class Pace:
    """Hands out turns. Each method returns how long until one may go; zero takes the turn."""

    _free: dict[str, datetime] = field(default_factory=dict)
    _edits: deque[datetime] = field(default_factory=deque)

    def post(self, channel: str, now: datetime) -> timedelta:
        """A post into `channel`."""
        free = self._free.get(channel, now)
        if free > now:
            return free - now
        self._free[channel] = now + POST_GAP
        return NO_WAIT

    def edit(self, now: datetime) -> timedelta:
        """An edit of any message."""
        while self._edits and self._edits[0] <= now - MINUTE:
            self._edits.popleft()
        if len(self._edits) >= EDITS_A_MINUTE:
            return self._edits[0] + MINUTE - now
        self._edits.append(now)
        return NO_WAIT

    def hold(self, channel: str, until: datetime) -> None:
        """Slack asked to wait."""
        self._free[channel] = max(until, self._free.get(channel, until))
