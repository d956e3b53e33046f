"""Mark as synced: asks for the ERP's number and why. Opened by its button and `/orders`."""

from bot.blocks.message import View
from commands.domain.lifecycle import Why
from commands.ports import Order


def mark_view(
    order: Order,
    *,
    reference: str | None = None,
    why: Why | None = None,
    problem: str | None = None,
    offer_anyway: bool = False,
    working: bool = False,
) -> View:
    """Submit: ViewId.MARK; private_metadata: Pointer(order).

    State: [REFERENCE][REFERENCE].value, [WHY][WHY].selected_option.value (a Why),
    [ANYWAY][ANYWAY].selected_options (not empty: ticked). `problem`: what the last look-up said;
    `working`: the ERP is being asked, no submit.
    """
    raise NotImplementedError


def done_view(text: str) -> View:
    """A modal that only says how it ended."""
    raise NotImplementedError
