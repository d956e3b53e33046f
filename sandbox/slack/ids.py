"""Ids and timestamps as Slack forms them; handed out by the workspace alone."""

import secrets
from collections import Counter
from dataclasses import dataclass, field

from sandbox.slack.clock import Clock


@dataclass(slots=True)
class Ids:
    """Counts per prefix, so that a run gives the same ids again. People begin at 101."""

    clock: Clock
    _counts: Counter[str] = field(default_factory=Counter)
    _last: int = 0

    def next(self, prefix: str) -> str:
        self._counts[prefix] += 1
        return f"{prefix}{100 + self._counts[prefix]:09d}"

    def ts(self) -> str:
        """A message's timestamp, `seconds.microseconds`: unique and growing in the workspace."""
        self._last = max(self._last + 1, int(self.clock.now() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def hash(self) -> str:
        return f"{int(self.clock.now())}.{secrets.token_urlsafe(6)}"

    def block_id(self) -> str:
        return secrets.token_urlsafe(4)
