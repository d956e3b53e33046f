"""Until when something is left alone, as the crier and its helpers know it. Slack asks to wait with
one conversation, or one message cannot be said; the others need not wait.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from commands.ports import Clock

log = logging.getLogger("orderwatch.alerts")

CHANNEL: Final = "channel"
"""The alert channel among those who may ask us to wait; the others are people."""

AFTER_TROUBLE: Final = timedelta(seconds=15)


class Waits:
    """For whom: a person, CHANNEL, or a single thing to be said."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, datetime] = {}

    def waiting(self, whom: str) -> bool:
        until = self._until.get(whom)
        return until is not None and self._clock.now() < until

    def wait(self, whom: str, span: timedelta) -> None:
        self._until[whom] = self._clock.now() + span

    @contextmanager
    def apart(self, what: str) -> Iterator[None]:
        """Whatever goes wrong within concerns `what` alone: it waits, and the others are said."""
        try:
            yield
        except Exception as trouble:
            log.error("%s waits: %s", what, type(trouble).__name__)  # noqa: TRY400
            log.debug("the trouble was", exc_info=trouble)
            self.wait(what, AFTER_TROUBLE)
