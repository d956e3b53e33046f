"""The shop and the ERP from outside: orders, changes, and what either says was confirmed."""

import asyncio
from dataclasses import replace
from typing import Any

from commands.desk import Desk
from commands.domain.documents import Document
from commands.domain.ids import OrderId
from commands.intake import confirmed_by_erp, confirmed_by_shop, take_in
from commands.ports import NotTaken
from tests.faults.course import Deed
from tests.faults.scene import Scene, passing


async def arrive(scene: Scene, deed: Deed) -> None:
    await scene.until_answered(lambda desk: _take(scene, desk, scene.content[deed.order]))
    scene.arrived.add(deed.order)


async def _take(scene: Scene, desk: Desk, document: Document) -> Any:
    (answer,) = await take_in(desk, [document])
    desk.wake()
    return answer


async def change(scene: Scene, deed: Deed) -> None:
    """The shop sends other content. Which one holds, only the answer says."""
    if deed.order not in scene.arrived:
        return
    old = scene.content[deed.order]
    line = replace(old.lines[0], quantity=old.lines[0].quantity + 1)
    new = replace(old, lines=(line,))
    answer = await scene.until_answered(lambda desk: _take(scene, desk, new))
    scene.plant.say(f"shop changes {deed.order}: {type(answer).__name__}")
    if not isinstance(answer, NotTaken):
        scene.content[deed.order] = new


async def shop_says(scene: Scene, deed: Deed) -> None:
    if deed.order in scene.arrived:
        order = OrderId(str(deed.order))
        try:
            await confirmed_by_shop(await scene.desk(), order, None)
        except Exception as trouble:
            if not passing(trouble):
                raise


def erp_changed(scene: Scene) -> None:
    for external_id in scene.plant.gateway.books.by_external:
        number = int(external_id)
        times = scene.course.plots[number].callbacks
        if times and number not in scene.called_back:
            scene.called_back.add(number)
            for after in times:
                scene.begin(_call_back(scene, number, after))


async def _call_back(scene: Scene, number: int, after: float) -> None:
    await asyncio.sleep(after)
    order = OrderId(str(number))
    made = scene.plant.gateway.books.by_external[order]
    if len(made) != 1 or made[0].draft:
        return
    reference = made[0].reference
    scene.plant.gateway.confirm(order, callbacks=0)
    scene.plant.say(f"ERP calls back {number}: {reference}")
    await scene.until_answered(lambda desk: confirmed_by_erp(desk, order, reference))
