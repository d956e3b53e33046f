"""Buttons and menus of alerts and notifications: retry all of it, have it, put it aside, and how to
be notified. Acknowledged already, they call one verb and render its outcome.

Registered by the table in `bot.listeners`.
"""

from bot.blocks import alert_replies, notify_view, replies
from bot.blocks.ids import ActionId, BadPointerError, BlockId
from bot.blocks.message import View
from bot.listeners.answers import Ear, in_modal
from bot.listeners.front import Front
from bot.listeners.looking import waiting
from bot.listeners.payloads import Press
from bot.listeners.submissions import Settled
from commands import notify, retry, take
from commands.desk import Denied
from commands.domain.notices import Pause, Way
from commands.domain.people import Actor
from commands.domain.spans import Span
from commands.notify import Mine


async def retry_all_pressed(front: Front, press: Press, ear: Ear) -> None:
    actor = await front.actor(press.who)
    outcome = await retry.retry_all(front.desk, actor, press.alert, press.pointer.seen)
    await ear.say(alert_replies.retry_all(outcome, front.distributor, front.now()))


async def take_pressed(front: Front, press: Press, ear: Ear) -> None:
    actor = await front.actor(press.who)
    outcome = await take.take(front.desk, actor, press.alert)
    await ear.say(alert_replies.take(outcome, front.distributor, front.now()))


async def take_over_pressed(front: Front, press: Press, ear: Ear) -> None:
    actor = await front.actor(press.who)
    outcome = await take.take(front.desk, actor, press.alert, press.person)
    await ear.say(alert_replies.take(outcome, front.distributor, front.now()))


async def snooze_pressed(front: Front, press: Press, ear: Ear) -> None:
    actor = await front.actor(press.who)
    outcome = await take.snooze(front.desk, actor, press.alert, _span(press))
    await ear.say(alert_replies.snooze(outcome, front.distributor, front.now()))


async def unsnooze_pressed(front: Front, press: Press, ear: Ear) -> None:
    actor = await front.actor(press.who)
    outcome = await take.unsnooze(front.desk, actor, press.alert)
    await ear.say(alert_replies.unsnooze(outcome, front.distributor, front.now()))


def _span(press: Press) -> Span:
    try:
        return Span(press.pointer.span or "")
    except ValueError:
        raise BadPointerError("no span") from None


# --- notifications -------------------------------------------------------------------------------


async def pause_pressed(front: Front, press: Press, ear: Ear) -> None:
    """In the menu of a direct message."""
    actor = await front.actor(press.who)
    outcome = await notify.choose(front.desk, actor, _pause(press.pointer.span))
    await ear.say(notify_view.chosen(outcome, front.distributor, front.now()))


async def notifications_pressed(front: Front, press: Press, ear: Ear) -> None:
    await waiting(ear)
    await ear.show(await _view(front, await front.actor(press.who)))


async def _view(front: Front, actor: Actor) -> View:
    match await notify.mine(front.desk, actor):
        case Mine() as mine:
            return notify_view.notify_view(mine, front.distributor, front.now())
        case Denied() as no:
            return in_modal(replies.denied(no))


async def notifications_submitted(front: Front, press: Press) -> Settled:
    pause = _pause(press.entered(BlockId.PAUSE_FOR, ActionId.PAUSE_FOR, "selected_option", "value"))
    way = _way(press.entered(BlockId.WAY, ActionId.WAY, "selected_option", "value"))
    outcome = await notify.choose(front.desk, await front.actor(press.who), pause, way)
    return in_modal(notify_view.chosen(outcome, front.distributor, front.now()))


def _pause(value: object) -> Pause:
    try:
        return Pause(str(value))
    except ValueError:
        raise BadPointerError("no pause") from None


def _way(value: object) -> Way:
    try:
        return Way(str(value))
    except ValueError:
        raise BadPointerError("no way") from None
