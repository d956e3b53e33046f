"""What a person does about a whole alert: `I have it`, so that the others need not; or put it aside
for a time. Doors: the buttons and the menu of its card.
"""

from dataclasses import dataclass
from datetime import datetime

from commands.desk import Denied, Desk, denied, tell_thread
from commands.domain.alerts import Alert, AlertPicture
from commands.domain.people import Actor, Deed, PersonId
from commands.domain.spans import Span, until
from commands.retry import NoSuchAlert


@dataclass(frozen=True, slots=True)
class Has:
    """Somebody has it, perhaps the one who asks; `since` when."""

    alert: int
    by: PersonId
    since: datetime | None


@dataclass(frozen=True, slots=True)
class TakenOn:
    """It is the person's now. `before`: whose it was."""

    before: PersonId | None


@dataclass(frozen=True, slots=True)
class AlertOver:
    """It has ended; the picture says how, when, and by whom."""

    alert: Alert
    picture: AlertPicture


@dataclass(frozen=True, slots=True)
class PutAside:
    until: datetime


@dataclass(frozen=True, slots=True)
class TakenBack:
    """It is not put aside any more. `was` False: nor was it before."""

    was: bool


TakeOutcome = TakenOn | Has | AlertOver | Denied | NoSuchAlert
SnoozeOutcome = PutAside | AlertOver | Denied | NoSuchAlert
UnsnoozeOutcome = TakenBack | AlertOver | Denied | NoSuchAlert


async def take(
    desk: Desk, actor: Actor, alert_id: int, instead_of: PersonId | None = None
) -> TakeOutcome:
    """Look after it. Of two who press at once one gets it, and the other is told who."""
    alert = await _open(desk, actor, Deed.TAKE, alert_id)
    if not isinstance(alert, Alert):
        return alert
    key, now = desk.distributor.key, desk.clock.now()
    if await desk.alerts.take(key, alert_id, actor.person, now, instead_of=instead_of):
        await tell_thread(desk, actor, alert_id, "take")
        desk.wake()
        return TakenOn(instead_of)
    present = await _open(desk, actor, Deed.TAKE, alert_id)
    if isinstance(present, Alert) and present.taken_by:
        return Has(alert_id, present.taken_by, present.taken_at)
    return NoSuchAlert() if isinstance(present, Alert) else present


async def snooze(desk: Desk, actor: Actor, alert_id: int, span: Span) -> SnoozeOutcome:
    """Put it aside: no reminders until then, unless an order comes that is due today."""
    alert = await _open(desk, actor, Deed.SNOOZE, alert_id)
    if not isinstance(alert, Alert):
        return alert
    now, zone = desk.clock.now(), desk.distributor.zone
    ends = until(span, now, zone)
    if not await desk.alerts.snooze(alert.distributor, alert_id, actor.person, now, until=ends):
        return await _over(desk, alert)
    await tell_thread(desk, actor, alert_id, "snooze", until=ends.isoformat())
    desk.wake()
    return PutAside(ends)


async def unsnooze(desk: Desk, actor: Actor, alert_id: int) -> UnsnoozeOutcome:
    """Have it back before its time."""
    alert = await _open(desk, actor, Deed.SNOOZE, alert_id)
    if not isinstance(alert, Alert):
        return alert
    now = desk.clock.now()
    if not alert.snoozing(now):
        return TakenBack(was=False)
    if not await desk.alerts.snooze(alert.distributor, alert_id, actor.person, now, until=now):
        return await _over(desk, alert)
    await tell_thread(desk, actor, alert_id, "unsnooze")
    desk.wake()
    return TakenBack(was=True)


async def _open(
    desk: Desk, actor: Actor, deed: Deed, alert_id: int
) -> Alert | AlertOver | Denied | NoSuchAlert:
    """The alert, if `actor` may do this to it and it has not ended."""
    if no := await denied(desk, actor, deed):
        return no
    alert = await desk.alerts.load(desk.distributor.key, alert_id)
    if alert is None:
        return NoSuchAlert()
    return alert if alert.closed_at is None else await _over(desk, alert)


async def _over(desk: Desk, alert: Alert) -> AlertOver:
    now = desk.clock.now()
    return AlertOver(alert, await desk.alerts.picture(alert.distributor, alert, now))
