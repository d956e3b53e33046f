"""Orders from a `.csv` file: one row an order line, the rows of one order next to each other.

The columns are the order's fields, with `ship_to_` and `line_` before those of the address and of
the line. `docs/import.md` lists them, and a test holds it to this module.
"""

import csv
from collections.abc import Iterator
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


def csv_rows(source: Source) -> Iterator[Row]:
    """The file's orders. Raises BadFileError where the header is not one."""
    reader = csv.reader(source.text(), strict=True)
    header = _header(source, reader)
    done: set[int] = set()
    gathered: _Gathered | None = None
    for number, cells, wrong in _lines(reader, header):
        if gathered and not wrong and gathered.name == _name(cells):
            _join(gathered, number, cells)
            continue
        if gathered:
            yield _order(gathered, done)
        gathered = None
        if wrong:
            yield Row(number, Bad(None, wrong))
        else:
            gathered = _Gathered(number, _of_order(cells), [_of_line(cells)])
    if gathered:
        yield _order(gathered, done)


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


def _lines(reader: "Reader", header: list[str]) -> Iterator[tuple[int, Cells, str | None]]:
    """Each row's line, its cells that are not empty, and what is wrong with it."""
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, {}, f"not CSV: {error}"
            continue
        if len(row) > len(header):
            yield number, {}, f"has {len(row)} cells, the header {len(header)}"
        elif any(row):
            pairs = zip(header, row, strict=False)
            yield number, {name: cell for name, cell in pairs if name and cell}, None


def _name(cells: Cells) -> tuple[str, str]:
    return cells.get("distributor", ""), cells.get("id", "")


def _of_order(cells: Cells) -> Cells:
    return {name: cell for name, cell in cells.items() if not name.startswith(LINE)}


def _of_line(cells: Cells) -> Cells:
    return {name.removeprefix(LINE): cell for name, cell in cells.items() if name.startswith(LINE)}


def _join(gathered: _Gathered, number: int, cells: Cells) -> None:
    """A further line of the same order; what it says of the order must be the same, or nothing."""
    gathered.lines.append(_of_line(cells))
    for name, cell in _of_order(cells).items():
        if gathered.head.get(name) != cell and gathered.wrong is None:
            gathered.wrong = f"{name}: line {number} says something else than line {gathered.line}"


def _order(gathered: _Gathered, done: set[int]) -> Row:
    name = hash(gathered.name)
    if name in done:
        gathered.wrong = "the rows of one order must stand next to each other"
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
