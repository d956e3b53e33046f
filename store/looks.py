"""What each person looks at: the list, its filter and page, and the orders ticked in it.

Values that come back from Slack only point; what they point at stands here. Called by
`bot.screens` and the listeners of the Orders page.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.ids import DistributorKey, OrderId
from commands.domain.lifecycle import Status
from commands.domain.people import PersonId
from store import batches
from store.dialects import insert
from store.engine import Database
from store.filters import Filters, narrowed
from store.rows import Row, Values
from store.tables import looks, orders, selections, ticks

_l, _s, _t, _o = looks.c, selections.c, ticks.c, orders.c


class Place(StrEnum):
    """Where a list with boxes to tick stands."""

    HOME = "home"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Viewer:
    """One person in one place."""

    distributor: DistributorKey
    person: PersonId
    place: Place


@dataclass(frozen=True, slots=True)
class Look:
    """What is shown there. `words`: what was searched for, as typed. `narrow`, `value`: an item or
    a customer that an alert's list is narrowed to. `drawn`: see the table.
    """

    status: Status | None = Status.FAILED
    words: str = ""
    page: int = 1
    alert_id: int | None = None
    narrow: str | None = None
    value: str | None = None
    selection: int | None = None
    drawn: int = 0
    seen_at: datetime | None = None


BLANK = Look()
_CHANGING = frozenset({"status", "words", "page", "alert_id", "narrow", "value", "seen_at"})


class Looks:
    """The looks of every distributor's people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, viewer: Viewer) -> Look:
        """As it is; who never looked is shown the failed orders."""
        async with self._database.reading() as connection:
            row = (await connection.execute(_of(viewer))).one_or_none()
        return _look(row) if row else BLANK

    async def turn(self, viewer: Viewer, *, anew: bool = False, **changes: object) -> Look:
        """Show something else; what is not named stays, the ticks too. `anew`: what a person left
        in a control is to go.
        """
        assert changes.keys() <= _CHANGING
        if anew:
            changes["drawn"] = _l.drawn + 1
        async with self._database.writing() as connection:
            return await _change(connection, viewer, changes)

    async def begin(self, viewer: Viewer, now: datetime, **given: object) -> Look:
        """Begin anew, with nothing ticked."""
        blank = {name: getattr(BLANK, name) for name in _CHANGING}
        changes = {**blank, "seen_at": now, **given, "selection": None, "drawn": _l.drawn + 1}
        async with self._database.writing() as connection:
            return await _change(connection, viewer, changes)

    async def tick(
        self,
        viewer: Viewer,
        ids: Collection[OrderId],
        now: datetime,
        *,
        on: bool,
        anew: bool = False,
    ) -> Look:
        """Tick these orders, or take their ticks away. `anew`: not by the boxes themselves, which
        then have to be drawn anew.
        """
        found = sa.select(_o.seq).where(_o.distributor == viewer.distributor, _o.id.in_(ids))

        async def work(connection: AsyncConnection) -> Look:
            number = await _selection(connection, viewer, now)
            if on:
                await batches.fill(connection, number, found)
            else:
                gone = sa.delete(ticks).where(_t.selection == number, _t.order_seq.in_(found))
                await connection.execute(gone)
            return await _turned(connection, viewer, number, anew=anew)

        return await self._database.write(work)

    async def tick_all(self, viewer: Viewer, filters: Filters, now: datetime) -> Look:
        """Tick every order of a list, whatever its page."""

        async def work(connection: AsyncConnection) -> Look:
            number = await _selection(connection, viewer, now)
            found = narrowed((_o.seq,), viewer.distributor, filters)
            await batches.fill(connection, number, found)
            return await _turned(connection, viewer, number, anew=True)

        return await self._database.write(work)

    async def clear(self, viewer: Viewer, now: datetime) -> Look:
        """Take all ticks away."""
        changes = {"selection": None, "drawn": _l.drawn + 1, "seen_at": now}
        async with self._database.writing() as connection:
            return await _change(connection, viewer, changes)

    async def ticked(self, look: Look, ids: Collection[OrderId]) -> frozenset[OrderId]:
        """Which of these orders are ticked."""
        if look.selection is None:
            return frozenset()
        chosen = (
            sa.select(_o.id)
            .join(ticks, _t.order_seq == _o.seq)
            .where(_t.selection == look.selection, _o.id.in_(ids))
        )
        async with self._database.reading() as connection:
            return frozenset(OrderId(one) for one in await connection.scalars(chosen))

    async def count(self, look: Look) -> int:
        """How many orders are ticked, on all pages."""
        if look.selection is None:
            return 0
        chosen = sa.select(sa.func.count()).where(_t.selection == look.selection)
        async with self._database.reading() as connection:
            return int(await connection.scalar(chosen) or 0)

    async def open_since(
        self, distributor: DistributorKey, place: Place, since: datetime
    ) -> list[PersonId]:
        """Who has it open, as far as is known: those who were there last come first."""
        chosen = (
            sa.select(_l.person)
            .where(_l.distributor == distributor, _l.place == place.value, _l.seen_at >= since)
            .order_by(_l.seen_at.desc())
        )
        async with self._database.reading() as connection:
            return [PersonId(one) for one in await connection.scalars(chosen)]


def _of(viewer: Viewer) -> sa.Select[Any]:
    return sa.select(looks).where(
        _l.distributor == viewer.distributor,
        _l.person == viewer.person,
        _l.place == viewer.place.value,
    )


def _look(row: Row) -> Look:
    return Look(
        Status(row.status) if row.status else None,
        row.words,
        row.page,
        row.alert_id,
        row.narrow,
        row.value,
        row.selection,
        row.drawn,
        row.seen_at,
    )


async def _change(connection: AsyncConnection, viewer: Viewer, changes: Values) -> Look:
    """One statement, whether or not the row is there: what others change meanwhile stays."""
    key = {
        "distributor": viewer.distributor,
        "person": viewer.person,
        "place": viewer.place.value,
    }
    blank = {"status": BLANK.status, "words": "", "page": 1, "drawn": 0}
    plain = {name: value for name, value in changes.items() if name != "drawn"}
    changed = (
        insert(connection, looks)
        .values({**key, **blank, **plain})
        .on_conflict_do_update(index_elements=[*key], set_=changes)
        .returning(looks)
    )
    return _look((await connection.execute(changed)).one())


async def _selection(connection: AsyncConnection, viewer: Viewer, now: datetime) -> int:
    """The one that ticks go to; made with the first."""
    look = await _change(connection, viewer, {"seen_at": now})
    if look.selection is not None:
        return look.selection
    return await batches.make(connection, viewer.distributor, viewer.person, now)


async def _turned(
    connection: AsyncConnection, viewer: Viewer, selection: int, *, anew: bool
) -> Look:
    await connection.execute(
        sa.update(selections).where(_s.id == selection).values(turn=_s.turn + 1)
    )
    changes = {"selection": selection, **({"drawn": _l.drawn + 1} if anew else {})}
    return await _change(connection, viewer, changes)
