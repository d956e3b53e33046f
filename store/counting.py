"""Folds the counts of orders together. Called now and then by whoever holds the clock.

On PostgreSQL each transaction counts under its own number, so that none waits for another; whoever
reads adds them up. Folded, they stay few.
"""

from typing import Final

import sqlalchemy as sa

from commands.domain.ids import DistributorKey
from store.engine import Database

_FOLD: Final = sa.text("""
    WITH lots AS (
      DELETE FROM counts WHERE distributor = :distributor AND lot <> 0 RETURNING state, n
    )
    INSERT INTO counts (distributor, state, lot, n)
      SELECT :distributor, state, 0, sum(n) FROM lots GROUP BY state
      ON CONFLICT (distributor, state, lot) DO UPDATE SET n = counts.n + excluded.n
""")
"""One statement: readers see the lots or their sum, and an open transaction's lot is not there."""


async def fold(database: Database, distributor: DistributorKey) -> None:
    if database.shared:
        async with database.writing() as connection:
            await connection.execute(_FOLD, {"distributor": distributor})
