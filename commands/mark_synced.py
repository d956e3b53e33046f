"""A person says that an order is in the ERP, or need not be. Doors: modal, `/orders mark-synced`.

The ERP is asked first, by our id and then by the number typed, so that a slip of the pen does not
lose an order. What cannot be asked is stored as not checked.
"""

from dataclasses import dataclass

from commands.desk import Denied, Desk, Impossible, denied, impossible, tell_thread
from commands.domain.answers import CannotTell, Documents, ErpDocument, LookupTrouble
from commands.domain.failures import Code, Failure
from commands.domain.history import BOT, person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Doubted, Marked, Reason, Refusal, Why, on
from commands.domain.people import Actor, Deed
from commands.domain.verification import Believed, Nothing, Questioned, differs, judge
from commands.ports import Applied, LostRace, NoSuchOrder, Order


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
        told = order.standing.reference if order.standing.accepted else None
        if typed and told and typed != told:
            # The ERP has said it before: it need not be asked for that.
            return ElsewhereInErp(order.id, typed, told)
        return Seen(typed, checked=False)
    match judge(order.document, lookup.found):
        case Believed(reference):
            if typed and reference and typed != reference:
                return ElsewhereInErp(order.id, typed, reference)
            return Seen(reference or typed, checked=True)
        case Questioned(failure):
            return _unless(request, order, failure.message)
        case Nothing():
            return await _look_by_number(desk, order, request)


async def _look_by_number(
    desk: Desk, order: Order, request: MarkRequest
) -> Seen | NotThere | OtherOrders:
    if request.reference is None:
        return Seen(None, checked=False)
    match await desk.erp.find_number(request.reference):
        case CannotTell() | LookupTrouble():
            return Seen(request.reference, checked=False)
        case Documents(()):
            return _unless(request, order, f"The ERP has no {request.reference}")
        case Documents(found):
            return await _hold_against(desk, order, request, found[0])


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
) -> MarkedSynced | Impossible | NoSuchOrder:
    event = Marked(actor.person, seen.reference, request.why, seen.checked)
    outcome = await desk.ledger.apply(
        desk.distributor.key, order.id, event, person(actor.person), desk.clock.now()
    )
    match outcome:
        case Applied():
            await tell_thread(desk, actor, order.alert_id, "mark_synced", order=order.id)
            return MarkedSynced(order, seen.reference, seen.checked)
        case Refusal():
            return impossible(order.id, outcome)
        case LostRace(now):
            return Impossible(order.id, Reason.BEING_SENT, now)
        case NoSuchOrder():
            return outcome


async def _doubt(desk: Desk, order: Order, twice: ElsewhereInErp) -> None:
    words = f"Typed as {twice.reference}, but the ERP has it as {twice.found}"
    failure = Failure(Code.DUPLICATE, words, references=(twice.found, twice.reference))
    await desk.ledger.apply(desk.distributor.key, order.id, Doubted(failure), BOT, desk.clock.now())
