"""The report's CSV: its columns, its words for a state, and cells that no spreadsheet runs. Pure.

`store.report_rows` puts the rows of its tables through a `Sheet`.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

HEADER: Final = (
    "Order id",
    "Distributor name",
    "Account ID",
    "Delivery Date",
    "Placed At Date",
    "Status",
)


class Status(StrEnum):
    """What a report calls the state of an order."""

    FAILED = "Failed"
    PENDING_VERIFICATION = "Pending Verification"
    QUEUED = "Queued"
    """Stuck: due for longer than `stuck_after`, and never tried."""
    PENDING = "Pending"
    SUCCESSFUL = "Successful"


NOT_SYNCED: Final = (Status.FAILED, Status.PENDING_VERIFICATION, Status.QUEUED)
"""What a report of the orders that failed to sync lists."""

_LIVE: Final = frozenset("=+-@\t\r\n\0" + "\uff1d\uff0b\uff0d\uff20" + "'")
"""What a spreadsheet may take for the beginning of a formula, its full-width forms, and our own
mark.
"""


def cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: with one `'` before it where it might."""
    return f"'{text}" if text[:1] in _LIVE and text else text


def original(shown: str) -> str:
    """The text that `cell` made this of."""
    return shown.removeprefix("'")


RowLike: TypeAlias = Sequence[Any]
"""An order's id, its account, its delivery date, and when it was placed (aware)."""


class Sheet:
    """Writes lines of the report, RFC 4180, as they belong into the distributor's zone."""

    def __init__(self, distributor: str, zone: ZoneInfo) -> None:
        self._name = cell(distributor)
        self._zone = zone

    def head(self) -> bytes:
        return _written([HEADER])

    def lines(self, rows: Iterable[RowLike], status: Status) -> bytes:
        """The lines of orders that all have this status."""
        name, zone, word = self._name, self._zone, status.value
        return _written(
            (
                cell(order),
                name,
                cell(account),
                f"{delivery}",
                placed_at.astimezone(zone).isoformat("T", "seconds"),
                word,
            )
            for order, account, delivery, placed_at in rows
        )


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def file_name(day: date) -> str:
    """The name of the attached file."""
    return f"order-sync-status-{day.isoformat()}.csv"
