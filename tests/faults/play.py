"""Carries a course out: orders arrive, things go wrong, people click; then all is well, and
everything comes to rest. What came of it goes to `judging`.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from commands.desk import Desk
from commands.domain.connection import Line
from commands.domain.failures import Code, Kind
from commands.domain.history import Entry
from commands.domain.lifecycle import State
from commands.ports import Order
from sandbox.erp.setup import Seen
from store.rows import ORDER, order_of
from tests.faults import clerks, mishaps, shop
from tests.faults.course import Act, Course, Deed
from tests.faults.drawing import KEY
from tests.faults.grounds import Ground
from tests.faults.plant import ADA, DANA, plant
from tests.faults.scene import Scene
from tests.faults.virtual_time import VirtualLoop

ROUND: Final = 5.0
PEOPLE_COME_BACK: Final = 20.0
FAULTS_LAST: Final = 120.0
"""Seconds after the last deed in which the ERP still has its moods; then it is well."""

SOLD_AGAIN: Final = 40.0
LONGEST: Final = 2400.0
"""Seconds after the last fault within which everything has come to rest, or never will."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found when all had come to rest.

    `documents`: of each order in the ERP, as (reference, status, account, total, draft); `typed`:
    orders that a clerk keyed in; `sent_while_held`: ones that left although somebody held them.
    """

    course: Course
    orders: dict[int, Order]
    histories: dict[int, list[Entry]]
    documents: dict[int, list[tuple[str, str, str, str, bool]]]
    requests: list[Seen]
    typed: frozenset[int]
    sent_while_held: frozenset[int]
    rested: bool
    trace: list[tuple[float, str]]


async def play(course: Course, loop: VirtualLoop, ground: Ground) -> Outcome:
    """Carry the course out in a world of its own."""
    async with plant(course, loop, ground) as world:
        scene = Scene(world, {int(document.id): document for document in course.documents})
        await _through(scene)
        rested = await _to_rest(scene)
        return await _outcome(scene, rested=rested)


async def _through(scene: Scene) -> None:
    gateway, loop = scene.plant.gateway, scene.plant.loop
    gateway.schedules.by_order = {
        str(number): list(plot.faults) for number, plot in scene.course.plots.items()
    }
    gateway.schedules.load("look_up", scene.course.looks)
    gateway.on_change = lambda: shop.erp_changed(scene)
    scene.began = loop.time()
    for deed in scene.course.deeds:
        await asyncio.sleep(scene.began + deed.at - loop.time())
        scene.begin(DEEDS[deed.act](scene, deed))
    await scene.all_done()


# --- to rest -------------------------------------------------------------------------------------


async def _to_rest(scene: Scene) -> bool:
    """The faults still to be met, then an ERP that is well, and people who mend what only they can.
    False: something never comes to rest.
    """
    if await _rest(scene, FAULTS_LAST):
        return True
    _mend(scene)
    return await _rest(scene, LONGEST)


async def _rest(scene: Scene, span: float) -> bool:
    """Let it run until all is at rest, for `span` at most; people come by now and then."""
    loop = scene.plant.loop
    until, people_at = loop.time() + span, 0.0
    while loop.time() < until:
        await scene.all_done()
        orders = await _orders(scene)
        if len(orders) == len(scene.content) and all(map(_rests, orders.values())):
            return True
        if loop.time() >= people_at:
            people_at = loop.time() + PEOPLE_COME_BACK
            await _people_mend(scene, orders)
        await asyncio.sleep(ROUND)
    return False


def _rests(order: Order) -> bool:
    return order.standing.state is State.SYNCED or _failed_as(order, Code.DUPLICATE)


def _failed_as(order: Order, code: Code) -> bool:
    failure = order.standing.failure
    return order.standing.state is State.FAILED and failure is not None and failure.code is code


def _mend(scene: Scene) -> None:
    gateway = scene.plant.gateway
    scene.plant.say("all is well from here on")
    gateway.schedules.by_order = {}
    gateway.schedules.load("look_up", ())
    gateway.switch({"unconfirmed": False})
    scene.plant.floor.calm = True
    _sell(scene)


def _sell(scene: Scene) -> None:
    for sku in scene.course.unsellable:
        scene.plant.gateway.catalogue.set_item(sku, active=True)


async def _people_mend(scene: Scene, orders: dict[int, Order]) -> None:
    """Only what waits for people: refused orders, held ones, a connection that is stopped."""
    desk = await scene.desk()
    stopped = (await scene.until_answered(lambda one: one.connections.load(KEY))).line
    if scene.plant.loop.time() > scene.began + scene.course.length + SOLD_AGAIN:
        _sell(scene)
    asked = stopped is not Line.STOPPED
    for number, order in orders.items():
        asked = await _mend_one(scene, desk, number, order, asked=asked)


async def _mend_one(scene: Scene, desk: Desk, number: int, order: Order, *, asked: bool) -> bool:
    """Returns whether somebody has asked a stopped connection for another try."""
    standing = order.standing
    if standing.hold:
        await _end_hold(scene, desk, number)
    elif not asked and standing.state in {State.QUEUED, State.FAILED}:
        await clerks.press(scene, desk, DANA, "retry", number)
        return True
    elif standing.state is State.FAILED and not _rests(order):
        if standing.failure and standing.failure.kind is Kind.NEEDS_FIX:
            await clerks.press(scene, desk, DANA, "retry", number)
    elif standing.state in {State.SENT, State.PENDING_VERIFICATION}:
        clerks.finish(scene, number)
    return asked


async def _end_hold(scene: Scene, desk: Desk, number: int) -> None:
    if number in scene.typed:
        await clerks.mark_typed(scene, number)
    else:
        await clerks.press(scene, desk, ADA, "release", number)


# --- what came of it -----------------------------------------------------------------------------


async def _orders(scene: Scene) -> dict[int, Order]:
    """All of them, past every trouble with the database: the judge's own look."""
    async with scene.plant.judge.database.reading() as connection:
        rows = (await connection.execute(sa.select(*ORDER))).all()
    return {int(order.id): order for order in map(order_of, rows)}


