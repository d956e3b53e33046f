"""The core with real parts around it: a real database, a real adapter, an ERP that misbehaves.

Spans are short so that settle delays and leases pass within a test; nothing asserts how long
anything took.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import erp
import store
from commands.desk import Desk
from commands.domain.distributors import AlertPace, Distributor, ErpPace
from commands.domain.documents import Document, Line
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import State
from commands.domain.people import Actor, Permission, PersonId, Role
from commands.engine import Engine
from commands.intake import take_in
from commands.ports import Order, Sweep
from sandbox.erp.server import running
from sandbox.erp.state import ErpState

KEY = DistributorKey("northwind")
TOKEN = "a-token-for-the-erp"
DANA = PersonId("U000000002")
ADA = PersonId("U000000001")


class WallClock:
    """The present moment, shifted by what a test has let pass."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def sleep(self, span: timedelta) -> None:
        await asyncio.sleep(span.total_seconds())


class AtOnce:
    """A cadence that ticks all the time."""

    def after(self, moment: datetime) -> datetime:
        return moment


def order(number: int, *, sku: str = "NW-011", account: str = "VINET") -> Document:
    """An order of one line."""
    return Document(
        id=OrderId(str(number)),
        distributor=KEY,
        account_id=account,
        account_name="Vins et alcools Chevalier",
        placed_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
        delivery_date=date(2026, 11, 25),
        currency="USD",
        freight=Decimal("32.38"),
        lines=(Line(sku, Decimal(12), Decimal("14.00")),),
    )


@dataclass(slots=True)
class Works:
    """A desk whose engine can be started, beside the ERP's own truth."""

    desk: Desk
    gateway: ErpState
    clock: WallClock
    actor: Actor
    engine: Engine | None = None

    async def send(self, *documents: Document) -> None:
        await take_in(self.desk, documents)
        self.desk.wake()

    async def order(self, number: int) -> Order:
        found = await self.desk.ledger.load(KEY, OrderId(str(number)))
        assert found is not None
        return found

    async def until(self, number: int, *states: State) -> Order:
        """The order as soon as it is in one of `states`."""
        return await self.until_that(number, lambda one: one.standing.state in states)

    async def until_that(self, number: int, told: Callable[[Order], bool]) -> Order:
        async with asyncio.timeout(60):
            while not told(found := await self.order(number)):
                await asyncio.sleep(0.02)
        return found

    async def sweep(self) -> None:
        """What time alone brings, once."""
        own = self.desk.distributor
        spans = Sweep(own.confirm_within, own.patience, own.stuck_after, timedelta(minutes=1))
        await self.desk.ledger.sweep(KEY, spans, self.clock.now())

    def posts(self, number: int) -> int:
        """How many requests to enter this order reached the ERP."""
        return sum(
            seen.method == "POST" and seen.external_id == str(number)
            for seen in self.gateway.requests
        )

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[Engine]:
        """The engine runs while the block does."""
        engine = Engine(self.desk)
        self.desk = replace(self.desk, wake=engine.wake)
        task = asyncio.create_task(engine.run())
        try:
            yield engine
        finally:
            engine.stop()
            await asyncio.wait_for(task, 20)

    @contextlib.asynccontextmanager
    async def killed_after(self, moment: Callable[[], bool]) -> AsyncIterator[None]:
        """The engine runs until `moment`, then dies without a word, as by kill -9."""
        task = asyncio.create_task(Engine(self.desk).run())
        async with asyncio.timeout(60):
            while not moment():
                await asyncio.sleep(0.005)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        yield


def distributor(**changes: object) -> Distributor:
    pace = ErpPace(
        concurrency=4,
        # Longer than a busy machine stands still: who is to run out of it says so.
        timeout=timedelta(seconds=20),
        settle=timedelta(milliseconds=150),
        lookup_gap=timedelta(milliseconds=80),
    )
    plain = Distributor(
        key=KEY,
        name="Northwind Traders",
        zone=ZoneInfo("America/Chicago"),
        cadence="* * * * *",
        slack_team="T000000001",
        alert_channel="C000000002",
        admins=(ADA,),
        erp=pace,
        alerts=AlertPace(timedelta(0), timedelta(0), timedelta(hours=4)),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@contextlib.asynccontextmanager
async def works(
    folder: Path, seed: int = 1, database: str | None = None, **changes: object
) -> AsyncIterator[Works]:
    """A new ERP and a desk before `database`, which has its tables; None: a new one in `folder`."""
    clock = WallClock()
    gateway = ErpState(token=TOKEN, clock=clock.now)
    own = distributor(**changes)
    if database is None:
        database = f"sqlite:///{folder / 'works.db'}"
        await store.migrations.upgrade(database)
    async with running(gateway) as url, store.open(database, {KEY: own.zone}) as ledgers:
        settings = erp.ErpSettings("rest", url, TOKEN, timeout=own.erp.timeout)
        adapter = erp.connect(settings, clock.now)
        desk = Desk(
            own,
            ledgers.ledger,
            ledgers.people,
            ledgers.alerts,
            ledgers.connections,
            adapter,
            clock,
            AtOnce(),
            chance=random.Random(seed),
            batches=ledgers.batches,
            notices=ledgers.notices,
        )
        actor = Actor(DANA, KEY, Role.EMPLOYEE, frozenset({Permission.ACTIONS}))
        try:
            yield Works(desk, gateway, clock, actor)
        finally:
            await adapter.close()
