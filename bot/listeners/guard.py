"""Round every listener: acknowledge first, and let no exception out.

Bolt's async listener that raises after its acknowledgement stalls three seconds and answers 404, so
everything that goes wrong ends here: in words for the person, and as ids in the log.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeAlias

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.blocks import replies
from bot.blocks.ids import BadPointerError
from bot.blocks.message import Message
from bot.identity import Who
from bot.listeners.answers import Ear, in_modal
from bot.listeners.front import Front
from bot.listeners.payloads import Json, Place, Press, Typed
from bot.listeners.submissions import Settled, submitted

log = logging.getLogger("orderwatch.slack")

OnPress: TypeAlias = Callable[[Front, Press, Ear], Awaitable[None]]
OnSubmit: TypeAlias = Callable[[Front, Press], Coroutine[Any, Any, Settled]]
OnCommand: TypeAlias = Callable[[Front, Typed, Ear], Awaitable[None]]
OnEvent: TypeAlias = Callable[[Front, Json], Awaitable[None]]
Listener: TypeAlias = Callable[..., Awaitable[None]]


def action(front: Front, handler: OnPress) -> Listener:
    """A button, a menu, an input."""

    async def listen(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        async with _at_work(front):
            ear = Ear(front.answers, Place.of(body), Who.of(body).person)
            await _told(front, body, ear, lambda: handler(front, Press.of_action(body), ear))

    return listen


def command(front: Front, handler: OnCommand) -> Listener:
    """A slash command."""

    async def listen(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        async with _at_work(front):
            typed = Typed.of(body)
            ear = Ear(front.answers, typed.place, typed.who.person)
            await _told(front, body, ear, lambda: handler(front, typed, ear))

    return listen


def submission(front: Front, handler: OnSubmit) -> Listener:
    """A modal that was submitted; it is acknowledged with what came of it."""

    async def listen(ack: AsyncAck, body: dict[str, Any]) -> None:
        async with _at_work(front):
            await submitted(front, Place.of(body), ack, _settled(front, handler, body))

    return listen


def event(front: Front, handler: OnEvent) -> Listener:
    """Something that happened in the workspace; Bolt acknowledges it. Slack may tell it twice."""

    async def listen(body: dict[str, Any]) -> None:
        async with _at_work(front):
            try:
                if await front.first(body):
                    await handler(front, body)
            except Exception as trouble:  # noqa: BLE001  # nothing may get out
                _log("an event", trouble)

    return listen


async def _told(
    front: Front, body: Mapping[str, Any], ear: Ear, work: Callable[[], Awaitable[None]]
) -> None:
    try:
        if await front.first(body):
            await work()
    except BadPointerError:
        await _say(ear, replies.no_such_order())
    except Exception as trouble:  # noqa: BLE001  # nothing may get out
        _log("a listener", trouble)
        await _say(ear, replies.trouble())


async def _say(ear: Ear, message: Message) -> None:
    try:
        await ear.say(message)
    except Exception as trouble:  # noqa: BLE001  # nothing may get out
        _log("an answer", trouble)


async def _settled(front: Front, handler: OnSubmit, body: dict[str, Any]) -> Settled:
    try:
        if not await front.first(body):
            return in_modal(replies.done_already())
        return await handler(front, Press.of_submission(body))
    except BadPointerError:
        return in_modal(replies.no_such_order())
    except Exception as trouble:  # noqa: BLE001  # nothing may get out
        _log("a submission", trouble)
        return in_modal(replies.trouble())


def _log(what: str, trouble: Exception) -> None:
    # Its words may hold an order's data: which kind it was is enough, the place at DEBUG.
    where = trouble.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    spot = f"{where.tb_frame.f_code.co_name}:{where.tb_lineno}" if where else "?"
    log.error("%s failed: %s in %s", what, type(trouble).__name__, spot)


@contextlib.asynccontextmanager
async def _at_work(front: Front) -> AsyncIterator[None]:
    """Known to `drain` meanwhile; asyncio itself would forget a task that only waits."""
    task = asyncio.current_task()
    assert task is not None
    front.at_work.add(task)
    try:
        yield
    finally:
        front.at_work.discard(task)
