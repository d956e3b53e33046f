"""A person takes a mark back: the order goes back to failed, and is never sent by itself.

Doors: details, `/orders show`, the answer to Mark as synced.
"""

from dataclasses import dataclass

from commands.desk import Denied, Desk, Impossible, denied, impossible, tell_of
from commands.domain.history import person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Reason, Refusal, ReopenAsked
from commands.domain.people import Actor, Deed
from commands.ports import Applied, LostRace, NoSuchOrder


@dataclass(frozen=True, slots=True)
class Reopened:
    """Failed again, with its old code."""

    order: OrderId


async def reopen(
    desk: Desk, actor: Actor, order: OrderId
) -> Reopened | Denied | Impossible | NoSuchOrder:
    """Only what was marked by hand can be reopened."""
    if no := await denied(desk, actor, Deed.REOPEN, order):
        return no
    key, now = desk.distributor.key, desk.clock.now()
    event = ReopenAsked(actor.person)
    outcome = await desk.ledger.apply(key, order, event, person(actor.person), now)
    match outcome:
        case Applied():
            await tell_of(desk, actor, order, "reopen")
            desk.wake()
            return Reopened(order)
        case Refusal():
            return impossible(order, outcome)
        case LostRace(standing):
            return Impossible(order, Reason.NOT_MANUAL, standing)
        case NoSuchOrder():
            return outcome
