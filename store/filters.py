"""What narrows a list of orders, and its cursor. Called by `store.queries`."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from commands.domain.failures import Code
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import STATUS, State, Status
from store import outages
from store.rows import Select, name_key
from store.tables import orders

LAST: Final = chr(0x10FFFF)
"""Sorts after everything that begins with a word."""
Chosen = sa.ColumnElement[bool]
Columns = Sequence[sa.ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a list; None does not. `received`, `placed`: from the first moment on, before
    the second. `item`: a failure's item, or an item of the order's lines. `words`: each must be
    found as an id's beginning, an account, a name's beginning, a PO number or an ERP number.
    `waiting_at`: with the alert of an outage, also what the outage keeps at that moment.
    `unsynced`: without what is in the ERP.
    """

    status: Status | None = None
    state: State | None = None
    code: Code | None = None
    account: str | None = None
    item: str | None = None
    words: tuple[str, ...] = ()
    since: datetime | None = None
    placed_from: datetime | None = None
    placed_before: datetime | None = None
    alert_id: int | None = None
    waiting_at: datetime | None = None
    subject: str | None = None
    held: bool | None = None
    unsynced: bool = False


class BadCursorError(ValueError):
    """A cursor that we never gave out."""


def cursor_text(seq: int) -> str:
    return base64.urlsafe_b64encode(str(seq).encode()).decode().rstrip("=")


def cursor_seq(cursor: str | None) -> int | None:
    """Where a page begins. Raises BadCursorError."""
    if cursor is None:
        return None
    try:
        seq = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii"))
    except (ValueError, binascii.Error):
        raise BadCursorError("cursor: use next_cursor of the answer before, unchanged") from None
    if not 0 < seq < 1 << 63:
        raise BadCursorError("cursor: use next_cursor of the answer before, unchanged")
    return seq


def states_of(filters: Filters) -> tuple[State, ...]:
    """The states a list may show."""
    return tuple(
        state
        for state in State
        if filters.state in {None, state}
        and filters.status in {None, STATUS[state]}
        and not (filters.unsynced and state is State.SYNCED)
    )


def counted_states(filters: Filters) -> tuple[State, ...] | None:
    """The states to sum up where nothing narrows the list but states, or the failed ones' code."""
    states = states_of(filters)
    narrowing = replace(filters, status=None, state=None, code=None, unsynced=False) != Filters()
    # What is queued again keeps its old code.
    counted = filters.code is None or states == (State.FAILED,)
    return states if counted and not narrowing else None


def narrowed(columns: Columns, distributor: DistributorKey, filters: Filters) -> Select:
    """These columns of all orders of a list, in no order."""
    return sa.select(*columns).where(condition(distributor, filters))


def condition(distributor: DistributorKey, filters: Filters) -> Chosen:
    """What makes an order one of a list."""
    among = _among(states_of(filters), by_state=not _selective(filters))
    return sa.and_(among, *_narrow(filters, distributor))


def deliveries(
    columns: Columns,
    distributor: DistributorKey,
    filters: Filters,
    now: datetime,
    limit: int,
    skip: int = 0,
) -> Select:
    """The next deliveries of a list first; then what is overdue, and last what is in the ERP."""
    o = orders.c
    there = sa.case((o.state == State.SYNCED.value, 1), else_=0).label("there")
    late = sa.case((o.deliver_at < now, 1), else_=0).label("late")
    keys = (there, late, o.deliver_at, o.seq)
    # Sorted are places alone: the rows themselves are a hundred times larger.
    chosen = narrowed(keys, distributor, filters).order_by(*keys).limit(limit).offset(skip)
    shown = chosen.subquery()
    first = (shown.c.there, shown.c.late, shown.c.deliver_at, shown.c.seq)
    return sa.select(*columns).join(shown, o.seq == shown.c.seq).order_by(*first)


