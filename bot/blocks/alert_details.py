"""Choosing one of an alert's orders, to key it in by hand."""

from datetime import datetime
from typing import Final

from bot.blocks.alert_single import NOT_BY_HAND
from bot.blocks.ids import ActionId, BlockId, Pointer, ViewId
from bot.blocks.message import Block, View
from bot.blocks.pages import Page
from bot.blocks.parts import (
    Run,
    context,
    dead,
    field,
    option,
    paragraphs,
    plain_text,
    words,
)
from bot.blocks.wording import DOT, Wall, customer, why
from commands.domain.alerts import Alert, OrderLine
from commands.domain.distributors import Distributor
from commands.domain.lifecycle import State

TITLE: Final = 24
RADIO_BUTTONS: Final = 10
OPTIONS: Final = 100


def key_in_picker(alert: Alert, page: Page, distributor: Distributor, now: datetime) -> View:
    """Choose one order to key in; `page` holds up to 100, next deliveries first. Submit: ViewId
    KEY_IN_PICK; the order's id is the value of the option in [BlockId.PICK][ActionId.PICK].
    """
    wall = Wall.of(distributor, now)
    lead = [words("Choose one. It is held for you: nobody sends it while you key it in.")]
    free = [line for line in page.lines if _can_be_held(line)]
    return _picker(alert, page, wall, free, lead)


def _can_be_held(line: OrderLine) -> bool:
    """What a clerk may key in: nobody else does, and the ERP does not have it already."""
    in_doubt = line.failure is not None and line.failure.code in NOT_BY_HAND
    return line.hold is None and line.state in {State.QUEUED, State.FAILED} and not in_doubt


def _picker(alert: Alert, page: Page, wall: Wall, lines: list[OrderLine], lead: list[Run]) -> View:
    shown = lines[:OPTIONS]
    modal: View = {
        "type": "modal",
        "callback_id": str(ViewId.KEY_IN_PICK),
        "private_metadata": str(Pointer(alert=alert.id)),
        "title": plain_text("Key in by hand", TITLE),
        "close": plain_text("Cancel", TITLE),
    }
    if not shown:
        return {**modal, "blocks": [paragraphs([words("There is no order to choose now.")])]}
    blocks = [paragraphs(lead), _choice(shown, wall), context(_left(page, len(shown), wall))]
    return {**modal, "submit": plain_text("Next", TITLE), "blocks": blocks}


def _choice(lines: list[OrderLine], wall: Wall) -> Block:
    """Few: all in sight. Many: a list that can be searched by typing."""
    options = [option(_option_words(line, wall), line.id, why(line)) for line in lines]
    few = len(options) <= RADIO_BUTTONS
    element: Block = {"action_id": str(ActionId.PICK), "options": options}
    if few:
        element["type"] = "radio_buttons"
    else:
        element |= {"type": "static_select", "placeholder": plain_text("Choose an order", 150)}
    return field(str(BlockId.PICK), "Order", element)


def _option_words(line: OrderLine, wall: Wall) -> str:
    parts = [dead(line.id, 40), wall.delivery(line.deliver_at), customer(line)]
    return DOT.join(parts)


def _left(page: Page, shown: int, wall: Wall) -> str:
    left = page.total - shown
    as_of = f"As of {wall.plain(page.as_of)}"
    if left <= 0:
        return as_of
    return f"{left:,} more are not in this list; /orders show ID finds any of them. {as_of}"
