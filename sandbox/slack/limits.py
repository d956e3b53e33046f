"""Slack's pace: calls a minute for each method, and about one post a second in a channel."""

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

from sandbox.slack.clock import Clock

WINDOW = 60.0
POST_BURST = 5


@dataclass(slots=True)
class Pace:
    """Answers how many whole seconds to wait; 0 means go, and counts the call."""

    clock: Clock
    enforced: bool = True
    _calls: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _posts: dict[str, tuple[float, float]] = field(default_factory=dict)

    def call(self, method: str, per_minute: int) -> int:
        """A sliding window of 60 s for one method of one workspace; refused calls do not count."""
        now, calls = self.clock.now(), self._calls[method]
        while calls and calls[0] <= now - WINDOW:
            calls.popleft()
        if self.enforced and len(calls) >= per_minute:
            return max(1, math.ceil(calls[0] + WINDOW - now))
        calls.append(now)
        return 0

    def post(self, channel: str) -> int:
        """A bucket of 5 posts for a channel, refilled one a second."""
        now = self.clock.now()
        level, at = self._posts.get(channel, (float(POST_BURST), now))
        level = min(float(POST_BURST), level + now - at)
        if self.enforced and level < 1:
            return max(1, math.ceil(1 - level))
        self._posts[channel] = (level - 1, now)
        return 0
