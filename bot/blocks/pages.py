"""What the screens show of many orders, as values: the queries in `store` fill them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from commands.domain.alerts import OrderLine
from commands.domain.failures import Code
from commands.domain.lifecycle import STATUS, State, Status

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


class Counts(Protocol):
    """How a distributor's orders stand; `store.summaries.Summary` is one.

    `states`: all orders. `codes`: the failed ones, most first. `week`: those received in the last
    seven days, by status; `week_by_hand`: marked as synced among them.
    """

    @property
    def as_of(self) -> datetime: ...

    @property
    def states(self) -> Mapping[State, int]: ...

    @property
    def codes(self) -> Mapping[Code, int]: ...

    @property
    def held(self) -> int: ...

    @property
    def week(self) -> Mapping[Status, int]: ...

    @property
    def week_by_hand(self) -> int: ...


def having(states: Mapping[State, int], status: Status) -> int:
    """How many of the counted orders staff see under this status."""
    return sum(orders for state, orders in states.items() if STATUS[state] is status)
