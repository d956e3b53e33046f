"""What every listener has at hand. Made by the composition root, passed to `register`."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.audience import Audience
from bot.blocks import order_details
from bot.blocks.message import View
from bot.homes import Homes
from bot.identity import Identity, Who
from bot.latest import Latest
from bot.listeners.answers import Answers
from bot.screens import Screens
from commands import lookup
from commands.desk import Denied, Desk
from commands.domain.distributors import Distributor
from commands.domain.history import Entry
from commands.domain.people import Actor, Deed
from commands.lookup import ErpSays, ErpSilent
from commands.outbox import Office
from commands.ports import Order
from store.seen import Seen

log = logging.getLogger("orderwatch.slack")


@dataclass(frozen=True, slots=True)
class Front:
    """The order desk as Slack's people meet it. `at_work`: listeners that have not ended yet;
    `going_on`: what they left to be told later. `views`: modals that are drawn again and again.
    """

    desk: Desk
    office: Office
    identity: Identity
    audience: Audience
    screens: Screens
    answers: Answers
    homes: Homes
    seen: Seen
    at_work: "set[asyncio.Task[None]]" = field(default_factory=set)
    going_on: "set[asyncio.Task[None]]" = field(default_factory=set)
    views: Latest = field(default_factory=Latest)

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
        past: int = 1,
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
            past=past,
            erp=erp,
            checking=checking,
        )

    async def show_home(self, actor: Actor) -> None:
        """Publish the App Home for one person; nothing of an order to outsiders."""
        await self.homes.show(actor)

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Go on with something after the listener has ended. Given up when the process stops."""
        task = asyncio.create_task(_quiet(work))
        self.going_on.add(task)
        task.add_done_callback(self.going_on.discard)

    async def first(self, body: Mapping[str, Any]) -> bool:
        """Whether a payload is met for the first time: Slack, or somebody else, may repeat it."""
        name = str(body.get("event_id") or body.get("trigger_id") or "")
        return not name or await self.seen.first(name, self.now())

    async def drain(self) -> None:
        """Wait for the listeners that are at work, and give up what only tells how it goes on."""
        await asyncio.gather(*self.at_work, return_exceptions=True)
        for task in self.going_on:
            task.cancel()
        await asyncio.gather(*self.going_on, return_exceptions=True)


async def _quiet(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception as trouble:
        log.warning("what went on after a listener has ended: %s", type(trouble).__name__)
        log.debug("the trouble was", exc_info=trouble)
