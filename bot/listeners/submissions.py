"""Modals that were submitted, and the button that opens the one for Mark as synced.

A submission is acknowledged with what came of it, or, where the ERP takes its time, with a view
that says so and is replaced when the answer is there.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.blocks import mark_view, replies
from bot.blocks.ids import ActionId, BadPointerError, BlockId
from bot.blocks.message import View
from bot.identity import Who
from bot.listeners.answers import Ear, in_modal
from bot.listeners.front import Front
from bot.listeners.payloads import Place, Press, in_details
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

DRAWN_WITHIN: Final = 0.4
"""Seconds that what is acknowledged may take until Slack shows it. It must not come after what we
show next, and stay there.
"""

WORKING: Final = "Looking in the ERP…"
LONGEST_REFERENCE: Final = 100


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """What Slack shows at the fields, by block id; the modal stays. `late`: what is shown where the
    form has given way to the working view.
    """

    errors: dict[str, str]
    late: View


@dataclass(frozen=True, slots=True)
class Followed:
    """A view, and what goes on once it is shown."""

    view: View
    then: Callable[[], Awaitable[None]]


Settled: TypeAlias = View | FieldErrors | Followed


async def submitted(front: Front, place: Place, ack: AsyncAck, work: Awaitable[Settled]) -> None:
    """Acknowledge in time, whatever `work` needs; it must not raise."""
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=ACK_WITHIN)
    if not done:
        await ack(response_action="update", view=mark_view.done_view(WORKING))
        await asyncio.sleep(DRAWN_WITHIN)
        await _late(front, place, await task)
        return
    match task.result():
        case FieldErrors(errors):
            await ack(response_action="errors", errors=errors)
        case Followed(view, then):
            await ack(response_action="update", view=view)
            await asyncio.sleep(DRAWN_WITHIN)
            await then()
        case view:
            await ack(response_action="update", view=view)


async def _late(front: Front, place: Place, settled: Settled) -> None:
    """The form is gone by now: what is to be said at its fields comes with it, filled in."""
    assert place.view
    match settled:
        case FieldErrors(late=view):
            await front.answers.update(place.view, view)
        case Followed(view, then):
            await front.answers.update(place.view, view)
            await then()
        case view:
            await front.answers.update(place.view, view)


# --- mark as synced ------------------------------------------------------------------------------


async def mark_pressed(front: Front, press: Press, ear: Ear) -> None:
    """The button: opens the form."""
    await open_form(front, press.who, ear, press.order)


async def open_form(
    front: Front, who: Who, ear: Ear, order: OrderId, reference: str | None = None
) -> None:
    """A trigger lives three seconds, so a modal that says so opens first."""
    covers = in_details(ear.place)
    await ear.show(mark_view.done_view(WORKING))
    actor = await front.actor(who)
    await ear.show(await form(front, actor, order, reference=reference, covers=covers))


async def form(
    front: Front,
    actor: Actor,
    order: OrderId,
    *,
    reference: str | None = None,
    covers: bool = False,
) -> View:
    """The form of Mark as synced, for somebody who may. `covers`: it opens on the details."""
    match await openings.may_mark(front.desk, actor, order):
        case Order() as found:
            return mark_view.mark_view(found, reference=reference, covers=covers)
        case Denied() | Impossible() | NoSuchOrder() as no:
            return in_modal(replies.mark(no, front.distributor, front.now()))


async def mark_submitted(front: Front, press: Press) -> Settled:
    """The form: the order is looked up in the ERP and marked."""
    request = mark_request(press)
    actor = await front.actor(press.who)
    outcome = await mark_synced.mark_synced(front.desk, actor, request)
    return await _marked(front, press, actor, request, outcome)


def mark_request(press: Press) -> MarkRequest:
    """What the form says. Raises BadPointerError."""
    typed = press.entered(BlockId.REFERENCE, ActionId.REFERENCE, "value")
    reference = typed.strip()[:LONGEST_REFERENCE] if isinstance(typed, str) else ""
    ticked = press.entered(BlockId.ANYWAY, ActionId.ANYWAY, "selected_options")
    return MarkRequest(press.order, why_of(press), reference or None, anyway=bool(ticked))


def why_of(press: Press) -> Why:
    """The reason that a form says. Raises BadPointerError."""
    try:
        return Why(press.entered(BlockId.WHY, ActionId.WHY, "selected_option", "value"))
    except ValueError:
        raise BadPointerError("no reason") from None


async def _marked(
    front: Front, press: Press, actor: Actor, request: MarkRequest, outcome: MarkOutcome
) -> Settled:
    message = replies.mark(outcome, front.distributor, front.now())
    match outcome:
        case MarkedSynced():
            return Followed(in_modal(message), lambda: _details_beneath(front, press, actor))
        case Denied() | Impossible() | NoSuchOrder():
            return in_modal(message)
        case NotThere():
            return await _again(front, press, actor, request, outcome, offer_anyway=True)
        case OtherOrders() | ElsewhereInErp():
            form_again = await _again(front, press, actor, request, outcome, offer_anyway=False)
            errors = replies.mark_errors(outcome)
            return FieldErrors(errors, form_again) if errors else form_again
        case _ as never:
            assert_never(never)


async def _again(
    front: Front,
    press: Press,
    actor: Actor,
    request: MarkRequest,
    outcome: NotThere | OtherOrders | ElsewhereInErp,
    *,
    offer_anyway: bool,
) -> View:
    """The form once more, with what was typed and what speaks against it."""
    order = await lookup.show(front.desk, actor, request.order)
    if not isinstance(order, Order):
        return in_modal(replies.no_such_order())
    return mark_view.mark_view(
        order,
        reference=request.reference,
        why=request.why,
        problem=replies.mark_problem(outcome),
        offer_anyway=offer_anyway,
        covers=mark_view.covers_details(press.about),
    )


async def _details_beneath(front: Front, press: Press, actor: Actor) -> None:
    """The details that the form was opened on, and the App Home, show what has become of it."""
    if mark_view.covers_details(press.about) and press.place.beneath:
        order = await lookup.show(front.desk, actor, press.order)
        if isinstance(order, Order):
            await front.answers.update(press.place.beneath, await front.details(actor, order))
    await front.homes.show_again(actor)


# --- key in by hand ------------------------------------------------------------------------------


async def key_in_picked(front: Front, press: Press) -> Settled:
    """An order chosen from a group's: held, with everything to type."""
    actor = await front.actor(press.who)
    outcome = await key_in.key_in(front.desk, actor, press.picked)
    return in_modal(replies.key_in(outcome, front.distributor, front.now()))
