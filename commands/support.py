"""`Contact support`: an order's or an alert's details go to the support address, after they were
shown. Doors: the details, the menu of a card.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from commands.desk import Denied, denied
from commands.domain.alerts import Alert
from commands.domain.history import person
from commands.domain.ids import OrderId
from commands.domain.lifecycle import State
from commands.domain.people import Actor, Deed
from commands.outbox import (
    AlertPlea,
    Draft,
    Letter,
    MailKind,
    Office,
    OrderPlea,
    TooSoon,
)
from commands.ports import NoSuchOrder, Order
from commands.retry import NoSuchAlert

MOST_NAMED: Final = 100
"""Orders of an alert that are told one by one."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, by name, and what they add in their own words."""

    actor: Actor
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class NoSupport:
    """Nothing can be sent, and what to do about it: an address or e-mail itself is missing."""

    no_address: bool
    mail_off: str | None
    letter: Letter | None = None
    """What would have been sent, for whoever sends it by hand."""


@dataclass(frozen=True, slots=True)
class NothingToAsk:
    """It is synced, or solved, already."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What will be sent, and to whom."""

    to: str
    letter: Letter
    about: Sequence[OrderId]


@dataclass(frozen=True, slots=True)
class Contacted:
    """It is on its way."""

    to: str


No: TypeAlias = NoSupport | NothingToAsk | Denied


Outcome: TypeAlias = Contacted | TooSoon | No | NoSuchOrder | NoSuchAlert


async def prepare_order(
    office: Office, asker: Asker, order_id: OrderId
) -> Ready | No | NoSuchOrder:
    """What would be sent of an order."""
    if no := await denied(office.desk, asker.actor, Deed.CONTACT_SUPPORT, order_id):
        return no
    order = await office.desk.ledger.load(office.desk.distributor.key, order_id)
    if order is None:
        return NoSuchOrder()
    if order.standing.state is State.SYNCED:
        return NothingToAsk()
    return _ready(office, await _of_order(office, asker, order), [order_id])


async def prepare_alert(office: Office, asker: Asker, alert_id: int) -> Ready | No | NoSuchAlert:
    """What would be sent of all orders of an alert."""
    if no := await denied(office.desk, asker.actor, Deed.CONTACT_SUPPORT):
        return no
    key = office.desk.distributor.key
    alert = await office.desk.alerts.load(key, alert_id)
    if alert is None:
        return NoSuchAlert()
    lines = await office.mails.orders_of(key, alert_id, MOST_NAMED)
    if not lines:
        return NothingToAsk()
    letter = await _of_alert(office, asker, alert)
    return _ready(office, letter, [one.id for one in lines])


async def contact_about_order(
    office: Office, asker: Asker, order_id: OrderId
) -> Contacted | TooSoon | No | NoSuchOrder:
    """Send it, and write that into the order's history; at most once an hour."""
    match await prepare_order(office, asker, order_id):
        case Ready() as ready:
            draft = _draft(ready, asker, order=order_id)
            return await _send(office, asker, ready, draft)
        case no:
            return no


async def contact_about_alert(
    office: Office, asker: Asker, alert_id: int
) -> Contacted | TooSoon | No | NoSuchAlert:
    """The same for an alert: it is written into the history of each order that is named."""
    match await prepare_alert(office, asker, alert_id):
        case Ready() as ready:
            draft = _draft(ready, asker, alert=alert_id)
            return await _send(office, asker, ready, draft)
        case no:
            return no


async def _of_order(office: Office, asker: Asker, order: Order) -> Letter:
    own, now = office.desk.distributor, office.desk.clock.now()
    history = await office.mails.history_of(own.key, order.id)
    plea = OrderPlea(order, history, asker.name, asker.note, now)
    return office.writer.order_to_support(own, plea)


async def _of_alert(office: Office, asker: Asker, alert: Alert) -> Letter:
    own, now = office.desk.distributor, office.desk.clock.now()
    picture = await office.desk.alerts.picture(own.key, alert, now)
    lines = await office.mails.orders_of(own.key, alert.id, MOST_NAMED)
    plea = AlertPlea(alert, picture, lines, asker.name, asker.note, now)
    return office.writer.alert_to_support(own, plea)


def _ready(office: Office, letter: Letter, about: Sequence[OrderId]) -> Ready | NoSupport:
    to = office.desk.distributor.support_email
    if to is None or office.mail_off is not None:
        return NoSupport(to is None, office.mail_off, letter)
    return Ready(to, letter, about)


def _draft(
    ready: Ready, asker: Asker, *, order: OrderId | None = None, alert: int | None = None
) -> Draft:
    return Draft(
        MailKind.SUPPORT,
        ready.to,
        ready.letter,
        order=order,
        alert=alert,
        asked_by=asker.actor.person,
    )


async def _send(office: Office, asker: Asker, ready: Ready, draft: Draft) -> Contacted | TooSoon:
    by, now = person(asker.actor.person), office.desk.clock.now()
    key = office.desk.distributor.key
    too_soon = await office.mails.ask_support(key, draft, ready.about, by, now)
    if too_soon is not None:
        return too_soon
    office.desk.wake()
    return Contacted(ready.to)
