"""Rows of orders with a box to tick each, and what is done with all that are ticked.

Called by the Orders page and by an alert's details. Ticks live on the server; a box names its order
in its block's id.
"""

from enum import StrEnum
from typing import Final

from bot.blocks.ids import ActionId, BadPointerError, Pointer, numbered
from bot.blocks.list_rows import order_row
from bot.blocks.message import Block
from bot.blocks.pages import Page, Ticks
from bot.blocks.parts import (
    OPTION_LIMIT,
    actions,
    button,
    dead,
    mention,
    ours,
    plain_text,
)
from bot.blocks.parts import option as plain_option
from bot.blocks.wording import DOT, Wall, customer, why
from commands.domain.alerts import OrderLine
from commands.domain.lifecycle import State

ID_IN_ROW: Final = 40
TICK_BLOCK: Final = "tick"


class Ask(StrEnum):
    """What the actions menu offers, as a pointer's `do`."""

    RETRY = "retry"
    MARK = "mark"


def tick_block(drawn: int, order: str) -> str:
    return f"{TICK_BLOCK}.{drawn}.{order}"


def ticked_order(block_id: str) -> str:
    """Which order a box is for. Raises BadPointerError for a block that is none of ours."""
    kind, _, rest = block_id.partition(".")
    drawn, dot, order = rest.partition(".")
    if kind != TICK_BLOCK or not dot or not drawn.isdecimal():
        raise BadPointerError("no box")
    return order


def can_be_ticked(line: OrderLine) -> bool:
    """What is in the ERP is done with."""
    return line.state is not State.SYNCED


def rows(page: Page, ticks: Ticks | None, wall: Wall) -> list[Block]:
    """A row for each order; without `ticks`, for those who may not act, none has a box."""
    return [
        _row(line, number, ticks, wall)
        if ticks is not None and can_be_ticked(line)
        else order_row(line, number, wall)
        for number, line in enumerate(page.lines, 1)
    ]


def _row(line: OrderLine, number: int, ticks: Ticks, wall: Wall) -> Block:
    box = _option(line, wall)
    element: Block = {
        "type": "checkboxes",
        "action_id": str(ActionId.TICK),
        "options": [box],
        **({"initial_options": [box]} if line.id in ticks.here else {}),
    }
    details = button("Details", numbered(ActionId.DETAILS, number), Pointer(order=line.id))
    block_id = tick_block(ticks.drawn, line.id)
    return {"type": "actions", "block_id": block_id, "elements": [element, details]}


def _option(line: OrderLine, wall: Wall) -> Block:
    """`10248 · Vins et alcools Chevalier`, and below it `today 7:30 · Unknown customer`."""
    name = DOT.join([dead(line.id, ID_IN_ROW), customer(line)])
    return {
        "text": plain_text(name, OPTION_LIMIT),
        "value": "ticked",
        "description": _about(line, wall),
    }


def _about(line: OrderLine, wall: Wall) -> Block:
    when = wall.delivery(line.deliver_at)
    if line.hold is not None:
        return ours(f"{when}{DOT}keyed in by {mention(line.hold.by)}")
    return plain_text(DOT.join([when, why(line)]), OPTION_LIMIT)


# --- what is done with them ----------------------------------------------------------------------


def toolbar(page: Page, ticks: Ticks, *, alert: int | None = None) -> list[Block]:
    """How many are ticked, the actions menu, and the ways to tick more or none."""
    here = Pointer(alert=alert)
    free = sum(can_be_ticked(line) for line in page.lines)
    more_here = free > len(ticks.here)
    more_there = ticks.matching > max(free, ticks.total)
    bar = [
        _menu(alert),
        button(f"Select all {ticks.matching:,} that match", ActionId.TICK_ALL, here)
        if more_there
        else None,
        button("Select this page", ActionId.TICK_PAGE, Pointer(alert=alert, page=page.number))
        if more_here
        else None,
        button("Clear selection", ActionId.UNTICK, here) if ticks.total else None,
    ]
    [block] = actions(*bar)
    return [{**block, "block_id": f"bar.{ticks.drawn}"}]


def _menu(alert: int | None) -> Block:
    """Its choice would stay in it: the block has another id after each."""
    return {
        "type": "static_select",
        "action_id": str(ActionId.ASK_TICKED),
        "placeholder": plain_text("Actions", 150),
        "options": [
            plain_option("Retry sync", str(Pointer(alert=alert, do=Ask.RETRY))),
            plain_option("Mark as synced", str(Pointer(alert=alert, do=Ask.MARK))),
        ],
    }


def selected_words(ticks: Ticks) -> str:
    """`3 selected, 2 of them not on this page`."""
    if not ticks.total:
        return "None selected"
    elsewhere = ticks.total - len(ticks.here)
    rest = f", {elsewhere:,} of them not on this page" if elsewhere else ""
    return f"{ticks.total:,} selected{rest}"
