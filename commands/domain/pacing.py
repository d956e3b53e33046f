"""When an alert's message is posted or edited: an edit notifies nobody, a post everybody."""

from datetime import datetime, timedelta
from typing import Final

from commands.domain.alerts import Alert
from commands.domain.distributors import AlertPace

LARGE: Final = 100
SLOWEST: Final = 6


def due_at(alert: Alert, pace: AlertPace, orders: int) -> datetime:
    """When its message may next be brought up to date.

    New failures gather for `group_wait`, so that they come together. Afterwards at most one edit in
    `update_interval`, and up to six times more seldom as an alert grows; but at once where others
    have come to read it.
    """
    if alert.shown_at is None or alert.ts is None:
        return alert.opened_at + pace.group_wait
    if alert.moved_at is not None and alert.moved_at > alert.shown_at:
        return alert.moved_at
    return alert.shown_at + pace.update_interval * _slower(orders)


def _slower(orders: int) -> int:
    return min(1 + orders // (LARGE * 10), SLOWEST)


def soonest(moments: list[datetime], now: datetime, longest: timedelta) -> timedelta:
    """How long to rest until the first of `moments`, at most `longest`."""
    if not moments:
        return longest
    return min(max(min(moments) - now, timedelta(0)), longest)
