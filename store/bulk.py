"""Many orders moved at once: by one UPDATE that names the states they may come from.

Which kinds of orders may move is read from `lifecycle.on()` itself, and tests hold what becomes of
them to it. Called by `store.ledger` for Retry all, and by `store.batches` for what was ticked.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.batches import Asked, Holder, Kind, movable, refusal, work_of
from commands.domain.history import By, Source, note, what
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import Marked, RetryAsked, State, Synced
from commands.domain.people import PersonId
from commands.ports import Retried
from store.alert_book import AlertBook, bump
from store.rows import Row, Select, Values
from store.tables import alerts, order_events, orders

Chosen = sa.ColumnElement[bool]
_o = orders.c
_FAILED: Final = State.FAILED.value
_WAITING: Final = (State.QUEUED.value, _FAILED)
"""From these a retry queues an order; elsewhere it hurries the look-up."""

HISTORY: Final = tuple(column.name for column in order_events.c if column.name != "id")


async def hold(connection: AsyncConnection, which: Chosen) -> None:
    """Lock these orders, so that all statements of the transaction find them as they are now."""
    # In one order always, so that two processes cannot wait for each other.
    chosen = sa.select(_o.seq).where(which).order_by(_o.seq).with_for_update()
    await connection.execute(sa.select(sa.func.count()).select_from(chosen.subquery()))


async def kinds(connection: AsyncConnection, which: Chosen, asker: PersonId) -> dict[Kind, int]:
    """How many of these orders there are of each kind."""
    holder = _holder(asker).label("holder")
    rows = await connection.execute(
        sa.select(_o.state, holder, sa.func.count().label("n"))
        .where(which)
        .group_by(_o.state, holder)
    )
    return {Kind(State(row.state), Holder(row.holder)): int(row.n) for row in rows}


def _holder(asker: PersonId) -> sa.ColumnElement[str]:
    return sa.case(
        (_o.held_by.is_(None), Holder.NOBODY.value),
        (_o.held_by == asker, Holder.ASKER.value),
        else_=Holder.ANOTHER.value,
    )


def of_kind(kind: Kind, asker: PersonId) -> Chosen:
    return sa.and_(_o.state == kind.state.value, _HELD[kind.holder](asker))


_HELD: Final[dict[Holder, Any]] = {
    Holder.NOBODY: lambda _asker: _o.held_by.is_(None),
    Holder.ASKER: lambda asker: _o.held_by == asker,
    Holder.ANOTHER: lambda asker: sa.and_(_o.held_by.is_not(None), _o.held_by != asker),
}


async def move(
    connection: AsyncConnection,
    distributor: DistributorKey,
    which: Chosen,
    asked: Asked,
    now: datetime,
) -> int:
    """Move those of `which` that may move; how many that were. The caller holds them all."""
    may = may_move(which, asked, now)
    touched = await _told_by(connection, may)
    if not touched:
        return 0
    beside = await _beside(connection, distributor, touched, asked, now)
    await _write_down(connection, may, asked, now)
    moved = await connection.execute(
        sa.update(orders)
        .where(may)
        .values(
            version=_o.version + 1, acted_by=asked.by, acted_at=now, **_after(asked, now), **beside
        )
    )
    return moved.rowcount


def may_move(which: Chosen, asked: Asked, now: datetime) -> Chosen:
    return sa.and_(
        which, sa.or_(*(of_kind(kind, asked.by) for kind in movable(work_of(asked), now)))
    )


async def by_alert(connection: AsyncConnection, which: Chosen) -> dict[int, int]:
    """How many of these orders each alert has."""
    n = sa.func.count().label("n")
    had = sa.and_(which, _o.alert_id.is_not(None))
    rows = await connection.execute(sa.select(_o.alert_id, n).where(had).group_by(_o.alert_id))
    return {row.alert_id: int(row.n) for row in rows}


async def _told_by(connection: AsyncConnection, which: Chosen) -> set[int | None]:
    """The alerts that tell of these orders: where they stand, and where they stood before."""
    rows = await connection.execute(sa.select(_o.alert_id, _o.from_alert).where(which).distinct())
    return {alert for row in rows for alert in row}


async def _beside(
    connection: AsyncConnection,
    distributor: DistributorKey,
    touched: set[int | None],
    asked: Asked,
    now: datetime,
) -> Values:
    """Count the change in every alert it touches. While an outage lasts, what waits for it and what
    no open alert has comes to the outage's, as in `AlertBook`.
    """
    book = await AlertBook.read(connection, distributor)
    numbers = await bump(connection, {*touched, book.outage})
    if book.outage is None:
        return {}
    homeless = sa.or_(_o.alert_id.is_(None), _o.alert_id.not_in(book.open.values()))
    comes = sa.and_(_o.alert_id.is_distinct_from(book.outage), sa.or_(homeless, _waits(asked)))
    home: Values = {"alert_id": book.outage, "alerted_at": now, "joined": numbers[book.outage]}
    came_from = sa.and_(comes, _o.alert_id.is_not(None))
    return {
        **{
            name: sa.case((comes, sa.literal(value, _o[name].type)), else_=_o[name])
            for name, value in home.items()
        },
        "from_alert": sa.case((came_from, _o.alert_id), else_=_o.from_alert),
    }


def _waits(asked: Asked) -> Chosen:
    """What a broken connection keeps, once this was asked of it; as `alert_book.waits`."""
    match asked:
        case RetryAsked():
            return _o.state != State.SENT.value
        case Marked():
            return sa.false()


def _after(asked: Asked, now: datetime) -> Values:
    """What becomes of an order's standing; all but its version."""
    match asked:
        case RetryAsked():
            return _retried(now)
        case Marked():
            return _marked(asked, now)


