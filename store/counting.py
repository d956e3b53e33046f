"""Folds the counts of orders together. Called now and then by whoever holds the clock.

On PostgreSQL each transaction counts under its own number, so that none waits for another; whoever
reads adds them up. Folded, they stay few.
"""

from typing import Final

import sqlalchemy as sa

from commands.domain.ids import DistributorKey
from store.engine import Database


def _fold(table: str, first: str, second: str) -> sa.TextClause:
    """One statement: readers see the lots or their sum; an open transaction's lot is not there."""
    return sa.text(f"""
        WITH lots AS (
          DELETE FROM {table} WHERE distributor = :distributor AND lot <> 0
            RETURNING {first}, {second}, n
        )
        INSERT INTO {table} (distributor, {first}, {second}, lot, n)
          SELECT :distributor, {first}, {second}, 0, sum(n) FROM lots GROUP BY {first}, {second}
          ON CONFLICT (distributor, {first}, {second}, lot)
            DO UPDATE SET n = {table}.n + excluded.n
    """)  # noqa: S608 - our own names


_FOLDS: Final = (_fold("counts", "state", "code"), _fold("arrivals", "hour", "outcome"))


async def fold(database: Database, distributor: DistributorKey) -> None:
    if database.shared:
        async with database.writing() as connection:
            for statement in _FOLDS:
                await connection.execute(statement, {"distributor": distributor})
