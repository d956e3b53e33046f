"""How the settled orders of an alert came to be so: by themselves, found there, by whose hand.

Called by `store.pictures` within its read transaction.
"""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.alerts import Settled
from commands.domain.history import marked_words, what
from commands.domain.lifecycle import Marked, State, Synced, Why
from commands.domain.people import PersonId
from store.rows import Row
from store.tables import order_events, orders

Chosen = sa.ColumnElement[bool]
_o = orders.c
_AUTO = sa.and_(_o.state == State.SYNCED.value, _o.synced == Synced.AUTO.value)
_MANUAL = sa.and_(_o.state == State.SYNCED.value, _o.synced == Synced.MANUAL.value)


async def settled(connection: AsyncConnection, of: Chosen, counted: Row) -> Settled:
    """`counted`: `auto`, `found`, `manual` and `last_at` of these orders."""
    if not counted.auto + counted.found + counted.manual:
        return Settled()
    retried = sa.and_(of, _AUTO, _o.acted_by.is_not(None))
    return Settled(
        auto=counted.auto,
        found=counted.found,
        manual=counted.manual,
        retried=await _many(connection, retried) if counted.auto else 0,
        keyed_in=await _many(connection, sa.and_(of, _keyed_in())) if counted.manual else 0,
        people=await persons(connection, _o.acted_by, _o.acted_at, retried),
        hands=await persons(connection, _o.settled_by, _o.settled_at, sa.and_(of, _MANUAL)),
        last_at=counted.last_at,
    )


def _keyed_in() -> Chosen:
    e = order_events.c
    typed = e.message.startswith(marked_words(Why.KEYED_IN), autoescape=True)
    said = sa.and_(e.order_seq == _o.seq, e.what == what(Marked), e.refused.is_(None), typed)
    return sa.and_(_MANUAL, sa.exists().where(said))


async def _many(connection: AsyncConnection, which: Chosen) -> int:
    return int(await connection.scalar(sa.select(sa.func.count()).where(which)) or 0)


async def persons(
    connection: AsyncConnection,
    who: sa.ColumnElement[str | None],
    when: sa.ColumnElement[object],
    which: Chosen,
) -> tuple[PersonId, ...]:
    """Who did something for these orders, most recent first."""
    found = await connection.scalars(
        sa.select(who)
        .where(which, who.is_not(None))
        .group_by(who)
        .order_by(sa.func.max(when).desc())
    )
    return tuple(PersonId(one) for one in found if one)
