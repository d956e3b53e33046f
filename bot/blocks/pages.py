"""What the screens show of many orders, as values: the queries in `store` fill them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from commands.domain.alerts import OrderLine

PAGE_SIZE: Final = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a longer list. `number` counts from 1; `total`: how many rows there are in all."""

    lines: tuple[OrderLine, ...]
    total: int
    as_of: datetime
    number: int = 1
    size: int = PAGE_SIZE

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        return self.first + len(self.lines) - 1

    @property
    def left(self) -> int:
        """How many rows come after this page."""
        return max(0, self.total - self.last)


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many unsynced orders share a failure's title."""

    title: str
    orders: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How a distributor's orders stand. `causes`: the failed ones by title, most first.

    `unconfirmed`: pending verification; `stuck`: queued although long due; both are part of
    `pending`. `week_received`, `week_synced`: of the last seven days.
    """

    as_of: datetime
    failed: int = 0
    pending: int = 0
    unconfirmed: int = 0
    stuck: int = 0
    held: int = 0
    today: int = 0
    causes: tuple[CauseCount, ...] = ()
    week_received: int = 0
    week_synced: int = 0
    week_by_hand: int = 0
