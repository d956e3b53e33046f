"""Rows of orders with a Details button each, and the buttons that turn the page.

Called by the answers of `/orders`, the alert's details and the App Home.
"""

from collections.abc import Callable

from bot.blocks.ids import LONGEST_VALUE, ActionId, Pointer, numbered
from bot.blocks.message import Block
from bot.blocks.pages import Page
from bot.blocks.parts import actions, button, row
from bot.blocks.wording import Wall, row_note, row_words
from commands.domain.alerts import OrderLine


def order_rows(page: Page, wall: Wall) -> list[Block]:
    """A row for each order."""
    return [order_row(line, number, wall) for number, line in enumerate(page.lines, 1)]


def order_row(line: OrderLine, number: int, wall: Wall) -> Block:
    """Number, customer, delivery, why."""
    details = button("Details", numbered(ActionId.DETAILS, number), Pointer(order=line.id))
    return row(row_words(line, wall), note=row_note(line, wall), button=details)


def range_words(page: Page, wall: Wall) -> str:
    """`1–20 of 267 · as of 7:05`."""
    as_of = f"as of {wall.plain(page.as_of)}"
    if not page.lines:
        return f"None · {as_of}"
    order = ", next delivery first" if page.by_delivery and page.total > 1 else ""
    return f"{page.first:,}–{page.last:,} of {page.total:,}{order} · {as_of}"


def turn_buttons(
    page: Page, action: ActionId, *, alert: int | None = None, query: str | None = None
) -> list[Block]:
    """Previous and Next, where there is one; each points at its page."""

    def at(number: int) -> Pointer:
        return Pointer(alert=alert, query=query, page=number)

    return pager(page.number, page.number + bool(page.left), action, at)


def pager(
    number: int,
    pages: int,
    action: ActionId,
    at: Callable[[int], Pointer],
    *,
    labels: tuple[str, str] = ("Previous", "Next"),
    row: int = 0,
) -> list[Block]:
    """Buttons to the pages beside page `number`. `row`: the first number behind their action."""

    def to(label: str, page: int, place: int) -> Block | None:
        pointer = at(page)
        # A search of that length cannot be pointed at: it is typed again.
        if len(str(pointer)) > LONGEST_VALUE:
            return None
        return button(label, numbered(action, place), pointer)

    return actions(
        to(labels[0], number - 1, row) if number > 1 else None,
        to(labels[1], number + 1, row + 1) if number < pages else None,
    )
