"""A person says that an order is in the ERP, or need not be. Doors: modal, `/orders mark-synced`.

The ERP is asked first, by our id and then by the number typed, so that a slip of the pen does not
lose an order. What cannot be asked is stored as not checked.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from commands.desk import Denied, Desk, Impossible, denied, impossible, tell_thread
from commands.domain.answers import CannotTell, Documents, ErpDocument, LookupTrouble
from commands.domain.failures import Code, Failure
from commands.domain.history import BOT, person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Doubted, Marked, Reason, Refusal, State, Why, on
from commands.domain.people import Actor, Deed
from commands.domain.verification import Believed, Nothing, Questioned, differs, judge
from commands.ports import Applied, LostRace, NoSuchOrder, Order

LOOKS: Final = 3
"""How often it is looked at anew when the order changes while the ERP is asked."""
OPEN_OUTCOMES: Final = {State.UNKNOWN, State.PENDING_VERIFICATION}
"""Where nobody knows yet whether the ERP has it."""


@dataclass(frozen=True, slots=True)
class MarkRequest:
    """`reference`: the ERP's number, where the person gave one. `anyway`: mark although the look-up
    speaks against it.
    """

    order: OrderId
    why: Why
    reference: str | None = None
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class MarkedSynced:
    """Done. `checked`: the ERP was asked and has it; `reference` as the ERP or the person says."""

    order: Order
    reference: str | None
    checked: bool


@dataclass(frozen=True, slots=True)
class NotThere:
    """The ERP has no such number, or it is another's: `words` say so. May be marked anyway."""

    order: OrderId
    reference: str | None
    words: str


@dataclass(frozen=True, slots=True)
class OtherOrders:
    """The number belongs to another of our orders."""

    order: OrderId
    reference: str
    other: OrderId


@dataclass(frozen=True, slots=True)
class ElsewhereInErp:
    """The ERP has the order under another number than the one typed: now `duplicate`."""

    order: OrderId
    reference: str
    found: str


MarkOutcome = (
    MarkedSynced | NotThere | OtherOrders | ElsewhereInErp | Denied | Impossible | NoSuchOrder
)


async def mark_synced(desk: Desk, actor: Actor, request: MarkRequest) -> MarkOutcome:
    """Look in the ERP, then mark. Nothing changes unless the outcome is MarkedSynced."""
    if no := await denied(desk, actor, Deed.MARK_SYNCED, request.order):
        return no
    outcome = await _look_and_mark(desk, actor, request)
    for _ in range(LOOKS - 1):
        if isinstance(outcome, LostRace):
            outcome = await _look_and_mark(desk, actor, request)
    if isinstance(outcome, LostRace):
        return Impossible(request.order, Reason.BEING_SENT, outcome.now)
    return outcome


async def _look_and_mark(desk: Desk, actor: Actor, request: MarkRequest) -> MarkOutcome | LostRace:
    """LostRace: the order changed while the ERP was asked; what was seen counts no more."""
    order = await desk.ledger.load(desk.distributor.key, request.order)
    if order is None:
        return NoSuchOrder()
    event = Marked(actor.person, request.reference, request.why)
    if isinstance(refusal := on(order.standing, event, desk.clock.now()), Refusal):
        return impossible(order.id, refusal)
    evidence = await _look(desk, order, request)
    if isinstance(evidence, Seen):
        return await _mark(desk, actor, order, request, evidence)
    if isinstance(evidence, ElsewhereInErp):
        await _doubt(desk, order, evidence)
    return evidence


@dataclass(frozen=True, slots=True)
class Seen:
    """Nothing speaks against marking it."""

    reference: str | None
    checked: bool


