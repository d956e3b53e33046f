"""One run's world: the simulated ERP, bot processes on one database, and the clock they share."""

import asyncio
import contextlib
import random
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast
from unittest import mock
from zoneinfo import ZoneInfo

import erp
import store
from commands import engine as engine_room
from commands.desk import Desk
from commands.domain.distributors import AlertPace, Distributor
from commands.domain.people import Actor, Permission, PersonId, Role
from commands.engine import Engine
from erp.carriers import POOLED, Carrier
from sandbox.erp.server import running
from sandbox.erp.setup import Options
from sandbox.erp.state import ErpState
from store import processes
from tests.faults.course import TIMEOUT, Course
from tests.faults.drawing import KEY
from tests.faults.frozen import Floor, FrozenErp, TroubledPort, Troubles
from tests.faults.grounds import Ground, Ways
from tests.faults.virtual_time import START, VirtualLoop
from tests.faults.wires import Line

TOKEN: Final = "a-token-for-the-erp"
DAWN: Final = datetime(2026, 11, 24, 6, tzinfo=UTC) - timedelta(seconds=START)
DANA: Final = Actor(PersonId("U2"), KEY, Role.EMPLOYEE, frozenset({Permission.ACTIONS}))
OLEG: Final = Actor(PersonId("U3"), KEY, Role.EMPLOYEE, frozenset({Permission.ACTIONS}))
ADA: Final = Actor(PersonId("U1"), KEY, Role.ADMIN, frozenset({Permission.ACTIONS}))
GLANCE: Final = 12.0
"""Seconds between two idle looks of an engine. A pace and no rule: what is due wakes it anyway, and
each look costs real time."""

NO_TIME: Final = 0.0001
LINE_GLANCE: Final = timedelta(seconds=4)
"""The same of a process's line to a server, which counts as lost after five."""

_CERTIFICATES: Final = ssl.create_default_context()


