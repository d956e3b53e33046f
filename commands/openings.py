"""Before a person is asked for more: may they, and can it be done? Doors: the modals of a deed.

Nothing changes here. What is answered is asked again when the modal is submitted.
"""

from commands.desk import Denied, Desk, Impossible, denied, impossible
from commands.domain.alerts import Alert
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Marked, Refusal, on
from commands.domain.people import Actor, Deed
from commands.ports import NoSuchOrder, Order
from commands.retry import NoSuchAlert


async def may_mark(
    desk: Desk, actor: Actor, order_id: OrderId
) -> Order | Denied | Impossible | NoSuchOrder:
    """The order, if `actor` could mark it as synced at this moment."""
    if no := await denied(desk, actor, Deed.MARK_SYNCED, order_id):
        return no
    order = await desk.ledger.load(desk.distributor.key, order_id)
    if order is None:
        return NoSuchOrder()
    tried = on(order.standing, Marked(actor.person), desk.clock.now())
    return impossible(order.id, tried) if isinstance(tried, Refusal) else order


async def may_choose(
    desk: Desk, actor: Actor, deed: Deed, alert_id: int
) -> Alert | Denied | NoSuchAlert:
    """The alert, if `actor` may do `deed` to one of its orders."""
    if no := await denied(desk, actor, deed):
        return no
    return await desk.alerts.load(desk.distributor.key, alert_id) or NoSuchAlert()
