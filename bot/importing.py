"""`orderwatch import FILE`: orders from a file, streamed, into the ledger.

Called by `bot.cli`. The file is never held whole: rows become orders, five hundred orders become
one transaction, and a bad row is told with its line and stops nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.importing_csv import csv_rows
from bot.importing_jsonl import jsonl_rows
from bot.importing_rows import BadFileError, Row, Source
from bot.taken import Outcome, result
from bot.wire import Bad
from commands import intake
from commands.desk import Desk
from commands.domain.documents import Document
from commands.domain.ids import DistributorKey, OrderId

CHUNK: Final = 500

READERS: Final[Mapping[str, Callable[[Source], Iterator[Row]]]] = {
    ".jsonl": jsonl_rows,
    ".csv": csv_rows,
}

Complain = Callable[[int, str], None]
"""Told of each bad row: its line and the reason."""


@dataclass(slots=True)
class Tally:
    """How many orders came to what."""

    counts: Counter[Outcome] = field(default_factory=Counter)

    @property
    def refused(self) -> int:
        return self.counts[Outcome.REFUSED]

    @property
    def words(self) -> str:
        """`830 orders: 830 created, 0 updated, 0 unchanged, 0 refused`."""
        parts = ", ".join(f"{self.counts[outcome]} {outcome}" for outcome in Outcome)
        total = self.counts.total()
        return f"{total} {'order' if total == 1 else 'orders'}: {parts}"


def open_rows(path: Path, source: Source) -> Iterator[Row]:
    """The orders of a file, by its ending. Raises BadFileError at once or on the way."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise BadFileError(f"{path}: expected a file that ends with {' or '.join(READERS)}")
    return reader(source)


async def load(
    desks: Mapping[DistributorKey, Desk], rows: Iterable[Row], complain: Complain
) -> Tally:
    """Take in every good order; say what was wrong with each of the others."""
    tally = Tally()
    for chunk in _chunks(rows):
        good = [_placed(row, desks) for row in chunk]
        for row in good:
            if isinstance(row.order, Bad):
                tally.counts[Outcome.REFUSED] += 1
                complain(row.line, row.order.detail)
        await _take(desks, good, complain, tally)
    return tally


async def _take(
    desks: Mapping[DistributorKey, Desk], rows: Iterable[Row], complain: Complain, tally: Tally
) -> None:
    by_distributor: dict[DistributorKey, list[tuple[int, Document]]] = {}
    for row in rows:
        if isinstance(row.order, Document):
            by_distributor.setdefault(row.order.distributor, []).append((row.line, row.order))
    for key, placed in by_distributor.items():
        taken = await intake.take_in(desks[key], [document for _, document in placed])
        for (line, _), one in zip(placed, taken, strict=True):
            told = result(one)
            tally.counts[told.outcome] += 1
            if told.detail is not None:
                complain(line, f"order {told.id}: {told.detail}")


def _placed(row: Row, desks: Mapping[DistributorKey, Desk]) -> Row:
    """The row, or the refusal of an order that is nobody's."""
    if isinstance(row.order, Bad) or row.order.distributor in desks:
        return row
    known = ", ".join(desks)
    return Row(row.line, Bad(row.order.id, f"distributor: not in the settings; there is {known}"))


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows, five hundred at a time, and never the same order twice in one chunk."""
    chunk: list[Row] = []
    inside: set[tuple[DistributorKey, OrderId]] = set()
    for row in rows:
        name = _name(row)
        if len(chunk) == CHUNK or (name and name in inside):
            yield chunk
            chunk, inside = [], set()
        chunk.append(row)
        if name:
            inside.add(name)
    if chunk:
        yield chunk


def _name(row: Row) -> tuple[DistributorKey, OrderId] | None:
    return None if isinstance(row.order, Bad) else (row.order.distributor, row.order.id)
