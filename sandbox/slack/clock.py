"""The workspace's time, in seconds since the epoch: real time plus what a test has skipped."""

import time
from collections.abc import Callable


class Clock:
    """`now` is what limits and expiries go by; `wall` signs requests: the bot's clock stays."""

    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self.wall = wall
        self._skipped = 0.0

    def now(self) -> float:
        return self.wall() + self._skipped

    def advance(self, seconds: float) -> None:
        self._skipped += seconds
