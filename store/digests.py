"""What a report says beside its rows, counted as of the same moment. Called by `store.reports`.

A few statements within the snapshot that the rows are read from.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.alerts import OrderLine
from commands.domain.connection import Connection
from commands.domain.digests import DayOutcome, Digest, OpenAlert
from commands.domain.lifecycle import STATUS
from commands.domain.lifecycle import Status as Seen
from commands.domain.sheets import NOT_SYNCED, Status
from commands.domain.windows import day_starts
from commands.outbox import Measures
from store import pictures
from store.alert_rows import cause_of
from store.report_rows import Group
from store.rows import LINE, Select, line_of
from store.summaries import SEEN_AS, Outcome, arrived, received_within, states
from store.tables import MARKED, OPEN, alerts, orders

DAYS: Final = 14
NEXT: Final = 5
NAMED: Final = 5
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when the rows have been read."""

    measures: Measures
    line: Connection
    chosen: Sequence[Group]
    listed: Mapping[Status, int]

    @property
    def not_synced(self) -> list[Group]:
        """The groups of orders that failed to sync, as far as they have any."""
        return [one for one in self.chosen if one.status in NOT_SYNCED and self.listed[one.status]]


async def draw(connection: AsyncConnection, facts: Facts) -> Digest:
    """The digest of a report whose rows have been counted."""
    measures = facts.measures
    marked, more = await _unnumbered(connection, measures)
    return Digest(
        as_of=measures.as_of,
        contents=measures.contents,
        since=measures.since,
        listed=facts.listed,
        waiting=await _waiting(connection, facts),
        connection=facts.line,
        oldest=await _oldest(connection, facts),
        next=await _next(connection, facts),
        unnumbered=marked,
        more_unnumbered=more,
        alerts=tuple(await _open(connection, measures)),
        days=await _days(connection, measures),
    )


async def _waiting(connection: AsyncConnection, facts: Facts) -> int:
    """Pending orders that are not listed as Pending Verification or Queued."""
    counted = await states(connection, facts.measures.own.key)
    pending = sum(n for state, n in counted.items() if STATUS[state] is Seen.PENDING)
    told = facts.listed[Status.PENDING_VERIFICATION] + facts.listed[Status.QUEUED]
    return max(0, pending - told)


async def _oldest(connection: AsyncConnection, facts: Facts) -> OrderLine | None:
    """Of each status the first in its index, and of these the one received first."""
    firsts = [
        line_of(row)
        for group in facts.not_synced
        for row in await connection.execute(group.select(*LINE).limit(1))
    ]
    return min(firsts, key=_received, default=None)


def _received(line: OrderLine) -> datetime:
    return line.received_at or datetime.max.replace(tzinfo=UTC)


async def _next(connection: AsyncConnection, facts: Facts) -> tuple[OrderLine, ...]:
    """The next deliveries; what is overdue comes after what can still be in time."""
    o = orders.c
    if not facts.not_synced:
        return ()
    late = sa.case((o.deliver_at < facts.measures.as_of, 1), else_=0)
    among = sa.or_(*(group.where for group in facts.not_synced))
    chosen = sa.select(*LINE).where(among).order_by(late, o.deliver_at, o.seq).limit(NEXT)
    return tuple(line_of(row) for row in await connection.execute(chosen))


async def _unnumbered(
    connection: AsyncConnection, measures: Measures
) -> tuple[tuple[OrderLine, ...], int]:
    """Orders that somebody marked as synced since the last report, with no number of the ERP's."""
    o = orders.c
    marked = sa.and_(MARKED, o.distributor == measures.own.key, o.settled_at > measures.since)
    chosen = sa.select(*LINE).where(marked).order_by(o.settled_at, o.seq).limit(NAMED)
    named = tuple(line_of(row) for row in await connection.execute(chosen))
    total = await connection.scalar(sa.select(sa.func.count()).select_from(orders).where(marked))
    return named, int(total or 0) - len(named)


async def _open(connection: AsyncConnection, measures: Measures) -> list[OpenAlert]:
    """The open alerts that were posted, most orders first."""
    a = alerts.c
    own = sa.select(alerts).where(a.distributor == measures.own.key, OPEN, a.ts.is_not(None))
    found = []
    for row in (await connection.execute(own.order_by(a.id))).all():
        picture = await pictures.draw(
            connection, measures.own.key, row.id, measures.own.zone, measures.as_of
        )
        left = picture.open + picture.trying + picture.held
        found.append(OpenAlert(cause_of(row), left, row.channel, row.ts, row.link))
    return sorted(found, key=lambda one: -one.orders)


# --- the last days -------------------------------------------------------------------------------


async def _days(connection: AsyncConnection, measures: Measures) -> tuple[DayOutcome, ...]:
    """What became of the orders received on each of the last days, in the distributor's zone."""
    today = measures.as_of.astimezone(measures.own.zone).date()
    starts = day_starts(today, DAYS, measures.own.zone)
    counted = [Counter[Seen]() for _ in range(DAYS)]
    for at, outcome, n in await _arrivals(connection, measures, starts):
        counted[at][SEEN_AS[outcome]] += n
    return tuple(
        DayOutcome(
            today - timedelta(days=DAYS - 1 - at),
            successful=day[Seen.SUCCESSFUL],
            pending=day[Seen.PENDING],
            failed=day[Seen.FAILED],
        )
        for at, day in enumerate(counted)
    )


async def _arrivals(
    connection: AsyncConnection, measures: Measures, starts: Sequence[datetime]
) -> list[tuple[int, Outcome, int]]:
    """The number of the day, the outcome, and how many orders.

    Whole hours are counted already. Where a zone's midnight falls within an hour, its two parts
    are counted from the orders.
    """
    key = measures.own.key
    found: list[tuple[int, Outcome, int]] = []
    for at, (begins, ends) in enumerate(pairwise(starts)):
        first, last = _ceiling(begins), _floor(ends)
        pieces: list[Select] = [arrived(key, first, last)]
        pieces += [received_within(key, begins, first)] if begins < first else []
        pieces += [received_within(key, last, ends)] if last < ends else []
        rows = await connection.execute(sa.union_all(*pieces))
        found += [(at, Outcome(row.outcome), int(row.n)) for row in rows]
    return found


def _floor(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _ceiling(moment: datetime) -> datetime:
    whole = _floor(moment)
    return whole if whole == moment else whole + HOUR
