"""Notifications: how somebody wants to be told of alerts, and what was told to whom."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from commands.domain.people import PersonId
from commands.domain.spans import Span, until


class Way(StrEnum):
    """How a person wants to be notified."""

    DIRECT = "direct"
    EMAIL = "email"
    BOTH = "both"


class Pause(StrEnum):
    """For how long somebody wants none of it."""

    NONE = "none"
    AS_IT_IS = "as_it_is"
    HOUR = "1h"
    FOUR_HOURS = "4h"
    MORNING = "morning"
    UNTIL_RESUMED = "until_resumed"


UNTIL_RESUMED: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""A pause that ends when the person ends it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A person's own: the way, and until when they want none of it."""

    way: Way = Way.DIRECT
    paused_until: datetime | None = None

    def pausing(self, now: datetime) -> bool:
        return self.paused_until is not None and now < self.paused_until


def paused_until(
    pause: Pause, present: datetime | None, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """When a pause ends that is chosen now; `present`: when the one before would."""
    match pause:
        case Pause.NONE:
            return None
        case Pause.AS_IT_IS:
            return present
        case Pause.UNTIL_RESUMED:
            return UNTIL_RESUMED
        case Pause.HOUR | Pause.FOUR_HOURS | Pause.MORNING:
            return until(Span(pause.value), now, zone)


@dataclass(frozen=True, slots=True)
class Notice:
    """One person told of one alert in one way. `channel`, `ts`: its direct message, once posted."""

    id: int
    alert_id: int
    person: PersonId
    queued_at: datetime
    channel: str | None = None
    ts: str | None = None
