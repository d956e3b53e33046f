"""The workspace's time, in seconds since the epoch: real time, and what was skipped of it."""

import time
from collections.abc import Callable


class Clock:
    """`now` is what limits and expiries go by; `wall` is everybody's, the ERP's and the bot's too.

    A test that `advance`s moves Slack alone, so that a limit is over. Who `travel`s moves all of
    them; whoever has a clock of its own asks in `on_travel` to be told.
    """

    def __init__(self, base: Callable[[], float] = time.time) -> None:
        self._base = base
        self._skipped = 0.0
        self._travelled = 0.0
        self.on_travel: list[Callable[[], None]] = []

    def now(self) -> float:
        return self.wall() + self._skipped

    def wall(self) -> float:
        return self._base() + self._travelled

    def ahead(self) -> float:
        """How far it is before this machine's clock."""
        return self.wall() - time.time()

    def advance(self, seconds: float) -> None:
        self._skipped += seconds

    def travel(self, seconds: float) -> None:
        """Forward only: what has happened stays in the past."""
        self._travelled += max(0.0, seconds)
        for told in self.on_travel:
            told()
