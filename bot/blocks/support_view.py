"""Contact support: its buttons, what will be sent, and how that ended."""

import json
from typing import Any, Final, assert_never

from bot.blocks.ids import ActionId, BlockId, Pointer, ViewId
from bot.blocks.message import Block, Message, View
from bot.blocks.parts import (
    button,
    context,
    dead,
    field,
    option,
    paragraphs,
    plain_text,
    preformatted,
    quote,
    rich,
    strong,
)
from bot.blocks.refusals import denied, no_such_alert, no_such_order
from bot.blocks.said import say
from bot.blocks.wording import Wall
from commands.desk import Denied
from commands.domain.lifecycle import State
from commands.outbox import Letter, TooSoon
from commands.ports import NoSuchOrder, Order
from commands.retry import NoSuchAlert
from commands.support import Contacted, NoSupport, NothingToAsk, Ready

TITLE: Final = 24
NOTE: Final = 2000
PIECE: Final = 2800
ROOM: Final = 200_000
"""Bytes of the text that is shown, as they are sent: beyond these it says how much is left."""

LABEL: Final = "Contact support"
LONGEST_OPTION: Final = 150
"""Characters of an option's value."""


# --- buttons -------------------------------------------------------------------------------------


def support_button(order: Order) -> Block | None:
    """For an order's details: on every order that is not synced."""
    if order.standing.state is State.SYNCED:
        return None
    return button(LABEL, ActionId.SUPPORT, Pointer(order=order.id))


def order_support(order: str) -> list[dict[str, Any]]:
    """For the menu of one order's card."""
    value = str(Pointer(order=order, do=str(ActionId.SUPPORT)))
    # An id of a hundred quotes finds no room in an option; the order's details have the button.
    return [option(LABEL, value)] if len(value) <= LONGEST_OPTION else []


def alert_support(alert: int) -> dict[str, Any]:
    """For the menu of a group's card."""
    return option(LABEL, str(Pointer(alert=alert, do=str(ActionId.SUPPORT_ALERT))))


# --- the form ------------------------------------------------------------------------------------


def support_view(ready: Ready, pointer: Pointer) -> View:
    """What will be sent. Submit: ViewId.SUPPORT; private_metadata: a Pointer to order or alert.

    State: [SUPPORT_NOTE][SUPPORT_NOTE].value, what the person adds.
    """
    return {
        "type": "modal",
        "callback_id": str(ViewId.SUPPORT),
        "private_metadata": str(pointer),
        "title": plain_text(LABEL, TITLE),
        "submit": plain_text("Send", TITLE),
        "close": plain_text("Cancel", TITLE),
        "blocks": [
            paragraphs(
                [strong("This will be sent to "), quote(ready.to, 254)],
                [strong("Subject: "), quote(ready.letter.subject, 300)],
            ),
            _note(),
            *letter_blocks(ready.letter),
        ],
    }


def _note() -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": str(ActionId.SUPPORT_NOTE),
        "multiline": True,
        "max_length": NOTE,
    }
    hint = "What you saw, what you tried. It is put above the text below."
    return field(str(BlockId.SUPPORT_NOTE), "Your words", element, hint=hint, optional=True)


def letter_blocks(letter: Letter) -> list[Block]:
    """The text as it will arrive."""
    text = letter.text
    shown: list[str] = []
    room, left = ROOM, text
    while left and (room := room - len(json.dumps(left[:PIECE]))) >= 0:
        shown.append(left[:PIECE])
        left = left[PIECE:]
    more = [context(f"and {len(left):,} more characters")] if left else []
    return [*(rich(preformatted(piece)) for piece in shown), *more]


def no_support_view(no: NoSupport) -> View:
    """Nothing can be sent: what to do, and the text for whoever sends it by hand."""
    return {
        "type": "modal",
        "callback_id": str(ViewId.DONE),
        "title": plain_text(LABEL, TITLE),
        "close": plain_text("Close", TITLE),
        "blocks": [
            paragraphs([strong(_why(no))], [quote(_instead(no))]),
            *(letter_blocks(no.letter) if no.letter else []),
        ],
    }


def _why(no: NoSupport) -> str:
    if no.no_address:
        return "Nothing can be sent: no support address is set."
    return f"Nothing can be sent: {no.mail_off}."


def _instead(no: NoSupport) -> str:
    missing = "support_email in the settings file" if no.no_address else "it"
    subject = f" with the subject “{dead(no.letter.subject, 300)}”" if no.letter else ""
    return f"Whoever runs Orderwatch sets {missing}. Until then copy this into a mail{subject}."


# --- how it ended --------------------------------------------------------------------------------


def contacted(
    outcome: Contacted | TooSoon | NothingToAsk | Denied | NoSuchOrder | NoSuchAlert, wall: Wall
) -> Message:
    match outcome:
        case Contacted(to):
            return say(f"It is on its way to {to}. The history says so.")
        case TooSoon(at):
            again = wall.plain(at)
            return say(f"Support was told within the last hour. It can be told again at {again}.")
        case NothingToAsk():
            return say("Nothing to ask: it is synced already.")
        case Denied():
            return denied(outcome)
        case NoSuchOrder():
            return no_such_order()
        case NoSuchAlert():
            return no_such_alert()
        case _ as never:
            assert_never(never)
