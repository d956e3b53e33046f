"""`I have it`: a person takes an alert on, so that the others need not. Door: its button."""

from commands.desk import Denied, Desk, denied, tell_thread
from commands.domain.people import Actor, Deed
from commands.retry import NoSuchAlert


async def take(desk: Desk, actor: Actor, alert_id: int) -> bool | Denied | NoSuchAlert:
    """False: it is solved already, or it is theirs."""
    if no := await denied(desk, actor, Deed.TAKE):
        return no
    key, now = desk.distributor.key, desk.clock.now()
    if await desk.alerts.load(key, alert_id) is None:
        return NoSuchAlert()
    taken = await desk.alerts.take(key, alert_id, actor.person, now)
    if taken:
        await tell_thread(desk, actor, alert_id, "take")
        desk.wake()
    return taken
