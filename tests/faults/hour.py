"""An hour of trouble with many orders waiting, for `test_the_hour`: the real engine, the simulated
ERP, and what the ERP's own log says of it.
"""

import asyncio
import itertools
import random
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from commands.domain.distributors import ErpPace
from commands.domain.documents import Document
from commands.domain.ids import OrderId
from commands.domain.lifecycle import State
from commands.intake import take_in
from sandbox.erp import faults
from sandbox.erp.setup import Seen
from store.tables import orders
from tests.faults.course import LOOKUP_GAP, SETTLE, TIMEOUT, Course, Plot
from tests.faults.drawing import draw
from tests.faults.grounds import Ground
from tests.faults.plant import Plant, plant
from tests.faults.virtual_time import VirtualLoop

HOUR: Final = 3600.0
CONCURRENCY: Final = 16
TAKES: Final = 0.1
"""Seconds that the ERP takes for an order, so that requests in flight overlap."""

GLANCE: Final = 40.0
"""Seconds between two idle looks of the engine, a quarter of it while orders wait for the line."""

AT_ONCE: Final = 1000
LOOK_EVERY: Final = 20.0
DAYS: Final = 60


def course(count: int) -> Course:
    """So many orders, whose deliveries are in another order than their coming."""
    chance, model = random.Random(count), draw(0).documents[0]
    documents = tuple(_document(model, number, chance) for number in range(1, count + 1))
    pace = ErpPace(
        CONCURRENCY,
        timedelta(seconds=TIMEOUT),
        timedelta(seconds=SETTLE),
        timedelta(seconds=LOOKUP_GAP),
    )
    return Course(
        seed=0,
        documents=documents,
        plots=dict.fromkeys(range(1, count + 1), Plot("plain")),
        looks=(),
        deeds=(),
        concurrency=CONCURRENCY,
        pace=pace,
    )


def _document(model: Document, number: int, chance: random.Random) -> Document:
    day = date(2026, 11, 25) + timedelta(days=chance.randrange(DAYS))
    lines = tuple(replace(line, sku="NW-001") for line in model.lines)
    return replace(model, id=OrderId(str(number)), delivery_date=day, lines=lines)


@asynccontextmanager
async def waiting(
    count: int, trouble: Callable[[Plant], None], loop: VirtualLoop, ground: Ground
) -> AsyncIterator[Plant]:
    """A plant whose ERP is in trouble before the first of the orders has come."""
    made = course(count)
    async with plant(made, loop, ground, GLANCE) as world:
        trouble(world)
        process = world.alive()
        assert process is not None
        for first in range(0, count, AT_ONCE):
            await take_in(process.desk, made.documents[first : first + AT_ONCE])
        process.engine.wake()
        yield world


async def all_synced(world: Plant, within: float) -> bool:
    """Wait until every order is; False: not within so many seconds."""
    left = sa.select(sa.func.count()).where(orders.c.state != State.SYNCED.value)
    until = world.loop.time() + within
    while world.loop.time() < until:
        await asyncio.sleep(LOOK_EVERY)
        async with world.judge.database.reading() as connection:
            if not await connection.scalar(left):
                return True
    return False


def goes_down(world: Plant) -> None:
    """The ERP cuts every connection, and logs it."""
    world.gateway.switch({"down": True})


def mend(world: Plant) -> datetime:
    """The ERP answers again, and takes a moment for each order. Returns when."""
    world.gateway.faults = itertools.repeat(faults.slow(TAKES))
    world.gateway.switch({"down": False})
    return world.clock.true()


def stands_still(world: Plant) -> None:
    """The gateway is well and answers look-ups; the ERP behind it takes no order."""
    world.gateway.faults = itertools.repeat(faults.server_error(503))


def revoke(world: Plant) -> None:
    """The ERP does not know the key any more; after six wrong ones not even a right one."""
    world.gateway.options.lockout = True
    world.gateway._bearer = b"bearer another"


# --- what the ERP's log says ---------------------------------------------------------------------


def since(requests: list[Seen], moment: datetime) -> list[Seen]:
    return [seen for seen in requests if seen.at >= moment]


def posts(requests: list[Seen]) -> list[int]:
    """The orders in the sequence of their coming."""
    return [int(seen.external_id) for seen in requests if seen.method == "POST"]


def out_of_turn(came: list[int], made: Course) -> int:
    """By how many places an order came before or after its turn, at most: the next delivery first,
    those of one day as they came in.
    """
    wanted = set(came)
    by_delivery = sorted(
        (document for document in made.documents if int(document.id) in wanted),
        key=lambda document: (document.delivery_date, int(document.id)),
    )
    turn = {int(document.id): nth for nth, document in enumerate(by_delivery)}
    return max(abs(turn[number] - nth) for nth, number in enumerate(came))


def in_flight(requests: list[Seen]) -> list[tuple[int, int]]:
    """At the start of each order's request, in turn: how many orders are in flight with it, and how
    many requests, look-ups too, have been answered before.
    """
    takes = timedelta(seconds=TAKES)
    starts = sorted(seen.at - takes for seen in requests if seen.method == "POST")
    answered = sorted(seen.at for seen in requests)
    entered = sorted(seen.at for seen in requests if seen.method == "POST")
    return [
        (nth - bisect_right(entered, start), bisect_right(answered, start))
        for nth, start in enumerate(starts, 1)
    ]
