"""Prints a table as plain text: the first column to the left, figures to the right."""

from collections.abc import Sequence

GAP = "  "


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A title of one or more lines, then the rows in columns as wide as they need."""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    print(title)
    print()
    for row in (head, *rows):
        first, *rest = (
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print(GAP.join((first, *rest)).rstrip())
    print(flush=True)


def figure(number: float) -> str:
    """`12,345`."""
    return f"{number:,.0f}"


def ratio(number: float) -> str:
    """`1.23x`."""
    return f"{number:.2f}x"
