"""Modals that were submitted, and the button that opens the one for Mark as synced.

A submission is acknowledged with what came of it, or, where the ERP takes its time, with a view
that says so and is replaced when the answer is there.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.blocks import mark_view, replies
from bot.blocks.ids import ActionId, BadPointerError, BlockId
from bot.blocks.message import View
from bot.identity import Who
from bot.listeners.answers import Ear, in_modal
from bot.listeners.front import Front
from bot.listeners.payloads import Place, Press
from commands import key_in, lookup, mark_synced, openings
from commands.desk import Denied, Impossible
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Why
from commands.domain.people import Actor
from commands.mark_synced import (
    ElsewhereInErp,
    MarkedSynced,
    MarkOutcome,
    MarkRequest,
    NotThere,
    OtherOrders,
)
from commands.ports import NoSuchOrder, Order

ACK_WITHIN: Final = 1.5
"""Seconds of Slack's three that the work may take before the working view is shown instead."""

WORKING: Final = "Looking in the ERP…"
LONGEST_REFERENCE: Final = 100


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """What Slack shows at the fields, by block id; the modal stays."""

    errors: dict[str, str]


Settled: TypeAlias = View | FieldErrors


async def submitted(front: Front, place: Place, ack: AsyncAck, work: Awaitable[Settled]) -> None:
    """Acknowledge in time, whatever `work` needs; it must not raise."""
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=ACK_WITHIN)
    if not done:
        await ack(response_action="update", view=mark_view.done_view(WORKING))
        await _late(front, place, await task)
        return
    match task.result():
        case FieldErrors(errors):
            await ack(response_action="errors", errors=errors)
        case view:
            await ack(response_action="update", view=view)


async def _late(front: Front, place: Place, settled: Settled) -> None:
    """The form is gone by now, so errors at fields are said in a view of their own."""
    assert place.view
    match settled:
        case FieldErrors(errors):
            view = mark_view.done_view(" ".join(errors.values()))
        case view:
            pass
    await front.answers.update(place.view, view)


# --- mark as synced ------------------------------------------------------------------------------


async def mark_pressed(front: Front, press: Press, ear: Ear) -> None:
    """The button: opens the form."""
    await open_form(front, press.who, ear, press.order)


async def open_form(front: Front, who: Who, ear: Ear, order: OrderId) -> None:
    """A trigger lives three seconds, so a modal that says so opens first."""
    await ear.show(mark_view.done_view(WORKING))
    await ear.show(await _form(front, await front.actor(who), order))


async def mark_picked(front: Front, press: Press) -> Settled:
    """An order chosen from a group's: its form."""
    return await _form(front, await front.actor(press.who), press.picked)


async def _form(front: Front, actor: Actor, order: OrderId) -> View:
    match await openings.may_mark(front.desk, actor, order):
        case Order() as found:
            return mark_view.mark_view(found)
        case Denied() | Impossible() | NoSuchOrder() as no:
            return in_modal(replies.mark(no, front.distributor, front.now()))


async def mark_submitted(front: Front, press: Press) -> Settled:
    """The form: the order is looked up in the ERP and marked."""
    request = mark_request(press)
    actor = await front.actor(press.who)
    outcome = await mark_synced.mark_synced(front.desk, actor, request)
    return await _marked(front, actor, request, outcome)


def mark_request(press: Press) -> MarkRequest:
    """What the form says. Raises BadPointerError."""
    typed = press.entered(BlockId.REFERENCE, ActionId.REFERENCE, "value")
    reference = typed.strip()[:LONGEST_REFERENCE] if isinstance(typed, str) else ""
    try:
        why = Why(press.entered(BlockId.WHY, ActionId.WHY, "selected_option", "value"))
    except ValueError:
        raise BadPointerError("no reason") from None
    ticked = press.entered(BlockId.ANYWAY, ActionId.ANYWAY, "selected_options")
    return MarkRequest(press.order, why, reference or None, anyway=bool(ticked))


async def _marked(
    front: Front, actor: Actor, request: MarkRequest, outcome: MarkOutcome
) -> Settled:
    message = replies.mark(outcome, front.distributor, front.now())
    match outcome:
        case MarkedSynced() | Denied() | Impossible() | NoSuchOrder():
            return in_modal(message)
        case NotThere():
            return await _again(front, actor, request, message.text, offer_anyway=True)
        case OtherOrders() | ElsewhereInErp():
            errors = replies.mark_errors(outcome)
            if errors:
                return FieldErrors(errors)
            return await _again(front, actor, request, message.text, offer_anyway=False)
        case _ as never:
            assert_never(never)


async def _again(
    front: Front, actor: Actor, request: MarkRequest, problem: str, *, offer_anyway: bool
) -> View:
    """The form once more, with what was typed and what speaks against it."""
    order = await lookup.show(front.desk, actor, request.order)
    if not isinstance(order, Order):
        return in_modal(replies.no_such_order())
    return mark_view.mark_view(
        order,
        reference=request.reference,
        why=request.why,
        problem=problem,
        offer_anyway=offer_anyway,
    )


# --- key in by hand ------------------------------------------------------------------------------


async def key_in_picked(front: Front, press: Press) -> Settled:
    """An order chosen from a group's: held, with everything to type."""
    actor = await front.actor(press.who)
    outcome = await key_in.key_in(front.desk, actor, press.picked)
    return in_modal(replies.key_in(outcome, front.distributor, front.now()))
