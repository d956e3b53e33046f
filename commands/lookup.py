"""Questions that change nothing. Doors: `/orders`, `Details`, `Check the ERP`, the Orders page."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from commands.desk import Denied, Desk, denied
from commands.domain.answers import Documents, LookupTrouble
from commands.domain.failures import Failure
from commands.domain.ids import OrderId
from commands.domain.people import Actor, Deed
from commands.domain.verification import Verdict, judge
from commands.ports import NoSuchOrder, Order

T = TypeVar("T")


async def query(desk: Desk, actor: Actor, question: Callable[[], Awaitable[T]]) -> T | Denied:
    """Run a screen's question for someone who may ask it."""
    if no := await denied(desk, actor, Deed.QUERY):
        return no
    return await question()


async def show(desk: Desk, actor: Actor, order: OrderId) -> Order | NoSuchOrder | Denied:
    if no := await denied(desk, actor, Deed.QUERY, order):
        return no
    return await desk.ledger.load(desk.distributor.key, order) or NoSuchOrder()


@dataclass(frozen=True, slots=True)
class ErpSays:
    """What the ERP holds for an order, looked up at `at`; nothing was changed."""

    order: Order
    verdict: Verdict
    found: Documents
    at: datetime


@dataclass(frozen=True, slots=True)
class ErpSilent:
    """The look-up failed: it proves nothing."""

    order: Order
    failure: Failure
    at: datetime


async def check_erp(
    desk: Desk, actor: Actor, order_id: OrderId
) -> ErpSays | ErpSilent | NoSuchOrder | Denied:
    """Ask the ERP what it has under the order's id."""
    if no := await denied(desk, actor, Deed.CHECK_ERP, order_id):
        return no
    order = await desk.ledger.load(desk.distributor.key, order_id)
    if order is None:
        return NoSuchOrder()
    match await desk.erp.find(order_id):
        case LookupTrouble(failure):
            return ErpSilent(order, failure, desk.clock.now())
        case Documents(found) as documents:
            return ErpSays(order, judge(order.document, found), documents, desk.clock.now())
