"""From what Slack says about a person to the Actor that a verb takes. Called by every listener.

The person and their team come from the signed payload, the kind of account from `users.info`, role
and permissions from the database. What Slack does not tell is not guessed: it refuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, Self

from bot.webapi import Busy, Declined, Said, Unheard, WebApi
from commands.desk import Desk
from commands.domain.people import Actor, PersonId, Standing
from commands.ports import Clock, NotNow
from store.profiles import Profile, Profiles

FRESH: Final = timedelta(minutes=5)
NOW: Final = timedelta(seconds=-1)
"""Nothing known is fresh enough."""
SLACKBOT: Final = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Who:
    """The person behind a payload, and the team the payload says they are of."""

    person: PersonId
    team: str

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """From an interaction. For somebody of a shared channel Bolt's context names our team."""
        user = body.get("user")
        about: Mapping[str, Any] = user if isinstance(user, dict) else {}
        return cls(PersonId(str(about.get("id", ""))), str(about.get("team_id", "")))


@dataclass(frozen=True, slots=True)
class Identity:
    """Knows people of one workspace, `team`."""

    web: WebApi
    profiles: Profiles
    clock: Clock
    team: str

    async def actor(self, desk: Desk, who: Who) -> Actor:
        """Who asks, as the verbs see them."""
        return await self._at(desk, who.person, await self._of_payload(who))

    async def target(self, desk: Desk, person: PersonId) -> Actor:
        """Somebody named by another, as Slack knows them at this moment."""
        return await self._at(desk, person, await self.standing(person, NOW))

    async def standing(self, person: PersonId, fresh: timedelta = FRESH) -> Standing:
        """What kind of account; asked of Slack where what is known is older than `fresh`.

        What Slack cannot tell is UNCLEAR, and not kept.
        """
        answer = await self.look(person, fresh)
        return Standing.UNCLEAR if isinstance(answer, Busy | Unheard) else answer

    async def look(self, person: PersonId, fresh: timedelta) -> Standing | Busy | Unheard:
        """The same for whoever can wait: tells when Slack only has no time."""
        known = await self.known(person, fresh)
        if known is not None:
            return known.standing
        match await self.web.ask(self.web.client.users_info(user=person)):
            case Said(data) if isinstance(user := data.get("user"), dict):
                return await self.learn(person, user)
            case Said() | Declined():
                return Standing.UNCLEAR
            case Busy() | Unheard() as later:
                return later

    async def address(self, person: PersonId) -> str | NotNow | None:
        """Where a member has mail. Implements `commands.outbox.Addresses`."""
        match await self.look(person, FRESH):
            case Busy(wait) | Unheard(wait):
                return NotNow(wait)
            case Standing.MEMBER:
                profile = await self.profiles.load(self.team, person)
                return profile.email if profile else None
            case _:
                return None

    async def name(self, person: PersonId) -> str:
        """What a person is called in the workspace; their id where that is not known."""
        profile = await self.profiles.load(self.team, person)
        return (profile.name if profile else None) or person

    async def known(self, person: PersonId, fresh: timedelta) -> Profile | None:
        """What is known of an account, unless it is older than `fresh`."""
        profile = await self.profiles.load(self.team, person)
        if profile is None or profile.standing is Standing.UNCLEAR:
            return None
        return profile if self.clock.now() - profile.fetched_at <= fresh else None

    async def learn(self, person: PersonId, user: Mapping[str, Any]) -> Standing:
        """Keep what a user object of Slack's says."""
        profile = self._read(person, user)
        await self.profiles.save(profile)
        return profile.standing

    async def changed(self, person: PersonId, user: Mapping[str, Any]) -> bool:
        """Something about an account changed: the next look asks Slack. True: perhaps its kind."""
        known = await self.profiles.load(self.team, person)
        if known is None:
            return False
        unclear = Profile(self.team, person, Standing.UNCLEAR, self.clock.now())
        await self.profiles.save(unclear)
        return known.standing is not standing_of(person, user, self.team)

    async def _of_payload(self, who: Who) -> Standing:
        if who.team != self.team:
            return Standing.STRANGER
        return await self.standing(who.person)

    async def _at(self, desk: Desk, person: PersonId, standing: Standing) -> Actor:
        known = await desk.people.actor(desk.distributor.key, person)
        # Settings name a team too; a token of another workspace must not open this desk.
        if desk.distributor.slack_team != self.team:
            return replace(known, standing=Standing.STRANGER)
        return replace(known, standing=standing)

    def _read(self, person: PersonId, user: Mapping[str, Any]) -> Profile:
        told = user.get("profile")
        about: Mapping[str, Any] = told if isinstance(told, dict) else {}
        return Profile(
            self.team,
            person,
            standing_of(person, user, self.team),
            self.clock.now(),
            name=_text(about.get("display_name")) or _text(user.get("real_name")),
            email=_text(about.get("email")),
        )


def standing_of(person: str, user: Mapping[str, Any], team: str) -> Standing:
    """What kind of account a user object is, seen from `team`. An absent flag is false."""
    if user.get("id") != person or not user.get("team_id"):
        return Standing.UNCLEAR
    if user.get("deleted"):
        return Standing.DEACTIVATED
    if person == SLACKBOT or user.get("is_bot") or user.get("is_workflow_bot"):
        return Standing.BOT
    if user.get("is_stranger") or user["team_id"] != team:
        return Standing.STRANGER
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.MEMBER


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
