"""Buttons that show something: details of an order or an alert, selections, other pages.

A trigger lives three seconds, so a modal that says so opens first, and is filled afterwards.
"""

from collections.abc import Callable
from typing import Final

from bot.blocks import alert_details, mark_view, orders, replies
from bot.blocks.ids import BadPointerError
from bot.blocks.message import Message, View
from bot.listeners.answers import Ear, in_modal
from bot.listeners.front import Front
from bot.listeners.payloads import Press
from commands import lookup, openings
from commands.desk import Denied
from commands.domain.alerts import Alert
from commands.domain.ids import OrderId
from commands.domain.people import Actor, Deed
from commands.grammar import parse
from commands.ports import NoSuchOrder, Order
from commands.requests import Listing
from commands.retry import NoSuchAlert

WAIT: Final = "One moment, please…"


async def details_pressed(front: Front, press: Press, ear: Ear) -> None:
    await waiting(ear)
    actor = await front.actor(press.who)
    await ear.show(await _details(front, actor, press.order, press.page))


async def details_page_pressed(front: Front, press: Press, ear: Ear) -> None:
    await _same_view(press, ear)
    actor = await front.actor(press.who)
    await ear.show(await _details(front, actor, press.order, press.page))


async def _details(front: Front, actor: Actor, order_id: OrderId, page: int) -> View:
    match await lookup.show(front.desk, actor, order_id):
        case Order() as order:
            return await front.details(actor, order, page=page)
        case NoSuchOrder():
            return in_modal(replies.no_such_order())
        case Denied() as no:
            return in_modal(replies.denied(no))


async def check_erp_pressed(front: Front, press: Press, ear: Ear) -> None:
    await _same_view(press, ear)
    actor = await front.actor(press.who)
    order = await lookup.show(front.desk, actor, press.order)
    if isinstance(order, Order):
        await ear.show(await front.details(actor, order, page=press.page, checking=True))
    match await lookup.check_erp(front.desk, actor, press.order):
        case NoSuchOrder():
            await ear.show(in_modal(replies.no_such_order()))
        case Denied() as no:
            await ear.show(in_modal(replies.denied(no)))
        case found:
            await ear.show(await front.details(actor, found.order, page=press.page, erp=found))


async def alert_details_pressed(front: Front, press: Press, ear: Ear) -> None:
    await waiting(ear)
    await ear.show(await _alert_page(front, press))


async def alert_page_pressed(front: Front, press: Press, ear: Ear) -> None:
    await _same_view(press, ear)
    await ear.show(await _alert_page(front, press))


async def _alert_page(front: Front, press: Press) -> View:
    actor = await front.actor(press.who)
    match await openings.may_choose(front.desk, actor, Deed.QUERY, press.alert):
        case Alert() as alert:
            page = await front.screens.of_alert(alert, press.page)
            return alert_details.alert_details_view(alert, page, front.distributor, front.now())
        case no:
            return in_modal(_no_alert(no))


async def key_in_some_pressed(front: Front, press: Press, ear: Ear) -> None:
    await _picker(front, press, ear, Deed.KEY_IN, alert_details.key_in_picker)


async def mark_some_pressed(front: Front, press: Press, ear: Ear) -> None:
    await _picker(front, press, ear, Deed.MARK_SYNCED, alert_details.mark_picker)


async def _picker(
    front: Front, press: Press, ear: Ear, deed: Deed, draw: Callable[..., View]
) -> None:
    await waiting(ear)
    actor = await front.actor(press.who)
    match await openings.may_choose(front.desk, actor, deed, press.alert):
        case Alert() as alert:
            page = await front.screens.choices(alert)
            await ear.show(draw(alert, page, front.distributor, front.now()))
        case no:
            await ear.show(in_modal(_no_alert(no)))


def _no_alert(no: Denied | NoSuchAlert) -> Message:
    match no:
        case Denied():
            return replies.denied(no)
        case NoSuchAlert():
            return replies.no_such_alert()


async def list_page_pressed(front: Front, press: Press, _ear: Ear) -> None:
    """Another page of a list, in the place of the one that was shown."""
    actor = await front.actor(press.who)
    request = parse(press.pointer.query or "")
    if not isinstance(request, Listing):
        raise BadPointerError("no list")

    async def page() -> Message:
        found = await front.screens.listing(request, press.page)
        return orders.listing(request, found, front.distributor, front.now())

    told = await lookup.query(front.desk, actor, page)
    message = replies.denied(told) if isinstance(told, Denied) else told
    await front.answers.private(press.place, actor.person, message, instead=True)


async def waiting(ear: Ear) -> None:
    """A modal that will be filled, opened while the trigger still lives."""
    await ear.show(mark_view.done_view(WAIT))


async def _same_view(press: Press, ear: Ear) -> None:
    """The modal that the button stands in; a new one where it stands elsewhere."""
    if press.place.modal:
        ear.view = press.place.view
    else:
        await waiting(ear)
