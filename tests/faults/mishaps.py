"""What goes wrong beside the single order: processes die, the database goes, clocks step."""

import asyncio
from datetime import timedelta

from tests.faults.course import Deed
from tests.faults.plant import Process
from tests.faults.scene import Scene


async def kill(scene: Scene, deed: Deed) -> None:
    scene.plant.say(f"kill -9 of process {deed.process}")
    if scene.plant.processes[deed.process] is None:
        return
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
        process.troubles.gone += 1
        await asyncio.sleep(deed.span)
        process.troubles.gone -= 1


async def answer_lost(scene: Scene, deed: Deed) -> None:
    if process := _process(scene, deed):
        scene.plant.say(f"commits of {deed.process} go unanswered, {deed.span} s")
        process.troubles.answer_lost += 1
        await asyncio.sleep(deed.span)
        process.troubles.answer_lost -= 1


async def locked(scene: Scene, deed: Deed) -> None:
    """Somebody holds the write lock. Between processes SQLite waits in real time, and gives up:
    there it is the same as a database that is gone.
    """
    process = _process(scene, deed)
    if scene.course.processes > 1 or process is None:
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
    async with process.store.database.writing():
        await asyncio.sleep(span)
