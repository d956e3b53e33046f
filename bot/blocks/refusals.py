"""Why nothing changed: not allowed, not possible, not there. Part of `replies`."""

from datetime import datetime
from typing import Final, assert_never

from bot.blocks.ids import ActionId, Pointer
from bot.blocks.message import Message
from bot.blocks.parts import Run, actions, button, notice, paragraphs, some_people, spoken, words
from bot.blocks.reasons import sentence
from bot.blocks.said import NOTICE, named, say
from bot.blocks.wording import Wall
from commands.desk import Denied, Impossible
from commands.domain.distributors import Distributor
from commands.domain.people import LacksPermission, NotAdmin, NotAMember, Permission, Standing

NAMED: Final = 10


def denied(outcome: Denied) -> Message:
    """What is missing and who grants it; to outsiders nothing but that they may not."""
    match outcome.lack:
        case NotAMember(standing):
            return say(not_a_member(standing))
        case LacksPermission(permission):
            return _lacks(permission, outcome)
        case NotAdmin():
            says = "Only admins may do that. Nothing changed."
            return say(says, _admins("Admins: ", outcome))
        case _ as never:
            assert_never(never)


def not_a_member(standing: Standing) -> str:
    """A member whom Slack cannot tell in this moment is no stranger."""
    if standing is Standing.UNCLEAR:
        return "Slack does not say who you are just now: try again in a minute."
    return "Orderwatch is only for members of this workspace."


def _lacks(permission: Permission, outcome: Denied) -> Message:
    ask = Pointer(permission=str(permission))
    button_for_it = button("Ask for it", ActionId.ASK_FOR_IT, ask, style="primary")
    return say(
        f"You need the permission {permission.words} for that. Nothing changed.",
        _admins("It is granted by ", outcome),
        blocks=actions(button_for_it if outcome.admins else None),
    )


def _admins(before: str, outcome: Denied) -> list[Run]:
    if not outcome.admins:
        return [words("There is no admin yet: ask whoever runs Orderwatch.")]
    return [words(before), *some_people(outcome.admins, NAMED)]


def impossible(outcome: Impossible, distributor: Distributor, now: datetime) -> Message:
    """Why nothing changed, from where the order stands."""
    wall, name = Wall.of(distributor, now), named(outcome.order)
    runs = sentence(outcome.reason, outcome.standing, wall)
    line = [words(f"Order {name}: "), *runs, words(" Nothing changed.")]
    return Message(notice(spoken(line), most=NOTICE), [paragraphs(line)])


def no_such_order() -> Message:
    return say("There is no such order.")


def done_already() -> Message:
    """The same payload again."""
    return say("That was sent twice. The first time counts; nothing was done again.")


def no_such_alert() -> Message:
    return say("There is no such alert any more.")


def not_opened() -> Message:
    return say("Slack did not open the window in time. Please try again.")


def trouble() -> Message:
    """Something broke on our side: says that nothing was lost, and nothing else."""
    return say("Something went wrong here. No order is lost; please try again in a minute.")
