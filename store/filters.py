"""What narrows a list of orders, and its cursor. Called by `store.queries`."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from commands.domain.failures import Code
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import STATUS, State, Status
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
    subject: str | None = None
    held: bool | None = None


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


def states_of(filters: Filters) -> tuple[State, ...] | None:
    """The states a list may show; None: all of them."""
    if filters.state is None and filters.status is None:
        return None
    return tuple(
        state
        for state in State
        if filters.state in {None, state} and filters.status in {None, STATUS[state]}
    )


def counted_states(filters: Filters) -> tuple[State, ...] | None:
    """The states to sum up where nothing but states narrows the list."""
    if _narrow(filters):
        return None
    states = states_of(filters)
    return tuple(State) if states is None else states


def narrowed(columns: Columns, distributor: DistributorKey, filters: Filters) -> Select:
    """These columns of all orders of a list, in no order."""
    states = states_of(filters)
    chosen = sa.select(*columns).where(orders.c.distributor == distributor, *_narrow(filters))
    if states is None:
        return chosen
    return chosen.where(orders.c.state.in_([state.value for state in states]))


def newest(
    columns: Columns,
    distributor: DistributorKey,
    filters: Filters,
    before: int | None,
    limit: int,
) -> Select:
    """The newest `limit` orders of a list, before a place in it."""
    states = states_of(filters)
    if states == ():
        return sa.select(*columns).where(sa.false())
    # A list of several states is read state by state, each newest first, and merged: a million
    # synced orders are then never looked at to find the few that are not.
    places = [_one_state(distributor, filters, state, before, limit) for state in states or (None,)]
    merged = sa.union_all(*(sa.select(place.subquery().c.seq) for place in places)).subquery()
    return (
        sa.select(*columns)
        .where(orders.c.seq.in_(sa.select(merged.c.seq)))
        .order_by(orders.c.seq.desc())
        .limit(limit)
    )


def _one_state(
    distributor: DistributorKey,
    filters: Filters,
    state: State | None,
    before: int | None,
    limit: int,
) -> Select:
    o = orders.c
    chosen = sa.select(o.seq).where(o.distributor == distributor, *_narrow(filters))
    if state is not None:
        chosen = chosen.where(o.state == state.value)
    if before is not None:
        chosen = chosen.where(o.seq < before)
    return chosen.order_by(o.seq.desc()).limit(limit)


def _held(held: bool) -> Chosen:  # noqa: FBT001 - the value of a filter
    return orders.c.held_by.is_not(None) if held else orders.c.held_by.is_(None)


def _item(item: str) -> Chosen:
    """The item a failure is about, or one of the order's lines."""
    line = f'"sku":{json.dumps(item)},'
    return sa.or_(orders.c.subject_value == item, orders.c.body.contains(line, autoescape=True))


def _word(word: str) -> Chosen:
    o = orders.c
    name = name_key(word) or word
    return sa.or_(
        _begins(o.id, word),
        o.account_id.in_({word, word.upper()}),
        _begins(o.name_key, name),
        o.po_number == word,
        o.reference == word,
    )


def _begins(column: sa.ColumnElement[Any], word: str) -> Chosen:
    return sa.and_(column >= word, column < word + LAST)


_NARROWS: Final[dict[str, Callable[[Any], Chosen]]] = {
    "code": lambda code: orders.c.failure_code == code.value,
    "account": lambda account: orders.c.account_id == account,
    "item": _item,
    "since": lambda moment: orders.c.received_at >= moment,
    "placed_from": lambda moment: orders.c.placed_at >= moment,
    "placed_before": lambda moment: orders.c.placed_at < moment,
    "alert_id": lambda alert: orders.c.alert_id == alert,
    "subject": lambda subject: orders.c.subject_value == subject,
    "held": _held,
}


def _narrow(filters: Filters) -> list[Chosen]:
    given = {name: getattr(filters, name) for name in _NARROWS}
    named = [_NARROWS[name](value) for name, value in given.items() if value is not None]
    return [*named, *(_word(word) for word in filters.words)]
