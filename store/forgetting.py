"""Takes the personal data out of orders that were synced long ago. Called through `store.ledger`.

In chunks, each read aside and written at once: nobody waits while old orders are gone through.
"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from commands.domain.documents import impersonal, read
from commands.domain.ids import DistributorKey
from store.columns import EARLIEST
from store.engine import Database
from store.rows import Row, Select, Values
from store.tables import SYNCED, orders

CHUNK: Final = 500
_o = orders.c
_FORGET: Final = (
    sa.update(orders)
    .where(_o.seq == sa.bindparam("at_seq"), SYNCED, _o.forgotten_at.is_(None))
    .values(
        body=sa.bindparam("impersonal"), forgotten_at=sa.bindparam("now", type_=_o.settled_at.type)
    )
)


async def forget(
    database: Database, distributor: DistributorKey, before: datetime, now: datetime
) -> int:
    """Forget who ordered what was synced before then; how many orders that were."""
    done, at, seq = 0, EARLIEST, 0
    while rows := await _read(database, _chosen(distributor, before, at, seq)):
        async with database.writing() as connection:
            await connection.execute(_FORGET, [_values(row, now) for row in rows])
        done, at, seq = done + len(rows), rows[-1].received_at, rows[-1].seq
    return done


def _chosen(distributor: DistributorKey, before: datetime, at: datetime, seq: int) -> Select:
    """The next chunk in the order they came: what was not yet there cannot have been synced."""
    later = sa.or_(_o.received_at > at, sa.and_(_o.received_at == at, _o.seq > seq))
    return (
        sa.select(_o.seq, _o.received_at, _o.body)
        .where(_o.distributor == distributor, _o.received_at >= at, _o.received_at <= before, later)
        .where(SYNCED, _o.settled_at <= before, _o.forgotten_at.is_(None))
        .order_by(_o.received_at, _o.seq)
        .limit(CHUNK)
    )


async def _read(database: Database, chosen: Select) -> list[Row]:
    async with database.reading() as connection:
        return list((await connection.execute(chosen)).all())


def _values(row: Row, now: datetime) -> Values:
    document = impersonal(read(row.body))
    return {"at_seq": row.seq, "impersonal": document.text, "now": now}
