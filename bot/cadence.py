"""When queued orders are sent: a crontab in a distributor's zone.

The composition root makes one Cadence for each distributor: intake asks it when a new order is due,
the scheduler when to tick. `bot.settings` checks crontabs with `parse`.

APScheduler's CronTrigger counts weekdays from Monday, wants both day fields to match where cron(5)
wants one of them, and on days when clocks change fires some wall times twice or never. So it is
asked only for wall times, on a clock that never changes, and what instant each of them is, is
decided here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_WEEKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: Final = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day", 1, 31, ()),
    ("month", 1, 12, ("", *_MONTHS)),
    ("day_of_week", 0, 7, (*_WEEKDAYS,)),
)
_PART: Final = re.compile(r"(?:\*|([0-9a-z]+)(?:-([0-9a-z]+))?)(?:/([0-9]+))?")
_EXAMPLE: Final = 'expected five fields like "*/5 * * * *" (minute hour day month weekday)'
_LONGEST: Final = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WIDEST_CHANGE: Final = timedelta(hours=25)


class BadCrontabError(ValueError):
    """Not a crontab, or one that never comes; the message says what is wrong."""


@dataclass(frozen=True)
class Crontab:
    """A crontab, each field as the set of its values; weekdays 0 (Sunday) to 6."""

    minute: frozenset[int]
    hour: frozenset[int]
    day: frozenset[int]
    month: frozenset[int]
    weekday: frozenset[int]
    either_day: bool
    """Both day fields are restricted: then, as in cron(5), a day needs to match only one."""

    @cached_property
    def triggers(self) -> tuple[CronTrigger, ...]:
        """CronTriggers whose ticks together are this crontab's wall times."""
        if self.either_day:
            return (self._trigger(day=self.day), self._trigger(weekday=self.weekday))
        return (self._trigger(day=self.day, weekday=self.weekday),)

    def _trigger(
        self, day: frozenset[int] | None = None, weekday: frozenset[int] | None = None
    ) -> CronTrigger:
        return CronTrigger(
            minute=_listed(self.minute, 60),
            hour=_listed(self.hour, 24),
            month=_listed(self.month, 12),
            day="*" if day is None else _listed(day, 31),
            day_of_week="*" if weekday is None else ",".join(_WEEKDAYS[one] for one in weekday),
            timezone=UTC,
        )


def _listed(values: frozenset[int], all_of_them: int) -> str:
    # The star says the same and is found faster.
    return "*" if len(values) == all_of_them else ",".join(str(value) for value in sorted(values))


def parse(text: str) -> Crontab:
    """Read a crontab as cron(5) has it. Raises BadCrontabError."""
    fields = text.lower().split()
    if len(fields) != len(_FIELDS):
        raise BadCrontabError(f"has {len(fields)} fields; {_EXAMPLE}")
    minute, hour, day, month, weekday = (
        _values(field, *rule) for field, rule in zip(fields, _FIELDS, strict=True)
    )
    crontab = Crontab(
        minute,
        hour,
        day,
        month,
        frozenset(one % 7 for one in weekday),
        either_day=not fields[2].startswith("*") and not fields[4].startswith("*"),
    )
    if not crontab.either_day and not _comes(crontab):
        raise BadCrontabError("never comes: no month has that day")
    return crontab


def _comes(crontab: Crontab) -> bool:
    return any(day <= _LONGEST[month] for month in crontab.month for day in crontab.day)


def _values(field: str, name: str, low: int, high: int, names: tuple[str, ...]) -> frozenset[int]:
    values: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        span = _span(match, low, high, names) if match else None
        if not span:
            raise BadCrontabError(
                f'the {name.replace("_", " ")} field "{field}" is wrong; {_EXAMPLE}'
            )
        values.update(span)
    return frozenset(values)


def _span(match: re.Match[str], low: int, high: int, names: tuple[str, ...]) -> range | None:
    first, last, step = match.groups()
    if first is None:
        # The seventh weekday is the first one again.
        start, stop = low, min(high, 6) if "sun" in names else high
    else:
        start = _number(first, names)
        stop = _number(last, names) if last else (high if step else start)
    if step == "0" or not low <= start <= stop <= high:
        return None
    return range(start, stop + 1, int(step or 1))


def _number(text: str, names: tuple[str, ...]) -> int:
    if text.isdecimal():
        return int(text) if len(text) <= 3 else -1  # noqa: PLR2004
    return names.index(text) if text in names else -1


class Cadence:
    """A crontab in a zone; implements `commands.ports.Cadence`.

    Each wall time comes once a day: on the day an hour is repeated, in its first pass; on the day
    an hour is missing, as much later as the clocks jumped.
    """

    def __init__(self, crontab: str, zone: ZoneInfo) -> None:
        """Raises BadCrontabError."""
        self._crontab = parse(crontab)
        self._zone = zone

    def after(self, moment: datetime) -> datetime:
        """The first tick after `moment`, in UTC."""
        best: datetime | None = None
        for wall in _walls(self._crontab, self._start(moment)):
            tick = wall.replace(tzinfo=self._zone).astimezone(UTC)
            if tick > moment and (best is None or tick < best):
                best = tick
            # A wall time that is missing comes late, so a later one may come before it.
            if best is not None and wall >= self._wall(best):
                break
        assert best is not None, "parse() has seen to it that a tick comes"
        return best

    def before(self, moment: datetime) -> datetime:
        """The last tick at or before `moment`, in UTC."""
        back = timedelta(hours=1)
        while (tick := self.after(moment - back)) > moment:
            back *= 8
        while (later := self.after(tick)) <= moment:
            tick = later
        return tick

    def _start(self, moment: datetime) -> datetime:
        """The wall time from which to look: further back where clocks were just put forward."""
        jumped = self._offset(moment) - self._offset(moment - _WIDEST_CHANGE)
        return (self._wall(moment) - max(jumped, timedelta())).replace(tzinfo=UTC)

    def _offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self._zone).utcoffset() or timedelta()

    def _wall(self, moment: datetime) -> datetime:
        """What the clocks on the wall show, as a bare datetime."""
        return moment.astimezone(self._zone).replace(tzinfo=None, fold=0)


def _walls(crontab: Crontab, start: datetime) -> Iterator[datetime]:
    """The crontab's wall times from `start` on, ascending, bare."""
    upcoming = [_next(trigger, start) for trigger in crontab.triggers]
    while walls := [one for one in upcoming if one is not None]:
        wall = min(walls)
        yield wall.replace(tzinfo=None)
        upcoming = [
            _next(trigger, wall + timedelta(seconds=1)) if one == wall else one
            for trigger, one in zip(crontab.triggers, upcoming, strict=True)
        ]


def _next(trigger: CronTrigger, start: datetime) -> datetime | None:
    found: datetime | None = trigger.get_next_fire_time(None, start)
    return found


class Ticks(BaseTrigger):  # type: ignore[misc]
    """A Cadence as APScheduler's scheduler wants it."""

    def __init__(self, cadence: Cadence) -> None:
        self._cadence = cadence

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        return self._cadence.after(previous or now)
