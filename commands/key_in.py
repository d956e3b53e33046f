"""A clerk keys an order in by hand: it is held for them, and nobody sends it meanwhile.

Doors: buttons and modals. A hold ends by mark as synced or by release, never by time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from commands.desk import Denied, Desk, Impossible, denied, impossible, tell_of
from commands.domain.history import person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import HoldAsked, Reason, Refusal, ReleaseAsked
from commands.domain.people import Actor, Deed, PersonId, Role
from commands.ports import Applied, LostRace, NoSuchOrder, Order

HOLD_FOR: Final = timedelta(minutes=30)
"""How long until the holder is asked whether it is keyed in."""


@dataclass(frozen=True, slots=True)
class Held:
    """The order is the clerk's; `order` has all that is to be typed."""

    order: Order
    until: datetime


@dataclass(frozen=True, slots=True)
class Released:
    """Nobody keys it in any more. `of`: who held it."""

    order: OrderId
    of: PersonId
    goes_by_itself: bool


async def key_in(
    desk: Desk, actor: Actor, order: OrderId
) -> Held | Denied | Impossible | NoSuchOrder:
    """Hold the order for `actor`; never while a call is out or its outcome unknown."""
    if no := await denied(desk, actor, Deed.KEY_IN, order):
        return no
    now = desk.clock.now()
    event = HoldAsked(actor.person, now + HOLD_FOR)
    key = desk.distributor.key
    outcome = await desk.ledger.apply(key, order, event, person(actor.person), now)
    match outcome:
        case Applied():
            await tell_of(desk, actor, order, "key_in")
            held = await desk.ledger.load(key, order)
            return Held(held, event.until) if held else NoSuchOrder()
        case Refusal():
            return impossible(order, outcome)
        case LostRace(standing):
            return Impossible(order, Reason.BEING_SENT, standing)
        case NoSuchOrder():
            return outcome


async def release(
    desk: Desk, actor: Actor, order: OrderId
) -> Released | Denied | Impossible | NoSuchOrder:
    """Give the order back. An admin may release what another holds."""
    if no := await denied(desk, actor, Deed.RELEASE, order):
        return no
    event = ReleaseAsked(actor.person, as_admin=actor.role is Role.ADMIN)
    key, now = desk.distributor.key, desk.clock.now()
    outcome = await desk.ledger.apply(key, order, event, person(actor.person), now)
    match outcome:
        case Applied(before, after):
            desk.wake()
            await tell_of(desk, actor, order, "release")
            of = before.hold.by if before.hold else actor.person
            return Released(order, of, goes_by_itself=after.next_at is not None)
        case Refusal():
            return impossible(order, outcome)
        case LostRace(standing):
            return Impossible(order, Reason.BEING_SENT, standing)
        case NoSuchOrder():
            return outcome
