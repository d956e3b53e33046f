"""How a distributor's orders stand, in numbers. Called by `store.queries`; scans no whole table.

Whatever grows with the orders is counted when it changes, never when somebody looks.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.failures import Code
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import STATUS, State, Status, Synced
from store.rows import Row, Select
from store.tables import arrivals, counts, orders

WEEK: Final = timedelta(days=7)
HOUR: Final = timedelta(hours=1)
EPOCH: Final = datetime.fromtimestamp(0, UTC)


class Outcome(StrEnum):
    """What became of a received order, as the column `arrivals.outcome` has it."""

    PENDING = "pending"
    FAILED = "failed"
    SUCCESSFUL = "successful"
    BY_HAND = "by_hand"


SEEN_AS: Final = {
    Outcome.PENDING: Status.PENDING,
    Outcome.FAILED: Status.FAILED,
    Outcome.SUCCESSFUL: Status.SUCCESSFUL,
    Outcome.BY_HAND: Status.SUCCESSFUL,
}


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of orders. `codes`: the failed ones by code, most first. `week`: those received in
    the last seven days by status; `week_by_hand`: marked as synced among them.
    """

    as_of: datetime
    states: Mapping[State, int] = field(default_factory=dict)
    codes: Mapping[Code, int] = field(default_factory=dict)
    held: int = 0
    week: Mapping[Status, int] = field(default_factory=dict)
    week_by_hand: int = 0

    def of(self, status: Status) -> int:
        return sum(n for state, n in self.states.items() if STATUS[state] is status)


async def summary(
    connection: AsyncConnection, distributor: DistributorKey, now: datetime
) -> Summary:
    """Everything that `/orders` alone answers with."""
    counted = await _counted(connection, distributor)
    week = await _week(connection, distributor, now - WEEK)
    return Summary(
        as_of=now,
        states=_states(counted),
        codes=_codes(counted),
        held=await _held(connection, distributor),
        week=_by_status(week),
        week_by_hand=week[Outcome.BY_HAND],
    )


async def states(connection: AsyncConnection, distributor: DistributorKey) -> dict[State, int]:
    return _states(await _counted(connection, distributor))


async def _counted(connection: AsyncConnection, distributor: DistributorKey) -> Sequence[Row]:
    c = counts.c
    rows = await connection.execute(
        sa.select(c.state, c.code, sa.func.sum(c.n).label("n"))
        .where(c.distributor == distributor)
        .group_by(c.state, c.code)
    )
    return rows.all()


def _states(counted: Sequence[Row]) -> dict[State, int]:
    """Every state that any order ever had."""
    numbers = Counter[State]()
    for row in counted:
        numbers[State(row.state)] += int(row.n)
    return dict(numbers)


def _codes(counted: Sequence[Row]) -> dict[Code, int]:
    numbers = {Code(row.code): int(row.n) for row in counted if row.code and row.n > 0}
    return dict(sorted(numbers.items(), key=lambda item: (-item[1], item[0])))


async def _held(connection: AsyncConnection, distributor: DistributorKey) -> int:
    o = orders.c
    # Any name is more than none: said so, the index of held orders is the better one.
    chosen = sa.select(sa.func.count()).where(o.distributor == distributor, o.held_by > "")
    return int(await connection.scalar(chosen) or 0)


async def _week(
    connection: AsyncConnection, distributor: DistributorKey, since: datetime
) -> Counter[Outcome]:
    """What became of the orders received since then: whole hours, and what is left of the first."""
    begins = EPOCH + ceil((since - EPOCH) / HOUR) * HOUR
    chosen = sa.union_all(arrived(distributor, begins), received_within(distributor, since, begins))
    week = Counter[Outcome]()
    for row in await connection.execute(chosen):
        week[Outcome(row.outcome)] += int(row.n)
    return week


def arrived(distributor: DistributorKey, begins: datetime, ends: datetime | None = None) -> Select:
    """`outcome` and `n` of the orders received from one whole hour on, and before another."""
    a = arrivals.c
    before = [a.hour < _hour(ends)] if ends else []
    return (
        sa.select(a.outcome, sa.func.sum(a.n).label("n"))
        .where(a.distributor == distributor, a.hour >= _hour(begins), *before)
        .group_by(a.outcome)
    )


def _hour(moment: datetime) -> int:
    return (moment - EPOCH) // HOUR


def received_within(distributor: DistributorKey, begins: datetime, ends: datetime) -> Select:
    """The same for any span, counted from the orders: for parts of an hour."""
    o = orders.c
    by_hand = sa.and_(o.state == State.SYNCED.value, o.synced == Synced.MANUAL.value)
    outcome = sa.case(
        (by_hand, Outcome.BY_HAND.value),
        (o.state == State.SYNCED.value, Outcome.SUCCESSFUL.value),
        (o.state == State.FAILED.value, Outcome.FAILED.value),
        else_=Outcome.PENDING.value,
    )
    chosen = sa.select(outcome.label("outcome")).where(
        o.distributor == distributor, o.received_at >= begins, o.received_at < ends
    )
    each = chosen.subquery().c.outcome
    return sa.select(each, sa.func.count().label("n")).group_by(each)


def _by_status(week: Counter[Outcome]) -> dict[Status, int]:
    numbers = Counter[Status]()
    for outcome, number in week.items():
        numbers[SEEN_AS[outcome]] += number
    return {status: number for status, number in numbers.items() if number}
