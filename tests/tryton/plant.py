"""The fault suite's world on a real Tryton: the real engine, in real time, over a wire that fails.

The judge is the fault suite's own; here the documents that it judges by are Tryton's sales. One
thing is evened out, or a busy machine would be the fault: a look-up waits until Tryton has done
with a request that was cut, once that has reached it. Before, it does not.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

import store
from commands.desk import Desk
from commands.domain.connection import Line as Connected
from commands.domain.distributors import AlertPace, Distributor, ErpPace
from commands.domain.documents import Document, Line
from commands.domain.failures import Code, Kind
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import State
from commands.domain.people import Actor, Permission, PersonId, Role
from commands.engine import Engine
from commands.intake import take_in
from commands.ports import Order
from commands.retry import retry
from sandbox.erp.setup import Seen
from sandbox.tryton import Tryton
from sandbox.wire import (
    CUT_AFTER,
    CUT_BEFORE,
    CUT_WITHIN,
    PASSED,
    Mishap,
    Request,
    Wire,
    cut_during,
    instead,
    page,
)
from store.rows import ORDER, order_of
from tests.commands.works import AtOnce, WallClock
from tests.faults.course import Course
from tests.faults.play import Outcome
from tests.tryton.world import SALES, adapter, creates, looks

KEY: Final = DistributorKey("northwind")
SETTLE: Final = 2.0
CUT_FOR: Final = (0.6 * SETTLE, 0.9 * SETTLE)
"""Seconds that a request which was cut takes to reach Tryton: whoever looks sooner is lied to."""

WRONG: Final = 0.6
"""How likely something goes wrong with a request about a sale, the first times it comes."""

MISHAPS: Final = (
    *(CUT_BEFORE, CUT_AFTER, CUT_WITHIN),
    *(page(502), page(503, forward=True), instead(429, retry_after="1")),
)
"""What goes wrong, beside being cut while Tryton is at it."""

TIMES: Final = 2
"""How often something may go wrong with the same address, or with entering the same order."""

PATIENCE: Final = 180.0
FINISHED: Final = frozenset({"confirmed", "processing", "done"})
DANA: Final = Actor(PersonId("U000000002"), KEY, Role.EMPLOYEE, frozenset({Permission.ACTIONS}))


def documents(seed: int, count: int) -> tuple[Document, ...]:
    """Orders of which some are refused for a while."""
    chance = random.Random(seed)
    return tuple(
        Document(
            id=OrderId(str(seed * 1000 + number)),
            distributor=KEY,
            account_id=chance.choice(("BEAUR", "BEAUR", "ZAYTN", "HARBR")),
            placed_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
            delivery_date=date(2026, 11, 25),
            freight=Decimal("32.38"),
            lines=(
                Line(
                    "GONE" if chance.random() < 0.1 else f"A-{chance.randint(1, 20)}",
                    Decimal(chance.randint(1, 40)),
                    Decimal("14.45"),
                    Decimal("0.15"),
                ),
            ),
        )
        for number in range(count)
    )


@dataclass(slots=True)
class Plant:
    """`well`: nothing goes wrong any more, and people mend what only they can."""

    server: Tryton
    wire: Wire
    desk: Desk
    clock: WallClock
    chance: random.Random
    ledgers: store.Store
    course: Course
    well: bool = False
    _hand: list[Mishap] = field(default_factory=list)
    _engine: asyncio.Task[None] | None = None
    _met: Counter[str] = field(default_factory=Counter)

    # --- what goes wrong -------------------------------------------------------------------------

    def plan(self, request: Request) -> Mishap:
        if not request.path.startswith(SALES):
            return PASSED
        what = request.json["reference"] if creates(request) else request.target
        self._met[what] += 1
        early = not self.well and self._met[what] <= TIMES
        if creates(request):
            return self._dealt() if early else PASSED
        if early and self.chance.random() < WRONG:
            return self._drawn(request)
        return replace(PASSED, until=self.wire.caught_up) if looks(request) else PASSED

    def _drawn(self, request: Request) -> Mishap:
        chosen = self.chance.choice((*MISHAPS, self._cut_during()))
        # A cut look-up needs no Tryton, and one that came too soon would lie.
        return CUT_BEFORE if looks(request) and chosen.forward else chosen

    def _dealt(self) -> Mishap:
        """For entering an order. Time shuffles the orders: dealt out, each mishap has its turn."""
        if not self._hand:
            wrong = (*MISHAPS, *(self._cut_during() for _ in range(4)))
            well = round(len(wrong) / WRONG) - len(wrong)
            self._hand = self.chance.sample((*wrong, *(PASSED,) * well), len(wrong) + well)
        return self._hand.pop()

    def _cut_during(self) -> Mishap:
        return cut_during(self.chance.uniform(*CUT_FOR))

    async def kill(self) -> None:
        """As kill -9, and then the time in which its leases run out."""
        await self.stop()
        await self.wire.settled()
        self.clock.ahead += self.desk.distributor.erp.lease
        self.start()

    # --- the bot ---------------------------------------------------------------------------------

    def start(self) -> None:
        engine = Engine(self.desk)
        object.__setattr__(self.desk, "wake", engine.wake)
        self._engine = asyncio.create_task(engine.run())

    async def stop(self) -> None:
        if self._engine is not None:
            self._engine.cancel()
            await asyncio.gather(self._engine, return_exceptions=True)

    # --- people ----------------------------------------------------------------------------------

    async def all_tried(self) -> None:
        """Until each order has met what it may meet."""
        numbers = [one.id for one in self.course.documents if one.lines[0].sku != "GONE"]
        async with asyncio.timeout(PATIENCE):
            while any(not self._met[number] for number in numbers):
                await self.press(await self.orders())
                await asyncio.sleep(0.2)

    async def mend(self) -> None:
        """All is well from here on: the item is sold again, the credit limit is gone."""
        self.well = True
        await self.server.set_item("GONE", active=True)
        await self.server.set_customer("HARBR", credit_limit_amount=None)

    async def press(self, orders: dict[int, Order]) -> None:
        """Retry what waits for people, what the jumps of the clock put off for minutes, and one
        order where the line is broken.
        """
        broken = (await self.desk.connections.load(KEY)).line is not Connected.WORKING
        soon = self.clock.now() + timedelta(seconds=2)
        for order in orders.values():
            failure, state = order.standing.failure, order.standing.state
            refused = state is State.FAILED and failure and failure.kind is Kind.NEEDS_FIX
            waits = state in {State.FAILED, State.QUEUED} and broken
            due = order.standing.next_at
            late = state is State.UNKNOWN and due is not None and due > soon
            if (self.well and (refused or late)) or waits:
                await retry(self.desk, DANA, order.id)
                broken = broken and not waits

    async def to_rest(self) -> bool:
        """Until every order is in or a person must judge it; False: something never does."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not all(map(_rests, (orders := await self.orders()).values())):
                    await self.press(orders)
                    await asyncio.sleep(0.3)
                return True
        return False

    async def orders(self) -> dict[int, Order]:
        async with self.ledgers.database.reading() as connection:
            rows = (await connection.execute(sa.select(*ORDER))).all()
        return {int(order.id): order for order in map(order_of, rows)}

    async def outcome(self, *, rested: bool) -> Outcome:
        """For the judge: Tryton's own list beside what the bot believes."""
        orders = await self.orders()
        sales = await self.server.sales(*(order.id for order in orders.values()))
        held: dict[int, list[tuple[str, str, str, str, bool]]] = {number: [] for number in orders}
        for one in sales:
            status = "confirmed" if one.state in FINISHED else "received"
            told = (one.number or "", status, one.party, str(one.total), status == "received")
            held[int(one.reference)].append(told)
        return Outcome(
            course=self.course,
            orders=orders,
            histories={
                number: await self.ledgers.queries.history(KEY, order.id)
                for number, order in orders.items()
            },
            documents=held,
            requests=[
                Seen("POST", one.request.json["reference"], "", self.clock.now(), "", 0)
                for one in self.wire.log
                if creates(one.request)
            ],
            typed=frozenset(),
            sent_while_held=frozenset(),
            rested=rested,
            trace=[],
        )


