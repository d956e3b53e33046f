"""Until when Slack wants to be left alone, as the crier and its helpers know it. Slack asks to wait
with one conversation; the others need not.
"""

from datetime import datetime, timedelta
from typing import Final

from commands.ports import Clock

CHANNEL: Final = "channel"
"""The alert channel among those who may ask us to wait; the others are people."""


class Waits:
    """By whom: a person, or CHANNEL."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, datetime] = {}

    def waiting(self, whom: str) -> bool:
        until = self._until.get(whom)
        return until is not None and self._clock.now() < until

    def wait(self, whom: str, span: timedelta) -> None:
        self._until[whom] = self._clock.now() + span
