"""Which alert an order belongs to, kept in the same transaction as the order's change.

Called by `store.carry` for each batch of changes, by intake and by `store.connections`. An alert
counts the changes of its orders that can be seen; its message is due whenever it shows an earlier
count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final, Self

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.failures import CATALOGUE, STOPPING, Code, Kind
from commands.domain.grouping import Cause, CauseKind, cause
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import Standing, State
from store.alert_rows import cause_values
from store.changes import OUTAGE_KEY, Change
from store.dialects import insert
from store.rows import Values
from store.tables import OPEN, alerts

_SHOWN: Final = (
    *("state", "failure", "hold", "attempts", "last_sent_at", "reference", "draft"),
    *("synced", "settled_by", "settled_at"),
)
"""What of an order's standing can be seen on a card."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an order stands among the alerts. `joined`: the alert's change when it came;
    `from_alert`: the one that it stood in before.
    """

    alert_id: int | None
    alerted_at: datetime | None
    joined: int | None
    from_alert: int | None


PLACE: Final = tuple(field.name for field in fields(Place))
"""Its columns in `orders`, by the same names."""


def owned_by_outage(standing: Standing) -> bool:
    """Whether an outage explains this order, so that it opens no alert of its own meanwhile."""
    if standing.state is State.FAILED and standing.failure:
        return owned_code(standing.failure.code)
    return standing.state is State.PENDING_VERIFICATION


def owned_code(code: Code) -> bool:
    return CATALOGUE[code].kind is Kind.TRANSIENT or code in STOPPING


def waits(standing: Standing) -> bool:
    """Whether a broken connection is what keeps this order: then its outage alone tells of it. As
    `store.outages.waiting`, which says the same in SQL.
    """
    match standing.state:
        case State.QUEUED | State.SENDING | State.UNKNOWN:
            return True
        case _:
            return owned_by_outage(standing)


def untroubled(change: Change) -> bool:
    """Whether no alert has to do with it, as for most orders: then none needs to be read."""
    row = change.row
    return row.alert_id is None and row.outage is None and cause(change.after) is None


@dataclass(slots=True)
class AlertBook:
    """A distributor's open alerts as this transaction sees them. `outage`: while it lasts."""

    distributor: DistributorKey
    open: dict[str, int]
    outage: int | None

    @classmethod
    async def read(cls, connection: AsyncConnection, distributor: DistributorKey) -> Self:
        a = alerts.c
        # Held, so that none is closed as solved while an order is about to join it.
        rows = await connection.execute(
            sa.select(a.id, a.cause_key, a.ended_at)
            .where(a.distributor == distributor, OPEN)
            .order_by(a.id)
            .with_for_update()
        )
        found = rows.all()
        lasting = [row.id for row in found if row.cause_key == OUTAGE_KEY and not row.ended_at]
        return cls(
            distributor, {row.cause_key: row.id for row in found}, lasting[0] if lasting else None
        )

    async def place(
        self, connection: AsyncConnection, changes: Sequence[Change], now: datetime
    ) -> list[Place | None]:
        """Open what must be opened, count the change in every alert it touches, and say for each
        order where it belongs from now on; None: where it was.
        """
        wanted = [self._wanted(change) for change in changes]
        await self.ensure(connection, {one for one in wanted if one is not None}, now)
        homes = [self._home(change, one) for change, one in zip(changes, wanted, strict=True)]
        numbers = await bump(connection, self._touched(changes, homes))
        return [
            _place(change, home, wanted=one is not None, numbers=numbers, now=now)
            for change, home, one in zip(changes, homes, wanted, strict=True)
        ]

    def _touched(self, changes: Sequence[Change], homes: Sequence[int | None]) -> set[int | None]:
        """Whose messages look different afterwards. Most look-ups change nothing to be seen."""
        touched: set[int | None] = set()
        for change, home in zip(changes, homes, strict=True):
            row = change.row
            if home != row.alert_id or self._shows(change):
                touched |= {row.alert_id, row.from_alert, home}
                touched |= {self.outage} if waits(change.before) or waits(change.after) else set()
        return touched

    def _shows(self, change: Change) -> bool:
        """Whether cards that tell of this order tell something else now."""
        before, after = change.before, change.after
        if (before.state, after.state) == (State.QUEUED, State.SENDING):
            # On its way before and after, but for the alert of those that nobody takes.
            stuck = self.open.get(Cause(CauseKind.QUEUED).key)
            return stuck is not None and stuck == change.row.alert_id
        changed = (getattr(before, name) != getattr(after, name) for name in _SHOWN)
        return bool(change.content) or any(changed)

    def _wanted(self, change: Change) -> Cause | None:
        """The cause whose alert the order is to join; None: it stays where it is."""
        if self.outage is not None and owned_by_outage(change.after):
            return None
        return cause(change.after)

    def _home(self, change: Change, wanted: Cause | None) -> int | None:
        if wanted is not None:
            return self.open[wanted.key]
        present: int | None = change.row.alert_id
        if self.outage is None or change.before.state is State.SYNCED:
            return present
        if present in self.open.values() and not waits(change.after):
            return present
        # It waits while the ERP is down: whatever becomes of it, the outage's alert tells.
        return self.outage

    async def ensure(
        self, connection: AsyncConnection, causes: Iterable[Cause], now: datetime
    ) -> None:
        """Have an open alert for each cause."""
        missing = [one for one in causes if one.key not in self.open]
        for one in missing:
            self.open[one.key] = await self._open(connection, one, now)

    async def _open(self, connection: AsyncConnection, of: Cause, now: datetime) -> int:
        values: Values = {
            "distributor": self.distributor,
            **cause_values(of),
            "opened_at": now,
            "change": 0,
            "shown": 0,
        }
        keys = [alerts.c.distributor, alerts.c.cause_key]
        await connection.execute(
            insert(connection, alerts)
            .values(values)
            .on_conflict_do_nothing(index_elements=keys, index_where=OPEN)
        )
        found = await connection.execute(
            sa.select(alerts.c.id).where(
                alerts.c.distributor == self.distributor, alerts.c.cause_key == of.key, OPEN
            )
        )
        return int(found.scalar_one())


def _place(
    change: Change, home: int | None, *, wanted: bool, numbers: dict[int, int], now: datetime
) -> Place | None:
    row = change.row
    again = wanted and cause(change.before) != cause(change.after)
    if home == row.alert_id and not again:
        return None
    number = numbers.get(home) if home is not None else None
    before = row.alert_id if row.alert_id not in {None, home} else row.from_alert
    return Place(home, now, number, before)


async def bump(connection: AsyncConnection, touched: Iterable[int | None]) -> dict[int, int]:
    """Count one more change in each of these alerts that is still open; their new numbers."""
    # In one order always, so that two processes cannot wait for each other.
    numbers = sorted({one for one in touched if one is not None})
    if not numbers:
        return {}
    rows = await connection.execute(
        sa.update(alerts)
        .where(alerts.c.id.in_(numbers), OPEN)
        .values(change=alerts.c.change + 1)
        .returning(alerts.c.id, alerts.c.change)
    )
    return {row.id: row.change for row in rows}
