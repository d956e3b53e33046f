"""The loop of one distributor: claim, send, settle, verify. The only place that knows their order.

Started by the composition root. A few workers call the ERP; two settlers in turn store what they
heard, many at a time; one pump claims what is due as far as the connection lets it. Killed at any
moment it loses nothing: a claim is a lease, and what was being sent is looked up by whoever comes
next.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from commands import sync, verify
from commands.crew import Crew, NoPlaceError
from commands.desk import Desk
from commands.domain.answers import Documents, LookupTrouble, Silence, Unhealthy
from commands.domain.connection import Connection, Line
from commands.domain.failures import Code, Failure
from commands.domain.history import BOT
from commands.domain.lifecycle import LookupFailed, State
from commands.line import Wire
from commands.ports import Order, Settlement, Sweep
from commands.sync import Heard

log = logging.getLogger("orderwatch.engine")

GLANCE: Final = 1.0
"""Seconds between two looks for work that somebody else put there."""

GLANCE_BUSY: Final = 0.2
"""Seconds between two looks for what is rare, while orders go out as fast as they can."""

GATHER: Final = 0.02
"""Seconds that an answer waits for others, to be stored with them: each storing waits for the disk.
"""

SETTLERS: Final = 2
"""While one batch waits for the disk, the next is on its way there."""

SWEEP_EVERY: Final = timedelta(seconds=1)
LARGEST_BATCH: Final = 200
AFTER_TROUBLE: Final = 1.0
NOT_IN_TIME: Final = "No answer in time; try again in a moment"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Job:
    """A claimed order, or one whose look-up is due. `probe`: the breaker lets it by."""

    order: Order
    probe: bool = False


class Engine:
    """Runs one distributor's sync until it is stopped.

    `told` is called after every batch of changes, so that alerts follow at once.
    """

    def __init__(self, desk: Desk, told: Callable[[], None] = lambda: None) -> None:
        self._desk = desk
        self._told = told
        self._due = asyncio.Event()
        self._stopping = asyncio.Event()
        self._crew: Crew[_Job] = Crew(desk, self._work)
        self._heard: asyncio.Queue[tuple[_Job, Heard]] = asyncio.Queue()
        self._in_hand = 0
        self._gathering = asyncio.Lock()
        self._storing = 0
        self._wire = Wire(desk)
        self._swept: datetime | None = None
        self._glance_at = 0.0

    def wake(self) -> None:
        """Something is due now; look at once."""
        self._glance_at = 0.0
        self._due.set()

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is out has been settled."""
        self._stopping.set()
        self._due.set()

    @property
    def line(self) -> Connection:
        return self._wire.connection

    async def ask(self, look_up: Callable[[], Awaitable[T]]) -> T | LookupTrouble:
        """A look-up for somebody beside the engine: in one of the connection's places, and not at
        all while the line is closed. What comes of it the line hears.
        """
        if closed := self._wire.closed:
            return closed
        try:
            async with asyncio.timeout(self._desk.distributor.erp.timeout.total_seconds()):
                answer = await self._crew.lend(look_up)
        except (TimeoutError, NoPlaceError):
            return LookupTrouble(Failure(Code.ERP_DOWN, NOT_IN_TIME))
        if isinstance(answer, Documents | LookupTrouble):
            self._wire.hear([sync.sign_of(answer)])
            await self._survive(self._wire.store)
        return answer

    async def run(self) -> None:
        """Work until `stop`. Cancelling it is safe as well: leases take care of the rest."""
        await self._survive(self._wire.greet)
        settlers = [asyncio.create_task(self._settle()) for _ in range(SETTLERS)]
        try:
            while not self._stopping.is_set():
                await self._survive(self._turn)
            while self._in_hand:
                self._due.clear()
                await self._due.wait()
        finally:
            for settler in settlers:
                settler.cancel()
            await asyncio.gather(*settlers, return_exceptions=True)
            await self._crew.dismiss()

    @property
    def _concurrency(self) -> int:
        return self._desk.distributor.erp.concurrency

    async def _survive(self, step: Callable[[], Awaitable[None]]) -> None:
        """A database that is locked or gone for a while stops nothing for good."""
        try:
            await step()
        except Exception as trouble:
            log.warning("%s: %s, trying again", self._desk.distributor.key, type(trouble).__name__)
            log.debug("the trouble was", exc_info=trouble)
            await asyncio.sleep(AFTER_TROUBLE)

    # --- the pump --------------------------------------------------------------------------------

    async def _turn(self) -> None:
        self._due.clear()
        await self._crew.adjust()
        await self._sweep()
        glance = self._glance_due()
        if glance or not self._wire.works:
            await self._wire.read()
        started = await self._start(glance=glance)
        if not started:
            await self._rest()

    def _glance_due(self) -> bool:
        """Whether it is time to look for what is rare: the line as others see it, look-ups."""
        return asyncio.get_running_loop().time() >= self._glance_at

    async def _start(self, *, glance: bool) -> bool:
        """Begin what is due and allowed; False: nothing was."""
        allowed = self._wire.admits()
        if self._wire.line is Line.DOWN:
            return bool(allowed) and await self._probe()
        allowed = min(allowed, self._crew.size)
        looked = glance and await self._look(allowed)
        room = (allowed * 2 if self._warm() else allowed) - self._in_hand
        if self._in_hand >= allowed and room < allowed / 2:
            # Everybody is at work: a few at a time would cost as much as many.
            return False
        return room > 0 and await self._claim(room, looked=looked)

    async def _look(self, allowed: int) -> bool:
        """Take look-ups, which go first; on a warm line beside the orders in hand, which keep it
        busy meanwhile. False: the line is not to be asked so.
        """
        self._glance_at = asyncio.get_running_loop().time() + GLANCE_BUSY
        if self._wire.line is Line.STOPPED:
            return False
        room = min(allowed, (allowed * 3 if self._warm() else allowed) - self._in_hand)
        if room > 0:
            self._give(await self._to_look(room))
        return True

    def _warm(self) -> bool:
        """Whether two orders in hand for each one in flight keep the line busy; while it warms up,
        or is in trouble, it is as many as may be in flight.
        """
        return self._wire.works and self._wire.admits() >= self._crew.size

    async def _claim(self, room: int, *, looked: bool) -> bool:
        """Claim what is due, into places kept free meanwhile; False: nothing was."""
        probe = not self._wire.works
        self._in_hand += room
        try:
            orders = await self._due_orders(room, looked=looked)
        finally:
            self._in_hand -= room
        self._give(orders, probe=probe)
        return bool(orders)

    def _give(self, orders: list[Order], *, probe: bool = False) -> None:
        self._in_hand += len(orders)
        for order in orders:
            self._crew.put(_Job(order, probe))

    async def _due_orders(self, room: int, *, looked: bool) -> list[Order]:
        """While there is enough to send, look-ups are looked for at a glance."""
        stopped = self._wire.line is Line.STOPPED
        orders = await self._to_send(room)
        # Of a stopped line one order is the probe: a look-up if there is nothing to be sent.
        if not looked and (not orders if stopped else len(orders) < room):
            orders += await self._to_look(room - len(orders))
        if stopped and orders:
            await self._wire.put_off()
        return orders

    async def _to_look(self, room: int) -> list[Order]:
        own, now = self._desk.distributor, self._desk.clock.now()
        return await self._desk.ledger.claim_lookups(own.key, room, own.erp.lease, now)

    async def _to_send(self, room: int) -> list[Order]:
        own, now = self._desk.distributor, self._desk.clock.now()
        return await self._desk.ledger.claim(own.key, room, own.erp.lease, now)

    async def _probe(self) -> bool:
        """Ask a silent ERP for its health, if the probe is ours; False: it is as silent as before.

        That it says it is well is no proof that it takes orders: the next order is.
        """
        if not await self._wire.take_probe():
            return False
        health = await self._desk.erp.health()
        if isinstance(health, Unhealthy):
            self._wire.hear([sync.trouble_of(LookupTrouble(health.failure))])
            await self._wire.store()
            return self._wire.line is not Line.DOWN
        looks, orders = await self._to_look(self._crew.size), await self._to_send(1)
        if not orders:
            await self._wire.reopen()
        self._give(looks + orders, probe=True)
        return True

    async def _rest(self) -> None:
        """Until something is due, somebody wakes us, or a moment has passed."""
        if self._stopping.is_set():
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(await self._how_long()):
                await self._due.wait()

    async def _how_long(self) -> float:
        due = None
        if not self._in_hand:
            due = await self._desk.ledger.next_due(self._desk.distributor.key)
        if due is None:
            return GLANCE
        wait = (due - self._desk.clock.now()).total_seconds()
        # What is due and still waits here, waits for the connection.
        return min(wait, GLANCE) if wait > 0 else GLANCE / 4

    async def _sweep(self) -> None:
        now, own = self._desk.clock.now(), self._desk.distributor
        if not self._desk.processes.leads(own.key):
            return
        if self._swept and now - self._swept < SWEEP_EVERY:
            return
        self._swept = now
        spans = Sweep(own.confirm_within, own.patience, own.stuck_after, own.erp.settle)
        if await self._desk.ledger.sweep(own.key, spans, now):
            self._told()

    # --- the workers -----------------------------------------------------------------------------

    async def _work(self, job: _Job) -> None:
        self._heard.put_nowait((job, await self._call(job)))

    async def _call(self, job: _Job) -> Heard:
        """An adapter answers with values; should it raise all the same, the outcome is unknown."""
        try:
            return await self._ask(job)
        except Exception as mistake:
            log.exception("%s: the adapter raised", self._desk.distributor.key)
            return _unforeseen(self._desk, job.order, mistake)

    async def _ask(self, job: _Job) -> Heard:
        order = job.order
        if not self._crew.may_call():
            return _not_asked(self._desk, order)
        if order.standing.state is not State.SENDING:
            return await verify.look_up(self._desk, order, others_pass=self._others_pass(order))
        if not job.probe and not self._wire.works:
            return Heard(sync.not_begun(self._desk, order), None)
        return await sync.attempt(self._desk, order)

    def _others_pass(self, order: Order) -> bool:
        last_ok, sent = self._wire.connection.last_ok, order.standing.last_sent_at
        return last_ok is not None and sent is not None and last_ok > sent

    # --- the settler -----------------------------------------------------------------------------

    async def _settle(self) -> None:
        while True:
            async with self._gathering:
                batch = await self._gather()
                self._storing += len(batch)
            await self._store_batch(batch)
            self._storing -= len(batch)
            self._in_hand -= len(batch)
            self._due.set()
            self._told()

    async def _gather(self) -> list[tuple[_Job, Heard]]:
        """What was heard, once it is worth a transaction: from as many as work, or from all."""
        batch = [await self._heard.get()]
        enough = min(self._in_hand - self._storing, self._concurrency)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GATHER):
                while len(batch) < enough:
                    batch.append(await self._heard.get())
        while not self._heard.empty() and len(batch) < LARGEST_BATCH:
            batch.append(self._heard.get_nowait())
        return batch

    async def _store_batch(self, batch: list[tuple[_Job, Heard]]) -> None:
        """Again and again until it is stored: an answer is worth more than our patience."""
        settlements = [Settlement(job.order, heard.event) for job, heard in batch]
        self._wire.hear([heard.sign for _, heard in batch if heard.sign is not None])
        while True:
            try:
                # The breaker first: orders that fail for the whole connection belong to its alert.
                await self._wire.store()
                await self._settle_and_claim(settlements)
            except Exception as trouble:
                log.warning("answers not stored yet: %s", type(trouble).__name__)
                log.debug("the trouble was", exc_info=trouble)
                await asyncio.sleep(AFTER_TROUBLE)
            else:
                return

    async def _settle_and_claim(self, settlements: list[Settlement]) -> None:
        """While all goes well, the next orders come with the same transaction: one wait for the
        disk instead of two.
        """
        room = self._room_after()
        own, now = self._desk.distributor, self._desk.clock.now()
        self._in_hand += room
        try:
            orders = await self._desk.ledger.settle_and_claim(
                own.key, settlements, BOT, room, own.erp.lease, now
            )
        finally:
            self._in_hand -= room
        self._give(orders)

    def _room_after(self) -> int:
        """How many to claim when all that is being stored has ended; 0: that is the pump's to
        judge.
        """
        if self._stopping.is_set() or not self._warm():
            return 0
        return max(0, self._crew.size * 2 - (self._in_hand - self._storing))


def _not_asked(desk: Desk, order: Order) -> Heard:
    """Other processes have our places by now: it stays as it was, and due."""
    if order.standing.state is State.SENDING:
        return Heard(sync.not_begun(desk, order), None)
    return Heard(LookupFailed(desk.clock.now()), None)


def _unforeseen(desk: Desk, order: Order, mistake: Exception) -> Heard:
    failure = Failure(Code.TIMEOUT, f"Unforeseen trouble in the bot: {type(mistake).__name__}")
    if order.standing.state is State.SENDING:
        return Heard(sync.event_of(desk, order, Silence(failure)), None)
    return Heard(LookupFailed(sync.next_look(order, desk.clock.now())), None)
