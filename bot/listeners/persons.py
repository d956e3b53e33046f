"""People and their permissions: the modals that admins open from the App Home."""

import asyncio

from bot.blocks import mark_view, people_replies, people_views, replies
from bot.blocks.ids import ActionId, BadPointerError, BlockId
from bot.blocks.message import View
from bot.listeners.answers import Ear, in_modal
from bot.listeners.front import Front
from bot.listeners.payloads import Press
from bot.listeners.submissions import Followed, Settled
from commands import people
from commands.desk import Denied
from commands.domain.people import Actor, Permission, PersonId, Role
from commands.people import Rights, Roster

WAIT = "One moment, please…"


async def people_pressed(front: Front, press: Press, ear: Ear) -> None:
    await ear.show(mark_view.done_view(WAIT))
    actor = await front.actor(press.who)
    await ear.show(await _everybody(front, actor, press.page))


async def people_page_pressed(front: Front, press: Press, ear: Ear) -> None:
    ear.view = press.place.view
    actor = await front.actor(press.who)
    await ear.show(await _everybody(front, actor, press.page))


async def _everybody(front: Front, actor: Actor, page: int) -> View:
    match await people.roster(front.desk, actor):
        case Roster() as roster:
            shown = [one.person for one in people_views.on_page(roster, page)]
            told = await asyncio.gather(*(front.identity.standing(one) for one in shown))
            kinds = dict(zip(shown, told, strict=True))
            changes = await front.screens.changes()
            return people_views.people_view(
                roster, kinds, changes, front.distributor, front.now(), page
            )
        case Denied() as no:
            return in_modal(replies.denied(no))


async def person_pressed(front: Front, press: Press, ear: Ear) -> None:
    await _one(front, press, ear, press.person)


async def person_chosen(front: Front, press: Press, ear: Ear) -> None:
    await _one(front, press, ear, press.selected_person)


async def _one(front: Front, press: Press, ear: Ear, person: PersonId) -> None:
    await ear.show(mark_view.done_view(WAIT))
    actor = await front.actor(press.who)
    match await people.roster(front.desk, actor):
        case Roster():
            target = await front.identity.target(front.desk, person)
            changes = await front.screens.changes(person)
            told = (front.distributor, front.now())
            await ear.show(people_views.person_view(target, changes, *told))
        case Denied() as no:
            await ear.say(replies.denied(no))


async def person_submitted(front: Front, press: Press) -> Settled:
    wanted, person = rights(press), press.person
    actor = await front.actor(press.who)
    target = await front.identity.target(front.desk, person)
    match await people.arrange(front.desk, actor, target, wanted):
        case Denied() as no:
            return in_modal(replies.denied(no))
        case outcomes:
            view = in_modal(people_replies.arranged(target.person, outcomes))
            return Followed(view, lambda: _shown_anew(front, press, actor))


def rights(press: Press) -> Rights:
    """What the form says. Raises BadPointerError."""
    ticked = press.entered(BlockId.RIGHTS, ActionId.RIGHTS, "selected_options")
    chosen = press.entered(BlockId.ROLE, ActionId.ROLE, "selected_option", "value")
    try:
        given = frozenset(Permission(str(one["value"])) for one in ticked or [])
        return Rights(Role(chosen), given)
    except (KeyError, TypeError, ValueError):
        raise BadPointerError("no rights") from None


async def _shown_anew(front: Front, press: Press, actor: Actor) -> None:
    """The list beneath, and the App Home."""
    if press.place.beneath:
        await front.answers.update(press.place.beneath, await _everybody(front, actor, 1))
    await front.homes.show_again(actor)
