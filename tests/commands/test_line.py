"""The connection as an engine knows it: what is heard while something is stored is not lost."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from commands.domain.answers import Declined, Silence, Taken
from commands.domain.connection import Connection, Line
from commands.domain.failures import Code, Failure
from commands.domain.ids import DistributorKey
from commands.line import Wire
from commands.ports import Connections
from tests.commands.works import KEY, Works

SILENT = Silence(Failure(Code.TIMEOUT))
REFUSED = Declined(Failure(Code.AUTH))
TAKEN = Taken("SO-1", confirmed=True)


@dataclass(slots=True)
class Slow:
    """Connections that let something happen while they store."""

    real: Connections
    meanwhile: Callable[[], None]
    saves: int = 0

    async def load(self, distributor: DistributorKey) -> Connection:
        return await self.real.load(distributor)

    async def save(
        self, distributor: DistributorKey, before: Connection, after: Connection, now: datetime
    ) -> bool:
        self.saves += 1
        await asyncio.sleep(0)
        self.meanwhile()
        return await self.real.save(distributor, before, after, now)


def wired(shop: Works, meanwhile: Callable[[Wire], None]) -> tuple[Wire, Slow]:
    slow = Slow(shop.desk.connections, lambda: None)
    wire = Wire(replace(shop.desk, connections=slow))
    slow.meanwhile = lambda: meanwhile(wire)
    return wire, slow


async def test_an_order_taken_while_the_silence_is_stored_ends_it(shop: Works) -> None:
    wire, _ = wired(shop, lambda wire: None if wire.works else wire.hear([TAKEN]))
    wire.hear([SILENT] * 3)
    assert wire.line is Line.DOWN
    await wire.store()
    assert wire.works
    assert (await shop.desk.connections.load(KEY)).line is Line.WORKING


async def test_a_refused_login_told_while_the_probe_is_taken_stops_the_line(shop: Works) -> None:
    wire, slow = wired(shop, lambda _: None)
    wire.hear([SILENT] * 3)
    await wire.store()
    slow.meanwhile = lambda: wire.hear([REFUSED])
    assert await wire.take_probe()
    assert wire.line is Line.STOPPED


async def test_what_two_heard_of_together_is_stored_once(shop: Works) -> None:
    wire, slow = wired(shop, lambda _: None)
    wire.hear([SILENT] * 3)
    await asyncio.gather(wire.store(), wire.store())
    assert slow.saves == 1
