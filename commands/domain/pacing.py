"""When an alert's message is posted, edited or posted anew, and what of it is told aloud.

An edit notifies nobody, a post everybody. The crier asks here before it speaks.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from commands.domain.alerts import Alert, AlertPicture, MentionKind
from commands.domain.distributors import AlertPace
from commands.domain.grouping import CauseKind
from commands.domain.windows import next_midnight

LARGE: Final = 1000
STALEST: Final = timedelta(seconds=20)
"""However large an alert is, its message is no further behind, unless it was set so."""

MUCH: Final = 10
"""So many times what was told last is worth telling aloud."""

LAST_HOUR: Final = timedelta(hours=1)
COUNTED_EVERY: Final = timedelta(minutes=5)
"""How often the minutes until a truck are counted anew in its last hour."""


class Why(StrEnum):
    """Why a full card is posted."""

    FIRST = "first"
    AGAIN = "again"
    """What had ended has come back."""
    REMINDER = "reminder"
    LATER_DAY = "later_day"
    SNOOZE_OVER = "snooze_over"
    SNOOZE_BROKEN = "snooze_broken"


@dataclass(frozen=True, slots=True)
class Silent:
    """It was over before anybody was told: nobody needs to be."""


@dataclass(frozen=True, slots=True)
class Edit:
    """The message it has is brought up to date."""


@dataclass(frozen=True, slots=True)
class Post:
    """A new full card; the one before becomes a line that leads to it."""

    why: Why


Step: TypeAlias = Silent | Edit | Post


def not_before(alert: Alert, pace: AlertPace) -> datetime:
    """Until then there is nothing to do for its message, whatever becomes of its orders.

    New failures gather for `group_wait`, so that they come together. Afterwards at most one edit in
    `update_interval`, and more seldom as an alert grows; but at once where others have come to read
    it.
    """
    if alert.shown_at is None or alert.ts is None:
        return alert.opened_at + pace.group_wait
    if _others_read(alert):
        return alert.moved_at or alert.shown_at
    return alert.shown_at + _interval(alert.size, pace)


def _others_read(alert: Alert) -> bool:
    """Since its message was drawn."""
    if alert.moved_at is None or alert.shown_at is None:
        return False
    return alert.moved_at > alert.shown_at


def _interval(size: int, pace: AlertPace) -> timedelta:
    slower = pace.update_interval * (1 + size // LARGE)
    return min(slower, max(pace.update_interval, STALEST))


def step(alert: Alert, picture: AlertPicture, pace: AlertPace) -> Step:
    """What to do for its message now that it may be done."""
    if alert.ts is None:
        return Silent() if picture.over else Post(Why.FIRST)
    if picture.over or alert.closed_at is not None or _others_read(alert):
        return Edit()
    why = _anew(alert, picture, pace)
    return Post(why) if why else Edit()


def _anew(alert: Alert, picture: AlertPicture, pace: AlertPace) -> Why | None:
    now, posted = picture.as_of, alert.posted_at or alert.opened_at
    if not picture.needs_somebody:
        return None
    if alert.anew:
        return Why.AGAIN
    if alert.snoozing(now):
        return Why.SNOOZE_BROKEN if picture.woken else None
    if alert.snooze and posted < alert.snooze.until:
        return Why.SNOOZE_OVER
    if now >= posted + pace.repeat_interval:
        return Why.REMINDER
    gathered = picture.later is not None and now >= picture.later + pace.group_wait
    return Why.LATER_DAY if gathered else None


# --- aloud ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """What is known aloud after a message: its size, that something is due today, that it ended.

    `aloud`: what the channel is to hear beside the message, in its thread.
    """

    size: int
    urgent: bool
    ended: bool
    aloud: MentionKind | None = None


def tell(alert: Alert, picture: AlertPicture, *, posted: bool) -> Told:
    """What is told with a message that was `posted`, else edited. Each thing is told once."""
    today = picture.today > 0
    if posted:
        return Told(picture.open, alert.urgent or today, alert.ended_told)
    if not alert.ended_told and _ends(alert, picture):
        return Told(alert.told_size, alert.urgent, ended=True, aloud=MentionKind.ENDED)
    if 0 < alert.told_size * MUCH <= picture.open:
        return Told(picture.open, alert.urgent or today, alert.ended_told, MentionKind.GREW)
    if picture.new_today and not alert.urgent:
        return Told(alert.told_size, urgent=True, ended=alert.ended_told, aloud=MentionKind.URGENT)
    return Told(alert.told_size, alert.urgent, alert.ended_told)


def _ends(alert: Alert, picture: AlertPicture) -> bool:
    """Whether its end is news: of an outage, a trouble or a group. One order's card says enough."""
    match alert.cause.kind:
        case CauseKind.OUTAGE if alert.ended_at is not None:
            # A clerk who still types must not keep it from everybody that the ERP is back.
            return replace(picture, held=0).final
        case CauseKind.TROUBLE:
            return alert.ended_at is not None
        case _:
            return picture.final and picture.total > 1 and picture.settled.total > 0


# --- time alone ----------------------------------------------------------------------------------


def unattended(alert: Alert, picture: AlertPicture, pace: AlertPace) -> bool:
    """Whether the admins must hear that nobody has it."""
    since = _unattended_from(alert, pace)
    return since is not None and picture.needs_somebody and picture.as_of >= since


def _unattended_from(alert: Alert, pace: AlertPace) -> datetime | None:
    if alert.taken_by or alert.unattended_at or alert.announced_at is None:
        return None
    put_aside = alert.snooze.until if alert.snooze else alert.announced_at
    return max(alert.announced_at, put_aside) + pace.repeat_interval


def next_look(
    alert: Alert, picture: AlertPicture, pace: AlertPace, zone: ZoneInfo
) -> datetime | None:
    """When its message is out of date although nothing changes. None: never."""
    moments = [*_calls(alert, picture, pace), *_turns(picture, zone)]
    return min((one for one in moments if one > picture.as_of), default=None)


def _calls(alert: Alert, picture: AlertPicture, pace: AlertPace) -> Iterable[datetime]:
    """When somebody must be told again."""
    if not picture.needs_somebody:
        return
    if alert.snooze and alert.snoozing(picture.as_of):
        yield alert.snooze.until
    yield (alert.posted_at or alert.opened_at) + pace.repeat_interval
    if picture.later is not None:
        yield picture.later + pace.group_wait
    if since := _unattended_from(alert, pace):
        yield since


def _turns(picture: AlertPicture, zone: ZoneInfo) -> Iterable[datetime]:
    """When `today` and the minutes until a truck are not what they were."""
    now, truck = picture.as_of, picture.first_today
    if picture.open or picture.held:
        yield next_midnight(now, zone)
    if truck is None:
        return
    yield truck
    if picture.one is not None:
        yield truck - LAST_HOUR if now < truck - LAST_HOUR else now + COUNTED_EVERY


def soonest(moments: list[datetime], now: datetime, longest: timedelta) -> timedelta:
    """How long to rest until the first of `moments`, at most `longest`."""
    if not moments:
        return longest
    return min(max(min(moments) - now, timedelta(0)), longest)
