"""For how long people put something aside: an alert, or their own notifications."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

MORNING: Final = time(6)
_HOURS: Final = {"1h": timedelta(hours=1), "4h": timedelta(hours=4)}


class Span(StrEnum):
    """What is offered. Never for ever."""

    HOUR = "1h"
    FOUR_HOURS = "4h"
    MORNING = "morning"
    """Until it is next six in the morning, where the distributor is."""


def until(span: Span, now: datetime, zone: ZoneInfo) -> datetime:
    """When it is over."""
    if span is not Span.MORNING:
        return now + _HOURS[span]
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), MORNING, tzinfo=zone)
    return today if now < today else today + timedelta(days=1)