async def _outcome(scene: Scene, *, rested: bool) -> Outcome:
    orders = await _orders(scene)
    histories = {
        number: await scene.plant.judge.queries.history(KEY, order.id)
        for number, order in orders.items()
    }
    scene.plant.gateway.settle()
    return Outcome(
        course=scene.course,
        orders=orders,
        histories=histories,
        documents={number: _documents(scene, number) for number in scene.content},
        requests=scene.plant.gateway.requests,
        typed=frozenset(scene.typed),
        sent_while_held=frozenset(scene.sent_while_held),
        rested=rested,
        trace=scene.plant.trace,
    )


def _documents(scene: Scene, number: int) -> list[tuple[str, str, str, str, bool]]:
    made = scene.plant.gateway.books.by_external.get(str(number), [])
    return [(one.reference, one.status, one.account_id, str(one.total), one.draft) for one in made]


DEEDS: Final[dict[Act, Callable[[Scene, Deed], Coroutine[Any, Any, None]]]] = {
    Act.ARRIVE: shop.arrive,
    Act.CHANGE: shop.change,
    Act.SHOP_SAYS: shop.shop_says,
    Act.CLICKS: clerks.clicks,
    Act.KEY_IN: clerks.keys_in,
    Act.KILL: mishaps.kill,
    Act.LATE_CLAIM: mishaps.late_claim,
    Act.DATABASE_GONE: mishaps.gone,
    Act.ANSWER_LOST: mishaps.answer_lost,
    Act.DATABASE_LOCKED: mishaps.locked,
    Act.CLOCK_STEP: mishaps.clock_step,
    Act.ERP_DOWN: mishaps.down,
    Act.RATE_LIMITED: mishaps.rate_limited,
    Act.FORBIDDEN: mishaps.forbidden,
}
