"""Buttons that show something: details of an order or an alert, selections, other pages.

A trigger lives three seconds, so a modal that says so opens first, and is filled afterwards.
"""

from typing import Final

from bot.blocks import alert_details, mark_view, replies
from bot.blocks.message import View
from bot.listeners import answering, boxes
from bot.listeners.answers import Ear, in_modal
from bot.listeners.front import Front
from bot.listeners.payloads import Press
from commands import lookup, openings
from commands.desk import Denied
from commands.domain.alerts import Alert
from commands.domain.people import Actor, Deed
from commands.grammar import parse
from commands.ports import NoSuchOrder, Order

WAIT: Final = "One moment, please…"


async def details_pressed(front: Front, press: Press, ear: Ear) -> None:
    await waiting(ear)
    actor = await front.actor(press.who)
    await ear.show(await _details(front, actor, press))


async def details_page_pressed(front: Front, press: Press, ear: Ear) -> None:
    await _same_view(press, ear)
    actor = await front.actor(press.who)
    await ear.show(await _details(front, actor, press))


async def _details(front: Front, actor: Actor, press: Press) -> View:
    match await lookup.show(front.desk, actor, press.order):
        case Order() as order:
            return await front.details(actor, order, page=press.page, past=press.past)
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
    await _all_of_alert(front, press, ear, Deed.QUERY)


async def mark_some_pressed(front: Front, press: Press, ear: Ear) -> None:
    """A group's Mark as synced lets orders be selected, and never acts on all."""
    await _all_of_alert(front, press, ear, Deed.MARK_SYNCED)


async def _all_of_alert(front: Front, press: Press, ear: Ear, deed: Deed) -> None:
    await waiting(ear)
    actor = await front.actor(press.who)
    match await openings.may_choose(front.desk, actor, deed, press.alert):
        case Alert() as alert:
            found = await boxes.begin(front, actor, alert)
            await ear.show(await boxes.in_view(front, found))
        case no:
            await ear.say(boxes.nowhere(no))


async def key_in_some_pressed(front: Front, press: Press, ear: Ear) -> None:
    await waiting(ear)
    actor = await front.actor(press.who)
    match await openings.may_choose(front.desk, actor, Deed.KEY_IN, press.alert):
        case Alert() as alert:
            page = await front.screens.choices(alert)
            told = (front.distributor, front.now())
            await ear.show(alert_details.key_in_picker(alert, page, *told))
        case no:
            await ear.say(boxes.nowhere(no))


async def list_page_pressed(front: Front, press: Press, _ear: Ear) -> None:
    """Another page of an answer to `/orders`, in the place of the one that was shown."""
    actor = await front.actor(press.who)
    message = await answering.page(front, actor, parse(press.pointer.query or ""), press.page)
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
