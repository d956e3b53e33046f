"""One look-up of one order whose outcome is open. Called by the engine; stores nothing."""

from commands.desk import Desk
from commands.domain.answers import LookupTrouble
from commands.domain.lifecycle import (
    Absent,
    Doubted,
    DraftFound,
    Event,
    Found,
    LookupFailed,
)
from commands.domain.verification import Believed, Nothing, Questioned, judge
from commands.ports import Order
from commands.sync import Heard, next_look, own_draft, sign_of


async def look_up(desk: Desk, order: Order, *, others_pass: bool) -> Heard:
    """Ask the ERP for a sent or unknown order, and say what that means for it."""
    lookup = await desk.erp.find(order.id)
    sign = sign_of(lookup)
    if isinstance(lookup, LookupTrouble):
        return Heard(LookupFailed(next_look(order, desk.clock.now())), sign)
    now = desk.clock.now()
    event: Event
    verdict = judge(order.document, lookup.found)
    if draft := own_draft(order, lookup, verdict):
        return Heard(DraftFound(draft.reference, others_pass), sign)
    match verdict:
        case Believed(reference, confirmed):
            event = Found(reference, confirmed, next_look(order, now))
        case Questioned(failure):
            event = Doubted(failure)
        case Nothing():
            event = _absent(desk, order, others_pass=others_pass)
    return Heard(event, sign)


def _absent(desk: Desk, order: Order, *, others_pass: bool) -> Absent:
    now = desk.clock.now()
    if order.standing.accepted:
        return Absent(next_look(order, now), others_pass)
    return Absent(now + desk.distributor.erp.lookup_gap, others_pass)
