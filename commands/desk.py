"""A distributor's order desk: what every verb needs at hand, and how a verb refuses.

The composition root makes one Desk for each distributor and passes it to whatever door is used.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from commands.domain.alerts import Mention, MentionKind
from commands.domain.distributors import Distributor
from commands.domain.history import person
from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import Reason, Refusal, Standing
from commands.domain.people import Actor, Deed, Lack, PersonId
from commands.ports import (
    Alerts,
    Cadence,
    Clock,
    Connections,
    Erp,
    Ledger,
    Notices,
    People,
    Processes,
    Share,
)
from commands.selections import Batches
from commands.standings import Standings, Unasked, perhaps


def _nobody_listens() -> None:
    return None


class Alone:
    """No other process: every place and every duty is this one's. Implements `ports.Processes`."""

    async def share(
        self, distributor: DistributorKey, places: int, busy: int, until: datetime, now: datetime
    ) -> Share:
        _ = distributor, busy, until, now
        return Share(places, places, None)

    async def leave(self, distributor: DistributorKey) -> None:
        pass

    def leads(self, distributor: DistributorKey) -> bool:
        _ = distributor
        return True


@dataclass(frozen=True, slots=True)
class Desk:
    """One distributor and its ports.

    `wake` tells the engine that something is due at once. `chance` is where jitter comes from; a
    seeded one makes a run repeatable. `standings`: who is still there, where there is Slack to ask.
    `batches`: what is done with many orders at once. `mails`: whether e-mail is set up.
    """

    distributor: Distributor
    ledger: Ledger
    people: People
    alerts: Alerts
    connections: Connections
    erp: Erp
    clock: Clock
    cadence: Cadence
    wake: Callable[[], None] = field(default=_nobody_listens)
    chance: random.Random = field(default_factory=random.Random)
    processes: Processes = field(default_factory=Alone)
    standings: Standings = field(default_factory=Unasked)
    mails: bool = False
    batches: Batches = field(kw_only=True)
    notices: Notices = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Denied:
    """The person may not: what is missing, and who can grant it."""

    deed: Deed
    lack: Lack
    admins: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class Impossible:
    """The person may, but the order is not in a state for it."""

    order: OrderId
    reason: Reason
    standing: Standing


def impossible(order: OrderId, refusal: Refusal) -> Impossible:
    return Impossible(order, refusal.reason, refusal.standing)


async def denied(
    desk: Desk, actor: Actor, deed: Deed, order: OrderId | None = None
) -> Denied | None:
    """None when `actor` may do `deed`; else the refusal, written into the order's history."""
    if actor.distributor != desk.distributor.key:
        raise ValueError(f"an actor of {actor.distributor} at the desk of {desk.distributor.key}")
    lack = actor.lacks(deed)
    if lack is None:
        return None
    if order is not None:
        await desk.ledger.note_refusal(
            desk.distributor.key,
            order,
            str(deed),
            type(lack).__name__,
            person(actor.person),
            desk.clock.now(),
        )
    return Denied(deed, lack, await admins_of(desk))


async def admins_of(desk: Desk) -> tuple[PersonId, ...]:
    """Whom to turn to: the admins, but for those who are no full members any more."""
    return await perhaps(desk.standings, await desk.people.admins(desk.distributor.key))


async def tell_thread(
    desk: Desk, actor: Actor, alert_id: int | None, deed: str, **facts: object
) -> None:
    """One line in the alert's thread, where there is an alert: who did what, when.

    `facts`: `order` or `orders` (how many).
    """
    if alert_id is None:
        return
    now = desk.clock.now()
    told = {"did": deed, "by": actor.person, "at": now.isoformat(), **facts}
    line = Mention(MentionKind.ACTION, told, alert_id=alert_id)
    await desk.alerts.mention(desk.distributor.key, line, now)


async def tell_of(desk: Desk, actor: Actor, order: OrderId, deed: str) -> None:
    """As `tell_thread`, in the thread of whatever alert the order stands in."""
    if found := await desk.ledger.load(desk.distributor.key, order):
        await tell_thread(desk, actor, found.alert_id, deed, order=order)
