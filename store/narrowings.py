"""What a list can be narrowed to: the items and customers that most of its orders are about.

Called by `store.queries` for an alert's details.
"""

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.alerts import SubjectCount
from commands.domain.failures import Subject, SubjectKind
from store import subjects
from store.tables import orders

SHOWN: Final = 45
"""Of each: together they fit into one select of Slack's, with an entry for all."""

Chosen = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Narrowings:
    """`subjects`: what the failures are about; `customers`: whose orders they are. `more_…`: how
    many of them are not named.
    """

    subjects: tuple[SubjectCount, ...] = ()
    more_subjects: int = 0
    customers: tuple[SubjectCount, ...] = ()
    more_customers: int = 0


async def largest(connection: AsyncConnection, where: Chosen) -> Narrowings:
    """Of the orders of a list."""
    about, more = await subjects.largest(connection, where, SHOWN)
    customers, others = await _customers(connection, where)
    return Narrowings(about, more, customers, others)


async def _customers(
    connection: AsyncConnection, where: Chosen
) -> tuple[tuple[SubjectCount, ...], int]:
    o, n = orders.c, sa.func.count().label("n")
    name = sa.func.max(o.account_name).label("name")
    chosen = (
        sa.select(o.account_id, name, n, sa.func.count().over().label("groups"))
        .where(where)
        .group_by(o.account_id)
        .order_by(n.desc(), o.account_id)
        .limit(SHOWN)
    )
    rows = (await connection.execute(chosen)).all()
    listed = tuple(
        SubjectCount(Subject(SubjectKind.ACCOUNT, row.account_id), row.name, row.n) for row in rows
    )
    return listed, rows[0].groups - len(rows) if rows else 0
