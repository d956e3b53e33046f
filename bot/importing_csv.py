"""Orders from a `.csv` file: one row an order line, the rows of one order next to each other.

The columns are the order's fields, with `ship_to_` and `line_` before those of the address and of
the line. `docs/import.md` lists them, and a test holds it to this module.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.importing_rows import BadFileError, Row, Source
from bot.wire import AddressIn, Bad, LineIn, OrderIn, read_order

if TYPE_CHECKING:
    from _csv import Reader

ADDRESS: Final = "ship_to_"
LINE: Final = "line_"
ORDER_COLUMNS: Final = tuple(
    name for name in OrderIn.model_fields if name not in {"ship_to", "lines"}
)
ADDRESS_COLUMNS: Final = tuple(f"{ADDRESS}{name}" for name in AddressIn.model_fields)
LINE_COLUMNS: Final = tuple(f"{LINE}{name}" for name in LineIn.model_fields)
COLUMNS: Final = (*ORDER_COLUMNS, *ADDRESS_COLUMNS, *LINE_COLUMNS)
REQUIRED: Final = (
    *("id", "distributor", "account_id", "placed_at", "delivery_date"),
    *("line_sku", "line_quantity", "line_unit_price"),
)
WORDY: Final = frozenset({"notes", "ship_to_address", "line_description"})
"""Columns whose cells may go over several lines."""

Cells = dict[str, str]


@dataclass(slots=True)
class _Gathered:
    """The rows of one order so far. `wrong`: why it cannot be an order."""

    line: int
    head: Cells
    lines: list[Cells] = field(default_factory=list)
    wrong: str | None = None

    @property
    def name(self) -> tuple[str, str]:
        return self.head.get("distributor", ""), self.head.get("id", "")

    def refuse(self, wrong: str) -> None:
        """The first thing that is wrong is what is told."""
        self.wrong = self.wrong or wrong


class _Lines:
    """The lines of a file, of which the latest is remembered."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.latest = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.latest = next(self._lines)
        return self.latest


def csv_rows(source: Source) -> Iterator[Row]:
    """The file's orders. Raises BadFileError where the header is not one.

    An order with a row that cannot be read is refused whole: entered without it, it would be short.
    A row that does not even tell its order may be of the one before it or of the one after it.
    """
    lines = _Lines(source.text())
    reader = csv.reader(lines, strict=True)
    header = _header(source, reader)
    done: set[int] = set()
    gathered: _Gathered | None = None
    doubt: str | None = None
    for number, cells, wrong in _rows(reader, lines, header):
        if not cells:
            doubt = f"line {number}, which may be of this order: {wrong}"
            if gathered:
                gathered.refuse(doubt)
            yield Row(number, Bad(None, wrong or ""))
        elif gathered and gathered.name == _name(cells):
            _join(gathered, number, cells, wrong)
        else:
            if gathered:
                yield _order(gathered, done)
            gathered, doubt = _begun(number, cells, wrong, doubt), None
    if gathered:
        yield _order(gathered, done)


def _begun(number: int, cells: Cells, wrong: str | None, doubt: str | None) -> _Gathered:
    return _Gathered(number, _of_order(cells), [_of_line(cells)], wrong or doubt)


def _header(source: Source, reader: "Reader") -> list[str]:
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise BadFileError(f"{source.path}: the first line is no header: {error}") from None
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise BadFileError(
            f"{source.path}: the first line lacks the column {missing[0]}; "
            "docs/import.md lists the columns"
        )
    twice = [name for name in header if header.count(name) > 1]
    if twice:
        raise BadFileError(f"{source.path}: the column {twice[0]!a} is there twice")
    return header


def _rows(
    reader: "Reader", lines: _Lines, header: list[str]
) -> Iterator[tuple[int, Cells, str | None]]:
    """Each row's line, its cells that are not empty, and what is wrong with it.

    No cells: whose row it is cannot be told.
    """
    while True:
        number = reader.line_num + 1
        try:
            row, wrong = next(reader), None
        except StopIteration:
            return
        except csv.Error as error:
            row, wrong = _roughly(lines.latest), f"not CSV: {error}"
        if len(row) > len(header):
            wrong = wrong or f"has {len(row)} cells, the header {len(header)}"
        pairs = zip(header, row, strict=False)
        cells = {name: cell for name, cell in pairs if name and cell}
        wrong = wrong or _joined(cells)
        # A quote that nobody meant joins lines, and what they begin with is lost.
        if wrong and (reader.line_num > number or not all(_name(cells))):
            yield number, {}, wrong
        elif cells:
            yield number, cells, wrong


def _joined(cells: Cells) -> str | None:
    for name, cell in cells.items():
        if len(cell.splitlines()) > 1 and name not in WORDY:
            return f"{name}: expected no line break; is a quote missing?"
    return None


def _roughly(line: str) -> list[str]:
    """What can be read of a line that is not CSV: enough to tell whose it is."""
    return next(csv.reader([line]), [])


def _name(cells: Cells) -> tuple[str, str]:
    return cells.get("distributor", ""), cells.get("id", "")


def _of_order(cells: Cells) -> Cells:
    return {name: cell for name, cell in cells.items() if not name.startswith(LINE)}


def _of_line(cells: Cells) -> Cells:
    return {name.removeprefix(LINE): cell for name, cell in cells.items() if name.startswith(LINE)}


def _join(gathered: _Gathered, number: int, cells: Cells, wrong: str | None) -> None:
    """A further line of the same order; what it says of the order must be the same, or nothing."""
    if wrong:
        gathered.refuse(f"line {number}: {wrong}")
        return
    gathered.lines.append(_of_line(cells))
    for name, cell in _of_order(cells).items():
        if gathered.head.get(name) != cell:
            gathered.refuse(f"{name}: line {number} says something else than line {gathered.line}")


def _order(gathered: _Gathered, done: set[int]) -> Row:
    name = hash(gathered.name)
    if name in done:
        gathered.refuse("the rows of one order must stand next to each other")
    done.add(name)
    if gathered.wrong:
        return Row(gathered.line, Bad(None, gathered.wrong))
    head = dict(gathered.head)
    address = {
        name.removeprefix(ADDRESS): head.pop(name)
        for name in list(head)
        if name.startswith(ADDRESS)
    }
    return Row(
        gathered.line, read_order({**head, "ship_to": address or None, "lines": gathered.lines})
    )
