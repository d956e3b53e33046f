"""The answers to `/orders` that change nothing, and their other pages. Called by slash and buttons.

Each asks a verb whether this person may, so that a page that comes back is asked again.
"""

from collections.abc import Awaitable, Callable

from bot.blocks import orders, replies
from bot.blocks.ids import BadPointerError
from bot.blocks.message import Message
from bot.listeners.front import Front
from commands import lookup, people
from commands.desk import Denied
from commands.domain.ids import OrderId
from commands.domain.people import Actor, Deed
from commands.ports import NoSuchOrder, Order
from commands.requests import (
    Help,
    History,
    Listing,
    NotUnderstood,
    PeopleAsked,
    Request,
    Show,
    StatusAsked,
    Summary,
)

Question = Summary | Help | Listing | Show | History | StatusAsked | PeopleAsked | NotUnderstood


async def answer(front: Front, actor: Actor, request: Question) -> Message:
    match request:
        case Listing() | History() | PeopleAsked():
            return await page(front, actor, request, 1)
        case Summary():
            return await _asked(front, actor, lambda: _summary(front))
        case StatusAsked():
            return await _asked(front, actor, lambda: _status(front))
        case Help():
            return await _asked(front, actor, _help)
        case NotUnderstood():
            return await _asked(front, actor, lambda: _not_understood(request))
        case Show(order):
            return await _show(front, actor, order)


async def page(
    front: Front, actor: Actor, request: Request | NotUnderstood, number: int
) -> Message:
    """A page of an answer that has pages. Raises BadPointerError for any other."""
    match request:
        case Listing():
            return await _asked(front, actor, lambda: _listing(front, request, number))
        case History(order):
            return await _history(front, actor, order, number)
        case PeopleAsked():
            return await _people(front, actor, number)
        case _:
            raise BadPointerError("no list")


async def _asked(front: Front, actor: Actor, question: Callable[[], Awaitable[Message]]) -> Message:
    told = await lookup.query(front.desk, actor, question)
    return replies.denied(told) if isinstance(told, Denied) else told


async def _summary(front: Front) -> Message:
    connection = await front.desk.connections.load(front.distributor.key)
    counts = await front.screens.counts()
    return orders.summary(counts, connection, front.distributor, front.now())


async def _listing(front: Front, request: Listing, number: int) -> Message:
    found = await front.screens.listing(request, number)
    return orders.listing(request, found, front.distributor, front.now())


async def _status(front: Front) -> Message:
    connection = await front.desk.connections.load(front.distributor.key)
    counts, now = await front.screens.counts(), front.now()
    next_sync = front.desk.cadence.after(now)
    return orders.status(connection, counts, front.distributor, now, next_sync=next_sync)


async def _help() -> Message:
    return orders.command_help()


async def _not_understood(said: NotUnderstood) -> Message:
    return orders.not_understood(said)


async def _show(front: Front, actor: Actor, order_id: OrderId) -> Message:
    match await lookup.show(front.desk, actor, order_id):
        case Order() as order:
            may_act = actor.may(Deed.RETRY)
            return orders.show(order, front.distributor, front.now(), may_act=may_act)
        case NoSuchOrder():
            return replies.no_such_order()
        case Denied() as no:
            return replies.denied(no)


async def _history(front: Front, actor: Actor, order_id: OrderId, number: int) -> Message:
    match await lookup.show(front.desk, actor, order_id):
        case Order() as order:
            entries = await front.screens.history(order_id)
            told = (front.distributor, front.now())
            return orders.history(order, entries, *told, page=number)
        case NoSuchOrder():
            return replies.no_such_order()
        case Denied() as no:
            return replies.denied(no)


async def _people(front: Front, actor: Actor, number: int) -> Message:
    match await people.roster(front.desk, actor):
        case Denied() as no:
            return replies.denied(no)
        case roster:
            return orders.people(roster, number)
