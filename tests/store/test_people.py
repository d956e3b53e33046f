"""Roles, permissions, profiles: kept, recorded, the last admin safe."""

import asyncio

import store as stores
from commands.domain.alerts import Mention, MentionKind
from commands.domain.history import By, Source, person
from commands.domain.people import Permission, PersonId, Role, Standing
from commands.ports import AlreadySo, Granted, LastAdmin, Revoked, RoleSet
from store.profiles import Profile
from tests.store.making import DANA, EMIL, HOUR, MINUTE, NORTH, NOW, SECOND, SOUTH

OPERATOR = By(Source.OPERATOR)


async def test_a_stranger_to_us_is_an_employee_with_nothing(store: stores.Store) -> None:
    actor = await store.people.actor(NORTH, DANA)
    assert (actor.role, actor.permissions) == (Role.EMPLOYEE, frozenset())


async def test_a_grant_is_kept_recorded_and_of_its_distributor(store: stores.Store) -> None:
    await store.people.set_role(NORTH, DANA, Role.ADMIN, OPERATOR, NOW)
    given = await _grant(store, EMIL, granted=True)
    assert given == Granted(EMIL, Permission.ACTIONS)
    assert await _grant(store, EMIL, granted=True) == AlreadySo(EMIL)
    assert (await store.people.actor(NORTH, EMIL)).permissions == {Permission.ACTIONS}
    assert (await store.people.actor(SOUTH, EMIL)).permissions == frozenset()
    assert [one.person for one in await store.people.everyone(NORTH)] == [DANA, EMIL]
    assert await _grant(store, EMIL, granted=False) == Revoked(EMIL, Permission.ACTIONS)
    history = await store.queries.people_history(NORTH, EMIL)
    assert [(one.what, one.detail, one.by) for one in history] == [
        ("revoked", "actions", person(DANA)),
        ("granted", "actions", person(DANA)),
    ]


async def _grant(
    store: stores.Store, who: PersonId, *, granted: bool
) -> Granted | Revoked | AlreadySo:
    return await store.people.set_permission(
        NORTH, who, Permission.ACTIONS, person(DANA), NOW, granted=granted
    )


async def test_the_last_admin_stays(store: stores.Store) -> None:
    assert await store.people.set_role(NORTH, DANA, Role.ADMIN, OPERATOR, NOW) == RoleSet(
        DANA, Role.ADMIN
    )
    down = await store.people.set_role(NORTH, DANA, Role.EMPLOYEE, OPERATOR, NOW)
    assert down == LastAdmin(DANA)
    assert await store.people.admins(NORTH) == [DANA]


async def test_admins_who_cannot_act_do_not_count(store: stores.Store) -> None:
    for one in (DANA, EMIL):
        await store.people.set_role(NORTH, one, Role.ADMIN, OPERATOR, NOW)
    set_role = store.people.set_role
    down = await set_role(NORTH, DANA, Role.EMPLOYEE, person(DANA), NOW, leading={DANA})
    assert down == LastAdmin(DANA)
    down = await set_role(NORTH, EMIL, Role.EMPLOYEE, person(DANA), NOW, leading={DANA})
    assert down == RoleSet(EMIL, Role.EMPLOYEE)


async def test_two_admins_cannot_remove_each_other_at_once(store: stores.Store) -> None:
    for one in (DANA, EMIL):
        await store.people.set_role(NORTH, one, Role.ADMIN, OPERATOR, NOW)
    outcomes = await asyncio.gather(
        store.people.set_role(NORTH, DANA, Role.EMPLOYEE, person(EMIL), NOW),
        store.people.set_role(NORTH, EMIL, Role.EMPLOYEE, person(DANA), NOW),
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["LastAdmin", "RoleSet"]
    assert len(await store.people.admins(NORTH)) == 1


async def test_who_is_to_be_told_is_stored_with_the_change_or_not_at_all(
    store: stores.Store,
) -> None:
    """Whoever dies between the two would leave somebody untold for good."""
    choose, granted, asked = (
        Mention(kind, {}, to=DANA)
        for kind in (
            MentionKind.CHOOSE_PEOPLE,
            MentionKind.PERMISSION_GRANTED,
            MentionKind.PERMISSION_ASKED,
        )
    )
    for _ in range(2):
        await store.people.set_role(NORTH, DANA, Role.ADMIN, OPERATOR, NOW, telling=[choose])
        await store.people.set_permission(
            NORTH, EMIL, Permission.ACTIONS, person(DANA), NOW, granted=True, telling=[granted]
        )
        await store.people.note_request(NORTH, EMIL, Permission.ACTIONS, NOW, telling=[asked])
    told = [one.kind for one in await store.alerts.mentions(NORTH, NOW)]
    assert told == [choose.kind, granted.kind, asked.kind], "once each: the second changed nothing"


async def test_the_same_question_within_an_hour_is_not_asked_again(store: stores.Store) -> None:
    ask = store.people.note_request
    assert await ask(NORTH, EMIL, Permission.ACTIONS, NOW)
    assert not await ask(NORTH, EMIL, Permission.ACTIONS, NOW + 59 * MINUTE)
    assert await ask(NORTH, EMIL, Permission.NOTIFICATIONS, NOW)
    assert await ask(NORTH, DANA, Permission.ACTIONS, NOW)
    assert await ask(NORTH, EMIL, Permission.ACTIONS, NOW + HOUR)


async def test_a_profile_is_kept_and_never_replaced_by_an_older_word(store: stores.Store) -> None:
    new = Profile("T1", DANA, Standing.GUEST, NOW, "Dana", "dana@example.com")
    old = Profile("T1", DANA, Standing.MEMBER, NOW - SECOND)
    assert await store.profiles.load("T1", DANA) is None
    await store.profiles.save(new)
    await store.profiles.save(old)
    assert await store.profiles.load("T1", DANA) == new
    assert await store.profiles.load("T2", DANA) is None
