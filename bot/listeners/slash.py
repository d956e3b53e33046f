"""`/orders`: read by the grammar, answered privately. One branch for each request."""

from collections.abc import Awaitable, Callable
from typing import assert_never

from bot.blocks import orders, replies
from bot.blocks.message import Message
from bot.listeners.answers import Ear
from bot.listeners.buttons import told_of_retry
from bot.listeners.front import Front
from bot.listeners.payloads import Typed
from bot.listeners.reporting import report_typed
from bot.listeners.submissions import open_form
from commands import lookup, people
from commands.desk import Denied
from commands.domain.ids import OrderId
from commands.domain.people import Actor, Deed
from commands.grammar import parse
from commands.ports import NoSuchOrder, Order
from commands.requests import (
    Help,
    Listing,
    MarkSynced,
    NotUnderstood,
    PeopleAsked,
    ReportAsked,
    Retry,
    SetPermission,
    SetRole,
    Show,
    StatusAsked,
    Summary,
)


async def typed(front: Front, command: Typed, ear: Ear) -> None:
    """Answer what was typed after `/orders`."""
    request = parse(command.text)
    if isinstance(request, MarkSynced):
        # Before anything else: its modal needs the trigger, which lives three seconds.
        await open_form(front, command.who, ear, request.order)
        return
    if isinstance(request, ReportAsked):
        await report_typed(front, command.who, ear, now=request.now)
        return
    actor = await front.actor(command.who)
    if isinstance(request, Retry):
        await told_of_retry(front, actor, ear, request.order)
        return
    await ear.say(await answer(front, actor, request))


async def answer(
    front: Front,
    actor: Actor,
    request: Summary
    | Help
    | Listing
    | Show
    | StatusAsked
    | PeopleAsked
    | SetPermission
    | SetRole
    | NotUnderstood,
) -> Message:
    match request:
        case Summary():
            return await _asked(front, actor, lambda: _summary(front))
        case Listing():
            return await _asked(front, actor, lambda: _listing(front, request))
        case StatusAsked():
            return await _asked(front, actor, lambda: _status(front))
        case Help():
            return await _asked(front, actor, _help)
        case NotUnderstood():
            return await _asked(front, actor, lambda: _not_understood(request))
        case Show(order):
            return await _show(front, actor, order)
        case PeopleAsked():
            return await _people(front, actor)
        case SetPermission():
            return await _set_permission(front, actor, request)
        case SetRole():
            return await _set_role(front, actor, request)
        case _ as never:
            assert_never(never)


async def _asked(front: Front, actor: Actor, question: Callable[[], Awaitable[Message]]) -> Message:
    told = await lookup.query(front.desk, actor, question)
    return replies.denied(told) if isinstance(told, Denied) else told


async def _summary(front: Front) -> Message:
    connection = await front.desk.connections.load(front.distributor.key)
    counts = await front.screens.counts()
    return orders.summary(counts, connection, front.distributor, front.now())


async def _listing(front: Front, request: Listing) -> Message:
    page = await front.screens.listing(request)
    return orders.listing(request, page, front.distributor, front.now())


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


async def _people(front: Front, actor: Actor) -> Message:
    roster = await people.roster(front.desk, actor)
    return replies.denied(roster) if isinstance(roster, Denied) else orders.people(roster)


async def _set_permission(front: Front, actor: Actor, request: SetPermission) -> Message:
    target = await front.identity.target(front.desk, request.person)
    outcome = await people.set_permission(
        front.desk, actor, target, request.permission, granted=request.granted
    )
    return replies.set_permission(outcome)


async def _set_role(front: Front, actor: Actor, request: SetRole) -> Message:
    target = await front.identity.target(front.desk, request.person)
    outcome = await people.set_role(front.desk, actor, target, request.role)
    return replies.set_role(outcome)
