"""What a report says beside its rows, as a value: `bot.mail` and `bot.blocks` put it into words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from commands.domain.alerts import OrderLine
from commands.domain.connection import Connection
from commands.domain.grouping import Cause
from commands.domain.reports import LATE, Contents
from commands.domain.sheets import NOT_SYNCED, Status


@dataclass(frozen=True, slots=True)
class DayOutcome:
    """What became of the orders received on one day."""

    day: date
    successful: int = 0
    pending: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert that is open: how many orders it has left, and where its message stands."""

    cause: Cause
    orders: int
    channel: str | None = None
    ts: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """A report as of a moment.

    `day`, `due_at`, `covers`: of a daily report (see `reports.Due`). `since`: orders first received
    since then are in it, where it holds all. `listed`: how many rows have each status; `waiting`:
    orders that merely wait. `oldest`: the one received first of those that are not synced; `next`:
    the next deliveries among them. `unnumbered`: marked as synced since then without an ERP number,
    `more_unnumbered` beyond those. `days`: the last ones, oldest first.
    """

    as_of: datetime
    contents: Contents
    since: datetime
    day: date | None = None
    due_at: datetime | None = None
    covers: tuple[date, ...] = ()
    listed: Mapping[Status, int] = field(default_factory=dict)
    waiting: int = 0
    connection: Connection = field(default_factory=Connection)
    oldest: OrderLine | None = None
    next: tuple[OrderLine, ...] = ()
    unnumbered: tuple[OrderLine, ...] = ()
    more_unnumbered: int = 0
    alerts: tuple[OpenAlert, ...] = ()
    days: tuple[DayOutcome, ...] = ()

    @property
    def not_synced(self) -> int:
        """How many orders failed to sync, those that are still pending included."""
        return sum(self.listed.get(status, 0) for status in NOT_SYNCED)

    @property
    def rows(self) -> int:
        return sum(self.listed.values())

    @property
    def late(self) -> bool:
        return self.due_at is not None and self.as_of - self.due_at > LATE
