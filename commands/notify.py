"""A person's own choice of how to be notified, and when not. Doors: the direct messages themselves,
and the modal that they and the App Home open.
"""

from dataclasses import dataclass

from commands.desk import Denied, Desk, denied
from commands.domain.notices import Choice, Pause, Way, paused_until
from commands.domain.people import Actor, Deed


@dataclass(frozen=True, slots=True)
class Mine:
    """What somebody has chosen. `mails`: whether e-mail is set up at all."""

    choice: Choice
    mails: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """It is stored so."""

    choice: Choice
    mails: bool


async def mine(desk: Desk, actor: Actor) -> Mine | Denied:
    if no := await denied(desk, actor, Deed.BE_NOTIFIED):
        return no
    return Mine(await desk.notices.choice(desk.distributor.key, actor.person), desk.mails)


async def choose(desk: Desk, actor: Actor, pause: Pause, way: Way | None = None) -> Chosen | Denied:
    """How, and when not. `way` None: as before."""
    if no := await denied(desk, actor, Deed.BE_NOTIFIED):
        return no
    own, now = desk.distributor, desk.clock.now()
    before = await desk.notices.choice(own.key, actor.person)
    ends = paused_until(pause, before.paused_until, now, own.zone)
    choice = Choice(way or before.way, ends)
    await desk.notices.choose(own.key, actor.person, choice, now)
    return Chosen(choice, desk.mails)
