"""A person asks that orders be sent again. Doors: button, modal, `/orders`, the Orders page."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from commands.desk import Denied, Desk, Impossible, denied, impossible, tell_of, tell_thread
from commands.domain.alerts import Alert, AlertPicture
from commands.domain.connection import Connection, brought_forward
from commands.domain.history import person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import Reason, Refusal, RetryAsked, Standing, State
from commands.domain.people import Actor, Deed
from commands.ports import Applied, LostRace, NoSuchOrder, Order, Retried

PATIENCE_OF_A_PERSON: Final = timedelta(seconds=5)
_GLANCE: Final = timedelta(milliseconds=200)


@dataclass(frozen=True, slots=True)
class Asked:
    """The order is due now. `looks_first`: the ERP is asked for it before it is sent again."""

    order: OrderId
    standing: Standing
    looks_first: bool
    connection: Connection


@dataclass(frozen=True, slots=True)
class Through:
    """The ERP has it."""

    order: Order


@dataclass(frozen=True, slots=True)
class RefusedAgain:
    """Tried, and refused. `same`: for the same reason as before."""

    order: Order
    same: bool


@dataclass(frozen=True, slots=True)
class StillTrying:
    """No answer within five seconds; it goes on by itself."""

    order: OrderId
    connection: Connection


RetryOutcome = Asked | Denied | Impossible | NoSuchOrder
Echo = Through | RefusedAgain | StillTrying


async def retry(desk: Desk, actor: Actor, order: OrderId) -> RetryOutcome:
    """Make the order due now. What the ERP may already have is looked up before it is sent."""
    if no := await denied(desk, actor, Deed.RETRY, order):
        return no
    me, key = person(actor.person), desk.distributor.key
    outcome = await desk.ledger.apply(key, order, RetryAsked(actor.person), me, desk.clock.now())
    match outcome:
        case Applied(before, after):
            line = await bring_forward(desk)
            desk.wake()
            await tell_of(desk, actor, order, "retry")
            first = before.left or before.state not in {State.QUEUED, State.FAILED}
            return Asked(order, after, first, line)
        case Refusal():
            return impossible(order, outcome)
        case LostRace(now):
            return Impossible(order, Reason.ON_ITS_WAY, now)
        case NoSuchOrder():
            return outcome


async def bring_forward(desk: Desk) -> Connection:
    """Probe a broken connection at once: a person is waiting. Returns how it stands."""
    key, now = desk.distributor.key, desk.clock.now()
    line = await desk.connections.load(key)
    sooner = brought_forward(line, now)
    if sooner is not line:
        # Losing this race means that somebody else is at it already.
        await desk.connections.save(key, line, sooner, now)
    return line


async def echo(desk: Desk, asked: Asked) -> Echo:
    """What became of a retry within five seconds, for an answer that says more than `started`."""
    waited = timedelta(0)
    while waited < PATIENCE_OF_A_PERSON:
        order = await desk.ledger.load(desk.distributor.key, asked.order)
        if order and (told := _settled(order, asked)):
            return told
        await desk.clock.sleep(_GLANCE)
        waited += _GLANCE
    return StillTrying(asked.order, await desk.connections.load(desk.distributor.key))


def _settled(order: Order, asked: Asked) -> Through | RefusedAgain | None:
    if order.standing.state in {State.SYNCED, State.SENT}:
        return Through(order)
    tried = order.standing.version > asked.standing.version
    if order.standing.state is State.FAILED and tried:
        old, new = asked.standing.failure, order.standing.failure
        return RefusedAgain(order, same=bool(old and new and old.code == new.code))
    return None


@dataclass(frozen=True, slots=True)
class AllAsked:
    """A whole alert retried: how many are due now, how many were left alone and why."""

    done: Retried
    connection: Connection


@dataclass(frozen=True, slots=True)
class NoSuchAlert:
    """Unknown, or another distributor's."""


@dataclass(frozen=True, slots=True)
class NothingToRetry:
    """None of it waits for a retry any more: the picture says what became of it. `done` says what
    was left alone.
    """

    alert: Alert
    picture: AlertPicture
    done: Retried


async def retry_all(
    desk: Desk, actor: Actor, alert_id: int, seen: int | None = None
) -> AllAsked | NothingToRetry | Denied | NoSuchAlert:
    """Retry what the alert's message showed; later arrivals and held orders are left alone. `seen`:
    the change that the message showed whose button was pressed.
    """
    if no := await denied(desk, actor, Deed.RETRY):
        return no
    key, now = desk.distributor.key, desk.clock.now()
    alert = await desk.alerts.load(key, alert_id)
    if alert is None:
        return NoSuchAlert()
    done = await desk.ledger.retry_alert(key, alert_id, person(actor.person), now, seen=seen)
    if not done.queued:
        return NothingToRetry(alert, await desk.alerts.picture(key, alert, now), done)
    line = await bring_forward(desk)
    desk.wake()
    await tell_thread(desk, actor, alert_id, "retry_all", orders=done.queued)
    return AllAsked(done, line)
