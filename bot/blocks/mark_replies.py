"""What a person is told after marking an order as synced, or reopening it. Part of `replies`."""

from datetime import datetime
from typing import assert_never

from bot.blocks.ids import ActionId, BlockId, Pointer
from bot.blocks.message import Message
from bot.blocks.parts import actions, button, dead, words
from bot.blocks.refusals import denied, impossible, no_such_order
from bot.blocks.said import details_button, named, say
from commands.desk import Denied, Impossible
from commands.domain.distributors import Distributor
from commands.mark_synced import ElsewhereInErp, MarkedSynced, MarkOutcome, NotThere, OtherOrders
from commands.ports import NoSuchOrder, Order
from commands.reopen import Reopened


def mark(outcome: MarkOutcome, distributor: Distributor, now: datetime) -> Message:
    match outcome:
        case MarkedSynced(order, reference, checked):
            return _marked(order, reference, checked=checked)
        case NotThere() | OtherOrders() | ElsewhereInErp():
            return say(mark_problem(outcome))
        case Denied():
            return denied(outcome)
        case Impossible():
            return impossible(outcome, distributor, now)
        case NoSuchOrder():
            return no_such_order()
        case _ as never:
            assert_never(never)


def _marked(order: Order, reference: str | None, *, checked: bool) -> Message:
    number = f" as {dead(reference, 60)}" if reference else ""
    seen = "The ERP has it." if checked else "Not checked in the ERP."
    says = f"Order {named(order.id)} is marked as synced{number}. {seen}"
    back = button("Reopen", ActionId.REOPEN, Pointer(order=order.id))
    return say(says, [words("Marked by mistake? Reopen takes it back.")], blocks=actions(back))


def mark_problem(outcome: NotThere | OtherOrders | ElsewhereInErp) -> str:
    """What speaks against marking it, as the form says it above its fields."""
    return f"Order {named(outcome.order)} was not marked. {_against(outcome)}"


def _against(outcome: NotThere | OtherOrders | ElsewhereInErp) -> str:
    """What speaks against marking it, in a sentence."""
    match outcome:
        case NotThere(_, _, told):
            return f"{dead(told, 200)}."
        case OtherOrders(_, reference, other):
            return f"{dead(reference, 60)} belongs to order {named(other)}."
        case ElsewhereInErp(_, reference, found):
            both = f"{dead(found, 60)}, not as {dead(reference, 60)}"
            return f"The ERP has it as {both}. Look there which is right."
        case _ as never:
            assert_never(never)


def mark_errors(outcome: MarkOutcome) -> dict[str, str] | None:
    """Errors at the fields of the mark view, by block id; None: nothing for a field to say."""
    match outcome:
        case OtherOrders() | ElsewhereInErp():
            return {str(BlockId.REFERENCE): _against(outcome)}
        case NotThere():
            return {str(BlockId.REFERENCE): f"{_against(outcome)} Right all the same? Tick below."}
        case MarkedSynced() | Denied() | Impossible() | NoSuchOrder():
            return None
        case _ as never:
            assert_never(never)


def reopen(
    outcome: Reopened | Denied | Impossible | NoSuchOrder, distributor: Distributor, now: datetime
) -> Message:
    match outcome:
        case Reopened(order):
            says = f"Order {named(order)} is failed again, with its old reason."
            again = [words("It is not sent by itself: Retry sync sends it.")]
            return say(says, again, blocks=actions(details_button(order)))
        case Denied():
            return denied(outcome)
        case Impossible():
            return impossible(outcome, distributor, now)
        case NoSuchOrder():
            return no_such_order()
        case _ as never:
            assert_never(never)
