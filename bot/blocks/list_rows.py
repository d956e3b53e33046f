"""Rows of orders with a Details button each, and the buttons that turn the page.

Called by the answers of `/orders`, the alert's details and the App Home.
"""

from bot.blocks.ids import LONGEST_VALUE, ActionId, Pointer, numbered
from bot.blocks.message import Block
from bot.blocks.pages import Page
from bot.blocks.parts import actions, button, row
from bot.blocks.wording import Wall, row_note, row_words


def order_rows(page: Page, wall: Wall) -> list[Block]:
    """A row for each order: number, customer, delivery, why."""
    return [
        row(
            row_words(line, wall),
            note=row_note(line, wall),
            button=button("Details", numbered(ActionId.DETAILS, number), Pointer(order=line.id)),
        )
        for number, line in enumerate(page.lines, 1)
    ]


def range_words(page: Page, wall: Wall) -> str:
    """`1–20 of 267 · as of 7:05`."""
    as_of = f"as of {wall.plain(page.as_of)}"
    if not page.lines:
        return f"None · {as_of}"
    return f"{page.first:,}–{page.last:,} of {page.total:,} · {as_of}"


def turn_buttons(
    page: Page, action: ActionId, *, alert: int | None = None, query: str | None = None
) -> list[Block]:
    """Previous and Next, where there is one; each points at its page."""

    def to(label: str, number: int, place: int) -> Block | None:
        pointer = Pointer(alert=alert, query=query, page=number)
        if len(str(pointer)) > LONGEST_VALUE:
            return None
        return button(label, numbered(action, place), pointer)

    return actions(
        to("Previous", page.number - 1, 0) if page.number > 1 else None,
        to("Next", page.number + 1, 1) if page.left else None,
    )
