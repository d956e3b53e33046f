"""An order as plain text to copy: what a clerk types into the ERP, line for line.

Called by the details and by the reply to Key in by hand.
"""

from collections.abc import Sequence
from typing import Final

from bot.blocks.message import Block
from bot.blocks.parts import SECTION_LIMIT, dead, preformatted, rich
from bot.blocks.wording import Wall
from commands.domain.documents import Address, Document, Line, money, plain
from commands.ports import Order

MESSAGE_TEXT: Final = 2900
"""Characters of one preformatted text: one block of a message."""
IN_MESSAGE: Final = 400
WHOLE: Final = 4000
"""Characters of notes: as the details show them, which have room for nearly any."""


def copy_of(order: Order, wall: Wall, room: int) -> tuple[Block, int]:
    """Head and lines as preformatted text of `room` characters at most, and how many lines found
    no room.
    """
    head = "\n".join(_head(order, wall, IN_MESSAGE))[: room // 2]
    lines, left = lines_text(order.document.lines, 1, room - len(head) - 2)
    return rich(preformatted(f"{head}\n\n{lines}")), left


def head_blocks(order: Order, wall: Wall) -> list[Block]:
    """All but the lines, as text to copy, in as many texts as it needs."""
    head = head_text(order, wall)
    starts = range(0, len(head), SECTION_LIMIT)
    return [rich(preformatted(head[start : start + SECTION_LIMIT])) for start in starts]


def head_text(order: Order, wall: Wall) -> str:
    """All but the lines, a line for each that is given."""
    return "\n".join(_head(order, wall, WHOLE))


def lines_block(lines: Sequence[Line], first: int, room: int) -> tuple[Block, int]:
    """Order lines from number `first` on, and how many of them found no room."""
    text, left = lines_text(lines, first, room)
    return rich(preformatted(text)), left


def lines_text(lines: Sequence[Line], first: int, room: int) -> tuple[str, int]:
    """As many lines as `room` characters hold."""
    shown: list[str] = []
    for number, line in enumerate(lines, first):
        text = _line(number, line)
        room -= len(text) + 1
        if room < 0:
            break
        shown.append(text)
    return "\n".join(shown), len(lines) - len(shown)


def _line(number: int, line: Line) -> str:
    """`1. NW-011  12 x 1 kg pkg. at 14.00 = 168.00  Queso Cabrales`."""
    unit = f" x {dead(line.unit, 60)}" if line.unit else ""
    less = f" less {plain(line.discount * 100)}%" if line.discount else ""
    price = f"{money(line.unit_price)}{less} = {money(line.total)}"
    name = f"  {dead(line.description, 120)}" if line.description else ""
    return f"{number}. {dead(line.sku, 200)}  {plain(line.quantity)}{unit} at {price}{name}"


def _head(order: Order, wall: Wall, notes: int) -> list[str]:
    document = order.document
    given = [
        ("Reference", dead(order.id, 100)),
        ("Customer", _both(document.account_id, document.account_name)),
        ("Deliver", wall.delivery(order.deliver_at)),
        ("Delivery date", document.delivery_date.isoformat()),
        ("Ship to", _address(document.ship_to)),
        ("Contact", _both(document.contact, document.phone)),
        ("PO number", _shown(document.po_number, 300)),
        ("Notes", _notes(document.notes or "", notes)),
        ("Freight", money(document.freight)),
        ("Total", _total(document)),
    ]
    return [f"{name}: {value}" for name, value in given if value]


def _total(document: Document) -> str:
    return f"{money(document.total)} {_shown(document.currency, 10)}".strip()


def _notes(notes: str, most: int) -> str:
    """Where they are cut, by how much."""
    if len(notes) <= most:
        return _shown(notes, most)
    return f"{dead(notes[:most], most)} … and {len(notes) - most:,} more characters"


def _shown(text: str | None, most: int) -> str:
    return dead(text, most) if text else ""


def _both(first: str | None, second: str | None) -> str:
    return ", ".join(dead(part, 120) for part in (first, second) if part)


def _address(ship_to: Address | None) -> str:
    if ship_to is None:
        return ""
    parts = [getattr(ship_to, name) for name in Address.__dataclass_fields__]
    return ", ".join(dead(part, 100) for part in parts if part)
