"""Days, hours and zones: when an order must be in, and what that is in words.

All moments are aware datetimes; a distributor's day is a day in its own zone.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from commands.domain.documents import Document

END_OF_DAY: Final = time(23, 59, 59)


def deliver_at(document: Document, cutoff: time | None, zone: ZoneInfo) -> datetime:
    """The moment by which the order must be in the ERP.

    Its own `deliver_by`, else its delivery date at the distributor's cut-off, else that day's end.
    """
    if document.deliver_by:
        return document.deliver_by
    return datetime.combine(document.delivery_date, cutoff or END_OF_DAY, tzinfo=zone)


def next_midnight(moment: datetime, zone: ZoneInfo) -> datetime:
    """The end of the day that `moment` is in."""
    tomorrow = moment.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=zone)


class Day(StrEnum):
    OVERDUE = "overdue"
    TODAY = "today"
    TOMORROW = "tomorrow"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Urgency:
    """How near a delivery is. `by` is None where only the day is known; `left` is from now."""

    day: Day
    on: date
    by: time | None
    left: timedelta

    @property
    def words(self) -> str:
        """As `today, truck 7:30`, `tomorrow`, `Fri 27 Nov`, `overdue since 24 Nov`."""
        name = {
            Day.OVERDUE: f"overdue since {self.on.day} {self.on:%b}",
            Day.TODAY: "today",
            Day.TOMORROW: "tomorrow",
            Day.LATER: f"{self.on:%a} {self.on.day} {self.on:%b}",
        }[self.day]
        if self.day is Day.OVERDUE or self.by is None:
            return name
        return f"{name}, truck {self.by.hour}:{self.by.minute:02}"


def urgency(deliver_at: datetime, now: datetime, zone: ZoneInfo) -> Urgency:
    """How near the delivery is, seen from `now` in the distributor's zone."""
    local, today = deliver_at.astimezone(zone), now.astimezone(zone).date()
    by = None if local.time() == END_OF_DAY else local.time()
    return Urgency(_day(deliver_at, local.date(), now, today), local.date(), by, deliver_at - now)


def _day(deliver_at: datetime, on: date, now: datetime, today: date) -> Day:
    if deliver_at < now:
        return Day.OVERDUE
    if on == today:
        return Day.TODAY
    return Day.TOMORROW if on == today + timedelta(days=1) else Day.LATER


def duration(span: timedelta) -> str:
    """A span in words, its two largest parts: `28 min`, `2 h 10 min`, `3 d 4 h`."""
    minutes = max(0, int(span.total_seconds()) // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{rest} min"


# --- days and the clock on the wall --------------------------------------------------------------


def moment_of(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """When the clocks show `wall` on `day`, in UTC.

    What they show twice counts the first time; what they jump over comes as much later as they
    jumped.
    """
    # Both readings of a time that is missing lie an hour off; the first one is the later.
    return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)


def day_exists(day: date, zone: ZoneInfo) -> bool:
    """Whether the calendar of the zone has this day: some jumped over the date line."""
    begins = moment_of(day, time(), zone).astimezone(zone)
    return begins.date() == day


def day_starts(last: date, days: int, zone: ZoneInfo) -> list[datetime]:
    """The moments at which each of the `days` days up to `last` begins, and the one after it."""
    first = last - timedelta(days=days - 1)
    return [moment_of(first + timedelta(days=at), time(), zone) for at in range(days + 1)]
