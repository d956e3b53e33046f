"""A private reply in its plainest form. Called by `replies`, `people_replies` and `refusals`."""

from typing import Final

from bot.blocks.ids import ActionId, Pointer
from bot.blocks.message import Block, Message
from bot.blocks.parts import Run, button, dead, notice, paragraphs, quote
from bot.blocks.wording import ID_SHOWN

NOTICE: Final = 300


def say(text: str, *lines: list[Run], blocks: list[Block] | None = None) -> Message:
    """A reply: a plain sentence for screen readers, and the same with its lines and buttons."""
    shown = paragraphs([quote(text)], *lines)
    return Message(notice(text, most=NOTICE), [shown, *(blocks or [])])


def named(order: str) -> str:
    return dead(order, ID_SHOWN)


def details_button(order: str) -> Block:
    return button("Details", ActionId.DETAILS, Pointer(order=order))
