"""Events of the workspace: the App Home opened, accounts that changed, channels that were joined.

What they say is not believed further than that something changed: the next look asks Slack.
"""

from collections.abc import Mapping
from typing import Any

from bot.identity import Who
from bot.listeners.front import Front
from commands import people
from commands.domain.people import PersonId


async def home_opened(front: Front, body: Mapping[str, Any]) -> None:
    """Or another tab of the app, and then the Home is closed."""
    event = body["event"]
    # An event names no team of the person; `users.info` does.
    who = Who(PersonId(str(event["user"])), front.identity.team)
    if event.get("tab") != "home":
        await front.homes.left(who.person)
        return
    await front.homes.opened(await front.actor(who))


async def account_changed(front: Front, body: Mapping[str, Any]) -> None:
    user = body["event"]["user"]
    person = PersonId(str(user["id"]))
    # Slack tells of every new picture and status too; few changes make another kind of account.
    if await front.identity.changed(person, user):
        front.audience.changed()
    if user.get("deleted"):
        # Slack is asked: what an event says is not believed.
        await people.withdraw(front.desk, await front.identity.target(front.desk, person))


async def channel_changed(front: Front, body: Mapping[str, Any]) -> None:
    """Shared, or no longer; somebody came or went."""
    front.audience.changed(str(body["event"]["channel"]))
