"""Who may do what. Denied by default; asked inside every verb.

Roles and permissions come from our database, what kind of account it is from Slack's `users.info`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType

from commands.domain.ids import DistributorKey

PersonId = NewType("PersonId", str)
"""A Slack user id, as `U000000001`: it names one person within the distributor's workspace."""


class Role(StrEnum):
    EMPLOYEE = "employee"
    ADMIN = "admin"


class Permission(StrEnum):
    """The two permissions that a distributor admin grants; off for everyone until then."""

    ACTIONS = "actions"
    NOTIFICATIONS = "notifications"

    @property
    def words(self) -> str:
        """Its name as people read it: `Order Sync Actions`, `Order Sync Notification`."""
        return _WORDS[self]


_WORDS: Final = {
    Permission.ACTIONS: "Order Sync Actions",
    Permission.NOTIFICATIONS: "Order Sync Notification",
}


class Standing(StrEnum):
    """What kind of account Slack says it is. Only a full, active member may do anything."""

    MEMBER = "member"
    GUEST = "guest"
    STRANGER = "stranger"
    BOT = "bot"
    DEACTIVATED = "deactivated"
    UNCLEAR = "unclear"
    """Slack could not be asked: treated as nobody."""


class Deed(StrEnum):
    """Everything that a person can ask for."""

    QUERY = "query"
    CHECK_ERP = "check_erp"
    RETRY = "retry"
    MARK_SYNCED = "mark_synced"
    REOPEN = "reopen"
    KEY_IN = "key_in"
    RELEASE = "release"
    TAKE = "take"
    SNOOZE = "snooze"
    BE_NOTIFIED = "be_notified"
    ASK_FOR_PERMISSION = "ask_for_permission"
    SET_REPORT = "set_report"
    ASK_REPORT = "ask_report"
    CONTACT_SUPPORT = "contact_support"
    SEE_PEOPLE = "see_people"
    MANAGE_PEOPLE = "manage_people"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as a verb sees them: who, whose, and what they have been given."""

    person: PersonId
    distributor: DistributorKey
    role: Role = Role.EMPLOYEE
    permissions: frozenset[Permission] = frozenset()
    standing: Standing = Standing.MEMBER

    def may(self, deed: Deed) -> bool:
        return self.lacks(deed) is None

    def lacks(self, deed: Deed) -> "Lack | None":
        """What stands between this person and the deed; None when nothing does."""
        if self.standing is not Standing.MEMBER:
            return NotAMember(self.standing)
        return RULES[deed](self)


@dataclass(frozen=True, slots=True)
class NotAMember:
    """Not a full, active member of the distributor's own workspace."""

    standing: Standing


@dataclass(frozen=True, slots=True)
class LacksPermission:
    permission: Permission


@dataclass(frozen=True, slots=True)
class NotAdmin:
    pass


Lack = NotAMember | LacksPermission | NotAdmin


def _anyone(_actor: Actor) -> Lack | None:
    return None


def _with(permission: Permission) -> Callable[[Actor], Lack | None]:
    def rule(actor: Actor) -> Lack | None:
        return None if permission in actor.permissions else LacksPermission(permission)

    return rule


def _admin(actor: Actor) -> Lack | None:
    return None if actor.role is Role.ADMIN else NotAdmin()


_acting = _with(Permission.ACTIONS)

RULES: Final[dict[Deed, Callable[[Actor], Lack | None]]] = {
    Deed.QUERY: _anyone,
    Deed.CHECK_ERP: _anyone,
    Deed.ASK_FOR_PERMISSION: _anyone,
    Deed.ASK_REPORT: _anyone,
    Deed.CONTACT_SUPPORT: _anyone,
    Deed.RETRY: _acting,
    Deed.MARK_SYNCED: _acting,
    Deed.REOPEN: _acting,
    Deed.KEY_IN: _acting,
    Deed.RELEASE: _acting,
    Deed.TAKE: _acting,
    Deed.SNOOZE: _acting,
    Deed.BE_NOTIFIED: _with(Permission.NOTIFICATIONS),
    Deed.SET_REPORT: _admin,
    Deed.SEE_PEOPLE: _admin,
    Deed.MANAGE_PEOPLE: _admin,
}
"""The table of permissions: one row for each deed, whatever door it comes through."""
