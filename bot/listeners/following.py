"""Tells how far a batch is, again and again, until it is over or nobody looks any more.

What was asked of many orders goes on without this: a process that stops tells no more, and the App
Home shows the rest.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from bot.blocks import batch_views
from bot.blocks.message import Message
from bot.listeners.answers import in_modal
from bot.listeners.front import Front
from bot.listeners.payloads import Place
from bot.webapi import Declined
from commands import batches
from commands.domain.batches import Batch, Progress, Work
from commands.domain.connection import Connection
from commands.domain.failures import Failure
from commands.domain.lifecycle import Reason
from commands.domain.people import Actor


@dataclass(frozen=True, slots=True)
class Pace:
    """How often is told how far it is. `gaps`: between two times; `then`: how long after these the
    end is waited for, to be told as the last thing.
    """

    gaps: tuple[timedelta, ...]
    then: timedelta = timedelta(0)


def _seconds(*numbers: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(seconds=one) for one in numbers)


IN_VIEW: Final = Pace(_seconds(0.4, 0.8, *(1,) * 5, *(2,) * 10, *(5,) * 24, *(10,) * 42))
IN_MESSAGE: Final = Pace(_seconds(2, 6, 30), timedelta(minutes=20))
"""A `response_url` is good for five uses, the first answer and the last among them."""
GLANCE: Final = timedelta(seconds=2)

Tell = Callable[[Message], Awaitable[bool]]
"""False: nobody sees it any more."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A batch that was just begun, and what its first answer said beside the figures."""

    batch: Batch
    left: Mapping[Reason, int] = field(default_factory=dict)
    connection: Connection | None = None


async def first(front: Front, begun: Begun) -> Message:
    """The answer that says it has begun."""
    return _message(front, begun, await front.screens.progress(begun.batch))


async def tell(front: Front, actor: Actor, begun: Begun, place: Place) -> None:
    """Say where it was pressed that it has begun, and from then on how far it is."""
    message = await first(front, begun)
    if place.modal and place.view:
        await front.answers.update(place.view, in_modal(message))
    elif not place.view:
        await front.answers.private(place, actor.person, message, instead=True)
    go_on(front, actor, begun, place)


def go_on(front: Front, actor: Actor, begun: Begun, place: Place) -> None:
    """Tell from now on, where the first answer stands."""
    if place.modal and place.view:
        told, pace = _in_view(front, place.view), IN_VIEW
    elif place.view:
        told, pace = _at_home(front, actor), IN_VIEW
    else:
        told, pace = _in_message(front, actor, place), IN_MESSAGE
    front.later(_follow(front, actor, begun, told, pace))


def _in_view(front: Front, view: str) -> Tell:
    async def told(message: Message) -> bool:
        answer = await front.answers.update(view, in_modal(message))
        return not isinstance(answer, Declined)

    return told


def _at_home(front: Front, actor: Actor) -> Tell:
    async def told(_message: Message) -> bool:
        await front.homes.show(actor)
        return True

    return told


def _in_message(front: Front, actor: Actor, place: Place) -> Tell:
    async def told(message: Message) -> bool:
        await front.answers.private(place, actor.person, message, instead=True)
        return True

    return told


async def _follow(front: Front, actor: Actor, begun: Begun, told: Tell, pace: Pace) -> None:
    work = asyncio.create_task(_work(front, begun.batch))
    try:
        await front.homes.show_again(actor)
        await _Teller(front, begun, work, told).run(pace)
        await work
        await front.homes.show_again(actor)
    finally:
        work.cancel()


async def _work(front: Front, batch: Batch) -> Failure | None:
    """What of the batch the first statement did not reach, and the look-ups of marks."""
    await batches.finish(front.desk, batch)
    if batch.work is Work.MARK and batch.undone_at is None:
        return await batches.ask_erp(front.desk, batch)
    return None


@dataclass(slots=True)
class _Teller:
    """One batch and the one who is told of it."""

    front: Front
    begun: Begun
    work: "asyncio.Task[Failure | None]"
    tell: Tell
    shown: Progress | None = None

    async def run(self, pace: Pace) -> None:
        for gap in pace.gaps:
            await self.front.desk.clock.sleep(gap)
            progress = await self._look()
            if not await self._told(progress) or self._over(progress):
                return
        if pace.then:
            await self._last(pace.then)

    async def _last(self, patience: timedelta) -> None:
        """Wait for the end, and tell it."""
        clock = self.front.desk.clock
        ends, progress = clock.now() + patience, await self._look()
        while clock.now() < ends and not self._over(progress):
            await clock.sleep(GLANCE)
            progress = await self._look()
        await self._told(progress)

    async def _look(self) -> Progress:
        return await self.front.screens.progress(self.begun.batch)

    def _over(self, progress: Progress) -> bool:
        return progress.over and self.work.done()

    async def _told(self, progress: Progress) -> bool:
        """False: nobody is there any more. What has not changed is not told again."""
        before = self.shown and replace(self.shown, as_of=progress.as_of)
        if before == progress and not self._over(progress):
            return True
        self.shown = progress
        trouble = self.work.result() if self.work.done() else None
        return await self.tell(_message(self.front, self.begun, progress, trouble))


def _message(
    front: Front, begun: Begun, progress: Progress, trouble: Failure | None = None
) -> Message:
    note = f"The ERP cannot be asked now: {trouble.title}." if trouble else None
    told = (progress, front.distributor, front.now())
    return batch_views.told(*told, left=begun.left, connection=begun.connection, note=note)
