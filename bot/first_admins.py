"""The admins of the settings file. Called by the Slack side at its start.

They count only while the distributor has no active admin: whoever was made an employee in Slack
stays one after a restart.
"""

import logging

from bot.identity import Identity
from commands import people
from commands.desk import Desk
from commands.domain.alerts import Mention, MentionKind
from commands.domain.people import Permission, PersonId, Standing
from commands.ports import RoleSet

log = logging.getLogger("orderwatch.people")


async def appoint(desk: Desk, identity: Identity) -> None:
    """Make the first admins, and tell each that nobody may retry yet."""
    key = desk.distributor.key
    if await _someone_leads(desk, identity):
        return
    for person in desk.distributor.admins:
        standing = await identity.standing(person)
        if standing is not Standing.MEMBER:
            log.warning("%s: %s of `admins` is no full member: %s", key, person, standing)
        elif isinstance(await people.make_admin(desk, person), RoleSet):
            log.info("%s: %s is an admin, as the settings say", key, person)
            await _tell(desk, person)


async def _someone_leads(desk: Desk, identity: Identity) -> bool:
    """Whether an admin is active; one Slack cannot tell of counts, for nothing is to be guessed."""
    for admin in await desk.people.admins(desk.distributor.key):
        if await identity.standing(admin) in {Standing.MEMBER, Standing.UNCLEAR}:
            return True
    return False


async def _tell(desk: Desk, person: PersonId) -> None:
    everyone = await desk.people.everyone(desk.distributor.key)
    if any(Permission.ACTIONS in one.permissions for one in everyone):
        return
    mention = Mention(MentionKind.CHOOSE_PEOPLE, {}, to=person)
    await desk.alerts.mention(desk.distributor.key, mention, desk.clock.now())
