"""Carries changes of orders out: one conditional UPDATE each, its event, its alert, together.

Every write to an order's standing but the bulk retry is part of a `Cargo`, so events and alerts
cannot be forgotten. What a change is, only `lifecycle.on()` says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.domain.history import By, worth_telling
from commands.domain.ids import DistributorKey
from commands.domain.lifecycle import RetryAsked
from store import many
from store.alert_book import PLACE, AlertBook, Place, untroubled
from store.changes import Change, event_values, write_events
from store.rows import CONTENT, STANDING, Row, Values, moved_values, standing_value
from store.tables import orders


class RowsMovedError(RuntimeError):
    """Orders changed although their rows were locked: nothing of the transaction is kept."""


_BESIDE: Final = (*PLACE, "acted_by", "acted_at")
_MOVED: Final = (*(column.name for column in STANDING), *_BESIDE)


@dataclass(frozen=True, slots=True)
class _Move:
    """A change, and what the columns that it touches will hold."""

    change: Change
    touched: Values

    def values(self, names: Sequence[str]) -> Values:
        """Of these columns, which others may touch; and where the row is to be found."""
        before = self.change.before
        found = {"at_seq": self.change.row.seq, "at_version": before.version}
        found["at_state"] = before.state.value
        for name in names:
            found[name] = self.touched[name] if name in self.touched else self._untouched(name)
        return found

    def _untouched(self, name: str) -> Any:  # noqa: ANN401  # as the column is
        if name in _BESIDE:
            return getattr(self.change.row, name)
        return standing_value(self.change.after, name)


_AT: Final[many.Columns] = (
    ("at_seq", orders.c.seq),
    ("at_version", orders.c.version),
    ("at_state", orders.c.state),
)
"""Where a row is to be found, and how it must still stand."""


@cache
def _update(names: tuple[str, ...], dialect: Dialect) -> tuple[many.Columns, sa.Update]:
    """What moves these columns of many orders, each from where it stood."""
    columns = (*_AT, *((name, orders.c[name]) for name in names))
    given = many.from_rows(columns, dialect).c
    found = [column == given[name] for name, column in _AT]
    return columns, sa.update(orders).where(*found).values({name: given[name] for name in names})


class Cargo:
    """Changes of one distributor's orders, whose rows whoever adds them has locked.

    What is added together is carried out together, by as few statements as it takes.
    """

    def __init__(
        self, connection: AsyncConnection, distributor: DistributorKey, by: By, now: datetime
    ) -> None:
        self.connection = connection
        self.distributor = distributor
        self.by = by
        self.now = now
        self._changes: dict[int, Change] = {}
        self._events: list[Values] = []

    def __contains__(self, row: Row) -> bool:
        """Whether a change of this order waits to be carried out: another would miss it."""
        return row.seq in self._changes

    def add(self, changes: Iterable[Change]) -> None:
        """Raises RowsMovedError: a change of one of these orders waits already."""
        for change in changes:
            if change.row in self:
                raise RowsMovedError("two changes of one order at once")
            self._changes[change.row.seq] = change

    def note(self, events: Iterable[Values]) -> None:
        """Lines for the history beside those of the changes."""
        self._events += events

    async def carry(self) -> None:
        """Move the rows. Raises RowsMovedError."""
        changes, self._changes = list(self._changes.values()), {}
        if not changes:
            return
        places = await _places(self.connection, self.distributor, changes, self.now)
        placed = list(zip(changes, places, strict=True))
        for content in ((), CONTENT):
            moves = [
                _Move(change, _touched(change, place, self.by, self.now))
                for change, place in placed
                if bool(change.content) is bool(content)
            ]
            if moves:
                await _move(self.connection, moves, content)
        self._events += _worth(changes, self.by, self.now)

    async def deliver(self) -> None:
        """Move the rows and write the history. Raises RowsMovedError."""
        await self.carry()
        events, self._events = self._events, []
        await write_events(self.connection, events)


async def carry_out(
    connection: AsyncConnection,
    distributor: DistributorKey,
    changes: Iterable[Change],
    by: By,
    now: datetime,
) -> None:
    """Store changes that come by themselves. Raises RowsMovedError."""
    cargo = Cargo(connection, distributor, by, now)
    cargo.add(changes)
    await cargo.deliver()


async def _places(
    connection: AsyncConnection,
    distributor: DistributorKey,
    changes: Sequence[Change],
    now: datetime,
) -> list[Place | None]:
    if all(untroubled(change) for change in changes):
        return [None] * len(changes)
    book = await AlertBook.read(connection, distributor)
    return await book.place(connection, changes, now)


async def _move(
    connection: AsyncConnection, moves: Sequence[_Move], content: tuple[str, ...]
) -> None:
    # What stays as it is is left out: each column named costs a parameter and its indexes.
    touched = set[str]().union(*(move.touched for move in moves))
    names = (*(name for name in _MOVED if name in touched), *content)
    columns, update = _update(names, connection.dialect)
    rows = [move.values(names) for move in moves]
    result = await connection.execute(update, many.packed(columns, rows, connection))
    if result.rowcount != len(moves):
        missed = len(moves) - result.rowcount
        raise RowsMovedError(f"{missed} of {len(moves)} locked orders changed meanwhile")


def _touched(change: Change, place: Place | None, by: By, now: datetime) -> Values:
    touched = {**moved_values(change.before, change.after), **change.content}
    if place is not None:
        touched |= {name: getattr(place, name) for name in PLACE}
    if isinstance(change.event, RetryAsked):
        touched |= {"acted_by": by.person, "acted_at": now}
    return touched


def _worth(changes: Sequence[Change], by: By, now: datetime) -> list[Values]:
    return [
        event_values(change.row.seq, change.event, change.before, change.after, by, now)
        for change in changes
        if worth_telling(change.event, change.before, change.after)
    ]
