"""The items, accounts and fields that failures are about, by how many orders each holds up."""

import json
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.alerts import SubjectCount
from commands.domain.failures import Subject, SubjectKind
from store.rows import Row, Select
from store.tables import orders

SHOWN: Final = 12
NAMED: Final = 3
"""How many of them are told with a name: each costs a look at an order."""

Chosen = sa.ColumnElement[bool]
Largest = tuple[tuple[SubjectCount, ...], int]


async def largest(connection: AsyncConnection, where: Chosen, shown: int = SHOWN) -> Largest:
    """The `shown` largest subjects of these orders, and how many more there are."""
    rows = (await connection.execute(_groups(where).limit(shown))).all()
    if not rows:
        return (), 0
    # Every row carries the number of all groups: one statement tells both.
    named = [await _named(connection, row) for row in rows[:NAMED]]
    return (*named, *(_bare(row) for row in rows[NAMED:])), rows[0].groups - len(rows)


def _groups(where: Chosen) -> Select:
    o = orders.c
    n = sa.func.count().label("n")
    return (
        sa.select(
            o.subject_kind,
            o.subject_value,
            n,
            sa.func.min(o.seq).label("seq"),
            sa.func.count().over().label("groups"),
        )
        .where(where, o.subject_value.is_not(None))
        .group_by(o.subject_kind, o.subject_value)
        .order_by(n.desc(), o.subject_value)
    )


async def _named(connection: AsyncConnection, row: Row) -> SubjectCount:
    subject = Subject(SubjectKind(row.subject_kind), row.subject_value)
    return SubjectCount(subject, await _label(connection, subject, row.seq), row.n)


def _bare(row: Row) -> SubjectCount:
    return SubjectCount(Subject(SubjectKind(row.subject_kind), row.subject_value), None, row.n)


async def _label(connection: AsyncConnection, subject: Subject, seq: int) -> str | None:
    """The item's or customer's name, as one of the orders tells it."""
    o = orders.c
    if subject.kind is SubjectKind.FIELD:
        return None
    chosen = sa.select(o.body, o.account_id, o.account_name).where(o.seq == seq)
    row = (await connection.execute(chosen)).one()
    if subject.kind is SubjectKind.ACCOUNT:
        return row.account_name if row.account_id == subject.value else None
    lines: list[dict[str, Any]] = json.loads(row.body)["lines"]
    names = (line.get("description") for line in lines if line["sku"] == subject.value)
    return next((name for name in names if name), None)
