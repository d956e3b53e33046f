"""People at work while things go wrong: clicks in the same moment, and orders keyed in by hand."""

import asyncio
import json
from typing import Any

from commands.desk import Desk
from commands.domain.documents import Document, to_json
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Why
from commands.domain.people import Actor
from commands.key_in import Held, Released, key_in, release
from commands.lookup import check_erp
from commands.mark_synced import MarkedSynced, MarkRequest, mark_synced
from commands.retry import retry
from sandbox.erp.orders import read
from tests.faults.course import Deed
from tests.faults.drawing import KEY
from tests.faults.plant import ADA, DANA, OLEG
from tests.faults.scene import Scene, passing


async def clicks(scene: Scene, deed: Deed) -> None:
    """Two people and an admin press at the same moment."""
    people = (DANA, OLEG, ADA)
    desk = await scene.desk(deed.process)
    presses = [
        press(scene, desk, people[index % 3], word, deed.order)
        for index, word in enumerate(deed.words)
    ]
    await asyncio.gather(*presses)


async def press(scene: Scene, desk: Desk, who: Actor, word: str, number: int) -> None:
    order = OrderId(str(number))
    try:
        outcome = await _pressed(scene, desk, who, word, order)
    except Exception as trouble:  # a person sees an error and shrugs
        if not passing(trouble):
            raise
        outcome = trouble
    scene.plant.say(f"{who.person} presses {word} on {number}: {type(outcome).__name__}")
    if isinstance(outcome, Held):
        _held(scene, number, who)


async def _pressed(scene: Scene, desk: Desk, who: Actor, word: str, order: OrderId) -> Any:
    number = int(order)
    match word:
        case "retry":
            return await retry(desk, who, order)
        case "mark" if number not in scene.holding:
            return await mark_synced(desk, who, MarkRequest(order, Why.NOT_NEEDED))
        case "hold":
            return await key_in(desk, who, order)
        case "release":
            return await _release(scene, desk, who, order)
        case _:
            return await check_erp(desk, who, order)


async def _release(scene: Scene, desk: Desk, who: Actor, order: OrderId) -> Any:
    number = int(order)
    if number in scene.typed:
        return None
    # From the press on it may be sent; before that it must not have been.
    _look_whether_sent(scene, number)
    scene.releasing.add(number)
    try:
        outcome = await release(desk, who, order)
    except Exception as trouble:
        if passing(trouble):
            # Perhaps it was given back, and only the answer was lost.
            scene.holding.pop(number, None)
        raise
    finally:
        scene.releasing.discard(number)
    if isinstance(outcome, Released):
        scene.holding.pop(number, None)
    return outcome


def _held(scene: Scene, number: int, who: Actor) -> None:
    scene.holding[number] = (who, _posts(scene, number))


def _posts(scene: Scene, number: int) -> int:
    seen = scene.plant.gateway.requests
    return sum(one.method == "POST" and one.external_id == str(number) for one in seen)


def _look_whether_sent(scene: Scene, number: int) -> None:
    _, before = scene.holding.get(number, (None, None))
    if before is not None and _posts(scene, number) != before:
        scene.sent_while_held.add(number)


async def keys_in(scene: Scene, deed: Deed) -> None:
    """A clerk holds the order, types it into the ERP, and marks it with the number."""
    order, number = OrderId(str(deed.order)), deed.order
    try:
        outcome = await key_in(await scene.desk(deed.process), DANA, order)
    except Exception as trouble:
        if not passing(trouble):
            raise
        return
    scene.plant.say(f"U2 keys in {number}: {type(outcome).__name__}")
    if not isinstance(outcome, Held):
        return
    _held(scene, number, DANA)
    await asyncio.sleep(deed.span)
    if document := await _still_held(scene, order):
        _type_in(scene, document)
        await mark_typed(scene, number)


async def _still_held(scene: Scene, order: OrderId) -> Document | None:
    """What is to be typed, unless somebody gives the order back just now."""
    found = await scene.plant.judge.ledger.load(KEY, order)
    if found is None or found.standing.hold is None or int(order) in scene.releasing:
        return None
    return found.document if found.standing.hold.by == DANA.person else None


def _type_in(scene: Scene, document: Document) -> None:
    """A draft that is there already is finished and not typed again."""
    gateway = scene.plant.gateway
    scene.typed.add(int(document.id))
    if gateway.books.draft_of(document.id):
        finish(scene, int(document.id))
        return
    entered = read(json.dumps(to_json(document), default=str).encode())
    made = gateway.books.enter(
        entered, gateway.clock(), key=f"clerk {document.id}", status="confirmed"
    )
    scene.plant.say(f"U2 types {document.id} into the ERP: {made.reference}")


async def mark_typed(scene: Scene, number: int) -> None:
    order = OrderId(str(number))
    document = scene.plant.gateway.books.by_external[order][-1]
    request = MarkRequest(order, Why.KEYED_IN, document.reference, anyway=True)
    outcome = await scene.until_answered(lambda desk: mark_synced(desk, DANA, request))
    scene.plant.say(f"U2 marks {number} as synced: {type(outcome).__name__}")
    _look_whether_sent(scene, number)
    if isinstance(outcome, MarkedSynced):
        scene.holding.pop(number, None)


def finish(scene: Scene, number: int) -> None:
    """Somebody at the ERP confirms what waits for it, a draft left behind included."""
    for made in scene.plant.gateway.books.by_external.get(str(number), ()):
        made.draft = False
    scene.plant.gateway.confirm(str(number), callbacks=0)
