"""Orders and confirmations come in. Doors: the HTTP API and `orderwatch import`."""

from collections.abc import Sequence
from dataclasses import dataclass

from commands.desk import Desk
from commands.domain.answers import Documents
from commands.domain.documents import Document
from commands.domain.history import BOT, ERP, SHOP
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Confirmed, Found, Refusal, State
from commands.domain.verification import Believed, judge
from commands.domain.windows import deliver_at
from commands.ports import Applied, Incoming, LostRace, NoSuchOrder, Order, Taken


async def take_in(desk: Desk, documents: Sequence[Document]) -> list[Taken]:
    """Store new and changed orders; each is due at the first tick after now."""
    now = desk.clock.now()
    due = desk.cadence.after(now)
    cutoff, zone = desk.distributor.cutoff, desk.distributor.zone
    incoming = [Incoming(one, due, deliver_at(one, cutoff, zone)) for one in documents]
    return await desk.ledger.take_in(incoming, now)


@dataclass(frozen=True, slots=True)
class Noted:
    """Heard, and written down; `moved`: the order changed by it."""

    moved: bool


async def confirmed_by_erp(
    desk: Desk, order: OrderId, reference: str | None
) -> Noted | NoSuchOrder:
    """The ERP's own word, by its own token. Repeated or late is fine."""
    outcome = await desk.ledger.apply(
        desk.distributor.key, order, Confirmed(reference), ERP, desk.clock.now()
    )
    match outcome:
        case Applied():
            return Noted(moved=True)
        case Refusal():
            return Noted(moved=False)
        case LostRace():
            return await confirmed_by_erp(desk, order, reference)
        case NoSuchOrder():
            return outcome


async def confirmed_by_shop(
    desk: Desk, order: OrderId, reference: str | None
) -> Noted | NoSuchOrder:
    """The shop says that the ERP has it: written down, and looked up; the look-up decides."""
    key, now = desk.distributor.key, desk.clock.now()
    words = f"The shop says the ERP has it as {reference}" if reference else "The shop says so"
    if not await desk.ledger.note_evidence(key, order, "confirmation_reported", words, SHOP, now):
        return NoSuchOrder()
    if found := await desk.ledger.load(key, order):
        await _look_up_now(desk, found)
    return Noted(moved=False)


async def _look_up_now(desk: Desk, order: Order) -> None:
    match order.standing.state:
        case State.SENT | State.UNKNOWN | State.PENDING_VERIFICATION:
            await desk.ledger.hurry_lookup(desk.distributor.key, order.id, desk.clock.now())
            desk.wake()
        case State.QUEUED | State.FAILED:
            await _believe_the_erp(desk, order)
        case State.SENDING | State.SYNCED:
            # Its own answer is on the way, or known.
            pass


async def _believe_the_erp(desk: Desk, order: Order) -> None:
    lookup = await desk.erp.find(order.id)
    if not isinstance(lookup, Documents):
        return
    verdict = judge(order.document, lookup.found)
    if isinstance(verdict, Believed):
        now = desk.clock.now()
        found = Found(verdict.reference, verdict.confirmed, now + desk.distributor.erp.settle)
        # Changed content, or a claim, since it was read: then the next look-up decides.
        seen = order.standing.version
        await desk.ledger.apply(desk.distributor.key, order.id, found, BOT, now, seen=seen)
