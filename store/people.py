"""Roles and permissions: `commands.ports.People` over SQL. Every change leaves its event."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.alerts import Mention
from commands.domain.history import By, Source
from commands.domain.ids import DistributorKey
from commands.domain.people import Actor, Permission, PersonId, Role
from commands.ports import AlreadySo, Granted, LastAdmin, Revoked, RoleSet
from store.dialects import insert
from store.engine import Database
from store.mentions import tell
from store.rows import Row, Select
from store.tables import people, people_events

ASK_AGAIN: Final = timedelta(hours=1)
GRANTED, REVOKED, ROLE_SET, ASKED, REFUSED = "granted", "revoked", "role_set", "asked", "refused"
WITHDRAWN: Final = "withdrawn"
NOTHING: Final = {"role": Role.EMPLOYEE.value, "actions": False, "notifications": False}


class SqlPeople:
    """The people of every distributor. Implements `commands.ports.People`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def actor(self, distributor: DistributorKey, person: PersonId) -> Actor:
        """A person's role and permissions; an unknown one is an employee with neither."""
        async with self._database.reading() as connection:
            return await _actor(connection, distributor, person)

    async def admins(self, distributor: DistributorKey) -> list[PersonId]:
        return [one.person for one in await self.everyone(distributor) if one.role is Role.ADMIN]

    async def everyone(self, distributor: DistributorKey) -> list[Actor]:
        """Everybody with a role or a permission, admins first."""
        async with self._database.reading() as connection:
            rows = await connection.execute(_of(distributor).order_by(people.c.person))
        actors = [_from(row) for row in rows]
        named = [one for one in actors if one.role is Role.ADMIN or one.permissions]
        return sorted(named, key=lambda one: one.role is not Role.ADMIN)

    async def set_permission(
        self,
        distributor: DistributorKey,
        person: PersonId,
        permission: Permission,
        by: By,
        now: datetime,
        *,
        granted: bool,
        telling: Sequence[Mention] = (),
    ) -> Granted | Revoked | AlreadySo:
        """Grant or revoke; recorded with who did it."""
        async with self._database.writing() as connection:
            present = await _actor(connection, distributor, person, lock=True)
            if (permission in present.permissions) is granted:
                return AlreadySo(person)
            await _set(connection, distributor, person, {permission.value: granted})
            what = GRANTED if granted else REVOKED
            await _write(connection, distributor, person, what, permission.value, by, now)
            await tell(connection, distributor, telling, now)
        return Granted(person, permission) if granted else Revoked(person, permission)

    async def set_role(
        self,
        distributor: DistributorKey,
        person: PersonId,
        role: Role,
        by: By,
        now: datetime,
        *,
        leading: Collection[PersonId] | None = None,
        telling: Sequence[Mention] = (),
    ) -> RoleSet | AlreadySo | LastAdmin:
        """Make an admin or an employee; the last admin stays one. `leading`: those admins who can
        still act as one; None: all of them.
        """

        async def work(connection: AsyncConnection) -> RoleSet | AlreadySo | LastAdmin:
            # The admins first, and in one order: two of them may be removed in the same moment.
            left = await _admins(connection, distributor) - {person}
            present = await _actor(connection, distributor, person, lock=True)
            if present.role is role:
                return AlreadySo(person)
            if role is not Role.ADMIN and not left.intersection(
                left if leading is None else leading
            ):
                await _write(connection, distributor, person, REFUSED, "last_admin", by, now)
                return LastAdmin(person)
            await _set(connection, distributor, person, {"role": role.value})
            await _write(connection, distributor, person, ROLE_SET, role.value, by, now)
            await tell(connection, distributor, telling, now)
            return RoleSet(person, role)

        return await self._database.write(work)

    async def note_request(
        self,
        distributor: DistributorKey,
        person: PersonId,
        permission: Permission,
        now: datetime,
        *,
        telling: Sequence[Mention] = (),
    ) -> bool:
        """Write down that somebody asked. False: the same was asked within the last hour."""
        e = people_events.c
        before = sa.select(sa.func.max(e.at)).where(
            e.distributor == distributor,
            e.person == person,
            e.what == ASKED,
            e.detail == permission.value,
        )
        async with self._database.writing() as connection:
            last = await connection.scalar(before)
            if last is not None and now - last < ASK_AGAIN:
                return False
            by = By(Source.PERSON, person)
            await _write(connection, distributor, person, ASKED, permission.value, by, now)
            await tell(connection, distributor, telling, now)
        return True

    async def withdraw(
        self, distributor: DistributorKey, person: PersonId, why: str, by: By, now: datetime
    ) -> bool:
        """Take everything away that a person was given. False: there was nothing."""
        async with self._database.writing() as connection:
            present = await _actor(connection, distributor, person, lock=True)
            if present.role is Role.EMPLOYEE and not present.permissions:
                return False
            await _set(connection, distributor, person, dict(NOTHING))
            await _write(connection, distributor, person, WITHDRAWN, why, by, now)
        return True


def _of(distributor: DistributorKey) -> Select:
    return sa.select(people).where(people.c.distributor == distributor)


async def _actor(
    connection: AsyncConnection,
    distributor: DistributorKey,
    person: PersonId,
    *,
    lock: bool = False,
) -> Actor:
    chosen = _of(distributor).where(people.c.person == person)
    row = (await connection.execute(chosen.with_for_update() if lock else chosen)).one_or_none()
    return _from(row) if row else Actor(person, distributor)


def _from(row: Row) -> Actor:
    given = {
        Permission.ACTIONS: row.actions,
        Permission.NOTIFICATIONS: row.notifications,
    }
    return Actor(
        PersonId(row.person),
        DistributorKey(row.distributor),
        Role(row.role),
        frozenset(permission for permission, has in given.items() if has),
    )


async def _admins(connection: AsyncConnection, distributor: DistributorKey) -> set[PersonId]:
    # Locked, so that two admins cannot remove each other in the same moment.
    chosen = sa.select(people.c.person).where(
        people.c.distributor == distributor, people.c.role == Role.ADMIN.value
    )
    held = chosen.order_by(people.c.person).with_for_update()
    return {PersonId(one) for one in await connection.scalars(held)}


async def _set(
    connection: AsyncConnection,
    distributor: DistributorKey,
    person: PersonId,
    values: dict[str, Any],
) -> None:
    await connection.execute(
        insert(connection, people)
        .values({"distributor": distributor, "person": person, **NOTHING, **values})
        .on_conflict_do_update(index_elements=["distributor", "person"], set_=values)
    )


async def _write(
    connection: AsyncConnection,
    distributor: DistributorKey,
    person: PersonId,
    what: str,
    detail: str,
    by: By,
    now: datetime,
) -> None:
    await connection.execute(
        sa.insert(people_events).values(
            distributor=distributor,
            person=person,
            at=now,
            what=what,
            detail=detail,
            source=by.source.value,
            by=by.person,
        )
    )
