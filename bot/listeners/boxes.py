"""The controls of lists with boxes: status, search, pages, ticks. They change what is looked at.

Both lists come here, the Orders page and an alert's details; which of the two says the view that
was pressed in.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.blocks import alert_orders, replies
from bot.blocks.alert_orders import NARROWS
from bot.blocks.ids import BadPointerError
from bot.blocks.message import Message, View
from bot.listeners.answers import Ear
from bot.listeners.front import Front
from bot.listeners.payloads import Press
from commands import lookup, openings
from commands.desk import Denied
from commands.domain.alerts import Alert
from commands.domain.lifecycle import Status
from commands.domain.people import Actor, Deed
from commands.retry import NoSuchAlert
from store.looks import Look, Place, Viewer


@dataclass(frozen=True, slots=True)
class Spot:
    """Whose list it is, and where it stands; `alert`: whose orders, in an alert's details."""

    actor: Actor
    viewer: Viewer
    alert: Alert | None = None


Change = Callable[[Spot], Awaitable[Look]]


async def _changed(front: Front, press: Press, ear: Ear, change: Change) -> None:
    """Change what is looked at, and draw it anew."""
    actor = await front.actor(press.who)
    match await spot(front, actor, press):
        case Spot() as found:
            await change(found)
            await draw(front, found, press.place.view)
        case no:
            await ear.say(nowhere(no))


async def spot(front: Front, actor: Actor, press: Press) -> Spot | Denied | NoSuchAlert:
    """Where it was pressed, for someone who may look there."""
    if not press.place.modal:
        viewer = front.screens.viewer(actor.person, Place.HOME)
        told = await lookup.query(front.desk, actor, lambda: front.screens.looks.load(viewer))
        return told if isinstance(told, Denied) else Spot(actor, viewer)
    match await openings.may_choose(front.desk, actor, Deed.QUERY, press.in_alert):
        case Alert() as alert:
            return await _in_alert(front, actor, alert)
        case no:
            return no


async def _in_alert(front: Front, actor: Actor, alert: Alert) -> Spot:
    """Its list as this person left it; one of another alert is begun anew."""
    viewer = front.screens.viewer(actor.person, Place.ALERT)
    look = await front.screens.looks.load(viewer)
    if look.alert_id != alert.id:
        await begin(front, actor, alert)
    return Spot(actor, viewer, alert)


async def begin(front: Front, actor: Actor, alert: Alert) -> Spot:
    """An alert's details are opened: all of its orders, nothing ticked."""
    viewer = front.screens.viewer(actor.person, Place.ALERT)
    await front.screens.looks.begin(viewer, front.now(), status=None, alert_id=alert.id)
    return Spot(actor, viewer, alert)


async def draw(front: Front, found: Spot, view: str | None) -> None:
    """The list as it is now, in the place of what was shown."""
    if found.alert is None:
        await front.show_home(found.actor)
        return
    assert view

    async def again() -> None:
        await front.answers.update(view, await in_view(front, found))

    await front.views.draw(view, again)


async def in_view(front: Front, found: Spot) -> View:
    """An alert's details."""
    assert found.alert
    look = await front.screens.looks.load(found.viewer)
    listed = await front.screens.alert_orders(found.alert, look)
    may_act = found.actor.may(Deed.RETRY)
    return alert_orders.alert_orders_view(
        found.alert, listed, front.distributor, front.now(), may_act=may_act
    )


def nowhere(no: Denied | NoSuchAlert) -> Message:
    match no:
        case Denied():
            return replies.denied(no)
        case NoSuchAlert():
            return replies.no_such_alert()


# --- what is listed ------------------------------------------------------------------------------


async def show_status_pressed(front: Front, press: Press, ear: Ear) -> None:
    status = _status(press.pointer.query)
    await _turned(front, press, ear, status=status, page=1)


def _status(query: str | None) -> Status | None:
    try:
        return Status(query) if query else None
    except ValueError:
        raise BadPointerError("no status") from None


async def searched(front: Front, press: Press, ear: Ear) -> None:
    await _turned(front, press, ear, words=press.typed, page=1)


async def search_no_more_pressed(front: Front, press: Press, ear: Ear) -> None:
    """The field keeps what was typed until it has another id."""
    await _turned(front, press, ear, words="", page=1, anew=True)


async def turn_pressed(front: Front, press: Press, ear: Ear) -> None:
    await _turned(front, press, ear, page=press.page)


async def narrow_chosen(front: Front, press: Press, ear: Ear) -> None:
    narrow = press.pointer.do if press.pointer.do in NARROWS else None
    value = press.pointer.query if narrow else None
    await _turned(front, press, ear, narrow=narrow, value=value, page=1)


async def _turned(
    front: Front, press: Press, ear: Ear, *, anew: bool = False, **changes: object
) -> None:
    async def turn(found: Spot) -> Look:
        looks = front.screens.looks
        return await looks.turn(found.viewer, anew=anew, seen_at=front.now(), **changes)

    await _changed(front, press, ear, turn)


# --- what is ticked ------------------------------------------------------------------------------


async def box_ticked(front: Front, press: Press, ear: Ear) -> None:
    order, on = press.box, press.is_ticked
    looks, now = front.screens.looks, front.now()
    await _changed(front, press, ear, lambda found: looks.tick(found.viewer, [order], now, on=on))


async def tick_page_pressed(front: Front, press: Press, ear: Ear) -> None:
    async def tick(found: Spot) -> Look:
        looks = front.screens.looks
        ids = await front.screens.on_page(await looks.load(found.viewer), found.alert)
        return await looks.tick(found.viewer, ids, front.now(), on=True, anew=True)

    await _changed(front, press, ear, tick)


async def tick_all_pressed(front: Front, press: Press, ear: Ear) -> None:
    async def tick(found: Spot) -> Look:
        looks = front.screens.looks
        listed = front.screens.tickable(await looks.load(found.viewer), found.alert)
        return await looks.tick_all(found.viewer, listed, front.now())

    await _changed(front, press, ear, tick)


async def untick_pressed(front: Front, press: Press, ear: Ear) -> None:
    looks, now = front.screens.looks, front.now()
    await _changed(front, press, ear, lambda found: looks.clear(found.viewer, now))