async def _look(
    desk: Desk, order: Order, request: MarkRequest
) -> Seen | NotThere | OtherOrders | ElsewhereInErp:
    typed = request.reference
    if typed and (other := await desk.ledger.referenced(desk.distributor.key, typed)) not in {
        None,
        order.id,
    }:
        assert other is not None
        return OtherOrders(order.id, typed, other)
    lookup = await desk.erp.find(order.id)
    if isinstance(lookup, LookupTrouble):
        return _unasked(order, request)
    match judge(order.document, lookup.found):
        case Believed(reference):
            if typed and reference and typed != reference:
                return ElsewhereInErp(order.id, typed, reference)
            return Seen(reference or typed, checked=True)
        case Questioned(failure):
            return _unless(request, order, failure.message)
        case Nothing() if _still_landing(order, desk.clock.now()):
            return _unless(request, order, "The ERP may still be entering it; wait a moment")
        case Nothing():
            return await _look_by_number(desk, order, request)


def _still_landing(order: Order, now: datetime) -> bool:
    """Whether it is too early for a look-up to prove anything: the settle delay holds here too."""
    look_after = order.standing.look_after
    return look_after is not None and now < look_after


def _unasked(order: Order, request: MarkRequest) -> Seen | NotThere | ElsewhereInErp:
    """The ERP cannot be asked: what it said before counts, and what it may be holding."""
    typed, standing = request.reference, order.standing
    if typed and standing.accepted and standing.reference and typed != standing.reference:
        return ElsewhereInErp(order.id, typed, standing.reference)
    if standing.state in OPEN_OUTCOMES:
        words = "The ERP cannot be asked now, and may already have the order"
        return _unless(request, order, words)
    return Seen(typed, checked=False)


async def _look_by_number(
    desk: Desk, order: Order, request: MarkRequest
) -> Seen | NotThere | OtherOrders:
    if request.reference is None:
        return _without_a_number(order, request)
    match await desk.erp.find_number(request.reference):
        case CannotTell() | LookupTrouble():
            return Seen(request.reference, checked=False)
        case Documents(()):
            return _unless(request, order, f"The ERP has no {request.reference}")
        case Documents(found):
            return await _hold_against(desk, order, request, found[0])


def _without_a_number(order: Order, request: MarkRequest) -> Seen | NotThere:
    """Nothing under our id, as with all that is keyed in. What was thought to be there is not."""
    if order.standing.state in OPEN_OUTCOMES or order.standing.accepted:
        words = "The ERP has nothing under this order's id: marked, it is not sent again"
        return _unless(request, order, words)
    return Seen(None, checked=False)


async def _hold_against(
    desk: Desk, order: Order, request: MarkRequest, found: ErpDocument
) -> Seen | NotThere | OtherOrders:
    reference = request.reference or ""
    if found.external_id is not None and found.external_id != order.id:
        other = OrderId(found.external_id)
        if await desk.ledger.load(desk.distributor.key, other):
            return OtherOrders(order.id, reference, other)
    if difference := differs(order.document, found):
        return _unless(request, order, f"The ERP has {reference}, but {difference}")
    return Seen(reference, checked=True)


def _unless(request: MarkRequest, order: Order, words: str) -> Seen | NotThere:
    if request.anyway:
        return Seen(request.reference, checked=False)
    return NotThere(order.id, request.reference, words)


async def _mark(
    desk: Desk, actor: Actor, order: Order, request: MarkRequest, seen: Seen
) -> MarkedSynced | Impossible | NoSuchOrder | LostRace:
    event = Marked(actor.person, seen.reference, request.why, seen.checked)
    outcome = await desk.ledger.apply(
        desk.distributor.key,
        order.id,
        event,
        person(actor.person),
        desk.clock.now(),
        seen=order.standing.version,
    )
    match outcome:
        case Applied():
            await tell_thread(desk, actor, order.alert_id, "mark_synced", order=order.id)
            return MarkedSynced(order, seen.reference, seen.checked)
        case Refusal():
            return impossible(order.id, outcome)
        case LostRace() | NoSuchOrder():
            return outcome


async def _doubt(desk: Desk, order: Order, twice: ElsewhereInErp) -> None:
    words = f"Typed as {twice.reference}, but the ERP has it as {twice.found}"
    failure = Failure(Code.DUPLICATE, words, references=(twice.found, twice.reference))
    await desk.ledger.apply(desk.distributor.key, order.id, Doubted(failure), BOT, desk.clock.now())
