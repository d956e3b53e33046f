"""Rows to domain values and back. Called by everything in `store` that reads or writes orders."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from commands.domain.alerts import Mention, OrderLine
from commands.domain.documents import Document, read
from commands.domain.failures import Code, Failure, Subject, SubjectKind
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import Hold, Standing, State, Synced
from commands.domain.people import PersonId
from commands.ports import Incoming, Order
from store.tables import orders

Row: TypeAlias = sa.Row[*tuple[Any, ...]]
Select: TypeAlias = sa.Select[*tuple[Any, ...]]
Values = dict[str, Any]

_PLAIN = (
    "version",
    "next_at",
    "look_after",
    "attempt",
    "attempts",
    "left",
    "accepted",
    "draft",
    "absences",
    "proofs",
    "asked",
    "reference",
    "settled_by",
    "settled_at",
    "waiting_since",
    "last_sent_at",
)
"""Fields of Standing that are a column as they are."""
_FLAT: Final[Mapping[str, tuple[str, ...]]] = {
    "state": ("state",),
    "synced": ("synced",),
    "failure": (
        "failure_code",
        "failure_message",
        "subject_kind",
        "subject_value",
        "failure_references",
    ),
    "hold": ("held_by", "held_since", "held_until"),
}
"""The other fields of Standing, each with its columns."""
STANDING = tuple(orders.c[name] for name in (*_PLAIN, *chain.from_iterable(_FLAT.values())))
"""The columns that a Standing is read from."""
ORDER = (
    orders.c.seq,
    orders.c.body,
    orders.c.received_at,
    orders.c.deliver_at,
    orders.c.alert_id,
    *STANDING,
)
"""The columns that an Order is read from."""
LINE = (
    orders.c.seq,
    orders.c.id,
    orders.c.account_id,
    orders.c.account_name,
    orders.c.deliver_at,
    orders.c.placed_at,
    orders.c.total,
    orders.c.currency,
    orders.c.lines,
    orders.c.received_at,
    *STANDING,
)
"""The columns that an OrderLine is read from."""

CONTENT = (
    "body",
    "digest",
    "account_id",
    "account_name",
    "name_key",
    "po_number",
    "total",
    "currency",
    "lines",
    "placed_at",
    "delivery_date",
    "deliver_at",
    "forgotten_at",
)
"""The columns that `content_values` fills."""


_plain_of = attrgetter(*_PLAIN)


def standing_of(row: Row) -> Standing:
    return Standing(
        state=State(row.state),
        failure=failure_of(row),
        synced=Synced(row.synced) if row.synced else None,
        hold=hold_of(row),
        **dict(zip(_PLAIN, _plain_of(row), strict=True)),
    )


def standing_values(standing: Standing) -> Values:
    """All columns of a Standing."""
    values = dict(zip(_PLAIN, _plain_of(standing), strict=True))
    for flat in _FLAT_VALUES.values():
        values.update(flat(standing))
    return values


def moved_values(before: Standing, after: Standing) -> Values:
    """The columns that a change touches, as they are after it."""
    fields = zip(_PLAIN, _plain_of(before), _plain_of(after), strict=True)
    moved = {name: new for name, old, new in fields if old is not new and old != new}
    for field, values in _FLAT_VALUES.items():
        if getattr(before, field) != getattr(after, field):
            moved.update(values(after))
    return moved


def standing_value(standing: Standing, name: str) -> Any:  # noqa: ANN401  # as the column is
    """One column of a Standing."""
    field = _FIELDS.get(name)
    return getattr(standing, name) if field is None else _FLAT_VALUES[field](standing)[name]


def _state_values(standing: Standing) -> Values:
    return {"state": standing.state.value}


def _synced_values(standing: Standing) -> Values:
    return {"synced": standing.synced.value if standing.synced else None}


def _failure_values(standing: Standing) -> Values:
    failure = standing.failure
    if failure is None:
        return dict.fromkeys(_FLAT["failure"])
    subject = failure.subject
    return {
        "failure_code": failure.code.value,
        "failure_message": failure.message,
        "subject_kind": subject.kind.value if subject else None,
        "subject_value": subject.value if subject else None,
        "failure_references": json.dumps(failure.references),
    }


def _hold_values(standing: Standing) -> Values:
    hold = standing.hold
    if hold is None:
        return dict.fromkeys(_FLAT["hold"])
    return {"held_by": hold.by, "held_since": hold.since, "held_until": hold.until}


_FLAT_VALUES: Final[Mapping[str, Callable[[Standing], Values]]] = {
    "state": _state_values,
    "synced": _synced_values,
    "failure": _failure_values,
    "hold": _hold_values,
}
_FIELDS: Final = {name: field for field, names in _FLAT.items() for name in names}


def failure_of(row: Row) -> Failure | None:
    if row.failure_code is None:
        return None
    subject = (
        Subject(SubjectKind(row.subject_kind), row.subject_value) if row.subject_kind else None
    )
    references = tuple(json.loads(row.failure_references or "[]"))
    return Failure(Code(row.failure_code), row.failure_message or "", subject, references)


def hold_of(row: Row) -> Hold | None:
    if row.held_by is None:
        return None
    return Hold(PersonId(row.held_by), row.held_since, row.held_until)


def order_of(row: Row, standing: Standing | None = None) -> Order:
    """The order of a row; `standing`: where it stands, if that is known already."""
    return Order(
        document=read(row.body),
        standing=standing or standing_of(row),
        received_at=row.received_at,
        deliver_at=row.deliver_at,
        alert_id=row.alert_id,
    )


def line_of(row: Row) -> OrderLine:
    return OrderLine(
        id=OrderId(row.id),
        account_id=row.account_id,
        account_name=row.account_name,
        state=State(row.state),
        deliver_at=row.deliver_at,
        placed_at=row.placed_at,
        total=row.total,
        currency=row.currency,
        lines=row.lines,
        failure=failure_of(row),
        hold=hold_of(row),
        reference=row.reference,
        synced=Synced(row.synced) if row.synced else None,
        settled_by=PersonId(row.settled_by) if row.settled_by else None,
        settled_at=row.settled_at,
        attempts=row.attempts,
        tried_at=row.last_sent_at,
        received_at=row.received_at,
    )


def content_values(document: Document, deliver_at: datetime, digest: str) -> Values:
    """The columns that come from an order's content."""
    return {
        "body": document.text,
        "digest": digest,
        "account_id": document.account_id,
        "account_name": document.account_name,
        "name_key": name_key(document.account_name),
        "po_number": document.po_number,
        "total": document.total,
        "currency": document.currency,
        "lines": len(document.lines),
        "placed_at": document.placed_at,
        "delivery_date": document.delivery_date,
        "deliver_at": deliver_at,
        "forgotten_at": None,
    }


def new_values(incoming: Incoming, digest: str, now: datetime) -> Values:
    """The whole row of an order that was not known."""
    document = incoming.document
    return {
        "distributor": document.distributor,
        "id": document.id,
        "received_at": now,
        **content_values(document, incoming.deliver_at, digest),
        **standing_values(Standing(next_at=incoming.due_at)),
    }


def name_key(name: str | None) -> str | None:
    """What a name is searched by: its letters without their case."""
    if name is None:
        return None
    return name.casefold().strip().encode("utf-8", "replace").decode().replace("\0", "")


def mention_values(distributor: DistributorKey, mention: Mention, now: datetime) -> Values:
    """A mention's row, as it waits to be delivered."""
    return {
        "distributor": distributor,
        "kind": mention.kind.value,
        "facts": json.dumps(mention.facts),
        "to": mention.to,
        "alert_id": mention.alert_id,
        "tries": mention.tries,
        "queued_at": now,
    }
