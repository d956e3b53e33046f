"""The admins of the settings file. Called by the Slack side at its start, and kept up by it.

They count only while the distributor has no active admin: whoever was made an employee in Slack
stays one after a restart.
"""

import logging
from datetime import timedelta
from typing import Final

from bot.identity import FRESH, Identity
from bot.webapi import Busy, Unheard
from commands import people
from commands.desk import Desk
from commands.domain.people import PersonId, Standing
from commands.ports import RoleSet

log = logging.getLogger("orderwatch.people")

LOOK_AGAIN: Final = timedelta(minutes=5)


class _SilentError(Exception):
    """Slack had no time; again after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait


async def keep_led(desk: Desk, identity: Identity) -> None:
    """Have an active admin, until cancelled: the last one's account may be deactivated any day."""
    while True:
        try:
            await appoint(desk, identity)
        except Exception as trouble:
            log.warning(
                "%s: who leads is not known: %s", desk.distributor.key, type(trouble).__name__
            )
            log.debug("the trouble was", exc_info=trouble)
        await desk.clock.sleep(LOOK_AGAIN)


async def appoint(desk: Desk, identity: Identity) -> None:
    """Make the first admins, and tell each that nobody may retry yet; as soon as Slack tells who
    they are.
    """
    while True:
        try:
            if not await _someone_leads(desk, identity):
                await _appoint(desk, await _members(desk, identity))
        except _SilentError as silent:
            await desk.clock.sleep(silent.wait)
        else:
            return


async def _someone_leads(desk: Desk, identity: Identity) -> bool:
    """Whether an admin is active. Raises _SilentError where that depends on one Slack cannot tell
    of at this moment.
    """
    unheard = None
    for admin in await desk.people.admins(desk.distributor.key):
        try:
            if await _standing(identity, admin) is Standing.MEMBER:
                return True
        except _SilentError as silent:
            unheard = silent
    if unheard is not None:
        raise unheard
    return False


async def _members(desk: Desk, identity: Identity) -> list[PersonId]:
    """Those of the settings who can be admins: all are known before the first becomes one."""
    found = []
    for person in desk.distributor.admins:
        standing = await _standing(identity, person)
        if standing is Standing.MEMBER:
            found.append(person)
        else:
            key = desk.distributor.key
            log.warning("%s: %s of `admins` is no full member: %s", key, person, standing)
    return found


async def _standing(identity: Identity, person: PersonId) -> Standing:
    match await identity.look(person, FRESH):
        case Busy(wait) | Unheard(wait):
            raise _SilentError(wait)
        case standing:
            return standing


async def _appoint(desk: Desk, members: list[PersonId]) -> None:
    for person in members:
        if isinstance(await people.appoint(desk, person), RoleSet):
            log.info("%s: %s is an admin, as the settings say", desk.distributor.key, person)
