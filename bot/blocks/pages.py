"""What the screens show of many orders, as values: the queries in `store` fill them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from commands.domain.alerts import OrderLine, SubjectCount
from commands.domain.failures import Code
from commands.domain.ids import OrderId
from commands.domain.lifecycle import STATUS, State, Status

PAGE_SIZE: Final = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a longer list. `number` counts from 1; `total`: how many rows there are in all.
    `by_delivery`: the next delivery first, else the newest.
    """

    lines: tuple[OrderLine, ...]
    total: int
    as_of: datetime
    number: int = 1
    size: int = PAGE_SIZE
    by_delivery: bool = False

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
class Ticks:
    """What is ticked: on this page by name, on all pages by number. `matching`: how many orders of
    the list can be ticked. `drawn`: goes into the ids of boxes and changes whenever we set ticks,
    for Slack keeps a box as the person left it until it has another id.
    """

    here: frozenset[OrderId] = frozenset()
    total: int = 0
    matching: int = 0
    drawn: int = 0


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """A page of the Orders page. `status`: None for all. `words`: what was searched for, as typed;
    `problem`: why that could not be read.
    """

    status: Status | None
    words: str
    page: Page
    ticks: Ticks
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class AlertOrders:
    """A page of an alert's orders. `narrow`, `value`: the item or customer it is narrowed to."""

    page: Page
    ticks: Ticks
    narrowings: "Narrowings"
    narrow: str | None = None
    value: str | None = None


class Narrowings(Protocol):
    """What a list can be narrowed to; `store.narrowings.Narrowings` is one."""

    @property
    def subjects(self) -> Sequence[SubjectCount]: ...

    @property
    def more_subjects(self) -> int: ...

    @property
    def customers(self) -> Sequence[SubjectCount]: ...

    @property
    def more_customers(self) -> int: ...


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
