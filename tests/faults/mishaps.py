"""What goes wrong beside the single order: processes die, the database goes, clocks step."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from tests.faults.course import Deed
from tests.faults.plant import Process
from tests.faults.scene import Scene
from tests.faults.wires import Line

AMID_WITHIN: Final = 2.0
LOCK: Final = sa.text("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")


async def kill(scene: Scene, deed: Deed) -> None:
    scene.plant.say(f"kill -9 of process {deed.process}")
    process = _process(scene, deed)
    if process is None:
        return
    if process.line is not None:
        await _amid(process.line, deed)
    await scene.plant.kill(deed.process)
    await asyncio.sleep(deed.span)
    await scene.plant.start(deed.process)
    scene.plant.say(f"process {deed.process} is back")


def _process(scene: Scene, deed: Deed) -> Process | None:
    return scene.plant.processes[deed.process]


async def late_claim(scene: Scene, deed: Deed) -> None:
    if process := _process(scene, deed):
        scene.plant.say(f"the next claim of {deed.process} comes {deed.span} s late")
        process.troubles.late_claim = deed.span


async def gone(scene: Scene, deed: Deed) -> None:
    if process := _process(scene, deed):
        scene.plant.say(f"database gone for {deed.process}, {deed.span} s")
        if process.line is not None:
            await _cut_off(process.line, deed)
            return
        process.troubles.gone += 1
        await asyncio.sleep(deed.span)
        process.troubles.gone -= 1


async def answer_lost(scene: Scene, deed: Deed) -> None:
    if process := _process(scene, deed):
        scene.plant.say(f"commits of {deed.process} go unanswered, {deed.span} s")
        if process.line is not None:
            process.line.loses_commits += 1
            await asyncio.sleep(deed.span)
            process.line.loses_commits -= 1
            return
        process.troubles.answer_lost += 1
        await asyncio.sleep(deed.span)
        process.troubles.answer_lost -= 1


async def _amid(line: Line, deed: Deed) -> None:
    """Somewhere in the middle of what it asks next, or when it asks nothing for a while."""
    line.cut_at(_nth(deed))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(AMID_WITHIN):
            await line.was_cut.wait()


async def _cut_off(line: Line, deed: Deed) -> None:
    """Lost in the middle of a transaction, and then nobody gets through for a while."""
    line.cut_at(_nth(deed))
    line.refuses += 1
    await asyncio.sleep(deed.span)
    line.refuses -= 1


def _nth(deed: Deed) -> int:
    """Drawn with the deed: which question does not come through any more."""
    return int(deed.span * 1000) % 16 + 1


async def locked(scene: Scene, deed: Deed) -> None:
    """Somebody holds the write lock. Between processes SQLite waits in real time, and gives up:
    there it is the same as a database that is gone. On PostgreSQL an operator locks the orders.
    """
    process = _process(scene, deed)
    alone = process is not None and process.line is None and scene.course.processes > 1
    if alone or process is None:
        await gone(scene, deed)
        return
    scene.plant.say(f"database locked, {deed.span} s")
    process.guests.add(lock := asyncio.create_task(_hold_lock(process, deed.span)))
    await asyncio.gather(lock, return_exceptions=True)


async def clock_step(scene: Scene, deed: Deed) -> None:
    step = float(deed.words[0])
    scene.plant.say(f"the clock steps by {step} s")
    scene.plant.clock.ahead += timedelta(seconds=step)


async def down(scene: Scene, deed: Deed) -> None:
    await _switched(scene, "down", deed.span)


async def rate_limited(scene: Scene, deed: Deed) -> None:
    await _switched(scene, "rate_limited", deed.span)


async def forbidden(scene: Scene, deed: Deed) -> None:
    await _switched(scene, "forbidden", deed.span)


async def _switched(scene: Scene, switch: str, span: float) -> None:
    scene.plant.say(f"ERP {switch}, {span} s")
    scene.plant.gateway.switch({switch: True})
    await asyncio.sleep(span)
    scene.plant.gateway.switch({switch: False})


async def _hold_lock(process: Process, span: float) -> None:
    async with process.store.database.writing() as connection:
        if process.line is not None:
            await connection.execute(LOCK)
        await asyncio.sleep(span)
