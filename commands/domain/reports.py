"""The daily report: its settings, and on which days and moments it is due. Pure.

Called by `commands.report` and `store.reports`; what it holds is `sheets` and `digests`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from commands.domain.windows import day_exists, moment_of

SUBJECT: Final = "Daily Order Sync Status Report"
MOST_RECIPIENTS: Final = 50
LATE: Final = timedelta(minutes=5)
"""A report made so long after it was due says so."""


# --- settings ------------------------------------------------------------------------------------


class Contents(StrEnum):
    """Which orders a report lists."""

    ALL = "all"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """When a distributor's report is sent, what it holds and to whom.

    `at`: in the distributor's zone. `on_since`: since when it has a recipient or a channel; None
    while it is off. `changed_at`: the last change of anything.
    """

    at: time = time(7)
    contents: Contents = Contents.FAILED
    recipients: tuple[str, ...] = ()
    channel: str | None = None
    on_since: datetime | None = None
    changed_at: datetime | None = None

    @property
    def on(self) -> bool:
        return bool(self.recipients or self.channel)


class BadAddressError(ValueError):
    """Not an address that mail can be sent to; the message says what is wrong with it."""


_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_LONGEST_LOCAL: Final = 64
_LONGEST_DOMAIN: Final = 253


def address(text: str) -> str:
    """Take `text` as an e-mail address; letters of other alphabets in its domain are encoded as
    the domain name system has them. Raises BadAddressError.
    """
    local, at, domain = text.rpartition("@")
    if not at:
        raise BadAddressError("it has no @")
    if not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL:
        raise BadAddressError("before the @ it has characters that an address cannot have")
    return f"{local}@{_domain(domain)}"


def _domain(text: str) -> str:
    try:
        encoded = text.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadAddressError("after the @ there is no domain") from None
    labels = encoded.split(".")
    named = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    if not named or labels[-1].isdecimal() or len(encoded) > _LONGEST_DOMAIN:
        raise BadAddressError("after the @ there is no domain, as example.com")
    return encoded


@dataclass(frozen=True, slots=True)
class Addresses:
    """What was typed: the addresses, each once, and of each wrong one what is wrong with it."""

    good: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...] = ()


_BETWEEN: Final = re.compile(r"[\s,;]+")


def addresses(text: str) -> Addresses:
    """Read a list of addresses, divided by lines, spaces, commas or semicolons."""
    good: dict[str, str] = {}
    wrong: list[tuple[str, str]] = []
    for typed in filter(None, _BETWEEN.split(text)):
        try:
            one = address(typed)
        except BadAddressError as error:
            wrong.append((typed, str(error)))
        else:
            good.setdefault(one.lower(), one)
    return Addresses(tuple(good.values()), tuple(wrong))


# --- when it is due ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """A report to be made now. `day`: whose it is; `at`: when it was due; `covers`: earlier days
    that were missed, and that it stands for as well.
    """

    day: date
    at: datetime
    covers: tuple[date, ...] = ()


def due(settings: ReportSettings, zone: ZoneInfo, last: date | None, now: datetime) -> Due | None:
    """What is due at `now`, where `last` is the latest day that has its report.

    A day's report is due once its hour has come, and until another day's has: what was missed
    while no process ran is made up, in one report for all the days that were missed.
    """
    if not settings.on or settings.on_since is None:
        return None
    days = list(_days_due(settings, zone, last, now))
    if not days:
        return None
    *earlier, latest = days
    at = moment_of(latest, settings.at, zone)
    # A time that was set after it had passed is due from then on.
    return Due(latest, max(at, settings.changed_at or at), tuple(earlier))


def _days_due(
    settings: ReportSettings, zone: ZoneInfo, last: date | None, now: datetime
) -> Iterator[date]:
    """The days without a report whose hour has come, in order."""
    assert settings.on_since is not None
    since = settings.on_since
    day, today = since.astimezone(zone).date(), now.astimezone(zone).date()
    if last is not None:
        day = max(day, last + timedelta(days=1))
    while day <= today:
        # Where the clocks jump over midnight, the hour of a day may come when it is over.
        if day_exists(day, zone) and since < moment_of(day, settings.at, zone) <= now:
            yield day
        day += timedelta(days=1)