class OneClock:
    """The bot's wall clock. `ahead` is what it has been stepped by; the ERP's own clock is not."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self.ahead = timedelta(0)

    def true(self) -> datetime:
        return DAWN + timedelta(seconds=self._loop.time())

    def now(self) -> datetime:
        return self.true() + self.ahead

    async def sleep(self, span: timedelta) -> None:
        await asyncio.sleep(span.total_seconds())


class AtOnce:
    """A cadence that ticks all the time."""

    def after(self, moment: datetime) -> datetime:
        return moment


@dataclass(slots=True)
class Process:
    """One bot process: its own store handle, adapter and engine, until it is killed."""

    desk: Desk
    store: store.Store
    troubles: Troubles
    engine: Engine
    task: asyncio.Task[None]
    closing: AsyncExitStack
    line: Line | None
    guests: set[asyncio.Task[None]] = field(default_factory=set)

    async def kill(self) -> None:
        """As kill -9: nothing that it still had in hand is said or stored."""
        self.troubles.dead = True
        if self.line is not None:
            self.line.refuses += 1
            self.line.cut()
        dying = {self.task, *self.guests}
        while dying:
            # Again, because giving back a wire that is cut raises errors of its own on the way out.
            for task in dying:
                task.cancel()
            _, dying = await asyncio.wait(dying, timeout=NO_TIME)
        await self.closing.aclose()


@dataclass(slots=True)
class Plant:
    """The world of one run. `processes[i]` is None while that process is dead. `judge`: a way to
    the database that nothing ever goes wrong with.
    """

    course: Course
    gateway: ErpState
    clock: OneClock
    floor: Floor
    loop: VirtualLoop
    url: str
    ways: Ways
    judge: store.Store
    chance: random.Random
    processes: list[Process | None] = field(default_factory=list)
    trace: list[tuple[float, str]] = field(default_factory=list)

    def say(self, words: str) -> None:
        """A line of the trace."""
        self.trace.append((self.loop.time() - START, words))

    def alive(self) -> Process | None:
        return next((process for process in self.processes if process), None)

    async def begin(self) -> None:
        self.processes = [None] * self.course.processes
        for index in range(self.course.processes):
            await self.start(index)

    async def end(self) -> None:
        for index in range(len(self.processes)):
            await self.kill(index)

    async def start(self, index: int) -> None:
        """Begin a new process in place of a dead one."""
        closing = AsyncExitStack()
        own = _distributor(self.course)
        way = self.ways()
        opened = await closing.enter_async_context(store.open(way.url, {KEY: own.zone}))
        adapter = FrozenErp(self._adapter(), self.floor)
        closing.push_async_callback(adapter.close)
        troubles = Troubles()
        desk = self._desk(own, opened, adapter, troubles)
        engine = Engine(desk)
        object.__setattr__(desk, "wake", engine.wake)
        task = asyncio.create_task(engine.run())
        process = Process(desk, opened, troubles, engine, task, closing, way.line)
        process.guests |= _company(opened, index)
        self.processes[index] = process

    async def kill(self, index: int) -> None:
        process, self.processes[index] = self.processes[index], None
        if process is not None:
            await process.kill()

    def _adapter(self) -> Any:
        own = self.course
        settings = erp.ErpSettings(
            "rest",
            self.url,
            TOKEN,
            timeout=timedelta(seconds=TIMEOUT),
            concurrency=own.concurrency,
        )
        return erp.connect(settings, self.clock.now, Carrier(_open, POOLED.never_left))

    def _desk(
        self, own: Distributor, opened: store.Store, adapter: FrozenErp, troubles: Troubles
    ) -> Desk:
        def troubled(port: object) -> Any:
            return cast("Any", TroubledPort(port, troubles, self.chance))

        return Desk(
            own,
            troubled(opened.ledger),
            opened.people,
            opened.alerts,
            troubled(opened.connections),
            adapter,
            self.clock,
            AtOnce(),
            chance=self.chance,
            processes=opened.processes,
            batches=opened.batches,
            notices=opened.notices,
        )


def _company(opened: store.Store, index: int) -> set[asyncio.Task[None]]:
    """What `bot.service` runs beside an engine: one of several processes holds the clock."""
    if isinstance(opened.processes, processes.ManyProcesses):
        # Drawn anew by each process; here it must be the same for the same seed.
        opened.processes.number = index + 1
    duty = opened.processes.while_mine(processes.clock_of(KEY), _nothing_else)
    return {asyncio.create_task(opened.processes.keep()), asyncio.create_task(duty)}


async def _nothing_else() -> None:
    await asyncio.Event().wait()


def _open(settings: erp.ErpSettings) -> Any:
    # Reading the certificates of all the world anew for each process costs more than its orders.
    with mock.patch("ssl.create_default_context", return_value=_CERTIFICATES):
        return POOLED.open(settings)


def _distributor(course: Course) -> Distributor:
    return Distributor(
        key=KEY,
        name="Northwind Traders",
        zone=ZoneInfo("America/Chicago"),
        cadence="* * * * *",
        slack_team="T000000001",
        alert_channel="C000000002",
        confirm_within=course.confirm_within,
        patience=course.patience,
        erp=course.pace,
        alerts=AlertPace(timedelta(0), timedelta(0), timedelta(hours=4)),
    )


@contextlib.asynccontextmanager
async def plant(
    course: Course, loop: VirtualLoop, ground: Ground, glance: float = GLANCE
) -> AsyncIterator[Plant]:
    """A new database, a new ERP, and as many processes as the course has."""
    clock = OneClock(loop)
    options = Options(honour_key=course.honour_key)
    gateway = ErpState(token=TOKEN, clock=clock.true, options=options)
    for sku in course.unsellable:
        gateway.catalogue.set_item(sku, active=False)
    async with (
        ground.entered(loop) as ways,
        store.open(ways().url) as judge,
        running(gateway, refuses=course.refuses) as url,
    ):
        floor, chance = Floor(course.plots), random.Random(course.seed + 1)
        made = Plant(course, gateway, clock, floor, loop, url, ways, judge, chance)
        with (
            mock.patch.object(engine_room, "GLANCE", glance),
            mock.patch.object(processes, "GLANCE", LINE_GLANCE),
        ):
            try:
                await made.begin()
                yield made
            finally:
                await made.end()