def newest(
    columns: Columns,
    distributor: DistributorKey,
    filters: Filters,
    before: int | None,
    limit: int,
    skip: int = 0,
) -> Select:
    """The newest `limit` orders of a list, before a place in it and without the first `skip`."""
    states = states_of(filters)
    if not states:
        return sa.select(*columns).where(sa.false())
    selective = _selective(filters)
    # A list of several states is read state by state, each newest first, and merged: a million
    # synced orders are then never looked at to find the few that are not.
    groups = [states] if selective else [(state,) for state in states]
    chosen = [
        _newest_of(
            distributor, filters, _among(group, by_state=not selective), before, skip + limit
        )
        for group in groups
    ]
    merged = sa.union_all(*(sa.select(one.subquery().c.seq) for one in chosen)).subquery().c.seq
    # Skipped here, where only places are read: the rows themselves are a hundred times larger.
    shown = sa.select(merged).order_by(merged.desc()).limit(limit).offset(skip).subquery()
    return (
        sa.select(*columns)
        .where(orders.c.seq.in_(sa.select(shown.c.seq)))
        .order_by(orders.c.seq.desc())
    )


def _newest_of(
    distributor: DistributorKey, filters: Filters, among: Chosen, before: int | None, limit: int
) -> Select:
    o = orders.c
    chosen = sa.select(o.seq).where(among, *_narrow(filters, distributor))
    if before is not None:
        chosen = chosen.where(o.seq < before)
    return chosen.order_by(o.seq.desc()).limit(limit)


def _selective(filters: Filters) -> bool:
    """Whether an index of its own finds the few orders that the filters leave."""
    return bool(filters.account is not None or filters.words or filters.alert_id is not None)


def _among(states: Sequence[State], *, by_state: bool) -> Chosen:
    values = [state.value for state in states]
    if by_state:
        return orders.c.state.in_(values)
    # As an expression, so that no database takes the index of states for the better one.
    return sa.func.coalesce(orders.c.state, "").in_(values)


def _held(held: bool) -> Chosen:  # noqa: FBT001 - the value of a filter
    return orders.c.held_by.is_not(None) if held else orders.c.held_by.is_(None)


def _item(item: str) -> Chosen:
    """The item a failure is about, or one of the order's lines."""
    line = f'"sku":{json.dumps(item)},'
    return sa.or_(orders.c.subject_value == item, orders.c.body.contains(line, autoescape=True))


def _word(word: str, distributor: DistributorKey) -> Chosen:
    """One question for each index, rather than one that no index can answer."""
    f = orders.alias("found").c
    ways = (
        _begins(f.id, word),
        f.account_id.in_(sorted({word, word.upper()})),
        _begins(f.name_key, name_key(word) or word),
        f.po_number == word,
        f.reference == word,
    )
    found = [sa.select(f.seq).where(f.distributor == distributor, way) for way in ways]
    return orders.c.seq.in_(sa.union(*found))


def _begins(column: sa.ColumnElement[Any], word: str) -> Chosen:
    return sa.and_(column >= word, column < word + LAST)


_NARROWS: Final[dict[str, Callable[[Any], Chosen]]] = {
    "code": lambda code: orders.c.failure_code == code.value,
    "account": lambda account: orders.c.account_id == account,
    "item": _item,
    "since": lambda moment: orders.c.received_at >= moment,
    "placed_from": lambda moment: orders.c.placed_at >= moment,
    "placed_before": lambda moment: orders.c.placed_at < moment,
    "subject": lambda subject: orders.c.subject_value == subject,
    "held": _held,
}


def _narrow(filters: Filters, distributor: DistributorKey) -> list[Chosen]:
    o = orders.c
    # As an expression where words find the orders one by one: see `_among`.
    mine = sa.func.coalesce(o.distributor, "") if filters.words else o.distributor
    given = {name: getattr(filters, name) for name in _NARROWS}
    named = [_NARROWS[name](value) for name, value in given.items() if value is not None]
    words = [_word(word, distributor) for word in filters.words]
    return [mine == distributor, *named, *_of_alert(filters, distributor), *words]


def _of_alert(filters: Filters, distributor: DistributorKey) -> list[Chosen]:
    if filters.alert_id is None:
        return []
    own = orders.c.alert_id == filters.alert_id
    if filters.waiting_at is None:
        return [own]
    return [sa.or_(own, outages.waiting(distributor, filters.waiting_at))]
