"""What a person is told after granting, revoking or asking for a permission. Part of `replies`."""

from collections.abc import Sequence
from typing import Final, assert_never

from bot.blocks.message import Message
from bot.blocks.parts import notice, paragraphs, some_people, strong, who, words
from bot.blocks.refusals import denied
from bot.blocks.said import NOTICE, say
from commands.desk import Denied
from commands.domain.people import Permission, PersonId, Role
from commands.people import Arranged, CannotHave, HasIt, NobodyToAsk, RequestSent
from commands.ports import AlreadySo, Granted, LastAdmin, Revoked, RoleSet

NAMED: Final = 10


def set_permission(outcome: Granted | Revoked | AlreadySo | CannotHave | Denied) -> Message:
    match outcome:
        case Granted(person, permission):
            return _people(f"{permission.words} granted.", "Has it now: ", person)
        case Revoked(person, permission):
            return _people(f"{permission.words} revoked.", "Has it no longer: ", person)
        case AlreadySo(person):
            return _people("Nothing to change.", "That is so already for ", person)
        case CannotHave():
            return _cannot(outcome)
        case Denied():
            return denied(outcome)
        case _ as never:
            assert_never(never)


def arranged(person: PersonId, outcomes: Sequence[Arranged]) -> Message:
    """What came of each change of a form."""
    told = [_arranged(one) for one in outcomes]
    if not told:
        return _people("Nothing to change.", "That is so already for ", person)
    text = notice(*(message.text for message in told), most=NOTICE)
    return Message(text, [block for message in told for block in message.blocks])


def _arranged(outcome: Arranged) -> Message:
    match outcome:
        case RoleSet() | LastAdmin():
            return set_role(outcome)
        case Granted() | Revoked() | AlreadySo() | CannotHave() | Denied():
            return set_permission(outcome)
        case _ as never:
            assert_never(never)


def request_answered(
    outcome: Granted | Revoked | AlreadySo | CannotHave | Denied, permission: Permission, by: str
) -> Message | None:
    """What becomes of the message that asked, once its button did what it is for."""
    match outcome:
        case Granted(person, _):
            ended = [words("Granted by "), who(by), words(".")]
        case AlreadySo(person):
            ended = [words("Granted already.")]
        case Revoked() | CannotHave() | Denied():
            return None
        case _ as never:
            assert_never(never)
    asked = [who(person), words(" asked for "), strong(permission.words)]
    text = notice(f"Somebody asked for {permission.words}, which is granted", most=NOTICE)
    return Message(text, [paragraphs(asked, ended)])


def _people(says: str, about: str, person: str) -> Message:
    return say(says, [words(about), who(person)])


def _cannot(outcome: CannotHave) -> Message:
    kind = {
        "guest": "is a guest",
        "stranger": "is from another organisation",
        "bot": "is a bot",
        "deactivated": "is deactivated",
    }.get(outcome.standing, "could not be checked in Slack just now")
    says = "Nothing changed: only full members of this workspace can be given this."
    return say(says, [who(outcome.person), words(f" {kind}.")])


def set_role(outcome: RoleSet | AlreadySo | LastAdmin | CannotHave | Denied) -> Message:
    match outcome:
        case RoleSet(person, Role.ADMIN):
            return _people("Made an admin.", "An admin now: ", person)
        case RoleSet(person, _):
            return _people("Made an employee.", "No longer an admin: ", person)
        case AlreadySo(person):
            return _people("Nothing to change.", "That is so already for ", person)
        case LastAdmin(person):
            says = "Nothing changed: one active admin stays, and no other is known."
            return _people(says, "The last admin is ", person)
        case CannotHave():
            return _cannot(outcome)
        case Denied():
            return denied(outcome)
        case _ as never:
            assert_never(never)


def ask_for(outcome: RequestSent | NobodyToAsk | HasIt | Denied) -> Message:
    match outcome:
        case RequestSent(permission, admins, fresh):
            says = f"You asked for {permission.words}."
            if not fresh:
                says = f"You asked for {permission.words} within the last hour."
            return say(says, [words("Told: "), *some_people(admins, NAMED)])
        case NobodyToAsk(permission):
            says = f"There is no admin yet who could grant {permission.words}: nobody was told."
            return say(says, [words("Ask whoever runs Orderwatch to make somebody an admin.")])
        case HasIt(permission):
            return say(f"You have {permission.words} already.")
        case Denied():
            return denied(outcome)
        case _ as never:
            assert_never(never)
