"""What a change of an order is, and what is written down about it.

Made by the ledger's parts from `lifecycle.on()`, carried out by `store.carry`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.grouping import Cause, CauseKind
from commands.domain.history import By, note, what
from commands.domain.lifecycle import Event, Reason, Standing
from store import many
from store.rows import STANDING, Row, Select, Values
from store.tables import OPEN, alerts, order_events, orders

OUTAGE_KEY: Final = Cause(CauseKind.OUTAGE).key

_OUTAGE: Final = (
    sa.select(alerts.c.id)
    .where(
        alerts.c.distributor == orders.c.distributor,
        alerts.c.cause_key == OUTAGE_KEY,
        alerts.c.ended_at.is_(None),
        OPEN,
    )
    .scalar_subquery()
    .label("outage")
)
_BESIDE: Final = (
    _OUTAGE,
    orders.c.seq,
    orders.c.id,
    orders.c.alert_id,
    orders.c.alerted_at,
    orders.c.joined,
    orders.c.from_alert,
    orders.c.acted_by,
    orders.c.acted_at,
)
CHANGING: Final = (*_BESIDE, orders.c.next_at, *STANDING)
"""The columns that a change needs to know of the order as it is, and of an outage that lasts."""


def _locked(*columns: sa.ColumnElement[Any]) -> Select:
    """Some of a distributor's orders, by id, held until the transaction ends."""
    return (
        sa.select(*columns)
        .where(
            orders.c.distributor == sa.bindparam("distributor"),
            orders.c.id.in_(sa.bindparam("ids", expanding=True)),
        )
        # In one order always, so that two processes cannot wait for each other.
        .order_by(orders.c.seq)
        .with_for_update(of=orders)
    )


LOCKED: Final[Select] = _locked(orders.c.digest, *CHANGING)
"""All that a change may need. Built once: it is run for every batch."""

LOCKED_BRIEFLY: Final[Select] = _locked(orders.c.version, *_BESIDE)
"""For whoever knows where the orders stand, if they have this version."""


@dataclass(frozen=True, slots=True)
class Change:
    """One order's change: the row as it was read, what happened, and what comes of it."""

    row: Row
    event: Event
    before: Standing
    after: Standing
    content: Values = field(default_factory=dict)


async def write_events(connection: AsyncConnection, events: Sequence[Values]) -> None:
    if not events:
        return
    # Most have no person, no code, no message: what none of them has is not named.
    said = {name for event in events for name, value in event.items() if value is not None}
    columns, insert = _insert(tuple(name for name in events[0] if name in said), connection.dialect)
    await connection.execute(insert, many.packed(columns, events, connection))


@cache
def _insert(names: tuple[str, ...], dialect: Dialect) -> tuple[many.Columns, sa.Insert]:
    columns = tuple((name, order_events.c[name]) for name in names)
    given = many.from_rows(columns, dialect)
    return columns, sa.insert(order_events).from_select(names, sa.select(given))


def event_values(
    seq: int,
    event: Event,
    before: Standing,
    after: Standing,
    by: By,
    now: datetime,
    refused: Reason | None = None,
) -> Values:
    """A row of the history. `refused`: the event changed nothing, for this reason."""
    told = note(event)
    came = after.failure if after.failure != before.failure else None
    numbered = after.reference if after.reference != before.reference else None
    return {
        "order_seq": seq,
        "at": now,
        "what": what(event),
        "source": by.source.value,
        "person": by.person,
        "before": before.state.value,
        "after": after.state.value,
        "attempt": told.attempt or before.attempt,
        "code": told.code or (came.code if came else None),
        "message": told.message or (came.message if came else None),
        "reference": told.reference or numbered,
        "refused": refused.value if refused else None,
    }