def _retried(now: datetime) -> Values:
    queued, overdue = _o.state.in_(_WAITING), _o.state == State.PENDING_VERIFICATION.value
    at = sa.literal(now, _o.next_at.type)
    settles = sa.and_(sa.not_(queued), _o.look_after > now)
    return {
        "state": sa.case((queued, State.QUEUED.value), else_=_o.state),
        "next_at": sa.case((settles, _o.look_after), else_=at),
        "asked": True,
        "attempt": sa.case((queued, None), else_=_o.attempt),
        "look_after": sa.case((queued, None), else_=_o.look_after),
        "settled_by": sa.case((queued, None), else_=_o.settled_by),
        "absences": sa.case((sa.or_(queued, overdue), 0), else_=_o.absences),
        # A person doubts what the ERP once said: from here on only the look-ups count.
        "accepted": sa.case((overdue, sa.false()), else_=_o.accepted),
    }


def _marked(asked: Marked, now: datetime) -> Values:
    return {
        "state": State.SYNCED.value,
        "synced": Synced.MANUAL.value,
        "settled_by": asked.by,
        "settled_at": now,
        "draft": False,
        "asked": False,
        "absences": 0,
        "proofs": 0,
        **dict.fromkeys(
            (
                *("attempt", "look_after", "next_at", "waiting_since"),
                *("held_by", "held_since", "held_until"),
            )
        ),
    }


async def _write_down(
    connection: AsyncConnection, which: Chosen, asked: Asked, now: datetime
) -> None:
    queued = sa.case((_o.state.in_(_WAITING), State.QUEUED.value), else_=_o.state)
    after = queued if isinstance(asked, RetryAsked) else sa.literal(State.SYNCED.value)
    await connection.execute(_history(which, asked.by, after, now, **_told(asked)))


def _told(asked: Asked) -> Values:
    return {"what": what(asked), "message": note(asked).message}


async def write_refusals(
    connection: AsyncConnection,
    which: Chosen,
    found: Mapping[Kind, int],
    asked: Asked,
    now: datetime,
) -> None:
    """A line in the history of each order that is left alone."""
    refused = {kind: refusal(kind, work_of(asked), now) for kind in found}
    alone = [(of_kind(kind, asked.by), reason.value) for kind, reason in refused.items() if reason]
    if alone:
        chosen = sa.and_(which, sa.or_(*(of for of, _ in alone)))
        why = sa.case(*alone)
        line = _history(chosen, asked.by, _o.state, now, refused=why, **_told(asked))
        await connection.execute(line)


def refused_all(
    which: Chosen, asker: PersonId, what_: str, reason: str, now: datetime
) -> sa.Insert:
    """The same line for each of these orders: their person may not."""
    return _history(which, asker, _o.state, now, what=what_, refused=reason)


def _history(
    which: Chosen, asker: PersonId, after: sa.ColumnElement[Any], now: datetime, **given: object
) -> sa.Insert:
    """A line for each of these orders, as `store.changes.event_values` makes it."""
    plain: Values = {
        "at": now,
        "source": Source.PERSON.value,
        "person": asker,
        **dict.fromkeys(("code", "message", "reference", "refused")),
        **given,
    }
    columns: dict[str, sa.ColumnElement[Any]] = {
        "order_seq": _o.seq,
        "before": _o.state,
        "after": after,
        "attempt": _o.attempt,
        **{name: _literal(name, value) for name, value in plain.items()},
    }
    chosen = sa.select(*(columns[name].label(name) for name in HISTORY)).where(which)
    return sa.insert(order_events).from_select(HISTORY, chosen)


def _literal(name: str, value: object) -> sa.ColumnElement[Any]:
    if isinstance(value, sa.ColumnElement):
        return value
    return sa.literal(value, order_events.c[name].type)


# --- Retry all -----------------------------------------------------------------------------------


async def retry_alert(
    connection: AsyncConnection,
    distributor: DistributorKey,
    alert_id: int,
    by: By,
    now: datetime,
    seen: int | None = None,
) -> Retried:
    """Queue the alert's failed orders, due now. Held ones and later arrivals are left alone.

    `seen`: the change that the person saw, if it was an earlier one than the message shows now.
    """
    shown = await _shown(connection, distributor, alert_id)
    if shown is None:
        return Retried(0, 0, 0)
    assert by.person, "Retry all is a person's"
    shown = shown if seen is None else min(shown, seen)
    of = sa.and_(_o.alert_id == alert_id, _o.state == _FAILED)
    await hold(connection, of)
    left = await _left_alone(connection, of, shown)
    moved = await move(
        connection, distributor, sa.and_(of, _o.joined <= shown), RetryAsked(by.person), now
    )
    return Retried(queued=moved, held=left.held, later=left.later)


async def _shown(
    connection: AsyncConnection, distributor: DistributorKey, alert_id: int
) -> int | None:
    """The change that the alert's message shows; the row is kept from changing meanwhile."""
    a = alerts.c
    found = await connection.execute(
        sa.select(a.shown).where(a.id == alert_id, a.distributor == distributor).with_for_update()
    )
    return found.scalar_one_or_none()


async def _left_alone(connection: AsyncConnection, of: Chosen, shown: int) -> Row:
    held = _o.held_by.is_not(None)
    later = sa.and_(_o.held_by.is_(None), _o.joined > shown)
    chosen: Select = sa.select(
        sa.func.count().filter(held).label("held"),
        sa.func.count().filter(later).label("later"),
    ).where(of)
    return (await connection.execute(chosen)).one()
