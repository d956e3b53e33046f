"""The App Homes: drawn for whoever has one open, and again when it shows what is no longer so.

`show` is called by the listeners after whatever a person did; `run` by the Slack side, in the
process that speaks, for what others did. Slack allows a hundred publications a minute, so `run`
keeps to half of them and leaves the rest to those who press something.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.blocks import home
from bot.blocks.home import HomeScene
from bot.blocks.message import View
from bot.identity import Identity, Who
from bot.latest import Latest
from bot.screens import Screens
from bot.webapi import Busy, Declined, Said, Unheard, WebApi
from commands import lookup
from commands.desk import Denied, Desk
from commands.domain.people import Actor, PersonId, Standing
from commands.people import Roster
from store.looks import Place

log = logging.getLogger("orderwatch.slack")

GLANCE: Final = timedelta(seconds=1)
"""How often it is looked whether anything has changed, while somebody has a Home open."""
GAP: Final = timedelta(seconds=1.2)
"""Between two publications that nobody asked for."""
REST: Final = timedelta(seconds=2)
"""How long one Home stays as it is while everything changes all the time."""
ASK_AGAIN: Final = timedelta(seconds=20)
"""How long, where Slack did not say whose it is."""
OPEN_FOR: Final = timedelta(hours=1)
"""Slack does not tell when a Home is closed: after so long without a press it counts as closed."""
A_DAY_LATER: Final = timedelta(hours=8)
"""Who comes back after so long begins anew, with the failed orders and nothing ticked."""
TRIES: Final = 4

Pulse = tuple[int, ...]


@dataclass(slots=True)
class Homes:
    """One distributor's Homes. `_shown`: what each shows, as far as this process knows, and since
    when; None: Slack did not say whose it is.
    """

    desk: Desk
    identity: Identity
    screens: Screens
    web: WebApi
    _latest: Latest = field(default_factory=Latest)
    _shown: dict[PersonId, tuple[Pulse | None, datetime]] = field(default_factory=dict)

    async def opened(self, actor: Actor) -> None:
        """Somebody came to their Home."""
        now, looks = self.desk.clock.now(), self.screens.looks
        viewer = self.screens.viewer(actor.person, Place.HOME)
        seen_at = (await looks.load(viewer)).seen_at
        if seen_at is None or now - seen_at > A_DAY_LATER:
            await looks.begin(viewer, now)
        else:
            await looks.turn(viewer, seen_at=now)
        await self.show(actor)

    async def left(self, person: PersonId) -> None:
        """Somebody turned to another tab: there is nothing to keep up to date."""
        self._shown.pop(person, None)
        as_if = self.desk.clock.now() - OPEN_FOR - GLANCE
        await self.screens.looks.turn(self.screens.viewer(person, Place.HOME), seen_at=as_if)

    async def show(self, actor: Actor) -> None:
        """Publish a Home as it is now."""
        await self._latest.draw(actor.person, lambda: self._publish(actor))

    async def show_again(self, actor: Actor) -> None:
        """The same for somebody who may not have it open."""
        viewer = self.screens.viewer(actor.person, Place.HOME)
        seen_at = (await self.screens.looks.load(viewer)).seen_at
        if seen_at and self.desk.clock.now() - seen_at <= OPEN_FOR:
            await self.show(actor)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.desk.clock.sleep(GLANCE)
            try:
                await self._look()
            except Exception as trouble:
                log.warning("the Homes are not up to date: %s", type(trouble).__name__)
                log.debug("the trouble was", exc_info=trouble)

    # --- how -------------------------------------------------------------------------------------

    async def _look(self) -> None:
        since = self.desk.clock.now() - OPEN_FOR
        key = self.desk.distributor.key
        people = await self.screens.looks.open_since(key, Place.HOME, since)
        self._shown = {one: shown for one, shown in self._shown.items() if one in set(people)}
        pulse = await self.screens.pulse() if people else ()
        # Those whose Home is the oldest come first: so nobody is left out when there are many.
        for person in sorted(people, key=self._age):
            if self._is_stale(person, pulse):
                await self._redraw(person)
                await self.desk.clock.sleep(GAP)

    async def _redraw(self, person: PersonId) -> None:
        """While Slack does not say who looks at it, what stands there tells nothing new."""
        actor = await self.identity.actor(self.desk, Who(person, self.identity.team))
        if actor.standing is Standing.UNCLEAR:
            self._shown[person] = (None, self.desk.clock.now())
            return
        await self.show(actor)

    def _age(self, person: PersonId) -> float:
        known = self._shown.get(person)
        return known[1].timestamp() if known else 0.0

    def _is_stale(self, person: PersonId, pulse: Pulse) -> bool:
        known = self._shown.get(person)
        if known is None:
            return True
        shown, since = known
        rest = ASK_AGAIN if shown is None else REST
        return shown != pulse and self.desk.clock.now() - since >= rest

    async def _publish(self, actor: Actor) -> None:
        """What Slack has no time for is drawn again once it has: by then it may be different."""
        for _ in range(TRIES):
            pulse, now = await self.screens.pulse(), self.desk.clock.now()
            view = await self._view(actor)
            call = self.web.client.views_publish(user_id=actor.person, view=view)
            match await self.web.ask(call):
                case Said():
                    clear = actor.standing is not Standing.UNCLEAR
                    self._shown[actor.person] = (pulse if clear else None, now)
                    return
                case Declined(error):
                    log.warning("views.publish: %s", error)
                    return
                case Busy(wait) | Unheard(wait):
                    await self.desk.clock.sleep(wait)
        log.warning("views.publish: given up for now")

    async def _view(self, actor: Actor) -> View:
        async def drawn() -> View:
            return home.home_view(await self._scene(actor))

        told = await lookup.query(self.desk, actor, drawn)
        return home.outsider_home(actor.standing) if isinstance(told, Denied) else told

    async def _scene(self, actor: Actor) -> HomeScene:
        desk, screens = self.desk, self.screens
        look = await screens.looks.load(screens.viewer(actor.person, Place.HOME))
        return HomeScene(
            actor=actor,
            roster=Roster(tuple(await desk.people.everyone(desk.distributor.key))),
            counts=await screens.counts(),
            orders=await screens.orders_page(look),
            connection=await desk.connections.load(desk.distributor.key),
            distributor=desk.distributor,
            now=desk.clock.now(),
            latest=await screens.latest(actor.person),
        )
