"""Buttons that ask for a deed: acknowledged already, they call one verb and render its outcome.

Registered by the table in `bot.listeners`.
"""

from bot.blocks import replies
from bot.listeners.answers import Ear
from bot.listeners.front import Front
from bot.listeners.payloads import Press, in_details
from commands import key_in as holding
from commands import people, retry
from commands import reopen as reopening
from commands.desk import Denied
from commands.domain.ids import OrderId
from commands.domain.people import Actor
from commands.lookup import show
from commands.people import CannotHave
from commands.ports import AlreadySo, Granted, Order, Revoked


async def retry_pressed(front: Front, press: Press, ear: Ear) -> None:
    actor = await front.actor(press.who)
    await told_of_retry(front, actor, ear, press.order)
    await behind(front, press, actor)


async def told_of_retry(front: Front, actor: Actor, ear: Ear, order: OrderId) -> None:
    """Answer at once, and within five seconds what became of it."""
    outcome = await retry.retry(front.desk, actor, order)
    await ear.say(replies.retry(outcome, front.distributor, front.now()))
    if isinstance(outcome, retry.Asked):
        echo = await retry.echo(front.desk, outcome)
        await ear.say(replies.echo(echo, front.distributor, front.now()))


async def key_in_pressed(front: Front, press: Press, ear: Ear) -> None:
    actor = await front.actor(press.who)
    outcome = await holding.key_in(front.desk, actor, press.order)
    message = replies.key_in(outcome, front.distributor, front.now())
    await ear.say(message)
    await behind(front, press, actor)


async def release_pressed(front: Front, press: Press, ear: Ear) -> None:
    actor = await front.actor(press.who)
    outcome = await holding.release(front.desk, actor, press.order)
    message = replies.release(outcome, front.distributor, front.now())
    await ear.say(message)
    await behind(front, press, actor)


async def reopen_pressed(front: Front, press: Press, ear: Ear) -> None:
    actor = await front.actor(press.who)
    outcome = await reopening.reopen(front.desk, actor, press.order)
    await ear.say(replies.reopen(outcome, front.distributor, front.now()))
    await behind(front, press, actor)


async def ask_for_it_pressed(front: Front, press: Press, ear: Ear) -> None:
    actor = await front.actor(press.who)
    outcome = await people.ask_for(front.desk, actor, press.permission)
    await ear.say(replies.ask_for(outcome))


async def grant_pressed(front: Front, press: Press, ear: Ear) -> None:
    target = await front.identity.target(front.desk, press.person)
    outcome = await _grant(front, press, ear, target)
    answered = replies.request_answered(outcome, press.permission, press.who.person)
    if answered is not None:
        await front.answers.instead(press.place, answered)


async def grant_chosen_pressed(front: Front, press: Press, ear: Ear) -> None:
    await _grant(front, press, ear, await front.identity.target(front.desk, press.chosen_person))


async def _grant(
    front: Front, press: Press, ear: Ear, target: Actor
) -> Granted | Revoked | AlreadySo | CannotHave | Denied:
    actor = await front.actor(press.who)
    outcome = await people.set_permission(front.desk, actor, target, press.permission, granted=True)
    await ear.say(replies.set_permission(outcome))
    await behind(front, press, actor)
    return outcome


async def nothing_to_do(_front: Front, _press: Press, _ear: Ear) -> None:
    """An input that is read when its button is pressed."""


async def behind(front: Front, press: Press, actor: Actor) -> None:
    """Bring what stays open behind the answer up to date: the details, or the App Home."""
    if in_details(press.place) and press.place.view:
        order = await show(front.desk, actor, press.order)
        if isinstance(order, Order):
            view = await front.details(actor, order, page=press.page)
            await front.answers.update(press.place.view, view)
    await front.homes.show_again(actor)
