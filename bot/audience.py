"""Who reads a channel: whether order data may be posted there. Asked by messenger and onlookers.

Guests and people of other organisations must not see an order. The answer is kept for a few
minutes, and dropped by the events that change it.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from bot.identity import Identity
from bot.webapi import AFTER_TROUBLE, Busy, Declined, Said, Unheard, WebApi
from commands.domain.people import PersonId, Standing
from commands.ports import Clock

KEEP: Final = timedelta(minutes=5)
KNOWN_LONG_ENOUGH: Final = timedelta(hours=1)
"""Accounts seldom change kind, and `user_change` tells at once when one does."""

LISTED_FROM: Final = 20
"""Unknown members from which one list of everybody is cheaper than asking for each."""

LIST_LASTS: Final = timedelta(minutes=30)
"""How long a list of everybody that Slack interrupts is gone on with; then it begins anew."""

PAGE: Final = 200
OUTSIDE: Final = frozenset({Standing.GUEST, Standing.STRANGER, Standing.UNCLEAR})
SHARED: Final = ("is_ext_shared", "is_shared", "is_pending_ext_shared")


@dataclass(frozen=True, slots=True)
class OurOwn:
    """Nobody reads it but full members."""


@dataclass(frozen=True, slots=True)
class Outsiders:
    """It is shared with another organisation, or these people in it are no full members."""

    shared: bool
    people: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class Closed:
    """Slack does not let us see it: not a member, archived, gone."""

    error: str


@dataclass(frozen=True, slots=True)
class NotKnown:
    """Slack could not be asked; again after `wait`."""

    wait: timedelta


Fit: TypeAlias = OurOwn | Outsiders | Closed | NotKnown
OnChange: TypeAlias = Callable[[], None]


class _SilentError(Exception):
    """Slack gave no answer to build on."""

    def __init__(self, fit: Closed | NotKnown) -> None:
        super().__init__(type(fit).__name__)
        self.fit = fit


@dataclass(slots=True)
class Audience:
    """The readers of channels in one workspace."""

    web: WebApi
    identity: Identity
    clock: Clock
    turn: int = 0
    """Counts how often somebody came, went or changed, as far as we were told."""
    _began: datetime = field(init=False)
    _known: dict[str, tuple[datetime, OurOwn | Outsiders]] = field(default_factory=dict)
    _hears: list[OnChange] = field(default_factory=list)
    _listing: tuple[datetime, str] | None = None
    """Of a list of everybody that is not read to its end: when it began, and where it goes on."""

    def __post_init__(self) -> None:
        self._began = self.clock.now()

    async def of(self, channel: str, since: datetime | None = None) -> Fit:
        """Who reads `channel`; asked of Slack where the last answer is older than a few minutes,
        or was asked for before `since`: then another process may have been told of a change.
        """
        now = self.clock.now()
        known = self._known.get(channel)
        if known and known[0] >= max(now - KEEP, since or now - KEEP):
            return known[1]
        turn = self.turn
        try:
            fit = await self._look(channel)
        except _SilentError as silent:
            return silent.fit
        if turn == self.turn:
            self._known[channel] = (now, fit)
        return fit

    def hear(self, on_change: OnChange) -> None:
        """Call this whenever a channel may have other readers than before."""
        self._hears.append(on_change)

    def changed(self, channel: str | None = None) -> None:
        """Somebody came, went or changed: look again. None: every channel."""
        self._forget(channel)
        for on_change in self._hears:
            on_change()

    def _forget(self, channel: str | None) -> None:
        self.turn += 1
        if channel is None:
            self._known.clear()
        else:
            self._known.pop(channel, None)

    async def _look(self, channel: str) -> OurOwn | Outsiders:
        about = await self._said(self.web.client.conversations_info(channel=channel))
        found = about.get("channel") or {}
        if found.get("is_archived"):
            raise _SilentError(Closed("is_archived"))
        if any(found.get(flag) for flag in SHARED):
            return Outsiders(shared=True)
        members = [one async for one in self._members(channel)]
        outside = await self._outside(members)
        return Outsiders(shared=False, people=tuple(outside)) if outside else OurOwn()

    async def _members(self, channel: str) -> AsyncIterator[PersonId]:
        cursor = ""
        while True:
            call = self.web.client.conversations_members(
                channel=channel, limit=PAGE, cursor=cursor or None
            )
            page = await self._said(call)
            for member in page.get("members") or []:
                yield PersonId(str(member))
            cursor = _next(page)
            if not cursor:
                return

    async def _outside(self, members: list[PersonId]) -> list[PersonId]:
        fresh = self._fresh()
        unknown = [one for one in members if not await self.identity.known(one, fresh)]
        if len(unknown) >= LISTED_FROM:
            await self._learn_everybody()
        return [one for one in members if await self._standing(one) in OUTSIDE]

    async def _standing(self, person: PersonId) -> Standing:
        answer = await self.identity.look(person, self._fresh())
        if isinstance(answer, Busy | Unheard):
            raise _SilentError(NotKnown(answer.wait))
        return answer

    def _fresh(self) -> timedelta:
        # What was known before we were there to be told of a change may be wrong by now.
        return min(KNOWN_LONG_ENOUGH, self.clock.now() - self._began)

    async def _learn_everybody(self) -> None:
        """What a page says is kept; where Slack has no time for the next, it is asked for later."""
        began, cursor = self._begun()
        while True:
            self._listing = None
            page = await self._users(began, cursor)
            for user in page.get("members") or []:
                if isinstance(user, dict) and user.get("id"):
                    await self.identity.learn(PersonId(str(user["id"])), user)
            cursor = _next(page)
            if not cursor:
                return

    def _begun(self) -> tuple[datetime, str]:
        now = self.clock.now()
        if self._listing and now - self._listing[0] <= LIST_LASTS:
            return self._listing
        return now, ""

    async def _users(self, began: datetime, cursor: str) -> Any:  # noqa: ANN401
        try:
            return await self._said(self.web.client.users_list(limit=PAGE, cursor=cursor or None))
        except _SilentError as silent:
            if isinstance(silent.fit, NotKnown):
                self._listing = began, cursor
            elif cursor:
                # It leads nowhere any more; of the channel that says nothing.
                raise _SilentError(NotKnown(AFTER_TROUBLE)) from silent
            raise

    async def _said(self, call: Any) -> Any:  # noqa: ANN401  # whatever shape Slack's answer has
        match await self.web.ask(call):
            case Said(data):
                return data
            case Declined(error):
                raise _SilentError(Closed(error))
            case Busy(wait) | Unheard(wait):
                raise _SilentError(NotKnown(wait))


def _next(page: Any) -> str:  # noqa: ANN401
    return str((page.get("response_metadata") or {}).get("next_cursor") or "")