def _rests(order: Order) -> bool:
    failure = order.standing.failure
    doubted = failure is not None and failure.code is Code.DUPLICATE
    return order.standing.state is State.SYNCED or doubted


@contextlib.asynccontextmanager
async def plant(
    server: Tryton, wire: Wire, folder: Path, seed: int, orders: Sequence[Document]
) -> AsyncIterator[Plant]:
    """The orders are in the bot's hands, and it has begun."""
    database = f"sqlite:///{folder / 'orders.db'}"
    await store.migrations.upgrade(database)
    course = Course(seed, tuple(orders), {}, (), ())
    own, clock, chance = _distributor(), WallClock(), random.Random(seed)
    async with (
        store.open(database, {KEY: own.zone}) as ledgers,
        adapter(server, wire, concurrency=own.erp.concurrency) as erp,
    ):
        desk = Desk(
            own,
            ledgers.ledger,
            ledgers.people,
            ledgers.alerts,
            ledgers.connections,
            erp,
            clock,
            AtOnce(),
            chance=chance,
            batches=ledgers.batches,
            notices=ledgers.notices,
        )
        made = Plant(server, wire, desk, clock, chance, ledgers, course)
        wire.plan = made.plan
        await take_in(desk, course.documents)
        made.start()
        try:
            yield made
        finally:
            await made.stop()


def _distributor() -> Distributor:
    pace = ErpPace(
        concurrency=3,
        timeout=timedelta(seconds=60),
        settle=timedelta(seconds=SETTLE),
        lookup_gap=timedelta(seconds=0.3),
    )
    return Distributor(
        key=KEY,
        name="Northwind Traders",
        zone=ZoneInfo("America/Chicago"),
        cadence="* * * * *",
        slack_team="T000000001",
        alert_channel="C000000002",
        erp=pace,
        alerts=AlertPace(timedelta(0), timedelta(0), timedelta(hours=4)),
    )
