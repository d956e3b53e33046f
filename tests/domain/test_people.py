"""Every role, permission and kind of account with every deed, in the specification's words."""

import itertools

import pytest

from commands.domain.ids import DistributorKey
from commands.domain.people import (
    Actor,
    Deed,
    LacksPermission,
    NotAdmin,
    NotAMember,
    Permission,
    PersonId,
    Role,
    Standing,
)

# One column of the table of permissions each.
ANYBODY = {
    Deed.QUERY,
    Deed.CHECK_ERP,
    Deed.ASK_FOR_PERMISSION,
    Deed.ASK_REPORT,
    Deed.CONTACT_SUPPORT,
}
ACTING = {
    Deed.RETRY,
    Deed.MARK_SYNCED,
    Deed.REOPEN,
    Deed.KEY_IN,
    Deed.RELEASE,
    Deed.TAKE,
    Deed.SNOOZE,
}
TOLD = {Deed.BE_NOTIFIED}
ADMINS = {Deed.SET_REPORT, Deed.SEE_PEOPLE, Deed.MANAGE_PEOPLE}
GRANTS = [frozenset(some) for many in range(3) for some in itertools.combinations(Permission, many)]


def actor(
    role: Role, granted: frozenset[Permission], standing: Standing = Standing.MEMBER
) -> Actor:
    return Actor(PersonId("U1"), DistributorKey("northwind"), role, granted, standing)


def test_every_deed_has_its_column() -> None:
    assert set(Deed) == ANYBODY | ACTING | TOLD | ADMINS


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("granted", GRANTS, ids=lambda some: "+".join(sorted(some)) or "none")
@pytest.mark.parametrize("deed", Deed)
def test_a_member(role: Role, granted: frozenset[Permission], deed: Deed) -> None:
    lack = actor(role, granted).lacks(deed)
    if deed in ACTING and Permission.ACTIONS not in granted:
        assert lack == LacksPermission(Permission.ACTIONS)
    elif deed in TOLD and Permission.NOTIFICATIONS not in granted:
        assert lack == LacksPermission(Permission.NOTIFICATIONS)
    elif deed in ADMINS and role is not Role.ADMIN:
        assert lack == NotAdmin()
    else:
        assert lack is None
    assert actor(role, granted).may(deed) is (lack is None)


@pytest.mark.parametrize("standing", sorted(set(Standing) - {Standing.MEMBER}))
@pytest.mark.parametrize("deed", Deed)
def test_whoever_is_no_full_active_member_may_nothing(standing: Standing, deed: Deed) -> None:
    everything = frozenset(Permission)
    assert actor(Role.ADMIN, everything, standing).lacks(deed) == NotAMember(standing)


def test_denied_by_default() -> None:
    nobody = Actor(PersonId("U1"), DistributorKey("northwind"))
    assert {deed for deed in Deed if nobody.may(deed)} == ANYBODY


def test_the_permissions_as_people_read_them() -> None:
    assert [one.words for one in Permission] == ["Order Sync Actions", "Order Sync Notification"]
