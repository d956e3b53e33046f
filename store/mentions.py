"""Lines and direct messages as rows, written with the change that they tell of."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.alerts import Mention
from commands.domain.ids import DistributorKey
from store.rows import mention_values
from store.tables import mentions


async def tell(
    connection: AsyncConnection,
    distributor: DistributorKey,
    telling: Sequence[Mention],
    now: datetime,
) -> None:
    """Rows first, with the change: whoever dies after it leaves nobody untold."""
    if telling:
        values = [mention_values(distributor, one, now) for one in telling]
        await connection.execute(sa.insert(mentions), values)
