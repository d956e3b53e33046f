"""Mark as synced: asks for the ERP's number and why. Opened by its button and `/orders`."""

from typing import Final

from bot.blocks.ids import ActionId, BlockId, Pointer, ViewId
from bot.blocks.message import Block, View
from bot.blocks.parts import (
    field,
    joined,
    option,
    paragraphs,
    plain_text,
    quote,
    strong,
    words,
)
from bot.blocks.wording import DOT, amount, customer, line_of
from commands.domain.lifecycle import Why
from commands.ports import Order

TITLE: Final = 24
NUMBER: Final = 100
DETAILS: Final = str(ViewId.DETAILS)
_WHY: Final = {
    Why.KEYED_IN: ("Keyed in", "Somebody typed it into the ERP by hand"),
    Why.WAS_THERE: ("Was already there", "The ERP has it without our doing"),
    Why.NOT_NEEDED: ("Not needed", "It is not to be sent at all"),
}


def mark_view(
    order: Order,
    *,
    reference: str | None = None,
    why: Why | None = None,
    problem: str | None = None,
    offer_anyway: bool = False,
    covers: bool = False,
) -> View:
    """Submit: ViewId.MARK; private_metadata: Pointer(order), and whether it covers the details.

    State: [REFERENCE][REFERENCE].value, [WHY][WHY].selected_option.value (a Why),
    [ANYWAY][ANYWAY].selected_options (not empty: ticked). `problem`: what the last look-up said.
    """
    return {
        "type": "modal",
        "callback_id": str(ViewId.MARK),
        "private_metadata": str(Pointer(order=order.id, do=DETAILS if covers else None)),
        "title": plain_text("Mark as synced", TITLE),
        "close": plain_text("Cancel", TITLE),
        "submit": plain_text("Mark as synced", TITLE),
        "blocks": [
            *([paragraphs([strong(problem, 300)])] if problem else []),
            _order(order),
            _reference(reference),
            why_field(why),
            *([_anyway()] if offer_anyway else []),
        ],
    }


def covers_details(about: Pointer) -> bool:
    """Whether the form was opened on an order's details."""
    return about.do == DETAILS


def _order(order: Order) -> Block:
    line = line_of(order)
    parts = [[quote(part)] for part in (customer(line), amount(line))]
    what = joined([[strong(f"Order {line.id}")], *parts], DOT)
    return paragraphs(what, [words("It will not be sent to the ERP any more.")])


def _reference(typed: str | None) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": str(ActionId.REFERENCE),
        "max_length": NUMBER,
    }
    # An input takes its text as it is; the typed number must come back unchanged.
    element |= {"initial_value": typed[:NUMBER]} if typed else {}
    hint = "The ERP is asked whether this number is this order's."
    block_id = str(BlockId.REFERENCE)
    return field(block_id, "ERP order number", element, hint=hint, optional=True)


def why_field(chosen: Why | None) -> Block:
    options = {why: option(name, why, more) for why, (name, more) in _WHY.items()}
    element: Block = {
        "type": "radio_buttons",
        "action_id": str(ActionId.WHY),
        "options": list(options.values()),
        "initial_option": options[chosen or Why.KEYED_IN],
    }
    return field(str(BlockId.WHY), "Why", element)


def _anyway() -> Block:
    element: Block = {
        "type": "checkboxes",
        "action_id": str(ActionId.ANYWAY),
        "options": [option("Mark anyway", "anyway", "It is right, whatever the ERP says")],
    }
    return field(str(BlockId.ANYWAY), "Is it right all the same?", element, optional=True)


def done_view(text: str) -> View:
    """A modal that only says how it ended."""
    return {
        "type": "modal",
        "callback_id": str(ViewId.DONE),
        "title": plain_text("Orderwatch", TITLE),
        "close": plain_text("Close", TITLE),
        "blocks": [paragraphs([quote(text)])],
    }
