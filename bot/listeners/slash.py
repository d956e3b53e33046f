"""`/orders`: read by the grammar, answered privately. One branch for each request."""

from typing import assert_never

from bot.blocks import replies
from bot.blocks.message import Message
from bot.listeners.answering import answer
from bot.listeners.answers import Ear
from bot.listeners.buttons import told_of_retry
from bot.listeners.front import Front
from bot.listeners.many import retry_typed
from bot.listeners.payloads import Typed
from bot.listeners.reporting import report_typed
from bot.listeners.submissions import open_form
from commands import people
from commands.domain.people import Actor
from commands.grammar import parse
from commands.requests import (
    Help,
    History,
    Listing,
    MarkSynced,
    NotUnderstood,
    PeopleAsked,
    ReportAsked,
    Request,
    Retry,
    RetryListed,
    RetrySeveral,
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
        await open_form(front, command.who, ear, request.order, request.reference)
        return
    if isinstance(request, ReportAsked):
        await report_typed(front, command.who, ear, now=request.now)
        return
    await _obey(front, await front.actor(command.who), ear, request)


async def _obey(front: Front, actor: Actor, ear: Ear, request: Request | NotUnderstood) -> None:
    match request:
        case Retry(order):
            await told_of_retry(front, actor, ear, order)
        case RetrySeveral() | RetryListed():
            await retry_typed(front, actor, ear, request)
        case SetPermission():
            await ear.say(await _set_permission(front, actor, request))
        case SetRole():
            await ear.say(await _set_role(front, actor, request))
        case (
            Summary()
            | Help()
            | Listing()
            | Show()
            | History()
            | StatusAsked()
            | PeopleAsked()
            | NotUnderstood()
        ):
            await ear.say(await answer(front, actor, request))
        case MarkSynced() | ReportAsked():
            raise AssertionError("its form is open already")
        case _ as never:
            assert_never(never)


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
