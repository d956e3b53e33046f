"""Granting, revoking, asking for a permission. Doors: `/orders people`, `Ask for it`, `Grant`."""

from dataclasses import dataclass

from commands.desk import Denied, Desk, admins_of, denied
from commands.domain.alerts import Mention, MentionKind
from commands.domain.history import BOT, By, Source, person
from commands.domain.people import Actor, Deed, NotAMember, Permission, PersonId, Role, Standing
from commands.ports import AlreadySo, Granted, LastAdmin, Revoked, RoleSet
from commands.standings import surely


@dataclass(frozen=True, slots=True)
class Roster:
    """Who may do what; `admins` and whoever has a permission."""

    people: tuple[Actor, ...]

    @property
    def nobody_acts(self) -> bool:
        return not any(Permission.ACTIONS in one.permissions for one in self.people)


@dataclass(frozen=True, slots=True)
class CannotHave:
    """A guest, a bot, a stranger or a deactivated account cannot be given anything."""

    person: PersonId
    standing: Standing


@dataclass(frozen=True, slots=True)
class RequestSent:
    """The admins have been told; `again` False: they had been told within the last hour."""

    permission: Permission
    admins: tuple[PersonId, ...]
    again: bool


@dataclass(frozen=True, slots=True)
class NobodyToAsk:
    """There is no admin: nobody was told, and it can be asked for again at any time."""

    permission: Permission


@dataclass(frozen=True, slots=True)
class HasIt:
    """Nothing to ask for."""

    permission: Permission


async def roster(desk: Desk, actor: Actor) -> Roster | Denied:
    if no := await denied(desk, actor, Deed.SEE_PEOPLE):
        return no
    return Roster(tuple(await desk.people.everyone(desk.distributor.key)))


async def set_permission(
    desk: Desk, actor: Actor, target: Actor, permission: Permission, *, granted: bool
) -> Granted | Revoked | AlreadySo | CannotHave | Denied:
    """Grant or revoke. `target` comes with the standing that Slack gave a moment ago.

    An admin may grant to themselves; that is recorded like any other grant.
    """
    if no := await denied(desk, actor, Deed.MANAGE_PEOPLE):
        return no
    if granted and target.standing is not Standing.MEMBER:
        return CannotHave(target.person, target.standing)
    key, now = desk.distributor.key, desk.clock.now()
    news = _news(actor, target.person, permission) if granted else ()
    return await desk.people.set_permission(
        key, target.person, permission, person(actor.person), now, granted=granted, telling=news
    )


def _news(admin: Actor, whom: PersonId, permission: Permission) -> tuple[Mention, ...]:
    """To whom something was granted by somebody else."""
    if whom == admin.person:
        return ()
    facts = {"by": admin.person, "permission": str(permission)}
    return (Mention(MentionKind.PERMISSION_GRANTED, facts, to=whom),)


async def set_role(
    desk: Desk, actor: Actor, target: Actor, role: Role
) -> RoleSet | AlreadySo | LastAdmin | CannotHave | Denied:
    """Make an admin or an employee. The last who can act as an admin stays one."""
    if no := await denied(desk, actor, Deed.MANAGE_PEOPLE):
        return no
    if role is Role.ADMIN and target.standing is not Standing.MEMBER:
        return CannotHave(target.person, target.standing)
    key, now = desk.distributor.key, desk.clock.now()
    leading = await surely(desk.standings, await desk.people.admins(key))
    return await desk.people.set_role(
        key, target.person, role, person(actor.person), now, leading=leading
    )


@dataclass(frozen=True, slots=True)
class Rights:
    """All that a person can be given."""

    role: Role
    permissions: frozenset[Permission]


Arranged = Granted | Revoked | RoleSet | AlreadySo | LastAdmin | CannotHave | Denied


async def arrange(
    desk: Desk, actor: Actor, target: Actor, wanted: Rights
) -> tuple[Arranged, ...] | Denied:
    """Give and take until `target` has just what is wanted; what came of each change."""
    if no := await denied(desk, actor, Deed.MANAGE_PEOPLE):
        return no
    outcomes: list[Arranged] = []
    for permission in Permission:
        granted = permission in wanted.permissions
        if granted is not (permission in target.permissions):
            change = set_permission(desk, actor, target, permission, granted=granted)
            outcomes.append(await change)
    if wanted.role is not target.role:
        outcomes.append(await set_role(desk, actor, target, wanted.role))
    return tuple(outcomes)


async def withdraw(desk: Desk, target: Actor) -> bool:
    """A deactivated account loses everything that it was given; a verb without an actor."""
    if target.standing is not Standing.DEACTIVATED:
        return False
    key, now = desk.distributor.key, desk.clock.now()
    return await desk.people.withdraw(key, target.person, str(target.standing), BOT, now)


async def make_admin(desk: Desk, target: PersonId) -> RoleSet | AlreadySo | LastAdmin:
    """The operator's way back in, from the command line; a verb without an actor."""
    key, now = desk.distributor.key, desk.clock.now()
    return await desk.people.set_role(key, target, Role.ADMIN, By(Source.OPERATOR), now)


async def appoint(desk: Desk, target: PersonId) -> RoleSet | AlreadySo | LastAdmin:
    """Make one of the settings' admins; while nobody may retry they are asked to choose people."""
    key, now = desk.distributor.key, desk.clock.now()
    everyone = Roster(tuple(await desk.people.everyone(key)))
    news = (Mention(MentionKind.CHOOSE_PEOPLE, {}, to=target),) if everyone.nobody_acts else ()
    return await desk.people.set_role(
        key, target, Role.ADMIN, By(Source.OPERATOR), now, telling=news
    )


async def ask_for(
    desk: Desk, actor: Actor, permission: Permission
) -> RequestSent | NobodyToAsk | HasIt | Denied:
    """Send the admins a direct message with `Grant`; at most one an hour for the same."""
    if no := await denied(desk, actor, Deed.ASK_FOR_PERMISSION):
        return no
    if permission in actor.permissions:
        return HasIt(permission)
    key, now = desk.distributor.key, desk.clock.now()
    admins = await admins_of(desk)
    if not admins:
        return NobodyToAsk(permission)
    facts = {"asked_by": actor.person, "permission": str(permission)}
    news = [Mention(MentionKind.PERMISSION_ASKED, facts, to=admin) for admin in admins]
    fresh = await desk.people.note_request(key, actor.person, permission, now, telling=news)
    return RequestSent(permission, admins, again=fresh)


def member(actor: Actor) -> bool:
    """Whether anything of an order may be shown to this person at all."""
    return not isinstance(actor.lacks(Deed.QUERY), NotAMember)
