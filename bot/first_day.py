"""The first day: nobody may retry yet, so the admins are asked, once, to choose people.

Called by the composition root when Slack has been reached.
"""

from commands.desk import Desk
from commands.domain.alerts import Mention, MentionKind
from store.alerts import SqlAlerts


async def ask_to_choose(desk: Desk, alerts: SqlAlerts) -> None:
    """Queue the direct messages, unless somebody has a permission or they were sent before."""
    key = desk.distributor.key
    if any(one.permissions for one in await desk.people.everyone(key)):
        return
    if await alerts.ever_mentioned(key, MentionKind.CHOOSE_PEOPLE):
        return
    for admin in await desk.people.admins(key):
        await alerts.mention(
            key, Mention(MentionKind.CHOOSE_PEOPLE, {}, to=admin), desk.clock.now()
        )
