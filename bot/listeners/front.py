"""What every listener has at hand. Made by the composition root, passed to `register`."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.audience import Audience
from bot.blocks import home, order_details
from bot.blocks.message import View
from bot.identity import Identity, Who
from bot.listeners.answers import Answers
from bot.screens import Screens
from commands import lookup
from commands.desk import Denied, Desk
from commands.domain.distributors import Distributor
from commands.domain.history import Entry
from commands.domain.people import Actor, Deed
from commands.lookup import ErpSays, ErpSilent
from commands.outbox import Office
from commands.people import Roster
from commands.ports import Order
from store.seen import Seen


@dataclass(frozen=True, slots=True)
class Front:
    """The order desk as Slack's people meet it. `at_work`: listeners that have not ended yet."""

    desk: Desk
    office: Office
    identity: Identity
    audience: Audience
    screens: Screens
    answers: Answers
    seen: Seen
    at_work: "set[asyncio.Task[None]]" = field(default_factory=set)

    @property
    def distributor(self) -> Distributor:
        return self.desk.distributor

    def now(self) -> datetime:
        return self.desk.clock.now()

    async def actor(self, who: Who) -> Actor:
        return await self.identity.actor(self.desk, who)

    async def details(
        self,
        actor: Actor,
        order: Order,
        *,
        page: int = 1,
        erp: ErpSays | ErpSilent | None = None,
        checking: bool = False,
    ) -> View:
        """An order's details as they are now."""

        async def history() -> list[Entry]:
            return await self.screens.history(order.id)

        told = await lookup.query(self.desk, actor, history)
        return order_details.details_view(
            order,
            () if isinstance(told, Denied) else told,
            self.distributor,
            self.now(),
            may_act=actor.may(Deed.RETRY),
            page=page,
            erp=erp,
            checking=checking,
        )

    async def show_home(self, actor: Actor) -> None:
        """Publish the App Home for one person; nothing of an order to outsiders."""

        async def view() -> View:
            desk = self.desk
            return home.home_view(
                actor,
                Roster(tuple(await desk.people.everyone(desk.distributor.key))),
                await self.screens.counts(),
                await self.screens.failed(),
                await desk.connections.load(desk.distributor.key),
                desk.distributor,
                self.now(),
            )

        drawn = await lookup.query(self.desk, actor, view)
        shown = home.outsider_home() if isinstance(drawn, Denied) else drawn
        await self.answers.publish(actor.person, shown)

    async def first(self, body: Mapping[str, Any]) -> bool:
        """Whether a payload is met for the first time: Slack, or somebody else, may repeat it."""
        name = str(body.get("event_id") or body.get("trigger_id") or "")
        return not name or await self.seen.first(name, self.now())

    async def drain(self) -> None:
        """Wait for the listeners that are at work."""
        await asyncio.gather(*self.at_work, return_exceptions=True)
